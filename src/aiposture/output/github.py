"""Annotations for GitHub Actions: workflow commands that the runner turns into marks on the lines of a change.

GitHub keeps ten annotations of each level from a step and drops the rest without a word, so the worst come first,
and the last one says how many are missing. Errors of the scan come before all: the verdict does not hold with them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aiposture.model import Finding, Location, Report, Verdict
from aiposture.output.levels import Level, level
from aiposture.output.outcome import remarks, sentence
from aiposture.output.style import Style, listed, worst_first
from aiposture.output.terminal import shorten, visible

MOST = 10
"""How many annotations of a level GitHub keeps of a step."""

_LONGEST = 1000


class _Annotation(NamedTuple):
    level: Level
    title: str
    location: Location
    lines: tuple[str, ...]


def render(report: Report, style: Style) -> str:
    """One command a line; the last one tells the verdict and what is not shown."""
    shown: list[_Annotation] = []
    cut = 0
    seen: Counter[Level] = Counter(["notice"])  # the last line is one
    for annotation in _annotations(report, style):
        seen[annotation.level] += 1
        if seen[annotation.level] > MOST:
            cut += 1
        else:
            shown.append(annotation)
    return "".join(f"{line}\n" for line in [*map(_command, shown), _last(report, style, cut)])


def _annotations(report: Report, style: Style) -> Iterator[_Annotation]:
    for error in report.errors:
        place = Location(error.path, error.line, 1, error.line, 2)
        yield _Annotation("error", "aiposture could not read this", place, (error.message,))
    for finding in worst_first(listed(report, style)):
        title = f"{finding.control.id} {finding.control.title}"
        yield _Annotation(level(finding), title, finding.location, tuple(_lines(finding)))
    for notice in report.notices:
        yield _Annotation("warning", "aiposture", notice.location, (notice.message,))


def _lines(finding: Finding) -> Iterator[str]:
    yield finding.message
    yield f"resource: {finding.resource.address}"
    if finding.verdict is not Verdict.PASS:
        yield f"fix: {finding.fix}"
    yield f"rule: {finding.control.url}"


def _command(annotation: _Annotation) -> str:
    place = annotation.location
    properties = {"file": visible(place.path), "line": str(place.line)}
    # The runner refuses columns of a stretch of several lines.
    if place.end_line == place.line:
        properties |= {"endLine": str(place.line), "col": str(place.column), "endColumn": str(place.end_column)}
    else:
        properties |= {"endLine": str(place.end_line)}
    properties["title"] = visible(annotation.title)
    return f"::{annotation.level} {_properties(properties)}::{_data(annotation.lines)}"


def _last(report: Report, style: Style, cut: int) -> str:
    lines = [sentence(report, style.fail_on), *remarks(report)]
    if cut:
        were = "was" if cut == 1 else "were"
        lines.append(
            f"GitHub shows {MOST} annotations of each level, so these are the worst; {cut:,} more {were} found."
        )
    return f"::notice title=aiposture::{_data(lines)}"


def _properties(properties: dict[str, str]) -> str:
    return ",".join(f"{name}={_escaped(text, ':', ',')}" for name, text in properties.items())


def _data(lines: Iterable[str]) -> str:
    return _escaped("\n".join(shorten(visible(line), _LONGEST) for line in lines))


def _escaped(text: str, *more: str) -> str:
    """`text` as the runner reads it back; the per cent sign goes first because the others become it."""
    for character in ("%", "\r", "\n", *more):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
