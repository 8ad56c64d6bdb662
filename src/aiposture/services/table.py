"""The small language of the service tables: resource type -> property -> provider default.

A `Cell` is one line of a table: the properties that decide a facet, how their values read, and what holds
when none is stated. Reading a cell on a resource gives a `Fact`.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from aiposture.model import Data, Fact, FactValue, Origin, Resource, Unknown, Value

_MAX_ARMS = 64
_MAX_DEPTH = 16


class Noted(NamedTuple):
    """A value with what the reader of a finding should know about it."""

    value: FactValue
    note: str | None = None


Meaning: TypeAlias = FactValue | Noted
Reader: TypeAlias = Callable[[Data], Meaning]
Default: TypeAlias = Meaning | Callable[[Resource], Meaning]


class Prop:
    """A property and how its value reads. `path` is dotted, a number is a block's index (`network_acls.0.bypass`).

    `read` turns data that is known and not null into a fact's value: None if the property leaves the matter to
    the next one, Unknown if it cannot tell. A `secret` counts by being there: its value is kept out of the
    fact, and an expression without known alternatives is taken to be there: code that hands a secret on means to.
    """

    def __init__(self, path: str, read: Reader, *, secret: bool = False) -> None:
        """A property of these parts, which never change."""
        self.path: Final = path
        self.read: Final = read
        self.secret: Final = secret
        self.keys: tuple[str | int, ...] = tuple(int(part) if part.isdigit() else part for part in path.split("."))

    @property
    def name(self) -> str:
        """The property as users write it."""
        return ".".join(key for key in self.keys if isinstance(key, str))

    def of(self, resource: Resource) -> Value | None:
        """The value of the property; None if it is absent.

        A switch that the provider sets on deployment is absent from the code, and its default holds in a plan too.
        What counts by being there could be a block, of which a plan does not say so much.
        """
        value = resource.get(*self.keys)
        unset = value is not None and isinstance(value.data, Unknown) and value.data.unset
        return None if unset and isinstance(self.read, Choice) else value

    def at(self, key: str | int) -> "Prop":
        """Bind the property to the map's member `key` (`*` in the path)."""
        bound = copy.copy(self)
        bound.keys = tuple(key if part == "*" else part for part in self.keys)
        return bound

    def arms(self, value: Value) -> tuple[Value, ...]:
        """All that `value` can be, nulls included; empty if it can be anything."""
        data = value.data
        if self.secret and isinstance(data, Unknown) and not data.alternatives:
            return (value,)
        return arms(value)


class Cell(NamedTuple):
    """What decides one facet of a service.

    `props` are asked in turn, the first that says something decides. `default` holds when none does, a constant
    or a function of the resource. `gate` gives the reason why the properties have no effect whatever they say
    (an API version that does not know them). `default_text` describes a default that is a function, `label`
    names what has no property at all in a dialect, `source` says who vouches for the line.
    """

    props: tuple[Prop, ...]
    default: Default
    source: str
    gate: Callable[[Resource], str | None] | None = None
    default_text: str = ""
    label: str = ""

    def read(self, resource: Resource) -> Fact:
        """The fact that this cell gives about `resource`."""
        reason = self.gate(resource) if self.gate is not None else None
        if reason is not None:
            return self._without_effect(resource, reason)
        prop, value = self._decider(resource)
        possible = self._possible(resource, self.props)
        origin = Origin.DEFAULT if value is None else Origin.STATED
        unknown = value.data if value is not None and isinstance(value.data, Unknown) else None
        if len(possible) == 1:
            meaning = possible[0]
        else:
            origin = Origin.UNRESOLVED
            meaning = _noted(_why(prop, value, self._default(resource)))
        return Fact(
            value=meaning.value,
            origin=origin,
            property=prop.name if prop is not None else self.label,
            location=resource.header if value is None else value.location,
            possible=tuple(arm.value for arm in possible),
            stated=_scalar(value) if prop is not None and not prop.secret else None,
            default=_in_words(prop, meaning.value) if origin is Origin.DEFAULT else None,
            expression=unknown.expression if unknown is not None else None,
            trail=() if value is None else value.trail,
            note=meaning.note,
        )

    def at(self, key: str | int) -> "Cell":
        """Bind the cell to the map's member `key`."""
        return self._replace(props=tuple(prop.at(key) for prop in self.props))

    def describe_default(self) -> str:
        """The default in words, for the documentation."""
        if self.default_text or callable(self.default):
            return self.default_text
        value = _noted(self.default).value
        if isinstance(value, Unknown):
            return "required"
        return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value).lower()

    def _default(self, resource: Resource) -> Noted:
        return _noted(self.default(resource) if callable(self.default) else self.default)

    def _decider(self, resource: Resource) -> tuple[Prop | None, Value | None]:
        """The property whose value decides, else the first that is stated, else the first."""
        stated = [(prop, value) for prop in self.props if (value := prop.of(resource)) is not None]
        for prop, value in stated:
            if not value.known or prop.read(value.data) is not None:
                return prop, value
        return stated[0] if stated else (self.props[0] if self.props else None, None)

    def _possible(self, resource: Resource, props: tuple[Prop, ...]) -> tuple[Noted, ...]:
        for position, prop in enumerate(props):
            value = prop.of(resource)
            if value is not None:
                return self._possible_arms(resource, prop.arms(value), prop, props[position + 1 :])
        default = self._default(resource)
        return () if isinstance(default.value, Unknown) else (default,)

    def _possible_arms(
        self, resource: Resource, arms: tuple[Value, ...], prop: Prop, rest: tuple[Prop, ...]
    ) -> tuple[Noted, ...]:
        found: dict[FactValue, Noted] = {}
        for arm in arms:
            meaning = _noted(None if arm.data is None else prop.read(arm.data))
            if isinstance(meaning.value, Unknown):
                return ()
            below = self._possible(resource, rest) if meaning.value is None else (meaning,)
            if not below:
                return ()
            for possible in below:
                found.setdefault(possible.value, possible)
        return tuple(found.values())

    def _without_effect(self, resource: Resource, reason: str) -> Fact:
        prop, value = self._decider(resource)
        default = self._default(resource)
        return Fact(
            value=default.value,
            origin=Origin.DEFAULT,
            property=prop.name if prop is not None else self.label,
            location=resource.header if value is None else value.location,
            possible=(default.value,),
            stated=_scalar(value) if prop is not None and not prop.secret else None,
            default=_in_words(prop, default.value),
            trail=() if value is None else value.trail,
            note=reason,
        )


def arms(value: Value, depth: int = 0) -> tuple[Value, ...]:
    """All the known values that `value` can be, nulls included; empty if it can be anything."""
    if not isinstance(value.data, Unknown):
        return (value,)
    found: list[Value] = []
    for alternative in value.data.alternatives:
        below = arms(alternative, depth + 1) if depth < _MAX_DEPTH else ()
        if not below or len(found) + len(below) > _MAX_ARMS:
            return ()
        found.extend(below)
    return tuple(found)


class Choice:
    """Reads words without regard to case, and booleans as the words `true` and `false`.

    A word that is not listed reads as unknown: services add values faster than any table.
    """

    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        """`meanings` has the words as the provider spells them."""
        self._spelled = meanings
        self._meanings = {word.casefold(): meaning for word, meaning in meanings.items()}

    def __call__(self, data: Data) -> Meaning:
        """What `data` means."""
        if isinstance(data, Unknown):
            return data
        word = str(data).strip().casefold() if isinstance(data, (str, bool)) else None
        if word is not None and word in self._meanings:
            return self._meanings[word]
        return Unknown(str(data) if word is not None else "", "is not a value that is known for this property")

    def word(self, value: FactValue) -> str | bool | None:
        """How the property says `value`; None if it cannot."""
        words = (word for word, meaning in self._spelled.items() if _noted(meaning).value == value)
        found = next(words, None)
        return found == "true" if found in {"true", "false"} else found


def choice(meanings: Mapping[str, Meaning]) -> Choice:
    """Reads the words of an enumeration."""
    return Choice(meanings)


def flag(true: Meaning, false: Meaning) -> Choice:
    """Reads booleans, also as words."""
    return Choice({"true": true, "false": false})


def _in_words(prop: Prop | None, value: FactValue) -> str | bool | None:
    return prop.read.word(value) if prop is not None and isinstance(prop.read, Choice) else None


def always(meaning: Meaning) -> Reader:
    """Any value, known or not, means the same: for secrets and other properties that count by being there."""

    def read(_data: Data) -> Meaning:
        return meaning

    return read


def filled(meaning: Meaning) -> Reader:
    """A list, map or text with something in it has the meaning; an empty one leaves the matter open."""

    def read(data: Data) -> Meaning:
        if isinstance(data, Unknown):
            return data
        return meaning if isinstance(data, (tuple, Mapping, str)) and len(data) > 0 else None

    return read


def addresses(data: Data) -> Meaning:
    """Reads a list of addresses and ranges, plain or as objects with a `value`; one text is a list of one."""
    if isinstance(data, (str, Unknown)):
        return (data,) if isinstance(data, str) else data
    found: list[str | Unknown] = []
    for member in data if isinstance(data, tuple) else ():
        rule = member.get("value", ignore_case=True) if isinstance(member.data, (Mapping, Unknown)) else member
        rule = member if rule is None and not member.known else rule
        if rule is not None and isinstance(rule.data, Unknown):
            # A rule that is not decided leaves the others as they are.
            found.append(Unknown(rule.data.expression, rule.data.reason))
        if rule is not None and isinstance(rule.data, str):
            found.append(rule.data.strip())
    return tuple(found)


def required(path: str) -> Noted:
    """The default of a property that has none: leaving it out does not deploy."""
    return Noted(Unknown(path, "is required and not stated"))


def _noted(meaning: Meaning) -> Noted:
    return meaning if isinstance(meaning, Noted) else Noted(meaning)


def _why(prop: Prop | None, value: Value | None, default: Noted) -> Meaning:
    """The Unknown that keeps a fact open."""
    if value is None or prop is None:
        return default
    if isinstance(value.data, Unknown):
        return value.data
    meaning = prop.read(value.data)
    return meaning if isinstance(meaning, Unknown) else Unknown(prop.name, "depends on a value that is not known")


def _scalar(value: Value | None) -> str | int | float | bool | None:
    data = None if value is None else value.data
    return data if isinstance(data, (str, int, float, bool)) else None
