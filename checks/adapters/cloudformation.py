"""The controls for Checkov's framework cloudformation."""

from __future__ import annotations

from collections.abc import Sequence

from checkov.cloudformation.checks.resource.registry import cfn_registry

from aiposture.checks.adapters.check import Entity, register_controls
from aiposture.checks.adapters.remainder import complete_reports
from aiposture.checks.adapters.verdicts import Verdicts
from aiposture.model import Finding


def register() -> None:
    """Register a check for every control."""
    register_controls(cfn_registry, _find)
    complete_reports("cloudformation", lambda finding: f"{finding.resource.declared_type}.{finding.resource.address}")


def _find(verdicts: Verdicts, entity: Entity, control: str) -> Sequence[Finding]:
    return verdicts.of_address(entity.path, control, entity.name)
