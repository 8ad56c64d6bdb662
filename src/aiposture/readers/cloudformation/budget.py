"""Bounds on evaluation: a hostile template must not hang or crash a scan."""

from __future__ import annotations

import time

MAX_WORK = 300_000  # nodes evaluated or copied, and members handed on
MAX_SECONDS = 60.0  # the last resort: no real stack comes near it
MAX_DEPTH = 250  # evaluations inside one another
MAX_TEXT = 1_000_000  # characters; CloudFormation takes no template that is longer
MAX_STACKS = 200  # nested stacks of one unit, each use of a template counting
MAX_NESTING = 20
_LOOK_EVERY = 500


class BudgetError(Exception):
    """More work than any real template asks for."""


class MalformedError(Exception):
    """Something that CloudFormation itself would refuse, or that is beyond our bounds: the value is unknown."""


class Budget:
    """What one unit may spend."""

    __slots__ = ("_deadline", "_left", "_next_look", "depth")

    def __init__(self, work: int = MAX_WORK, seconds: float = MAX_SECONDS) -> None:
        """`work` is about the number of nodes that may be evaluated in all."""
        self._left = work
        self._next_look = work
        self._deadline = time.monotonic() + seconds
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
            raise BudgetError("the template takes too much work to evaluate")

    def enter(self) -> None:
        """One evaluation inside another. The caller takes `depth` back."""
        self.spend()
        if self.depth >= MAX_DEPTH:
            raise MalformedError("is nested too deeply")
