"""A plan document by its parts: modules, planned resources, changes and configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from aiposture.readers.terraform_plan import addresses
from aiposture.readers.terraform_plan.addresses import Part
from aiposture.readers.terraform_plan.document import Node
from aiposture.readers.terraform_plan.instances import Instances
from aiposture.readers.terraform_plan.references import Configuration
from aiposture.readers.terraform_plan.values import Marks

_MAX_MODULE_DEPTH = 40
_GONE = (["delete"], ["forget"])


class Planned(NamedTuple):
    """A resource instance of the plan; `calls` lead to its module."""

    node: Node
    calls: tuple[Part, ...]


class Plan:
    """What the reader asks of a plan; everything is looked up, nothing is judged."""

    def __init__(self, document: Node) -> None:
        """`document` is the whole plan."""
        self.document = document
        self.too_deep: list[Node] = []  # modules that were not looked into
        self._blocks: dict[tuple[str, ...], dict[tuple[Any, ...], Mapping[str, Any]]] = {}
        self._changes = dict(_changes(document.data))
        root = _object(_object(document.data.get("planned_values")).get("root_module"))
        unknown = {address: change.get("after_unknown") for address, change in self._changes.items()}
        configuration = _object(document.data.get("configuration"))
        self.providers = _object(configuration.get("provider_config"))
        self.configuration = Configuration(
            _object(configuration.get("root_module")), Instances(unknown, _module_addresses(root))
        )

    def marks(self, address: str, resource: Mapping[str, Any]) -> Marks:
        """What is unknown and what is sensitive in the values of a resource."""
        change = self._changes.get(address, {})
        sensitive = change.get("after_sensitive")
        return Marks(change.get("after_unknown"), sensitive or resource.get("sensitive_values"))

    def resource_configuration(self, calls: tuple[Part, ...], mode: str, kind: str, name: str) -> Mapping[str, Any]:
        """The configuration of a resource, empty if the plan has none."""
        names = tuple(call.name for call in calls)
        if names not in self._blocks:
            self._blocks[names] = {
                tuple(str(block.get(name)) for name in ("mode", "type", "name")): block
                for block in _objects(self.configuration.module(calls).get("resources"))
            }
        return self._blocks[names].get((mode, kind, name), {})

    def resources(self, *names: str, wanted: Callable[[str], bool]) -> Iterator[Planned]:
        """The wanted resources of the module tree at `names` (`"planned_values", "root_module"`)."""
        root = self.document.get(*names)
        pending = [] if root is None else [(root, 0)]
        while pending:
            module, depth = pending.pop(0)
            if not _holds_wanted(module.data, wanted):
                continue
            if depth > _MAX_MODULE_DEPTH:
                self.too_deep.append(module)
                continue
            address = module.data.get("address")
            calls = addresses.split(address)[0] if isinstance(address, str) else ()
            members = module.members()
            if "resources" in members:
                for node in members["resources"].items():
                    if isinstance(node.data, dict) and wanted(str(node.data.get("type"))):
                        yield Planned(node, calls)
            if "child_modules" in members:
                pending.extend((child, depth + 1) for child in members["child_modules"].items())


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in _objects(document.get("resource_changes")):
        change, address = _object(entry.get("change")), entry.get("address")
        # A deposed object has the address of the one that takes its place.
        if isinstance(address, str) and "deposed" not in entry and change.get("actions") not in _GONE:
            yield address, change


def _holds_wanted(module: Any, wanted: Callable[[str], bool]) -> bool:
    pending = [_object(module)]
    while pending:
        top = pending.pop()
        if any(wanted(str(resource.get("type"))) for resource in _objects(top.get("resources"))):
            return True
        pending.extend(_objects(top.get("child_modules")))
    return False


def _module_addresses(root: Mapping[str, Any]) -> Iterator[str]:
    pending = [root]
    while pending:
        module = pending.pop()
        address = module.get("address")
        if isinstance(address, str):
            yield address
        pending.extend(_objects(module.get("child_modules")))


def _object(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in data if isinstance(item, dict)) if isinstance(data, list) else iter(())
