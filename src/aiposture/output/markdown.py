"""A summary in Markdown, for the page of a GitHub Actions job or a comment on a change.

Everything from the scanned code is hostile here: it could draw tables, links, images and HTML, or call people by
`@name`. Names and places stand in code spans, sentences are escaped character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aiposture.model import Finding, Report
from aiposture.output import outcome
from aiposture.output.counts import telling
from aiposture.output.levels import word
from aiposture.output.style import Style, listed, worst_first
from aiposture.output.terminal import shorten, visible

_KIB = 1024
_MOST = {"errors": 150 * _KIB, "findings": 500 * _KIB, "notices": 50 * _KIB, "not analysed": 50 * _KIB}
"""How much of a summary each section may take. GitHub refuses one of more than a mebibyte."""

_LONGEST = 400
_JOINER = "\u2060"  # a character without width: no name, link or number is recognised across it
_STRUCTURE = {ord(character): f"&#{ord(character)};" for character in "\\`*_{}[]<>|~&!$^"}
_RECOGNISED = re.compile(r"(?=@)|(?<=@)|(?<=#)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=GH)(?=-\d)", re.IGNORECASE)
_OUTCOMES = {
    outcome.Outcome.CLEAN: ":white_check_mark:",
    outcome.Outcome.FINDINGS: ":x:",
    outcome.Outcome.INCOMPLETE: ":warning:",
}


def render(report: Report, style: Style) -> str:
    """The summary, less than 900 KiB of it; what is cut is counted."""
    mark = _OUTCOMES[outcome.outcome(report, style.fail_on)]
    blocks = [
        f"## {mark} aiposture",
        _text(outcome.sentence(report, style.fail_on)),
        *map(_text, outcome.remarks(report)),
        *_errors(report),
        *_findings(worst_first(listed(report, style))),
    ]
    if not style.quiet:
        blocks += [*_counts(report), *_notices(report), *_not_analysed(report)]
    return "\n\n".join(blocks) + "\n"


def _errors(report: Report) -> Iterator[str]:
    rows = (f"- {_code(f'{error.path}:{error.line}')}: {_text(error.message)}" for error in report.errors)
    yield from _section("Could not be read", "errors", rows, len(report.errors), "more error")


def _findings(findings: list[Finding]) -> Iterator[str]:
    head = "| Severity | Control | Place | Resource | Message |\n|---|---|---|---|---|"
    yield from _section("Findings", "findings", map(_row, findings), len(findings), "more finding", head)


def _row(finding: Finding) -> str:
    control = finding.control
    place = f"{finding.location.path}:{finding.location.line}"
    link = f"[{control.id}]({control.url})"
    cells = (word(finding), link, _code(place), _code(finding.resource.address), _text(finding.message))
    return f"| {' | '.join(cells)} |"


def _counts(report: Report) -> Iterator[str]:
    rows, others = telling(report)
    if rows:
        lines = ["### Controls", "", "| Control | Passed | Failed | Unknown | Not applicable | Suppressed | Known |"]
        lines.append("|---|---:|---:|---:|---:|---:|---:|")
        for control in report.controls:
            if control.id in rows:
                cells = " | ".join(f"{number:,}" for number in rows[control.id])
                lines.append(f"| [{control.id}]({control.url}) {_text(control.title)} | {cells} |")
        yield "\n".join(lines)
    if others:
        yield others


def _notices(report: Report) -> Iterator[str]:
    rows = (
        f"- {_code(f'{notice.location.path}:{notice.location.line}')}: {_text(notice.message)}"
        for notice in report.notices
    )
    yield from _section("Notices", "notices", rows, len(report.notices), "more notice")


def _not_analysed(report: Report) -> Iterator[str]:
    first = {(part.name, part.reason): part.location for part in reversed(report.not_analysed)}
    rows = (
        f"- {_code(name)}: {_text(reason)} ({_code(f'{place.path}:{place.line}')})"
        for (name, reason), place in sorted(first.items())
    )
    yield from _section("Not analysed", "not analysed", rows, len(first), "more part")


def _section(  # noqa: PLR0913, PLR0917 - what a section is made of
    title: str, budget: str, rows: Iterable[str], total: int, cut: str, head: str = ""
) -> Iterator[str]:
    """A heading with as many rows as the budget allows; nothing for no rows."""
    if not total:
        return
    kept: list[str] = []
    room = _MOST[budget]
    for row in rows:
        room -= len(row.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            break
        kept.append(row)
    body = "\n".join([*([head] if head else []), *kept])
    yield f"### {title}"
    yield body
    if missing := total - len(kept):
        yield f"And {outcome.plural(missing, cut)}, left out because the summary would be too long."


def _code(text: str) -> str:
    """A code span. No backslash can escape in one, so neither a backtick nor a pipe may be in it."""
    shown = visible(text).replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{shorten(shown, _LONGEST) or ' '}`"


def _text(text: str) -> str:
    """A sentence that draws nothing, links nothing and calls nobody, but for the names that it quotes in backticks."""
    plain, *rest = shorten(visible(text), _LONGEST).split("`")
    if len(rest) % 2:
        return _plain("`".join((plain, *rest)))
    quoted = (f"{_code(name)}{_plain(after) or _JOINER}" for name, after in zip(rest[::2], rest[1::2], strict=True))
    return _plain(plain) + "".join(quoted)


def _plain(text: str) -> str:
    return _RECOGNISED.sub(_JOINER, text).translate(_STRUCTURE)
