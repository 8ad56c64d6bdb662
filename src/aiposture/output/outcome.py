"""What a report means for the exit status, and the sentence that says so."""

from __future__ import annotations

from enum import IntEnum

from aiposture.model import Finding, Report, Severity, Verdict


class Outcome(IntEnum):
    """The exit status: a verdict that is incomplete outweighs findings."""

    CLEAN = 0
    FINDINGS = 1
    INCOMPLETE = 2


def outcome(report: Report, fail_on: Severity) -> Outcome:
    """The outcome of a scan of which findings at or above `fail_on` fail."""
    if report.errors:
        return Outcome.INCOMPLETE
    if any(finding.severity >= fail_on for finding in failures(report)):
        return Outcome.FINDINGS
    return Outcome.CLEAN


def failures(report: Report) -> list[Finding]:
    """The findings that count: failed, not suppressed and not known before."""
    return [
        finding
        for finding in report.findings
        if finding.verdict is Verdict.FAIL and finding.suppressed is None and not finding.known
    ]


def sentence(report: Report, fail_on: Severity) -> str:
    """The verdict in one line, for the end of a log."""
    failed = failures(report)
    found = plural(len(failed), "finding") + _by_severity(failed) if failed else "no findings"
    result = outcome(report, fail_on)
    if result is Outcome.INCOMPLETE:
        return f"Incomplete: {plural(len(report.errors), 'error')}, so the verdict does not hold; {found}."
    if result is Outcome.FINDINGS:
        return f"Failed: {found}."
    if failed:
        return f"Passed: {found}, none at or above {fail_on.name.lower()}."
    if not report.services:
        return "Passed: no AI services found."
    return f"Passed: {found} on {plural(report.services, 'AI service')}."


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _by_severity(failed: list[Finding]) -> str:
    counts = [(level, sum(finding.severity is level for finding in failed)) for level in reversed(Severity)]
    return " (" + ", ".join(f"{count:,} {level.name.lower()}" for level, count in counts if count) + ")"
