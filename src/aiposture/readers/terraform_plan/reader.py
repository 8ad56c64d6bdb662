"""From a plan's parts to resources."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aiposture.files import Tree, join
from aiposture.model import Call, Location, Mode, NotAnalysed, Provider, Reading, Resource, SourceError, Unknown, Value
from aiposture.readers.terraform.folding import fold
from aiposture.readers.terraform.syntax import Block
from aiposture.readers.terraform_plan import references
from aiposture.readers.terraform_plan.addresses import Part
from aiposture.readers.terraform_plan.document import Node
from aiposture.readers.terraform_plan.plan import Plan, Planned
from aiposture.readers.terraform_plan.references import Scope
from aiposture.readers.terraform_plan.sources import Place, Sources, place_of
from aiposture.readers.terraform_plan.values import Marks, Origin, Path, build

_HOSTS = ("registry.terraform.io/", "registry.opentofu.org/")
_LOCAL = ("./", "../")
_NO_MARKS = Marks(None, None)


class Reader:
    """One plan with the sources beside it."""

    def __init__(self, tree: Tree, path: str, document: Node, wanted: Callable[[str], bool]) -> None:
        """`document` is the plan at `path`; `wanted` says which resource types matter."""
        self._path = path
        self._plan = Plan(document)
        self._wanted = wanted
        self._sources = Sources(tree)
        self._directories: dict[tuple[Part, ...], str | None] = {(): posixpath.dirname(path)}

    def read(self, errors: tuple[SourceError, ...] = ()) -> Reading:
        """All of it."""
        resources = [*self._resources(), *self._outputs()]
        return Reading(
            resources=tuple(fold(resources)),
            comments=self._sources.comments,
            errors=errors,
            not_analysed=tuple(
                NotAnalysed(str(node.data.get("address")), "modules are nested too deeply", node.location)
                for node in self._plan.too_deep
            ),
            files=frozenset({self._path}) | self._sources.files,
        )

    def _resources(self) -> Iterator[Resource]:
        seen = set()
        # A data source that was read while planning is only in the state from before.
        for names in (("planned_values", "root_module"), ("prior_state", "values", "root_module")):
            for planned in self._plan.resources(*names, wanted=self._wanted):
                plain = planned.node.data
                address = str(plain.get("address"))
                if address in seen or (names[0] == "prior_state" and plain.get("mode") != "data"):
                    continue
                seen.add(address)
                yield self._resource(planned, plain, address)

    def _resource(self, planned: Planned, plain: Mapping[str, Any], address: str) -> Resource:
        kind, name = str(plain.get("type")), str(plain.get("name"))
        mode: Mode = "data" if plain.get("mode") == "data" else "managed"
        keyword = "data" if mode == "data" else "resource"
        block = self._sources.block(self._directory(planned.calls), keyword, kind, name)
        members = planned.node.members()
        whole, header = self._places(block, planned, members.get("address", planned.node))
        configuration = self._plan.resource_configuration(planned.calls, mode, kind, name)
        key = plain.get("index")
        scope = self._scope(planned.calls, configuration, key if isinstance(key, (str, int)) else None)
        properties = build(
            members.get("values"),
            whole,
            self._plan.marks(address, plain),
            self._origin(block, header, configuration, scope),
        )
        return Resource(
            dialect="terraform-plan",
            mode=mode,
            type=kind,
            declared_type=kind,
            name=name,
            address=address,
            unit=self._path,
            properties=properties if properties.members() or not properties.known else Value({}, whole),
            location=whole,
            header=header,
            calls=self._calls(planned.calls),
            provider=self._provider(plain.get("provider_name")),
        )

    def _places(self, block: Block | None, planned: Planned, name: Node) -> tuple[Location, Location]:
        """All of the resource and its header: its block, else the module call that brings it, else the plan."""
        if block is not None:
            return block.location, block.header
        for depth in range(len(planned.calls), 0, -1):
            call = self._call_block(planned.calls[:depth])
            if call is not None and self._directory(planned.calls[:depth]) is None:
                return call.location, call.header
        return planned.node.location, name.location

    def _scope(self, calls: tuple[Part, ...], configuration: Mapping[str, Any], key: str | int | None) -> Scope:
        for_each = references.for_each_references(configuration)
        return Scope(calls, self._plan.configuration.module(calls), key, for_each)

    def _origin(self, block: Block | None, header: Location, configuration: Mapping[str, Any], scope: Scope) -> Origin:
        def place(path: Path) -> Place | None:
            return None if block is None else place_of(block, path)

        def unknown(path: Path, text: str | None, reason: str) -> Unknown:
            named = references.argument(configuration, *path)
            if text is not None:
                # The plan lists the references of a whole argument; the source tells which are in this member.
                named = tuple(name for name in named if name in text) or named
            unset = text is None and reason == references.UNKNOWN and references.is_unset(configuration, *path)
            found = self._plan.configuration.unknown(named, scope, text=text, reason=reason)
            return found.replace(unset=True) if unset else found

        return Origin(place, None if header.path == self._path else header, unknown)

    def _outputs(self) -> Iterator[Resource]:
        values = self._plan.document.get("planned_values", "outputs")
        planned = {} if values is None else values.members()
        configured = self._plan.configuration.root.get("outputs")
        for name, output in configured.items() if isinstance(configured, dict) else ():
            yield self._output(name, output, planned.get(name))

    def _output(self, name: str, configuration: Any, planned: Node | None) -> Resource:
        block = self._sources.block(self._directory(()), "output", name)
        place = (planned or self._plan.document).location
        whole, header = (place, place) if block is None else (block.location, block.header)
        named = references.output_references(configuration)
        scope = self._scope((), {}, None)

        def unknown(path: Path, text: str | None, reason: str) -> Unknown:
            del path
            return self._plan.configuration.unknown(named, scope, text=text, reason=reason)

        value = None if planned is None else planned.get("value")
        sensitive = None if planned is None else planned.get("sensitive")
        hidden = sensitive is not None and sensitive.data is True
        marks = Marks(value is None or None, hidden or None)
        origin = Origin(
            lambda path: None if block is None else place_of(block, path),
            None if block is None else header,
            unknown,
        )
        return Resource(
            dialect="terraform-plan",
            mode="output",
            type="output",
            declared_type="output",
            name=name,
            address=f"output.{name}",
            unit=self._path,
            properties=Value({"value": build(value, place, marks, origin, ("value",))}, whole),
            location=whole,
            header=header,
        )

    def _directory(self, calls: tuple[Part, ...]) -> str | None:
        """Where the module stands that `calls` lead to; None if its source is not local."""
        if calls not in self._directories:
            outer = self._directory(calls[:-1])
            module = self._plan.configuration.module(calls[:-1])
            source = self._plan.configuration.call(module, calls[-1].name).get("source")
            local = outer is not None and isinstance(source, str) and f"{source}/".startswith(_LOCAL)
            self._directories[calls] = join(str(outer), str(source)) if local else None
        return self._directories[calls]

    def _call_block(self, calls: tuple[Part, ...]) -> Block | None:
        return self._sources.block(self._directory(calls[:-1]), "module", calls[-1].name)

    def _calls(self, calls: tuple[Part, ...]) -> tuple[Call, ...]:
        chain = []
        for depth in range(1, len(calls) + 1):
            block = self._call_block(calls[:depth])
            if block is not None:
                chain.append(Call(f"module.{calls[depth - 1].name}", block.header, block.location))
        return tuple(chain)

    def _provider(self, full_name: Any) -> Provider | None:
        if not isinstance(full_name, str):
            return None
        constraints = {
            str(configured["version_constraint"])
            for configured in self._plan.providers.values()
            if isinstance(configured, dict)
            and configured.get("full_name") == full_name
            and "version_constraint" in configured
        }
        source = full_name
        for host in _HOSTS:
            source = source.removeprefix(host)
        return Provider(source, tuple(sorted(constraints)))
