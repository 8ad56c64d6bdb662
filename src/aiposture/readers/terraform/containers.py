"""Containers that say more than a dict or a tuple: objects of which some keys are doubtful, and sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from aiposture.model import Data, Reference, Unknown, Value

MAX_REFERENCES = 32
_MAX_WALK = 500
_MAX_CHOICES = 16
_MAX_NESTED = 64
_NONE: Mapping[str, Unknown] = {}

Path: TypeAlias = "tuple[str | int, ...]"


class SetOf(tuple[Value, ...]):
    """A set: its members have no numbers, and are their own keys where it is iterated."""

    __slots__ = ()


class PartialObject(dict[str, Value]):
    """An object that is known but for some of its keys.

    `doubts` are the members of which it is not known whether they are there, each with the condition for it. Read
    from the object, such a member is its value or null; `present` gives the value that it has if it is there.
    `unnamed` are the members whose key is not known: each stands under its key's expression, with the key. An
    unknown key is taken for one that no other member has. As it can be any key besides, a member that is not here
    reads as `open` and not as absent.
    """

    def __init__(
        self, members: Mapping[str, Value], doubts: Mapping[str, Unknown], unnamed: Mapping[str, Unknown] = _NONE
    ) -> None:
        """`members` are the values that the members have if they are there."""
        super().__init__(members)
        self.doubts = doubts
        self.unnamed = unnamed
        self._present = {name: members[name] for name in doubts}
        self.update({name: _doubtful(members[name], doubt) for name, doubt in doubts.items()})
        self.open = _open(members, unnamed)

    def present(self, name: str) -> Value:
        """The value that a member has if it is there."""
        return self._present[name] if name in self._present else self[name]

    def presents(self) -> dict[str, Value]:
        """All members with the values that they have if they are there."""
        return {name: self.present(name) for name in self}

    def rebuilt(self, members: Mapping[str, Value]) -> PartialObject:
        """The same keys, as sure as they are here, with other values."""
        return PartialObject(members, self.doubts, self.unnamed)

    def __missing__(self, key: str) -> Value:
        if self.open is None:
            raise KeyError(key)
        return Value(self.open, self[next(iter(self.unnamed))].location)

    def get(self, key: str, default: Any = None) -> Any:
        """The member as it reads; `default` if it is known to be absent."""
        return self[key] if key in self or self.open is not None else default


def _doubtful(value: Value, doubt: Unknown) -> Value:
    """A value that may be absent, as it reads: itself or null."""
    data = value.data
    if isinstance(data, Unknown) and not data.alternatives:
        return value
    return either(doubt, value, value.with_data(None))


def _open(members: Mapping[str, Value], unnamed: Mapping[str, Unknown]) -> Unknown | None:
    if not unnamed:
        return None
    first = next(iter(unnamed.values()))
    values = [members[name] for name in unnamed]
    keys = [Value(key, value.location) for key, value in zip(unnamed.values(), values, strict=True)]
    return Unknown(first.expression, first.reason, references_of(*keys, *values))


def incomplete(value: Value, doubt: Unknown, depth: int = 0) -> Value:
    """The value with objects of which members may be lost: one that is not here is not absent, because of `doubt`."""
    data = value.data
    if depth > _MAX_NESTED:
        return value
    if isinstance(data, tuple):
        return value.with_data(tuple(incomplete(each, doubt, depth + 1) for each in data))
    if isinstance(data, dict):
        members = {name: incomplete(each, doubt, depth + 1) for name, each in data.items()}
        lost = Value(doubt, value.location)
        return value.with_data(PartialObject({**members, "...": lost}, {}, {"...": doubt}))
    return value


def object_of(
    members: Mapping[str, Value], doubts: Mapping[str, Unknown], unnamed: Mapping[str, Unknown]
) -> Mapping[str, Value]:
    """An object, partial only if it has to be."""
    return PartialObject(members, doubts, unnamed) if doubts or unnamed else members


def rebuilt(data: Mapping[str, Value], members: Mapping[str, Value]) -> Mapping[str, Value]:
    """`members` with the doubts of `data` about its keys."""
    return data.rebuilt(members) if isinstance(data, PartialObject) else members


def presents(data: Mapping[str, Value]) -> Mapping[str, Value]:
    """The members of an object with the values that they have if they are there."""
    return data.presents() if isinstance(data, PartialObject) else data


def either(doubt: Unknown, *choices: Value) -> Value:
    """One of `choices`, where `doubt` decides which; it stands where the first stands."""
    flat: list[Value] = []
    for choice in choices:
        nested = choice.data.alternatives if isinstance(choice.data, Unknown) else ()
        for arm in nested or (choice,):
            if all(arm.data is not other.data for other in flat):
                flat.append(arm)
    if len(flat) == 1:
        return choices[0]
    references = references_of(Value(doubt, choices[0].location), *flat)
    alternatives = tuple(flat) if len(flat) <= _MAX_CHOICES else ()
    return choices[0].with_data(Unknown(doubt.expression, doubt.reason, references, alternatives))


def fresh(name: str, taken: Mapping[str, Value]) -> str:
    """`name`, or one like it that is not taken: unknown keys of one expression are not one key."""
    number = len(taken)
    candidate = name
    while candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def combine(objects: Sequence[Mapping[str, Value]]) -> Mapping[str, Value]:
    """All members of `objects`, the later ones over the earlier ones, as `merge` does it."""
    members: dict[str, Value] = {}
    doubts: dict[str, Unknown] = {}
    unnamed: dict[str, Unknown] = {}
    for given in objects:
        own: Mapping[str, Unknown] = given.doubts if isinstance(given, PartialObject) else _NONE
        for name, value in presents(given).items():
            doubt = own.get(name)
            if doubt is None:
                members[name] = value
                doubts.pop(name, None)
            elif name in members:
                members[name] = either(doubt, value, members[name])
            else:
                members[name], doubts[name] = value, doubt
        if isinstance(given, PartialObject):
            unnamed.update(given.unnamed)
    return object_of(members, doubts, unnamed)


def doubt_about(value: Value) -> Value | None:
    """What makes it unknown which members a container has; None if nothing does."""
    data = value.data
    if isinstance(data, Unknown):
        return value
    if isinstance(data, PartialObject) and data.doubts:
        return Value(next(iter(data.doubts.values())), value.location)
    return None


def references_of(*values: Value) -> tuple[Reference, ...]:
    """The references in these values at all depths, each once."""
    found: dict[tuple[str, Path], Reference] = {}
    pending: list[Value] = list(reversed(values))
    visited = 0
    while pending and visited < _MAX_WALK and len(found) < MAX_REFERENCES:
        value = pending.pop()
        data: Data | None = value.data
        visited += 1
        if isinstance(data, tuple):
            pending.extend(reversed(data))
        elif isinstance(data, Mapping):
            pending.extend(reversed(list(data.values())))
            data = data.open if isinstance(data, PartialObject) else None
        if isinstance(data, Unknown):
            for ref in (data, *data.references):
                if isinstance(ref, Reference):
                    found.setdefault((ref.address, ref.path), bare(ref))
    return tuple(found.values())


def bare(reference: Reference) -> Reference:
    """The reference alone, without what the evaluator adds to one that stands for a whole resource."""
    if type(reference) is Reference and not reference.references:
        return reference
    return Reference(reference.expression, reference.reason, address=reference.address, path=reference.path)
