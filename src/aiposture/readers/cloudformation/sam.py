"""The Serverless Application Model: which templates it is, and what its Globals give to each resource."""

from __future__ import annotations

from types import MappingProxyType

from aiposture.readers.cloudformation.nodes import Entry, List, Node, Object, call_of, object_of

TRANSFORM = "AWS::Serverless-2016-10-31"
APPLICATION = "AWS::Serverless::Application"

_GLOBALS = MappingProxyType(
    {
        f"AWS::Serverless::{name}": name
        for name in (
            "Api", "CapacityProvider", "Function", "HttpApi", "LayerVersion", "SimpleTable", "StateMachine",
            "WebSocketApi",
        )
    }
)  # fmt: skip


def with_globals(type_: str, properties: Node | None, template_globals: Object | None) -> Node | None:
    """The properties of a resource, with what the template's Globals say about all of its type."""
    section = _GLOBALS.get(type_)
    if section is None or template_globals is None:
        return properties
    shared = template_globals.get(section)
    return properties if shared is None else _merged(shared, properties)


def _merged(shared: Node, own: Node | None) -> Node:
    """Objects are merged, lists joined (the shared one first), everything else is the resource's own."""
    if own is None:
        return shared
    if object_of(shared) and object_of(own):
        assert isinstance(shared, Object)  # noqa: S101 - as just asked
        assert isinstance(own, Object)  # noqa: S101 - as just asked
        members = dict(shared.members)
        for name, entry in own.members.items():
            known = members.get(name)
            value = _merged(known.value, entry.value) if known else entry.value
            members[name] = Entry(name, entry.key, value)
        return Object(own.span, members)
    if isinstance(shared, List) and isinstance(own, List) and not call_of(shared):
        return List(own.span, (*shared.items, *own.items))
    return own
