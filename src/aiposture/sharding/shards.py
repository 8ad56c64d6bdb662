"""One scan in several parts: which units a shard has, and what it must keep so that the parts can be joined.

A shard judges its own units as if there were no others. Where a unit means something in another shard's (a private
endpoint in one directory, its account in another), neither can tell; so each shard keeps by which names its units
ask for something and by which they give it, and whoever joins the shards judges those units together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from aiposture.discover import Unit
from aiposture.model import Reading, Shard
from aiposture.usage import UsageError

if TYPE_CHECKING:
    from aiposture.links import Names
    from aiposture.suppress import Weighed

_T = TypeVar("_T")

UNIT = "unit"
"""The type of the name that a unit itself has: its path."""


class Part(NamedTuple):
    """Shard `number` (from 1) of `total`; number 0 is no shard, but units of several that are judged together."""

    number: int
    total: int

    def of(self, units: Sequence[Unit]) -> list[Unit]:
        """The units of this shard. They are dealt out in turn, so that each shard has some of each dialect."""
        return list(units[self.number - 1 :: self.total])


def parse(text: str) -> Part:
    """The shard that `2/3` means. Raises UsageError."""
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise UsageError(f"--shard {text} is no shard: 2/3 is the second of three, and the first is 1/3")
    return Part(int(number), int(count))


def facts(
    shard: Shard, read: Sequence[tuple[Unit, Reading]], kept: Sequence[Reading], names: "Names", weighed: "Weighed"
) -> Shard:
    """`shard` with what is to be known of it. `kept` are those of the readings that are judged."""
    return Shard(
        shard.number,
        shard.total,
        shard.paths,
        shard.settings,
        names=tuple(sorted(_names(read, names))),
        files=_times(reading.files for reading in kept),
        errors=_times(set(reading.errors) for reading in kept),
        not_analysed=shard.not_analysed,
        uncompiled=shard.uncompiled,
        uses=weighed.uses,
        grounds=weighed.grounds,
    )


def _times(groups: Iterable[Iterable[_T]]) -> Counter[_T]:
    return Counter(each for group in groups for each in group)


def _names(read: Sequence[tuple[Unit, Reading]], names: "Names") -> Iterator[tuple[str, str, str, str, str]]:
    """The names of links, and the paths by which a unit can be a part of another one."""
    owners: dict[str, set[Unit]] = defaultdict(set)
    for unit, reading in read:
        yield (*unit, "gives", UNIT, unit.path)
        inside = {resource.unit for resource in reading.resources}
        templates = () if unit.dialect.startswith("terraform") else reading.files
        for path in {*inside, *templates} - {unit.path}:
            yield (*unit, "asks", UNIT, path)
        for path in inside:
            owners[path].add(unit)
    for verb, found in (("asks", names.asked), ("gives", names.given)):
        for name in found:
            for unit in owners[name.unit]:
                yield (*unit, verb, name.type, name.text)
