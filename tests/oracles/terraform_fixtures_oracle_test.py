"""Our Terraform reader against Trivy's (PyPI `tfparse`), on our fixtures: every scalar of every azurerm resource.

The oracle runs in a child for each directory, since it can abort its process; its interpreter is found as in
terraform_oracle_test.py. It gives null, or a part of the source, for what it cannot evaluate: where the value is
unknown here, that is agreement. Where the two differ, tfparse_disagreements.json says why: by reason, fixture,
address and path, as "ours | theirs". A row that no longer holds fails as well.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aiposture.files import Tree
from aiposture.model.values import Reference, Unknown
from aiposture.readers.terraform import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
DISAGREEMENTS = Path(__file__).with_name("tfparse_disagreements.json")
INSTALL = "python -m venv V && V/bin/pip install tfparse, then set AIPOSTURE_TFPARSE_PYTHON=V/bin/python"
UNBOUNDED = {"evaluation/bombs"}  # the oracle has no bounds: its numbers become infinite, and it gives no resources

CHILD = """
import json, sys
import tfparse
print(json.dumps(tfparse.load_from_path(sys.argv[1])))
"""

Leaves = dict[str, object]
Resources = dict[str, Leaves]

ABSENT = "absent"
HERE, THERE = "only here", "only there"
META = {"count", "for_each", "dynamic", "depends_on", "lifecycle", "provider"}
INVENTED = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # the id that the oracle gives each block


def interpreter() -> str:
    """The interpreter that has the oracle; skips the test if there is none."""
    named = os.environ.get("AIPOSTURE_TFPARSE_PYTHON")
    if named:
        return named
    if importlib.util.find_spec("tfparse") is None:
        pytest.skip(f"the oracle tfparse is not installed: {INSTALL}")
    return sys.executable


def theirs(python: str, directory: Path) -> Resources:
    done = subprocess.run(
        [python, "-c", CHILD, str(directory)], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, (directory, done.stderr)
    blocks = [
        block for kind, blocks in json.loads(done.stdout).items() if kind.startswith("azurerm_") for block in blocks
    ]
    return {
        block["__tfmeta"]["path"]: dict(leaves(without_meta(block)))
        for block in blocks
        if block["__tfmeta"]["type"] == "resource"
    }


def without_meta(members: Mapping[str, object]) -> Mapping[str, object]:
    return {name: member for name, member in members.items() if name not in META}


def ours(directory: Path) -> Resources:
    reading = read(Tree(directory), "", wanted=lambda kind: kind.startswith("azurerm_"))
    return {
        resource.address: dict(leaves(without_meta(resource.properties.plain())))
        for resource in reading.resources
        if resource.mode == "managed" and resource.exists is not False
    }


def leaves(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The scalars below some data. The oracle has a block that stands once as an object, not as a list of one."""
    if isinstance(data, dict) and "__attribute__" in data:
        return  # a reference that the oracle leaves open
    if isinstance(data, dict):
        data = {name: member for name, member in data.items() if not added(name, member)}
    if isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
        yield from leaves(data[0], path)
    elif isinstance(data, (list, dict)) and data:
        for name, member in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(member, f"{path}.{name}" if path else str(name))
    elif data is not None:
        yield path, data


def added(name: str, member: object) -> bool:
    """Whether the oracle wrote it into the block: its place, or an identifier of its own."""
    return name == "__tfmeta" or (name == "id" and is_invented(member))


def differences(mine: Resources, oracle: Resources) -> dict[str, str]:
    """What differs by address and path, as "ours | theirs"."""
    table = dict.fromkeys(mine.keys() - oracle.keys(), HERE)
    table |= dict.fromkeys(oracle.keys() - mine.keys(), THERE)
    for address in sorted(mine.keys() & oracle.keys()):
        left, right = mine[address], oracle[address]
        for path in sorted(left.keys() | right.keys()):
            pair = left.get(path, ABSENT), right.get(path, ABSENT)
            if not agree(*pair):
                table[f"{address} {path}"] = " | ".join(map(shown, pair))
    return table


def agree(mine: object, oracle: object) -> bool:
    """Whether two scalars are the same, 1 not being true.

    What a data source gives is a reference here, even where it repeats an argument of the data source.
    """
    if isinstance(mine, Reference) and mine.address.startswith("data."):
        return oracle is ABSENT or isinstance(oracle, str)
    if isinstance(mine, Unknown):
        return oracle is ABSENT or (isinstance(oracle, str) and ("${" in oracle or is_invented(oracle)))
    return json.dumps(mine) == json.dumps(oracle)


def is_invented(data: object) -> bool:
    return isinstance(data, str) and INVENTED.fullmatch(data) is not None


def shown(data: object) -> str:
    text = "unknown" if isinstance(data, Unknown) else data if data is ABSENT else json.dumps(data)
    text = INVENTED.sub("(an id)", text)
    return text if len(text) <= 40 else text[:37] + "..."


def fixtures() -> dict[str, Path]:
    """The directories that are a root module, by their names below `fixtures`."""
    patterns = ("evaluation/*/*.tf", "evaluation/*/*.tf.json", "evaluation/*/*.tofu", "traps/*/*.tf", "*/azurerm.tf")
    roots = {path.parent for pattern in patterns for path in FIXTURES.glob(pattern)}
    return {name: root for root in sorted(roots) if (name := root.relative_to(FIXTURES).as_posix()) not in UNBOUNDED}


def disagreements() -> dict[str, dict[str, str]]:
    """The known ones by fixture, whatever their reasons."""
    table: dict[str, dict[str, str]] = {}
    for places in json.loads(DISAGREEMENTS.read_text("utf-8")).values():
        for name, rows in places.items():
            assert not table.setdefault(name, {}).keys() & rows.keys(), "one place, one reason"
            table[name] |= rows
    return table


def test_fixtures() -> None:
    python = interpreter()
    roots = fixtures()
    mine = {name: ours(root) for name, root in roots.items()}
    with ThreadPoolExecutor(2) as children:
        oracle = dict(zip(roots, children.map(lambda root: theirs(python, root), roots.values()), strict=True))
    found = {name: differences(mine[name], oracle[name]) for name in roots}
    assert {name: table for name, table in found.items() if table} == disagreements()
    assert sum(len(leaves) for resources in mine.values() for leaves in resources.values()) > 2500
