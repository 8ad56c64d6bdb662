"""A template in the act: its resources with their turns, its nested deployments, its outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from aiposture.model import Call, Unknown, Value
from aiposture.readers.arm.copies import count, loop_values, resolve
from aiposture.readers.arm.instances import Instance
from aiposture.readers.arm.sites import Site
from aiposture.readers.arm.values import Given, Values, items_of, member, text_of

if TYPE_CHECKING:
    from aiposture.readers.arm.units import Unit

_TARGETS = ("resourceGroup", "subscriptionId", "scope")
_OF_THE_TARGET = ("resourcegroup(", "subscription(")


class Deployment:
    """One deployment of one template, with the path that leads to it."""

    def __init__(
        self, unit: Unit, template: Value, *, given: Mapping[str, Given] | None, caller: Instance | None = None
    ) -> None:
        """`given` are the parameters; None if the template's expressions are those of its caller (outer scope)."""
        self.unit = unit
        self.template = template
        self.caller = caller
        self.parent: Deployment | None = None if caller is None else caller.site.deployment
        self.address = "" if caller is None else caller.address
        self.calls: tuple[Call, ...] = ()
        self.depth = 0
        if self.parent is not None and caller is not None:
            self.calls = (*self.parent.calls, unit.call(caller))
            self.depth = self.parent.depth + 1
        if given is None and caller is not None:
            self.values, self.turns = caller.site.values, caller.site.turns
        else:
            self.values, self.turns = Values(template, given or {}, lambda: self.site), ()
        self.instances: list[Instance] = []
        self._symbols: dict[str, list[Instance]] = {}
        self._outputs: dict[str, Value] = {}
        self._asked: set[str] = set()

    @property
    def site(self) -> Site:
        """The template as seen from its own expressions."""
        return Site(self, self.values, self.turns)

    @property
    def exists(self) -> bool | Unknown:
        """Whether it is deployed at all."""
        return True if self.caller is None else self.caller.exists

    @property
    def default_scope(self) -> str:
        """Which template the expressions of a deployment in it belong to, if that is not said: "outer" or "inner"."""
        version = text_of(member(self.template, "languageVersion")) or "1.0"
        return "outer" if version.startswith("1.") and version.removeprefix("1.").isdecimal() else "inner"

    def makes(self, unknown: Unknown) -> bool:
        """Whether a value is another one in another deployment that got the same arguments."""
        text = unknown.expression.casefold()
        if self._is_elsewhere and any(mark in text for mark in _OF_THE_TARGET):
            return True
        return self.values.made(unknown)

    @property
    def _is_elsewhere(self) -> bool:
        """Whether it says that its resources go elsewhere than those of the template around it."""
        return self.caller is not None and any(member(self.caller.raw, name) is not None for name in _TARGETS)

    def inside(self, name: str) -> str:
        """The address of something in this deployment."""
        return f"{self.address}{self.unit.separator}{name}" if self.address else name

    def build(self) -> Iterator[Instance]:
        """Make the resources, and give them."""
        resources = member(self.template, "resources")
        if resources is None:
            return
        if isinstance(resources.data, Mapping):
            for symbol, raw in resources.data.items():
                yield from self._declare(raw, symbol, None)
        for raw in resources.items():
            yield from self._declare(raw, None, None)

    def _declare(self, raw: Value, symbol: str | None, parent: Instance | None) -> Iterator[Instance]:
        site = self.site if parent is None else parent.site
        stated = member(raw, "type")
        type_ = None if stated is None else text_of(resolve(stated, site))
        if type_ is None:
            return
        for instance in self._turns(Instance(raw, _full_type(type_, parent), symbol, site, parent)):
            self.instances.append(instance)
            if symbol is not None:
                self._symbols.setdefault(symbol.casefold(), []).append(instance)
            yield instance
            below = member(raw, "resources")
            if below is not None and isinstance(below.data, Mapping):
                for name, child in below.data.items():
                    yield from self._declare(child, name, instance)
            for child in items_of(below):
                yield from self._declare(child, None, instance)

    def _turns(self, instance: Instance) -> list[Instance]:
        """The instance itself, or one for each turn of its loop."""
        loop = member(instance.raw, "copy")
        if loop is None or not isinstance(loop.data, Mapping):
            return [instance]
        site = instance.site
        name = text_of(member(loop, "name")) or ""
        number = count(loop, site)
        if isinstance(number, int) and number > 0 and self.unit.spend_instances(number):
            return [
                instance.turned(site.turn(name, loop.with_data(turn), of_resource=True), index=turn)
                for turn in range(number)
            ]
        turning = number if isinstance(number, Unknown) else number > 0
        index = loop.with_data(Unknown("copyIndex()", "how often the loop turns is not known"))
        return [instance.turned(site.turn(name, index, of_resource=True), turning=turning)]

    def named(self, symbol: str) -> Instance | None:
        """The resource with a symbolic name (`sym`, or `sym[0]` for a turn of its loop)."""
        name, bracket, rest = symbol.partition("[")
        found = self._symbols.get(name.casefold(), ())
        index = rest.removesuffix("]")
        if bracket and index.isdecimal():
            return next((each for each in found if each.index is None or str(each.index) == index), None)
        return found[0] if found else None

    def symbol(self, name: Value, site: Site) -> str | None:
        """The address of what a symbolic name or the name of a resource means here, or in the outer template."""
        found = self._meant(name, site)
        if found is None and self.parent is not None and self.values is self.parent.values:
            return self.parent.symbol(name, site)
        return None if found is None else found.address

    def _meant(self, name: Value, site: Site) -> Instance | None:
        data = name.data
        if isinstance(data, str):
            found = self.named(data)
            if found is not None:
                return found
        elif isinstance(data, Unknown):
            loop = self.named(_looped_symbol(data.expression))
            if loop is not None:
                return loop
        key = site.key(name)
        if key is None:
            return None
        return next((each for each in self.instances if _is_called(each, key)), None)

    def outputs(self) -> tuple[str, ...]:
        """The names of its outputs."""
        declared = member(self.template, "outputs")
        return () if declared is None else tuple(declared.members())

    def output(self, name: str) -> Value | None:
        """The value of an output, None if there is no such output."""
        declaration = member(self.template, "outputs", name)
        if declaration is None:
            return None
        folded = name.casefold()
        if folded not in self._outputs:
            if folded in self._asked:
                return declaration.with_data(Unknown(f"outputs.{name}", "depends on itself"))
            self._asked.add(folded)
            try:
                self._outputs[folded] = self._output(name, declaration)
            finally:
                self._asked.discard(folded)
        return self._outputs[folded]

    def _output(self, name: str, declaration: Value) -> Value:
        loop, stated = member(declaration, "copy"), member(declaration, "value")
        if loop is not None:
            return loop_values(loop, name, self.site)
        if stated is None:
            return declaration.with_data(Unknown(f"outputs.{name}", "the output has no value"))
        return resolve(stated, self.site)


def _full_type(type_: str, parent: Instance | None) -> str:
    bare = type_.partition("@")[0]
    if parent is None:
        return bare
    # A resource inside another one may all the same state its full type, or extend it with another provider's type.
    return bare if "." in bare.partition("/")[0] else f"{parent.type}/{bare}"


def _is_called(instance: Instance, key: object) -> bool:
    if isinstance(key, str):
        return instance.title.casefold() == key
    return instance.keys() == (key,)


def _looped_symbol(expression: str) -> str:
    """The symbolic name in `format('name[{0}]', ...)`."""
    head, quote, rest = expression.partition("format('")
    return rest.partition("[{0}]'")[0] if quote and not head.strip("[ ") else ""
