"""`aiposture hook --changed`: what a changed file concerns, and which files concern all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from aiposture import cli

OPEN = 'resource "azurerm_search_service" "s" {{\n  local_authentication_enabled = {keys}\n}}\n'


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two modules that fail AIS401, and files that decide about both."""
    files = {
        "a/main.tf": OPEN.format(keys="true"),
        "b/main.tf": 'variable "keys" {}\n' + OPEN.format(keys="var.keys"),
        "aiposture.toml": 'select = ["AIS401"]\nbaseline = "known.json"\n',
        "known.json": '{"failed_checks": []}',
        "values/prod.tfvars": "keys = true\n",
        "pyproject.toml": "[tool.other]\n",
        "tools/pyproject.toml": "[tool.aiposture]\n",
        "README.md": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    cli.main(["hook", "--changed", "--format", "concise", "--var-file", "values/prod.tfvars", *arguments])
    told = capsys.readouterr()
    assert not told.err
    return sorted({line.partition("/")[0] for line in told.out.splitlines() if " AIS401 " in line})


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (["README.md"], []),
        (["a/main.tf"], ["a"]),
        (["tools/pyproject.toml"], []),
        (["pyproject.toml"], []),
        (["aiposture.toml"], ["a", "b"]),
        (["README.md", "known.json"], ["a", "b"]),
        (["values/prod.tfvars"], ["a", "b"]),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_a_changed_file_concerns(capsys, changed, expected) -> None:
    assert judged(capsys, *changed) == expected


@pytest.mark.parametrize("committed", [True, False])
def test_a_pyproject_concerns_all_if_it_has_or_had_our_table(repository: Path, capsys, committed) -> None:
    (repository / "aiposture.toml").unlink()
    (repository / "pyproject.toml").write_text("[tool.aiposture]\nrequire-reason = true\n")
    git(repository, "add", "--all")
    if committed:
        git(repository, "commit", "--quiet", "--message=x")
        (repository / "pyproject.toml").write_text("[tool.other]\n")
    assert judged(capsys, "pyproject.toml") == ["a", "b"]


@pytest.mark.usefixtures("repository")
def test_a_configuration_that_does_not_count_concerns_nothing(capsys) -> None:
    assert judged(capsys, "--no-config", "aiposture.toml") == []
