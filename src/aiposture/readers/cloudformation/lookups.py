"""Functions that look a value up: by the name of a parameter, a resource, a mapping or an export."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model import Step, Unknown, Value
from aiposture.readers.cloudformation.arguments import arguments, evaluated, one_of
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Call, List, Node, Object, object_of, text_of
from aiposture.readers.cloudformation.values import choose, scalar_text, spell, trail_of, unknown

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope

_KEYS = 3  # the mapping's name and two keys
_MAX_CANDIDATES = 1000


def _ref(call: Call, scope: Scope) -> Value:
    name = scope.evaluate(call.argument)
    if not name.known:
        return unknown(call.span, "", (name,))
    return scope.named(scalar_text(name), call.span)


def _get_att(call: Call, scope: Scope) -> Value:
    if isinstance(call.argument, List):
        parts = evaluated(call.argument.items, scope)
        if not all(part.known for part in parts):
            return unknown(call.span, "", parts)
        text = ".".join(scalar_text(part) for part in parts)
    else:
        text = text_of(call.argument) or ""
    name, _, attribute = text.partition(".")
    if not name or not attribute:
        raise MalformedError("Fn::GetAtt takes a resource and an attribute")
    return scope.attribute(name, tuple(attribute.split(".")), call.span)


def _import_value(call: Call, scope: Scope) -> Value:
    name = one_of(scope.evaluate(call.argument), "the name of an export")
    text = spell(name)
    # The service refuses to export an empty text.
    return unknown(call.span, f"another stack exports {text}", (name,), f"Fn::ImportValue {text}", filled=True)


def _find_in_map(call: Call, scope: Scope) -> Value:
    nodes = arguments(call, _KEYS, _KEYS + 1)
    name, *keys = evaluated(nodes[:_KEYS], scope)
    default = _default(nodes[_KEYS:], scope)
    found = [] if default is None else [default]
    decided = name.known and all(key.known for key in keys)
    for mapping in _named(name, scope):
        leaves = list(_leaves(scope.mapping(mapping), keys, f"mapping {mapping}"))
        if decided and leaves:
            found = []
        for step, node in leaves[:_MAX_CANDIDATES]:
            value = scope.evaluate(node)
            found.append(Value(value.data, call.span.location, (Step("value", step, node.span.location), *value.trail)))
        if len(leaves) > _MAX_CANDIDATES:
            return unknown(call.span, "", (name, *keys))
    if not found:
        raise MalformedError("the mapping has no such keys")
    if decided:
        return Value(found[0].data, call.span.location, trail_of(found[0], *keys))
    return choose(call.span, found, (name, *keys))


def _default(nodes: tuple[Node, ...], scope: Scope) -> Value | None:
    options = object_of(nodes[0]) if nodes else None
    node = options.get("DefaultValue") if options else None
    return None if node is None else scope.evaluate(node)


def _named(name: Value, scope: Scope) -> tuple[str, ...]:
    """The mappings that are meant, or can be."""
    if name.known:
        return (scalar_text(name),)
    return tuple(text for text in scope.mapping_names() if _can_be(name, text))


def _leaves(mapping: Object, keys: list[Value], name: str) -> Iterator[tuple[str, Node]]:
    """What stands at these keys, with its name; all that can stand there if a key is not known."""
    if "Fn::Transform" in mapping.members:
        raise MalformedError("a macro adds to the mapping")
    first, second = keys
    for entry in mapping.members.values():
        below = object_of(entry.value) if _can_be(first, entry.name) else None
        for inner in below.members.values() if below else ():
            if _can_be(second, inner.name):
                yield f"{name}.{entry.name}.{inner.name}", inner.value


def _can_be(key: Value, text: str) -> bool:
    data = key.data
    if not isinstance(data, Unknown):
        return scalar_text(key) == text
    return not data.alternatives or any(_can_be(arm, text) for arm in data.alternatives)


def _transform(call: Call, _scope: Scope) -> Value:
    return unknown(call.span, "a macro works it out")


FUNCTIONS: Mapping[str, Callable[[Call, Scope], Value]] = MappingProxyType(
    {
        "Fn::FindInMap": _find_in_map,
        "Fn::GetAtt": _get_att,
        "Fn::ImportValue": _import_value,
        "Fn::Transform": _transform,
        "Ref": _ref,
    }
)
