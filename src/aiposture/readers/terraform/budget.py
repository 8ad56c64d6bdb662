"""Bounds on evaluation: hostile code must not hang or crash a scan."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Unknown, Value
from aiposture.readers.terraform.symbols import BudgetError, EvaluationError

MAX_EVALUATIONS = 2_000_000
MAX_DEPTH = 250
MAX_MEMBERS = 100_000
MAX_CONTAINER_DEPTH = 60
MAX_TEXT = 1_000_000
MAX_INSTANCES = 1024


class Budget:
    """What one unit may spend."""

    __slots__ = ("_left", "_sizes", "depth")

    def __init__(self, evaluations: int = MAX_EVALUATIONS) -> None:
        """`evaluations` are the expressions that may be evaluated in all."""
        self._left = evaluations
        self._sizes: dict[int, tuple[object, int, int]] = {}
        self.depth = 0

    def spend(self, amount: int = 1) -> None:
        """Take from what is left. Raises BudgetError when there is nothing left."""
        self._left -= amount
        if self._left < 0:
            message = "the code takes too much work to evaluate"
            raise BudgetError(message)

    def enter(self) -> None:
        """One evaluation inside another. The caller takes `depth` back."""
        self.spend()
        if self.depth >= MAX_DEPTH:
            message = "is nested too deeply"
            raise EvaluationError(message)

    def check_size(self, value: Value) -> None:
        """Refuse a value that, with shared parts written out, is too large. Raises EvaluationError."""
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
