"""Azure Health Bot. It has no network settings, and how it is accessed is read-only in ARM."""

from __future__ import annotations

from aiposture.services.identity import arm_identity
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Noted

_IDENTITY = "ARM schema of Microsoft.HealthBot/healthBots (identity)"

SERVICES = (
    Service(
        "azure-health-bot",
        "Azure Health Bot",
        (
            Binding(
                types=("azurerm_healthbot",),
                identity=Cell(
                    (), Noted("none", "azurerm cannot express it for this resource type"), _IDENTITY, label="identity"
                ),
            ),
            Binding(types=("Microsoft.HealthBot/healthBots",), identity=arm_identity(_IDENTITY)),
        ),
    ),
)
