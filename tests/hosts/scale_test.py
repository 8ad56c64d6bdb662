"""The workflows of docs/scale.md under `act`; files are handed over by stubs for the actions of artifacts.

Nothing is fetched: `pipx` says what it would install, and git takes github.com from a directory.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import github_action_test  # noqa: E402 - the line above finds it
from github_action_test import ROOT, Run, account, act, commit, git, linux, passes  # noqa: E402 - as above

from aiposture import __version__, cli  # noqa: E402 - as above

DOCUMENT = (ROOT / "docs" / "scale.md").read_text("utf-8")
SNIPPETS = dict(re.findall(r"<!-- snippet: (\w+) -->\n```yaml\n(.*?)```", DOCUMENT, re.DOTALL))
PLACE = ".github/workflows/aiposture.yml"


@linux
@pytest.mark.parametrize("name", ["shards", "repositories"])
def test_the_workflows_of_the_page(name: str, tmp_path: Path) -> None:
    path = tmp_path / PLACE
    path.parent.mkdir(parents=True)
    path.write_text(SNIPPETS[name])
    passes("actionlint", path)
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)
    passes("zizmor", "--offline", "--no-progress", path)
    assert f"aiposture@v{__version__}\n" in SNIPPETS[name]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a workflow of the page in a repository."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "pipx").write_text('#!/bin/sh\necho "would $*"\n')
    (programs / "pipx").chmod(0o755)
    monkeypatch.setattr(github_action_test, "PATH", f"{programs}:{github_action_test.PATH}")

    def run(repository: Path, event: str) -> Run:
        return act(tmp_path, repository, event, workflow=PLACE, tool=ROOT)

    return run


def repository(root: Path, files: dict[str, str]) -> Path:
    root.mkdir(parents=True)
    git(root, "init", "--quiet")
    commit(root, dict(files))
    return root


@linux
def test_shards_are_merged_into_the_report_of_one_scan(tmp_path: Path, runner) -> None:
    modules = {f"m{number}/main.tf": account(f"a{number}", local_auth_enabled="true") for number in range(7)}
    root = repository(tmp_path / "repository", {**modules, PLACE: SNIPPETS["shards"]})
    run = runner(root, "pull_request")
    assert run.status == 1, run.log
    assert run.log.count("would install git+https://github.com/aiposture/aiposture@v") == 4
    assert re.search(r"Failed: 7 findings \(7 medium\)\. The report is in aiposture\.sarif", run.log), run.log
    assert sorted(path.name for path in (run.home / "artifacts").iterdir()) == ["shard-1", "shard-2", "shard-3"]
    cli.main(["check", str(root), "--format", "sarif", "--output-file", str(tmp_path / "whole")])
    assert (run.home / "uploaded.sarif").read_bytes() == (tmp_path / "whole").read_bytes()


@linux
def test_many_repositories_are_checked_in_parts(tmp_path: Path, runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the configuration of the list's repository, not with theirs."""
    for number in range(6):
        files = {"main.tf": account("a", local_auth_enabled="true" if number % 2 else "false")}
        files["aiposture.toml"] = 'ignore = ["AIS*"]\n'
        repository(tmp_path / f"github/o/r{number}", files)
    names = "".join(f"o/r{number}\n" for number in range(6))
    settings = {"aiposture.toml": 'select = ["AIS401"]\n', "repositories.txt": names}
    root = repository(tmp_path / "repository", {**settings, PLACE: SNIPPETS["repositories"]})
    for name, text in {
        "COUNT": "1", "KEY_0": f"url.{tmp_path / 'github'}/.insteadOf", "VALUE_0": "https://github.com/",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"GIT_CONFIG_{name}", text)
    run = runner(root, "workflow_dispatch")
    assert run.status == 0, run.log
    rows = [line for line in run.summary.splitlines() if line.startswith("| o/")]
    assert sorted(rows) == [f"| o/r{number} | {number % 2} | 0 |" for number in range(6)]
    assert len(list((run.home / "artifacts").glob("*/*.json"))) == 6


def test_checkouts_side_by_side_are_judged_together(tmp_path: Path) -> None:
    for name, text in (("a", account("a", public_network_access_enabled="true")), ("b", ENDPOINT)):
        repository(tmp_path / "checkouts" / name, {"main.tf": text})

    def verdicts(*paths: str) -> dict[str, str]:
        report = tmp_path / "report"
        cli.main(
            [
                "check",
                *paths,
                "--private-endpoint-mode",
                "azure-policy",
                "--format",
                "json",
                "--output-file",
                str(report),
            ]
        )
        return {
            one["resource"]["path"]: one["verdict"]
            for one in json.loads(report.read_text())["results"]
            if one["control"] == "AIS101"
        }

    assert verdicts(str(tmp_path / "checkouts/a")) == {"main.tf": "fail"}
    assert verdicts(str(tmp_path / "checkouts")) == {"a/main.tf": "pass"}


ENDPOINT = """
resource "azurerm_private_endpoint" "e" {
  name = "e"
  private_service_connection {
    name                           = "c"
    private_connection_resource_id = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a"
    subresource_names              = ["account"]
    is_manual_connection           = false
  }
}
"""
