"""Severities that a project sets for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiposture.model import Control, Finding, Severity


def apply_severities(findings: Iterable[Finding], severities: Mapping[str, Severity]) -> tuple[Finding, ...]:
    """`findings` with the severities of `severities` (by the control's id), also where a control gives several."""
    if not severities:
        return tuple(findings)
    return tuple(
        finding._replace(severity=severity, control=finding.control._replace(severity=severity))
        if (severity := severities.get(finding.control.id)) is not None
        else finding
        for finding in findings
    )


def of_controls(controls: Iterable[Control], severities: Mapping[str, Severity]) -> tuple[Control, ...]:
    """`controls` with the severities of `severities`, for what describes them in a report."""
    return tuple(control._replace(severity=severities.get(control.id, control.severity)) for control in controls)
