"""Functions that do not need all of their arguments: these are evaluated one after the other, when asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import FunctionError, Site, boolean
from aiposture.readers.arm.expressions.unknowns import call_text, choose, is_something, trail_of, unknown

Later: TypeAlias = "Callable[[], Value]"
_TERNARY = 3


def if_(site: Site, args: Sequence[Later]) -> Value:
    """`if(condition, then, otherwise)`; both if the condition is unknown."""
    if len(args) != _TERNARY:
        raise FunctionError(f"if() is called with {len(args)} arguments")
    condition = args[0]()
    if condition.known:
        arm = args[1 if boolean(condition) else 2]()
        return Value(arm.data, site.location, trail_of(arm, condition))
    arms = (args[1](), args[2]())
    return choose(call_text(site, (condition, *arms)), site.location, arms, (condition,))


def and_(site: Site, args: Sequence[Later]) -> Value:
    """`and(a, b, ...)`: one false decides."""
    return _until(site, args, decisive=False)


def or_(site: Site, args: Sequence[Later]) -> Value:
    """`or(a, b, ...)`: one true decides."""
    return _until(site, args, decisive=True)


def _until(site: Site, args: Sequence[Later], *, decisive: bool) -> Value:
    if len(args) < 2:  # noqa: PLR2004 - as Azure demands
        raise FunctionError("there are too few arguments")
    values: list[Value] = []
    for arg in args:
        value = arg()
        if value.known and boolean(value) is decisive:
            return Value(decisive, site.location, trail_of(value))
        values.append(value)
    open_ = [value for value in values if not value.known]
    if open_:
        return unknown(call_text(site, values), site.location, open_)
    return Value(not decisive, site.location, trail_of(*values))


def coalesce(site: Site, args: Sequence[Later]) -> Value:
    """`coalesce(a, b, ...)`: the first that is not null, or all that can be it."""
    choices: list[Value] = []
    because: list[Value] = []
    values: list[Value] = []
    for arg in args:
        value = arg()
        values.append(value)
        if value.data is None:
            continue
        if isinstance(value.data, Unknown) and not is_something(value.data):
            because.append(value)
            arms = value.data.alternatives or (value,)
            choices.extend(arm for arm in arms if arm.data is not None)
            if not value.data.alternatives or any(_may_be_null(arm) for arm in arms):
                continue
        else:
            choices.append(value)
        break
    else:
        if not because:
            return Value(None, site.location)
        choices.append(Value(None, site.location))
    if len(choices) == 1 and not because:
        return choices[0]
    return choose(call_text(site, values), site.location, choices, because)


def _may_be_null(value: Value) -> bool:
    data = value.data
    if not isinstance(data, Unknown):
        return data is None
    return not is_something(data) and (not data.alternatives or any(_may_be_null(arm) for arm in data.alternatives))
