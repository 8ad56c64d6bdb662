"""Terraform's arithmetic functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import (
    MAX_DIGITS,
    Function,
    FunctionError,
    Result,
    Site,
    checked_number,
    members,
    number,
    text,
    whole,
)

MAX_RANGE = 1024  # Terraform's own bound


def _abs(_: Site, args: Sequence[Value]) -> Result:
    return abs(number(args[0]))


def _ceil(_: Site, args: Sequence[Value]) -> Result:
    return math.ceil(number(args[0]))


def _floor(_: Site, args: Sequence[Value]) -> Result:
    return math.floor(number(args[0]))


def _log(_: Site, args: Sequence[Value]) -> Result:
    subject, base = number(args[0]), number(args[1])
    return _real(lambda: math.log(subject) / math.log(base))


def _pow(_: Site, args: Sequence[Value]) -> Result:
    subject, exponent = number(args[0]), number(args[1])
    return _real(lambda: math.pow(subject, exponent))


def _real(compute: Callable[[], float]) -> int | float:
    """The result of floating-point arithmetic, which is where Terraform computes powers and logarithms too."""
    try:
        return checked_number(compute())
    except (ArithmeticError, ValueError) as error:
        raise FunctionError("the result is not a finite number") from error


def _max(_: Site, args: Sequence[Value]) -> Result:
    return max(map(number, args))


def _min(_: Site, args: Sequence[Value]) -> Result:
    return min(map(number, args))


def _parseint(_: Site, args: Sequence[Value]) -> Result:
    digits, base = text(args[0]), whole(args[1])
    if not 2 <= base <= 62:  # noqa: PLR2004 - the digits 0-9, a-z and A-Z
        raise FunctionError("the base must be from 2 to 62")
    bare = digits.removeprefix("-") if digits.startswith("-") else digits.removeprefix("+")
    if not 0 < len(bare) <= MAX_DIGITS:
        raise FunctionError("the text is not a number in that base")
    total = 0
    for char in bare:
        total = total * base + _digit(char, base)
    return -total if digits.startswith("-") else total


def _digit(char: str, base: int) -> int:
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    case_matters = base > 36  # noqa: PLR2004 - the digits 0-9 and a-z
    place = alphabet.find(char if case_matters else char.lower())
    if not 0 <= place < base:
        raise FunctionError("the text is not a number in that base")
    return place


def _range(_: Site, args: Sequence[Value]) -> Result:
    given = [number(argument) for argument in args]
    start, limit = (0, given[0]) if len(given) == 1 else (given[0], given[1])
    step = given[2] if len(given) == 3 else (1 if start <= limit else -1)  # noqa: PLR2004 - start, limit, step
    if step == 0 or (limit - start) * step < 0:
        raise FunctionError("the step does not lead from start to limit")
    steps: list[int | float] = []
    while (start < limit) if step > 0 else (start > limit):
        if len(steps) == MAX_RANGE:
            raise FunctionError(f"the range has more than {MAX_RANGE} members")
        steps.append(start)
        start += step
    return steps


def _signum(_: Site, args: Sequence[Value]) -> Result:
    subject = whole(args[0])
    return (subject > 0) - (subject < 0)


def _sum(_: Site, args: Sequence[Value]) -> Result:
    numbers = [number(member) for member in members(args[0])]
    if not numbers:
        raise FunctionError("an empty list has no sum")
    return _real(lambda: sum(numbers))


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "abs": Function(_abs, 1, 1),
        "ceil": Function(_ceil, 1, 1),
        "floor": Function(_floor, 1, 1),
        "log": Function(_log, 2, 2),
        "max": Function(_max, 1, None),
        "min": Function(_min, 1, None),
        "parseint": Function(_parseint, 2, 2),
        "pow": Function(_pow, 2, 2),
        "range": Function(_range, 1, 3),
        "signum": Function(_signum, 1, 1),
        "sum": Function(_sum, 1, 1),
    }
)
