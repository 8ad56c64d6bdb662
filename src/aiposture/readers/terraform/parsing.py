"""The parser with an end: its time grows with the square of what it cannot make sense of, or of blanks in a row.

60 KB of commas in a list cost 47 seconds, and nothing can interrupt the parser from outside. But it asks for the text
piece by piece, and a text that is over ends it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Point

_PIECE = 512  # bytes; smaller ones cost more, larger ones let more time go by unseen
_LEAST, _MOST = 2.0, 20.0  # seconds of the processor
_A_BYTE = 2e-6  # seconds; real code takes a quarter of it


class TooSlowError(Exception):
    """The parser had more time than any code needs."""


class Deadline:
    """The time for all that is parsed of one file."""

    def __init__(self, size: int) -> None:
        """`size` is that of the file in bytes."""
        self._end = time.process_time() + min(_MOST, _LEAST + size * _A_BYTE)

    def over(self) -> bool:
        """Whether it has come."""
        return time.process_time() > self._end


def tree_of(parser: Parser, data: bytes, deadline: Deadline) -> Node:
    """The root of the syntax tree of `data`. Raises TooSlowError."""
    cut = False

    def piece(offset: int, _: Point) -> bytes:
        nonlocal cut
        cut = cut or deadline.over()
        return b"" if cut else data[offset : offset + _PIECE]

    root = parser.parse(piece).root_node
    if cut:
        raise TooSlowError
    return root
