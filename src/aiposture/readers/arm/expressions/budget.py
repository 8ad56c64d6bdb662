"""How much an ARM template may ask for."""

from __future__ import annotations

from aiposture.model import Value
from aiposture.readers.bounds import MAX_CONTAINER_DEPTH, MAX_SECONDS, BudgetError, WorkBudget

__all__ = ["MAX_CONTAINER_DEPTH", "MAX_DEPTH", "MAX_MEMBERS", "Budget", "BudgetError"]

MAX_WORK = 2_000_000  # evaluations, and members of the containers that they handle
MAX_DEPTH = 80  # of expressions in expressions, over parameters, variables and functions
MAX_MEMBERS = 100_000


class Budget(WorkBudget):
    """What one unit may spend."""

    __slots__ = ()

    def __init__(self, work: int = MAX_WORK, seconds: float = MAX_SECONDS) -> None:
        """`work` is about the number of expressions that may be evaluated in all."""
        super().__init__(work, seconds)

    def pay_for(self, *values: Value) -> None:
        """Pay for handling values as a whole. Raises BudgetError, also for one that is too large."""
        for value in values:
            size, depth = self.measure(value.data)
            if size > MAX_MEMBERS or depth > MAX_CONTAINER_DEPTH:
                raise BudgetError("a value is too large")
            self.spend(1 + size // 4)
