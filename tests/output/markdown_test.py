from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from aiposture.model import Location, NotAnalysed, Notice, SourceError, Verdict
from aiposture.output import markdown
from aiposture.output.style import Style

LIMIT = 900 * 1024


def html(report, **style):
    return MarkdownIt("gfm-like", {"linkify": False}).render(markdown.render(report, Style(**style)))


def test_a_clean_scan_has_a_verdict_and_counts(clean):
    text = markdown.render(clean, Style())
    assert text.startswith("## :white_check_mark: aiposture\n\nPassed: no findings on 1 AI service.\n")
    assert "### Findings" not in text
    assert "2 controls concerned nothing that was found." in text


def test_snapshot(report, snapshot):
    snapshot(markdown.render(report, Style()), "report.md")


def test_findings_are_a_table_with_the_worst_first(report, in_module, exposed):
    page = html(report._replace(findings=(in_module, exposed)))
    assert page.index("azurerm_cognitive_account.open") < page.index("module.ai.azurerm_cognitive_account.this")
    assert '<a href="https://aiposture.github.io/aiposture/controls/AIS201/">AIS201</a>' in page
    assert "<code>main.tf:7</code>" in page


def test_quiet_leaves_findings_and_errors(report):
    headings = [line for line in markdown.render(report, Style(quiet=True)).splitlines() if line.startswith("###")]
    assert headings == ["### Could not be read", "### Findings"]


@pytest.mark.parametrize("letter", ["x", "`", "|", "<", "検", "\x1b", "@a"])
def test_a_summary_is_never_too_long(letter, report, exposed):
    evil = letter * 500
    place = Location(evil, 1, 1, 1, 2)
    finding = exposed._replace(message=evil, location=place, resource=exposed.resource._replace(address=evil), fix=evil)
    huge = report._replace(
        findings=(finding,) * 3000,
        errors=(SourceError(evil, 1, evil),) * 1000,
        notices=(Notice(evil, place),) * 1000,
        not_analysed=tuple(NotAnalysed(f"{number}{evil}", evil, place) for number in range(1000)),
    )
    text = markdown.render(huge, Style(show=tuple(Verdict)))
    assert len(text.encode()) < LIMIT
    kept = text.count("| high |")
    assert 0 < kept < 3000
    assert f"And {3000 - kept:,} more findings, left out because the summary would be too long." in text


def test_what_was_cut_is_counted_once_and_only_if_something_was(report):
    assert "left out" not in markdown.render(report, Style())


def test_what_a_message_quotes_is_code(report, exposed):
    quoting = exposed._replace(message="`a|b` is `*c*` and @d`")
    balanced = exposed._replace(message="`a|b` is `*c*` and @d")
    first, second = (html(report._replace(findings=(one,))) for one in (quoting, balanced))
    assert "<code>*c*</code>" not in first
    assert "<code>a\\x7cb</code> is <code>*c*</code> and" in second
