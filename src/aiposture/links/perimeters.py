"""Network security perimeters: which associations hold a service, and whom their profile's rules let in.

Modes and their meaning: an enforced association overrides the service's own network settings, learning and
audit leave them in force. A mode that is not stated is learning, the default of the service.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.links.across import Name
from aiposture.links.addresses import module_of
from aiposture.links.identity import Index
from aiposture.links.names import literal, symbol
from aiposture.model import Fact, FactValue, Origin, Perimeter, Reference, Resource, Unknown, Value

_ASSOCIATION = "azurerm_network_security_perimeter_association"
_RULE = "azurerm_network_security_perimeter_access_rule"
_ARM_ASSOCIATION = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations"
_ARM_RULE = "Microsoft.Network/networkSecurityPerimeters/profiles/accessRules"

WANTED = frozenset({_ASSOCIATION, _RULE, _ARM_ASSOCIATION, _ARM_RULE, "azapi_resource"})

_Key = tuple[str, ...]
_BY_ID = "profile id"


class _Association(NamedTuple):
    target: Value | None
    mode: Value | None
    profile: Value | None
    mode_property: str


def find(index: Index, resources: Sequence[Resource]) -> dict[int, list[Perimeter]]:
    """The perimeters of each service, by the service's position in the index."""
    present = [resource for resource in resources if resource.exists is not False and resource.mode != "data"]
    rules = _rules(present, index.names.given)
    found: dict[int, list[Perimeter]] = defaultdict(list)
    for resource in present:
        association = _association(resource)
        if association is None or association.target is None:
            continue
        profile = _key(association.profile, resource)
        _add_name(index.names.asked, profile, resource)
        perimeter = Perimeter(
            mode=_mode(association, resource),
            sources=_sources(rules.get(profile or (), ())),
            address=resource.address,
            location=resource.header,
        )
        for match in index.match(association.target, resource).matches:
            doubted = perimeter if match.certain else perimeter._replace(mode=_doubted(perimeter.mode, "whose it is"))
            found[match.service].append(doubted)
    return found


def _association(resource: Resource) -> _Association | None:
    if resource.type == _ASSOCIATION:
        return _Association(
            resource.get("resource_id"),
            resource.get("access_mode"),
            resource.get("network_security_perimeter_profile_id"),
            "access_mode",
        )
    if resource.type.casefold() == _ARM_ASSOCIATION.casefold():
        return _Association(
            resource.get("properties", "privateLinkResource", "id"),
            resource.get("properties", "accessMode"),
            resource.get("properties", "profile", "id"),
            "properties.accessMode",
        )
    return None


def _mode(association: _Association, resource: Resource) -> Fact:
    value = association.mode
    if value is None:
        fact = Fact("learning", Origin.DEFAULT, association.mode_property, resource.header, ("learning",))
    else:
        fact = _fact(value, association.mode_property)
    return _doubted(fact, "whether it exists") if isinstance(resource.exists, Unknown) else fact


def _fact(value: Value, name: str) -> Fact:
    data = value.data
    if isinstance(data, Unknown):
        arms = tuple(literal(arm) for arm in data.alternatives)
        possible: tuple[FactValue, ...] = () if None in arms else arms
        return Fact(data, Origin.UNRESOLVED, name, value.location, possible, None, data.expression, value.trail)
    text = literal(value) or "learning"
    stated = data if isinstance(data, str) else None
    return Fact(text, Origin.STATED, name, value.location, (text,), stated, None, value.trail)


def _doubted(mode: Fact, what: str) -> Fact:
    """The same mode, or none at all: then the service's own settings govern, as in learning."""
    expression = mode.expression or str(mode.stated or mode.value)
    unknown = Unknown(expression, f"{what} is not decided")
    return mode._replace(value=unknown, origin=Origin.UNRESOLVED, possible=(), expression=expression)


def _add_name(names: set[Name], profile: _Key | None, resource: Resource) -> None:
    """Add a profile by which other units can mean the same one: only its id does."""
    if profile is not None and profile[0] == _BY_ID:
        names.add(Name(resource.unit, *profile))


def _rules(resources: Sequence[Resource], given: set[Name]) -> dict[_Key, list[tuple[Value, str]]]:
    """The inbound prefixes of each profile, with the property that holds them; the profiles' ids are `given`."""
    found: dict[_Key, list[tuple[Value, str]]] = defaultdict(list)
    for resource in resources:
        for profile, direction, prefixes, name in _rule(resource):
            key = _key(profile, resource)
            _add_name(given, key, resource)
            if key is not None and prefixes is not None and literal(direction) != "outbound":
                found[key].append((prefixes, name))
    return found


def _rule(resource: Resource) -> Iterator[tuple[Value | None, Value | None, Value | None, str]]:
    if resource.type == _RULE:
        profile = resource.get("network_security_perimeter_profile_id")
        yield profile, resource.get("direction"), resource.get("address_prefixes"), "address_prefixes"
    elif resource.type.casefold() == _ARM_RULE.casefold():
        direction = resource.get("properties", "direction")
        prefixes = resource.get("properties", "addressPrefixes")
        yield resource.get("parent_id"), direction, prefixes, "properties.addressPrefixes"


def _key(profile: Value | None, resource: Resource) -> _Key | None:
    """What two mentions of one profile have in common: an address, an id, or an expression of one module."""
    if profile is None:
        return None
    if isinstance(profile.data, Reference):
        return "address", resource.unit, profile.data.address
    text = literal(profile)
    if text is not None:
        return _BY_ID, text
    expression = symbol(profile)
    return None if expression is None else ("expression", resource.unit, module_of(resource.address), expression)


def _sources(rules: Sequence[tuple[Value, str]]) -> Fact | None:
    if not rules:
        return None
    first, name = rules[0]
    prefixes: list[str] = []
    for value, _ in rules:
        for member in value.data if isinstance(value.data, tuple) else (value,):
            if isinstance(member.data, Unknown):
                unknown = member.data
                place = value.location
                return Fact(unknown, Origin.UNRESOLVED, name, place, (), None, unknown.expression, value.trail)
            text = literal(member)
            if text is not None:
                prefixes.append(text)
    return Fact(tuple(prefixes), Origin.STATED, name, first.location, (tuple(prefixes),), None, None, first.trail)
