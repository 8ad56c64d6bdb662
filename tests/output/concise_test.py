from __future__ import annotations

import re
from pathlib import Path

import pytest

from aiposture.model import Verdict
from aiposture.output import concise
from aiposture.output.style import Style

MATCHER = re.compile(r"(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+): (?P<word>\w+) (?P<id>AIS\d{3}) (?P<rest>.*)")


def test_a_clean_scan_is_one_line(clean):
    assert concise.render(clean, Style()) == "Passed: no findings on 1 AI service.\n"
    assert concise.render(clean, Style(quiet=True)) == ""


def test_a_line_a_finding(report):
    lines = concise.render(report, Style(quiet=True)).splitlines()
    found = [match.group("path", "line", "column", "word", "id") for match in map(MATCHER.fullmatch, lines) if match]
    assert found == [
        ("main.tf", "7", "35", "high", "AIS201"),
        ("main.tf", "10", "1", "high", "AIS201"),
        ("modules/ai/main.tf", "3", "23", "medium", "AIS401"),
    ]
    assert lines[-1] == "broken.tf:3:1: error a brace is missing"
    assert lines[0].endswith(" The Azure AI services account answers to every network [azurerm_cognitive_account.open]")


def test_the_end_says_what_was_not_judged(report):
    assert concise.render(report, Style()).splitlines()[-4:] == [
        "main.tf:11:3: notice nothing here fails AIS101",
        "1 verdict is not decided by the code.",
        "1 part of the code is not analysed.",
        "Incomplete: 1 error, so the verdict does not hold; 3 findings (2 high, 1 medium).",
    ]  # fmt: skip


@pytest.mark.parametrize(("verdict", "word"), [(Verdict.UNKNOWN, "unknown"), (Verdict.PASS, "pass")])
def test_what_did_not_fail_is_called_by_its_verdict(verdict, word, report):
    assert f": {word} AIS201 " in concise.render(report, Style(show=(verdict,)))


def test_colour(report):
    assert "\x1b[1;31mhigh\x1b[0m AIS201" in concise.render(report, Style(colour=True))


def test_the_documented_pattern_reads_every_line(report):
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    (pattern,) = re.findall(r"^(\^\(\.\+\?\):.*\$)$", page, re.MULTILINE)
    lines = concise.render(report, Style(quiet=True, show=tuple(Verdict))).splitlines()
    read = [re.fullmatch(pattern, line) for line in lines]
    assert len(lines) == 6
    assert all(read)
    assert [match[5] for match in read] == ["AIS201", "AIS201", "AIS201", "AIS401", "AIS201", None]
