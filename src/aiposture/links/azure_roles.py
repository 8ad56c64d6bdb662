"""Role assignments of Azure to the identities that AI services run as.

Assignments add up, and others may stand elsewhere: PASS says that those which stand here are narrow. Owner, Contributor
and User Access Administrator are broad where they hold for a resource group or more; on a single resource each of them
is a right on that resource alone. Ids are those of Azure's built-in roles:
https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aiposture.links.addresses import without_indexes
from aiposture.links.names import reference_of
from aiposture.model import AIService, Fact, FactValue, Reference, Resource, Unknown, Value

_TERRAFORM, _ARM = "azurerm_role_assignment", "microsoft.authorization/roleassignments"
_DEFINITION = "azurerm_role_definition"
WANTED: frozenset[str] = frozenset({_TERRAFORM, "Microsoft.Authorization/roleAssignments", _DEFINITION})

_BROAD = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
}
_BROAD_NAMES = {name.casefold(): name for name in _BROAD.values()}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GROUPS = re.compile(r"(?:^|\.)azurerm_(?:resource_group|subscription|client_config|management_group)\.")
_TEXT_GROUPS = ("/subscriptions/", "/providers/microsoft.management/managementgroups/")

_BROAD_ROLE, _NARROW = "broad-role", True


class _Grant(NamedTuple):
    """A role assignment: its role's place, what it means, and how the role and the scope are told."""

    role: Value
    name: str
    path: str
    meaning: FactValue
    where: str


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services with what the roles that the code gives to their identities allow."""
    grants = _grants(resources)
    return [_connected(service, grants) if grants else service for service in services]


def _connected(service: AIService, grants: Mapping[tuple[str, str], list[_Grant]]) -> AIService:
    resource = service.resource
    own = {without_indexes(address) for address in (resource.address, *_identities(resource))}
    found = [grant for address in sorted(own) for grant in grants.get((resource.unit, address), ())]
    if not found or resource.mode == "data" or "role_rights" in service.protections:
        return service
    worst = min(found, key=lambda grant: (grant.meaning != _BROAD_ROLE, not isinstance(grant.meaning, Unknown)))
    return service._replace(protections={**service.protections, "role_rights": (_fact(worst),)})


def _identities(resource: Resource) -> Iterator[str]:
    """The addresses of the identities that are assigned to a service: those of Terraform, whose ids are references."""
    listed = resource.get("identity", 0, "identity_ids")
    for each in listed.data if listed is not None and isinstance(listed.data, tuple) else ():
        reference = reference_of(each)
        if reference is not None:
            yield reference.address


def _grants(resources: Sequence[Resource]) -> Mapping[tuple[str, str], list[_Grant]]:
    """The assignments of each unit, by the address of what has the identity."""
    definitions = {
        (each.unit, without_indexes(each.address)): each
        for each in resources
        if each.type == _DEFINITION and each.mode == "data"
    }
    found: dict[tuple[str, str], list[_Grant]] = defaultdict(list)
    for resource in resources:
        if resource.mode != "managed" or resource.exists is False:
            continue
        principal = _first(resource, ("principal_id",), ("properties", "principalId"))
        reference = None if principal is None else reference_of(principal)
        grant = None if reference is None else _grant(resource, definitions)
        if reference is not None and grant is not None:
            found[resource.unit, without_indexes(reference.address)].append(grant)
    return found


def _grant(resource: Resource, definitions: Mapping[tuple[str, str], Resource]) -> _Grant | None:
    if resource.type == _TERRAFORM:
        role = _first(resource, ("role_definition_name",), ("role_definition_id",))
        path = "role_definition_id" if resource.get("role_definition_name") is None else "role_definition_name"
    elif resource.type.casefold() == _ARM:
        role, path = resource.get("properties", "roleDefinitionId"), "roleDefinitionId"
    else:
        return None
    if role is None:
        return None
    name = _role(role, resource.unit, definitions)
    wide = _is_wide(resource)
    meaning: FactValue = _NARROW
    if name is None and wide is not False:
        meaning = Unknown(role.spelled, "which role it is, is not decided")
    elif name in _BROAD_NAMES and wide is not False:
        meaning = _BROAD_ROLE if wide else Unknown(role.spelled, "for what the role is given, is not decided")
    shown = _BROAD_NAMES.get(name or "", name) or role.spelled
    return _Grant(role, shown, path, meaning, f"{resource.address}, line {resource.location.line}")


def _role(role: Value, unit: str, definitions: Mapping[tuple[str, str], Resource]) -> str | None:
    """The name of a role in lower case; its id if it is none of the broad ones, and None if it is not decided."""
    if isinstance(role.data, Reference) and role.data.address:
        definition = definitions.get((unit, without_indexes(role.data.address)))
        named = None if definition is None else _first(definition, ("name",), ("role_definition_id",))
        if named is not None and isinstance(named.data, str):
            return _BROAD.get(named.data.casefold(), named.data).casefold()
    ids: list[str] = _GUID.findall(role.spelled)
    if ids:
        return _BROAD.get(ids[-1].casefold(), ids[-1]).casefold()
    return role.data.casefold() if isinstance(role.data, str) else None


def _is_wide(assignment: Resource) -> bool | None:
    """Whether it is for a resource group or more; None if that is not decided."""
    scope = assignment.get("scope")
    if scope is None:
        return True if assignment.type != _TERRAFORM else None  # in ARM it is for what the deployment goes to
    if isinstance(scope.data, Reference) and scope.data.address:
        return _GROUPS.search(scope.data.address) is not None
    text = scope.spelled.strip("\"'").casefold()
    if not text.startswith("/"):
        return None if isinstance(scope.data, Unknown) else False  # a type and a name
    if text.rpartition("/providers/")[2] != text and not text.startswith(_TEXT_GROUPS[1]):
        return False
    return True if text.startswith(_TEXT_GROUPS) else None


def _first(resource: Resource, *paths: tuple[str, ...]) -> Value | None:
    return next((value for path in paths if (value := resource.get(*path)) is not None), None)


def _fact(grant: _Grant) -> Fact:
    return Fact.of(grant.path, grant.role, grant.meaning)._replace(stated=grant.name, note=grant.where)
