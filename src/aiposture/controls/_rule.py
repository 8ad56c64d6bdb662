"""The shape of a control: what it is, and its predicate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from aiposture.controls._options import Options

if TYPE_CHECKING:
    from aiposture.model import AIService, Control, Judgement

Judge: TypeAlias = "Callable[[AIService, Options], Sequence[Judgement]]"


class Rule:
    """A control with its predicate: what `CONTROL` and `judge` are in a module of this package.

    That is imported when one of them is asked for. A scan that finds nothing to judge needs no more than the `id`.
    """

    def __init__(self, id_: str, module: str, reads: tuple[str, ...]) -> None:
        """`reads` names the facets of the service tables that it asks; the documentation lists their properties."""
        self.id = id_
        self.reads = reads
        self._name = f"aiposture.controls.{module}"

    @cached_property
    def control(self) -> Control:
        """What it is."""
        control: Control = self._module.CONTROL
        return control

    @cached_property
    def judge(self) -> Judge:
        """The predicate. It gives no judgement for a service that the control does not concern."""
        judge: Judge = self._module.judge
        return judge

    @property
    def _module(self) -> Any:
        return import_module(self._name)
