"""The controls for Checkov's framework arm."""

from __future__ import annotations

from collections.abc import Sequence

from checkov.arm.context_parser import ContextParser
from checkov.arm.registry import arm_resource_registry
from checkov.common.util.consts import END_LINE, START_LINE

from aiposture.checks.adapters.check import Entity, register_controls
from aiposture.checks.adapters.remainder import complete_reports
from aiposture.checks.adapters.verdicts import Verdicts
from aiposture.model import Finding

_HIDDEN = ("toLower(", "trim(", "join(", "split(", "substring(")
"""Checkov leaves a failure out if the name of its resource holds one of these."""


def register() -> None:
    """Register a check for every control."""
    register_controls(arm_resource_registry, _find)
    complete_reports("arm", _name)


def _name(finding: Finding) -> str:
    resource = finding.resource
    name = f"{resource.type}.{resource.address.removeprefix(f'{resource.type}/')}"
    for function in _HIDDEN:
        name = name.replace(function, f"{function[:-1]} (")
    return name


def _find(verdicts: Verdicts, entity: Entity, control: str) -> Sequence[Finding]:
    first, last = entity.conf.get(START_LINE), entity.conf.get(END_LINE)
    if first is None or last is None or any(function in entity.name for function in _HIDDEN):
        return ()
    lines = ContextParser.find_lines
    if min(lines(entity.conf, START_LINE)) < first or max(lines(entity.conf, END_LINE)) > last:
        return ()  # the value of a variable was put in, and Checkov would show the lines of that
    return verdicts.of_place(entity.path, control, entity.name, (first, last))
