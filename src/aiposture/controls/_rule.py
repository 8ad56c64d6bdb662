"""The shape of a control: what it is, and its predicate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from aiposture.controls._options import Options
from aiposture.model import AIService, Control, Judgement

Judge: TypeAlias = Callable[[AIService, Options], Sequence[Judgement]]


class Rule(NamedTuple):
    """A control with its predicate. `judge` gives no judgement for a service that the control does not concern.

    `reads` names the facets of the service tables that it asks; the documentation lists their properties.
    """

    control: Control
    judge: Judge
    reads: tuple[str, ...]
