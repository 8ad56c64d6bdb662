"""Checkov as an oracle: every scalar that its Terraform runner hands to a check is compared with what we read.

Nothing of Checkov is loaded by us: it runs in a child of the interpreter that AIPOSTURE_CHECKOV_PYTHON names. One child
judges many directories, each in a fork of its own, since Checkov's expressions share one symbol table.
Where the two differ, `DISAGREEMENTS` says why. A row that no longer holds fails as well.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aiposture.files import Tree
from aiposture.model.values import Unknown
from aiposture.readers.terraform import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
INSTALL = "python -m venv V && V/bin/pip install checkov==3.3.30, then set AIPOSTURE_CHECKOV_PYTHON=V/bin/python"

CHILD = """
import json, os, sys
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.runner_filter import RunnerFilter
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck
from checkov.terraform.runner import Runner

class Dump(BaseResourceCheck):
    def __init__(self):
        super().__init__("dump", "DUMP_1", [CheckCategories.NETWORKING], ["*"])
    def scan_resource_conf(self, conf):
        found.append(conf)
        return CheckResult.PASSED

found = []
Dump()
for directory in sys.stdin.read().splitlines():
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        Runner().run(root_folder=directory, runner_filter=RunnerFilter(framework=["terraform"], checks=["DUMP_1"]))
        print(json.dumps([directory, found], default=str), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""

Leaves = dict[str, object]
Resources = dict[str, Leaves]

ABSENT = "absent"
OPEN = "unknown"
KINDS = re.compile(r"(azurerm|aws|google)_")


def theirs(directories: Sequence[Path]) -> dict[Path, Resources]:
    """The resources of each directory as Checkov has them."""
    done = subprocess.run(
        [os.environ["AIPOSTURE_CHECKOV_PYTHON"], "-c", CHILD],
        input="\n".join(map(str, directories)),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0", "LOG_LEVEL": "ERROR"},  # its values depend on the order of sets
    )
    assert done.returncode == 0, done.stderr
    table: dict[Path, Resources] = {}
    for line in done.stdout.splitlines():
        directory, found = json.loads(line)
        table[Path(directory)] = {
            conf["__address__"]: dict(leaves(conf)) for conf in found if KINDS.match(kind(conf["__address__"]))
        }
    return table


def kind(address: str) -> str:
    return re.split(r"\.(?![^\[]*\])", address)[-2]


def ours(directory: Path) -> Resources:
    reading = read(Tree(directory), "", wanted=lambda kind: KINDS.match(kind) is not None)
    return {
        resource.address: dict(leaves(resource.properties.plain()))
        for resource in reading.resources
        if resource.mode == "managed" and resource.exists is not False
    }


def leaves(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The scalars below some data. A list of one is its member, for Checkov wraps every value in a list."""
    if isinstance(data, list) and len(data) == 1:
        yield from leaves(data[0], path)
    elif isinstance(data, (list, dict)) and data:
        for name, member in data.items() if isinstance(data, dict) else enumerate(data):
            if not str(name).startswith("__"):
                yield from leaves(member, f"{path}.{name}" if path else str(name))
    elif data is not None:
        yield path, data


def differences(mine: Resources, oracle: Resources) -> dict[str, str]:
    table = {}
    for address in sorted({*mine, *oracle}):
        if address not in mine or address not in oracle:
            table[address] = "only here" if address in mine else "only there"
            continue
        left, right = mine[address], oracle[address]
        for path in sorted({*left, *right}):
            a, b = left.get(path, ABSENT), right.get(path, ABSENT)
            if not agree(a, b):
                table[f"{address} {path}"] = f"{OPEN if isinstance(a, Unknown) else repr(a)} | {b!r}"
    return table

def agree(a,b):
    if isinstance(a, Unknown):
        return isinstance(b, str)
    return json.dumps(a) == json.dumps(b)

if __name__ == "__main__":
    dirs = sorted({p.parent for g in ("evaluation/*/*.tf","traps/*/*.tf") for p in FIXTURES.glob(g)} | {p.parent for p in FIXTURES.glob("*/azurerm.tf")})
    dirs = [d for d in dirs if d.name != "bombs"]
    t = theirs(dirs)
    n=0
    for d in dirs:
        m = ours(d)
        n += sum(map(len, m.values()))
        for k, v in differences(m, t.get(d, {})).items():
            print(d.relative_to(FIXTURES), k, "=>", v)
    print(n)
