"""How loud a finding is: in a word, in a colour, and in the three levels that code hosts know."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from aiposture.model import Finding, Severity, Verdict

Level = Literal["error", "warning", "notice"]

LEVELS: Mapping[Severity, Level] = MappingProxyType({
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
})  # fmt: skip
"""The level of a failure; what did not fail is a notice."""

_STYLES = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "cyan",
}


def level(finding: Finding) -> Level:
    """The level of a finding."""
    return LEVELS[finding.severity] if finding.verdict is Verdict.FAIL else "notice"


def word(finding: Finding) -> str:
    """A failure by its severity, everything else by its verdict."""
    return finding.severity.name.lower() if finding.verdict is Verdict.FAIL else finding.verdict.value


def style_of(finding: Finding) -> str:
    """The style of that word on a terminal."""
    if finding.verdict is Verdict.FAIL:
        return _STYLES[finding.severity]
    return "green" if finding.verdict is Verdict.PASS else "cyan"
