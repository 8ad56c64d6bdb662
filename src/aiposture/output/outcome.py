"""What a report means for the exit status, and the sentence that says so."""

from __future__ import annotations

from enum import IntEnum

from aiposture.model import Finding, Report, Severity, Verdict
from aiposture.output.counts import counts


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


def remarks(report: Report) -> list[str]:
    """What the verdict leaves out, a sentence each: known findings, undecided verdicts, code that was not judged."""
    return list(filter(None, (known(report), undecided(report), not_analysed(report))))


def known(report: Report) -> str:
    """How many findings were there before; empty if none."""
    count = sum(row.known for row in counts(report).values())
    origin = report.base or "an earlier scan"
    return f"{plural(count, 'finding')} known from {origin} {_are(count)} not shown." if count else ""


def undecided(report: Report) -> str:
    """How many verdicts the code leaves open; empty if none."""
    count = sum(row.unknown for row in counts(report).values())
    return f"{plural(count, 'verdict')} {_are(count)} not decided by the code." if count else ""


def not_analysed(report: Report) -> str:
    """How many parts of the code were seen and not judged; empty if none."""
    count = len({(part.name, part.reason) for part in report.not_analysed})
    return f"{plural(count, 'part')} of the code {_are(count)} not analysed." if count else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _by_severity(failed: list[Finding]) -> str:
    levels = [(level, sum(finding.severity is level for finding in failed)) for level in reversed(Severity)]
    return " (" + ", ".join(f"{count:,} {level.name.lower()}" for level, count in levels if count) + ")"
