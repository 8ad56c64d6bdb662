"""`aiposture merge`: the reports of shards from files, and the code they are of where a link goes across them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiposture import baseline, config
from aiposture.discover import Unit
from aiposture.lines import line_reader
from aiposture.model import Report
from aiposture.options import digest
from aiposture.scan import judge_units, open_tree
from aiposture.settings import Settings, settle
from aiposture.sharding.baseline import Against
from aiposture.sharding.merge import Code, Merged, merge
from aiposture.sharding.shards import Part
from aiposture.usage import UsageError

if TYPE_CHECKING:
    import argparse


def join(given: argparse.Namespace) -> tuple[Merged, Settings]:
    """The report of the shards whose reports `given.reports` names, and the settings. Raises UsageError."""
    tree, _ = open_tree([given.source])
    root = tree.root

    def code(shard: dict[str, Any]) -> Code:
        settings = settle(given, root=root, whole=shard["paths"] == [""])
        options = settings.scan._replace(shard=Part(0, shard["count"]))

        def judge(units: Sequence[Unit]) -> Report:
            return judge_units(tree, units, options)

        return Code(judge, digest(options, root), line_reader(tree))

    settings = settle(given, root=root, whole=True)
    merged = merge([(path, _read(path)) for path in given.reports], code, _baseline(settings.baseline, root))
    if given.format not in {None, merged.format}:
        raise UsageError(f"the reports are {merged.format}, and what is merged of them can be no {given.format}")
    return merged, settings


def _baseline(path: str | None, root: str) -> Against | None:
    return None if path is None else Against(baseline.load(path), config.shown(path), config.shown(path, root))


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {error.strerror}") from error
