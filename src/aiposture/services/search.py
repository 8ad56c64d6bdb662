"""Azure AI Search. It has no default action: one IP rule closes it to everybody else (Azure Policy 037eea7a)."""

from __future__ import annotations

from aiposture.services.azure import (
    DISABLE_LOCAL_AUTH,
    KEYS_FLAG,
    KEYS_ON,
    PUBLIC_FLAG,
    PUBLIC_NETWORK_ACCESS,
    azurerm_since,
    since_api,
)
from aiposture.services.identity import IdentityCell, arm_identity
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Prop, addresses, choice

_NETWORK = "Azure Policy 037eea7a-bd0a-46c5-9a66-03aea78705d3"
_KEYS = "Azure Policy 71ef260a-8f18-47b7-abcb-62d0673d94dc"
_IDENTITY = "PSRule for Azure, Azure.Search.ManagedIdentity"

_AZURERM = Binding(
    types=("azurerm_search_service",),
    public_access=Cell(
        (Prop("public_network_access_enabled", PUBLIC_FLAG),),
        azurerm_since("2.21.0", "public_network_access_enabled", "enabled"),
        _NETWORK,
        default_text="enabled",
    ),
    sources=Cell((Prop("allowed_ips", addresses),), (), _NETWORK),
    rules_imply_deny=True,
    endpoint_groups=("searchService",),
    identity=IdentityCell(_IDENTITY),
    key_auth=Cell(
        (Prop("local_authentication_enabled", KEYS_FLAG),),
        azurerm_since("3.54.0", "local_authentication_enabled", value=KEYS_ON),
        _KEYS,
        default_text="true",
    ),
    keys=("primary_key", "secondary_key", "query_keys"),
)

_ARM = Binding(
    types=("Microsoft.Search/searchServices",),
    public_access=Cell(
        (
            PUBLIC_NETWORK_ACCESS,
            # The preview of 2019 said it here.
            Prop("properties.networkRuleSet.endpointAccess", choice({"private": "disabled", "public": "enabled"})),
        ),
        "enabled",
        _NETWORK,
    ),
    sources=Cell((Prop("properties.networkRuleSet.ipRules", addresses),), (), _NETWORK),
    rules_imply_deny=True,
    endpoint_groups=("searchService",),
    identity=arm_identity(_IDENTITY),
    key_auth=Cell((DISABLE_LOCAL_AUTH,), KEYS_ON, _KEYS, gate=since_api("2021-04-01", "disableLocalAuth")),
    keys=("listAdminKeys", "listQueryKeys"),
)

SERVICES = (Service("azure-ai-search", "Azure AI Search", (_AZURERM, _ARM)),)
