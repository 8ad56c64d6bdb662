"""Values as readers give them: plain data with a place, or one explicit Unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final, NoReturn, TypeAlias, TypeVar

from aiposture.model.source import Location, Step


class Unknown:
    """A value that the code does not decide. Not null, not false, not absent.

    `expression` is the text that stands for it, `reason` what is missing ("variable pna has no default").
    `references` are the resource attributes that flow into it. `alternatives`, when not empty, are all the
    values that it can take (both arms of an unknown condition); empty means: anything. `echoed` tells that
    whoever deploys gives it, and that everybody who may look at the deployment can read it (a parameter
    without NoEcho). `filled` tells that it is not empty, whatever it is (a text of which a part is known). `unset`
    tells that the code does not set it, and the provider decides on deployment.
    """

    __slots__ = ("alternatives", "echoed", "expression", "filled", "reason", "references", "unset")
    _fields: ClassVar[tuple[str, ...]] = (
        "expression", "reason", "references", "alternatives", "echoed", "filled", "unset",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913
        self,
        expression: str,
        reason: str,
        references: tuple[Reference, ...] = (),
        alternatives: tuple[Value, ...] = (),
        *,
        echoed: bool = False,
        filled: bool = False,
        unset: bool = False,
    ) -> None:
        """An unknown of these parts, which never change."""
        self.expression: Final = expression
        self.reason: Final = reason
        self.references: Final = references
        self.alternatives: Final = alternatives
        self.echoed: Final = echoed
        self.filled: Final = filled
        self.unset: Final = unset

    def __bool__(self) -> NoReturn:
        raise TypeError(f"the truth of an unknown value was asked: {self.expression}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({parts})"

    def _parts(self) -> tuple[Any, ...]:
        """What makes it equal to another one."""
        return tuple([getattr(self, name) for name in self._fields])

    def replace(self: _U, **changes: Any) -> _U:  # noqa: PYI019 - Self came with Python 3.11
        """It, with some of its parts changed."""
        return type(self)(**{name: getattr(self, name) for name in self._fields} | changes)


_U = TypeVar("_U", bound=Unknown)


class Reference(Unknown):
    """An attribute of another resource: unknown before deployment, yet it says whose it is.

    `address` is the resource's own full address (`module.a["x"].azurerm_cognitive_account.this[0]`),
    `path` the attribute below it (`("id",)`, `("identity", 0, "principal_id")`).
    """

    __slots__ = ("address", "path")
    _fields = (*Unknown._fields, "address", "path")

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        expression: str,
        reason: str,
        references: tuple[Reference, ...] = (),
        alternatives: tuple[Value, ...] = (),
        address: str = "",
        path: tuple[str | int, ...] = (),
        **more: bool,
    ) -> None:
        """As for every Unknown; `more` is what that takes by name."""
        super().__init__(expression, reason, references, alternatives, **more)
        self.address: Final = address
        self.path: Final = path


Scalar: TypeAlias = bool | int | float | str | None
Data: TypeAlias = "Scalar | Unknown | tuple[Value, ...] | Mapping[str, Value]"


class Value:
    """Data with its place. `location` is where it is stated, `trail` the way it came from further away.

    For `pna = var.pna` the location is the text `var.pna` and the trail names the variable's default.
    A container's members are Values with places of their own. Neither this nor Unknown is a named tuple, as the rest
    of the model is: a tuple is a list of values here.
    """

    __slots__ = ("data", "location", "trail")
    _fields: ClassVar[tuple[str, ...]] = ("data", "location", "trail")

    def __init__(self, data: Data, location: Location, trail: tuple[Step, ...] = ()) -> None:
        """A value of these parts, which never change."""
        self.data: Final = data
        self.location: Final = location
        self.trail: Final = trail

    def __eq__(self, other: object) -> bool:
        return type(other) is Value and (self.data, self.location, self.trail) == (
            other.data,
            other.location,
            other.trail,
        )

    def __hash__(self) -> int:
        return hash((self.data, self.location, self.trail))

    def __repr__(self) -> str:
        return f"Value({self.data!r}, {self.location!r}, {self.trail!r})"

    def with_data(self, data: Data) -> Value:
        """Other data at the same place."""
        return Value(data, self.location, self.trail)

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
        return self.with_data(Unknown(data.expression, data.reason, data.references, members))

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
    return container.with_data(None) if member is None else member
