"""Member access: a property, an index, or a key that is not known."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Location, Reference, Unknown, Value
from aiposture.readers.arm.expressions.arguments import FunctionError, member
from aiposture.readers.arm.expressions.unknowns import (
    MAX_ALTERNATIVES,
    Something,
    choose,
    rendered,
    shortened,
    trail_of,
    unknown,
)

# What is there, and not empty, in what the deployment's own functions give.
_CERTAIN = frozenset({"displayname", "id", "location", "name", "subscriptionid", "tenantid", "type"})


def pick(value: Value, key: Value, location: Location, *, safe: bool = False) -> Value:
    """The member at `key`, where it was written. Raises FunctionError if there is none, unless `safe`."""
    data = value.data
    if isinstance(data, Unknown):
        return _of_unknown(value, data, key, location, safe=safe)
    if isinstance(key.data, Unknown):
        return _at_unknown(value, key, location, safe=safe)
    found: Value | None = None
    if isinstance(data, Mapping) and isinstance(key.data, str):
        found = member(data, key.data)
    elif isinstance(data, tuple) and isinstance(key.data, int) and not isinstance(key.data, bool):
        found = data[key.data] if 0 <= key.data < len(data) else None
    elif not (safe and data is None):
        raise FunctionError(f"{_kind(value)} has no member {rendered(key, '')}")
    if found is not None:
        return found
    if safe:
        return Value(None, location, value.trail)
    raise FunctionError(f"{_kind(value)} has no member {rendered(key, '')}")


def _kind(value: Value) -> str:
    if value.data is None:
        return "null"
    return "an object" if isinstance(value.data, Mapping) else "an array" if isinstance(value.data, tuple) else "it"


def member_text(expression: str, key: Value, *, safe: bool = False) -> str:
    """The text of a member access."""
    name = key.data
    if isinstance(name, str) and name.isidentifier():
        return shortened(f"{expression}.{'?' if safe else ''}{name}")
    return shortened(f"{expression}[{'?' if safe else ''}{rendered(key, '')}]")


def _of_unknown(value: Value, data: Unknown, key: Value, location: Location, *, safe: bool) -> Value:
    text = member_text(data.expression, key, safe=safe)
    trail = trail_of(value)
    if isinstance(data, Reference) and isinstance(key.data, str | int):
        return Value(data.replace(expression=text, path=(*data.path, key.data)), location, trail)
    if not data.alternatives or isinstance(key.data, Unknown):
        certain = isinstance(data, Something) and isinstance(key.data, str) and key.data.casefold() in _CERTAIN
        return unknown(text, location, (value, key), something=certain)
    members: list[Value] = []
    for arm in data.alternatives:
        try:
            members.append(pick(arm, key, location, safe=safe))
        except FunctionError:  # noqa: PERF203 - a deployment that succeeds cannot have taken this arm
            continue
    return choose(text, location, members, (value,)) if members else unknown(text, location, (value, key))


def _at_unknown(value: Value, key: Value, location: Location, *, safe: bool) -> Value:
    """The member at a key that is not known: one of the members, or null if it may be `safe`ly missing."""
    data = value.data
    members = tuple(data.values()) if isinstance(data, Mapping) else data if isinstance(data, tuple) else ()
    text = member_text(rendered(value, "the value"), key, safe=safe)
    if not members or len(members) > MAX_ALTERNATIVES:
        return unknown(text, location, (key, value))
    missing = (Value(None, location, value.trail),) if safe else ()
    return choose(text, location, (*members, *missing), (key,))
