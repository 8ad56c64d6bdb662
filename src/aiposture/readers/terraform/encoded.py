"""Encoded texts at the reader's door: one with something unknown in it is no known text to anybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aiposture.model import Data, Resource, Unknown, Value
from aiposture.readers.terraform.containers import presents, rebuilt, references_of
from aiposture.readers.terraform.functions_base import EncodedText, FunctionError, Undecided, text

_MAX_DEPTH = 64


def settle(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The resources, with an unknown in place of every encoded text that has something unknown in it."""
    settler = _Settler()
    settled = []
    for resource in resources:
        properties = settler.settled(resource.properties, 0)
        settled.append(resource if properties is resource.properties else resource._replace(properties=properties))
    return tuple(settled)


class _Settler:
    """Goes through each container once, however many resources share it."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Data, Data]] = {}  # what was replaced is kept alive so that its id stays its own

    def settled(self, value: Value, depth: int) -> Value:
        data = value.data
        if isinstance(data, EncodedText):
            unknown = _unknown(value)
            return value if unknown is None else value.with_data(unknown)
        if depth > _MAX_DEPTH or not isinstance(data, (tuple, Mapping, Unknown)):
            return value
        if id(data) not in self._seen:
            self._seen[id(data)] = (data, self._below(data, depth + 1))
        new = self._seen[id(data)][1]
        return value if new is data else value.with_data(new)

    def _below(self, data: tuple[Value, ...] | Mapping[str, Value] | Unknown, depth: int) -> Data:
        if isinstance(data, tuple):
            return self._each(data, data, tuple, depth)
        if isinstance(data, Unknown):
            return self._each(data, data.alternatives, lambda arms: data.replace(alternatives=arms), depth)
        members = presents(data)

        def remade(values: tuple[Value, ...]) -> Data:
            return rebuilt(data, dict(zip(members, values, strict=True)))

        return self._each(data, tuple(members.values()), remade, depth)

    def _each(
        self, data: Data, members: tuple[Value, ...], remade: Callable[[tuple[Value, ...]], Data], depth: int
    ) -> Data:
        new = tuple(self.settled(member, depth) for member in members)
        return data if all(one is other for one, other in zip(new, members, strict=True)) else remade(new)


def _unknown(value: Value) -> Unknown | None:
    assert isinstance(value.data, EncodedText)  # noqa: S101 - the caller's check, for the type checker
    try:
        text(value)
    except Undecided as question:
        reason = question.reason
    except FunctionError as error:
        reason = str(error)
    else:
        return None
    return Unknown(str(value.data), reason, references_of(value.data.value))
