"""One line a finding, for editors and problem matchers: `path:line:column: severity AIS401 message [resource]`."""

from __future__ import annotations

from collections.abc import Iterator

from aiposture.model import Finding, Report
from aiposture.output.levels import style_of, word
from aiposture.output.outcome import remarks, sentence
from aiposture.output.style import Style, listed
from aiposture.output.terminal import Painter, visible


def render(report: Report, style: Style) -> str:
    """The lines, then what was not judged, then the verdict."""
    paint = Painter(style.colour)
    lines = [_finding(finding, paint) for finding in listed(report, style)]
    lines += [_remark(error.path, error.line, 1, paint("red", "error"), error.message) for error in report.errors]
    if not style.quiet:
        lines += _about_the_scan(report, style, paint)
    return "".join(f"{line}\n" for line in lines)


def _about_the_scan(report: Report, style: Style, paint: Painter) -> Iterator[str]:
    for notice in report.notices:
        place = notice.location
        yield _remark(place.path, place.line, place.column, paint("yellow", "notice"), notice.message)
    yield from map(visible, remarks(report))
    yield sentence(report, style.fail_on)


def _finding(finding: Finding, paint: Painter) -> str:
    place = finding.location
    head = f"{visible(f'{place.path}:{place.line}:{place.column}')}: {paint(style_of(finding), word(finding))}"
    return f"{head} {finding.control.id} {visible(f'{finding.message} [{finding.resource.address}]')}"


def _remark(path: str, line: int, column: int, kind: str, message: str) -> str:
    return f"{visible(f'{path}:{line}:{column}')}: {kind} {visible(message)}"
