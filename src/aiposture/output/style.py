"""What the user chose about a report, apart from its format."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from aiposture.model import Finding, Report, Severity, Verdict

ReadLines = Callable[[str], "list[str] | None"]


def _no_lines(_path: str) -> None:
    """No source at hand: findings are then shown by their places alone."""


class Style(NamedTuple):
    """Choices that change a report. A format takes those that mean something to it.

    `read_lines` gives the lines of a file of the scan, None if it cannot be read. `show` are the verdicts to list.
    `fail_on` is the lowest severity that fails. `quiet` leaves findings and errors. `hide_suppressed` leaves
    suppressed results out of the formats that list them, JSON and SARIF; they stay counted. `min_severity` is the
    lowest severity to list; what is below is counted, and JSON and JUnit have it.
    """

    read_lines: ReadLines = _no_lines
    show: Collection[Verdict] = (Verdict.FAIL,)
    fail_on: Severity = Severity.LOW
    quiet: bool = False
    colour: bool = False
    hide_suppressed: bool = False
    min_severity: Severity = Severity.INFO

    def lists(self, finding: Finding) -> bool:
        """Whether the finding is of a verdict and a severity to list."""
        return finding.verdict in self.show and finding.severity >= self.min_severity


def listed(report: Report, style: Style) -> list[Finding]:
    """The findings that a report for people lists: of the verdicts to show, not suppressed, and not known before."""
    return [
        finding
        for finding in report.findings
        if style.lists(finding) and finding.suppressed is None and not finding.known
    ]


def worst_first(findings: Collection[Finding]) -> list[Finding]:
    """Failures before the undecided before passes, each the severest first, then in order of place."""
    ranks = {Verdict.FAIL: 0, Verdict.UNKNOWN: 1, Verdict.PASS: 2}
    return sorted(findings, key=lambda finding: (ranks[finding.verdict], -finding.severity, finding.location))
