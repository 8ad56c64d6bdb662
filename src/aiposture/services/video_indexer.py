"""Azure AI Video Indexer accounts. They have no shared keys to switch off."""

from __future__ import annotations

from aiposture.services.azure import PUBLIC, PUBLIC_NETWORK_ACCESS, azurerm_since
from aiposture.services.identity import IdentityCell, arm_identity
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Prop

_NETWORK = "ARM schema of Microsoft.VideoIndexer/accounts (publicNetworkAccess); azurerm documentation"
_IDENTITY = "azurerm documentation: identity is required"
_GROUPS = ("account",)

_AZURERM = Binding(
    types=("azurerm_video_indexer_account",),
    public_access=Cell(
        (Prop("public_network_access", PUBLIC),),
        azurerm_since("4.38.0", "public_network_access", "enabled"),
        _NETWORK,
        default_text="enabled",
    ),
    endpoint_groups=_GROUPS,
    identity=IdentityCell(_IDENTITY),
)

_ARM = Binding(
    types=("Microsoft.VideoIndexer/accounts",),
    public_access=Cell((PUBLIC_NETWORK_ACCESS,), "enabled", _NETWORK),
    endpoint_groups=_GROUPS,
    identity=arm_identity(_IDENTITY),
)

SERVICES = (Service("azure-video-indexer", "Azure AI Video Indexer", (_AZURERM, _ARM)),)
