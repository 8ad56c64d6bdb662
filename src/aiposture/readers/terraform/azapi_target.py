"""Which resource an `azapi_update_resource` changes, and which ARM type an azapi resource has."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.model import Reference, Resource, Unknown, Value
from aiposture.readers.terraform.azapi_overlay import ARM_TYPES

# The type is written out and only the version is an expression: "Microsoft.Search/searchServices@${var.version}".
_LITERAL_TYPE = r'"?([A-Za-z][\w.]*(?:/\w+)+)@'


class ArmType(NamedTuple):
    """An ARM type and the API version that the code asks for, None if that is not decided."""

    type: str
    api_version: str | None


def arm_type_of(value: Value | None) -> ArmType | None:
    """The ARM type in an azapi `type` argument; None if it is not decided."""
    if value is None:
        return None
    data = value.data
    if isinstance(data, str):
        name, _, version = data.partition("@")
        return ArmType(name, version or None)
    if not isinstance(data, Unknown):
        return None
    arms = {arm_type_of(arm) for arm in data.alternatives}
    names = {arm.type.casefold() for arm in arms if arm is not None}
    if arms and None not in arms and len(names) == 1:
        found = next(arm for arm in arms if arm is not None)
        return found if len(arms) == 1 else ArmType(found.type, None)
    literal = re.match(_LITERAL_TYPE, data.expression) if not data.alternatives else None
    return None if literal is None else ArmType(literal[1], None)


def target_of(update: Resource, resources: Sequence[Resource]) -> int | None:
    """The index in `resources` of the one resource that `update` changes; None if the code does not tell.

    Found by `resource_id` (a reference or an id that is written out), or by `name` and `parent_id`.
    """
    declared = arm_type_of(update.properties.get("type"))
    candidates = list(_candidates(update, resources, None if declared is None else declared.type.casefold()))
    identifier = update.properties.get("resource_id")
    if identifier is not None:
        found = [index for index in candidates if _has_id(resources[index], identifier, update)]
    else:
        found = [index for index in candidates if _has_name(resources[index], update)]
    return found[0] if len(found) == 1 else None


def _candidates(update: Resource, resources: Sequence[Resource], arm_type: str | None) -> Iterator[int]:
    for index, resource in enumerate(resources):
        if resource.mode != "managed" or resource is update or resource.exists is False:
            continue
        own = resource.type if "/" in resource.type else ARM_TYPES.get(resource.type, "")
        # Without a type of its own the update has only its reference to tell; an unlisted type has no ARM name here.
        if own and arm_type in (None, own.casefold()):
            yield index


def _has_id(candidate: Resource, identifier: Value, update: Resource) -> bool:
    data = identifier.data
    if isinstance(data, Reference):
        return candidate.address == data.address
    if isinstance(data, str):
        return _same_text(_last_segment(data), candidate.properties.get("name"))
    if not isinstance(data, Unknown):
        return False
    named = [reference for reference in data.references if reference.address == candidate.address]
    written = _last_segment(data.expression.strip('"'))
    return bool(named) or (
        "$" not in written
        and _in_same_module(candidate, update)
        and _same_text(written, candidate.properties.get("name"))
    )


def _has_name(candidate: Resource, update: Resource) -> bool:
    name = update.properties.get("name")
    parent, own = update.properties.get("parent_id"), candidate.properties.get("parent_id")
    if name is None or (parent is not None and own is not None and _differ(parent, own)):
        return False
    data, own_name = name.data, candidate.properties.get("name")
    if isinstance(data, Reference) and data.address == candidate.address:
        return True
    if isinstance(data, str):
        return _same_text(data, own_name)
    return (
        isinstance(data, Unknown)
        and own_name is not None
        and isinstance(own_name.data, Unknown)
        and own_name.data.expression == data.expression
        and _in_same_module(candidate, update)
    )


def _differ(left: Value, right: Value) -> bool:
    if isinstance(left.data, str) and isinstance(right.data, str):
        return left.data.casefold() != right.data.casefold()
    if isinstance(left.data, Reference) and isinstance(right.data, Reference):
        return left.data.address != right.data.address
    return False


def _same_text(text: str, name: Value | None) -> bool:
    return name is not None and isinstance(name.data, str) and name.data.casefold() == text.casefold()


def _last_segment(identifier: str) -> str:
    return identifier.rstrip("/").rpartition("/")[2]


def _in_same_module(left: Resource, right: Resource) -> bool:
    return _module(left) == _module(right)


def _module(resource: Resource) -> str:
    return resource.address.removesuffix(resource.address[resource.address.rfind(f"{resource.declared_type}.") :])
