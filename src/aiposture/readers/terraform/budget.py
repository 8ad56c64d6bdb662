"""How much a Terraform unit may ask for."""

from __future__ import annotations

from aiposture.model import Value
from aiposture.readers.bounds import MAX_CONTAINER_DEPTH, WorkBudget
from aiposture.readers.terraform.symbols import EvaluationError

MAX_WORK = 500_000  # evaluations, and members of the containers that they handle
MAX_DEPTH = 250
MAX_MEMBERS = 100_000
MAX_TEXT = 1_000_000
MAX_INSTANCES = 1024
_MEMBERS_A_WORK = 4  # handling a member is cheaper than evaluating an expression
_SCALARS = (bool, int, float, type(None))


class Budget(WorkBudget):
    """What one unit may spend."""

    __slots__ = ()

    def __init__(self) -> None:
        """Nothing is spent yet."""
        super().__init__(MAX_WORK)

    def spend_on(self, *values: Value) -> None:
        """Pay for handling values as a whole, by their size."""
        self.spend(sum(self.measure(value.data)[0] for value in values) // _MEMBERS_A_WORK)

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
        size, depth = self.measure(value.data)
        if size > MAX_MEMBERS or depth > MAX_CONTAINER_DEPTH:
            message = "is too large"
            raise EvaluationError(message)
