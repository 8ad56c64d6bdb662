"""Private endpoints: which of them lead into a service.

Only the inbound side counts. A managed private endpoint of another service arrives at this one as a connection
that waits for approval, so it is never more than manual; endpoints that a service itself opens to others are
other types and are not looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.links.identity import Guess, Index, Match
from aiposture.links.names import literal
from aiposture.model import Location, PrivateEndpoint, Resource, Unknown, Value

ENDPOINT_MODULES = frozenset(
    {
        "Azure/avm-res-network-privateendpoint/azurerm",
        "registry.terraform.io/Azure/avm-res-network-privateendpoint/azurerm",
    }
)

# Managed private endpoints of other services, and the property that names what they lead to.
MANAGED = {
    "azurerm_dashboard_grafana_managed_private_endpoint": "private_link_resource_id",
    "azurerm_data_factory_managed_private_endpoint": "target_resource_id",
    "azurerm_kusto_cluster_managed_private_endpoint": "private_link_resource_id",
    "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint": "service_resource_id",
    "azurerm_search_shared_private_link_service": "target_resource_id",
    "azurerm_stream_analytics_managed_private_endpoint": "target_resource_id",
    "azurerm_synapse_managed_private_endpoint": "target_resource_id",
}

_ARM_ENDPOINT = "microsoft.network/privateendpoints"

# An approved connection as a resource of its own is the very object that Azure Policy d6759c02 counts.
_APPROVALS = frozenset(
    {
        "microsoft.botservice/botservices/privateendpointconnections",
        "microsoft.cognitiveservices/accounts/privateendpointconnections",
        "microsoft.machinelearningservices/workspaces/privateendpointconnections",
        "microsoft.search/searchservices/privateendpointconnections",
    }
)

WANTED = (
    ENDPOINT_MODULES
    | MANAGED.keys()
    | {
        "azurerm_private_endpoint",
        "azapi_resource",
        "Microsoft.Network/privateEndpoints",
        "Microsoft.BotService/botServices/privateEndpointConnections",
        "Microsoft.CognitiveServices/accounts/privateEndpointConnections",
        "Microsoft.MachineLearningServices/workspaces/privateEndpointConnections",
        "Microsoft.Search/searchServices/privateEndpointConnections",
    }
)

_UNDECIDED_TARGET = "which resource it leads to is not decided"
_UNDECIDED_APPROVAL = "whether its connection waits for approval is not decided"
_OUTBOUND = "a managed private endpoint of another service: its connection waits for approval here"


class Connection(NamedTuple):
    """One connection of an endpoint: what it leads to and how. `groups` is None if they are not decided."""

    target: Value
    groups: frozenset[str] | None = None
    manual: bool | Unknown = False
    note: str | None = None
    guessing: bool = True


_Guessed = tuple[str, frozenset[str] | None, Guess]


def find(index: Index, resources: Sequence[Resource]) -> dict[int, list[PrivateEndpoint]]:
    """The endpoints of each service, by the service's position in the index."""
    found: dict[int, list[PrivateEndpoint]] = defaultdict(list)
    guessed: set[_Guessed] = set()
    for resource in resources:
        if resource.exists is False or resource.mode == "data":
            continue
        for connection in _connections(resource):
            for match in _targets(index, connection, resource, guessed):
                found[match.service].append(_endpoint(match, connection, resource))
    return found


def _targets(index: Index, connection: Connection, resource: Resource, guessed: set[_Guessed]) -> Iterator[Match]:
    answer = index.match(connection.target, resource)
    matches = {match.service: match for match in answer.matches}
    for guess in answer.guesses if connection.guessing else ():
        # One endpoint that could lead anywhere makes a service undecided; a thousand say no more than that.
        if (resource.unit, connection.groups, guess) not in guessed:
            guessed.add((resource.unit, connection.groups, guess))
            for match in index.guessed(guess, resource.unit):
                matches.setdefault(match.service, match)
    for match in matches.values():
        groups = {group.casefold() for group in index.services[match.service].endpoint_groups}
        if groups and (not connection.groups or connection.groups & groups):
            yield match


def _endpoint(match: Match, connection: Connection, resource: Resource) -> PrivateEndpoint:
    notes = [match.note, connection.note, *_conditions(match, connection, resource)]
    return PrivateEndpoint(
        state="unknown" if not match.certain else "bound" if connection.manual is False else "manual",
        address=resource.address,
        location=_place(connection, resource),
        note="; ".join(note for note in notes if note) or None,
    )


def _conditions(match: Match, connection: Connection, resource: Resource) -> Iterator[str]:
    if not match.certain:
        yield _UNDECIDED_TARGET
    if isinstance(connection.manual, Unknown):
        yield _UNDECIDED_APPROVAL
    if isinstance(resource.exists, Unknown):
        yield f"it exists only under a condition: {resource.exists.expression}"


def _place(connection: Connection, resource: Resource) -> Location:
    target = connection.target.location
    return target if resource.location.covers(target) else resource.header


def _connections(resource: Resource) -> Iterator[Connection]:
    if resource.type == "azurerm_private_endpoint":
        yield from _azurerm(resource)
    elif resource.type in ENDPOINT_MODULES:
        target = resource.get("private_connection_resource_id")
        if target is not None:
            yield Connection(target, _groups(resource.get("subresource_names")))
    elif resource.type in MANAGED:
        target = resource.get(MANAGED[resource.type])
        if target is not None:
            yield Connection(target, manual=True, note=_OUTBOUND, guessing=False)
    elif resource.type.casefold() == _ARM_ENDPOINT:
        yield from _arm(resource, "privateLinkServiceConnections", manual=False)
        yield from _arm(resource, "manualPrivateLinkServiceConnections", manual=True)
    elif resource.type.casefold() in _APPROVALS:
        yield from _approval(resource)


def _azurerm(resource: Resource) -> Iterator[Connection]:
    for block in _members(resource.get("private_service_connection")):
        target = block.get("private_connection_resource_id")
        if target is not None:
            manual = block.get("is_manual_connection")
            yield Connection(target, _groups(block.get("subresource_names")), _flag(manual))


def _arm(resource: Resource, name: str, *, manual: bool) -> Iterator[Connection]:
    for connection in _members(resource.get("properties", name)):
        target = connection.get("properties", "privateLinkServiceId", ignore_case=True)
        if target is not None:
            yield Connection(target, _groups(connection.get("properties", "groupIds", ignore_case=True)), manual)


def _approval(resource: Resource) -> Iterator[Connection]:
    status = resource.get("properties", "privateLinkServiceConnectionState", "status")
    parent = resource.get("parent_id")
    if parent is None or literal(status) in {"rejected", "disconnected"}:
        return
    manual: bool | Unknown = literal(status) != "approved"
    if status is not None and isinstance(status.data, Unknown):
        manual = status.data
    yield Connection(parent, _groups(resource.get("properties", "groupIds")), manual, guessing=False)


def _members(value: Value | None) -> tuple[Value, ...]:
    """The members of a list of blocks; the value itself if it is undecided, or a single object."""
    if value is None:
        return ()
    return value.data if isinstance(value.data, tuple) else (value,)


def _groups(value: Value | None) -> frozenset[str] | None:
    if value is None or not isinstance(value.data, tuple):
        return None
    names = [literal(member) for member in value.data]
    known = frozenset(name for name in names if name is not None)
    return known if len(known) == len(set(names)) else None


def _flag(value: Value | None) -> bool | Unknown:
    if value is None:
        return False
    if isinstance(value.data, Unknown):
        return value.data
    return value.data is True or literal(value) == "true"
