"""Functions over numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiposture.model import Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    number,
    table,
    text,
    whole,
)

_MAX_DIGITS = 40
_MAX_RANGE = 10_000


def _numerals(value: Value) -> str:
    digits = text(value).strip()
    if len(digits) > _MAX_DIGITS or not digits.isascii() or "_" in digits:
        raise FunctionError("an argument is no number")
    return digits


def int_(_: Site, args: Sequence[Value]) -> Result:
    """A whole number from a text or a number."""
    if isinstance(args[0].data, str):
        return int(_numerals(args[0]))
    if isinstance(args[0].data, float):
        raise FunctionError("an argument is no whole number")
    return int(number(args[0]))


def float_(_: Site, args: Sequence[Value]) -> Result:
    """A number with a fraction."""
    return float(_numerals(args[0])) if isinstance(args[0].data, str) else float(number(args[0]))


def _divided(one: int, other: int) -> int:
    if other == 0:
        raise FunctionError("division by zero")
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def _remainder(one: int, other: int) -> int:
    return one - other * _divided(one, other)


def _operator(operate: Callable[[int, int], int]) -> Callable[[Site, Sequence[Value]], Result]:
    return lambda _, args: operate(whole(args[0]), whole(args[1]))


def _extreme(choose: Callable[[Sequence[int]], int]) -> Callable[[Site, Sequence[Value]], Result]:
    def run(_: Site, args: Sequence[Value]) -> Result:
        only = args[0].data if len(args) == 1 else None
        numbers = [whole(value) for value in (only if isinstance(only, tuple) else args)]
        if not numbers:
            raise FunctionError("there are no numbers")
        return choose(numbers)

    return run


def range_(site: Site, args: Sequence[Value]) -> Result:
    """So many numbers from a first one on."""
    start, count = whole(args[0]), whole(args[1])
    if not 0 <= count <= _MAX_RANGE:
        raise FunctionError("the count is out of range")
    site.budget.spend(count)
    return list(range(start, start + count))


TABLE = table(
    Function("int", int_, 1, 1),
    Function("float", float_, 1, 1),
    Function("add", _operator(lambda one, other: one + other), 2, 2),
    Function("sub", _operator(lambda one, other: one - other), 2, 2),
    Function("mul", _operator(lambda one, other: one * other), 2, 2),
    Function("div", _operator(_divided), 2, 2),
    Function("mod", _operator(_remainder), 2, 2),
    Function("min", _extreme(min), 1, None),
    Function("max", _extreme(max), 1, None),
    Function("range", range_, 2, 2),
)
