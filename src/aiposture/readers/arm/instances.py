"""One resource of a deployment, in one turn of its loop: what it is called, whether it exists, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from aiposture.model import Reference, Unknown, Value
from aiposture.readers.arm import names
from aiposture.readers.arm.copies import resolve
from aiposture.readers.arm.expressions import ResourceName, evaluate
from aiposture.readers.arm.expressions.resources import named_by
from aiposture.readers.arm.expressions.unknowns import TemplateText
from aiposture.readers.arm.sites import Site
from aiposture.readers.arm.values import items_of, member, text_of

DEPLOYMENTS = "microsoft.resources/deployments"
_NO_PROPERTIES = frozenset(
    {
        "apiversion", "comments", "condition", "copy", "dependson", "existing", "extension", "import", "metadata",
        "name", "resources", "type",
    }
)  # fmt: skip


class Instance:
    """A resource. `type` is its full type, `symbol` its symbolic name, `parent` the resource it is written inside.

    `index` is its turn in its own loop, None without one or if the count is not known; `turning` says that
    the loop does not turn (False) or may not (Unknown).
    """

    def __init__(self, raw: Value, type_: str, symbol: str | None, site: Site, parent: Instance | None = None) -> None:
        """One that is in no loop; `turned` gives one that is."""
        self.raw = raw
        self.type = type_
        self.symbol = symbol
        self.site = site
        self.parent = parent
        self.index: int | None = None
        self.turning: bool | Unknown = True

    def turned(self, site: Site, *, index: int | None = None, turning: bool | Unknown = True) -> Instance:
        """A turn of its loop, at the `site` of that."""
        turn = Instance(self.raw, self.type, self.symbol, site, self.parent)
        turn.index = index
        turn.turning = turning
        return turn

    @property
    def is_deployment(self) -> bool:
        """Whether it deploys a template."""
        return self.type.casefold() == DEPLOYMENTS

    @property
    def is_existing(self) -> bool:
        """Whether it only speaks of a resource that is there already."""
        existing = member(self.raw, "existing")
        return existing is not None and existing.data is True

    @cached_property
    def header(self) -> Value:
        """The value whose place stands for the whole resource."""
        stated = member(self.raw, "type")
        return self.raw if stated is None else stated

    @cached_property
    def names(self) -> tuple[Value, ...]:
        """The segments of its full name, one for each segment of its type."""
        stated = member(self.raw, "name")
        if stated is None:
            stated = Value(Unknown("name", "no name is stated"), self.raw.location)
        wanted = max(1, self.type.count("/"))
        if self.parent is None:
            return names.segments(stated, lambda text: evaluate(text, self.site, stated.location), wanted)
        last = resolve(stated, self.site)
        parts = last.data.split("/") if isinstance(last.data, str) else []
        if len(parts) == wanted:  # the full name, as a resource has it that is not written inside another
            return tuple(Value(part, last.location, last.trail) for part in parts)
        return (*self.parent.names, last)[-wanted:]

    @cached_property
    def title(self) -> str:
        """Its full name as text; expressions stand for what is not known."""
        stated = member(self.raw, "name")
        if self.parent is None and stated is not None:
            return resolve(stated, self.site).spelled
        return "/".join(each.spelled for each in self.names)

    @cached_property
    def address(self) -> str:
        """Its address in the unit."""
        deployment = self.site.deployment
        if self.symbol is not None:
            name = self.symbol
        else:
            name = self.title if self.is_deployment else f"{self.type}/{self.title}"
        counted = self.symbol is not None or any(isinstance(each.data, Unknown) for each in self.names)
        index = f"[{self.index}]" if self.index is not None and counted else ""
        return deployment.inside(f"{name}{index}")

    @cached_property
    def exists(self) -> bool | Unknown:
        """Whether it is deployed."""
        return both(both(self.site.deployment.exists, self.turning), self._condition())

    def _condition(self) -> bool | Unknown:
        stated = member(self.raw, "condition")
        if stated is None:
            return True
        data = resolve(stated, self.site).data
        if isinstance(data, (bool, Unknown)):
            return data
        word = data.strip().casefold() if isinstance(data, str) else ""
        if word in {"true", "false"}:
            return word == "true"
        return Unknown(str(stated.data), "is no condition")

    def keys(self) -> tuple[object, ...]:
        """What its names have in common with other mentions of them."""
        return tuple(self.site.key(name) for name in self.names)

    @property
    def parent_type(self) -> str | None:
        """The type of the resource that it belongs to, None at the top."""
        above = self.type.rpartition("/")[0]
        return above if "/" in above else None

    def parent_id(self) -> Value | None:
        """The id of the resource that it belongs to."""
        type_ = self.parent_type
        if type_ is None:
            return None
        place = self.names[-1].location
        spelled = f"${{resourceGroup().id}}/providers/{_id_path(type_, self.names[:-1])}"
        address = self._parent_address(type_)
        if address is None:
            return Value(Unknown(spelled, "its parent is not in this template"), place)
        return Value(Reference(spelled, "is known after deployment", address=address, path=("id",)), place)

    def _parent_address(self, type_: str) -> str | None:
        if self.parent is not None:
            return self.parent.address
        deployment = self.site.deployment
        above = deployment.named((self.symbol or "").rpartition("::")[0])
        if above is not None:
            return above.address
        found = deployment.unit.find(ResourceName(type_, self.names[:-1]), self.site)
        if found is not None:
            return found
        depended = {each.address for each in self.dependencies() if each.type.casefold() == type_.casefold()}
        return depended.pop() if len(depended) == 1 else None

    def dependencies(self) -> list[Instance]:
        """The resources of the unit that it waits for, as far as they are known."""
        stated = member(self.raw, "dependsOn")
        addresses: list[str | None] = []
        for each in items_of(stated):
            value = resolve(each, self.site)
            addresses.append(value.data.address if isinstance(value.data, Reference) else self.site.symbol(value))
        at = self.site.deployment.unit.by_address
        return [at[address] for address in addresses if address is not None and address in at]

    def api_version(self) -> str | None:
        """The version of the API that takes it."""
        stated = member(self.raw, "apiVersion")
        if stated is not None:
            return text_of(resolve(stated, self.site))
        written = text_of(member(self.raw, "type")) or ""
        if "@" in written:
            return written.partition("@")[2]
        return self.parent.api_version() if self.parent is not None else None

    def properties(self) -> Value:
        """All that it says, evaluated: its name without that of its parent, and the parent's id."""
        members = {"name": self.names[-1]}
        for name, value in self.raw.members().items():
            if name.casefold() not in _NO_PROPERTIES:
                members[name] = resolve(_without_template(value) if self.is_deployment else value, self.site)
        parent = self.parent_id()
        if parent is not None:
            members["parent_id"] = parent
        if not self.is_deployment:  # a deployment's scope is where it goes
            members |= {name: self._extended(value) for name, value in members.items() if name.casefold() == "scope"}
        return Value(members, self.raw.location)

    def _extended(self, scope: Value) -> Value:
        """What a role assignment or a diagnostic setting is for, as a reference if it stands in the unit.

        The scope is an id, or the type and the names of a resource in the same place.
        """
        name = named_by(scope) or named_by(_absolute(scope))
        address = None if name is None else self.site.resource(name)
        if address is None:
            return scope
        return scope.with_data(Reference(scope.spelled, "is known after deployment", address=address, path=("id",)))


def _absolute(scope: Value) -> Value:
    data = scope.data
    if not isinstance(data, Unknown):
        return scope.with_data(f"/providers/{data}")
    if not isinstance(data.expression, TemplateText):
        return scope
    return scope.with_data(data.replace(expression=TemplateText(f"/providers/{data.expression}")))


def _without_template(properties: Value) -> Value:
    """What a deployment says besides its template, whose expressions are not for this place."""
    if not isinstance(properties.data, Mapping):
        return properties
    members = {name: value for name, value in properties.data.items() if name.casefold() != "template"}
    return properties.with_data(members)


def both(one: bool | Unknown, other: bool | Unknown) -> bool | Unknown:  # noqa: FBT001 - what exists is a truth value
    """Whether two conditions hold: one that fails decides, then one that is not known."""
    if one is False or other is False:
        return False
    return one if isinstance(one, Unknown) else other


def _id_path(type_: str, names_: tuple[Value, ...]) -> str:
    """`Microsoft.X/a/b` with the names `1/2` is `Microsoft.X/a/1/b/2`."""
    namespace, *kinds = type_.split("/")
    parts = [f"${{{each.spelled}}}" if isinstance(each.data, Unknown) else str(each.data) for each in names_]
    return "/".join([namespace, *(f"{kind}/{part}" for kind, part in zip(kinds, parts, strict=False))])
