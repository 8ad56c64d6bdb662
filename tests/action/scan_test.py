"""The scan as the Action starts it, without the runner: what it prints, which outputs it sets, what it writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

SCAN = Path(__file__).resolve().parents[2] / "action" / "scan.py"
VERSIONS = (
    'terraform {\n  required_providers {\n    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }\n  }\n}\n'
)
GOOD, BAD = "false", "true"
# Windows starts few programs without it.
SYSTEM = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows runs no script by its first line, and links need rights"
)


def account(name: str, public: str) -> str:
    return f"""
resource "azurerm_cognitive_account" "{name}" {{
  name                          = "{name}"
  location                      = "westeurope"
  resource_group_name           = "rg"
  kind                          = "OpenAI"
  sku_name                      = "S0"
  public_network_access_enabled = {public}
  local_auth_enabled            = false
  identity {{
    type = "SystemAssigned"
  }}
}}
"""


class Run(NamedTuple):
    log: str
    outputs: dict[str, str]
    summary: str

    @property
    def annotations(self) -> list[str]:
        obeyed = re.sub(r"(?s)::stop-commands::(\w+)\n.*?\n::\1::\n", "", self.log)
        return obeyed.splitlines()


@pytest.fixture
def repository(tmp_path) -> Path:
    root = tmp_path / "workspace"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / "versions.tf").write_text(VERSIONS)
    return root


def git(root: Path, *arguments: str) -> str:
    environment = {**SYSTEM, "HOME": str(root.parent), "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(root: Path, files: dict[str, str | None]) -> str:
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=x")
    return git(root, "rev-parse", "HEAD")


def scan(root: Path, payload=None, name: str = "push", python: str = sys.executable, **given: str) -> Run:
    runner = root.parent / "runner"
    runner.mkdir(exist_ok=True)
    (runner / "event.json").write_text(json.dumps(payload or {}))
    output, summary = runner / "output", runner / "summary"
    output.write_text("")
    summary.write_text("")
    flags = {"RESTORE": "false", "INLINE_SUPPRESSIONS": "true", "ANNOTATIONS": "true", "SUMMARY": "true"}
    environment = {
        **SYSTEM,
        "AIPOSTURE_PYTHON": python,
        "GITHUB_WORKSPACE": str(root),
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(runner / "event.json"),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
        "RUNNER_TEMP": str(runner),
        **{f"INPUT_{key}": value for key, value in {**flags, "UPLOAD_SARIF": "true", **given}.items()},
    }
    command = [sys.executable, "-X", "utf8", "-B", "-E", "-s", str(SCAN)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    found = re.findall(r"(?ms)^([\w-]+)<<(end-\w+)\n(.*?)\n\2\n", output.read_text("utf-8"))
    return Run(done.stdout, {key: value for key, _, value in found}, summary.read_text("utf-8"))


def pull_request(base: str, head: str, repository: str = "owner/repo"):
    return {
        "pull_request": {
            "base": {"sha": base, "repo": {"full_name": "owner/repo"}},
            "head": {"sha": head, "repo": {"full_name": repository}},
        }
    }


def test_clean(repository) -> None:
    commit(repository, {"main.tf": account("a", GOOD)})
    run = scan(repository)
    assert run.outputs["exit-code"] == "0"
    assert (run.outputs["findings"], run.outputs["new-findings"], run.outputs["upload"]) == ("0", "0", "true")
    assert not [line for line in run.annotations if line.startswith(("::error", "::warning"))]
    assert "Passed" in run.summary


def test_findings(repository) -> None:
    commit(repository, {"main.tf": account("a", BAD)})
    run = scan(repository)
    assert run.outputs["exit-code"] == "1"
    assert run.outputs["findings"] == run.outputs["new-findings"] == "2"
    assert sum("file=main.tf" in line for line in run.annotations) == 2
    assert "AIS201" in run.summary
    assert " --> main.tf:2:1" in run.log  # the log has the long form
    sarif = json.loads(Path(run.outputs["sarif-file"]).read_text("utf-8"))
    assert sarif["runs"][0]["automationDetails"] == {"id": "aiposture/"}
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} == {"AIS101", "AIS201"}


def test_a_file_that_cannot_be_read(repository) -> None:
    commit(repository, {"main.tf": 'resource "azurerm_cognitive_account" "a" {\n'})
    run = scan(repository)
    assert (run.outputs["exit-code"], run.outputs["upload"]) == ("2", "false")
    assert [line for line in run.annotations if line.startswith("::error") and "file=main.tf" in line]
    assert [line for line in run.annotations if "an incomplete scan does not repeat" in line]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"PATH": "nowhere"}, "nowhere", id="path"),
        pytest.param({"SELECT": "AIS999"}, "AIS999", id="control"),
        pytest.param({"SELECT": "--exit-zero"}, "--exit-zero", id="an option as a control"),
        pytest.param({"PATH": "--exit-zero"}, "./--exit-zero", id="an option as a path"),
        pytest.param({"DIFF_BASE": "--output=x"}, "--output=x", id="an option as a revision"),
        pytest.param({"FAIL_ON": "worst"}, "worst", id="severity"),
        pytest.param({"WORKING_DIRECTORY": "nowhere"}, "nowhere", id="directory"),
        pytest.param({"UPLOAD_SARIF": "yes"}, "upload-sarif", id="flag"),
    ],
)
def test_a_wrong_input(repository, given: dict[str, str], message: str) -> None:
    commit(repository, {"main.tf": account("a", BAD)})
    run = scan(repository, **given)
    assert run.outputs["exit-code"] == "2"
    assert [line for line in run.annotations if line.startswith("::error") and message in line], run.log
    assert run.outputs.get("upload", "false") == "false"


@posix
def test_a_crash_is_no_finding(repository, tmp_path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho it broke >&2\nexit 1\n")
    python.chmod(0o700)
    commit(repository, {"main.tf": account("a", GOOD)})
    run = scan(repository, python=str(python))
    assert run.outputs == {"exit-code": "2", "upload": "false"}
    assert "::error title=aiposture::There is no verdict: it broke" in run.annotations


def test_only_what_is_new_fails(repository) -> None:
    base = commit(repository, {"old/main.tf": account("old", BAD)})
    head = commit(repository, {"good/main.tf": account("good", GOOD)})
    run = scan(repository, pull_request(base, head), "pull_request")
    assert run.outputs["exit-code"] == "0"
    assert (run.outputs["findings"], run.outputs["new-findings"]) == ("2", "0")
    assert not [line for line in run.annotations if "old/main.tf" in line]


def test_what_others_merged_meanwhile_is_not_new(repository) -> None:
    """The payload's base is older than the one that GitHub merged the pull request into."""
    base = commit(repository, {"old/main.tf": account("old", GOOD)})
    git(repository, "checkout", "--quiet", "-b", "change")
    head = commit(repository, {"good/main.tf": account("good", GOOD)})
    git(repository, "checkout", "--quiet", "main")
    commit(repository, {"theirs/main.tf": account("theirs", BAD)})
    git(repository, "merge", "--quiet", "--no-ff", "--message=x", "change")
    run = scan(repository, pull_request(base, head), "pull_request")
    assert (run.outputs["exit-code"], run.outputs["findings"]) == ("0", "2")


def test_two_commits_are_enough(repository, tmp_path) -> None:
    commit(repository, {"old/main.tf": account("old", BAD)})
    base = commit(repository, {"readme.md": "x"})
    git(repository, "checkout", "--quiet", "-b", "change")
    head = commit(repository, {"new/main.tf": account("new", BAD)})
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message=x", "change")
    clone = tmp_path / "clone" / "workspace"
    clone.parent.mkdir()
    git(tmp_path, "clone", "--quiet", "--depth=2", repository.as_uri(), str(clone))
    run = scan(clone, pull_request(base, head), "pull_request")
    assert (run.outputs["exit-code"], run.outputs["new-findings"]) == ("1", "2"), run.log


def test_a_clone_without_the_base(repository, tmp_path) -> None:
    base = commit(repository, {"old/main.tf": account("old", BAD)})
    head = commit(repository, {"readme.md": "x"})
    clone = tmp_path / "clone" / "workspace"
    clone.parent.mkdir()
    git(tmp_path, "clone", "--quiet", "--depth=1", repository.as_uri(), str(clone))
    run = scan(clone, pull_request(base, head), "pull_request")
    assert run.outputs == {"exit-code": "2"}
    assert [line for line in run.annotations if line.startswith("::error") and "`fetch-depth: 0`" in line]
    run = scan(clone, pull_request(base, head), "pull_request", DIFF_BASE="off", CONFIG="head")
    assert run.outputs["new-findings"] == "2"


def test_the_configuration_of_the_base_decides(repository) -> None:
    base = commit(repository, {"aiposture.toml": 'ignore = ["AIS101"]\n'})
    head = commit(repository, {"aiposture.toml": 'ignore = ["AIS101", "AIS201"]\n', "new.tf": account("new", BAD)})
    event = pull_request(base, head)
    assert scan(repository, event, "pull_request").outputs["new-findings"] == "1"
    assert scan(repository, event, "pull_request", CONFIG="head").outputs["new-findings"] == "0"
    assert scan(repository, event, "pull_request", CONFIG="none").outputs["new-findings"] == "2"
    assert scan(repository, event, "pull_request", CONFIG="aiposture.toml").outputs["new-findings"] == "0"
    assert scan(repository).outputs["new-findings"] == "0"


def test_a_baseline(repository) -> None:
    commit(repository, {"main.tf": account("a", BAD)})
    command = [sys.executable, "-m", "aiposture", "check", "--write-baseline", "baseline.json"]
    subprocess.run(command, cwd=repository, capture_output=True, check=True)
    run = scan(repository, BASELINE="baseline.json")
    assert (run.outputs["exit-code"], run.outputs["findings"], run.outputs["new-findings"]) == ("0", "2", "0")


def test_suppressed_findings_stay_out_of_what_is_uploaded(repository) -> None:
    suppressed = account("a", BAD).replace("  name ", "  # aiposture:ignore[AIS101,AIS201] until March\n  name ", 1)
    commit(repository, {"main.tf": suppressed})
    run = scan(repository)
    assert (run.outputs["exit-code"], run.outputs["findings"]) == ("0", "0")
    assert json.loads(Path(run.outputs["sarif-file"]).read_text("utf-8"))["runs"][0]["results"] == []
    assert scan(repository, INLINE_SUPPRESSIONS="false").outputs["findings"] == "2"


def test_inputs_that_say_less(repository) -> None:
    commit(repository, {"main.tf": account("a", BAD)})
    run = scan(repository, ANNOTATIONS="false", SUMMARY="false", FAIL_ON="never", UPLOAD_SARIF="false")
    assert (run.outputs["exit-code"], run.outputs["upload"], run.summary) == ("0", "false", "")
    assert run.annotations == []


def test_a_working_directory(repository) -> None:
    commit(repository, {"infra/main.tf": account("a", BAD), "other/main.tf": account("b", BAD)})
    run = scan(repository, WORKING_DIRECTORY="infra", SARIF_FILE="reports/x.sarif", CATEGORY="infra/")
    assert run.outputs["findings"] == "2"
    assert sum("file=infra/main.tf" in line for line in run.annotations) == 2  # as GitHub has the file
    assert Path(run.outputs["sarif-file"]) == repository.resolve() / "reports" / "x.sarif"
    report = json.loads((repository / "reports" / "x.sarif").read_text("utf-8"))
    assert report["runs"][0]["automationDetails"] == {"id": "infra/"}


@posix
def test_the_checkout_cannot_lead_the_report_elsewhere(repository) -> None:
    commit(repository, {"main.tf": account("a", BAD)})
    outside = repository.parent / "outside"
    outside.mkdir()
    (repository / "link").symlink_to(outside)
    run = scan(repository, SARIF_FILE="link/x.sarif")
    assert run.outputs == {"exit-code": "2"}
    assert list(outside.iterdir()) == []
