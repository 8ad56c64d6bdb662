"""The comments that could suppress something, out of a parsed file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from aiposture.model import Comment
from aiposture.readers.terraform.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_MANY = 100

_Find = Callable[[int, int], "tuple[int, int] | None"]


def find(source: Source, root: Node, markers: tuple[bytes, ...], kinds: tuple[str, ...]) -> Iterator[Comment]:
    """The comments with one of the `markers`; `kinds` are the nodes that can be one."""
    seen = set()
    place_of = _finder(source, root, kinds, sum(map(source.data.count, markers)))
    for marker in markers:
        at = source.data.find(marker)
        while at >= 0:
            place = place_of(at, at + len(marker))
            if place is not None and place[0] not in seen:
                start, end = place
                seen.add(start)
                text = source.text(start, end).rstrip()
                yield Comment(text, source.location(start, start + len(text.encode())))
            at = source.data.find(marker, at + 1)


def _finder(source: Source, root: Node, kinds: tuple[str, ...], number: int) -> _Find:
    """What gives the place of the comment around a stretch of the file.

    The parser goes through all that stands before to find one, so where there are many they are listed once.
    """

    def ask(start: int, end: int) -> tuple[int, int] | None:
        node = root.descendant_for_byte_range(start, end)
        return (node.start_byte, node.end_byte) if node and node.type in kinds else None

    if number <= _MANY:
        return ask
    listed = list(_of_kind(root, kinds))

    def look_up(start: int, end: int) -> tuple[int, int] | None:
        at = bisect_right(listed, (start, len(source.data))) - 1
        if at >= 0 and end <= listed[at][1]:
            return listed[at]
        return ask(start, end) if len(kinds) > 1 else None  # a text of JSON has parts

    return look_up


def _of_kind(root: Node, kinds: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The places of all nodes of these kinds, in their order."""
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is not None and node.type in kinds:
            yield node.start_byte, node.end_byte
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
