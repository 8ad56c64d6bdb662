"""Bounds on evaluation: a hostile template must not hang or crash a scan."""

from __future__ import annotations

from aiposture.readers.bounds import MAX_SECONDS, WorkBudget

MAX_WORK = 300_000  # nodes evaluated or copied, and members handed on
MAX_DEPTH = 250  # evaluations inside one another
MAX_TEXT = 1_000_000  # characters; CloudFormation takes no template that is longer
MAX_STACKS = 200  # nested stacks of one unit, each use of a template counting
MAX_NESTING = 20


class MalformedError(Exception):
    """Something that CloudFormation itself would refuse, or that is beyond our bounds: the value is unknown."""


class Budget(WorkBudget):
    """What one unit may spend."""

    __slots__ = ()

    def __init__(self, work: int = MAX_WORK, seconds: float = MAX_SECONDS) -> None:
        """`work` is about the number of nodes that may be evaluated in all."""
        super().__init__(work, seconds, "template")

    def enter(self) -> None:
        """One evaluation inside another. The caller takes `depth` back."""
        self.spend()
        if self.depth >= MAX_DEPTH:
            raise MalformedError("is nested too deeply")
