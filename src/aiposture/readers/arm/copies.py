"""Loops (`copy`) of properties, variables and outputs, and values with all their expressions evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions import BudgetError, Scope, evaluate
from aiposture.readers.arm.expressions.open_objects import object_of

MAX_COUNT = 800  # Azure Resource Manager's own limit
_MAX_DEPTH = 80
_WORK_A_TURN = 10  # as many evaluations take about as long


class Turning(Scope, Protocol):
    """A scope that can be seen from a turn of a loop."""

    def turn(self, name: str, index: Value) -> Turning:
        """The same scope in the turn `index` of the property loop `name`."""
        ...


def resolve(value: Value, scope: Turning, depth: int = 0) -> Value:
    """`value` with every expression in it evaluated and every loop written out. Never raises."""
    data = value.data
    if isinstance(data, str):
        return evaluate(data, scope, value.location) if data.startswith("[") else value
    if depth > _MAX_DEPTH:
        return value.with_data(Unknown("...", "is nested too deeply"))
    if isinstance(data, tuple):
        return value.with_data(tuple([resolve(each, scope, depth + 1) for each in data]))
    if isinstance(data, Mapping):
        unnamed: dict[str, Unknown] = {}
        members = dict(_members(data, scope, depth, unnamed))
        return value.with_data(object_of(members, unnamed))
    return value


def _members(
    members: Mapping[str, Value], scope: Turning, depth: int, unnamed: dict[str, Unknown]
) -> Iterator[tuple[str, Value]]:
    """The members as they read; their names can be expressions, and one that is not known keeps its text."""
    for name, value in members.items():
        if name.casefold() == "copy" and _is_loops(value):
            for loop in value.items():
                loop_name = _member(loop, "name")
                if loop_name is not None and isinstance(loop_name.data, str):
                    yield loop_name.data, loop_named(loop, scope, depth + 1)
        else:
            key = evaluate(name, scope, value.location).data if name.startswith("[") else name
            if isinstance(key, Unknown):
                unnamed[name] = key
            yield key if isinstance(key, str) else name, resolve(value, scope, depth + 1)


def loop_named(loop: Value, scope: Turning, depth: int = 0) -> Value:
    """The list that a loop with a name, a count and an input gives."""
    name = _member(loop, "name")
    title = name.data if name is not None and isinstance(name.data, str) else ""
    return loop_values(loop, title, scope, depth)


def loop_values(loop: Value, name: str, scope: Turning, depth: int = 0) -> Value:
    """The list of `loop`'s input, once for each turn; Unknown if the count is not known."""
    made = _member(loop, "input")
    number = count(loop, scope)
    if isinstance(number, Unknown):
        # What the count can be is not what the list can be, and its text is not that of the list.
        text = f"copy('{name}', {number.expression})"
        return loop.with_data(Unknown(text, number.reason, number.references))
    if made is None:
        return loop.with_data(Unknown(name, "the loop has no input"))
    try:
        scope.budget.spend(number * _WORK_A_TURN)
    except BudgetError as error:
        return loop.with_data(Unknown(f"copy {name}", str(error)))
    turns = [scope.turn(name, Value(index, loop.location)) for index in range(number)]
    return loop.with_data(tuple(resolve(made, each, depth + 1) for each in turns))


def count(loop: Value, scope: Turning) -> int | Unknown:
    """How often a loop turns."""
    stated = _member(loop, "count")
    if stated is None:
        return Unknown("copy", "the loop has no count")
    data = resolve(stated, scope).data
    if isinstance(data, str) and data.strip().isdecimal():
        data = int(data) if len(data) < len("1000000") else MAX_COUNT + 1
    if isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= MAX_COUNT:
        return data
    return data if isinstance(data, Unknown) else Unknown(str(stated.data), "is no number of turns")


def _member(value: Value, name: str) -> Value | None:
    return value.get(name, ignore_case=True)


def _is_loops(value: Value) -> bool:
    """Whether a member named `copy` is a list of loops, and no property of that name."""
    loops = value.items()
    return bool(loops) and all(_member(each, name) is not None for each in loops for name in ("name", "count"))
