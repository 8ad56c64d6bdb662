from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

import pytest

from aiposture.model import Location, Severity, SourceError, Verdict
from aiposture.output import github
from aiposture.output.style import Style


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def read(text: str) -> list[Command]:
    """Workflow commands as the runner reads them, from its documented form."""
    return [command(line) for line in text.splitlines()]


def command(line: str) -> Command:
    match = re.fullmatch(r"::([a-z]+)(?: ([^:]*))?::(.*)", line)
    assert match, line
    pairs = (pair.split("=", 1) for pair in match[2].split(","))
    properties = {name: unescape(value, {"%3A": ":", "%2C": ","}) for name, value in pairs}
    return Command(match[1], properties, unescape(match[3], {}))


def unescape(text: str, more: dict[str, str]) -> str:
    for code, character in {**more, "%0D": "\r", "%0A": "\n", "%25": "%"}.items():
        text = text.replace(code, character)
    return text


def test_a_clean_scan_is_one_notice(clean):
    (only,) = read(github.render(clean, Style()))
    assert only == ("notice", {"title": "aiposture"}, "Passed: no findings on 1 AI service.")


def test_errors_come_first_then_the_worst(report):
    commands = read(github.render(report, Style()))
    assert [(one.name, one.properties.get("file"), one.properties["title"][:6]) for one in commands] == [
        ("error", "broken.tf", "aipost"),
        ("error", "main.tf", "AIS201"),
        ("error", "main.tf", "AIS201"),
        ("warning", "modules/ai/main.tf", "AIS401"),
        ("warning", "main.tf", "aipost"),
        ("notice", None, "aipost"),
    ]


def test_a_finding_has_its_place_and_its_fix(report):
    _, exposed, *_ = read(github.render(report, Style()))
    assert exposed.properties == {
        "file": "main.tf", "line": "7", "endLine": "7", "col": "35", "endColumn": "45",
        "title": "AIS201 Restrict Azure AI Service Endpoints",
    }  # fmt: skip
    assert exposed.data.splitlines() == [
        "The Azure AI services account answers to every network",
        "resource: azurerm_cognitive_account.open",
        "fix: Set public_network_access_enabled to false",
        "rule: https://aiposture.github.io/aiposture/controls/AIS201/",
    ]


def test_a_stretch_of_several_lines_has_no_columns(report, exposed):
    block = exposed._replace(location=Location("main.tf", 5, 1, 8, 2))
    first, _ = read(github.render(report._replace(findings=(block,), errors=(), notices=()), Style()))
    assert {name: first.properties.get(name) for name in ("line", "endLine", "col", "endColumn")} == {
        "line": "5", "endLine": "8", "col": None, "endColumn": None,
    }  # fmt: skip


@pytest.mark.parametrize("severity", Severity)
def test_ten_of_a_level_and_the_rest_is_counted(severity, clean, exposed):
    findings = tuple(
        exposed._replace(severity=severity, location=Location("main.tf", line, 1, line, 2)) for line in range(1, 31)
    )
    *_, last = commands = read(github.render(clean._replace(findings=findings), Style()))
    (count,) = {max(Counter(one.name for one in commands).values())}
    assert count == github.MOST
    hidden = 30 - len(commands) + 1
    assert f"{hidden} more were found" in last.data


def test_the_worst_are_kept(clean, exposed):
    early = [exposed._replace(location=Location("main.tf", line, 1, line, 2)) for line in range(1, 12)]
    late = exposed._replace(severity=Severity.CRITICAL, location=Location("z.tf", 1, 1, 1, 2))
    first, *_ = read(github.render(clean._replace(findings=(*early, late)), Style()))
    assert first.properties["file"] == "z.tf"


def test_names_with_signs_of_the_form_come_back(clean):
    path, message = "a,b:c%0A.tf", "x::y, 100% \\ z"
    first, _ = read(github.render(clean._replace(errors=(SourceError(path, 1, message),)), Style()))
    assert (first.properties["file"], first.data) == (path, message)


def test_undecided_is_a_notice(report, undecided):
    commands = read(github.render(report._replace(findings=(undecided,), errors=(), notices=()), Style(show=Verdict)))
    assert [one.name for one in commands] == ["notice", "notice"]
