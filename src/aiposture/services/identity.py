"""Managed identities: a type and, for user-assigned ones, the identities themselves.

Verdict rules of Azure Policy fe3fd216-4f83-4fc1-8984-2bbec80a3418, which names no kind of identity as better.
"""

from collections.abc import Mapping
from functools import partial
from typing import Literal, NamedTuple

from aiposture.model import Data, Fact, FactValue, Origin, Resource, Unknown, Value
from aiposture.services.table import Cell, Meaning, Noted, Prop, arms

_EMPTY_IDS = "a user-assigned identity without an identity does not deploy"


class IdentityCell(NamedTuple):
    """Where a service's identity type stands, and where its user-assigned identities.

    `default` is what holds when there is no block: "none", or what a module sets by itself.
    """

    source: str
    types: tuple[str, ...] = ("identity.0.type",)
    ids: tuple[str, ...] = ("identity.0.identity_ids",)
    default: FactValue | Noted = "none"

    @property
    def props(self) -> tuple[Prop, ...]:
        """The properties that are read, for the documentation."""
        return tuple(Prop(path, partial(_kind, ids="some")) for path in (*self.types, *self.ids))

    def describe_default(self) -> str:
        """The default in words, for the documentation."""
        return Cell((), self.default, self.source).describe_default()

    def at(self, key: str | int) -> "IdentityCell":
        """Bind the cell to the map's member `key`."""
        return self._replace(types=_at(self.types, key), ids=_at(self.ids, key))

    def read(self, resource: Resource) -> Fact:
        """The identity fact about `resource`."""
        ids_prop, ids_value = self._ids(resource)
        ids = _filling(ids_value)
        cell = Cell(tuple(Prop(path, partial(_kind, ids=ids)) for path in self.types), self.default, self.source)
        fact = cell.read(resource)
        if fact.origin is Origin.DEFAULT:
            # Without a block nobody looks for a type in it.
            return fact._replace(property=fact.property.rpartition(".")[0])
        if isinstance(ids, Unknown) and fact.value is ids and ids_value is not None:
            # The type is decided; the identities are what is not.
            return fact._replace(
property=ids_prop.name, location=ids_value.location, trail=ids_value.trail,
                stated=None, expression=ids.expression or None,
            )  # fmt: skip
        if fact.value == "user-assigned-without-ids":
            place = ids_value.location if ids_value is not None else fact.location
            return fact._replace(property=ids_prop.name, location=place, note=_EMPTY_IDS)
        return fact

    def _ids(self, resource: Resource) -> tuple[Prop, Value | None]:
        props = [Prop(path, partial(_kind, ids="some")) for path in self.ids]
        stated = ((prop, value) for prop in props if (value := resource.get(*prop.keys)) is not None)
        return next(stated, (props[0], None))


def arm_identity(source: str) -> IdentityCell:
    """Return the cell of an ARM resource, which azapi can also state as a block of its own with `identity_ids`."""
    return IdentityCell(
        source,
        types=("identity.type", "identity.0.type"),
        ids=("identity.userAssignedIdentities", "identity.identity_ids", "identity.0.identity_ids"),
    )


_Ids = Literal["some", "none"]


def _kind(data: Data, *, ids: _Ids | Unknown) -> Meaning:
    """An identity type as code writes it: case and blanks do not count, and a combined type has both."""
    if isinstance(data, Unknown):
        return data
    parts = {part.strip() for part in data.casefold().split(",")} if isinstance(data, str) else {""}
    if "systemassigned" in parts:
        return "system-assigned"
    if parts <= {"none", ""}:
        return "none"
    if parts != {"userassigned"}:
        return Unknown(str(data), "is not a known type of identity")
    if isinstance(ids, Unknown):
        return ids
    return "user-assigned" if ids == "some" else "user-assigned-without-ids"


def _filling(value: Value | None) -> _Ids | Unknown:
    """Whether a list or map of identities has members; identities that are unknown themselves count."""
    if value is None:
        return "none"
    known = arms(value)
    fillings = {isinstance(arm.data, (tuple, Mapping, str)) and len(arm.data) > 0 for arm in known}
    if len(fillings) == 1:
        return "some" if fillings.pop() else "none"
    # A copy of its own, to be told from the type, which can be the same value.
    return value.data.replace() if isinstance(value.data, Unknown) else Unknown("", "the identities are not known")


def _at(paths: tuple[str, ...], key: str | int) -> tuple[str, ...]:
    return tuple(path.replace("*", str(key)) for path in paths)
