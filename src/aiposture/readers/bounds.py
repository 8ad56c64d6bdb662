"""Bounds that all evaluators share: hostile code must not hang or crash a scan."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiposture.model import Unknown, Value

MAX_SECONDS = 20.0  # of the processor, so that a busy machine changes no verdict; no real unit comes near it
MAX_CONTAINER_DEPTH = 60
_TEXT_A_MEMBER = 256  # characters
_LOOK_EVERY = 500
_RECURSION_LIMIT = 10_000


class BudgetError(Exception):
    """More work than any real code asks for. Nothing catches it but the place where a value is wanted."""


class WorkBudget:
    """What one unit may spend; `depth` is the number of evaluations that stand in one another."""

    __slots__ = ("_deadline", "_left", "_next_look", "_sizes", "_what", "depth")

    def __init__(self, work: int, seconds: float = MAX_SECONDS, what: str = "code") -> None:
        """`work` is about the number of expressions that may be evaluated in all, `what` names the unit's text."""
        self._left = work
        self._next_look = work
        self._deadline = time.process_time() + seconds
        self._sizes: dict[int, tuple[object, int, int]] = {}
        self._what = what
        self.depth = 0

    def spend(self, amount: int = 1) -> None:
        """Take from what is left. Raises BudgetError when there is nothing left."""
        self._left -= amount
        if self._left > self._next_look:
            return
        self._next_look = self._left - _LOOK_EVERY
        if self._left < 0 or time.process_time() > self._deadline:
            self._left = -1
            self._next_look = 0
            raise BudgetError(f"the {self._what} takes too much work to evaluate")

    def measure(self, data: object, level: int = 0) -> tuple[int, int]:
        """The size and the depth of data written out: values share parts, and a page can be larger than memory.

        What is deeper than MAX_CONTAINER_DEPTH is not looked into; its depth is then greater than that.
        """
        members: tuple[Value, ...] = ()
        if isinstance(data, tuple):
            members = data
        elif isinstance(data, Mapping):
            members = tuple(data.values())
        elif isinstance(data, Unknown):
            members = data.alternatives
        elif isinstance(data, str):
            return 1 + len(data) // _TEXT_A_MEMBER, 0
        if not members:
            return 1, 0
        known = self._sizes.get(id(data))
        if known:
            return known[1], known[2]
        if level > MAX_CONTAINER_DEPTH:
            return 1, MAX_CONTAINER_DEPTH + 1
        size, depth = 1, 0
        for member in members:
            below, levels = self.measure(member.data, level + 1)
            size += below
            depth = max(depth, levels)
        self._sizes[id(data)] = (data, size, depth + 1)  # the data is kept alive so that its id stays its own
        return size, depth + 1


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for evaluation as deep as our own bounds allow, which are tighter than the interpreter's stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
