"""Functions that make texts."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation.arguments import arguments, one_of
from aiposture.readers.cloudformation.budget import MAX_TEXT, MalformedError
from aiposture.readers.cloudformation.nodes import Call, List, Object, object_of, text_of
from aiposture.readers.cloudformation.values import (
    OpenObject,
    Spelled,
    concatenated,
    mapped,
    reason_of,
    references_of,
    scalar_text,
    spell,
    trail_of,
    unknown,
)

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope

_PLACEHOLDER = re.compile(r"\$\{(!?)\s*([^{}$\s][^{}$]*?)\s*\}")
_NAME = re.compile(r"[A-Za-z0-9_.:]+", re.ASCII)
_MAX_PLACEHOLDERS = 2000


def _sub(call: Call, scope: Scope) -> Value:
    template, variables = call.argument, None
    if isinstance(template, List):
        template, *rest = arguments(call, 1, 2)
        variables = object_of(rest[0]) if rest else None
    source = scope.evaluate(template) if text_of(template) is None else Value(text_of(template), template.span.location)
    if not source.known:
        return unknown(call.span, "", (source,))
    parts = list(_parts(scalar_text(source), call, variables, scope))
    scope.unit.budget.spend(len(parts))
    if len(parts) > _MAX_PLACEHOLDERS:
        return concatenated(call.span, parts)
    return mapped(call.span, parts, lambda combination: concatenated(call.span, combination))


def _parts(text: str, call: Call, variables: Object | None, scope: Scope) -> Iterator[Value]:
    """The literal stretches and the placeholders of a text, in order."""
    at = 0
    location = call.span.location
    for found in _PLACEHOLDER.finditer(text):
        yield Value(text[at : found.start()], location)
        at = found.end()
        if found[1]:
            yield Value(f"${{{found[2]}}}", location)
        elif _NAME.fullmatch(found[2]):
            yield _variable(found[2], call, variables, scope)
        else:
            yield Value(found[0], location)
    yield Value(text[at:], location)


def _variable(name: str, call: Call, variables: Object | None, scope: Scope) -> Value:
    node = variables.get(name) if variables else None
    if node is not None:
        return one_of(scope.evaluate(node), "a text")
    resource, _, attribute = name.partition(".")
    try:
        value = (
            scope.attribute(resource, tuple(attribute.split(".")), call.span)
            if attribute
            else scope.named(name, call.span)
        )
    except MalformedError as error:
        return unknown(call.span, str(error), (), f"${{{name}}}")
    if isinstance(value.data, tuple):
        return _joined(",", value, call)
    return value.with_data("") if value.data is None else value


def _join(call: Call, scope: Scope) -> Value:
    separator, parts = arguments(call, 2, 2)
    delimiter = scope.evaluate(separator)
    joined = scope.evaluate(parts)
    return mapped(call.span, (delimiter, joined), lambda pair: _joined_by(pair[0], pair[1], call))


def _joined_by(delimiter: Value, items: Value, call: Call) -> Value:
    if not delimiter.known:
        return unknown(call.span, "", (delimiter, items))
    if not items.known:
        return unknown(call.span, "", (items,))
    if not isinstance(items.data, tuple):
        raise MalformedError("Fn::Join takes a list")
    return _joined(scalar_text(delimiter), items, call)


def _joined(delimiter: str, items: Value, call: Call) -> Value:
    """The items of a known list as one text. One that can be left out takes its delimiter with it."""

    def together(combination: Sequence[Value]) -> Value:
        parts: list[Value] = []
        for item in combination:
            if item.data is None:
                continue
            if parts:
                parts.append(Value(delimiter, call.span.location))
            parts.append(_flat(item, delimiter, call))
        result = concatenated(call.span, parts)
        return Value(result.data, result.location, trail_of(items, *combination))

    return mapped(call.span, items.items(), together)


def _flat(item: Value, delimiter: str, call: Call) -> Value:
    """An item that is a list itself (a parameter that holds one) is joined in the same way."""
    return _joined(delimiter, item, call) if isinstance(item.data, tuple) else item


def _split(call: Call, scope: Scope) -> Value:
    separator, text = arguments(call, 2, 2)
    operands = (one_of(scope.evaluate(separator), "a text"), one_of(scope.evaluate(text), "a text"))

    def parts(pair: Sequence[Value]) -> Value:
        delimiter, whole = pair
        if not delimiter.known or not whole.known:
            return unknown(call.span, "", pair)
        if not scalar_text(delimiter):
            raise MalformedError("Fn::Split takes a delimiter")
        pieces = scalar_text(whole).split(scalar_text(delimiter))
        scope.unit.budget.spend(len(pieces))
        members = tuple(Value(piece, call.span.location, whole.trail) for piece in pieces)
        return Value(members, call.span.location, trail_of(*pair))

    return mapped(call.span, operands, parts)


def _base64(call: Call, scope: Scope) -> Value:
    def encoded(operands: Sequence[Value]) -> Value:
        (text,) = operands
        if not text.known:
            return unknown(call.span, "", (text,), spell(text))
        data = b64encode(scalar_text(text).encode(errors="replace")).decode()
        return Value(data, call.span.location, text.trail)

    return mapped(call.span, (one_of(scope.evaluate(call.argument), "a text"),), encoded)


def _to_json_string(call: Call, scope: Scope) -> Value:
    value = scope.evaluate(call.argument)
    if not isinstance(value.data, (tuple, Mapping)):
        if value.known:
            raise MalformedError("Fn::ToJsonString takes an object or a list")
        return unknown(call.span, "", (value,))
    missing: list[Value] = []
    text = json.dumps(_plain(value, missing), ensure_ascii=False, separators=(",", ":"))
    if len(text) > MAX_TEXT:
        raise MalformedError("is too long")
    if not missing:
        return Value(text, call.span.location, value.trail)
    data = Spelled(text, reason_of(missing), references_of(*missing), filled=True)
    return Value(data, call.span.location, trail_of(*missing))


def _plain(value: Value, missing: list[Value]) -> object:
    """The value as JSON has it; what is not known is spelled, and put into `missing`."""
    data = value.data
    if isinstance(data, Unknown):
        missing.append(value)
        return spell(value)
    if isinstance(data, tuple):
        return [_plain(member, missing) for member in data]
    if isinstance(data, Mapping):
        if isinstance(data, OpenObject):
            missing.append(data.why)
        return {name: _plain(member, missing) for name, member in data.items()}
    return data


FUNCTIONS: Mapping[str, Callable[[Call, Scope], Value]] = MappingProxyType(
    {
        "Fn::Base64": _base64,
        "Fn::Join": _join,
        "Fn::Split": _split,
        "Fn::Sub": _sub,
        "Fn::ToJsonString": _to_json_string,
    }
)
