"""Bounds on evaluation: hostile code must not hang or crash a scan."""

from __future__ import annotations

import time
from collections.abc import Mapping

from aiposture.model import Unknown, Value
from aiposture.readers.terraform.symbols import BudgetError, EvaluationError

MAX_WORK = 500_000  # evaluations, and members of the containers that they handle
MAX_SECONDS = 60.0  # the last resort: no real unit comes near it
MAX_DEPTH = 250
MAX_MEMBERS = 100_000
MAX_CONTAINER_DEPTH = 60
MAX_TEXT = 1_000_000
MAX_INSTANCES = 1024
_MEMBERS_A_WORK = 4  # handling a member is cheaper than evaluating an expression
_TEXT_A_MEMBER = 256  # characters
_LOOK_EVERY = 500
_SCALARS = (bool, int, float, type(None))


class Budget:
    """What one unit may spend."""

    __slots__ = ("_deadline", "_left", "_next_look", "_sizes", "depth")

    def __init__(self) -> None:
        """Nothing is spent yet."""
        self._left = MAX_WORK
        self._next_look = MAX_WORK
        self._deadline = time.monotonic() + MAX_SECONDS
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
            message = "the code takes too much work to evaluate"
            raise BudgetError(message)

    def spend_on(self, *values: Value) -> None:
        """Pay for handling values as a whole, by their size."""
        self.spend(sum(self._measure(value.data, 0)[0] for value in values) // _MEMBERS_A_WORK)

    def enter(self) -> None:
        """One evaluation inside another. The caller takes `depth` back."""
        self.spend()
        if self.depth >= MAX_DEPTH:
            message = "is nested too deeply"
            raise EvaluationError(message)

    def check_size(self, value: Value) -> None:
        """Refuse a value that is too large when shared parts are written out. Raises EvaluationError."""
        if isinstance(value.data, _SCALARS):
            return
        size, depth = self._measure(value.data, 0)
        if size > MAX_MEMBERS or depth > MAX_CONTAINER_DEPTH:
            message = "is too large"
            raise EvaluationError(message)

    def _measure(self, data: object, level: int) -> tuple[int, int]:
        if isinstance(data, tuple):
            members: tuple[Value, ...] = data
        elif isinstance(data, Mapping):
            members = tuple(data.values())
        elif isinstance(data, Unknown):
            members = data.alternatives
        elif isinstance(data, str):
            return 1 + len(data) // _TEXT_A_MEMBER, 0
        else:
            return 1, 0
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
