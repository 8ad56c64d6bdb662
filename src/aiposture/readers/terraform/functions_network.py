"""Terraform's functions over IP address ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import Function, FunctionError, Result, Site, text, whole

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network: TypeAlias = "IPv4Network | IPv6Network"


def _network(argument: Value) -> Network:
    """The range that a text names; bits beyond its prefix are ignored, as Terraform does."""
    import ipaddress  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    prefix = text(argument)
    address, slash, bits = prefix.partition("/")
    if not slash or not (bits.isascii() and bits.isdigit()) or "%" in address:
        raise FunctionError("the text is not an address range")
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError as error:
        raise FunctionError("the text is not an address range") from error


def _cidrhost(_: Site, args: Sequence[Value]) -> Result:
    network, host = _network(args[0]), whole(args[1])
    if not -network.num_addresses <= host < network.num_addresses:
        raise FunctionError("the range has no such host")
    return str(network[host])


def _cidrnetmask(_: Site, args: Sequence[Value]) -> Result:
    network = _network(args[0])
    if network.version != 4:  # noqa: PLR2004 - the version of IP
        raise FunctionError("only an IPv4 range has a netmask")
    return str(network.netmask)


def _cidrsubnet(_: Site, args: Sequence[Value]) -> Result:
    network, bits, place = _network(args[0]), whole(args[1]), whole(args[2])
    length = _longer(network, bits)
    if not 0 <= place < 2**bits:
        raise FunctionError("the range has no such subnet")
    return _subnet(network, int(network.network_address) + place * _size(network, length), length)


def _cidrsubnets(_: Site, args: Sequence[Value]) -> Result:
    network = _network(args[0])
    end = int(network.network_address) + network.num_addresses
    start = int(network.network_address)
    subnets = []
    for argument in args[1:]:
        bits = whole(argument)
        if bits < 1:
            raise FunctionError("a subnet must be longer than its range")
        size = _size(network, _longer(network, bits))
        start = -(-start // size) * size  # the next place where a subnet of this size can begin
        if start + size > end:
            raise FunctionError("the range has no room for that subnet")
        subnets.append(_subnet(network, start, network.prefixlen + bits))
        start += size
    return subnets


def _longer(network: Network, bits: int) -> int:
    length = network.prefixlen + bits
    if not network.prefixlen <= length <= network.max_prefixlen:
        raise FunctionError("the prefix cannot be made longer by that")
    return length


def _size(network: Network, length: int) -> int:
    return 1 << (network.max_prefixlen - length)


def _subnet(network: Network, start: int, length: int) -> str:
    return f"{type(network.network_address)(start)}/{length}"


def _cidrcontains(_: Site, args: Sequence[Value]) -> Result:
    import ipaddress  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    network, inner = _network(args[0]), text(args[1])
    try:
        other = ipaddress.ip_network(inner, strict=False)
    except ValueError as error:
        raise FunctionError("the text is not an address or range") from error
    if network.version != other.version:
        raise FunctionError("the range and the address are of different versions of IP")
    first, last = int(other.network_address), int(other.broadcast_address)
    return int(network.network_address) <= first and last <= int(network.broadcast_address)


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "cidrcontains": Function(_cidrcontains, 2, 2),
        "cidrhost": Function(_cidrhost, 2, 2),
        "cidrnetmask": Function(_cidrnetmask, 1, 1),
        "cidrsubnet": Function(_cidrsubnet, 3, 3),
        "cidrsubnets": Function(_cidrsubnets, 1, None),
    }
)
