"""Terraform's operators, on values that may be unknown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aiposture.model import Data, Unknown, Value
from aiposture.readers.terraform import functions_base
from aiposture.readers.terraform.failures import fails
from aiposture.readers.terraform.symbols import EvaluationError, mapped, placed, same, trail_of, undecided

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiposture.readers.terraform.source import Span


def unary(span: Span, operator: str, operand: Value, *, strict: bool = False) -> Value:
    """`!x` or `-x`. Raises EvaluationError."""
    if operator == "!":
        return mapped(span, (operand,), lambda value: _result(span, not boolean(value), value), strict=strict)
    return mapped(span, (operand,), lambda value: _result(span, -number(value), value), strict=strict)


def binary(span: Span, operator: str, left: Value, right: Value, *, strict: bool = False) -> Value:
    """Any operator but `&&` and `||`. `strict` is what `mapped` has it for. Raises EvaluationError."""
    if operator in ("==", "!="):
        return _compare(span, left, right, equal=operator == "==")
    function = _ARITHMETIC.get(operator)
    if function is None:
        message = f"{operator} is no operator"
        raise EvaluationError(message)

    def apply(one: Value, other: Value) -> Value:
        try:
            result = function(number(one), number(other))
        except OverflowError as error:
            message = "a number is too large"
            raise EvaluationError(message) from error
        return _result(span, functions_base.checked_number(result), one, other)

    def compare(one: Value, other: Value) -> Value:
        return _result(span, function(number(one), number(other)), one, other)

    return mapped(span, (left, right), compare if operator[0] in "<>" else apply, strict=strict)


def logical(span: Span, operator: str, left: Value, right: Callable[[], Value], *, strict: bool = False) -> Value:
    """`&&` or `||`: one side can decide although the other is unknown, or cannot be evaluated."""
    decisive = operator == "||"
    if left.known and boolean(left) is decisive:
        return placed(left, span.location) if left.data is decisive else _result(span, decisive, left)
    other = right()
    if other.known and boolean(other) is decisive and not fails(left):
        return _result(span, decisive, other)

    def combine(one: Value, two: Value) -> Value:
        first, second = boolean(one), boolean(two)
        return _result(span, first or second if decisive else first and second, one, two)

    return mapped(span, (left, other), combine, strict=strict)


def _compare(span: Span, left: Value, right: Value, *, equal: bool) -> Value:
    def apply(one: Value, other: Value) -> Value:
        answer = same(one, other)
        if answer is None:
            return undecided(span, (one, other), _inner_reason(one, other))
        return _result(span, answer is equal, one, other)

    if not left.known or not right.known:
        answer = same(left, right)
        if answer is not None:
            return _result(span, answer is equal, left, right)
    return mapped(span, (left, right), apply)


def _inner_reason(*values: Value) -> str:
    for value in values:
        for part in functions_base.walk(value):
            if isinstance(part.data, Unknown):
                return part.data.reason
    return "is not known"


def boolean(value: Value) -> bool:
    """A known value as a condition. Raises EvaluationError."""
    data = value.data
    if isinstance(data, bool):
        return data
    if data in ("true", "false"):
        return data == "true"
    message = "a condition is null" if data is None else "true or false is required"
    raise EvaluationError(message)


def number(value: Value) -> int | float:
    """A known value as a number. Raises EvaluationError."""
    try:
        return functions_base.number(value)
    except functions_base.Undecided as error:
        raise EvaluationError(str(error)) from error


def _result(span: Span, data: Data, *because: Value) -> Value:
    return Value(data, span.location, trail_of(*because))


def _divide(left: float, right: float) -> int | float:
    if right == 0:
        message = "division by zero"
        raise EvaluationError(message)
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    return left / right


def _remainder(left: float, right: float) -> int | float:
    if right == 0:
        message = "division by zero"
        raise EvaluationError(message)
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) % abs(right) * (1 if left >= 0 else -1)  # the sign is the dividend's, as in Go
    return math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[int | float, int | float], int | float | bool]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
    "%": _remainder,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
