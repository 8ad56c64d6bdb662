"""Who is meant: from a value that should be a resource id to the services that it can be the id of.

Three ways lead to a service: its address in the same unit, its literal id or name anywhere in the scan, and
its name as the same expression in the same module.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.model import AIService, Data, Reference, Resource, Unknown, Value

MAX_DEPTH = 16

ARM_TYPES = {
    "azurerm_ai_foundry": "microsoft.machinelearningservices/workspaces",
    "azurerm_ai_services": "microsoft.cognitiveservices/accounts",
    "azurerm_bot_channels_registration": "microsoft.botservice/botservices",
    "azurerm_bot_service_azure_bot": "microsoft.botservice/botservices",
    "azurerm_bot_web_app": "microsoft.botservice/botservices",
    "azurerm_cognitive_account": "microsoft.cognitiveservices/accounts",
    "azurerm_machine_learning_workspace": "microsoft.machinelearningservices/workspaces",
    "azurerm_search_service": "microsoft.search/searchservices",
    "azurerm_video_indexer_account": "microsoft.videoindexer/accounts",
}

NAMESPACES = (
    "Microsoft.BotService",
    "Microsoft.CognitiveServices",
    "Microsoft.MachineLearningServices",
    "Microsoft.Search",
    "Microsoft.VideoIndexer",
)
"""The resource providers of all services that an id can name."""

# What a remote module creates is told by the sub-resource that its endpoints reach (azure.md of private link groups).
_MODULE_GROUPS = {
    "account": "microsoft.cognitiveservices/accounts",
    "amlworkspace": "microsoft.machinelearningservices/workspaces",
    "searchservice": "microsoft.search/searchservices",
}

# Names that hold the same expression are the same name only if it means one thing in the whole module instance.
_STABLE_SYMBOLS = ("var.", "local.", "random_", "data.")
_PER_INSTANCE_SYMBOLS = ("each.", "count.")


class ResourceId(NamedTuple):
    """The parts of a resource id that tell resources apart, in lower case; `name` may be a template."""

    type: str
    name: str
    group: str | None


class Match(NamedTuple):
    """A service (its position) that a value names. `guess`: nothing but the kind of thing speaks for it."""

    service: int
    certain: bool
    guess: bool = False
    note: str | None = None


def parse_id(text: str) -> ResourceId | None:
    """The resource that an id names, literal or a template with `${...}` in it; None if the text is no id."""
    start = text.casefold().rfind("/providers/")
    if start < 0:
        return None
    parts = _parts(text[start + len("/providers/") :])
    if len(parts) < 3 or len(parts) % 2 == 0:  # noqa: PLR2004 - a namespace, then pairs of type and name
        return None
    type_ = "/".join([parts[0], *parts[1::2]]).casefold()
    before = _parts(text[:start])
    groups = [after for key, after in itertools.pairwise(before) if key.casefold() == "resourcegroups"]
    group = groups[0].casefold() if groups and _literal(groups[0]) else None
    name = parts[-1]
    return ResourceId(type_, name.casefold() if _literal(name) else name, group)


def _parts(text: str) -> list[str]:
    """`text` cut at slashes that stand outside of `${...}`, up to the quote that ends a template."""
    parts = [""]
    depth = 0
    for character in text:
        if depth == 0 and character in '"\n, )':
            break
        depth += (character == "{") - (character == "}" and depth > 0)
        if character == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def _literal(name: str) -> bool:
    return not any(mark in name for mark in "${%<")


def segments(address: str) -> list[tuple[str, str | None]]:
    """The address cut at its dots, each name with its index: `a.b["x.y"]` is a, b with `"x.y"`."""
    found: list[tuple[str, str | None]] = []
    name, index, at = "", None, 0
    while at < len(address):
        character = address[at]
        if character == "[":
            quoted = address.startswith('"', at + 1)
            end = address.find('"]' if quoted else "]", at + 1 + quoted)
            end = len(address) if end < 0 else end + quoted
            index = address[at + 1 : end]
            at = end + 1
            continue
        if character == ".":
            found.append((name, index))
            name, index = "", None
        else:
            name += character
        at += 1
    found.append((name, index))
    return found


def without_indexes(address: str) -> str:
    """The address of the block that all instances come from."""
    return ".".join(name for name, _ in segments(address)) if "[" in address else address


def module_of(address: str) -> str:
    """The module instance that an address lies in; "" for the root module."""
    parts = segments(address)
    path: list[str] = []
    while len(parts) > 2 and parts[0][0] == "module":  # noqa: PLR2004 - `module.m` itself lies in its caller
        path += [f"{name}[{index}]" if index is not None else name for name, index in parts[:2]]
        parts = parts[2:]
    return ".".join(path)


def compatible(one: str, other: str) -> bool:
    """Whether two addresses with the same block can be the same instance: no index contradicts another."""
    pairs = zip(segments(one), segments(other), strict=True)
    return all(a is None or b is None or a == b for (_, a), (_, b) in pairs)


def arm_type(service: AIService) -> str | None:
    """The type that ids of this service carry, in lower case; None if it is not known."""
    resource = service.resource
    if resource.mode == "module":
        groups = (_MODULE_GROUPS.get(group.casefold()) for group in service.endpoint_groups)
        return next((type_ for type_ in groups if type_), None)
    return resource.type.casefold() if "/" in resource.type else ARM_TYPES.get(resource.type)


def literal(value: Value | None) -> str | None:
    """The text of a value in lower case; None if it is absent, unknown or no text."""
    return value.data.casefold() if value is not None and isinstance(value.data, str) else None


def symbol(value: Value | None) -> str | None:
    """The expression of an unknown value, if it means the same wherever it stands in a module instance."""
    if value is None or not isinstance(value.data, Unknown):
        return None
    return _stable(value.data.expression)


def _stable(expression: str) -> str | None:
    text = expression.strip().removeprefix('"').removesuffix('"')
    if text.startswith("${") and text.endswith("}") and text.count("${") == 1:
        text = text[2:-1].strip()
    stable = any(mark in text for mark in _STABLE_SYMBOLS) and not any(mark in text for mark in _PER_INSTANCE_SYMBOLS)
    return text if stable else None


class Index:
    """The services of a scan, findable by address, by id and by name, each in constant time."""

    def __init__(self, services: Sequence[AIService], resources: Sequence[Resource]) -> None:
        """`resources` are those of the whole scan: the data sources among them lead to services by name."""
        self.services = services
        self._by_block: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_symbol: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
        self._by_unit: dict[str, list[int]] = defaultdict(list)
        self._data: dict[tuple[str, str], Resource] = {
            (resource.unit, resource.address): resource for resource in resources if resource.mode == "data"
        }
        for position, service in enumerate(services):
            self._add(position, service)

    def _add(self, position: int, service: AIService) -> None:
        resource = service.resource
        self._by_block[resource.unit, without_indexes(resource.address)].append(position)
        self._by_unit[resource.unit].append(position)
        type_, name = arm_type(service), resource.get("name")
        if type_ is None:
            return
        text, expression = literal(name), symbol(name)
        if text is not None:
            self._by_name[type_, text].append(position)
        if expression is not None:
            self._by_symbol[resource.unit, module_of(resource.address), type_, expression].append(position)

    def match(self, target: Value, at: Resource) -> list[Match]:
        """The services that `target`, a resource id as `at` has it, names or can name; each at most once."""
        best: dict[int, Match] = {}
        for match in self._resolve(target.data, at, 0):
            known = best.get(match.service)
            if known is None or (match.certain, not match.guess) > (known.certain, not known.guess):
                best[match.service] = match
        return list(best.values())

    def at_address(self, address: str, unit: str) -> list[Match]:
        """The services of a unit that an address names; several, none of them certain, if an index is missing."""
        found = self._by_block.get((unit, without_indexes(address)), ())
        exact = [position for position in found if self.services[position].resource.address == address]
        fitting = exact or [p for p in found if compatible(self.services[p].resource.address, address)]
        return [Match(position, certain=len(fitting) == 1) for position in fitting]

    def data_source(self, address: str, unit: str) -> Resource | None:
        """The data source of a unit at an address, whichever of its instances."""
        found = self._data.get((unit, address))
        return found if found is not None else self._data.get((unit, without_indexes(address)))

    def behind(self, data: Resource) -> list[Match]:
        """The services that a data source reads: those of its type and name."""
        type_ = data.type.casefold() if "/" in data.type else ARM_TYPES.get(data.type)
        if type_ is None:
            return []
        name, expression = literal(data.get("name")), symbol(data.get("name"))
        if name is not None:
            return self._named(ResourceId(type_, name, literal(data.get("resource_group_name"))), data)
        if expression is not None:
            return self._symbolic(type_, expression, data)
        return []

    def _resolve(self, data: Data, at: Resource, depth: int) -> Iterator[Match]:
        if isinstance(data, str):
            identity = parse_id(data)
            if identity is not None:
                yield from self._named(identity, at)
        elif isinstance(data, Reference):
            yield from self._referenced(data, at)
        elif isinstance(data, Unknown) and data.alternatives:
            yield from self._either(data, at, depth)
        elif isinstance(data, Unknown):
            yield from self._undecided(data, at)

    def _referenced(self, reference: Reference, at: Resource) -> list[Match]:
        if not _is_id(reference):
            return []
        found = self.at_address(reference.address, at.unit)
        if found:
            return found
        data = self.data_source(reference.address, at.unit)
        return [] if data is None else self.behind(data)

    def _either(self, unknown: Unknown, at: Resource, depth: int) -> Iterator[Match]:
        """Certain is what all arms name; an arm that is null names nothing and says nothing."""
        if depth >= MAX_DEPTH:
            return
        arms = [
            {match.service: match for match in self._resolve(arm.data, at, depth + 1)}
            for arm in unknown.alternatives
            if arm.data is not None
        ]
        for arm in arms:
            for service, match in arm.items():
                everywhere = all(service in other and other[service].certain for other in arms)
                yield match._replace(certain=everywhere)

    def _undecided(self, unknown: Unknown, at: Resource) -> Iterator[Match]:
        """An expression: by the resources that flow into it, by the id that it spells, or by nothing at all."""
        identity = parse_id(unknown.expression)
        found = [m for reference in unknown.references if identity or _is_id(reference)
                 for m in self._flowing(reference, identity, at)]
        if found:
            sole = len({match.service for match in found}) == 1
            yield from (match._replace(certain=match.certain and sole) for match in found)
        elif identity is not None:
            yield from self._spelled(identity, at)
        elif not unknown.references:
            positions = self._by_unit.get(at.unit, ())
            yield from (Match(position, certain=False, guess=True) for position in positions)

    def _flowing(self, reference: Reference, identity: ResourceId | None, at: Resource) -> list[Match]:
        found = self.at_address(reference.address, at.unit)
        if not found and _is_id(reference):
            found = self._referenced(reference, at)
        if identity is None:
            return found
        return [match for match in found if arm_type(self.services[match.service]) == identity.type]

    def _spelled(self, identity: ResourceId, at: Resource) -> list[Match]:
        if _literal(identity.name):
            return self._named(identity, at)
        expression = _stable(identity.name)
        found = [] if expression is None else self._symbolic(identity.type, expression, at)
        if found:
            return found
        positions = self._by_unit.get(at.unit, ())
        return [Match(p, certain=False, guess=True) for p in positions if arm_type(self.services[p]) == identity.type]

    def _named(self, identity: ResourceId, at: Resource) -> list[Match]:
        found = [p for p in self._by_name.get((identity.type, identity.name), ()) if self._same_group(p, identity)]
        near = [position for position in found if self.services[position].resource.unit == at.unit]
        if near:
            return [Match(position, certain=len(near) == 1) for position in near]
        note = f"matched by the name {identity.name!r} across the scan"
        return [Match(position, certain=len(found) == 1, note=note) for position in found]

    def _symbolic(self, type_: str, expression: str, at: Resource) -> list[Match]:
        found = self._by_symbol.get((at.unit, module_of(at.address), type_, expression), ())
        return [Match(position, certain=len(found) == 1) for position in found]

    def _same_group(self, position: int, identity: ResourceId) -> bool:
        group = literal(self.services[position].resource.get("resource_group_name"))
        return group is None or identity.group is None or group == identity.group


def _is_id(reference: Reference) -> bool:
    """Whether a reference is to the resource's id; remote modules call it what they like (`resource_id`)."""
    last = reference.path[-1] if reference.path else ""
    if _is_call(reference):
        return isinstance(last, str) and (last == "id" or last.endswith("_id"))
    return reference.path == ("id",) or (reference.path[:1] == ("output",) and last == "id")


def _is_call(reference: Reference) -> bool:
    parts = segments(reference.address)
    return [name for name, _ in parts[-2:-1]] == ["module"]
