"""Files and directories can have any name: no report, message or summary lets one give orders or look like another."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from aiposture.output import formats

ACCOUNT = 'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI"\n}\n'
BROKEN = 'resource "azurerm_cognitive_account" "a" {\n  kind = = "OpenAI"\n}\n'
TEMPLATE = json.dumps({
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "resources": [{"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI"}],
})  # fmt: skip
NAMES = [
    "a\n::error file=x::pwned", "a\r\n##[error]pwned", "##vso[task.setvariable variable=x]pwned", "##teamcity[pwned]",
    "::set-output name=x::pwned", "\x1b]0;pwned\x07\x1b[31mred", "a\x9b31mb", "a\u202egpj.exe", "a\u200bb", "a\u2028b",
    "![x](https:pwned)", "[x](javascript:pwned)", "<img src=x onerror=pwned>", "`pwned`|**b**", "a'\"$(touch pwned);`touch pwned`", "%0A::error::pwned", "-rf",
    "&lt;!--", "]]>", "a\tb", " ", "\\u001b[31m", "x" * 200, "é", "e\u0301", "a\ud800b".encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"),
    os.fsdecode(b"a\xffb"), "@team #1 :shrug:", "{{7*7}}", "=cmd|' C calc'!A0",
]  # fmt: skip
OBEYED = re.compile(r"^ *::\w|##(?:vso|teamcity)?\[|##vso\[|##teamcity\[", re.MULTILINE)
OURS = re.compile(r"^::(?:error|warning|notice|debug|group|endgroup)[ :]|^::endgroup::$", re.MULTILINE)


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Path:
    """Each name as that of a directory with a finding in it, of a file with one, and of a file that is broken."""
    root = tmp_path_factory.mktemp("names") / "code"
    for number, name in enumerate(NAMES):
        for directory, file, text in (
            (name, "main.tf", ACCOUNT), (f"b{number}", f"{name}.tf", ACCOUNT), (f"c{number}", f"{name}.tf", BROKEN),
            (f"d{number}", f"{name}.json", TEMPLATE), (f"e{number}", f"{name}.yaml", "AWSTemplateFormatVersion: AWS::SageMaker\nResources: ["),
        ):  # fmt: skip
            (root / directory).mkdir(parents=True, exist_ok=True)
            (root / directory / file).write_text(text)
    return root


def run(scene: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "aiposture", *arguments], capture_output=True, cwd=scene, check=False, timeout=300,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def assert_inert(text: str, name: str) -> None:
    assert [one for one in text if not (one.isprintable() or one in "\n\u2060")] == []
    rest = OURS.sub("", text) if name == "github" else text
    assert OBEYED.findall(rest) == []


@pytest.fixture(scope="module")
def reports(scene: Path) -> dict[str, str]:
    """The text of each format, and of what is told beside it."""
    files = {name: scene.parent / f"report.{name}" for name in formats.NAMES}
    outputs = [f"--output={name}={path}" for name, path in files.items()]
    done = run(scene, "check", ".", "--no-cache", *outputs, "--format=json", "--show=pass,fail,unknown")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert not list(scene.rglob("pwned"))
    assert_inert(done.stderr.decode(), "")
    return {name: path.read_text() for name, path in files.items()}


@pytest.mark.parametrize("name", formats.NAMES)
def test_names_in_reports(reports: dict[str, str], name: str) -> None:
    shown = reports[name]
    assert_inert(shown, name)
    if name in ("json", "sarif", "gitlab"):
        json.loads(shown)
    if name == "junit":
        ET.fromstring(shown)
    if name == "markdown":
        outside_of_code = re.sub(r"`[^`\n]*`", "", shown)
        assert "pwned" not in outside_of_code
    if name == "github":  # one line a finding or error, whatever stands in a name
        assert all(line.startswith("::") or "::" not in line[:2] for line in shown.split("\n"))


def test_each_name_is_in_the_report_as_it_is(reports: dict[str, str]) -> None:
    report = json.loads(reports["json"])
    directories = {found["location"]["path"].rpartition("/")[0] for found in report["results"]}
    assert {name for name in NAMES if "#" not in name and name.isascii()} <= directories
    assert len({error["path"] for error in report["errors"]}) == 2 * len(NAMES)
    judged = {found["location"]["path"] for found in report["results"]}
    assert [
        f"{letter}{number}"
        for letter in "bcd"
        for number in range(len(NAMES))
        if not any(one.startswith(f"{letter}{number}/") for one in judged)
    ] == []


def test_names_in_baselines_shards_and_complaints(scene: Path, tmp_path: Path) -> None:
    done = run(scene, "check", ".", "--no-cache", f"--write-baseline={tmp_path / 'b.json'}", "--format=concise")
    assert_inert(done.stdout.decode() + done.stderr.decode(), "")
    again = run(scene, "check", ".", "--no-cache", f"--baseline={tmp_path / 'b.json'}", "--format=json")
    assert {found["known"] for found in json.loads(again.stdout)["results"] if found["verdict"] == "fail"} == {True}
    for number in (1, 2):
        run(
            scene,
            "check",
            ".",
            "--no-cache",
            f"--shard={number}/2",
            f"--output-file={tmp_path / str(number)}",
            "--format=json",
        )
    merged = run(scene, "merge", str(tmp_path / "1"), str(tmp_path / "2"))
    whole = run(scene, "check", ".", "--no-cache", "--format=json")
    assert merged.stdout == whole.stdout
    assert_inert(merged.stdout.decode() + merged.stderr.decode(), "")


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "--baseline"), ("merge",), ("check", "--var-file"), ("check", "--config")]
)
def test_names_in_complaints(scene: Path, arguments: tuple[str, ...]) -> None:
    for name in NAMES[:7]:
        done = run(scene, *arguments, f"./{name}.gone")
        assert done.returncode == 2
        assert_inert(done.stderr.decode(), "")
