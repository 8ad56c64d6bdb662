"""What a reader made of a unit, as JSON and back.

The text is a table. An entry is a scalar, or a list that begins with what it is and goes on with the numbers of the
entries that it is made of, all of which stand before it. What a reading holds twice is in the table once. Nothing in a
text can do more than make up a wrong reading: it names no code.

Readers have kinds of values of their own, which they need while they evaluate. What is read back is what these are to
everybody else: a text, an unknown value, an object that has an answer for members which it lacks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiposture.model import (
    Call,
    Comment,
    Location,
    NotAnalysed,
    Provider,
    Reading,
    Reference,
    Resource,
    SourceError,
    Step,
    Unknown,
    Value,
)

_MOST_ENTRIES = 2_000_000

# The order is part of what is written: a change of it, or of the fields, is a new version of aiposture.
_CLASSES = (
    Value, Location, Step, Unknown, Reference, Resource, Provider, Call, Comment, SourceError, NotAnalysed, Reading,
)  # fmt: skip
_NUMBERS: dict[type, int] = {each: number for number, each in enumerate(_CLASSES)}
_FIELDS: dict[type, tuple[str, ...]] = {each: each._fields for each in _CLASSES}
_TUPLE, _SET, _OBJECT, _OPEN = range(len(_CLASSES), len(_CLASSES) + 4)
_ABSENT = "\0absent"


class NotWritableError(Exception):
    """Something that cannot be written: too large, or of a kind that nobody has thought of."""


class Open(dict[str, Value]):
    """An object some of whose keys are not known: `otherwise` is what a member is that is not here."""

    def __init__(self, members: Mapping[str, Value], otherwise: Value) -> None:
        """As the reader's own object answers."""
        super().__init__(members)
        self.otherwise = otherwise

    def get(self, key: str, default: Any = None) -> Any:
        """The member as it reads."""
        del default  # nothing is known to be absent
        return super().get(key, self.otherwise)


def encode(reading: Reading) -> str:
    """`reading` as text. Raises NotWritableError."""
    writer = _Writer()
    try:
        writer.number(reading)
        return json.dumps(writer.table, separators=(",", ":"))
    except RecursionError as error:
        raise NotWritableError("it is nested too deeply") from error


def decode(text: str) -> Reading:
    """The reading that `text` holds. Raises ValueError, TypeError or IndexError if it holds none."""
    made: list[Any] = []
    add = made.append
    get = made.__getitem__
    for entry in json.loads(text):
        if type(entry) is not list:
            add(entry)
            continue
        kind, *parts = entry
        add(_MAKERS[kind]([get(part) for part in parts]))
    reading = made[-1]
    if type(reading) is not Reading:
        raise ValueError("no reading")
    return reading


class _Writer:
    """Builds the table; what it has met is kept, so that its identity stays its own."""

    def __init__(self) -> None:
        self.table: list[Any] = []
        self._scalars: dict[tuple[type, Any], int] = {}
        self._met: dict[int, tuple[Any, int]] = {}
        self._written: dict[tuple[int, ...], int] = {}

    def number(self, item: Any) -> int:
        """The number of the entry of `item`."""
        if item is None or type(item) in {bool, int, float, str}:
            return self._scalar(item)
        met = self._met.get(id(item))
        if met is None:
            met = self._met[id(item)] = (item, self._composite(item))
        return met[1]

    def _composite(self, item: Any) -> int:
        number = self.number
        kind = next((each for each in type(item).__mro__ if each in _NUMBERS), None)
        if kind is not None:
            return self._add((_NUMBERS[kind], *(number(getattr(item, name)) for name in _FIELDS[kind])))
        if isinstance(item, str):
            return self._scalar(str(item))
        if isinstance(item, tuple):
            return self._add((_TUPLE, *map(number, item)))
        if isinstance(item, frozenset):
            return self._add((_SET, *map(number, sorted(item))))
        if isinstance(item, Mapping):
            return self._object(item)
        raise NotWritableError(f"{type(item).__name__} is no part of a reading")

    def _object(self, item: Mapping[str, Value]) -> int:
        members = [self.number(part) for pair in item.items() for part in pair]
        otherwise = None if type(item) is dict else item.get(_ABSENT)
        return self._add((_OBJECT, *members) if otherwise is None else (_OPEN, self.number(otherwise), *members))

    def _scalar(self, item: Any) -> int:
        key = (type(item), item if item == item else "nan")  # noqa: PLR0124 - NaN is not itself
        if isinstance(item, float):
            key = (float, repr(item))
        found = self._scalars.get(key)
        if found is None:
            found = self._scalars[key] = self._append(item)
        return found

    def _add(self, entry: tuple[int, ...]) -> int:
        found = self._written.get(entry)
        if found is None:
            found = self._written[entry] = self._append(entry)
        return found

    def _append(self, entry: Any) -> int:
        if len(self.table) >= _MOST_ENTRIES:
            raise NotWritableError("it is too large")
        self.table.append(entry)
        return len(self.table) - 1


def _texts(parts: Sequence[Any]) -> frozenset[str]:
    """A set of texts: the hash of anything larger could take for ever."""
    if not all(type(part) is str for part in parts):
        raise TypeError("a set of something else")
    return frozenset(parts)


def _members(parts: Sequence[Any]) -> dict[str, Value]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _maker(kind: type) -> Callable[[list[Any]], Any]:
    names = _FIELDS[kind]
    if kind in {Unknown, Reference}:  # one of their fields goes by name only
        return lambda parts: kind(**dict(zip(names, parts, strict=True)))
    return lambda parts: kind(*parts)


_MAKERS: tuple[Callable[[list[Any]], Any], ...] = (
    *map(_maker, _CLASSES),
    tuple,
    _texts,
    _members,
    lambda parts: Open(_members(parts[1:]), parts[0]),
)
