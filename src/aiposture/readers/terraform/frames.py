"""Where an expression stands: the module that it sees, and the names that are only known in its place."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from aiposture.model import StepKind, Value
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.budget import Budget
from aiposture.readers.terraform.source import Span


class Named(NamedTuple):
    """What a name stands for: the value where it was written, the kind of stop that is, and the steps it took up."""

    value: Value
    kind: StepKind
    taken: int  # steps of the traversal that belong to the name (`var.x`: one)


class Scope(Protocol):
    """A module, as expressions see it."""

    @property
    def budget(self) -> Budget:
        """What may still be spent."""

    def named(self, root: str, steps: Sequence[ast.TraversalStep], span: Span) -> Named:
        """What the beginning of a traversal stands for. Raises EvaluationError."""


class Frame:
    """Names that are only known in one place: `each`, `count`, and the variables of for-expressions.

    `loop` has those of the names that are variables of for-expressions: they only hand on what is written in the
    collection, and so their values keep its places. `strict` is set inside of `try` and `can`: a failure there must
    not be turned into an unknown member. `held` says of conditions, by their text, what they are where the instance
    exists: with `count = var.on ? 1 : 0` there is one only if `var.on` holds.
    """

    __slots__ = ("held", "loop", "names", "strict")

    def __init__(self, names: Mapping[str, Value], parent: "Frame | None" = None, *, strict: bool = False) -> None:
        """Names found here hide those of `parent`."""
        self.names: Mapping[str, Value] = names if parent is None else {**parent.names, **names}
        self.loop: frozenset[str] = frozenset() if parent is None else parent.loop - names.keys()
        self.strict: bool = strict or (parent is not None and parent.strict)
        self.held: Mapping[str, bool] = {} if parent is None else parent.held

    def looping(self, names: Mapping[str, Value]) -> "Frame":
        """The frame with variables of a for-expression."""
        inner = Frame(names, self)
        inner.loop = self.loop | names.keys()
        return inner

    def holding(self, condition: str, *, holds: bool) -> "Frame":
        """The frame of an instance that exists only where a condition holds, or does not."""
        inner = Frame({}, self)
        inner.loop, inner.held = self.loop, {**self.held, condition: holds}
        return inner


NO_FRAME = Frame({})
