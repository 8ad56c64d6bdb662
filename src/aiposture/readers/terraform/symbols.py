"""Values that are not plain: unknowns put together, and resources and modules as values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from aiposture.model import Data, Reference, Step, Unknown, Value
from aiposture.readers.terraform import functions_base
from aiposture.readers.terraform.containers import PartialObject, Path, references_of

if TYPE_CHECKING:
    from aiposture.model import Location
    from aiposture.readers.terraform.source import Span

MAX_ALTERNATIVES = 16
MAX_STEPS = 8
_MAX_COMPARED = 500


EvaluationError = functions_base.FunctionError
"""Something that Terraform itself would refuse: `try` catches it, elsewhere the value is unknown."""


class Whole(Reference):
    """A whole resource or module instance as a value: its members are only worked out when asked for.

    To everybody but the evaluator it is a reference with an empty path. `member` gives an attribute, or raises
    EvaluationError. `many` says that it stands for an unknown number of instances, whose key does not matter;
    `at_most_one`, that this number is zero or one.
    """

    __slots__ = ("at_most_one", "many", "member")
    _fields = (*Reference._fields, "member", "many", "at_most_one")

    def __init__(
        self,
        *parts: Any,
        member: Callable[[str, Span], Value] | None = None,
        many: bool = False,
        at_most_one: bool = False,
        **named: Any,
    ) -> None:
        """`parts` and `named` are those of every Reference."""
        super().__init__(*parts, **named)
        self.member: Final = member
        self.many: Final = many
        self.at_most_one: Final = at_most_one

    def _parts(self) -> tuple[Any, ...]:
        """All but `member`: it is made anew for each use."""
        return tuple([getattr(self, name) for name in self._fields if name != "member"])


class Failed(Unknown):
    """An arm of an unknown inside of `try` that cannot be evaluated: there, `try` goes on to its next argument."""

    __slots__ = ()


class BlockObject(dict[str, Value]):
    """A nested block of a resource: what it does not configure is known after deployment, not missing."""

    def __init__(self, members: Mapping[str, Value], address: str, path: Path) -> None:
        """`path` is the block's own, below the resource at `address`."""
        super().__init__(members)
        self.address = address
        self.path = path


def reference(address: str, path: Path, text: str) -> Reference:
    """The attribute at `path` of the resource at `address`, as `text` says it."""
    return Reference(text, f"{address} is not deployed yet", address=address, path=path)


def reason_of(values: Iterable[Value]) -> str:
    """Why the first of these that is not known is unknown."""
    return next((value.data.reason for value in values if isinstance(value.data, Unknown)), "is not known")


def undecided(span: Span, parts: Sequence[Value], reason: str = "", alternatives: tuple[Value, ...] = ()) -> Value:
    """An unknown that stands for the text of `span`, because of `parts`."""
    data = Unknown(span.text, reason or reason_of(parts), references_of(*parts), alternatives)
    return Value(data, span.location, trail_of(*parts))


def trail_of(*values: Value) -> tuple[Step, ...]:
    """The trails of these values, one after the other, without repetition."""
    steps: list[Step] = []
    for value in values:
        for step in value.trail:
            if step not in steps:
                steps.append(step)
        if len(steps) >= MAX_STEPS:
            break
    return tuple(steps[:MAX_STEPS])


def placed(value: Value, location: Location, *because: Value) -> Value:
    """The value as stated at `location`, with the trails of what decided it behind its own."""
    return Value(value.data, location, trail_of(value, *because))


def stepped(value: Value, location: Location, steps: tuple[Step, ...]) -> Value:
    """The value as used at `location`, where it came to by `steps` (near to far)."""
    trail = tuple(step for step in steps[:MAX_STEPS] if step.location != location)
    return Value(value.data, location, trail)


def arms(value: Value) -> tuple[Value, ...] | None:
    """All that the value can be: itself if known, its alternatives if they are all there is; None if anything."""
    data = value.data
    if not isinstance(data, Unknown):
        return (value,)
    return data.alternatives or None


def same(left: Value, right: Value, fuel: list[int] | None = None) -> bool | None:
    """Whether two values are equal; None if that is not decided. One difference decides, whatever is unknown.

    `fuel` bounds the members that are looked at: beyond it nothing is decided.
    """
    one, other = left.data, right.data
    if fuel is not None:
        fuel[0] -= 1
        if fuel[0] < 0:
            return None
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return True if _same_reference(one, other) else None
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and _all_same(zip(one, other, strict=True), fuel)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _same_objects(one, other, fuel)
    if isinstance(one, str) and isinstance(other, str):
        return one == other if _is_plain(left) and _is_plain(right) else None
    # Terraform tells true from 1, Python does not.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _same_objects(one: Mapping[str, Value], other: Mapping[str, Value], fuel: list[int] | None) -> bool | None:
    if isinstance(one, PartialObject) or isinstance(other, PartialObject):
        return None
    return one.keys() == other.keys() and _all_same(((one[name], other[name]) for name in one), fuel)


def _same_reference(one: Data, other: Data) -> bool:
    """An attribute of a resource is equal to itself, whatever it will be."""
    if not isinstance(one, Reference) or not isinstance(other, Reference):
        return False
    return bool(one.path) and (one.address, one.path) == (other.address, other.path)


def _all_same(pairs: Iterable[tuple[Value, Value]], fuel: list[int] | None) -> bool | None:
    answer: bool | None = True
    for one, other in pairs:
        found = same(one, other, fuel)
        if found is False:
            return False
        answer = None if found is None else answer
    return answer


def _is_plain(value: Value) -> bool:
    """Not the text of an encoded object with unknown members."""
    try:
        functions_base.text(value)
    except functions_base.Undecided:
        return False
    return True


def choose(span: Span, choices: Iterable[Value], because: Sequence[Value]) -> Value:
    """One of `choices`, we cannot tell which, for a reason that `because` knows. Equal choices are one."""
    flat: list[Value] = []
    fuel = [_MAX_COMPARED]
    for choice in choices:
        nested = choice.data.alternatives if isinstance(choice.data, Unknown) else ()
        for arm in nested or (choice,):
            if len(flat) > MAX_ALTERNATIVES:
                break
            if not any(_same_for_sure(arm, other, fuel) for other in flat):
                flat.append(arm)
    if len(flat) == 1:
        return placed(flat[0], span.location, *because)
    alternatives = tuple(flat) if len(flat) <= MAX_ALTERNATIVES else ()
    return undecided(span, (*because, *flat), reason_of((*because, *flat)), alternatives)


def _same_for_sure(left: Value, right: Value, fuel: list[int]) -> bool:
    if type(left.data) is not type(right.data) or isinstance(left.data, Whole):
        return left.data is right.data
    return same(left, right, fuel) is True


def _not_known(span: Span, combination: Sequence[Value]) -> Value:
    failed = next((value for value in combination if isinstance(value.data, Failed)), None)
    return undecided(span, combination) if failed is None else failed


def mapped(span: Span, operands: Sequence[Value], function: Callable[..., Value], *, strict: bool = False) -> Value:
    """`function` of the operands, for each of the values that they can have.

    A combination that fails cannot be taken by a plan that succeeds, unless `strict` says that a `try` stands
    around: then it is kept as Failed.
    """
    choices = [arms(operand) for operand in operands]
    count = 1
    for choice in choices:
        count *= len(choice) if choice else MAX_ALTERNATIVES + 1
    if count == 1:
        only = tuple(choice[0] for choice in choices if choice)
        return function(*only) if all(value.known for value in only) else _not_known(span, only)
    if count > MAX_ALTERNATIVES:
        return undecided(span, operands)
    results: list[Value] = []
    failure: EvaluationError | None = None
    for combination in itertools.product(*(choice for choice in choices if choice)):
        if not all(value.known for value in combination):
            results.append(_not_known(span, combination))
            continue
        try:
            results.append(function(*combination))
        except EvaluationError as error:
            failure = error
            if strict:
                results.append(failed_at(span, error))
    if failure and all(isinstance(value.data, Failed) for value in results):
        raise failure
    return choose(span, results, operands)


def failed_at(span: Span, error: EvaluationError) -> Value:
    """An arm that cannot be evaluated."""
    return Value(Failed(span.text, str(error)), span.location)
