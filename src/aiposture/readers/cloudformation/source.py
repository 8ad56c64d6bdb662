"""The text of one file, and places in it."""

import codecs
from bisect import bisect_right
from typing import NamedTuple

from aiposture.model import Location

_MAX_EXCERPT = 200
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class SyntaxProblem(Exception):  # noqa: N818 - it becomes a SourceError
    """A file that cannot be read as a template: the line, and why."""

    def __init__(self, line: int, message: str) -> None:
        """`line` counts from 1."""
        super().__init__(message)
        self.line = line
        self.message = message


def decode(data: bytes) -> str:
    """The characters of a file, without its byte order mark. Raises SyntaxProblem."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    data = data[len(mark) :]
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxProblem(data.count(b"\n", 0, error.start) + 1, f"is not valid {encoding.upper()}") from error


class Source:
    """The characters of a file."""

    __slots__ = ("_lines", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        """`path` is relative to the scan's root; `text` has no byte order mark."""
        self.path = path
        self.text = text
        self._lines: list[int] | None = None

    def location(self, start: int, end: int) -> Location:
        """The place of the characters from `start` to `end` (exclusive)."""
        return Location(self.path, *self.position(start), *self.position(end))

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character."""
        if self._lines is None:
            self._lines = [0]
            at = self.text.find("\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = self.text.find("\n", at + 1)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


class Span(NamedTuple):
    """A stretch of a source whose Location is only worked out when asked for."""

    source: Source
    start: int
    end: int

    @property
    def location(self) -> Location:
        """Its place."""
        return self.source.location(self.start, self.end)

    @property
    def text(self) -> str:
        """Its text on one line, cut if it is long."""
        text = " ".join(self.source.text[self.start : min(self.end, self.start + 2 * _MAX_EXCERPT)].split())
        return text if len(text) <= _MAX_EXCERPT else text[: _MAX_EXCERPT - 1] + "…"
