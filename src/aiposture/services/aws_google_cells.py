"""What the tables of AWS and Google Cloud share: how their blocks are reached and how presence is read.

A block of Terraform is a list of objects, an attribute or a CloudFormation property an object: a path of
Terraform is asked for both ways. Property names were read in the schemas of cfn-lint 1.58.0 and in the
documentation of hashicorp/aws 6 and hashicorp/google 7.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Data, FactValue, Reference, Resource, Unknown, Value
from aiposture.services.table import Meaning, Noted, Prop, Reader, arms

_UNDOCUMENTED = "it is not stated, and its default is not documented"


class Present(Prop):
    """A property that counts by being there: an attribute of another resource that flows into it is enough."""

    def arms(self, value: Value) -> tuple[Value, ...]:
        """All that `value` can be; what cannot be empty stands for itself."""
        data = value.data
        if isinstance(data, Unknown) and not data.alternatives and refers(data):
            return (value,)
        if isinstance(data, Unknown) and data.alternatives:
            known = tuple(_standing(each) for each in data.alternatives)
            return arms(value.with_data(data.replace(alternatives=known)))
        return arms(value)


def _standing(value: Value) -> Value:
    """A value that cannot be empty as its own text; every other as it is."""
    data = value.data
    if isinstance(data, Unknown) and not data.alternatives and refers(data):
        return value.with_data(data.expression or "?")
    return value


def present(meaning: FactValue, *paths: str) -> tuple[Prop, ...]:
    """The properties at `paths`, which have the meaning if there is anything in them."""

    def read(data: Data) -> Meaning:
        if isinstance(data, Unknown):
            return meaning
        return meaning if isinstance(data, (tuple, Mapping, str)) and len(data) > 0 else None

    return tuple(Present(spelling, read) for path in paths for spelling in spellings(path))


def props(read: Reader, *paths: str) -> tuple[Prop, ...]:
    """The properties at `paths`, in both spellings of Terraform's blocks."""
    return tuple(Prop(spelling, read) for path in paths for spelling in spellings(path))


def spellings(path: str) -> tuple[str, ...]:
    """A path through blocks (`network_configuration.0.network_mode`) and the same through objects."""
    parts = path.split(".")
    if len(parts) == 1 or path[0].isupper():
        return (path,)
    return ".0.".join(parts), path


def undocumented() -> Noted:
    """The default of a property when nobody says what it is."""
    return Noted(Unknown("", _UNDOCUMENTED))


def at(resource: Resource, path: str) -> Value | None:
    """The value at a dotted path, through blocks or objects; None if it is absent or null."""
    for spelling in spellings(path):
        value = resource.get(*(int(part) if part.isdigit() else part for part in spelling.split(".")))
        if value is not None:
            return value
    return None


def objects(value: Value | None) -> tuple[Value, ...]:
    """The members of a list of blocks, or the one object that stands in its place."""
    if value is None:
        return ()
    return value.data if isinstance(value.data, tuple) else (value,)


def member(value: Value, *names: str) -> Value | None:
    """The first of the members called `names`, without regard to case (awscc spells in its own way)."""
    return next((found for name in names if (found := value.get(name, ignore_case=True)) is not None), None)


def word(resource: Resource, path: str) -> str | Unknown | None:
    """The text at `path` in lower case, Unknown if it is not decided, None if it is absent."""
    value = at(resource, path)
    if value is None:
        return None
    if isinstance(value.data, Unknown):
        return value.data
    return str(value.data).strip().casefold()


def is_filled(value: Value | None) -> bool | Unknown:
    """Whether there is something in `value`; Unknown if the code does not decide it."""
    if value is None:
        return False
    if isinstance(value.data, Unknown):
        return True if refers(value.data) else value.data
    return not isinstance(value.data, (tuple, Mapping, str)) or len(value.data) > 0


def refers(data: Unknown) -> bool:
    """Whether an attribute of another resource flows into the unknown value, or it cannot be empty anyway."""
    return data.filled or bool(data.references) or (isinstance(data, Reference) and bool(data.address))
