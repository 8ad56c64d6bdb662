"""What Terraform's functions share: how they take arguments, compare values, and stay within bounds.

A function is written as if everything were known. It asks for its arguments through `text`, `number`,
`boolean`, `members` and `mapping`; these raise Undecided for an unknown, and the caller turns that into
an unknown result. What a function does not ask for may be unknown: `coalesce("a", var.unknown)` is "a".
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeAlias

from aiposture.model.source import Location
from aiposture.model.values import Data, Reference, Scalar, Unknown, Value
from aiposture.readers.terraform.containers import PartialObject

MAX_TEXT = 1_000_000  # characters of a result
MAX_MEMBERS = 100_000  # values in a result or an argument, at all depths together
MAX_DEPTH = 64
MAX_BITS = 512  # the precision of Terraform's own numbers
MAX_DIGITS = 400  # of a number written as text
_NUMERAL = frozenset("0123456789+-.eE")


class FunctionError(Exception):
    """A call that Terraform itself would refuse, or that is beyond our bounds."""


class Undecided(Exception):  # noqa: N818 - not an error: the answer is "unknown"
    """The result hangs on something unknown; `reason` says on what."""

    def __init__(self, reason: str) -> None:
        """`reason` as Unknown has it."""
        super().__init__(reason)
        self.reason = reason


class EncodedText(str):
    """Text that a container was encoded to, which remembers the container as `value`.

    If `value` has unknown members, their expressions stand in the text in their places: then the text is for
    people only, and functions treat it as unknown.
    """

    __slots__ = ("value",)
    value: Value

    @classmethod
    def of(cls, text: str, value: Value) -> "EncodedText":
        """`text`, remembering `value`."""
        encoded = cls(text)
        encoded.value = value
        return encoded


class JsonText(EncodedText):
    """The result of `jsonencode({...})`; decoding it gives `value` back, places and unknown members included."""

    __slots__ = ()


class YamlText(EncodedText):
    """The result of `yamlencode({...})`."""

    __slots__ = ()


class Site(NamedTuple):
    """The call under evaluation: its function's name, its place and its source text."""

    name: str
    location: Location
    text: str


Result: TypeAlias = "Value | Scalar | Sequence[Any] | Mapping[str, Any]"
"""What a function returns: a Value to pass on, or plain data (with Values inside) to be given the call's place."""


class Function(NamedTuple):
    """How to run a function, and how many arguments it takes (`most` None: any number)."""

    run: Callable[[Site, Sequence[Value]], Result]
    least: int
    most: int | None


def undecided(value: Value) -> Undecided:
    """The Undecided for a value that is, or holds, something unknown."""
    for part in walk(value):
        if isinstance(part.data, Unknown):
            return Undecided(part.data.reason)
    return Undecided("a value is not known")


def walk(*values: Value, into_text: bool = True) -> Iterator[Value]:
    """All values at all depths, also inside alternatives and encoded text. Raises FunctionError beyond the bounds.

    Values form a graph in which a part can be shared by many: written out, a page of code can be larger than
    memory. The count is therefore of the values as written out.
    """
    count = 0
    stack = [(value, 0) for value in reversed(values)]
    while stack:
        value, depth = stack.pop()
        count += 1
        if count > MAX_MEMBERS or depth > MAX_DEPTH:
            raise FunctionError("an argument is too large")
        yield value
        below = _below(value.data) if into_text or not isinstance(value.data, EncodedText) else ()
        stack.extend((member, depth + 1) for member in reversed(below))


def measure(*values: Value) -> None:
    """Raise FunctionError if `values` together are larger than we go through."""
    for _ in walk(*values):
        pass


def _below(data: Data) -> tuple[Value, ...]:
    if isinstance(data, EncodedText):
        return (data.value,)
    if isinstance(data, tuple):
        return data
    if isinstance(data, Mapping):
        below = tuple(data[key] for key in sorted(data))
        if isinstance(data, PartialObject) and data.open is not None:
            return (*below, Value(data.open, below[0].location))
        return below
    return data.alternatives if isinstance(data, Unknown) else ()


def decided(value: Value) -> bool:
    """Whether the value is known at all depths."""
    return all(part.known for part in walk(value))


def text(value: Value) -> str:
    """A string argument, converted from bool or number as Terraform does."""
    data = value.data
    if isinstance(data, str):
        if isinstance(data, EncodedText) and not decided(data.value):
            raise undecided(data.value)
        return data
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, int | float):
        return number_text(data)
    raise _unsuitable(value, "a string")


def number(value: Value) -> int | float:
    """A number argument; text that reads as a number is one."""
    data = value.data
    if isinstance(data, int | float) and not isinstance(data, bool):
        return checked_number(data)
    if isinstance(data, str):
        return parse_number(text(value))
    raise _unsuitable(value, "a number")


def whole(value: Value) -> int:
    """A whole number argument."""
    data = number(value)
    if isinstance(data, float):
        raise FunctionError("a whole number is required")
    return data


def boolean(value: Value) -> bool:
    """A bool argument; the texts that Terraform takes for one are one."""
    data = value.data
    if isinstance(data, bool):
        return data
    if isinstance(data, str):
        word = text(value)
        if word in {"true", "1"}:
            return True
        if word in {"false", "0"}:
            return False
        raise FunctionError("a bool is required")
    raise _unsuitable(value, "a bool")


def members(value: Value) -> tuple[Value, ...]:
    """A list, set or tuple argument; its members may be unknown."""
    if isinstance(value.data, tuple):
        return value.data
    raise _unsuitable(value, "a list")


def mapping(value: Value) -> Mapping[str, Value]:
    """A map or object argument; its members may be unknown, its keys are not."""
    data = partial_mapping(value)
    if isinstance(data, PartialObject):
        raise Undecided(next(iter((*data.doubts.values(), *data.unnamed.values()))).reason)
    return data


def partial_mapping(value: Value) -> Mapping[str, Value]:
    """A map or object argument of which keys may be unknown too."""
    if isinstance(value.data, Mapping):
        return value.data
    raise _unsuitable(value, "a map")


def _unsuitable(value: Value, wanted: str) -> Undecided | FunctionError:
    if isinstance(value.data, Unknown):
        return undecided(value)
    if value.data is None:
        return FunctionError("an argument must not be null")
    return FunctionError(f"{wanted} is required")


def parse_number(digits: str) -> int | float:
    """The number that `digits` writes, as Terraform converts a string."""
    if len(digits) > MAX_DIGITS or not digits or not set(digits) <= _NUMERAL:
        raise FunctionError("a number is required")
    try:
        exact = Decimal(digits)
    except InvalidOperation as error:
        raise FunctionError("a number is required") from error
    if exact.adjusted() > MAX_DIGITS:
        raise FunctionError("a number is too large")
    return checked_number(int(exact) if exact == exact.to_integral_value() else float(exact))


def checked_number(data: float) -> int | float:
    """`data` in one form for each number (1 for 1.0). Raises FunctionError for what is too large, or no number."""
    if isinstance(data, float):
        if not math.isfinite(data):
            raise FunctionError("a number is not finite")
        if not data.is_integer():
            return data
        data = int(data)
    if data.bit_length() > MAX_BITS:
        raise FunctionError("a number is too large")
    return data


def number_text(data: float) -> str:
    """A number as Terraform converts it to text: never with an exponent."""
    data = checked_number(data)
    return format(Decimal(repr(data)), "f") if isinstance(data, float) else str(data)


def freeze(value: Value) -> tuple[object, ...] | None:
    """A hashable that is equal for equal values; None if something in it is unknown."""
    if not decided(value):
        return None
    parts: list[object] = []
    for part in walk(value, into_text=False):
        data = part.data
        if isinstance(data, Mapping):
            parts.append(("object", *sorted(data)))
        elif isinstance(data, tuple):
            parts.append(("list", len(data)))
        else:
            parts.append((isinstance(data, bool), data))  # True is no 1
    return tuple(parts)


class Comparable(NamedTuple):
    """A value made ready for comparisons: what it certainly is, and all that it can be (None: anything)."""

    identity: tuple[object, ...]
    outcomes: frozenset[tuple[object, ...] | None]

    def equals(self, other: "Comparable") -> bool | None:
        """Whether both are equal; None if that is not decided."""
        if self.identity == other.identity:
            return True
        if None in self.outcomes or None in other.outcomes:
            return None
        return False if self.outcomes.isdisjoint(other.outcomes) else None


def comparable(value: Value) -> Comparable:
    """`value` ready for comparisons."""
    return Comparable(identity(value), frozenset(map(freeze, possibilities(value))))


def identity(value: Value) -> tuple[object, ...]:
    """A hashable that is the same for what is certainly the same; an unknown is the same only as itself."""
    data = value.data
    if isinstance(data, Reference) and data.path:
        return ("reference", data.address, data.path)
    return freeze(value) or ("open", id(value))


def possibilities(value: Value, limit: int = 8) -> tuple[Value, ...]:
    """All that `value` can be, with unknowns that have alternatives replaced by them, at all depths.

    The value alone if nothing in it has alternatives, or if there are more than `limit` combinations.
    """
    if not any(isinstance(part.data, Unknown) and part.data.alternatives for part in walk(value)):
        return (value,)
    return tuple(_expand(value, limit)) or (value,)


def _expand(value: Value, limit: int) -> list[Value]:
    """The possibilities, or nothing if they are too many."""
    data = value.data
    if isinstance(data, Unknown):
        if not data.alternatives:
            return [value]
        return _bounded([_expand(arm, limit) for arm in data.alternatives], limit)
    if isinstance(data, tuple):
        rows = combinations(data, limit)
        return [value] if len(rows) == 1 else [value.with_data(type(data)(row)) for row in rows]
    if isinstance(data, PartialObject):
        return _expand_partial(value, data, limit)
    if isinstance(data, Mapping):
        rows = combinations(tuple(data.values()), limit)
        return [value] if len(rows) == 1 else [value.with_data(dict(zip(data, row, strict=True))) for row in rows]
    return [value]


def _expand_partial(value: Value, data: PartialObject, limit: int) -> list[Value]:
    """The objects with and without each doubtful member."""
    if data.open is not None:
        return [value]
    if 2 ** len(data.doubts) > limit:
        return []
    found = []
    for mask in range(2 ** len(data.doubts)):
        dropped = {name for number, name in enumerate(data.doubts) if not mask >> number & 1}
        members = {name: member for name, member in data.presents().items() if name not in dropped}
        found.append(_expand(value.with_data(members), limit))
    return _bounded(found, limit)


def _bounded(arms: list[list[Value]], limit: int) -> list[Value]:
    together = [value for arm in arms for value in arm]
    return together if all(arms) and len(together) <= limit else []


def combinations(values: Sequence[Value], limit: int = 8) -> list[list[Value]]:
    """Every way to choose one possibility for each of `values`; nothing if there are more than `limit`."""
    rows: list[list[Value]] = [[]]
    for value in values:
        choices = _expand(value, limit)
        if not choices or len(rows) * len(choices) > limit:
            return []
        if len(choices) == 1:
            for row in rows:
                row.append(choices[0])
        else:
            rows = [[*row, choice] for row in rows for choice in choices]
    return rows
