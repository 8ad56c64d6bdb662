"""A report for programs: version 1 of the contract that results.schema.json describes.

The same findings give the same bytes: everything is sorted, and no time is in it. All verdicts are in it.
"""

from __future__ import annotations

import json
from typing import Any

from aiposture import __version__
from aiposture.model import Fact, FactValue, Finding, Location, Report, Suppression, Unknown
from aiposture.output.counts import Counts, counts
from aiposture.output.shard import described
from aiposture.output.style import Style
from aiposture.output.words import shown_expression, written_value

VERSION = 1

Json = dict[str, Any]


def render(report: Report, style: Style) -> str:
    """The report as JSON text, ASCII only so that every terminal and pipe can carry it."""
    listed = [one for one in report.findings if one.suppressed is None or not style.hide_suppressed]
    findings = sorted(listed, key=_order)
    document = {
        "version": VERSION,
        "tool": {"name": "aiposture", "version": __version__},
        "results": [_result(finding) for finding in findings],
        "errors": [
            {"path": error.path, "line": error.line, "message": error.message}
            for error in sorted(report.errors, key=lambda error: (error.path, error.line, error.message))
        ],
        "summary": _summary(report),
        **({} if report.shard is None else {"shard": described(report, report.shard, style, findings)}),
    }
    return json.dumps(document, indent=2) + "\n"


def _order(finding: Finding) -> tuple[Location, str, str, str]:
    return finding.location, finding.control.id, finding.resource.address, finding.fingerprint


def _result(finding: Finding) -> Json:
    return {
        "control": finding.control.id,
        "verdict": finding.verdict.value,
        "severity": finding.severity.name.lower(),
        "service": finding.service,
        "resource": _resource(finding),
        "location": _location(finding.location),
        "message": finding.message,
        "reason": finding.reason,
        "because": None if finding.because is None else _because(finding.because),
        "related": [
            {"message": related.message, "location": _location(related.location)} for related in finding.related
        ],
        "calls": [
            {"path": call.location.path, "line": call.location.line, "name": call.name} for call in finding.calls
        ],
        "suppressed": None if finding.suppressed is None else _suppressed(finding.suppressed),
        "known": finding.known,
        "fingerprint": finding.fingerprint,
    }


def _resource(finding: Finding) -> Json:
    resource = finding.resource
    return {
        "address": resource.address,
        "type": resource.shown_type,
        "dialect": resource.dialect,
        "name": resource.name,
        "path": resource.location.path,
        "line": resource.location.line,
        "end_line": resource.location.end_line,
    }


def _because(fact: Fact) -> Json:
    return {
        "property": fact.property,
        "value": _value(written_value(fact)),
        "origin": fact.origin.value,
        "expression": shown_expression(fact),
        "location": _location(fact.location),
    }


def _value(value: FactValue) -> Any:
    if isinstance(value, Unknown):
        return None
    return [_value(member) for member in value] if isinstance(value, tuple) else value


def _location(location: Location) -> Json:
    return {
        "path": location.path,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
    }


def _suppressed(suppression: Suppression) -> Json:
    return {
        "reason": suppression.reason,
        "kind": suppression.kind,
        "location": _location(suppression.location),
    }


def _summary(report: Report) -> Json:
    return {
        "controls": {control_id: _counts(row) for control_id, row in sorted(counts(report).items())},
        "files_read": report.files_read,
        "files_skipped": dict(sorted(report.files_skipped.items())),
        "services": report.services,
        "base": report.base,
        "not_analysed": [
            {"name": part.name, "reason": part.reason, "path": part.location.path, "line": part.location.line}
            for part in sorted(report.not_analysed, key=lambda part: (part.location, part.name, part.reason))
        ],
        "notices": [
            {"message": notice.message, "path": notice.location.path, "line": notice.location.line}
            for notice in sorted(report.notices, key=lambda notice: (notice.location, notice.message))
        ],
    }


def _counts(row: Counts) -> Json:
    return {
        "pass": row.passed,
        "fail": row.failed,
        "unknown": row.unknown,
        "not_applicable": row.not_applicable,
        "suppressed": row.suppressed,
        "known": row.known,
    }
