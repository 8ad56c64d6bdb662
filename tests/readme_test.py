"""The README is true: its commands run and give what it says, its example of a suppression suppresses."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from aiposture import config, controls
from aiposture.model import Severity

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
CODE = [block for _, block in BLOCKS]
EXAMPLE = "fixtures/stacks/rag-on-azure"
TEST = "pip install -e '.[test]' && python -m pytest"

# What stands for a name of the reader's own in the README, or has to be there first.
STAND_INS = {
    "infra": EXAMPLE,
    "./rules": EXAMPLE,
    "plan.json": "fixtures/plans/create/plan.json",
}


def aiposture(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aiposture", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def commands() -> list[str]:
    """Every command line of ours in the README: in blocks, in their examples, and in the text."""
    found = re.findall(r"(?:^ *|&& )(aiposture(?: [^\n\[]*?)?)(?:  +.*)?$", "\n".join(CODE), re.MULTILINE)
    found += [
        part.strip()
        for span in re.findall(r"`([^`]+)`", re.sub(r"(?s)```.*?```", "", README))
        for part in span.split("&&")
    ]
    ours = dict.fromkeys(command for command in found if re.match(r"aiposture( |$)", command) and "ID" not in command)
    return list(ours)


def test_the_commands_are_found() -> None:
    assert len(commands()) >= 8
    assert f"aiposture check {EXAMPLE}" in commands()


CLEAN = ("rule", "rules", "checks-dir", "completion", "config-schema", "--write-baseline", "--baseline")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository such as the README speaks of: the example on a branch, a variable file, a baseline."""
    directory = tmp_path_factory.mktemp("project")
    git("init", "--quiet", cwd=directory)
    git("commit", "--quiet", "--allow-empty", "--message", "Begin", cwd=directory)
    git("update-ref", "refs/remotes/origin/main", "HEAD", cwd=directory)
    shutil.copytree(ROOT / EXAMPLE, directory, dirs_exist_ok=True)
    (directory / "env").mkdir()
    shutil.copy(directory / "terraform.tfvars", directory / "env" / "prod.tfvars")
    aiposture("check", "--write-baseline", ".aiposture.baseline", cwd=directory)
    git("add", ".", cwd=directory)
    git("commit", "--quiet", "--message", "Add the example", cwd=directory)
    return directory


def git(*arguments: str, cwd: Path) -> None:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=cwd, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("command", commands())
def test_commands(command: str, project: Path) -> None:
    words = [STAND_INS.get(word, word) for word in shlex.split(command)[1:]]
    words = [str(ROOT / word) if word.startswith("fixtures/") else word for word in words]
    done = aiposture(*words, cwd=project)
    assert done.returncode == (0 if any(word in CLEAN for word in words) else 1), done.stderr
    assert done.stdout or "The report is in" in done.stderr


def test_the_example_prints_what_is_shown() -> None:
    done = aiposture("check", EXAMPLE)
    (finding,) = [block for block in CODE if block.startswith("high[")]
    assert done.returncode == 1
    assert finding in done.stdout + "\n"


def test_the_suppression_suppresses(tmp_path: Path) -> None:
    (snippet,) = [block for kind, block in BLOCKS if kind == "hcl"]
    body = 'name = "srch-docs"\n  resource_group_name = "rg"\n  location = "westeurope"\n  sku = "standard"'
    (tmp_path / "main.tf").write_text(snippet.replace("...", body), encoding="utf-8")

    def statuses(*options: str) -> list[tuple[str, bool]]:
        report = json.loads(
            aiposture("check", ".", "--select", "AIS401", "--format", "json", *options, cwd=tmp_path).stdout
        )
        return [(result["verdict"], bool(result["suppressed"])) for result in report["results"]]

    assert statuses("--no-inline-suppressions") == [("fail", False)]
    assert statuses() == [("fail", True)]


def test_the_hook_is_the_one_of_its_page() -> None:
    (snippet,) = [block for kind, block in BLOCKS if kind == "yaml" and block.startswith("repos:")]
    assert snippet in (ROOT / "docs/pre-commit.md").read_text("utf-8")


def test_the_workflow_takes_the_steps_of_its_page() -> None:
    (snippet,) = [block for kind, block in BLOCKS if kind == "yaml" and block.startswith("name:")]
    page = (ROOT / "docs/github-action.md").read_text("utf-8")
    start = re.search(r"<!-- snippet: start -->\n```yaml\n(.*?)```", page, re.DOTALL)
    assert start is not None
    assert yaml.safe_load(snippet)["jobs"] == yaml.safe_load(start[1])["jobs"]


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (snippet,) = [block for kind, block in BLOCKS if kind == "toml"]
    (tmp_path / "pyproject.toml").write_text(snippet, encoding="utf-8")
    loaded = config.load(str(tmp_path / "pyproject.toml"), controls.known_ids())
    assert (loaded.fail_on, loaded.require_reason, len(loaded.per_path_ignores)) == ("medium", True, 1)
    assert loaded.severities == {"AIS301": Severity.LOW}


def test_the_formats_are_all() -> None:
    section = README.partition("## Formats")[2].partition("\n## ")[0]
    choices = re.search(r"--format \{([\w,]+)\}", aiposture("--help").stdout)
    assert choices is not None
    assert sorted(re.findall(r"`(\w+)`", section)) == sorted(choices[1].split(","))


def test_the_test_command_is_what_ci_runs() -> None:
    assert f"{TEST}\n" in CODE
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == TEST
