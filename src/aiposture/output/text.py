"""A report for people: findings as a compiler prints them, then what was done and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from aiposture.model import Finding, Location, Report, Severity, Verdict
from aiposture.output import words
from aiposture.output.counts import counts
from aiposture.output.outcome import Outcome, outcome, plural, sentence
from aiposture.output.places import others, primary
from aiposture.output.snippet import ReadLines, gutter, snippet
from aiposture.output.terminal import Painter, visible

_SEVERITY_STYLES = {
    Severity.CRITICAL: "magenta",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "blue",
    Severity.INFO: "cyan",
}
_OUTCOME_STYLES = {Outcome.CLEAN: "green", Outcome.FINDINGS: "red", Outcome.INCOMPLETE: "magenta"}
_COLUMNS = ("passed", "failed", "unknown", "not applicable", "suppressed")
_MOST_NOT_ANALYSED = 20
_MOST_RELATED = 8


def render(  # noqa: PLR0913 - each is a choice of the user's that changes the text
    report: Report,
    *,
    read_lines: ReadLines,
    show: Collection[Verdict] = (Verdict.FAIL,),
    fail_on: Severity = Severity.LOW,
    quiet: bool = False,
    colour: bool = False,
) -> str:
    """The whole text. `read_lines` gives the lines of a file of the scan, None if it cannot be read.

    `show` are the verdicts to print; suppressed findings are only counted. `quiet` leaves findings and errors.
    """
    paint = Painter(colour)
    sections = [
        _finding(finding, paint, read_lines)
        for finding in report.findings
        if finding.verdict in show and finding.suppressed is None
    ]
    sections.append([_problem(paint("red", "error"), error.path, error.line, error.message) for error in report.errors])
    if not quiet:
        sections += _about_the_scan(report, show, fail_on, paint)
    return "".join("\n".join(lines) + "\n\n" for lines in sections if lines).removesuffix("\n")


def _about_the_scan(
    report: Report, show: Collection[Verdict], fail_on: Severity, paint: Painter
) -> Iterator[list[str]]:
    word = paint("yellow", "notice")
    yield [_problem(word, one.location.path, one.location.line, one.message) for one in report.notices]
    yield _not_analysed(report)
    yield _table(report, paint)
    yield _footer(report, show, paint)
    yield [paint(_OUTCOME_STYLES[outcome(report, fail_on)], sentence(report, fail_on))]


def _finding(finding: Finding, paint: Painter, read_lines: ReadLines) -> list[str]:
    word, style = _heading(finding)
    related = [] if finding.verdict is Verdict.PASS else list(others(finding))
    places = [primary(finding), *related[:_MOST_RELATED]]
    margin = gutter(places)
    lines = [paint(style, f"{word}[{finding.control.id}]") + paint("bold", f": {visible(finding.message)}")]
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


def _heading(finding: Finding) -> tuple[str, str]:
    if finding.verdict is Verdict.FAIL:
        return finding.severity.name.lower(), _SEVERITY_STYLES[finding.severity]
    return (finding.verdict.value, "green" if finding.verdict is Verdict.PASS else "cyan")


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


def _problem(word: str, path: str, line: int, message: str) -> str:
    return f"{word}: {visible(f'{path}:{line}')}: {visible(message)}"


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
    if not report.controls:
        return []
    names = [f"{control.id}  {visible(control.title)}" for control in report.controls]
    margin = max(map(len, names))
    lines = [paint("bold", " " * margin + "".join(f"  {column}" for column in _COLUMNS))]
    for name, row in zip(names, counts(report).values(), strict=True):
        cells = [f"{number or '-':>{len(column)}}" for number, column in zip(row, _COLUMNS, strict=True)]
        if row.failed:
            cells[1] = paint("red", cells[1])
        lines.append(f"{name:<{margin}}  " + "  ".join(cells))
    return lines


def _footer(report: Report, show: Collection[Verdict], paint: Painter) -> list[str]:
    files = plural(report.files_read, "file")
    services = plural(report.services, "AI service")
    lines = [f"Read {files}, found {services}, took {report.seconds:.2f} s."]
    for reason, count in sorted(report.files_skipped.items()):
        lines.append(f"Not read: {plural(count, 'file')}, {visible(reason)}.")
    unknown = sum(row.unknown for row in counts(report).values())
    if unknown and Verdict.UNKNOWN not in show:
        verb = "is" if unknown == 1 else "are"
        hint = f"{plural(unknown, 'verdict')} {verb} not decided by the code: --show fail,unknown tells why."
        lines.append(paint("cyan", hint))
    return lines
