"""What stands beside a Machine Learning workspace: computes, endpoints, datastores, connections, registries."""

from __future__ import annotations

from aiposture.model import Resource, Unknown
from aiposture.services import connections
from aiposture.services.azure import (
    DISABLE_LOCAL_AUTH,
    KEYS_FLAG,
    KEYS_OFF,
    KEYS_ON,
    PUBLIC_NETWORK_ACCESS,
    azurerm_since,
    word,
)
from aiposture.services.identity import IdentityCell, arm_identity
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Noted, Prop, always, choice, required

_WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
_COMPUTE_KEYS = "Azure Policy e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f"
_IDENTITY = "Microsoft cloud security benchmark IM-3"
_NETWORK = "ARM schema of Microsoft.MachineLearningServices (publicNetworkAccess)"
_ENDPOINT_KEYS = "ARM schema of Microsoft.MachineLearningServices (authMode)"
_DATASTORE_KEYS = "ARM schema of datastores (credentialsType); Defender for Cloud"

# Only these two have a local sign-in (SSH) to switch off; the others bring an identity alone.
COMPUTES_WITH_LOCAL_AUTH = frozenset({"computeinstance", "amlcompute"})

_ONLINE_AUTH = choice(
    {
        "Key": True,
        "AMLToken": Noted(KEYS_ON, "an AMLToken is issued by the workspace and is no Microsoft Entra token"),
        "AADToken": False,
    }
)
_SERVERLESS_AUTH = choice({"Key": True, "KeyAndAAD": True, "AAD": False})
_AUTH_MODE = "properties.authMode"
_CREDENTIALS = choice({"none": False, "accountkey": True, "sas": True, "serviceprincipal": True, "certificate": True})
# "None" leaves the matter open: a credential may still be stored beside it.
_SERVICE_IDENTITY = choice(
    {"none": None, "workspacesystemassignedidentity": False, "workspaceuserassignedidentity": False}
)


def _has_local_auth(resource: Resource) -> bool | Unknown:
    kind = word(resource, "properties", "computeType")
    return kind if isinstance(kind, Unknown) else kind in COMPUTES_WITH_LOCAL_AUTH


def _has_no_local_auth(resource: Resource) -> bool:
    applies = _has_local_auth(resource)
    return applies is False


_COMPUTES = Service(
    "azure-ml-compute",
    "Azure Machine Learning compute",
    (
        Binding(
            types=("azurerm_machine_learning_compute_instance", "azurerm_machine_learning_compute_cluster"),
            identity=IdentityCell(_IDENTITY),
            key_auth=Cell(
                (Prop("local_auth_enabled", KEYS_FLAG),),
                azurerm_since("2.84.0", "local_auth_enabled", value=KEYS_ON),
                _COMPUTE_KEYS,
                default_text="true",
            ),
        ),
        Binding(
            types=("azurerm_machine_learning_inference_cluster", "azurerm_machine_learning_synapse_spark"),
            identity=IdentityCell(_IDENTITY),
        ),
        Binding(
            types=(f"{_WORKSPACE}/computes",),
            identity=arm_identity(_IDENTITY),
            key_auth=Cell((DISABLE_LOCAL_AUTH,), KEYS_ON, _COMPUTE_KEYS),
            when=_has_local_auth,
        ),
        Binding(types=(f"{_WORKSPACE}/computes",), identity=arm_identity(_IDENTITY), when=_has_no_local_auth),
    ),
)

_ENDPOINTS = Service(
    "azure-ml-endpoint",
    "Azure Machine Learning endpoint",
    (
        # Private endpoints reach an online endpoint through its workspace, so it has no group of its own.
        Binding(
            types=(f"{_WORKSPACE}/onlineEndpoints",),
            public_access=Cell((PUBLIC_NETWORK_ACCESS,), "enabled", _NETWORK),
            identity=arm_identity(_IDENTITY),
            key_auth=Cell((Prop(_AUTH_MODE, _ONLINE_AUTH),), required(_AUTH_MODE), _ENDPOINT_KEYS),
            keys=("listKeys",),
        ),
        Binding(
            types=(f"{_WORKSPACE}/batchEndpoints",),
            identity=arm_identity(_IDENTITY),
            key_auth=Cell((Prop(_AUTH_MODE, _ONLINE_AUTH),), required(_AUTH_MODE), _ENDPOINT_KEYS),
            keys=("listKeys",),
        ),
        Binding(
            types=(f"{_WORKSPACE}/serverlessEndpoints",),
            key_auth=Cell((Prop(_AUTH_MODE, _SERVERLESS_AUTH),), required(_AUTH_MODE), _ENDPOINT_KEYS),
            keys=("listKeys",),
        ),
    ),
)


def _datastore(suffix: str, secrets: tuple[str, ...], identity: str) -> Binding:
    stored = tuple(Prop(name, always(KEYS_ON), secret=True) for name in secrets)
    return Binding(
        types=(f"azurerm_machine_learning_datastore_{suffix}",),
        key_auth=Cell(
            (*stored, Prop(identity, _SERVICE_IDENTITY)),
            Noted(KEYS_OFF, "no credential is stored"),
            _DATASTORE_KEYS,
        ),
    )


_DATASTORES = Service(
    "azure-ml-datastore",
    "Azure Machine Learning datastore",
    (
        _datastore("blobstorage", ("account_key", "shared_access_signature"), "service_data_auth_identity"),
        _datastore("fileshare", ("account_key", "shared_access_signature"), "service_data_identity"),
        _datastore("datalake_gen2", ("client_secret",), "service_data_identity"),
        Binding(
            types=(f"{_WORKSPACE}/datastores",),
            key_auth=Cell(
                (Prop("properties.credentials.credentialsType", _CREDENTIALS),),
                required("properties.credentials.credentialsType"),
                _DATASTORE_KEYS,
            ),
        ),
    ),
)

_CONNECTIONS = connections.arm(f"{_WORKSPACE}/connections")

SERVICES = (
    _COMPUTES,
    _ENDPOINTS,
    _DATASTORES,
    Service("azure-ml-connection", "Azure Machine Learning connection", (_CONNECTIONS,)),
    Service(
        "azure-ml-registry",
        "Azure Machine Learning registry",
        (
            Binding(
                types=("Microsoft.MachineLearningServices/registries",),
                public_access=Cell((PUBLIC_NETWORK_ACCESS,), "enabled", _NETWORK),
                endpoint_groups=("amlregistry",),
                identity=arm_identity(_IDENTITY),
            ),
        ),
    ),
)
