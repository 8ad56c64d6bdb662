"""Functions over address ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiposture.model import Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    table,
    text,
    whole,
)

if TYPE_CHECKING:
    import ipaddress

_MAX_TEXT = 64


def _range(value: Value) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    notation = text(value)
    if len(notation) > _MAX_TEXT or "/" not in notation:
        raise FunctionError("an argument is no range of addresses")
    import ipaddress  # noqa: PLC0415 - few templates compute ranges

    return ipaddress.ip_network(notation, strict=False)


def parse_cidr(_: Site, args: Sequence[Value]) -> Result:
    """A range's parts."""
    network = _range(args[0])
    first, last = int(network.network_address), int(network.broadcast_address)
    inner = 1 if network.version == 4 and network.num_addresses > 2 else 0  # noqa: PLR2004 - first and last are taken
    kind = type(network.network_address)
    parts: dict[str, str | int] = {"network": str(network.network_address), "netmask": str(network.netmask)}
    if network.version == 4:  # noqa: PLR2004 - the other has no broadcasts
        parts["broadcast"] = str(network.broadcast_address)
    usable = {"firstUsable": str(kind(first + inner)), "lastUsable": str(kind(last - inner))}
    return {**parts, **usable, "cidr": network.prefixlen}


def cidr_subnet(_: Site, args: Sequence[Value]) -> Result:
    """The subnet of a length and a number."""
    network, length, number = _range(args[0]), whole(args[1]), whole(args[2])
    if not network.prefixlen <= length <= network.max_prefixlen or not 0 <= number < 2 ** (length - network.prefixlen):
        raise FunctionError("the range has no such subnet")
    start = int(network.network_address) + number * 2 ** (network.max_prefixlen - length)
    return f"{type(network.network_address)(start)}/{length}"


def cidr_host(_: Site, args: Sequence[Value]) -> Result:
    """The usable address of a number."""
    network, number = _range(args[0]), whole(args[1])
    if not 0 <= number < network.num_addresses - 1:
        raise FunctionError("the range has no such address")
    return str(type(network.network_address)(int(network.network_address) + number + 1))


TABLE = table(
    Function("parseCidr", parse_cidr, 1, 1),
    Function("cidrSubnet", cidr_subnet, 3, 3),
    Function("cidrHost", cidr_host, 2, 2),
)
