"""What aiposture reads of its own: configurations, baselines, comments, reports of shards, entries of the cache."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aiposture import config, controls, suppress
from aiposture.baseline import BaselineError
from aiposture.baseline import mark as mark_known
from aiposture.baseline import read as read_baseline
from aiposture.cache import entries
from aiposture.cache.store import Store
from aiposture.model import Comment, Location, Reading, Report, Verdict
from aiposture.options import ScanOptions
from aiposture.output import formats
from aiposture.output.style import Style
from aiposture.policy import Policy
from aiposture.readers import terraform
from aiposture.scan import scan_tree
from aiposture.sharding import merge
from aiposture.sharding.shards import Part
from aiposture.usage import UsageError
from fuzzing.expected import Files, WrongError, wanted
from fuzzing.memory import MemoryTree
from fuzzing.readers import MODULE, STACK, TEMPLATE


@cache
def _names() -> dict[str, str]:
    return dict(controls.known_ids())


def configuration(files: Files) -> None:
    for path, data in files.items():
        place = f"/nonexistent/{path}"
        try:
            if config.is_ours(place, data):
                config.parse(data, place, _names()).policy("/nonexistent", today=None)
        except config.ConfigError as error:
            if not str(error):
                raise WrongError("a configuration is wrong, and nothing is said of it") from error


@cache
def report_of_fixtures() -> Report:
    """A scan to compare baselines with."""
    fixture = Path(__file__).resolve().parents[2] / "fixtures/managed-identity/azurerm.tf"
    return scan_tree(MemoryTree(held={"main.tf": fixture.read_bytes()}), [""], ScanOptions())


def baseline(files: Files) -> None:
    findings = report_of_fixtures().findings[:20]
    for path, data in files.items():
        try:
            known = read_baseline(data, path)
        except BaselineError:
            continue
        mark_known(findings, known)


def suppressions(files: Files) -> None:
    findings = [one for one in report_of_fixtures().findings if one.verdict is not Verdict.PASS][:20]
    found = []
    for path, data in files.items():
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), start=1):
            place = findings[number % len(findings)].location
            found.append(Comment(line, Location(place.path if number % 3 else path, place.line, 1, place.line, 90)))
    suppress.weigh(findings, found, _names(), None, Policy(require_reason=len(found) % 2 == 0))


@cache
def reports_of_shards(form: str) -> tuple[str, ...]:
    """The reports of two shards of some code."""
    account = b'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI" # aiposture:ignore[AIS401] x\n}\n'
    tree = MemoryTree(held={
        "a/main.tf": account, "b/main.tf": account + b"x = \n", "c/t.json": json.dumps(TEMPLATE).encode(),
        "d/main.bicep": MODULE, "e/t.yaml": STACK,
    })  # fmt: skip
    style = Style(read_lines=lambda _: None)
    without = {**os.environ, "PATH": "/nonexistent"}
    before, os.environ["PATH"] = os.environ["PATH"], without["PATH"]
    try:
        return tuple(
            formats.render(form, scan_tree(tree, [""], ScanOptions(select=("AIS401",), shard=Part(number, 2))), style)
            for number in (1, 2)
        )
    finally:
        os.environ["PATH"] = before


def _no_code(shard: object) -> merge.Code:
    del shard
    raise UsageError("no code here")


def shards(files: Files) -> None:
    for path, data in files.items():
        others = reports_of_shards(path.rpartition("/")[2].removesuffix(".json"))
        for other in others:
            try:
                merged = merge.merge([("other", other.encode()), (path, data)], _no_code)
            except UsageError:
                continue
            json.loads(merged.text)
            if bad := next((one for one in merged.text if not (one.isprintable() or one == "\n")), None):
                raise WrongError(f"the merged report holds {bad!r}")


_CACHED: Files = {
    "main.tf": b'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI"\n  tags = { a = var.x }\n}\n'
}


class _Kept:
    """A cache with one entry, and the key under which it is."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        folder = self._directory.name
        self.cache = entries.Cache(folder, MemoryTree(held=_CACHED), "")
        self.store = Store(folder)
        self.cache.reading("x", lambda: terraform.read(self.cache.tree, "", wanted=wanted), lambda _: True)
        (path,) = (path for path in Path(folder).rglob("*") if path.is_file())
        self.key = path.parent.name + path.name


_kept = cache(_Kept)


def cache_entries() -> Sequence[bytes]:
    """An entry as it is written, without its checksum."""
    data = _kept().store.get(_kept().key)
    return [] if data is None else [data]


def cache_entry(files: Files) -> None:
    """An entry with the right checksum: its bytes alone can be wrong."""
    kept = _kept()
    for data in files.values():
        kept.store.put(kept.key, data)
        if kept.store.get(kept.key) != data:
            raise WrongError("the cache does not give what it was given")
        found = kept.cache.reading("x", Reading, lambda _: False)
        if type(found) is not Reading:
            raise WrongError("the cache gave something that is no reading")
