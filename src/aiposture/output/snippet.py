"""One place of the source with its text underlined, as compilers show it."""

from functools import lru_cache
from typing import NamedTuple

from aiposture.model import Location
from aiposture.output.mask import Line, masked_line
from aiposture.output.places import Place
from aiposture.output.style import ReadLines
from aiposture.output.terminal import Painter, visible, width

MAX_CHARACTERS = 120
_LEAD = 40


class Stretch(NamedTuple):
    """The part of a line to show: what stands before the span, the span, and what follows."""

    before: str
    span: str
    after: str


@lru_cache(maxsize=64)  # all findings of a resource show the same lines, one after the other
def source_line(location: Location, read_lines: ReadLines, *, secret: bool = False) -> Line | None:
    """The first line of `location`, None if it cannot be shown. `secret` says that it gives the value of a secret."""
    lines = read_lines(location.path)
    if lines is None or not 1 <= location.line <= len(lines):
        return None
    text = lines[location.line - 1]
    end = len(text) if location.end_line > location.line else location.end_column - 1
    return masked_line(lines, location.line - 1, (location.column - 1, end), secret=secret)


def stretch(source: Line, location: Location) -> Stretch:
    """`source` parted at the span; a span of several lines ends with its first, a long line is cut around it."""
    line = source.text
    start = min(location.column - 1, len(line))
    end = len(line.rstrip()) if location.end_line > location.line else min(location.end_column - 1, len(line))
    end = min(max(end, start), start + MAX_CHARACTERS)
    left = 0 if end <= MAX_CHARACTERS else max(0, start - _LEAD)
    right = max(left + MAX_CHARACTERS, end)
    before = ("…" if left else "") + source.part(left, start)
    after = source.part(end, right).rstrip() + ("…" if right < len(line) else "")
    return Stretch(visible(before), visible(source.part(start, end)), visible(after))


def gutter(places: list[Place]) -> int:
    """The width of the line numbers of `places`."""
    return max(len(str(place.location.line)) for place in places)


def snippet(place: Place, margin: int, paint: Painter, read_lines: ReadLines, *, style: str | None) -> list[str]:
    """The lines that show `place`. `style` colours the finding's own place; a related one has None."""
    location = place.location
    arrow = "-->" if style else ":::"
    where = f"{visible(location.path)}:{location.line}:{location.column}"
    shown = [" " * margin + paint("blue", arrow) + f" {where}"]
    bar = " " * margin + " " + paint("blue", "|")
    label = visible(place.label)
    line = source_line(location, read_lines, secret=place.secret)
    if line is None:
        return [*shown, *([f"{bar} {label}"] if label else [])]
    part = stretch(line, location)
    underline = ("^" if style else "-") * max(1, width(part.span))
    note = paint(style or "blue", f"{underline} {label}".rstrip())
    return [
        *shown,
        bar,
        f"{paint('blue', f'{location.line:>{margin}} |')} {part.before}{part.span}{part.after}",
        f"{bar} {' ' * width(part.before)}{note}",
    ]
