"""Nothing that changes is missed: after any change, a scan with the cache says what one without it says."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiposture import cli
from aiposture.cache.codec import encode
from aiposture.cache.observed import Observed
from aiposture.discover import Unit, discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree
from aiposture.readers.bicep.compiler import Compiler
from aiposture.readers.bicep.sources import Sources
from aiposture.readers.bicep.staging import stage
from aiposture.readers.bicep.standins import StandIns
from aiposture.readers.bicep.workspace import Workspace
from aiposture.reading import Inputs, Readers
from aiposture.services import wanted

ARM = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
ACCOUNT = 'resource "azurerm_cognitive_account" "{name}" {{\n  kind = "OpenAI"\n  local_auth_enabled = {keys}\n}}\n'
SERVICE = 'resource "azurerm_search_service" "s" {\n'
KEYS = "local_authentication_enabled"
SEARCH = """resource s 'Microsoft.Search/searchServices@2023-11-01' = {{
  name: 's'
  location: 'x'
  properties: {{ disableLocalAuth: {value} }}
}}
"""


def terraform(chance: random.Random) -> str:
    source = chance.choice(["../m0", "../m1", "./m2", "../absent", "registry/x/y"])
    return chance.choice(
        [
            ACCOUNT.format(name=f"a{chance.randint(0, 2)}", keys=chance.choice(["true", "false", "var.keys"])),
            'variable "keys" { default = false }\n',
            f'module "m" {{\n  source = "{source}"\n  keys = {chance.choice(["true", "var.keys"])}\n}}\n',
            f'{SERVICE}  # aiposture:ignore[AIS401] known\n  {KEYS} = jsondecode(file("x.json")).keys\n}}\n',
            f'{SERVICE}  {KEYS} = fileexists("x.json")\n',
            "# openai\n",
        ]
    )


def arm(chance: random.Random) -> str:
    account = {
        "type": "Microsoft.CognitiveServices/accounts",
        "apiVersion": "2024-10-01",
        "name": "a",
        "kind": "OpenAI",
        "properties": {"disableLocalAuth": "[parameters('off')]"},
    }
    linked = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "d",
        "properties": {"templateLink": {"relativePath": chance.choice(["a.json", "b.json"])}},
    }
    off = {"type": "bool", "defaultValue": chance.choice([True, False])}
    chosen = chance.choice([[account], [linked], [account, linked]])
    return json.dumps({"$schema": ARM, "parameters": {"off": off}, "resources": chosen}, indent=1)


def cloudformation(chance: random.Random) -> str:
    root = chance.choice(["Enabled", "Disabled", "!Ref Root"])
    nested = chance.choice(["a.yaml", "b.yaml", "m0/c.yaml"])
    return (
        "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Root: {Type: String, Default: Enabled}\nResources:\n"
        f"  N:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      RootAccess: {root}\n"
        "      InstanceType: ml.t3.medium\n      RoleArn: arn:aws:iam::1:role/r\n"
        f"  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {nested}\n"
    )


PLACES: dict[str, Callable[[random.Random], str]] = {
    **{f"{directory}{name}": terraform for directory in ("", "m0/", "m1/", "m0/m2/") for name in ("a.tf", "b.tf")},
    **{f"{directory}override.tf": terraform for directory in ("", "m1/")},
    "terraform.tfvars": lambda chance: f"keys = {chance.choice(['true', 'false'])}\n",
    "m0/x.auto.tfvars": lambda chance: f"keys = {chance.choice(['true', 'false'])}\n",
    "m0/x.json": lambda chance: json.dumps({"keys": chance.random() < 0.5}),
    "x.json": lambda chance: json.dumps({"keys": chance.random() < 0.5}),
    ".terraform.lock.hcl": lambda chance: (
        f'provider "registry.terraform.io/hashicorp/azurerm" {{\n  version = "{chance.choice("34")}.1.0"\n}}\n'
    ),
    "a.json": arm,
    "b.json": arm,
    "a.parameters.json": lambda chance: json.dumps({"parameters": {"off": {"value": chance.random() < 0.5}}}),
    "a.yaml": cloudformation,
    "b.yaml": cloudformation,
    "m0/c.yaml": cloudformation,
}


def change(root: Path, chance: random.Random) -> None:
    """One change of the kinds that a working tree sees: of a file, of its name, of its rights, or of what it is."""
    name = chance.choice(sorted(PLACES))
    path = root / name
    other = root / chance.choice(sorted(PLACES))
    for each in (path, other):
        each.parent.mkdir(parents=True, exist_ok=True)
    kind = chance.choice(["write", "write", "write", "delete", "rename", "rights", "link", "directory", "cut", "again"])
    if kind == "write" or not os.path.lexists(path):
        _remove(path)
        path.write_text(PLACES[name](chance))
    elif kind == "delete":
        _remove(path)
    elif kind == "rename" and path != other:
        _remove(other)
        path.rename(other)
    elif kind == "rights" and not path.is_symlink():
        path.chmod(chance.choice([0o644, 0o000]) if path.is_file() else 0o755)
    elif kind == "link" and path != other and os.name != "nt":
        _remove(path)
        path.symlink_to(chance.choice([other.name, "../out.tf", f"{'../' * name.count('/')}m0", "absent"]))
    elif kind == "directory":
        _remove(path)
        path.mkdir()
    elif kind == "cut" and path.is_file() and os.access(path, os.R_OK | os.W_OK):
        path.write_bytes(path.read_bytes()[:-5])
    elif path.is_file() and not path.is_symlink():  # the same bytes at another time
        os.utime(path, (1, 1))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def report(out: Path, *options: str, command: tuple[str, ...]) -> tuple[int, bytes]:
    arguments = [*command, "--no-config", "--format", "json", "--output-file", str(out), *options]
    with contextlib.redirect_stderr(io.StringIO()):
        status = cli.main(arguments)
    return status, out.read_bytes()


@pytest.mark.parametrize("command", [("check", "."), ("hook",)])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tree_that_changes(tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...], seed: int) -> None:
    chance = random.Random(seed)
    place = tmp_path_factory.mktemp("changes")
    root = place / "code"
    root.mkdir()
    (place / "out.tf").write_text(ACCOUNT.format(name="outside", keys="true"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(place / "cache"))
        patch.setenv("LOCALAPPDATA", str(place / "cache"))
        patch.chdir(root)
        subprocess.run(["git", "init", "--quiet"], check=True)
        for _ in range(12):
            change(root, chance)
        for _ in range(6):
            for _ in range(chance.randint(1, 3)):
                change(root, chance)
            subprocess.run(["git", "add", "--all"], check=False, capture_output=True)  # without what it cannot read
            cached = report(place / "cached", command=command)
            assert cached == report(place / "fresh", "--no-cache", command=command)
    assert list((place / "cache").rglob("*"))


def test_a_question_that_is_not_noted_would_be_missed() -> None:
    """Who adds a way to ask a tree has to add it to the notes; walking is for discovery, which is never kept."""
    asked = {name for name, member in vars(Tree).items() if callable(member) and not name.startswith("_")}
    asked -= {"with_extra"}  # it asks nothing, and makes another tree
    assert asked - {"once", "walk", "read_found", "content_name"} == {"read", "names", "is_file", "is_dir"}
    assert asked - {"walk", "read_found", "content_name"} <= set(vars(Observed))


@pytest.fixture(scope="module")
def real() -> Iterator[Compiler]:
    found = Compiler.find(None, os.environ)
    if found is None:
        pytest.skip("no Bicep compiler: set AIPOSTURE_BICEP, or put bicep on PATH")
    with found:
        yield found


def _bicep(root: Path) -> None:
    files = {
        "main.bicep": "module m 'm.bicep' = { name: 'm' }\n" + SEARCH.format(value="loadJsonContent('v.json').off"),
        "m.bicep": SEARCH.format(value="true"),
        "second.bicep": "var given = loadJsonContent('v.json')\n" + SEARCH.format(value="given.off"),
        "third.bicep": "param off bool = true\n" + SEARCH.format(value="off"),
        "v.json": '{"off": true}',
    }
    for name, text in files.items():
        (root / name).write_text(text)


BICEP_CHANGES = {
    "a module": ("m.bicep", SEARCH.format(value="false")),
    "what two units load": ("v.json", '{"off": false}'),
    "parameters beside it": ("third.parameters.json", '{"parameters": {"off": {"value": false}}}'),
    "a .bicepparam file beside it": ("third.bicepparam", "using 'third.bicep'\nparam off = false\n"),
    "a configuration": ("bicepconfig.json", '{"experimentalFeaturesEnabled": {"nonsense": 1}}'),
    "a module that goes": ("m.bicep", None),
    "an error": ("third.bicep", "param off bool = \n"),
    "a registry module": ("third.bicep", "module r 'br/public:avm/res/search/search-service:0.1.0' = {name: 'r'}\n"),
}


def readings(root: Path, compiler: Compiler, folder: Path | None) -> dict[Unit, str]:
    """What is read of all units, by one compiler that all scans share: it takes seconds to start."""
    tree = Tree(root)
    readers = Readers(tree, Inputs(), wanted, cache_folder=folder)
    readers._compiler = compiler
    return {unit: encode(readers.read(unit)) for unit in discover(tree, [""], tokens=TOKENS).units}


@pytest.mark.parametrize("changed", BICEP_CHANGES)
def test_a_bicep_tree_that_changes(changed, real, tmp_path: Path) -> None:
    root, folder = tmp_path / "code", tmp_path / "cache"
    root.mkdir()
    _bicep(root)
    before = readings(root, real, folder)
    assert readings(root, real, folder) == before
    name, text = BICEP_CHANGES[changed]
    path = root / name
    path.write_text(text) if text is not None else path.unlink()
    if changed == "what two units load":
        real.close()  # the running process keeps what it has loaded; each scan has a process of its own
    after = readings(root, real, folder)
    assert after == readings(root, real, None)
    assert after != before or changed == "a configuration"


def test_what_a_registry_module_is_called_by_keeps_no_other_unit_out(real, tmp_path: Path) -> None:
    root, folder = tmp_path / "code", tmp_path / "cache"
    root.mkdir()
    (root / "a.bicep").write_text(BICEP_CHANGES["a registry module"][1])
    (root / "main.tf").write_text(ACCOUNT.format(name="a", keys="true"))
    readings(root, real, folder)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_another_compiler_is_another_entry(real, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "code").mkdir()
    _bicep(tmp_path / "code")
    readings(tmp_path / "code", real, tmp_path / "cache")
    compiled: list[str] = []
    original = Compiler.compile

    def compile_(compiler: Compiler, sources: Sources, path: str):
        compiled.append(path)
        return original(compiler, sources, path)

    monkeypatch.setattr(Compiler, "compile", compile_)
    readings(tmp_path / "code", real, tmp_path / "cache")
    assert compiled == []
    monkeypatch.setattr(real, "_stamp", "another")
    readings(tmp_path / "code", real, tmp_path / "cache")
    assert compiled == ["main.bicep", "second.bicep", "third.bicep"]


@pytest.mark.skipif(os.name == "nt", reason="a script is no program on Windows")
def test_a_program_that_starts_another_is_asked_for_its_version(tmp_path: Path) -> None:
    program = tmp_path / "bicep"
    program.write_text(f"#!/bin/sh\nexec {tmp_path}/which --version\n")

    def stamp(version: str) -> str:
        (tmp_path / "which").write_text(f"#!/bin/sh\necho Bicep CLI version {version}\n")
        for each in (program, tmp_path / "which"):
            each.chmod(0o755)
        with Compiler(str(program), {"PATH": os.environ["PATH"]}) as compiler:
            return compiler.stamp()

    assert stamp("0.40.1") == stamp("0.40.1") != stamp("0.41.0")


def test_what_one_entry_point_loads_is_not_there_for_the_next(tmp_path: Path) -> None:
    (tmp_path / "a.bicep").write_text("output o string = loadTextContent('deep/a.txt')\n")
    (tmp_path / "b.bicep").write_text("output o string = loadTextContent('b.txt')\n")
    (tmp_path / "deep").mkdir()
    for name in ("deep/a.txt", "b.txt"):
        (tmp_path / name).write_text("text")
    sources, workspace = Sources(Tree(tmp_path)), Workspace()
    try:
        staged = []
        for path in ("a.bicep", "b.bicep", "a.bicep"):
            stage(sources, workspace, [path], StandIns([]), lambda _: None)
            found = (one.relative_to(workspace.sources).as_posix() for one in workspace.sources.rglob("*"))
            staged.append(sorted(one for one in found if one != "bicepconfig.json"))
    finally:
        workspace.close()
    assert staged == [["a.bicep", "deep", "deep/a.txt"], ["b.bicep", "b.txt"], ["a.bicep", "deep", "deep/a.txt"]]
