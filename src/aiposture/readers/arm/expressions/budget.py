"""Bounds on evaluation: hostile code must not hang or crash a scan."""

from __future__ import annotations

import time
from collections.abc import Mapping

from aiposture.model import Unknown, Value

MAX_WORK = 2_000_000  # evaluations, and members of the containers that they handle
MAX_SECONDS = 60.0  # the last resort: no real template comes near it
MAX_DEPTH = 80  # of expressions in expressions, over parameters, variables and functions
MAX_MEMBERS = 100_000
MAX_CONTAINER_DEPTH = 60
_TEXT_A_MEMBER = 256  # characters
_LOOK_EVERY = 500


class BudgetError(Exception):
    """More work than any real code asks for."""


class Budget:
    """What one unit may spend."""

    __slots__ = ("_deadline", "_left", "_next_look", "_sizes", "depth")

    def __init__(self, work: int = MAX_WORK, seconds: float = MAX_SECONDS) -> None:
        """`work` is about the number of expressions that may be evaluated in all."""
        self._left = work
        self._next_look = work
        self._deadline = time.monotonic() + seconds
        self._sizes: dict[int, tuple[object, int, int]] = {}
        self.depth = 0

    def spend(self, amount: int = 1) -> None:
        """Take from what is left. Raises BudgetError when there is nothing left."""
        self._left -= amount
        if self._left > self._next_look:
            return
        self._next_look = self._left - _LOOK_EVERY
        if self._left < 0 or time.monotonic() > self._deadline:
            self._left = -1
            self._next_look = 0
            raise BudgetError("the code takes too much work to evaluate")

    def pay_for(self, *values: Value) -> None:
        """Pay for handling values as a whole. Raises BudgetError, also for one that is too large.

        Values share parts: written out, a page of code can be larger than memory.
        """
        for value in values:
            size, depth = self._measure(value.data, 0)
            if size > MAX_MEMBERS or depth > MAX_CONTAINER_DEPTH:
                raise BudgetError("a value is too large")
            self.spend(1 + size // 4)

    def _measure(self, data: object, level: int) -> tuple[int, int]:
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
            below, levels = self._measure(member.data, level + 1)
            size += below
            depth = max(depth, levels)
        self._sizes[id(data)] = (data, size, depth + 1)  # the data is kept alive so that its id stays its own
        return size, depth + 1
