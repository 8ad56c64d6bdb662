"""Laying one object over another, as the azapi provider does, with values that may be unknown."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Unknown, Value
from aiposture.readers.terraform.containers import PartialObject, object_of, presents

_MAX_DEPTH = 64


def merge(base: Value, over: Value, *, exists: bool | Unknown = True, depth: int = 0) -> Value:
    """`over` laid over `base`, neither of which is changed; members keep their places.

    Objects merge by member (names compare without case, as ARM does) and lists of one length by element; anything
    else, null too, replaces what it is laid over: so does MergeObject of the azapi provider. If it is unknown
    whether `over` `exists`, each value that it replaces becomes unknown, with both as alternatives.
    """
    old, new = base.data, over.data
    if depth > _MAX_DEPTH:
        return either(base, over, exists=exists)
    if isinstance(new, Unknown) and new.alternatives:
        arms = tuple(merge(base, arm, exists=exists, depth=depth + 1) for arm in new.alternatives)
        return over.with_data(new.replace(alternatives=arms))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return base.with_data(_members(base, over, exists=exists, depth=depth))
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        pairs = zip(old, new, strict=True)
        return base.with_data(tuple(merge(left, right, exists=exists, depth=depth + 1) for left, right in pairs))
    if isinstance(old, Unknown) and isinstance(new, Mapping):
        # What `over` leaves alone stays unknown, and with it the whole: an object cannot say "and perhaps more".
        arms = tuple(merge(arm, over, exists=exists, depth=depth + 1) for arm in old.alternatives)
        return base.with_data(old.replace(alternatives=arms))
    return either(base, over, exists=exists)


def _members(base: Value, over: Value, *, exists: bool | Unknown, depth: int) -> Mapping[str, Value]:
    members = dict(base.members())
    spelling = {name.casefold(): name for name in members}
    doubts = over.data.doubts if isinstance(over.data, PartialObject) else {}
    for name, value in presents(over.members()).items():
        own = spelling.get(name.casefold())
        here = exists if exists is not True else doubts.get(name, True)
        if own is None:
            members[name] = either(value.with_data(None), value, exists=here)
        else:
            members[own] = merge(members[own], value, exists=here, depth=depth + 1)
    unnamed: dict[str, Unknown] = {}
    for data in (base.data, over.data):
        unnamed.update(data.unnamed if isinstance(data, PartialObject) else {})
    return object_of(members, {}, unnamed)


def either(base: Value, over: Value, *, exists: bool | Unknown) -> Value:
    """`over`, or an unknown value with both as alternatives if it is unknown whether `over` exists."""
    if not isinstance(exists, Unknown):
        return over if exists else base
    condition = Unknown(exists.expression, exists.reason, exists.references, (base, over))
    return over.with_data(condition)
