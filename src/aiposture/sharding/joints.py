"""Which units of several shards mean each other, by the names that their reports keep."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aiposture.discover import Unit


class Named(NamedTuple):
    """A unit of a shard that gives a name, or asks for it."""

    shard: int
    unit: Unit
    asks: bool
    name: tuple[str, str]


def joined(found: Iterable[Named]) -> dict[int, list[Unit]]:
    """The units, by shard, that must be judged together with units of other shards.

    Units belong together if one asks for a name that another one gives. All that give it do then, too: a name that
    two services have is no certain one.
    """
    by_name: dict[tuple[str, str], list[Named]] = defaultdict(list)
    for each in found:
        by_name[each.name].append(each)
    shards: dict[Unit, int] = {}
    neighbours: dict[Unit, set[Unit]] = defaultdict(set)
    for group in by_name.values():
        if any(each.asks for each in group) and any(not each.asks for each in group):
            first = group[0].unit
            for each in group:
                shards[each.unit] = each.shard
                neighbours[first].add(each.unit)
                neighbours[each.unit].add(first)
    across: dict[int, list[Unit]] = defaultdict(list)
    for cluster in _clusters(neighbours):
        if len({shards[unit] for unit in cluster}) > 1:
            for unit in cluster:
                across[shards[unit]].append(unit)
    return {shard: sorted(units) for shard, units in sorted(across.items())}


def _clusters(neighbours: Mapping[Unit, set[Unit]]) -> Iterable[set[Unit]]:
    seen: set[Unit] = set()
    for start in neighbours:
        if start in seen:
            continue
        cluster: set[Unit] = set()
        waiting = [start]
        while waiting:
            unit = waiting.pop()
            if unit not in cluster:
                cluster.add(unit)
                waiting.extend(neighbours[unit] - cluster)
        seen |= cluster
        yield cluster
