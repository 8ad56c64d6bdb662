"""A Code Quality report for GitLab: a JSON array of issues, compared by fingerprint between branches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from aiposture.model import Finding, Location, Report, Severity, Verdict
from aiposture.output.outcome import remarks
from aiposture.output.style import Style, listed
from aiposture.output.terminal import visible

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(report: Report, style: Style) -> str:
    """The array as ASCII text. The format has no place for a summary, so what was not judged is an issue of its own."""
    return (
        json.dumps([*_errors(report), *map(_issue, listed(report, style)), *_about_the_scan(report)], indent=2) + "\n"
    )


def _issue(finding: Finding) -> dict[str, Any]:
    what = f"{finding.message} [{finding.resource.address}]"
    if finding.verdict is Verdict.FAIL:
        return _entry(what, finding.control.id, finding.fingerprint, _SEVERITIES[finding.severity], finding.location)
    return _entry(
        f"{finding.verdict.value}: {what}", finding.control.id, finding.fingerprint, "info", finding.location
    )  # fmt: skip


def _errors(report: Report) -> Iterator[dict[str, Any]]:
    for number, error in enumerate(report.errors):
        place = Location(error.path, error.line, 1, error.line, 2)
        name = _fingerprint("error", error.path, str(number), error.message)
        yield _entry(f"This could not be read: {error.message}", "aiposture-error", name, "blocker", place)


def _about_the_scan(report: Report) -> Iterator[dict[str, Any]]:
    left_out = [finding.location for finding in report.findings if finding.verdict is Verdict.UNKNOWN or finding.known]
    places = [*left_out, *(part.location for part in report.not_analysed)]
    if places and (told := " ".join(remarks(report))):
        yield _entry(told, "aiposture-scan", _fingerprint("scan"), "info", min(places))


def _entry(what: str, check: str, fingerprint: str, severity: str, place: Location) -> dict[str, Any]:
    return {
        "description": visible(what),
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": visible(place.path), "lines": {"begin": place.line, "end": place.end_line}},
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
