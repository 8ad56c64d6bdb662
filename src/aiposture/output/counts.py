"""How many services each control passed and failed."""

from __future__ import annotations

from typing import NamedTuple

from aiposture.model import Report, Verdict


class Counts(NamedTuple):
    """The results of one control. A suppressed result counts as suppressed only, a known failure as known only."""

    passed: int
    failed: int
    unknown: int
    not_applicable: int
    suppressed: int
    known: int


def counts(report: Report) -> dict[str, Counts]:
    """The counts of every control of the scan, by its id, in order."""
    return {control.id: _count(report, control.id) for control in report.controls}


def _count(report: Report, control_id: str) -> Counts:
    findings = [finding for finding in report.findings if finding.control.id == control_id]
    standing = [finding.verdict for finding in findings if finding.suppressed is None]
    known = sum(
        finding.known and finding.suppressed is None and finding.verdict is Verdict.FAIL for finding in findings
    )
    return Counts(
        passed=standing.count(Verdict.PASS),
        failed=standing.count(Verdict.FAIL) - known,
        unknown=standing.count(Verdict.UNKNOWN),
        not_applicable=report.not_applicable.get(control_id, 0),
        suppressed=len(findings) - len(standing),
        known=known,
    )
