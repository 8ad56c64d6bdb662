"""Terraform's type conversions, and the functions that only mark a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Unknown, Value
from aiposture.readers.terraform.containers import SetOf, presents, rebuilt
from aiposture.readers.terraform.functions_base import (
    Function,
    Result,
    Site,
    boolean,
    decided,
    identity,
    measure,
    members,
    number,
    partial_mapping,
    text,
    undecided,
)


def _stays(value: Value) -> bool:
    """Whether a conversion leaves `value` as it is: null, or an unknown of which nothing better can be said."""
    data = value.data
    if isinstance(data, Unknown) and data.alternatives:
        raise undecided(value)
    return data is None or isinstance(data, Unknown)


def _tostring(_: Site, args: Sequence[Value]) -> Result:
    if _stays(args[0]) or isinstance(args[0].data, str):
        return args[0]
    return args[0].with_data(text(args[0]))


def _tonumber(_: Site, args: Sequence[Value]) -> Result:
    return args[0] if _stays(args[0]) else args[0].with_data(number(args[0]))


def _tobool(_: Site, args: Sequence[Value]) -> Result:
    return args[0] if _stays(args[0]) else args[0].with_data(boolean(args[0]))


def _tolist(_: Site, args: Sequence[Value]) -> Result:
    return args[0] if _stays(args[0]) else args[0].with_data(unified(members(args[0])))


def _toset(_: Site, args: Sequence[Value]) -> Result:
    return args[0] if _stays(args[0]) else args[0].with_data(as_set(members(args[0])))


def _tomap(_: Site, args: Sequence[Value]) -> Result:
    if _stays(args[0]):
        return args[0]
    given = partial_mapping(args[0])
    members = presents(given)
    return args[0].with_data(rebuilt(given, dict(zip(members, unified(tuple(members.values())), strict=True))))


def unified(values: Sequence[Value]) -> tuple[Value, ...]:
    """The members of a list or map, which have one type: beside a string, bools and numbers become strings."""
    if not any(isinstance(value.data, str) for value in values):
        return tuple(values)
    return tuple(
        value.with_data(text(value)) if isinstance(value.data, bool | int | float) else value for value in values
    )


def as_set(values: Sequence[Value]) -> SetOf:
    """The members of a set: each once, strings and numbers in order. Unknown members are taken for different."""
    measure(*values)
    once = {identity(value): value for value in reversed(unified(values))}
    ordered = [value for value in reversed(once.values()) if decided(value)]
    open_members = [value for value in reversed(once.values()) if not decided(value)]
    if all(isinstance(value.data, str) for value in ordered):
        ordered.sort(key=text)
    elif all(isinstance(value.data, int | float) for value in ordered):
        ordered.sort(key=_numeric)
    return SetOf((*ordered, *open_members))


def _numeric(value: Value) -> float:
    return value.data if isinstance(value.data, int | float) else 0


def _same(_: Site, args: Sequence[Value]) -> Result:
    return args[0]


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "ephemeralasnull": Function(_same, 1, 1),
        "nonsensitive": Function(_same, 1, 1),
        "sensitive": Function(_same, 1, 1),
        "tobool": Function(_tobool, 1, 1),
        "tolist": Function(_tolist, 1, 1),
        "tomap": Function(_tomap, 1, 1),
        "tonumber": Function(_tonumber, 1, 1),
        "toset": Function(_toset, 1, 1),
        "tostring": Function(_tostring, 1, 1),
    }
)
