"""Functions that compare, and the bools."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    boolean,
    decided,
    number,
    table,
    text,
)
from aiposture.readers.arm.expressions.unknowns import is_something, reason_of, same


def equals(site: Site, args: Sequence[Value]) -> Result:
    """Whether two values are equal; the case of texts counts."""
    site.budget.pay_for(*args)
    answer = same(args[0], args[1])
    if answer is None:
        raise Undecided(reason_of(args))
    return answer


def _compare(value: Callable[[int], bool]) -> Callable[[Site, Sequence[Value]], Result]:
    def run(_: Site, args: Sequence[Value]) -> Result:
        for arg in args:
            decided(arg)
        if isinstance(args[0].data, str):
            return value(_order(text(args[0]), text(args[1])))
        one, other = number(args[0]), number(args[1])
        return value((one > other) - (one < other))

    return run


def _order(one: str, other: str) -> int:
    """How two texts are ordered: by their UTF-16 units, so that upper case comes before lower case."""
    left, right = (text.encode("utf-16-be", "surrogatepass") for text in (one, other))
    return (left > right) - (left < right)


def not_(_: Site, args: Sequence[Value]) -> Result:
    """The opposite."""
    return not boolean(args[0])


def empty(_: Site, args: Sequence[Value]) -> Result:
    """Whether a value is null, or has nothing in it."""
    data = args[0].data
    if isinstance(data, Unknown):
        if is_something(data):
            return False
        raise Undecided(data.reason)
    if data is None or isinstance(data, str | tuple | dict):
        return not data
    raise FunctionError("an argument is not a string, an array or an object")


def _constant(*, data: bool | None) -> Callable[[Site, Sequence[Value]], Result]:
    return lambda _site, _args: data


TABLE = table(
    Function("equals", equals, 2, 2),
    Function("less", _compare(lambda order: order < 0), 2, 2),
    Function("lessOrEquals", _compare(lambda order: order <= 0), 2, 2),
    Function("greater", _compare(lambda order: order > 0), 2, 2),
    Function("greaterOrEquals", _compare(lambda order: order >= 0), 2, 2),
    Function("not", not_, 1, 1),
    Function("empty", empty, 1, 1),
    Function("true", _constant(data=True), 0, 0),
    Function("false", _constant(data=False), 0, 0),
    Function("null", _constant(data=None), 0, 0),
)
