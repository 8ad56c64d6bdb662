"""The lines of the files of a tree, for reports that show them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aiposture.files import Tree, UnreadableError

if TYPE_CHECKING:
    from aiposture.output.style import ReadLines


def line_reader(tree: Tree) -> ReadLines:
    """What gives the lines of a file of `tree`; None for one that cannot be read."""

    @lru_cache(maxsize=64)
    def read_lines(path: str) -> list[str] | None:
        try:
            text = tree.read(path).decode("utf-8-sig", "replace")
        except UnreadableError:
            return None  # the finding is then shown without its source; the place stays
        return [line.removesuffix("\r") for line in text.split("\n")]

    return read_lines
