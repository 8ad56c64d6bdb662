"""azapi resources as what they are: ARM resources with an ARM body.

The azapi provider hands a body to Azure as it is, so an `azapi_resource` is folded into a resource of its ARM type,
and an `azapi_update_resource` is laid over the resource that it patches, as the provider and Azure would do it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aiposture.model import Data, Resource, Unknown, Value
from aiposture.readers.terraform.azapi_overlay import lay_over
from aiposture.readers.terraform.azapi_target import arm_type_of, target_of
from aiposture.readers.terraform.containers import combine
from aiposture.readers.terraform.merge import merge

_UPDATE = "azapi_update_resource"
_FOLDED = frozenset({"azapi_resource", _UPDATE})
_ARGUMENTS = ("name", "location", "parent_id", "tags")
# What a body that is not decided may hold; every member is then as unknown as the body.
_BODY_MEMBERS = ("properties", "identity", "kind", "sku")
_MAX_DEPTH = 64


def fold(resources: Sequence[Resource]) -> list[Resource]:
    """The resources with every `azapi_resource` in ARM's shape and every `azapi_update_resource` laid over its target.

    A resource whose ARM type is not decided stays as it is, and so does an update: its effect is in the target,
    whose changed values are placed in the update's text. Raises nothing.
    """
    folded = [_arm_resource(one) if one.declared_type == "azapi_resource" else one for one in resources]
    for number, update in enumerate(folded):
        if update.declared_type == _UPDATE and update.mode == "managed" and update.exists is not False:
            _apply(folded, number, update)
    return folded


def _apply(resources: list[Resource], number: int, update: Resource) -> None:
    target = target_of(update, resources)
    if target is None:
        resources[number] = update._replace(notes=(*update.notes, "the resource that it updates is not known"))
        return
    patched = lay_over(resources[target], _body(update), exists=update.exists)
    resources[target] = patched._replace(notes=(*patched.notes, f"changed by {update.address}"))


def _arm_resource(resource: Resource) -> Resource:
    declared = arm_type_of(resource.properties.get("type"))
    if declared is None:
        return resource
    arguments = {name: value for name in _ARGUMENTS if (value := resource.properties.get(name)) is not None}
    identity = _identity(resource.properties.get("identity"))
    if identity is not None:
        arguments["identity"] = identity
    body = _body(resource)
    undecided = {} if identity is None else {"identity": identity}
    members = combine((arguments, body.members(), undecided if _is_undecided(body, "identity") else {}))
    return resource._replace(
        type=declared.type,
        api_version=declared.api_version,
        properties=resource.properties.with_data(members),
    )


def _is_undecided(body: Value, name: str) -> bool:
    member = body.members().get(name)
    return member is not None and isinstance(member.data, Unknown)


def _body(resource: Resource) -> Value:
    """What the provider sends: `sensitive_body` over `body`, always an object."""
    body = _object(resource.properties.get("body"), resource)
    sensitive = resource.properties.get("sensitive_body")
    return body if sensitive is None else merge(body, _object(sensitive, resource))


def _object(body: Value | None, resource: Resource) -> Value:
    if body is None:
        return Value({}, resource.header)
    decoded = _decoded(body)
    if not isinstance(decoded.data, Unknown):
        return decoded if isinstance(decoded.data, Mapping) else decoded.with_data({})
    members = {name: member for name in _BODY_MEMBERS if (member := decoded.get(name)) is not None}
    return decoded.with_data(members)


def _decoded(body: Value) -> Value:
    # The value inside a jsonencode() call keeps the places of its members; the text alone has lost them.
    inside = getattr(body.data, "value", None)
    if isinstance(inside, Value):
        return inside
    data = body.data
    if isinstance(data, str):
        return _from_text(data, body)
    if isinstance(data, Unknown) and data.alternatives:
        return body.with_data(data.replace(alternatives=tuple(_decoded(arm) for arm in data.alternatives)))
    return body


def _from_text(text: str, body: Value) -> Value:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return body.with_data(Unknown("body", "the body is not JSON"))
    return _placed(plain, body, 0)


def _placed(plain: Any, place: Value, depth: int) -> Value:
    data: Data = plain
    if depth > _MAX_DEPTH:
        data = Unknown("body", "the body is nested too deeply")
    elif isinstance(plain, dict):
        data = {key: _placed(member, place, depth + 1) for key, member in plain.items()}
    elif isinstance(plain, list):
        data = tuple(_placed(member, place, depth + 1) for member in plain)
    return place.with_data(data)


def _identity(blocks: Value | None) -> Value | None:
    """The `identity` block in ARM's shape; None if there is none."""
    if blocks is None:
        return None
    data = blocks.data
    if isinstance(data, Unknown):
        arms = ((arm, _identity(arm)) for arm in data.alternatives)
        shaped = tuple(arm.with_data(None) if identity is None else identity for arm, identity in arms)
        return blocks.with_data(data.replace(alternatives=shaped))
    block = blocks if isinstance(data, Mapping) else blocks.get(0)
    if block is None:
        return None
    members = {"type": kind} if (kind := block.get("type")) is not None else {}
    ids = block.get("identity_ids")
    if ids is not None:
        members["userAssignedIdentities"] = ids if isinstance(ids.data, Unknown) else _assigned(ids)
    return block.with_data(members)


def _assigned(ids: Value) -> Value:
    members: dict[str, Value] = {}
    for item in ids.items():
        if isinstance(item.data, Unknown):
            # ARM has the id as the key; as this one is not decided its value tells whose it is.
            members[item.data.expression] = item
        elif isinstance(item.data, str):
            members[item.data] = item.with_data({})
    return ids.with_data(members)
