"""Azure AI services accounts of every kind (OpenAI, AI Services, Foundry, Speech, ...), their projects and connections.

No kind is left out, as in Azure Policy 037eea7a, 71ef260a, d6759c02 and fe3fd216.
"""

from __future__ import annotations

from aiposture.model import Resource, Unknown
from aiposture.services import connections
from aiposture.services.azure import (
    ACTION,
    DISABLE_LOCAL_AUTH,
    KEYS_FLAG,
    KEYS_ON,
    PUBLIC,
    PUBLIC_COGNITIVE,
    PUBLIC_FLAG,
    azurerm_since,
    since_api,
    word,
)
from aiposture.services.identity import IdentityCell, arm_identity
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Prop, addresses, always

_NETWORK = "Azure Policy 037eea7a-bd0a-46c5-9a66-03aea78705d3"
_KEYS = "Azure Policy 71ef260a-8f18-47b7-abcb-62d0673d94dc"
_IDENTITY = "Azure Policy fe3fd216-4f83-4fc1-8984-2bbec80a3418"
_CONNECTIONS = "azurerm: the resource type names the way of authentication"

_ARM_ACCOUNT = Binding(
    types=("Microsoft.CognitiveServices/accounts",),
    public_access=Cell(
        (Prop("properties.publicNetworkAccess", PUBLIC_COGNITIVE),),
        "enabled",
        _NETWORK,
        gate=since_api("2017-04-18", "publicNetworkAccess"),
    ),
    default_action=Cell(
        (Prop("properties.networkAcls.defaultAction", ACTION),),
        "allow",
        _NETWORK,
        gate=since_api("2017-04-18", "networkAcls"),
    ),
    sources=Cell((Prop("properties.networkAcls.ipRules", addresses),), (), _NETWORK),
    endpoint_groups=("account",),
    identity=arm_identity(_IDENTITY),
    key_auth=Cell((DISABLE_LOCAL_AUTH,), KEYS_ON, _KEYS, gate=since_api("2021-04-30", "disableLocalAuth")),
    keys=("listKeys",),
)

_AZURERM_ACCOUNT = Binding(
    types=("azurerm_cognitive_account",),
    public_access=Cell(
        (Prop("public_network_access_enabled", PUBLIC_FLAG),),
        azurerm_since("2.68.0", "public_network_access_enabled", "enabled"),
        _NETWORK,
        default_text="enabled",
    ),
    default_action=Cell((Prop("network_acls.0.default_action", ACTION),), "allow", _NETWORK),
    sources=Cell((Prop("network_acls.0.ip_rules", addresses),), (), _NETWORK),
    endpoint_groups=("account",),
    identity=IdentityCell(_IDENTITY),
    key_auth=Cell(
        (Prop("local_auth_enabled", KEYS_FLAG),),
        azurerm_since("2.68.0", "local_auth_enabled", value=KEYS_ON),
        _KEYS,
        default_text="true",
    ),
    keys=("primary_access_key", "secondary_access_key"),
)

_AZURERM_AI_SERVICES = Binding(
    types=("azurerm_ai_services",),
    public_access=Cell((Prop("public_network_access", PUBLIC),), "enabled", _NETWORK),
    default_action=Cell((Prop("network_acls.0.default_action", ACTION),), "allow", _NETWORK),
    sources=Cell((Prop("network_acls.0.ip_rules", addresses),), (), _NETWORK),
    endpoint_groups=("account",),
    identity=IdentityCell(_IDENTITY),
    key_auth=Cell((Prop("local_authentication_enabled", KEYS_FLAG),), KEYS_ON, _KEYS),
    keys=("primary_access_key", "secondary_access_key"),
)

# A project has no network and no keys of its own: they are judged on its account.
_PROJECTS = (
    Binding(types=("azurerm_cognitive_account_project",), identity=IdentityCell(_IDENTITY)),
    Binding(types=("Microsoft.CognitiveServices/accounts/projects",), identity=arm_identity(_IDENTITY)),
)


def _is_azure(resource: Resource) -> bool | Unknown:
    category = word(resource, "category")
    return category if isinstance(category, Unknown) else category in connections.AZURE_CATEGORIES


def _connection(suffix: str, *secrets: str) -> Binding:
    props = tuple(Prop(name, always(KEYS_ON), secret=True) for name in secrets)
    return Binding(
        types=(f"azurerm_cognitive_account_connection_{suffix}",),
        key_auth=Cell(props, bool(secrets), _CONNECTIONS, label="authType"),
        when=_is_azure,
    )


SERVICES = (
    Service(
        "azure-ai-services",
        "Azure AI services account",
        (_AZURERM_ACCOUNT, _AZURERM_AI_SERVICES, _ARM_ACCOUNT),
    ),
    Service("azure-ai-foundry-project", "Azure AI Foundry project", _PROJECTS),
    Service(
        "azure-ai-foundry-connection",
        "Azure AI Foundry connection",
        (
            _connection("api_key", "api_key"),
            _connection("account_key", "account_key"),
            _connection("custom_keys", "custom_keys"),
            _connection("entra_id"),
            _connection("account_managed_identity"),
            connections.arm(
                "Microsoft.CognitiveServices/accounts/connections",
                "Microsoft.CognitiveServices/accounts/projects/connections",
            ),
        ),
    ),
)
