from __future__ import annotations

from itertools import pairwise

import pytest

from aiposture.model import Fact, Location, NotAnalysed, Origin, Related, Severity, Unknown, Verdict
from aiposture.output import text
from aiposture.output.style import Style

EVERYTHING = tuple(Verdict)


def test_a_clean_scan_prints_no_finding(clean, read_lines):
    shown = text.render(clean, Style(read_lines=read_lines))
    assert "-->" not in shown
    assert shown.endswith("Passed: no findings on 1 AI service.\n")


def test_a_scan_without_ai_says_so(clean, read_lines):
    assert "Passed: no AI services found.\n" in text.render(clean._replace(services=0), Style(read_lines=read_lines))


def test_quiet_and_clean_prints_nothing(clean, read_lines):
    assert text.render(clean, Style(read_lines=read_lines, quiet=True)) == ""


@pytest.mark.parametrize("name", ["default", "everything", "quiet", "colour"])
def test_snapshots(name, report, read_lines, snapshot):
    options = {
        "default": {},
        "everything": {"show": EVERYTHING},
        "quiet": {"quiet": True},
        "colour": {"colour": True},
    }
    snapshot(text.render(report, Style(read_lines=read_lines, **options[name])), f"{name}.txt")


def test_unknowns_are_hinted_at_until_they_are_shown(report, read_lines):
    hint = "--show fail,unknown"
    assert hint in text.render(report, Style(read_lines=read_lines))
    assert hint not in text.render(report, Style(read_lines=read_lines, show=EVERYTHING))


def test_suppressed_findings_are_counted_only(report, suppressed, read_lines):
    shown = text.render(report._replace(findings=(suppressed,)), Style(read_lines=read_lines))
    assert suppressed.message not in shown
    row = next(line for line in shown.splitlines() if line.startswith("AIS401"))
    assert row.split()[-5:] == ["-", "-", "-", "-", "1"]


@pytest.mark.parametrize(
    ("line", "column", "end_column", "source", "underline"),
    [
        pytest.param("a = true", 5, 9, "a = true", "    ^^^^", id="plain"),
        pytest.param("\ta = true", 6, 10, "    a = true", "        ^^^^", id="tab before"),
        pytest.param("検 = 索引", 5, 7, "検 = 索引", "     ^^^^", id="wide before and inside"),
        pytest.param("e\u0301 = true", 6, 10, "e\u0301 = true", "    ^^^^", id="combining"),
        pytest.param("\x1b[2J = true", 8, 12, "\\x1b[2J = true", "          ^^^^", id="escape"),
        pytest.param("\u202ea = 1", 6, 7, "\\u202ea = 1", "          ^", id="bidirectional"),
        pytest.param("a =", 9, 9, "a =", "   ^", id="beyond the end"),
        pytest.param("x" * 300, 201, 203, "…" + "x" * 120 + "…", " " * 41 + "^^", id="long"),
        pytest.param("x" * 300, 1, 301, "x" * 120 + "…", "^" * 120, id="long span"),
    ],
)
def test_underline(line, column, end_column, source, underline, report, exposed):
    location = Location("odd.tf", 1, column, 1, end_column)
    finding = exposed._replace(location=location, because=None)
    shown = text.render(report._replace(findings=(finding,)), Style(read_lines=lambda _: [line], quiet=True))
    lines = shown.splitlines()
    assert lines[3:5] == [f"1 | {source}", f"  | {underline}"]


def test_a_span_of_several_lines_is_underlined_on_its_first(report, exposed):
    finding = exposed._replace(location=Location("odd.tf", 1, 5, 3, 2), because=None)
    shown = text.render(report._replace(findings=(finding,)), Style(read_lines=lambda _: ["a = {  ", "}"], quiet=True))
    assert shown.splitlines()[3:5] == ["1 | a = {", "  |     ^"]


@pytest.mark.parametrize("lines", [None, []])
def test_a_file_that_cannot_be_shown_leaves_the_place(lines, report, exposed):
    shown = text.render(report._replace(findings=(exposed,)), Style(read_lines=lambda _: lines, quiet=True))
    assert "--> main.tf:7:35\n" in shown


def test_hostile_text_cannot_reach_the_terminal(report, exposed):
    evil = "\x1b]0;owned\x07\r\n::error::\u202e"
    location = Location(f"a{evil}.tf", 1, 1, 1, 2)
    finding = exposed._replace(
        message=evil,
        fix=evil,
        resource=exposed.resource._replace(address=evil),
        because=Fact(Unknown(evil, evil), Origin.UNRESOLVED, evil, location, ()),
        location=location,
    )
    hostile = report._replace(
        findings=(finding,),
        errors=(report.errors[0]._replace(message=evil, path=evil),),
        notices=(report.notices[0]._replace(message=evil, location=location),),
        not_analysed=(NotAnalysed(evil, evil, location),),
        files_skipped={evil: 1},
    )
    shown = text.render(hostile, Style(read_lines=lambda _: [evil]))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert not any(line.startswith("::") for line in shown.split("\n"))


@pytest.mark.parametrize(
    ("property_path", "hidden"),
    [
        ("public_network_access_enabled", False),
        ("authentication.key_type_name", False),
        ("key_vault_id", False),
        ("primary_access_key", True),
        ("credentials.apiKey", True),
        ("identity_ids", False),
        ("settings.adminPassword", True),
    ],
)
def test_values_of_secrets_are_masked(property_path, hidden, report, exposed, read_lines):
    fact = exposed.because._replace(property=property_path, value="hunter2", stated="hunter2", trail=())
    finding = exposed._replace(because=fact)
    shown = text.render(report._replace(findings=(finding,)), Style(read_lines=read_lines))
    assert ("hunter2" not in shown) is hidden


def test_the_list_of_what_was_not_analysed_is_cut(clean, read_lines):
    location = Location("main.tf", 1, 1, 1, 2)
    parts = tuple(NotAnalysed(f"acme/ai-{number:02}", "remote", location) for number in range(25))
    shown = text.render(clean._replace(not_analysed=parts), Style(read_lines=read_lines))
    assert "acme/ai-19" in shown
    assert "acme/ai-20" not in shown
    assert "and 5 more" in shown


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [
        (Severity.LOW, "Failed: 1 finding (1 high)."),
        (Severity.HIGH, "Failed: 1 finding (1 high)."),
        (Severity.CRITICAL, "Passed: 1 finding (1 high), none at or above critical."),
    ],
)
def test_the_last_line_is_the_verdict(fail_on, verdict, clean, exposed, read_lines):
    shown = text.render(clean._replace(findings=(exposed,)), Style(read_lines=read_lines, fail_on=fail_on))
    assert shown.splitlines()[-1] == verdict


def test_errors_outweigh_findings(report, read_lines):
    last = text.render(report, Style(read_lines=read_lines)).splitlines()[-1]
    assert last == "Incomplete: 1 error, so the verdict does not hold; 3 findings (2 high, 1 medium)."


def test_a_default_is_not_told_by_its_folded_value(report, by_default, read_lines):
    # True here means that keys are accepted; the property's own default is false.
    fact = by_default.because._replace(property="disableLocalAuth", value=True, note=None)
    odd = report._replace(findings=(by_default._replace(because=fact),))
    shown = text.render(odd, Style(read_lines=read_lines, quiet=True))
    assert "= why: disableLocalAuth is not stated, so its default applies\n" in shown


def test_a_finding_with_very_many_places_is_cut(report, by_default, read_lines):
    places = tuple(Related("here", Location("main.tf", 1, column, 1, column + 1)) for column in range(1, 12))
    finding = by_default._replace(related=places)
    shown = text.render(report._replace(findings=(finding,)), Style(read_lines=read_lines, quiet=True))
    assert shown.count(":::") == 8
    assert "and 3 more places; --format json has all" in shown


def test_known_findings_have_a_column_and_a_line(report, exposed):
    known = text.render(report._replace(findings=(exposed._replace(known=True),), base="the baseline b.json"), Style())
    heading, row = next(pair for pair in pairwise(known.splitlines()) if "AIS201  " in pair[1])
    assert heading.split()[-1] == "known"
    assert row.split()[-6:] == ["-", "-", "-", "1", "-", "1"]
    assert "1 finding known from the baseline b.json is not shown." in known


def test_without_known_findings_there_is_no_such_column(report):
    assert " known" not in text.render(report, Style())
