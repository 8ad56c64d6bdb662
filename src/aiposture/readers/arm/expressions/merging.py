"""`union()` and `shallowMerge()`: objects put together, also when parts of them are unknown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.access import member_text
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    decided,
    mapping,
    members,
    table,
    undecided,
)
from aiposture.readers.arm.expressions.containers import distinct, fresh
from aiposture.readers.arm.expressions.open_objects import object_of, unnamed_of
from aiposture.readers.arm.expressions.unknowns import MAX_ALTERNATIVES, choose, is_something

_Merged: TypeAlias = "dict[str, tuple[str, Value]]"


def union(site: Site, args: Sequence[Value]) -> Result:
    """Objects merged at all depths, or arrays without repetition."""
    site.budget.pay_for(*args)
    if isinstance(args[0].data, tuple):
        return distinct(site, [member for arg in args for member in members(arg)])
    return _merge(args, deep=True)


def shallow_merge(site: Site, args: Sequence[Value]) -> Result:
    """The objects of an array merged: later members win as a whole."""
    site.budget.pay_for(*args)
    return _merge(members(args[0]), deep=False)


def _merge(objects: Sequence[Value], *, deep: bool) -> Mapping[str, Value]:
    """Objects put together; of two names that differ in case, `union()` keeps the later, `shallowMerge()` the first.

    Optional parts (an `if()` with an unknown condition) make as many possible objects as there are combinations.
    Where these are too many, each member has its possibilities on its own, and null where it can be absent.
    """
    arms = [value.data.alternatives for value in objects if isinstance(value.data, Unknown)]
    if math.prod(len(arm) for arm in arms) <= MAX_ALTERNATIVES:
        for value in objects:
            decided(value)
    merged: _Merged = {}
    unnamed: dict[str, Unknown] = {}
    for value in objects:
        if isinstance(value.data, Unknown):
            _add_optional(merged, value, value.data, deep=deep)
            for arm in value.data.alternatives:
                unnamed.update(unnamed_of(arm.data))
        else:
            keys = unnamed_of(mapping(value))
            for stated, member in mapping(value).items():
                name = stated
                if stated in keys:
                    name = fresh(stated, unnamed)
                    unnamed[name] = keys[stated]
                _put(merged, name, _after(merged, name, member, deep=deep), deep=deep)
    return object_of(dict(merged.values()), {key: unnamed[key] for key, _ in merged.values() if key in unnamed})


def _add_optional(merged: _Merged, value: Value, data: Unknown, *, deep: bool) -> None:
    if not data.alternatives or not all(arm.known for arm in data.alternatives):
        raise undecided(value)
    arms = [arm.data for arm in data.alternatives if isinstance(arm.data, Mapping)]
    for name in dict.fromkeys(name for arm in arms for name in arm):
        _, before = merged.get(name.casefold(), (name, Value(None, value.location)))
        choices = [_after(merged, name, arm[name], deep=deep) if name in arm else before for arm in arms]
        text = member_text(data.expression, Value(name, value.location))
        _put(merged, name, choose(text, value.location, choices, (value,)), deep=deep)


def _put(merged: _Merged, name: str, value: Value, *, deep: bool) -> None:
    before = merged.get(name.casefold())
    merged[name.casefold()] = (name if deep or before is None else before[0], value)


def _after(merged: _Merged, name: str, value: Value, *, deep: bool) -> Value:
    """The member that stands there once `value` is put over what was there."""
    before = merged.get(name.casefold())
    return value if before is None or not deep else _merged_member(before[1], value)


def _merged_member(before: Value, value: Value) -> Value:
    if before.data is None:
        return value
    if value.data is None:
        return before  # null does not replace anything here
    if isinstance(value.data, Unknown):
        return _perhaps(before, value)
    if isinstance(before.data, Unknown):
        if isinstance(value.data, Mapping):
            raise Undecided(before.data.reason)
        return value
    if isinstance(before.data, Mapping) and isinstance(value.data, Mapping):
        return Value(_merge((before, value), deep=True), value.location, value.trail)
    if _different_types((before, value)):
        raise FunctionError("members of different types cannot be merged")
    return value


def _perhaps(before: Value, value: Value) -> Value:
    if is_something(value.data) and not isinstance(before.data, Mapping | Unknown):
        return value
    if isinstance(before.data, Mapping) or not isinstance(value.data, Unknown):
        raise undecided(value)
    # It can be null, and then it does not replace what was there.
    return choose(value.data.expression, value.location, (value, before), (value,))


def _different_types(values: Iterable[Value]) -> bool:
    types = {type(value.data) for value in values}
    return len(types) > 1 and not types.isdisjoint({dict, tuple})


TABLE = table(
    Function("union", union, 1, None),
    Function("shallowMerge", shallow_merge, 1, 1),
)
