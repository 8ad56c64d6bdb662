"""What a scan of one shard keeps beside its report, so that the reports of all shards give that of one scan."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model.source import NotAnalysed, Notice, SourceError


class Shard(NamedTuple):
    """Shard `number` of `total`, of a scan of `paths` with `settings` (a digest).

    `names` are those by which its units can mean units of other shards, or be meant, as (dialect, path of the unit,
    "asks" or "gives", type, text). `files`, `errors` and `not_analysed` say how many of its units have each.
    `uncompiled` are Bicep files for which there is no compiler. `uses` says of how many findings each suppression
    speaks, `grounds` what each notice rests on: "unused x" and "used x" hold if suppression x has no use or one,
    "" always holds.
    """

    number: int
    total: int
    paths: tuple[str, ...] = ()
    settings: str = ""
    names: tuple[tuple[str, str, str, str, str], ...] = ()
    files: Mapping[str, int] = MappingProxyType({})
    errors: Mapping[SourceError, int] = MappingProxyType({})
    not_analysed: Mapping[NotAnalysed, int] = MappingProxyType({})
    uncompiled: tuple[str, ...] = ()
    uses: Mapping[str, int] = MappingProxyType({})
    grounds: Mapping[Notice, frozenset[str]] = MappingProxyType({})
