"""What a call gives back: data with the call's place, a value moved on, or an unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiposture.model import Data, Location, Step, Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    checked_number,
    checked_text,
)
from aiposture.readers.arm.expressions.budget import MAX_CONTAINER_DEPTH
from aiposture.readers.arm.expressions.open_objects import rebuilt
from aiposture.readers.arm.expressions.unknowns import (
    MAX_ALTERNATIVES,
    MAX_STEPS,
    call_text,
    choose,
    trail_of,
    unknown,
)


def call(site: Site, function: Function, args: Sequence[Value]) -> Value:
    """The value of a call: for each possibility of the arguments, if it hangs on something unknown in them."""
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        reason = f"{function.name}() is called with {len(args)} arguments"
        return unknown(call_text(site, args), site.location, args, reason)
    try:
        return run(site, function, args)
    except FunctionError as error:
        return unknown(call_text(site, args), site.location, args, f"{function.name}(): {error}")
    except Undecided as question:
        arms = _arms(site, function, args)
        text = call_text(site, args)
        return choose(text, site.location, arms, args) if arms else unknown(text, site.location, args, question.reason)


def run(site: Site, function: Function, args: Sequence[Value]) -> Value:
    """The value of a call. Raises Undecided and FunctionError."""
    try:
        return placed(site, function.run(site, args), args)
    except (ArithmeticError, ValueError) as error:
        raise FunctionError("an argument is out of range") from error


def _arms(site: Site, function: Function, args: Sequence[Value]) -> list[Value]:
    """What the call gives for each possibility of its arguments; a possibility that it refuses cannot be."""
    site.budget.pay_for(*args)
    rows = combinations(args)
    if len(rows) == 1 and all(new is old for new, old in zip(rows[0], args, strict=True)):
        return []
    arms: list[Value] = []
    for row in rows:
        try:
            arms.append(run(site, function, row))
        except Undecided as question:  # noqa: PERF203 - each arm for itself
            arms.append(unknown(call_text(site, row), site.location, row, question.reason))
        except FunctionError:
            continue
    return arms


def placed(site: Site, result: Result, args: Sequence[Value]) -> Value:
    """A function's result as the value of the call. Raises FunctionError if it is too large."""
    if isinstance(result, Value):
        return moved(result, site.location, *args)
    return Value(_lift(result, site.location, 0).data, site.location, trail_of(*args))


def moved(value: Value, location: Location, *sources: Value) -> Value:
    """`value`, which stands inside one of `sources`, at the place where it is used."""
    if value.location == location:
        return value
    kind, name = next(((arg.trail[0].kind, arg.trail[0].name) for arg in sources if arg.trail), ("value", "value"))
    step = Step(kind, name, value.location)
    return Value(value.data, location, shortened_trail((step, *value.trail)))


def shortened_trail(trail: tuple[Step, ...]) -> tuple[Step, ...]:
    """A trail within bounds; its last step says where the value was written."""
    trail = tuple(dict.fromkeys(trail))
    return trail if len(trail) <= MAX_STEPS else (*trail[: MAX_STEPS - 1], trail[-1])


def _lift(data: Any, location: Location, depth: int) -> Value:
    if isinstance(data, Value):
        return data
    if depth > MAX_CONTAINER_DEPTH:
        raise FunctionError("the result is nested too deeply")
    lifted: Data
    if isinstance(data, Mapping):
        lifted = rebuilt(data, {key: _lift(member, location, depth + 1) for key, member in data.items()})
    elif isinstance(data, list | tuple):
        lifted = tuple(_lift(member, location, depth + 1) for member in data)
    elif isinstance(data, int | float) and not isinstance(data, bool):
        lifted = checked_number(data)
    else:
        lifted = checked_text(data) if isinstance(data, str) else data
    return Value(lifted, location)


def combinations(values: Sequence[Value]) -> list[list[Value]]:
    """Every way to choose one possibility for each of `values`; nothing if there are too many."""
    rows: list[list[Value]] = [[]]
    for value in values:
        choices = _possibilities(value)
        if not choices or len(rows) * len(choices) > MAX_ALTERNATIVES:
            return []
        if len(choices) == 1:
            for row in rows:
                row.append(choices[0])
        else:
            rows = [[*row, choice] for row in rows for choice in choices]
    return rows


def _possibilities(value: Value) -> list[Value]:
    """All that `value` can be, with unknowns replaced by their alternatives, at all depths."""
    data = value.data
    if isinstance(data, Unknown):
        if not data.alternatives:
            return [value]
        arms = [choice for arm in data.alternatives for choice in _possibilities(arm) or [arm]]
        return arms if len(arms) <= MAX_ALTERNATIVES else []
    members = data if isinstance(data, tuple) else tuple(data.values()) if isinstance(data, Mapping) else ()
    if not members:
        return [value]
    rows = combinations(members)
    if len(rows) <= 1:
        return [value]
    if isinstance(data, Mapping):
        return [value.with_data(rebuilt(data, dict(zip(data, row, strict=True)))) for row in rows]
    return [value.with_data(tuple(row)) for row in rows]
