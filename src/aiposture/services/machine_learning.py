"""Azure Machine Learning workspaces, AI hubs and hub projects.

One ARM type is all three, its `kind` tells them apart. A project inherits network and keys from its hub and has
only an identity of its own.

What the workspace's `key_auth` means: whether it reaches its default storage account with the account's key
(`systemDatastoresAuthMode`). For a hub azurerm has no attribute for it, and the service's default is the key;
Defender for Cloud names hubs in the same recommendation ("Microsoft Entra ID should be used when connecting Azure
AI Foundry to default storage account"), so the hub is judged too, with a note that azurerm cannot express it.
"""

from __future__ import annotations

from aiposture.model import Resource, Unknown
from aiposture.services import versions
from aiposture.services.azure import (
    ACTION,
    KEYS_OFF,
    KEYS_ON,
    PUBLIC,
    PUBLIC_FLAG,
    PUBLIC_NETWORK_ACCESS,
    azurerm_since,
    since_api,
    word,
)
from aiposture.services.identity import IdentityCell, arm_identity
from aiposture.services.shape import Binding, Condition, Service
from aiposture.services.table import Cell, Noted, Prop, addresses, choice, filled

_NETWORK = "Azure Policy 438c38d2-3772-465a-a9cc-7a6666a275ce"
_IDENTITY = "ARM schema: a workspace needs an identity; Microsoft cloud security benchmark IM-3"
_STORAGE = (
    "Defender for Cloud: Microsoft Entra ID should be used when connecting Azure AI Foundry to default storage account"
)
_GROUPS = ("amlworkspace",)
_TYPE = "Microsoft.MachineLearningServices/workspaces"

STORAGE_AUTH = choice(
    {
        "Identity": False,
        "AccessKey": True,
        "UserDelegationSAS": Noted(
            KEYS_OFF,
            "a user delegation SAS is signed with Microsoft Entra credentials, not with the account key",
        ),
    }
)


def _kind(resource: Resource) -> str | Unknown | None:
    return word(resource, "kind")


def _is_kind(wanted: str) -> Condition:
    def condition(resource: Resource) -> bool:
        return _kind(resource) == wanted

    return condition


def _is_workspace(resource: Resource) -> bool | Unknown:
    kind = _kind(resource)
    return kind if isinstance(kind, Unknown) else kind not in {"hub", "project"}


def _public_by_default(resource: Resource) -> Noted:
    """The azurerm provider changed twice what it sends when nothing is stated (4.0 upgrade guide, and its code)."""
    azurerm = versions.azurerm(resource.provider)
    if azurerm.at_least("3.25.0") and not azurerm.at_least("4.0.0"):
        return Noted("disabled", f"default of {azurerm.name}: from 3.25 and below 4.0 it closes the workspace")
    return Noted("enabled", f"default of {azurerm.name}")


def _does_not_close(resource: Resource) -> str | None:
    """Before 3.25 azurerm had no attribute that closes a workspace."""
    azurerm = versions.azurerm(resource.provider)
    if azurerm.at_least("3.25.0"):
        return None
    return f"{azurerm.name} cannot close a workspace: public_network_access_enabled does so from 3.25"


def _ga_has_no_ip_rules(resource: Resource) -> str | None:
    if versions.api_is_preview(resource.api_version):
        return None
    return f"API version {resource.api_version} has no IP rules for workspaces: only previews know them"


_AZURERM_WORKSPACE = Binding(
    types=("azurerm_machine_learning_workspace",),
    public_access=Cell(
        (Prop("public_network_access_enabled", PUBLIC_FLAG),),
        _public_by_default,
        f"{_NETWORK}; azurerm 4.0 upgrade guide",
        gate=_does_not_close,
        default_text="enabled; disabled with azurerm 3.25 to 3.117",
    ),
    endpoint_groups=_GROUPS,
    identity=IdentityCell(_IDENTITY),
    key_auth=Cell(
        (Prop("storage_account_access_type", STORAGE_AUTH),),
        azurerm_since("4.77.0", "storage_account_access_type", value=KEYS_ON),
        _STORAGE,
        default_text="AccessKey",
    ),
)

_ARM_WORKSPACE = Binding(
    types=(_TYPE,),
    public_access=Cell(
        (PUBLIC_NETWORK_ACCESS,), "enabled", _NETWORK, gate=since_api("2021-07-01", "publicNetworkAccess")
    ),
    default_action=Cell(
        (
            Prop("properties.networkAcls.defaultAction", ACTION),
            Prop("properties.ipAllowlist", filled("deny")),
        ),
        "allow",
        "ARM schema of workspaces, previews (networkAcls, ipAllowlist)",
        gate=_ga_has_no_ip_rules,
    ),
    sources=Cell(
        (Prop("properties.networkAcls.ipRules", addresses), Prop("properties.ipAllowlist", addresses)),
        (),
        "ARM schema of workspaces, previews (networkAcls, ipAllowlist)",
        gate=_ga_has_no_ip_rules,
    ),
    endpoint_groups=_GROUPS,
    identity=arm_identity(_IDENTITY),
    key_auth=Cell(
        (Prop("properties.systemDatastoresAuthMode", STORAGE_AUTH),),
        KEYS_ON,
        _STORAGE,
        gate=since_api("2022-12-01", "systemDatastoresAuthMode", missing_in_ga_before="2025-06-01"),
    ),
    when=_is_workspace,
)

_AZURERM_HUB = Binding(
    types=("azurerm_ai_foundry",),
    public_access=Cell((Prop("public_network_access", PUBLIC),), "enabled", _NETWORK),
    endpoint_groups=_GROUPS,
    identity=IdentityCell(_IDENTITY),
    key_auth=Cell(
        (),
        Noted(KEYS_ON, "azurerm cannot express it for a hub; the service uses the account key"),
        _STORAGE,
        label="systemDatastoresAuthMode",
    ),
)

_ARM_HUB = Binding(
    types=(_TYPE,),
    public_access=_ARM_WORKSPACE.public_access,
    default_action=_ARM_WORKSPACE.default_action,
    sources=_ARM_WORKSPACE.sources,
    endpoint_groups=_GROUPS,
    identity=arm_identity(_IDENTITY),
    key_auth=_ARM_WORKSPACE.key_auth,
    when=_is_kind("hub"),
)

SERVICES = (
    Service("azure-ml-workspace", "Azure Machine Learning workspace", (_AZURERM_WORKSPACE, _ARM_WORKSPACE)),
    Service("azure-ai-hub", "Azure AI Foundry hub", (_AZURERM_HUB, _ARM_HUB)),
    Service(
        "azure-ai-hub-project",
        "Azure AI Foundry hub project",
        (
            Binding(types=("azurerm_ai_foundry_project",), identity=IdentityCell(_IDENTITY)),
            Binding(types=(_TYPE,), identity=arm_identity(_IDENTITY), when=_is_kind("project")),
        ),
    ),
)
