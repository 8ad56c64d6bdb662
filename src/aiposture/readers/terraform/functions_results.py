"""What a call gives back: data with the call's place, a value moved on, or an unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aiposture.model.source import Step
from aiposture.model.values import Data, Reference, Unknown, Value
from aiposture.readers.terraform.containers import PartialObject, SetOf
from aiposture.readers.terraform.functions_base import (
    MAX_DEPTH,
    MAX_MEMBERS,
    MAX_TEXT,
    FunctionError,
    Result,
    Site,
    checked_number,
    freeze,
    measure,
    walk,
)

if TYPE_CHECKING:
    from aiposture.model.source import Location

MAX_ALTERNATIVES = 8
MAX_TRAIL = 8


def placed(site: Site, result: Result) -> Value:
    """A function's result as the value of the call. Raises FunctionError if it is too large."""
    if isinstance(result, Value):
        return _moved(site, result)
    return _lift(result, site.location, 0, [0])


def _moved(site: Site, value: Value) -> Value:
    """`value` at the call's place, with the place that it had as the first step of its trail."""
    if value.location == site.location:
        return value
    trail = (Step("value", _label(site, value), value.location), *value.trail)
    if len(trail) > MAX_TRAIL:
        trail = (*trail[: MAX_TRAIL - 1], trail[-1])  # the last step says where the value was written
    return Value(value.data, site.location, trail)


def _label(site: Site, value: Value) -> str:
    """Texts can be secrets and are not repeated."""
    data = value.data
    if isinstance(data, Unknown):
        return data.expression
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    return f"{site.name}()"


def _lift(data: Any, location: Location, depth: int, spent: list[int]) -> Value:
    if isinstance(data, Value):
        return data
    if depth > MAX_DEPTH:
        raise FunctionError("the result is nested too deeply")
    lifted: Data
    if isinstance(data, PartialObject):
        lifted = data  # its members are values already
    elif isinstance(data, Mapping):
        _spend(spent, len(data))
        lifted = {key: _lift(member, location, depth + 1, spent) for key, member in data.items()}
    elif isinstance(data, tuple | list):
        _spend(spent, len(data))
        members = (_lift(member, location, depth + 1, spent) for member in data)
        lifted = SetOf(members) if isinstance(data, SetOf) else tuple(members)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        lifted = checked_number(data)
    else:
        if isinstance(data, str):
            check_text(len(data))
        lifted = data
    return Value(lifted, location)


def _spend(spent: list[int], count: int) -> None:
    spent[0] += count
    if spent[0] > MAX_MEMBERS:
        raise FunctionError("the result is too large")


def check_text(length: int) -> None:
    """Raises FunctionError for a text that is too long, best before it is built."""
    if length > MAX_TEXT:
        raise FunctionError("the result is too long")


def unknown(site: Site, args: Iterable[Value], reason: str, alternatives: Sequence[Value] = ()) -> Value:
    """The call's value when it is not decided, or the value on which all alternatives agree."""
    references = _references(args)
    arms = _different(alternatives)
    if len(arms) == 1 and not references and arms[0].known:
        return arms[0]
    if len(arms) > MAX_ALTERNATIVES:
        arms = ()
    return Value(Unknown(site.text, reason, references, arms), site.location)


def one_of(site: Site, args: Iterable[Value], reason: str, choices: Sequence[Value]) -> Value:
    """The value of a call that picks one of `choices`, not known which."""
    measure(*choices)
    return unknown(site, args, reason, tuple(_moved(site, choice) for choice in choices))


def _references(args: Iterable[Value]) -> tuple[Reference, ...]:
    """The resource attributes that flow into the arguments, each once."""
    found: dict[tuple[str, tuple[str | int, ...]], Reference] = {}
    for value in walk(*args):
        data = value.data
        if isinstance(data, Unknown):
            for reference in (data, *data.references):
                if isinstance(reference, Reference):
                    found.setdefault((reference.address, reference.path), _bare(reference))
    return tuple(found.values())


def _bare(reference: Reference) -> Reference:
    """The reference alone, without what the evaluator adds to one that stands for a whole resource."""
    if type(reference) is Reference:
        return reference
    return Reference(reference.expression, reference.reason, address=reference.address, path=reference.path)


def _different(values: Sequence[Value]) -> tuple[Value, ...]:
    """`values` without those that are equal to an earlier one."""
    kept: list[Value] = []
    seen: set[tuple[object, ...]] = set()
    for value in values:
        frozen = freeze(value)
        if frozen is None or frozen not in seen:
            kept.append(value)
        if frozen is not None:
            seen.add(frozen)
    return tuple(kept)
