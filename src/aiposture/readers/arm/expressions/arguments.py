"""How functions take their arguments.

A function is written as if everything were known. It asks for its arguments through `text`, `number`, `members`
and the like; these raise Undecided for an unknown, and the caller turns that into an unknown result. What a
function does not ask for may be unknown.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from aiposture.model import Data, Location, Scalar, Unknown, Value
from aiposture.readers.arm.expressions.budget import Budget
from aiposture.readers.arm.expressions.open_objects import unnamed_of

MAX_TEXT = 1_000_000  # characters of a result
MAX_INTEGER = 2**63 - 1


class FunctionError(Exception):
    """A call that Azure itself would refuse, or that is beyond our bounds."""


class Undecided(Exception):  # noqa: N818 - not an error: the answer is "unknown"
    """The result hangs on something unknown; `reason` says on what."""

    def __init__(self, reason: str) -> None:
        """`reason` as Unknown has it."""
        super().__init__(reason)
        self.reason = reason


class Site(NamedTuple):
    """The call under evaluation: the function's name as documented, its place, and its text and its arguments'.

    `tail` is the text of lambdas, which are no arguments with values.
    """

    name: str
    location: Location
    budget: Budget
    source: str
    arguments: tuple[str, ...] = ()
    tail: str = ""


Result: TypeAlias = "Value | Scalar | Sequence[Any] | Mapping[str, Any]"
"""What a function returns: a Value to pass on, or plain data (with Values inside) to be given the call's place."""


class Function(NamedTuple):
    """How to run a function, and how many arguments it takes (`most` None: any number)."""

    name: str
    run: Callable[[Site, Sequence[Value]], Result]
    least: int
    most: int | None


def table(*functions: Function) -> dict[str, Function]:
    """Functions by their folded names."""
    return {function.name.casefold(): function for function in functions}


def undecided(value: Value) -> Undecided:
    """The Undecided for a value that is, or holds, something unknown."""
    for part in parts(value):
        for unknown in (part.data, *unnamed_of(part.data).values()):
            if isinstance(unknown, Unknown):
                return Undecided(unknown.reason)
    return Undecided("a value is not known")


def parts(value: Value) -> Iterator[Value]:
    """A value and all below it, but not the alternatives of unknowns."""
    stack = [value]
    while stack:
        value = stack.pop()
        yield value
        data = value.data
        if isinstance(data, tuple):
            stack.extend(reversed(data))
        elif isinstance(data, Mapping):
            stack.extend(reversed(tuple(data.values())))


def known_through(site: Site, value: Value) -> Value:
    """`value`, if it is known at all depths."""
    site.budget.pay_for(value)
    if any(not part.known or unnamed_of(part.data) for part in parts(value)):
        raise undecided(value)
    return value


def text(value: Value) -> str:
    """A string argument."""
    if isinstance(value.data, str):
        return value.data
    raise unsuitable(value, "a string")


def spoken(value: Value) -> str:
    """A string argument that may be a number or a bool, put as Azure puts them."""
    data = value.data
    if isinstance(data, str):
        return data
    if isinstance(data, bool):
        return "True" if data else "False"
    if isinstance(data, int | float):
        return number_text(data)
    raise unsuitable(value, "a string")


def number_text(data: float) -> str:
    """A number as text."""
    return str(int(data)) if isinstance(data, float) and data.is_integer() and abs(data) < MAX_INTEGER else str(data)


def whole(value: Value) -> int:
    """A whole number argument."""
    data = value.data
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    if isinstance(data, float) and data.is_integer():
        return int(data)
    raise unsuitable(value, "a whole number")


def number(value: Value) -> int | float:
    """A number argument."""
    data = value.data
    if isinstance(data, int | float) and not isinstance(data, bool):
        return data
    raise unsuitable(value, "a number")


def boolean(value: Value) -> bool:
    """A bool argument."""
    if isinstance(value.data, bool):
        return value.data
    raise unsuitable(value, "a bool")


def members(value: Value) -> tuple[Value, ...]:
    """An array argument; its members may be unknown."""
    if isinstance(value.data, tuple):
        return value.data
    raise unsuitable(value, "an array")


def closed(value: Value) -> Mapping[str, Value]:
    """An object argument of which all keys are known."""
    data = mapping(value)
    for key in unnamed_of(data).values():
        raise Undecided(key.reason)
    return data


def open_key(value: Value) -> Unknown | None:
    """The key that a member gets if it is not known at all; None for a text, or for one of several texts."""
    data = value.data
    return data if isinstance(data, Unknown) and not data.alternatives else None


def mapping(value: Value) -> Mapping[str, Value]:
    """An object argument; its members may be unknown."""
    if isinstance(value.data, Mapping):
        return value.data
    raise unsuitable(value, "an object")


def decided(value: Value) -> Data:
    """The data of an argument of any type, known itself though not all of its members."""
    if isinstance(value.data, Unknown):
        raise undecided(value)
    return value.data


def unsuitable(value: Value, wanted: str) -> Undecided | FunctionError:
    """What to raise for an argument that is not of the wanted type."""
    if isinstance(value.data, Unknown):
        return undecided(value)
    if value.data is None:
        return FunctionError("an argument is null")
    return FunctionError(f"an argument is not {wanted}")


def checked_text(data: str) -> str:
    """`data`, if it is not too long."""
    check_length(len(data))
    return data


def check_length(length: int) -> None:
    """Raises FunctionError for a text that is too long, best before it is built."""
    if length > MAX_TEXT:
        raise FunctionError("the result is too long")


def checked_number(data: float) -> int | float:
    """`data`, if it is a number that Azure can hold."""
    if not math.isfinite(data) or (isinstance(data, int) and not -MAX_INTEGER - 1 <= data <= MAX_INTEGER):
        raise FunctionError("a number is too large")
    return data


def member(data: Mapping[str, Value], name: str) -> Value | None:
    """The member of that name, compared without case; unknown if it may be one of those whose key is not known."""
    return data.get(key_of(data, name) or name)


def key_of(data: Mapping[str, Any], name: str) -> str | None:
    """The name as `data` has it, compared without case."""
    if name in data:
        return name
    folded = name.casefold()
    return next((key for key in data if key.casefold() == folded), None)
