"""The controls for Checkov's frameworks terraform, terraform_json and terraform_plan, which share their checks."""

from __future__ import annotations

from collections.abc import Sequence

from checkov.terraform.checks.resource.registry import resource_registry

from aiposture.checks.adapters.check import Entity, register_controls
from aiposture.checks.adapters.remainder import complete_reports
from aiposture.checks.adapters.verdicts import Verdicts
from aiposture.model import Finding


def register() -> None:
    """Register a check for every control."""
    register_controls(resource_registry, _find)
    for framework in ("terraform", "terraform_json"):  # a plan is judged by the graph checks of terraform
        complete_reports(framework, lambda finding: finding.resource.address)


def _find(verdicts: Verdicts, entity: Entity, control: str) -> Sequence[Finding]:
    # One file may hold the module of several calls: the address tells them apart. terraform_json has none, and would
    # show a resource without its type.
    address = entity.conf.get("__address__")
    return verdicts.of_address(entity.path, control, address) if address else ()
