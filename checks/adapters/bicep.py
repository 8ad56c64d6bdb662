"""The controls for Checkov's framework bicep."""

from __future__ import annotations

from collections.abc import Sequence

from checkov.bicep.checks.resource.registry import registry

from aiposture.checks.adapters.check import Entity, register_controls
from aiposture.checks.adapters.remainder import complete_reports
from aiposture.checks.adapters.verdicts import Verdicts
from aiposture.model import Finding


def register() -> None:
    """Register a check for every control."""
    register_controls(registry, _find)
    complete_reports("bicep", lambda finding: f"{finding.resource.type}.{finding.resource.address}")


def _find(verdicts: Verdicts, entity: Entity, control: str) -> Sequence[Finding]:
    lines = (entity.conf["__start_line__"], entity.conf["__end_line__"])
    return verdicts.of_place(entity.path, control, entity.name, lines)
