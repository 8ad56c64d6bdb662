"""Severities that a project sets for itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol, overload

from aiposture.model import Control, Finding, Severity


class _Rule(Protocol):
    @property
    def control(self) -> Control: ...


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


class Described(Sequence[Control]):
    """The controls of a scan as reports describe them, with the severities of the project.

    They are imported when they are first looked at: few reports on nothing do.
    """

    def __init__(self, rules: Sequence[_Rule], severities: Mapping[str, Severity]) -> None:
        """`severities` are by the control's id."""
        self._rules = rules
        self._severities = severities

    @cached_property
    def _controls(self) -> tuple[Control, ...]:
        controls = (rule.control for rule in self._rules)
        return tuple(each._replace(severity=self._severities.get(each.id, each.severity)) for each in controls)

    def __len__(self) -> int:
        return len(self._rules)

    @overload
    def __getitem__(self, at: int) -> Control: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Control]: ...
    def __getitem__(self, at: int | slice) -> Control | Sequence[Control]:
        return self._controls[at]
