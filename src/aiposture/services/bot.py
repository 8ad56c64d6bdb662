"""Azure Bot Service. Its identity is that of the app behind it (`msaAppType`), so there is none to judge here."""

from __future__ import annotations

from aiposture.services.azure import (
    DISABLE_LOCAL_AUTH,
    KEYS_FLAG,
    KEYS_ON,
    PUBLIC_FLAG,
    PUBLIC_NETWORK_ACCESS,
    since_api,
)
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Noted, Prop, flag

_NETWORK = "Azure Policy 5e8168db-69e3-4beb-9822-57cb59202a9d"
_KEYS = "Azure Policy ffea632e-4e3a-4424-bf78-10e179bb2e1a"
_GROUPS = ("Bot", "Token")
_NOT_EXPRESSIBLE = "azurerm cannot express it for this resource type"
_KEYS_STAY = Cell((), Noted(KEYS_ON, _NOT_EXPRESSIBLE), _KEYS, label="disableLocalAuth")

_AZURE_BOT = Binding(
    types=("azurerm_bot_service_azure_bot",),
    public_access=Cell((Prop("public_network_access_enabled", PUBLIC_FLAG),), "enabled", _NETWORK),
    endpoint_groups=_GROUPS,
    key_auth=Cell((Prop("local_authentication_enabled", KEYS_FLAG),), KEYS_ON, _KEYS),
)

_CHANNELS_REGISTRATION = Binding(
    types=("azurerm_bot_channels_registration",),
    public_access=Cell(
        (
            Prop("public_network_access_enabled", PUBLIC_FLAG),
            Prop("isolated_network_enabled", flag("disabled", "enabled")),
        ),
        Noted("enabled", "left out, azurerm does not send it and the service is open"),
        _NETWORK,
    ),
    endpoint_groups=_GROUPS,
    key_auth=_KEYS_STAY,
)

_WEB_APP = Binding(
    types=("azurerm_bot_web_app",),
    public_access=Cell((), Noted("enabled", _NOT_EXPRESSIBLE), _NETWORK, label="publicNetworkAccess"),
    endpoint_groups=_GROUPS,
    key_auth=_KEYS_STAY,
)

_ARM = Binding(
    types=("Microsoft.BotService/botServices",),
    public_access=Cell(
        (PUBLIC_NETWORK_ACCESS,), "enabled", _NETWORK, gate=since_api("2021-03-01", "publicNetworkAccess")
    ),
    endpoint_groups=_GROUPS,
    key_auth=Cell((DISABLE_LOCAL_AUTH,), KEYS_ON, _KEYS, gate=since_api("2021-03-01", "disableLocalAuth")),
    keys=("listChannelWithKeys",),
)

SERVICES = (Service("azure-bot", "Azure Bot Service", (_AZURE_BOT, _CHANNELS_REGISTRATION, _WEB_APP, _ARM)),)
