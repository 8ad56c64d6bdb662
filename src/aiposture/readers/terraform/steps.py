"""One step of a traversal: an attribute, an index or a splat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from aiposture.model import Reference, Unknown, Value
from aiposture.readers.terraform import functions_base
from aiposture.readers.terraform.containers import PartialObject, SetOf, presents
from aiposture.readers.terraform.symbols import (
    MAX_ALTERNATIVES,
    BlockObject,
    EvaluationError,
    Failed,
    Whole,
    choose,
    failed_at,
    reference,
    undecided,
)

if TYPE_CHECKING:
    from aiposture.model import Data
    from aiposture.readers.terraform.source import Span


def pick(value: Value, key: Value, span: Span, *, strict: bool = False) -> Value:
    """The member at `key`, where it was written. Raises EvaluationError if there is none.

    An arm of an unknown that has no such member cannot be what it is, unless `strict` says that a `try` stands
    around: then it is kept as Failed.
    """
    data = value.data
    if isinstance(data, Failed):
        return value
    if isinstance(data, Reference):
        return _of_reference(value, data, key, span)
    if isinstance(data, Unknown):
        return _of_unknown(value, data, key, span, strict=strict)
    if isinstance(key.data, Unknown):
        return _at_unknown(value, key, span)
    if data is None:
        message = f"{_before(span)} is null"
        raise EvaluationError(message)
    if isinstance(data, Mapping):
        return _of_mapping(data, key, span, strict=strict)
    if isinstance(data, tuple):
        return _of_list(data, key)
    message = f"{_before(span)} has no attributes"
    raise EvaluationError(message)


def _before(span: Span) -> str:
    """The text of a traversal without its last step."""
    text = span.text.rstrip()
    at = max(text.rfind("."), text.rfind("["))
    return text[:at] if at > 0 else text


def _of_mapping(data: Mapping[str, Value], key: Value, span: Span, *, strict: bool) -> Value:
    name = functions_base.text(key)
    if isinstance(data, PartialObject) and name in data.doubts:
        return _doubtful(data, name, span, strict=strict)
    member = data.get(name)
    if member is not None:
        return member
    if isinstance(data, BlockObject):
        return Value(reference(data.address, (*data.path, name), span.text), span.location)
    message = f"{_before(span)} has no attribute {name}"
    raise EvaluationError(message)


def _doubtful(data: PartialObject, name: str, span: Span, *, strict: bool) -> Value:
    """A plan that succeeds has the member, since it is asked for."""
    member = data.present(name)
    if not strict:
        return member
    doubt = data.doubts[name]
    absent = Value(Failed(span.text, doubt.reason), span.location)
    return choose(span, (member, absent), (Value(doubt, member.location),))


def _of_list(data: tuple[Value, ...], key: Value) -> Value:
    if isinstance(data, SetOf):
        message = "the members of a set have no numbers"
        raise EvaluationError(message)
    number = functions_base.whole(key)
    if not 0 <= number < len(data):
        message = f"a list of {len(data)} has no member {number}"
        raise EvaluationError(message)
    return data[number]


def _of_reference(value: Value, data: Reference, key: Value, span: Span) -> Value:
    if isinstance(data, Whole) and data.many:
        one = data.replace(many=False, at_most_one=False)
        if not isinstance(key.data, str) or "[" in span.text[len(_before(span)) :]:
            return value.with_data(one)
        return pick(value.with_data(one), key, span)
    if not isinstance(key.data, (str, int)):
        return undecided(span, (value, key))
    if isinstance(data, Whole) and data.member:
        return data.member(str(key.data), span)
    return Value(reference(data.address, (*data.path, key.data), span.text), span.location, value.trail)


def _of_unknown(value: Value, data: Unknown, key: Value, span: Span, *, strict: bool) -> Value:
    members: list[Value] = []
    failure: EvaluationError | None = None
    for arm in data.alternatives:
        try:
            members.append(pick(arm, key, span, strict=strict))
        except EvaluationError as error:  # noqa: PERF203 - each arm fails for itself
            failure = error
    if failure and not members:
        raise failure
    if failure and strict:
        members.append(failed_at(span, failure))
    return choose(span, members, (value,)) if members else undecided(span, (value, key))


def _at_unknown(value: Value, key: Value, span: Span) -> Value:
    """The member at a key that is not known: one of the members."""
    data = value.data
    members = tuple(presents(data).values()) if isinstance(data, Mapping) else data if isinstance(data, tuple) else ()
    if not members or len(members) > MAX_ALTERNATIVES or isinstance(data, BlockObject):
        return undecided(span, (key, value))
    return choose(span, members, (key,))


def splat(value: Value, span: Span, below: Callable[[Value], Value], *, strict: bool = False) -> Value:
    """`value[*]` with `below` applied to each member. A single value is taken for a list of one, null for none.

    `strict` is what `pick` has it for.
    """
    data = value.data
    if data is None:
        return Value((), value.location, value.trail)
    if isinstance(data, tuple):
        return Value(tuple(below(member) for member in data), value.location, value.trail)
    if isinstance(data, Whole):
        return _of_whole(value, data, span, below)
    if isinstance(data, Reference):
        # Whether a computed attribute is a list is not known here.
        return undecided(span, (below(value),))
    if isinstance(data, Unknown):
        return _of_arms(value, data, span, below, strict=strict)
    return Value((below(value),), value.location, value.trail)


def _of_whole(value: Value, data: Whole, span: Span, below: Callable[[Value], Value]) -> Value:
    one = data.replace(many=False, at_most_one=False)
    member = below(value.with_data(one))
    if not data.many:
        return Value((member,), value.location, value.trail)
    choices: tuple[Data, ...] = ((), (member,)) if data.at_most_one else ()
    return undecided(span, (member,), data.reason, tuple(value.with_data(choice) for choice in choices))


def _of_arms(value: Value, data: Unknown, span: Span, below: Callable[[Value], Value], *, strict: bool) -> Value:
    if isinstance(data, Failed):
        return value
    results = []
    for arm in data.alternatives:
        try:
            results.append(splat(arm, span, below, strict=strict))
        except EvaluationError as error:  # noqa: PERF203 - each arm fails for itself
            # A plan that succeeds cannot have taken an arm that fails.
            if strict:
                results.append(failed_at(span, error))
    return choose(span, results, (value,)) if results else undecided(span, (value,))
