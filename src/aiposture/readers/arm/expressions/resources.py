"""Ids of resources: of one in the deployment a reference to it, else the id, else an unknown that spells it."""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Reference, Unknown, Value
from aiposture.readers.arm.expressions.arguments import FunctionError, Site, Undecided, spoken, text
from aiposture.readers.arm.expressions.scope import ResourceName, Scope
from aiposture.readers.arm.expressions.unknowns import (
    TemplateText,
    call_text,
    reason_of,
    references_of,
    template_text,
    trail_of,
    unknown,
)

_RESOURCE_GROUPS = "microsoft.resources/resourcegroups"  # the one type whose ids name no provider


def resource_id(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`resourceId([subscription], [group], type, name, ...)`."""
    before, type_, names = _split(site, args, 2)
    group = before[-1] if before else None
    subscription = before[0] if len(before) == 2 else None  # noqa: PLR2004 - subscription and group
    name = ResourceName(type_, names, subscription, group)
    prefix: list[Value | str] = [*_subscription(site, scope, name), "/resourceGroups/", _group(site, scope, name)]
    return _id(site, scope, args, name, prefix)


def subscription_resource_id(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`subscriptionResourceId([subscription], type, name, ...)`."""
    before, type_, names = _split(site, args, 1)
    name = ResourceName(type_, names, before[0] if before else None)
    prefix = _subscription(site, scope, name)
    if type_.casefold() != _RESOURCE_GROUPS or scope.resource(name) is not None:
        return _id(site, scope, args, name, prefix)
    return _joined(site, args, [*prefix, "/resourceGroups/", *names])


def tenant_resource_id(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`tenantResourceId(type, name, ...)`."""
    _, type_, names = _split(site, args, 0)
    name = ResourceName(type_, names)
    return _id(site, scope, args, name, [])


def management_group_resource_id(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`managementGroupResourceId([management group], type, name, ...)`."""
    before, type_, names = _split(site, args, 1)
    group = before[0] if before else _fact(site, scope, "managementGroup", "name")
    prefix: list[Value | str] = ["/providers/Microsoft.Management/managementGroups/", group]
    name = ResourceName(type_, names)
    return _id(site, scope, args, name, prefix)


def extension_resource_id(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`extensionResourceId(id, type, name, ...)`; the id can be that of a resource group as well."""
    before, type_, names = _split(site, args[1:], 0)
    if before:
        raise FunctionError("the names do not fit the type")
    base = args[0]
    subscription, group = _group_of(base)
    name = ResourceName(type_, names, subscription, group, base if subscription is None else None)
    return _id(site, scope, args, name, [base])


def _split(site: Site, args: Sequence[Value], most: int) -> tuple[Sequence[Value], str, tuple[Value, ...]]:
    """What stands before the type, the type, and the names, one for each of its segments."""
    for at, arg in enumerate(args[: most + 1]):
        type_ = arg.data
        segments = type_.strip("/").split("/") if isinstance(type_, str) else []
        if len(segments) > 1 and "." in segments[0] and len(segments) == len(args) - at:
            return args[:at], str(type_).strip("/"), tuple(args[at + 1 :])
    if all(arg.known for arg in args):
        raise FunctionError(f"the names do not fit the type in {site.name}()")
    raise Undecided(reason_of(args))


def _id(site: Site, scope: Scope, args: Sequence[Value], name: ResourceName, prefix: Sequence[Value | str]) -> Value:
    address = scope.resource(name)
    if address is None:
        return _spelled(site, args, name, prefix)
    data = Reference(
        call_text(site, args), f"{address} is not deployed yet", references_of(*args), (), address, ("id",)
    )
    return Value(data, site.location, trail_of(*args))


def _group(site: Site, scope: Scope, name: ResourceName) -> Value:
    return _fact(site, scope, "resourceGroup", "name") if name.group is None else name.group


def _subscription(site: Site, scope: Scope, name: ResourceName) -> list[Value | str]:
    given = name.subscription
    return ["/subscriptions/", _fact(site, scope, "subscription", "subscriptionId") if given is None else given]


def _fact(site: Site, scope: Scope, name: str, member: str) -> Value:
    fact = scope.fact(name)
    known = None if fact is None else fact.get(member, ignore_case=True)
    if known is not None:
        return known
    return unknown(f"{name}().{member}", site.location, (), "the deployment decides it", something=True)


def _spelled(site: Site, args: Sequence[Value], name: ResourceName, prefix: Sequence[Value | str]) -> Value:
    namespace, *segments = name.type.split("/")
    pieces: list[Value | str] = [*prefix, f"/providers/{namespace}"]
    for segment, part in zip(segments, name.names, strict=True):
        pieces += [f"/{segment}/", part]
    return _joined(site, args, pieces)


def _joined(site: Site, args: Sequence[Value], pieces: Sequence[Value | str]) -> Value:
    """An id of these pieces, as far as they are known."""
    if all(isinstance(piece, str) or piece.known for piece in pieces):
        whole = "".join(piece if isinstance(piece, str) else spoken(piece) for piece in pieces)
        return Value(whole, site.location, trail_of(*args))
    return template_text(pieces, site.location, tuple(piece for piece in pieces if isinstance(piece, Value)))


def _group_of(base: Value) -> tuple[Value | None, Value | None]:
    """The subscription and the group, if an id is that of a subscription or a resource group."""
    spelled = base.data.expression if isinstance(base.data, Unknown) else text(base)
    parts = _segments(spelled) if isinstance(spelled, TemplateText) or not isinstance(base.data, Unknown) else []
    words = [part.casefold() for part in parts]
    if len(parts) not in {2, 4} or words[0] != "subscriptions" or words[2:3] not in ([], ["resourcegroups"]):
        return None, None
    values = [_part(base, part) for part in parts]
    return values[1], values[3] if len(values) == 4 else None  # noqa: PLR2004 - with a resource group


def _part(base: Value, part: str) -> Value:
    if not part.startswith("${"):
        return Value(part, base.location)
    sole = part.endswith("}") and part.count("${") == 1
    expression = part[2:-1] if sole else TemplateText(part)
    return unknown(expression, base.location, (base,), something=True)


def _segments(spelled: str) -> list[str]:
    """An id cut at slashes that stand outside of `${...}`."""
    parts, depth = [""], 0
    for character in spelled:
        depth += (character == "{") - (character == "}" and depth > 0)
        if character == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def named_by(spelled: Value) -> ResourceName | None:
    """The resource that an id, literal or with unknown parts, names; None if the value is no such id."""
    data = spelled.data
    known = isinstance(data, str) or (isinstance(data, Unknown) and isinstance(data.expression, TemplateText))
    if not known:
        return None
    parts = _segments(data.expression if isinstance(data, Unknown) else str(data))
    at = next((i for i in reversed(range(len(parts))) if parts[i].casefold() == "providers"), None)
    if at is None or len(parts) - at < 4 or (len(parts) - at) % 2:  # noqa: PLR2004 - provider, type and name
        return None
    type_ = "/".join([parts[at + 1], *parts[at + 2 :: 2]])
    return ResourceName(type_, tuple(_part(spelled, part) for part in parts[at + 3 :: 2]))
