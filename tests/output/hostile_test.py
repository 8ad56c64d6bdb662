"""One table of names that a hostile repository could hold, against every format."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from aiposture.model import Fact, Location, NotAnalysed, Notice, SourceError, Suppression, Verdict
from aiposture.output import formats
from aiposture.output.style import Style

EVIL = {
    "newlines": "a\n::error file=x::gone\r\n##[error]gone\n| a | b |\n# gone",
    "escapes": "a\x1b[2J\x1b]0;gone\x07\x9b31m\x00\x7f",
    "workflow command": "::set-output name=a::b",
    "old workflow command": "##[add-mask]a",
    "azure command": "##vso[task.setvariable variable=a]b",
    "teamcity command": "##teamcity[message text='a']",
    "percent": "a%0A::error::b%25",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "entities": "&lt;script&gt; &#60;b&#62;",
    "link": "a](javascript:alert(1)) [b](https://example.org) ![c](https://example.org/c.png)",
    "autolink": "https://example.org www.example.org <https://example.org> a@example.org mailto:a@example.org",
    "mention": "@octocat @aws/team #1 GH-1",
    "table": "a | b || c \\| d \\\\| e",
    "backticks": "`a` ``b`` ```c\\`",
    "bidirectional": "a\u202eb\u2066c\u200fd\u200b",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "cdata": "]]> <![CDATA[ <!-- -->",
    "quotes": "\"'`\\",
    "surrogate": "caf\udce9",
    "non-character": "a\ufffe\uffff",
    "emphasis": "**a** __b__ ~~c~~ $d$",
    "long": "x" * 5000,
    "empty": "",
}  # fmt: skip
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
COMMANDS = re.compile(r"^\s*::(?!:)|##\w*\[", re.MULTILINE)


@pytest.fixture(params=EVIL.values(), ids=EVIL.keys())
def evil(request) -> str:
    return request.param


@pytest.fixture
def hostile(report, exposed, undecided, passed, suppressed, evil):
    """A report with `evil` wherever text of the scanned code can be."""
    place = Location(evil, 1, 1, 1, 2)
    because = exposed.because._replace(stated=evil, value=evil, property=evil, location=place, expression=evil)
    findings = [
        finding._replace(
            message=f"{evil} is open",
            resource=finding.resource._replace(address=evil, name=evil, location=place, header=place),
            location=place,
            fix=evil,
            because=because if isinstance(finding.because, Fact) and finding.verdict is not Verdict.UNKNOWN else None,
            related=(),
            fingerprint=finding.fingerprint,
        )
        for finding in (exposed, undecided, passed, suppressed)
    ]
    findings[-1] = findings[-1]._replace(suppressed=Suppression(evil, place))
    return report._replace(
        findings=tuple(findings),
        errors=(SourceError(evil, 3, evil),),
        not_analysed=(NotAnalysed(evil, evil, place),),
        notices=(Notice(evil, place),),
        base=evil,
    )


@pytest.fixture
def rendered(hostile, evil):
    style = Style(read_lines=lambda _: [evil.split("\n", maxsplit=1)[0]], show=tuple(Verdict))
    return {name: formats.render(name, hostile, style) for name in formats.NAMES}


def test_nothing_that_a_terminal_obeys_comes_through(rendered):
    # Markdown holds word joiners of our own (U+2060), which are not in the list.
    assert {name: OBEYED.findall(text) for name, text in rendered.items()} == {name: [] for name in formats.NAMES}


def test_nothing_that_a_ci_service_obeys_comes_through(rendered):
    found = {name: COMMANDS.findall(text) for name, text in rendered.items() if name != "github"}
    assert {name: commands for name, commands in found.items() if commands} == {}


def test_lines_are_ours_alone(rendered, hostile):
    quiet = formats.render("concise", hostile, Style(quiet=True, show=tuple(Verdict)))
    assert len(quiet.splitlines()) == 4  # three findings and an error
    assert len(rendered["github"].splitlines()) == 6  # those, a notice, and the verdict


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab"])
def test_json_is_json(name, rendered):
    assert json.loads(rendered[name])


def test_xml_is_xml(rendered):
    assert ET.fromstring(rendered["junit"].encode("utf-8")).tag == "testsuites"


def test_markdown_draws_what_we_draw(rendered):
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    reader.linkify.set({"fuzzy_link": False})  # GitHub links no bare domain; `www.` is looked for below
    tokens = list(flat(reader.parse(rendered["markdown"])))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "image", "em_open", "strong_open", "s_open", "fence", "code_block"}
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert links
    assert all(link.startswith("https://aiposture.github.io/aiposture/controls/AIS") for link in links)
    texts = [token.content for token in tokens if token.type == "text"]
    assert [text for text in texts if re.search(r"@\w|#\d|://|\bwww\.|\bGH-\d", text)] == []


def test_markdown_tables_keep_their_shape(rendered):
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(rendered["markdown"])
    widths, cells = [], 0
    for token in tokens:
        if token.type == "tr_open":
            cells = 0
        elif token.type in {"td_open", "th_open"}:
            cells += 1
        elif token.type == "tr_close":
            widths.append(cells)
    assert widths == [5, 5, 5, 5, 7, 7, 7]
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h2", "h3", "h3", "h3", "h3", "h3"]


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.children or [])
