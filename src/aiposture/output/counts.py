"""How many services each control passed and failed."""

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
    return {control_id: _count(report, control_id) for control_id in report.not_applicable}


def telling(report: Report) -> tuple[dict[str, Counts], str]:
    """The counts of the controls that concerned something, and a sentence about the others; empty if there are none."""
    rows = {one: row for one, row in counts(report).items() if any(row._replace(not_applicable=0))}
    silent = len(report.not_applicable) - len(rows)
    if not silent or not (rows or report.services):
        return rows, ""
    noun = "more control" if rows else "control"
    return rows, f"{silent} {noun}{'s' if silent > 1 else ''} concerned nothing that was found."


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
