"""How much of the world a list of addresses admits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from aiposture.model import Unknown

Reach: TypeAlias = Literal["nobody", "some", "anybody"]

_WORDS = frozenset({"*", "any", "internet", "0.0.0.0", "::"})  # noqa: S104 - read, not bound


def reach(sources: Iterable[str | Unknown]) -> Reach:
    """Whom the rules admit; one that is not decided admits somebody.

    Half of an address family, in one piece or in many, is anybody: `0.0.0.0/1` beside `128.0.0.0/1` is the
    well-known way around a test for `0.0.0.0/0`.
    """
    listed = tuple(sources)
    if not listed:
        return "nobody"
    stripped = [source.strip().casefold() for source in listed if isinstance(source, str)]
    return "anybody" if any(source in _WORDS for source in stripped) or _half_covered(stripped) else "some"


def _half_covered(sources: list[str]) -> bool:
    import ipaddress  # noqa: PLC0415 - most scans meet no rules, and start-up is felt

    families: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
    for source in sources:
        try:
            network = ipaddress.ip_network(source, strict=False)
        except ValueError:
            # Not an address: a service tag or a host name admits somebody, not anybody.
            continue
        families[network.version].append((int(network.network_address), int(network.broadcast_address)))
    return any(_union(ranges) >= 1 << (bits - 1) for bits, ranges in ((32, families[4]), (128, families[6])))


def _union(ranges: list[tuple[int, int]]) -> int:
    """The number of addresses in the union of inclusive ranges."""
    covered, end = 0, -1
    for first, last in sorted(ranges):
        covered += max(0, last - max(first, end + 1) + 1)
        end = max(end, last)
    return covered
