"""Values as readers give them: plain data with a place, or one explicit Unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, TypeAlias

from aiposture.model.source import Location, Step


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the code does not decide. Not null, not false, not absent.

    `expression` is the text that stands for it, `reason` what is missing ("variable pna has no default").
    `references` are the resource attributes that flow into it. `alternatives`, when not empty, are all the
    values that it can take (both arms of an unknown condition); empty means: anything. `echoed` tells that
    whoever deploys gives it, and that everybody who may look at the deployment can read it (a parameter
    without NoEcho). `filled` tells that it is not empty, whatever it is (a text of which a part is known). `unset`
    tells that the code does not set it, and the provider decides on deployment.
    """

    expression: str
    reason: str
    references: tuple[Reference, ...] = ()
    alternatives: tuple[Value, ...] = ()
    echoed: bool = field(default=False, kw_only=True)
    filled: bool = field(default=False, kw_only=True)
    unset: bool = field(default=False, kw_only=True)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"the truth of an unknown value was asked: {self.expression}")


@dataclass(frozen=True, slots=True)
class Reference(Unknown):
    """An attribute of another resource: unknown before deployment, yet it says whose it is.

    `address` is the resource's own full address (`module.a["x"].azurerm_cognitive_account.this[0]`),
    `path` the attribute below it (`("id",)`, `("identity", 0, "principal_id")`).
    """

    address: str = ""
    path: tuple[str | int, ...] = ()


Scalar: TypeAlias = bool | int | float | str | None
Data: TypeAlias = "Scalar | Unknown | tuple[Value, ...] | Mapping[str, Value]"


@dataclass(frozen=True, slots=True)
class Value:
    """Data with its place. `location` is where it is stated, `trail` the way it came from further away.

    For `pna = var.pna` the location is the text `var.pna` and the trail names the variable's default.
    A container's members are Values with places of their own.
    """

    data: Data
    location: Location
    trail: tuple[Step, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("the truth of a value was asked; ask for its data")

    @property
    def known(self) -> bool:
        """Whether the data itself is decided (members of a container may still be unknown)."""
        return not isinstance(self.data, Unknown)

    @property
    def spelled(self) -> str:
        """The data as text, what is not decided as its expression."""
        return self.data.expression if isinstance(self.data, Unknown) else str(self.data)

    def get(self, *path: str | int, ignore_case: bool = False) -> Value | None:
        """The value at `path` below this one; None if it is absent or null, an unknown one if that is undecided."""
        value: Value | None = self
        for key in path:
            if value is None:
                return None
            value = value._member(key, ignore_case=ignore_case)
        return None if value is None or value.data is None else value

    def _member(self, key: str | int, *, ignore_case: bool) -> Value | None:
        data = self.data
        if isinstance(data, Unknown):
            return self._unknown_member(data, key, ignore_case=ignore_case)
        if isinstance(data, Mapping) and isinstance(key, str):
            if key in data or not ignore_case:
                return data.get(key)
            folded = key.casefold()
            # What is not among the members may still be there, if some keys are not known.
            return next((member for name, member in data.items() if name.casefold() == folded), data.get(key))
        if isinstance(data, tuple) and isinstance(key, int) and -len(data) <= key < len(data):
            return data[key]
        return None

    def _unknown_member(self, data: Unknown, key: str | int, *, ignore_case: bool) -> Value:
        members = tuple(_or_null(arm._member(key, ignore_case=ignore_case), arm) for arm in data.alternatives)
        if members and all(member.data is None for member in members):
            return members[0]
        return replace(self, data=Unknown(data.expression, data.reason, data.references, members))

    def items(self) -> tuple[Value, ...]:
        """The members of a list, empty if this is no list."""
        return self.data if isinstance(self.data, tuple) else ()

    def members(self) -> Mapping[str, Value]:
        """The members of an object, empty if this is no object."""
        return self.data if isinstance(self.data, Mapping) else {}

    def plain(self) -> Any:
        """The data as plain lists and dicts; unknown leaves stay Unknown."""
        if isinstance(self.data, tuple):
            return [member.plain() for member in self.data]
        if isinstance(self.data, Mapping):
            return {name: member.plain() for name, member in self.data.items()}
        return self.data

    def walk(self) -> Iterator[Value]:
        """The value itself and all below it, depth first, also into alternatives of unknowns."""
        yield self
        below: tuple[Value, ...] = ()
        if isinstance(self.data, tuple):
            below = self.data
        elif isinstance(self.data, Mapping):
            below = tuple(self.data.values())
        elif isinstance(self.data, Unknown):
            below = self.data.alternatives
        for member in below:
            yield from member.walk()


def _or_null(member: Value | None, container: Value) -> Value:
    return replace(container, data=None) if member is None else member
