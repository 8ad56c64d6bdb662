from __future__ import annotations

import re
from pathlib import Path

import pytest

from aiposture.model import Severity, SourceError, Verdict
from aiposture.output import formats
from aiposture.output.style import Style, listed, worst_first

FOR_PEOPLE = ["text", "concise", "github", "markdown"]
EVERYTHING = tuple(Verdict)


def test_the_order_is_the_one_of_the_help():
    assert formats.NAMES == ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown")


def test_each_has_a_page_in_the_documentation():
    page = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
    assert tuple(re.findall(r"^## `(\w+)`", page, re.MULTILINE)) == formats.NAMES


@pytest.mark.parametrize("name", formats.NAMES)
def test_the_same_report_gives_the_same_text(name, report, read_lines):
    style = Style(read_lines=read_lines)
    assert formats.render(name, report, style) == formats.render(name, report, style)


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_unknowns_are_counted_where_they_are_not_listed(name, report):
    shown = formats.render(name, report, Style())
    assert "1 verdict is not decided by the code" in shown
    assert "Whether it answers to every network is not decided" not in shown


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_unknowns_are_listed_if_asked_for(name, report):
    shown = formats.render(name, report, Style(show=EVERYTHING))
    assert "Whether it answers to every network is not decided" in shown


@pytest.mark.parametrize("name", [*FOR_PEOPLE, "junit", "gitlab"])
def test_known_findings_are_counted_only(name, report, exposed):
    known = exposed._replace(known=True, message="a message of its own")
    shown = formats.render(
        name, report._replace(base="the baseline old.json", findings=(known,)), Style(show=EVERYTHING)
    )
    assert "a message of its own" not in shown
    assert "1 finding known from the baseline old.json is not shown." in shown


@pytest.mark.parametrize("name", [*FOR_PEOPLE, "gitlab"])
def test_suppressed_findings_are_not_listed(name, report, suppressed):
    marked = suppressed._replace(message="a message of its own")
    assert "a message of its own" not in formats.render(
        name, report._replace(findings=(marked,)), Style(show=EVERYTHING)
    )


@pytest.mark.parametrize("name", [*FOR_PEOPLE, "gitlab", "sarif"])
def test_findings_below_a_severity_can_be_left_out(name, report, exposed):
    low = exposed._replace(severity=Severity.LOW, message="a message of its own")
    odd = report._replace(findings=(low,))
    assert "a message of its own" in formats.render(name, odd, Style(min_severity=Severity.LOW))
    assert "a message of its own" not in formats.render(name, odd, Style(min_severity=Severity.MEDIUM))


@pytest.mark.parametrize("name", ["json", "sarif", "junit"])
def test_suppressed_findings_can_be_hidden(name, report, suppressed):
    reason = suppressed._replace(suppressed=suppressed.suppressed._replace(reason="agreed with the owner"))
    odd = report._replace(findings=(reason,))
    assert "agreed with the owner" in formats.render(name, odd, Style())
    assert "agreed with the owner" not in formats.render(name, odd, Style(hide_suppressed=True))


def test_what_is_listed(report, exposed, undecided, suppressed):
    known = exposed._replace(known=True)
    every = report._replace(findings=(known, undecided, suppressed, exposed))
    assert listed(every, Style()) == [exposed]
    assert listed(every, Style(show=EVERYTHING)) == [undecided, exposed]


def test_the_worst_comes_first(exposed, in_module, undecided, passed, by_default):
    assert worst_first([passed, undecided, in_module, by_default, exposed]) == [
        exposed, by_default, in_module, undecided, passed,
    ]  # fmt: skip


@pytest.mark.parametrize("name", formats.NAMES)
@pytest.mark.parametrize("part", ["errors", "not_analysed", "notices", "base"])
def test_keys_are_sought_in_whatever_can_hold_a_word_of_the_user(name, part, report, clean):
    key = "sk-" + "a1b2c3d4" * 4
    quoting = {
        "errors": (SourceError("main.tf", 1, f"no such thing: {key}"),),
        "not_analysed": (report.not_analysed[0]._replace(name=key),),
        "notices": (report.notices[0]._replace(message=f"unused: {key}"),),
        "base": f"the baseline {key}",
    }
    shown = formats.render(name, clean._replace(**{part: quoting[part]}), Style())
    assert key not in shown


def test_a_report_that_quotes_nothing_is_not_searched_for_keys(clean, monkeypatch):
    monkeypatch.setattr(formats, "without_keys", None)
    assert "AIS201" in formats.render("json", clean, Style())
