"""Checkov as an oracle: every scalar that its Terraform runner hands to a check is compared with what we read.

Nothing of Checkov is loaded by us: it runs in a child of the interpreter that AIPOSTURE_CHECKOV_PYTHON names. One child
judges many directories, each in a fork of its own, since Checkov's expressions share one symbol table.
Where the two differ, checkov_disagreements.json says why: by reason, fixture, address and path, as "ours | theirs".
A row that no longer holds fails as well.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

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

UNBOUNDED = {"evaluation/bombs"}  # Checkov has no bounds: it would run for minutes

Leaves = dict[str, object]
Resources = dict[str, Leaves]

ABSENT = "absent"
OPEN = "unknown"
HERE, THERE = "only here", "only there"
DISAGREEMENTS = Path(__file__).with_name("checkov_disagreements.json")
META = {"count", "for_each", "dynamic", "depends_on", "lifecycle", "provider"}


@pytest.fixture(autouse=True)
def _oracle() -> None:
    if "AIPOSTURE_CHECKOV_PYTHON" not in os.environ:
        pytest.skip(f"no interpreter with the oracle checkov: {INSTALL}")


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
            conf["__address__"]: dict(leaves(without_meta(conf)))
            for conf in found
            if ours_to_judge(conf["__address__"])
        }
    return table


def ours_to_judge(address: str) -> bool:
    return re.search(r"(^|\.)azurerm_\w+\.[^.]+$", re.sub(r"\[[^\]]*\]", "", address)) is not None


def without_meta(members: Mapping[str, object]) -> Mapping[str, object]:
    return {name: member for name, member in members.items() if name not in META and not name.startswith("__")}


def ours(directory: Path) -> Resources:
    reading = read(Tree(directory), "", wanted=lambda kind: kind.startswith("azurerm_"))
    return {
        resource.address: dict(leaves(without_meta(resource.properties.plain())))
        for resource in reading.resources
        if resource.mode == "managed" and resource.exists is not False
    }


def leaves(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The scalars below some data.

    A list of one is its member, for Checkov wraps every value in a list; and a list has no order, for it sorts sets.
    """
    if isinstance(data, list) and len(data) == 1:
        yield from leaves(data[0], path)
    elif isinstance(data, list) and data and not any(isinstance(member, (dict, list)) for member in data):
        yield from leaves(dict(enumerate(sorted(data, key=str))), path)
    elif isinstance(data, (list, dict)) and data:
        for name, member in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(member, f"{path}.{name}" if path else str(name))
    elif data is not None:
        yield path, data


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
    """Whether two scalars are the same, 1 not being true. What is unknown here is a text with its source there."""
    if isinstance(mine, Unknown):
        return isinstance(oracle, str) and oracle is not ABSENT
    return json.dumps(mine) == json.dumps(oracle)


def shown(data: object) -> str:
    text = "unknown" if isinstance(data, Unknown) else data if data is ABSENT else json.dumps(data)
    return text if len(text) <= 40 else text[:37] + "..."


def fixtures() -> dict[str, Path]:
    """The directories that are a root module, by their names below `fixtures`."""
    patterns = ("evaluation/*/*.tf", "traps/*/*.tf", "*/azurerm.tf")
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
    roots = fixtures()
    mine = {name: ours(root) for name, root in roots.items()}
    oracle = theirs(list(roots.values()))
    assert set(oracle) == set(roots.values())
    found = {name: differences(mine[name], oracle[root]) for name, root in roots.items()}
    assert {name: table for name, table in found.items() if table} == disagreements()
    assert sum(len(leaves) for resources in mine.values() for leaves in resources.values()) > 2500


VARIABLES = """
variable "text" { default = "Disabled" }
variable "flag" { default = false }
variable "number" { default = 3 }
variable "ranges" { default = ["10.0.0.0/8", "192.0.2.1"] }
variable "object" { default = { kind = "OpenAI", public = false } }
variable "open" { type = string }
locals {
  text   = var.text
  flag   = var.flag
  chain  = local.text
  ranges = var.ranges
}
"""
MODULE = """
variable "given" { default = "nothing" }
resource "azurerm_search_service" "inner" { public_network_access_enabled = var.given }
"""
TEXTS = (
    '"Enabled"',
    '""',
    "var.text",
    "local.text",
    "local.chain",
    "var.object.kind",
    '"${var.text}"',
    '"a-${local.text}"',
)
FLAGS = ("true", "false", "var.flag", "local.flag", "var.object.public")


class Part:
    """What Checkov is able to evaluate, of each type: `lookup`, no `upper(var.text)`, no `==`."""

    texts = st.one_of(
        st.sampled_from(TEXTS),
        st.builds(
            "{} ? {} : {}".format, st.sampled_from(FLAGS), st.sampled_from(TEXTS[:4]), st.sampled_from(TEXTS[:4])
        ),
        st.builds('lookup(var.object, "{}", "none")'.format, st.sampled_from(("kind", "absent"))),
    )
    flags = st.sampled_from(FLAGS)
    lists = st.sampled_from(("[]", '["a"]', '["a", "b"]', "var.ranges", "local.ranges"))
    undecided = st.sampled_from(
        ("var.open", '"x-${var.open}"', "azurerm_subnet.there.id", "data.azurerm_subnet.there.id")
    )
    expressions = st.one_of(texts, flags, lists, st.just("var.number"), undecided)
    blocks = st.one_of(
        st.just(""),
        st.builds("network_acls {{\n    default_action = {}\n    ip_rules = {}\n  }}".format, texts, lists),
        st.builds('dynamic "identity" {{\n    for_each = [1]\n    content {{ type = {} }}\n  }}'.format, texts),
    )
    repetitions = st.sampled_from(
        ("", "count = 2", 'for_each = { west = "a", north = "b" }', "count = 0", "count = var.number")
    )
    resources = st.tuples(repetitions, expressions, expressions, expressions, blocks)
    configurations = st.tuples(st.lists(resources, min_size=40, max_size=40), st.lists(texts, min_size=5, max_size=5))


def configuration(resources: Sequence[tuple[str, ...]], arguments: Sequence[str]) -> str:
    blocks = [
        f'resource "azurerm_search_service" "r{place}" {{\n  {head}\n  xa = {a}\n  xb = {b}\n  xc = {c}\n  {block}\n}}'
        for place, (head, a, b, c, block) in enumerate(resources)
    ]
    calls = [
        f'module "m{place}" {{\n  source = "./inner"\n  given = {argument}\n}}\n'
        for place, argument in enumerate(arguments)
    ]
    return "\n".join((VARIABLES, *blocks, *calls))


@settings(
    max_examples=int(os.environ.get("AIPOSTURE_ORACLE_EXAMPLES", "3")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # each step of shrinking would start a child
    suppress_health_check=list(HealthCheck),
)
@given(drawn=Part.configurations)
def test_generated_configurations(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[tuple[str, ...]], list[str]]
) -> None:
    directory = tmp_path_factory.mktemp("oracle")
    (directory / "inner").mkdir()
    (directory / "inner" / "main.tf").write_text(MODULE, encoding="utf-8")
    (directory / "main.tf").write_text(configuration(*drawn), encoding="utf-8")
    mine = ours(directory)
    assert differences(mine, theirs([directory])[directory]) == {}
    assert len(mine) > 20
