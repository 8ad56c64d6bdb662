"""Functions that make or take lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation.arguments import arguments, evaluated, one_of, single
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Call
from aiposture.readers.cloudformation.values import (
    MAX_ALTERNATIVES,
    choose,
    mapped,
    placed,
    scalar_text,
    trail_of,
    unknown,
)

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope

_MAX_CIDRS = 256  # CloudFormation's own bound
_IPV4_BITS, _IPV6_BITS = 32, 128


def _select(call: Call, scope: Scope) -> Value:
    operands = evaluated(arguments(call, 2, 2), scope)

    def selected(pair: Sequence[Value]) -> Value:
        index, items = pair
        if isinstance(items.data, Unknown):
            # A list of what AWS looks up has no blank members.
            return unknown(call.span, "", pair, filled=items.data.filled)
        if not isinstance(items.data, tuple):
            raise MalformedError("Fn::Select takes a list")
        if isinstance(index.data, Unknown):
            return _any(call, index, items)
        number = _number(index)
        if not 0 <= number < len(items.data):
            raise MalformedError(f"a list of {len(items.data)} has no member {number}")
        return placed(items.data[number], call.span.location, items, index)

    return mapped(call.span, operands, selected)


def _any(call: Call, index: Value, items: Value) -> Value:
    if 0 < len(items.items()) <= MAX_ALTERNATIVES:
        return choose(call.span, items.items(), (index,))
    return unknown(call.span, "", (index, items))


def _number(value: Value) -> int:
    text = scalar_text(value).strip()
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - no list is longer
        raise MalformedError("a whole number is expected")
    return int(text)


def _length(call: Call, scope: Scope) -> Value:
    def length(operands: Sequence[Value]) -> Value:
        (items,) = operands
        if isinstance(items.data, Unknown) or any(_optional(item) for item in items.items()):
            return unknown(call.span, "", operands)
        if not isinstance(items.data, tuple):
            raise MalformedError("Fn::Length takes a list")
        return Value(len(items.data), call.span.location, items.trail)

    return mapped(call.span, (scope.evaluate(call.argument),), length)


def _optional(item: Value) -> bool:
    return isinstance(item.data, Unknown) and any(arm.data is None for arm in item.data.alternatives)


def _cidr(call: Call, scope: Scope) -> Value:
    values = [one_of(value, "a text") for value in evaluated(arguments(call, 2, 3), scope)]

    def blocks(operands: Sequence[Value]) -> Value:
        if not all(operand.known for operand in operands):
            return unknown(call.span, "", operands)
        bits = _number(operands[2]) if len(operands) > 2 else None  # noqa: PLR2004 - the third may be left out
        members = _subnets(scalar_text(operands[0]), _number(operands[1]), bits)
        location, trail = call.span.location, trail_of(*operands)
        return Value(tuple(Value(block, location, trail) for block in members), location, trail)

    return mapped(call.span, values, blocks)


def _subnets(block: str, count: int, bits: int | None) -> list[str]:
    from ipaddress import ip_network  # noqa: PLC0415 - rarely needed, and starting up is to be quick
    from itertools import islice  # noqa: PLC0415 - as above

    try:
        network = ip_network(block.strip(), strict=False)
    except ValueError as error:
        raise MalformedError(f"{block} is no range of addresses") from error
    width = _IPV4_BITS if network.version == 4 else _IPV6_BITS  # noqa: PLR2004 - the version
    prefix = width - (bits if bits is not None else 8 if width == _IPV4_BITS else 64)
    if not network.prefixlen <= prefix <= width or not 0 < count <= _MAX_CIDRS:
        raise MalformedError("Fn::Cidr cannot be divided like this")
    made = [str(subnet) for subnet in islice(network.subnets(new_prefix=prefix), count)]
    if len(made) < count:
        raise MalformedError("Fn::Cidr has not as many ranges")
    return made


def _get_azs(call: Call, scope: Scope) -> Value:
    region = scope.evaluate(single(call))
    return unknown(call.span, "the availability zones of a region are not known before deployment", (region,))


FUNCTIONS: Mapping[str, Callable[[Call, Scope], Value]] = MappingProxyType(
    {
        "Fn::Cidr": _cidr,
        "Fn::GetAZs": _get_azs,
        "Fn::Length": _length,
        "Fn::Select": _select,
    }
)
