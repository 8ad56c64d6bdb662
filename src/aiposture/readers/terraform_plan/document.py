"""A JSON document whose values know where they stand, read only as deep as one asks.

A plan is often one line of many megabytes, of which a few resources matter. The standard library's decoder does the
reading; a value's members are found by decoding them one after the other, which keeps their offsets.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, NoReturn

from aiposture.model import Location

_LONGEST_NUMBER = 40
_BLANK = re.compile(r"[ \t\r\n]*")
_NEWLINE = re.compile("\n")


class DocumentError(Exception):
    """A text that is no JSON document; says where."""

    def __init__(self, line: int, message: str) -> None:
        """`line` counts from 1, `message` is a sentence for the user."""
        super().__init__(message)
        self.line = line
        self.message = message


def _integer(digits: str) -> int | float:
    # Python's conversion of digits takes quadratic time; no number in a plan is that long.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)


def _constant(name: str) -> NoReturn:
    message = f"{name} is no JSON value"
    raise ValueError(message)


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_constant)


class _Text(NamedTuple):
    path: str
    text: str
    lines: tuple[int, ...]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.lines, offset)
        return line, offset - self.lines[line - 1] + 1

    def after_blank(self, offset: int) -> int:
        match = _BLANK.match(self.text, offset)
        return offset if match is None else match.end()


@dataclass(frozen=True)
class Node:
    """A value of the document: `data` is plain, `location` is its text."""

    data: Any
    _source: _Text = field(repr=False)
    _start: int
    _end: int

    @property
    def location(self) -> Location:
        """Where the value stands."""
        line, column = self._source.position(self._start)
        end_line, end_column = self._source.position(self._end)
        return Location(self._source.path, line, column, end_line, end_column)

    def members(self) -> Mapping[str, Node]:
        """The members of an object, empty if this is no object; of equal names the last counts."""
        return self._members

    def items(self) -> tuple[Node, ...]:
        """The elements of a list, empty if this is no list."""
        if not isinstance(self.data, list):
            return ()
        items, offset = [], self._start + 1
        for _ in self.data:
            node = self._at(offset)
            items.append(node)
            offset = self._source.after_blank(node._end) + 1  # noqa: SLF001 - its own class
        return tuple(items)

    def get(self, *names: str) -> Node | None:
        """The value below the members `names`, None if it is absent."""
        node: Node | None = self
        for name in names:
            node = None if node is None else node.members().get(name)
        return node

    @cached_property
    def _members(self) -> Mapping[str, Node]:
        return {} if not isinstance(self.data, dict) else {key.data: value for key, value in self._pairs()}

    def _pairs(self) -> list[tuple[Node, Node]]:
        pairs, offset = [], self._source.after_blank(self._start + 1)
        while self._source.text[offset] != "}":
            key = self._at(offset)
            value = self._at(self._source.after_blank(key._end) + 1)  # noqa: SLF001 - its own class
            pairs.append((key, value))
            offset = self._source.after_blank(value._end)  # noqa: SLF001 - its own class
            offset += self._source.text[offset] == ","
            offset = self._source.after_blank(offset)
        return pairs

    def _at(self, offset: int) -> Node:
        start = self._source.after_blank(offset)
        data, end = _DECODER.raw_decode(self._source.text, start)
        return Node(data, self._source, start, end)


def parse(path: str, content: bytes) -> Node:
    """The document in `content` (UTF-8, UTF-16 or UTF-32, as PowerShell redirects it). Raises DocumentError."""
    try:
        text = content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise DocumentError(content.count(b"\n", 0, error.start) + 1, "is not text in UTF-8 or UTF-16") from error
    source = _Text(path, text, (0, *(match.end() for match in _NEWLINE.finditer(text))))
    start = source.after_blank(0)
    try:
        data, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise DocumentError(error.lineno, f"is not JSON: {error.msg}") from error
    except ValueError as error:
        raise DocumentError(1, f"is not JSON: {error}") from error
    except RecursionError as error:
        raise DocumentError(1, "is nested too deeply") from error
    rest = source.after_blank(end)
    if rest != len(text):
        raise DocumentError(source.position(rest)[0], "is not JSON: there is more after the document")
    return Node(data, source, start, end)
