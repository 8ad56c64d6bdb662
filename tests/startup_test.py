"""What a start costs, counted in modules: a clock would tell more of the machine than of us."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
before = set(sys.modules)
from aiposture import cli
cli.main(sys.argv[1:])
print("\\n".join(sorted(set(sys.modules) - before)), file=sys.stderr)
"""
TEXTS = """
import sys, typing
from aiposture import cli
cli.main(sys.argv[1:])
for name, module in list(sys.modules.items()):
    for kind in vars(module).values() if name.startswith("aiposture") else ():
        if isinstance(kind, type) and issubclass(kind, tuple) and kind.__module__ == name:
            texts = [field for field, type_ in kind.__annotations__.items() if isinstance(type_, (str, typing.ForwardRef))]
            print(*texts, end="", file=sys.stderr)
"""
NO_AI = 'resource "aws_s3_bucket" "b" {}\n'
ACCOUNT = 'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI"\n}\n'
ARM = """{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{
    "type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "location": "westeurope",
    "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}
  }]
}
"""
STACK = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
"""
SLOW = {"yaml", "tempfile", "subprocess", "multiprocessing", "difflib", "random", "logging", "ssl"}
# What many modules would import without a thought, and a scan that finds nothing can do without.
HANDY = {"copy", "dataclasses", "datetime", "hashlib", "inspect", "pathlib", "shutil", "threading", "urllib"}


def imported(code: Path, *flags: str, script: str = SCRIPT) -> set[str]:
    """The modules that a check of `code` imports, or what else `script` prints; `flags` are for Python."""
    command = [sys.executable, *flags, "-c", script, "check", str(code), "--no-config", "--format", "json"]
    path = str(Path(__file__).resolve().parents[1] / "src")
    environment = {"PYTHONPATH": path, "HOME": str(code.parent), "SYSTEMROOT": "C:\\Windows"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=True)
    return set(done.stderr.split())


def of(package: str, modules: set[str]) -> set[str]:
    return {name for name in modules if name == package or name.startswith(f"{package}.")}


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    return tmp_path / "code"


def test_a_scan_that_finds_no_ai_loads_nothing_to_judge_it_with(code: Path) -> None:
    (code / "main.tf").write_text(NO_AI)
    modules = imported(code, "-S")  # without what is installed, or else that may have imported something before
    for package in (
        "services",
        "links",
        "readers",
        "judging",
        "reading",
        "suppress",
        "cache.entries",
        "cache.codec",
        "git",
        "config",
    ):
        assert not of(f"aiposture.{package}", modules), package
    assert of("aiposture.controls", modules) == {f"aiposture.controls{each}" for each in ("", "._options", "._rule")}
    assert not modules & (SLOW | HANDY)
    assert len(of("aiposture", modules)) <= 49
    assert len(modules) <= 99  # with what Python itself begins with, `re` and `typing` among it


@pytest.mark.parametrize(
    ("name", "text"), [("main.tf", NO_AI), ("main.tf", ACCOUNT), ("azuredeploy.json", ARM), ("stack.yaml", STACK)]
)
def test_no_annotation_is_compiled_at_the_start(code: Path, name: str, text: str) -> None:
    """A named tuple compiles each of its annotations that is a text, and the first one takes 2 ms."""
    (code / name).write_text(text)
    assert imported(code, script=TEXTS) == set()


def test_a_scan_of_terraform_loads_no_other_reader(code: Path) -> None:
    (code / "main.tf").write_text(ACCOUNT)
    modules = imported(code)
    for reader in ("arm", "bicep", "cloudformation", "terraform_plan"):
        assert not of(f"aiposture.readers.{reader}", modules), reader
    others = ("aiposture.services.aws_", "aiposture.services.google_", "aiposture.links.aws", "aiposture.links.google")
    tables = {name for name in modules if name.startswith(others)}
    assert tables == {"aiposture.links.aws_sinks", "aiposture.links.google_sinks"}  # any key can arrive in them
    assert not modules & SLOW
    assert len(of("aiposture", modules)) <= 162
    assert len(modules) <= 201


def test_a_scan_that_finds_all_in_the_cache_loads_no_reader(code: Path) -> None:
    (code / "main.tf").write_text(ACCOUNT)
    imported(code)
    assert not of("aiposture.readers", imported(code)) - {"aiposture.readers"}


def test_whoever_watches_the_program_is_told_when_it_ends(code: Path) -> None:
    (code / "main.tf").write_text(NO_AI)
    for watch in ("pass", "sys.setprofile(lambda *_: None)"):
        script = (
            f"import atexit, sys; from aiposture.cli import run; atexit.register(print, 'at the end'); {watch}; run()"
        )
        command = [sys.executable, "-c", script, "check", str(code), "--no-config", "--no-cache", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        assert ("at the end" in done.stdout) == (watch != "pass")
