"""Who is meant: from a value that should be a resource id to the services that it can be the id of.

Three ways lead to a service: its address in the same unit, its literal id or name anywhere in the scan, and
its name as the same expression in the same module.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.links.across import Name, Names
from aiposture.links.addresses import compatible, module_of, segments, without_indexes
from aiposture.links.names import ResourceId, is_literal, literal, name_owner, parse_id, stable, symbol
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

# What a remote module creates is told by the sub-resource that its endpoints reach (azure.md of private link groups).
_MODULE_GROUPS = {
    "account": "microsoft.cognitiveservices/accounts",
    "amlworkspace": "microsoft.machinelearningservices/workspaces",
    "searchservice": "microsoft.search/searchservices",
}


class Match(NamedTuple):
    """A service (its position) that a value names, or one of several that it can name."""

    service: int
    certain: bool
    note: str | None = None


class Guess(NamedTuple):
    """A value that can name any service of its unit: of a type, or whichever."""

    type: str | None


class Answer(NamedTuple):
    """The services that a value names, each at most once, and what else it can name."""

    matches: tuple[Match, ...]
    guesses: frozenset[Guess]


def arm_type(service: AIService) -> str | None:
    """The type that ids of this service carry, in lower case; None if it is not known."""
    resource = service.resource
    if resource.mode == "module":
        groups = (_MODULE_GROUPS.get(group.casefold()) for group in service.endpoint_groups)
        return next((type_ for type_ in groups if type_), None)
    return resource.type.casefold() if "/" in resource.type else ARM_TYPES.get(resource.type)


class Index:
    """The services of a scan, findable by address, by id and by name, each in constant time."""

    def __init__(
        self, services: Sequence[AIService], resources: Sequence[Resource], names: Names | None = None
    ) -> None:
        """`resources` are those of the whole scan: the data sources among them lead to services by name.

        To `names` is added what units give and ask for across the scan.
        """
        self.services = services
        self.names = Names() if names is None else names
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
            self.names.given.add(Name(resource.unit, type_, text))
        if expression is not None:
            self._by_symbol[resource.unit, module_of(resource.address), type_, expression].append(position)

    def match(self, target: Value, at: Resource) -> Answer:
        """The services that `target`, a resource id as `at` has it, names or can name."""
        best: dict[int, Match] = {}
        guesses: set[Guess] = set()
        for found in self._resolve(target.data, at, 0):
            if isinstance(found, Guess):
                guesses.add(found)
            elif found.service not in best or found.certain:
                best[found.service] = found
        return Answer(tuple(best.values()), frozenset(guesses))

    def guessed(self, guess: Guess, unit: str) -> list[Match]:
        """The services of a unit that a guess can mean."""
        return [
            Match(position, certain=False)
            for position in self._by_unit.get(unit, ())
            if guess.type is None or arm_type(self.services[position]) == guess.type
        ]

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

    def _resolve(self, data: Data, at: Resource, depth: int) -> Iterator[Match | Guess]:
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

    def _either(self, unknown: Unknown, at: Resource, depth: int) -> Iterator[Match | Guess]:
        """Certain is what all arms name; an arm that is null names nothing and says nothing."""
        if depth >= MAX_DEPTH:
            return
        arms: list[dict[int, Match]] = []
        for alternative in unknown.alternatives:
            if alternative.data is None:
                continue
            found = list(self._resolve(alternative.data, at, depth + 1))
            yield from (guess for guess in found if isinstance(guess, Guess))
            arms.append({match.service: match for match in found if isinstance(match, Match)})
        for arm in arms:
            for service, match in arm.items():
                everywhere = all(service in other and other[service].certain for other in arms)
                yield match._replace(certain=everywhere)

    def _undecided(self, unknown: Unknown, at: Resource) -> Iterator[Match | Guess]:
        """An expression: by the resources that flow into it, by the id that it spells, or by nothing at all."""
        identity = parse_id(unknown.expression)
        found = [
            m
            for reference in unknown.references
            if identity or _is_id(reference)
            for m in self._flowing(reference, identity, at)
        ]
        if found:
            sole = len({match.service for match in found}) == 1
            yield from (match._replace(certain=match.certain and sole) for match in found)
        elif identity is not None:
            yield from self._spelled(identity, at)
        elif not unknown.references:
            yield Guess(None)

    def _flowing(self, reference: Reference, identity: ResourceId | None, at: Resource) -> list[Match]:
        found = self.at_address(reference.address, at.unit)
        if not found and _is_id(reference):
            found = self._referenced(reference, at)
        if identity is None:
            return found
        return [match for match in found if arm_type(self.services[match.service]) == identity.type]

    def _spelled(self, identity: ResourceId, at: Resource) -> Sequence[Match | Guess]:
        if is_literal(identity.name):
            return self._named(identity, at)
        owner = name_owner(identity.name)
        if owner is not None:
            module = module_of(at.address)
            return self.at_address(f"{module}.{owner}" if module else owner, at.unit)
        expression = stable(identity.name)
        found = [] if expression is None else self._symbolic(identity.type, expression, at)
        return found or [Guess(identity.type)]

    def _named(self, identity: ResourceId, at: Resource) -> list[Match]:
        found = [p for p in self._by_name.get((identity.type, identity.name), ()) if self._same_group(p, identity)]
        near = [position for position in found if self.services[position].resource.unit == at.unit]
        if near:
            return [Match(position, certain=len(near) == 1) for position in near]
        self.names.asked.add(Name(at.unit, identity.type, identity.name))
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
