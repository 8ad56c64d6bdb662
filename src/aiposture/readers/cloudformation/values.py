"""Values that are not plain: unknowns put together, and texts of which only a part is known."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from aiposture.model import Location, Reference, Scalar, Step, Unknown, Value
from aiposture.readers.cloudformation.budget import MAX_TEXT, MalformedError
from aiposture.readers.cloudformation.source import Span

MAX_ALTERNATIVES = 16
_MAX_REFERENCES = 32
_MAX_STEPS = 8
_MAX_WALK = 500
_MAX_COMPARED = 500


class Spelled(Unknown):
    """A text of which something is not known: `expression` has `${...}` in the places of that."""

    __slots__ = ()


class OpenObject(dict[str, Value]):
    """An object that can have members which are not seen here: what it lacks is unknown, not absent."""

    def __init__(self, members: Mapping[str, Value], why: Value) -> None:
        """`why` is the unknown value that each missing member has."""
        super().__init__(members)
        self.why = why

    def get(self, key: str, default: Value | None = None) -> Value | None:  # type: ignore[override]
        """The member; the unknown one if it is not seen."""
        del default
        return super().get(key, self.why)


def unknown(
    span: Span, reason: str, parts: Sequence[Value] = (), expression: str | None = None, *, filled: bool = False
) -> Value:
    """A value that is unknown because of `parts`, or for `reason`; `filled` if it cannot be empty."""
    data = Unknown(expression or span.text, reason or reason_of(parts), references_of(*parts), filled=filled)
    return Value(data, span.location, trail_of(*parts))


def references_of(*values: Value) -> tuple[Reference, ...]:
    """The references in these values at all depths, each once."""
    found: dict[tuple[str, tuple[str | int, ...]], Reference] = {}
    pending = list(reversed(values))
    visited = 0
    while pending and visited < _MAX_WALK and len(found) < _MAX_REFERENCES:
        data = pending.pop().data
        visited += 1
        if isinstance(data, Unknown):
            for reference in (data, *data.references):
                if isinstance(reference, Reference):
                    found.setdefault((reference.address, reference.path), reference)
            pending.extend(data.alternatives)
        elif isinstance(data, tuple):
            pending.extend(reversed(data))
        elif isinstance(data, Mapping):
            pending.extend(data.values())
    return tuple(found.values())


def reason_of(values: Iterable[Value]) -> str:
    """Why the first of these that is not known is unknown."""
    for value in values:
        if isinstance(value.data, Unknown):
            return value.data.reason
        if isinstance(value.data, tuple) and not all(member.known for member in value.data):
            return reason_of(value.data)
    return "is not known"


def trail_of(*values: Value) -> tuple[Step, ...]:
    """The trails of these values and of their members, one after the other, without repetition."""
    steps = dict.fromkeys(
        step for value in values for part in (value, *value.items()[:_MAX_STEPS]) for step in part.trail
    )
    return tuple(itertools.islice(steps, _MAX_STEPS))


def placed(value: Value, location: Location, *because: Value) -> Value:
    """The value as stated at `location`, with the trails of what decided it behind its own."""
    return Value(value.data, location, trail_of(value, *because))


def plain_text(data: Scalar) -> str:
    """A scalar as CloudFormation writes it into a text."""
    if isinstance(data, bool):
        return "true" if data else "false"
    return "" if data is None else str(data)


def scalar_text(value: Value) -> str:
    """The text of a known scalar. Raises MalformedError for a list or an object."""
    if isinstance(value.data, (Unknown, tuple, Mapping)):
        raise MalformedError("a text is expected")
    return plain_text(value.data)


def spell(value: Value) -> str:
    """The text of a value, with `${...}` for what is not known of it. Raises MalformedError for an object."""
    data = value.data
    if not isinstance(data, Unknown):
        return scalar_text(value)
    if isinstance(data, Spelled) or (data.expression.startswith("${") and data.expression.endswith("}")):
        return data.expression
    return f"${{{data.expression}}}"


def concatenated(span: Span, parts: Sequence[Value]) -> Value:
    """The parts as one text; a Spelled one if some are unknown, the part itself if it stands alone.

    Raises MalformedError.
    """
    parts = [part for part in parts if part.data != ""]
    if len(parts) == 1 and not parts[0].known:
        return placed(parts[0], span.location)
    text = "".join(spell(part) for part in parts)
    if len(text) > MAX_TEXT:
        raise MalformedError("is too long")
    if all(part.known for part in parts):
        return Value(text, span.location, trail_of(*parts))
    filled = any(_never_empty(part) for part in parts)
    data = Spelled(text, reason_of(parts), references_of(*parts), filled=filled)
    return Value(data, span.location, trail_of(*parts))


def _never_empty(value: Value) -> bool:
    data = value.data
    if isinstance(data, Unknown):
        return data.filled or isinstance(data, Reference)
    return bool(plain_text(data)) if not isinstance(data, (tuple, Mapping)) else False


def same(left: Value, right: Value, fuel: list[int] | None = None) -> bool | None:
    """Whether CloudFormation takes two values for equal (as texts); None if that is not decided."""
    fuel = [_MAX_COMPARED] if fuel is None else fuel
    fuel[0] -= 1
    if fuel[0] < 0:
        return None
    one, other = left.data, right.data
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return _same_unknown(left, right)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and _all(same(a, b, fuel) for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return _same_objects(one, other, fuel)
    if isinstance(one, (tuple, Mapping)) or isinstance(other, (tuple, Mapping)):
        return False
    return plain_text(one) == plain_text(other)


def _same_objects(one: Mapping[str, Value], other: Mapping[str, Value], fuel: list[int]) -> bool | None:
    if isinstance(one, OpenObject) or isinstance(other, OpenObject):
        return None
    return one.keys() == other.keys() and _all(same(one[name], other[name], fuel) for name in one)


def _all(answers: Iterable[bool | None]) -> bool | None:
    result: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        result = None if answer is None else result
    return result


def _same_unknown(left: Value, right: Value) -> bool | None:
    one, other = left.data, right.data
    if isinstance(one, Reference) and isinstance(other, Reference):
        return True if (one.address, one.path) == (other.address, other.path) else None
    for value, against in ((left, right), (right, left)):
        if against.data == "" and _never_empty(value):
            return False
    return None


def choose(span: Span, choices: Iterable[Value], because: Sequence[Value], expression: str | None = None) -> Value:
    """One of `choices`, we cannot tell which, for a reason that `because` knows. Equal choices are one."""
    flat: list[Value] = []
    fuel = [_MAX_COMPARED]
    for choice in choices:
        nested = choice.data.alternatives if isinstance(choice.data, Unknown) else ()
        for arm in nested or (choice,):
            if len(flat) <= MAX_ALTERNATIVES and not any(_interchangeable(arm, other, fuel) for other in flat):
                flat.append(arm)
    if len(flat) == 1:
        return placed(flat[0], span.location, *because)
    alternatives = tuple(flat) if len(flat) <= MAX_ALTERNATIVES else ()
    result = unknown(span, reason_of((*because, *flat)), (*because, *flat), expression)
    assert isinstance(result.data, Unknown)  # noqa: S101 - for the type checker
    return result.with_data(result.data.replace(alternatives=alternatives))


def _interchangeable(left: Value, right: Value, fuel: list[int]) -> bool:
    one, other = left.data, right.data
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return type(one) is type(other) and one == other
    # A truth and its text, an absent value and an empty text are the same to Equals, not to those who read them.
    return type(one) is type(other) and same(left, right, fuel) is True


def mapped(span: Span, operands: Sequence[Value], function: Callable[[Sequence[Value]], Value]) -> Value:
    """`function` of the operands, for each combination of the values that they can have.

    An operand that can be anything is handed on as it is. Raises MalformedError if all combinations do.
    """
    choices = [_arms(operand) for operand in operands]
    count = 1
    for choice in choices:
        count = min(count * len(choice), MAX_ALTERNATIVES + 1)
    if count == 1 or count > MAX_ALTERNATIVES:
        return function(operands if count > 1 else [choice[0] for choice in choices])
    results: list[Value] = []
    failure: MalformedError | None = None
    for combination in itertools.product(*choices):
        try:
            results.append(function(combination))
        except MalformedError as error:  # noqa: PERF203 - a stack that deploys cannot have taken this arm
            failure = error
    if failure and not results:
        raise failure
    return choose(span, results, operands, _spelling(operands, function))


def _spelling(operands: Sequence[Value], function: Callable[[Sequence[Value]], Value]) -> str | None:
    """How the function's result is spelled when it is not looked into what its operands can be."""
    with contextlib.suppress(MalformedError):
        data = function(operands).data
        if isinstance(data, Spelled):
            return data.expression
    return None


def _arms(value: Value) -> tuple[Value, ...]:
    return (isinstance(value.data, Unknown) and value.data.alternatives) or (value,)
