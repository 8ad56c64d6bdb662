"""The text of one file, and places in it."""

from __future__ import annotations

from bisect import bisect_right

from aiposture.model import Location


class Source:
    """The bytes of a file. The parser counts bytes; people count lines and characters, from 1."""

    __slots__ = ("_ascii", "_lines", "data", "path")

    def __init__(self, path: str, data: bytes) -> None:
        """`path` is relative to the scan's root; `data` has no byte order mark any more."""
        self.path = path
        self.data = data
        self._ascii = data.isascii()
        self._lines: list[int] | None = None

    def location(self, start: int, end: int) -> Location:
        """The place of the bytes from `start` to `end` (exclusive)."""
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Location(self.path, line, column, end_line, end_column)

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of a byte."""
        row, column = self.point(offset)
        characters = column if self._ascii else len(self.data[offset - column : offset].decode(errors="replace"))
        return row + 1, characters + 1

    def point(self, offset: int) -> tuple[int, int]:
        """The row and the column of a byte as the parser counts them: from 0, and in bytes."""
        if self._lines is None:
            self._lines = [0]
            at = self.data.find(b"\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = self.data.find(b"\n", at + 1)
        row = bisect_right(self._lines, offset) - 1
        return row, offset - self._lines[row]

    def text(self, start: int, end: int) -> str:
        """The characters between two bytes."""
        return self.data[start:end].decode(errors="replace")


class Embedded(Source):
    """Text inside a JSON string: escapes make its inner places unknowable, so all of it stands at the string."""

    __slots__ = ("_place",)

    def __init__(self, place: Location, data: bytes) -> None:
        """`place` is the string's, `data` what it says when decoded."""
        super().__init__(place.path, data)
        self._place = place

    def location(self, start: int, end: int) -> Location:
        """The place of the string, whatever part of it is asked for."""
        del start, end
        return self._place


class Span:
    """A stretch of a source whose Location is only worked out when asked for."""

    __slots__ = ("_location", "_text", "end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        """`start` and `end` (exclusive) are bytes of `source`."""
        self.source = source
        self.start = start
        self.end = end
        self._location: Location | None = None
        self._text: str | None = None

    @property
    def location(self) -> Location:
        """Its place."""
        if self._location is None:
            self._location = self.source.location(self.start, self.end)
        return self._location

    @property
    def text(self) -> str:
        """Its text, as written."""
        if self._text is None:
            self._text = self.source.text(self.start, self.end)
        return self._text
