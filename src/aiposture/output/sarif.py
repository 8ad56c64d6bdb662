"""A report for code scanning: SARIF 2.1.0 in the form that GitHub reads.

What GitHub demands decides much here. It shows an alert in a pull request only if all lines of its region are
in the diff, so a region is one line. It does not honour `uriBaseId`, so a URI is the plain path in the
repository. It reads nothing of a rule but what `_rule` writes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from aiposture import __version__
from aiposture.model import Control, Finding, Location, Report, Severity, Suppression, Verdict
from aiposture.output import words
from aiposture.output.places import Place, flows, others, primary
from aiposture.output.shard import described
from aiposture.output.snippet import MAX_CHARACTERS, source_line
from aiposture.output.style import ReadLines, Style

Json = dict[str, Any]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://aiposture.github.io/aiposture/"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub's bands: over 9.0 critical, from 7.0 high, from 4.0 medium, above 0 low.
_SECURITY_SEVERITIES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.5",
}
_KINDS = {Verdict.FAIL: "fail", Verdict.UNKNOWN: "open", Verdict.PASS: "pass"}
_MOST_TAGS = 20  # GitHub shows the first ten
_LONGEST_DESCRIPTION = 1024


def render(report: Report, style: Style) -> str:
    """The report as SARIF text. Suppressed results stay, marked so, unless the style hides them.

    So do known ones, as "unchanged" if the report has a base to compare with.
    """
    results = [
        finding
        for finding in report.findings
        if style.lists(finding) and (finding.suppressed is None or not style.hide_suppressed)
    ]
    shard = {} if report.shard is None else {"shard": described(report, report.shard, style, results)}
    return _Writer(style.read_lines).document(report, results, shard)


class _Writer:
    """Builds the parts that show source text."""

    def __init__(self, read_lines: ReadLines) -> None:
        self._read_lines = read_lines

    def document(self, report: Report, findings: Sequence[Finding], properties: Json) -> str:
        indices = {control.id: index for index, control in enumerate(report.controls)}
        results = [
            {**self._result(finding, indices[finding.control.id]), **_state(finding, report.base)}
            for finding in findings
        ]
        run = {
            "tool": {"driver": _driver(report.controls)},
            "automationDetails": {"id": "aiposture/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [self._invocation(report)],
            "results": results,
            **({"properties": properties} if properties else {}),
        }
        return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"

    def _invocation(self, report: Report) -> Json:
        errors = [
            self._notification("error", error.message, Location(error.path, error.line, 1, error.line, 2))
            for error in report.errors
        ]
        skipped = [
            self._notification("note", f"{part.name} was not analysed: {part.reason}", part.location)
            for part in report.not_analysed
        ]
        notices = [self._notification("warning", notice.message, notice.location) for notice in report.notices]
        return {
            "executionSuccessful": not report.errors,
            "toolExecutionNotifications": [*errors, *skipped],
            "toolConfigurationNotifications": notices,
        }

    def _notification(self, level: str, message: str, location: Location) -> Json:
        return {"level": level, "message": _message(message), "locations": [self._location(location)]}

    def _result(self, finding: Finding, index: int) -> Json:
        kind = _KINDS[finding.verdict]
        result: Json = {
            "ruleId": finding.control.id,
            "ruleIndex": index,
            "kind": kind,
            "level": _LEVELS[finding.severity] if kind == "fail" else "none",
            "message": _message(finding.message),
            "locations": [self._primary(finding)],
            "partialFingerprints": {"aiposture/v1": finding.fingerprint},
            "properties": _properties(finding),
        }
        related = [{"id": number, **self._place(place)} for number, place in enumerate(others(finding))]
        if related:
            result["relatedLocations"] = related
        code_flows = [{"threadFlows": [{"locations": self._stops(stops)}]} for stops in flows(finding)]
        if code_flows:
            result["codeFlows"] = code_flows
        if finding.suppressed is not None:
            result["suppressions"] = [self._suppression(finding.suppressed)]
        return result

    def _suppression(self, suppression: Suppression) -> Json:
        return {
            "kind": "inSource" if suppression.kind == "inline" else "external",
            "status": "accepted",
            **({"justification": suppression.reason} if suppression.reason else {}),
            "location": self._location(suppression.location),
        }

    def _primary(self, finding: Finding) -> Json:
        resource = finding.resource
        location = self._location(finding.location, secret=primary(finding).secret)
        block = resource.location
        if block.covers(finding.location) and block.end_line > block.line:
            context = {"startLine": block.line, "endLine": block.end_line}
            location["physicalLocation"]["contextRegion"] = context
        name = {"fullyQualifiedName": resource.address, "name": resource.name, "kind": "resource"}
        return {**location, "logicalLocations": [name]}

    def _stops(self, stops: list[Place]) -> list[Json]:
        return [{"location": self._place(stop)} for stop in stops]

    def _place(self, place: Place) -> Json:
        return self._location(place.location, place.label, secret=place.secret)

    def _location(self, location: Location, message: str | None = None, *, secret: bool = False) -> Json:
        region = self._region(location, secret=secret)
        physical = {"artifactLocation": {"uri": _uri(location.path)}, "region": region}
        return {"physicalLocation": physical, **({"message": _message(message)} if message else {})}

    def _region(self, location: Location, *, secret: bool) -> Json:
        line = source_line(location, self._read_lines, secret=secret)
        end = location.end_column
        if location.end_line > location.line:
            end = len(line.text.rstrip()) + 1 if line is not None else 0
        end = max(end, location.column + 1)
        region: Json = {
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.line,
            "endColumn": end,
        }
        wide = end - location.column > MAX_CHARACTERS
        if line is not None and not wide and (text := line.part(location.column - 1, end - 1)):
            region["snippet"] = {"text": text}
        return region


def _state(finding: Finding, base: str) -> Json:
    return {"baselineState": "unchanged" if finding.known else "new"} if base else {}


def _message(text: str) -> Json:
    # SARIF makes a link of `[text](target)`; a name from the scanned code must not become one.
    return {"text": text.replace("](", "] (")}


def _driver(controls: Sequence[Control]) -> Json:
    return {
        "name": "aiposture",
        "fullName": f"aiposture {__version__}",
        "organization": "aiposture",
        "semanticVersion": __version__,
        "informationUri": _HOME,
        "rules": [_rule(control) for control in controls],
    }


def _rule(control: Control) -> Json:
    return {
        "id": control.id,
        "name": "".join(word.capitalize() for word in control.slug.split("-")),
        "shortDescription": {"text": _sentence(control.title)},
        "fullDescription": {"text": _sentence(control.summary)[:_LONGEST_DESCRIPTION]},
        "helpUri": control.url,
        "help": {"text": f"{_sentence(control.summary)} {_sentence(control.fix)}", "markdown": control.doc.strip()},
        "defaultConfiguration": {"level": _LEVELS[control.severity]},
        "properties": {
            "tags": _tags(control),
            "precision": "high",
            "security-severity": _SECURITY_SEVERITIES[control.severity],
        },
    }


def _tags(control: Control) -> list[str]:
    mappings = [f"{mapping.framework} {mapping.item}" for mapping in control.mappings]
    tags = ["security", "ai", control.category.replace(" ", "-"), *mappings, *control.aliases]
    return list(dict.fromkeys(tags))[:_MOST_TAGS]


def _properties(finding: Finding) -> Json:
    properties: Json = {
        "verdict": finding.verdict.value,
        "severity": finding.severity.name.lower(),
        "service": finding.service,
        "resourceType": finding.resource.shown_type,
        "address": finding.resource.address,
        "reason": finding.reason,
        "fix": finding.fix,
    }
    if finding.because is not None:
        properties["because"] = words.why(finding.because)
    return properties


def _uri(path: str) -> str:
    # A file name may hold bytes that are no UTF-8; os.fsencode gives them back as they are on the disk.
    return quote(os.fsencode(path), safe="/")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
