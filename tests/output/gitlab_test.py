from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from aiposture.model import Severity, Verdict
from aiposture.output import gitlab
from aiposture.output.style import Style

# As GitLab documents the report: these fields, these severities, a path without "./" and a first line.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "location", "severity"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def issues(report, **style):
    document = json.loads(gitlab.render(report, Style(**style)))
    Draft202012Validator(SCHEMA).validate(document)
    prints = [issue["fingerprint"] for issue in document]
    assert len(set(prints)) == len(prints)
    return document


def test_a_clean_scan_has_no_issues(clean):
    assert issues(clean) == []


def test_errors_findings_and_what_is_open(report):
    found = [(one["check_name"], one["severity"], one["location"]["path"]) for one in issues(report)]
    assert found == [
        ("aiposture-error", "blocker", "broken.tf"),
        ("AIS201", "critical", "main.tf"),
        ("AIS201", "critical", "main.tf"),
        ("AIS401", "major", "modules/ai/main.tf"),
        ("aiposture-scan", "info", "main.tf"),
    ]
    assert issues(report)[-1]["description"] == (
        "1 verdict is not decided by the code. 1 part of the code is not analysed."
    )


@pytest.mark.parametrize(
    ("severity", "expected"),
    list(zip(Severity, ["info", "minor", "major", "critical", "blocker"], strict=True)),
)
def test_severities(severity, expected, clean, exposed):
    (only,) = issues(clean._replace(findings=(exposed._replace(severity=severity),)))
    assert only["severity"] == expected


def test_a_fingerprint_is_the_findings_own(clean, exposed):
    (only,) = issues(clean._replace(findings=(exposed,)))
    assert only["fingerprint"] == "f1"


def test_unknowns_are_info_and_say_so(clean, undecided):
    one, about = issues(clean._replace(findings=(undecided,)), show=tuple(Verdict))
    assert (one["severity"], one["description"][:9]) == ("info", "unknown: ")
    assert about["check_name"] == "aiposture-scan"
