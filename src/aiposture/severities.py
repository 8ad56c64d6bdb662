"""Severities that a project sets for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from aiposture.model import Control, Finding, Severity


def apply_severities(findings: Iterable[Finding], severities: Mapping[str, Severity]) -> tuple[Finding, ...]:
    """`findings` with the severities of `severities` (by the control's id), also where a control gives several."""
    if not severities:
        return tuple(findings)
    return tuple(
        replace(finding, severity=severity, control=replace(finding.control, severity=severity))
        if (severity := severities.get(finding.control.id)) is not None
        else finding
        for finding in findings
    )


def of_controls(controls: Iterable[Control], severities: Mapping[str, Severity]) -> tuple[Control, ...]:
    """`controls` with the severities of `severities`, for what describes them in a report."""
    return tuple(replace(control, severity=severities.get(control.id, control.severity)) for control in controls)
