"""Terraform's functions over sets. A set is a SetOf its members, each once; a list is taken for one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Value
from aiposture.readers.terraform.containers import SetOf
from aiposture.readers.terraform.functions_base import (
    Function,
    FunctionError,
    Result,
    Site,
    decided,
    identity,
    measure,
    members,
    undecided,
)
from aiposture.readers.terraform.functions_convert import as_set

MAX_PRODUCT = 10_000


def _distinct(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    first: dict[tuple[object, ...], Value] = {}
    for value in members(args[0]):
        first.setdefault(identity(value), value)
    return list(first.values())


def _setunion(_: Site, args: Sequence[Value]) -> Result:
    return as_set([value for argument in args for value in members(argument)])


def _setintersection(_: Site, args: Sequence[Value]) -> Result:
    rest = [_identities(argument) for argument in args[1:]]
    return as_set([value for value in _known(args[0]) if all(identity(value) in others for others in rest)])


def _setsubtract(_: Site, args: Sequence[Value]) -> Result:
    taken = _identities(args[1])
    if not taken:
        return as_set(members(args[0]))
    return as_set([value for value in _known(args[0]) if identity(value) not in taken])


def _identities(argument: Value) -> frozenset[tuple[object, ...]]:
    return frozenset(identity(value) for value in _known(argument))


def _known(argument: Value) -> SetOf:
    """The members, if all are known: an unknown one could be equal to any other."""
    if isinstance(argument.data, tuple) and not decided(argument):
        raise undecided(argument)
    return as_set(members(argument))


def _setproduct(site: Site, args: Sequence[Value]) -> Result:
    lists = [members(argument) for argument in args]
    size = 1
    for values in lists:
        size *= len(values)
        if size > MAX_PRODUCT:
            raise FunctionError("the product is too large")
    rows = [Value(row, site.location) for row in itertools.product(*lists)]
    # A product of sets is a set; one list among them makes it a list.
    return SetOf(rows) if all(isinstance(each, SetOf) for each in lists) else rows


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "distinct": Function(_distinct, 1, 1),
        "setintersection": Function(_setintersection, 1, None),
        "setproduct": Function(_setproduct, 2, None),
        "setsubtract": Function(_setsubtract, 2, 2),
        "setunion": Function(_setunion, 1, None),
    }
)
