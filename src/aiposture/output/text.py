"""A report for people: findings as a compiler prints them, then what was done and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aiposture.model import Finding, Location, Report, Verdict
from aiposture.output import outcome, words
from aiposture.output.counts import telling
from aiposture.output.levels import style_of, word
from aiposture.output.outcome import plural
from aiposture.output.places import others, primary
from aiposture.output.snippet import gutter, snippet
from aiposture.output.style import ReadLines, Style, listed
from aiposture.output.terminal import Painter, visible

_OUTCOME_STYLES = {
    outcome.Outcome.CLEAN: "green",
    outcome.Outcome.FINDINGS: "red",
    outcome.Outcome.INCOMPLETE: "magenta",
}
_COLUMNS = ("passed", "failed", "unknown", "not applicable", "suppressed", "known")
_MOST_NOT_ANALYSED = 20
_MOST_RELATED = 8


def render(report: Report, style: Style) -> str:
    """The whole text. Suppressed findings, and those known before, are only counted."""
    paint = Painter(style.colour)
    sections = [_finding(finding, paint, style.read_lines) for finding in listed(report, style)]
    sections.append([_problem(paint("red", "error"), error.path, error.line, error.message) for error in report.errors])
    if not style.quiet:
        sections += _about_the_scan(report, style, paint)
    return "".join("\n".join(lines) + "\n\n" for lines in sections if lines).removesuffix("\n")


def _about_the_scan(report: Report, style: Style, paint: Painter) -> Iterator[list[str]]:
    kind = paint("yellow", "notice")
    yield [_problem(kind, one.location.path, one.location.line, one.message) for one in report.notices]
    yield _not_analysed(report)
    yield _table(report, paint)
    yield _footer(report, style, paint)
    yield [paint(_OUTCOME_STYLES[outcome.outcome(report, style.fail_on)], outcome.sentence(report, style.fail_on))]


def _finding(finding: Finding, paint: Painter, read_lines: ReadLines) -> list[str]:
    heading, style = word(finding), style_of(finding)
    related = [] if finding.verdict is Verdict.PASS else list(others(finding))
    places = [primary(finding), *related[:_MOST_RELATED]]
    margin = gutter(places)
    lines = [paint(style, f"{heading}[{finding.control.id}]") + paint("bold", f": {visible(finding.message)}")]
    bar = " " * (margin + 1) + paint("blue", "|")
    for place in places:
        lines += [bar] if place is not places[0] else []
        lines += snippet(place, margin, paint, read_lines, style=style if place is places[0] else None)
    lines.append(bar)
    if hidden := len(related[_MOST_RELATED:]):
        lines.append(f"{bar} and {plural(hidden, 'more place')}; --format json has all")
    for name, text in _remarks(finding):
        lines.append(" " * (margin + 1) + paint("blue", "=") + f" {paint('bold', name)}: {visible(text)}")
    return lines


def _remarks(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "resource", finding.resource.address + _called_from(finding)
    if finding.because is not None:
        yield "why", words.why(finding.because)
    if finding.verdict is not Verdict.PASS:
        yield "fix", finding.fix
    yield "rule", f"{finding.control.title}, {finding.control.url}"


def _called_from(finding: Finding) -> str:
    calls = ", ".join(f"{_position(call.location)} {call.name}" for call in finding.calls)
    return f" (called from {calls})" if calls else ""


def _position(location: Location) -> str:
    return f"{location.path}:{location.line}"


def _problem(kind: str, path: str, line: int, message: str) -> str:
    return f"{kind}: {visible(f'{path}:{line}')}: {visible(message)}"


def _not_analysed(report: Report) -> list[str]:
    if not report.not_analysed:
        return []
    groups = Counter((part.name, part.reason) for part in report.not_analysed)
    first = {(part.name, part.reason): part.location for part in reversed(report.not_analysed)}
    shown = sorted(groups)[:_MOST_NOT_ANALYSED]
    lines = [f"Not analysed ({len(groups):,}):"]
    for name, reason in shown:
        count = groups[name, reason]
        more = f" and {plural(count - 1, 'more place')}" if count > 1 else ""
        lines.append(visible(f"  {name}: {reason} ({_position(first[name, reason])}{more})"))
    if len(groups) > len(shown):
        lines.append(f"  and {len(groups) - len(shown):,} more; --format json lists them all")
    return lines


def _table(report: Report, paint: Painter) -> list[str]:
    """A row for each control that concerned something, and a line for the others."""
    rows, others = telling(report)
    silent = [others] if others else []
    if not rows:
        return silent
    told = [one for one in report.controls if one.id in rows]
    names = {one.id: f"{one.id}  {visible(one.title)}" for one in told}
    margin = max(map(len, names.values()))
    columns = _COLUMNS if any(row.known for row in rows.values()) else _COLUMNS[:-1]
    lines = [paint("bold", " " * margin + "".join(f"  {column}" for column in columns))]
    for control_id, name in names.items():
        row = rows[control_id]
        cells = [f"{number or '-':>{len(column)}}" for number, column in zip(row, columns, strict=False)]
        if row.failed:
            cells[1] = paint("red", cells[1])
        lines.append(f"{name:<{margin}}  " + "  ".join(cells))
    return lines + silent


def _footer(report: Report, style: Style, paint: Painter) -> list[str]:
    files = plural(report.files_read, "file")
    services = plural(report.services, "AI service")
    lines = [f"Read {files}, found {services}, took {report.seconds:.2f} s."]
    for reason, count in sorted(report.files_skipped.items()):
        lines.append(f"Not read: {plural(count, 'file')}, {visible(reason)}.")
    if known := outcome.known(report):
        lines.append(visible(known))
    if undecided := outcome.undecided(report):
        hint = "." if Verdict.UNKNOWN in style.show else ": --show fail,unknown tells why."
        lines.append(paint("cyan", undecided.removesuffix(".") + hint))
    return lines
