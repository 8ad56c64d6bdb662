"""What a report means for the exit status, and the sentence that says so."""

from collections import Counter
from enum import IntEnum
from typing import NamedTuple

from aiposture.model import Finding, Report, Severity, Verdict
from aiposture.output.counts import counts


class Outcome(IntEnum):
    """The exit status: a verdict that is incomplete outweighs findings."""

    CLEAN = 0
    FINDINGS = 1
    INCOMPLETE = 2


class Tally(NamedTuple):
    """What decides: findings that count, by severity, errors, and how many AI services there are, if that is known."""

    failed: Counter[Severity]
    errors: int
    services: int | None = None

    def outcome(self, fail_on: Severity) -> Outcome:
        """The outcome if findings at or above `fail_on` fail."""
        if self.errors:
            return Outcome.INCOMPLETE
        failing = any(times and severity >= fail_on for severity, times in self.failed.items())
        return Outcome.FINDINGS if failing else Outcome.CLEAN

    def sentence(self, fail_on: Severity) -> str:
        """The verdict in one line."""
        count = self.failed.total()
        found = plural(count, "finding") + _by_severity(self.failed) if count else "no findings"
        result = self.outcome(fail_on)
        if result is Outcome.INCOMPLETE:
            return f"Incomplete: {plural(self.errors, 'error')}, so the verdict does not hold; {found}."
        if result is Outcome.FINDINGS:
            return f"Failed: {found}."
        if count:
            return f"Passed: {found}, none at or above {fail_on.name.lower()}."
        if self.services is None:
            return f"Passed: {found}."
        if not self.services:
            return "Passed: no AI services found."
        return f"Passed: {found} on {plural(self.services, 'AI service')}."


def tally(report: Report) -> Tally:
    """What decides in a report."""
    failed = Counter(finding.severity for finding in failures(report))
    return Tally(failed, len(report.errors), report.services)


def outcome(report: Report, fail_on: Severity) -> Outcome:
    """The outcome of a scan of which findings at or above `fail_on` fail."""
    return tally(report).outcome(fail_on)


def failures(report: Report) -> list[Finding]:
    """The findings that count: failed, not suppressed and not known before."""
    return [
        finding
        for finding in report.findings
        if finding.verdict is Verdict.FAIL and finding.suppressed is None and not finding.known
    ]


def sentence(report: Report, fail_on: Severity) -> str:
    """The verdict in one line, for the end of a log."""
    return tally(report).sentence(fail_on)


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


def _by_severity(failed: Counter[Severity]) -> str:
    levels = [(level, failed[level]) for level in reversed(Severity)]
    return " (" + ", ".join(f"{count:,} {level.name.lower()}" for level, count in levels if count) + ")"
