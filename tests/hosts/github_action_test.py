"""The Action as GitHub runs it: `act` stands in for the runner, stubs for the actions of others.

Three runs, for each installs the Action anew: the project's own workflow; a pull request of a branch, with the workflow
that docs/github-action.md gives; and one of a hostile fork.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from aiposture import __version__

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent / "act"
DOCUMENT = (ROOT / "docs" / "github-action.md").read_text("utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
OURS = f"aiposture/aiposture@v{__version__}"
# What of a checkout is not needed, and the folders of tools.
LEFT_OUT = (
    ".git",
    ".*_cache",
    ".hypothesis",
    ".venv",
    "__pycache__",
    "*.egg-info",
    "benchmarks",
    "build",
    "docs",
    "tests",
)
# The one that a program was installed beside comes first.
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

linux = pytest.mark.skipif(sys.platform != "linux", reason="act runs jobs for ubuntu-latest on Linux only")


def snippet(name: str) -> str:
    found = re.search(rf"<!-- snippet: {name} -->\n```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None, name
    return found[1]


SNIPPETS = re.findall(r"<!-- snippet: (\w+) -->", DOCUMENT)


def whole(name: str) -> str:
    """The snippet in the workflow that it belongs into: it replaces what that has from the same place on."""
    text, start = snippet(name), snippet("start")
    if text.startswith("name:"):
        return text
    place = "    permissions:\n" if text.startswith("    permissions:") else "      - uses: aiposture/"
    return start[: start.index(place, start.index("jobs:"))] + text


def program(name: str) -> str:
    found = shutil.which(name, path=PATH)
    assert found is not None, f"{name} is not installed; the extra `test` has it"
    return found


def passes(*command: str | Path) -> None:
    done = subprocess.run(
        [program(str(command[0])), *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


# What stands in the files.


@linux
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("actionlint", ".github/workflows/action.yml", ".github/workflows/ci.yml"), id="actionlint"),
        pytest.param(
            ("zizmor", "--offline", "--no-progress", "--strict-collection", ".github", "action.yml"), id="zizmor"
        ),
        pytest.param(("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"), id="action"),
        pytest.param(
            ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", ".github/workflows/action.yml",
             ".github/workflows/ci.yml"), id="workflows",
        ),
        pytest.param(
            ("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"), id="dependabot"
        ),
    ],
)  # fmt: skip
def test_linters_of_others(command: tuple[str, ...]) -> None:
    passes(*command)


@linux
@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets_of_the_page(name: str, tmp_path: Path) -> None:
    path = tmp_path / ".github" / "workflows" / f"{name}.yml"
    path.parent.mkdir(parents=True)
    path.write_text(whole(name))
    passes("actionlint", path)
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)
    passes("zizmor", "--offline", "--no-progress", "--config", accept_tags_of_ours(tmp_path), path)
    (job,) = yaml.safe_load(whole(name))["jobs"].values()
    uses = [step for step in job["steps"] if step.get("uses", "").startswith("aiposture/")]
    assert {step["uses"] for step in uses} == {OURS}
    for step in uses:
        assert set(step.get("with", {})) <= set(ACTION["inputs"])


def accept_tags_of_ours(directory: Path) -> Path:
    """The page shows the version for people to read; it tells them to take a hash."""
    path = directory / "zizmor.yml"
    path.write_text('rules: {unpinned-uses: {config: {policies: {"aiposture/*": ref-pin, "*": hash-pin}}}}')
    return path


def test_the_page_has_the_inputs_and_outputs() -> None:
    def words(text: str) -> str:
        return " ".join(text.split())

    inputs = ["| input | what it is | default |", "|---|---|---|"]
    for name, given in ACTION["inputs"].items():
        default = f"`{given['default']}`" if given["default"] else ""
        inputs.append(f"| `{name}` | {words(given['description'])} | {default} |")
    outputs = ["| output | what it is |", "|---|---|"]
    outputs += [f"| `{name}` | {words(given['description'])} |" for name, given in ACTION["outputs"].items()]
    for name, table in (("inputs", inputs), ("outputs", outputs)):
        text = "\n".join(table)
        assert f"<!-- generated: {name} -->\n{text}\n<!-- end -->" in DOCUMENT, text


def test_every_input_comes_through_the_environment() -> None:
    (scan,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == "scan"]
    expected = {
        f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}"
        for name in ACTION["inputs"]
        if name != "python-version"
    }
    assert {key: value for key, value in scan["env"].items() if key.startswith("INPUT_")} == expected
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), step["name"]


def test_actions_of_others_are_pinned_alike_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    pages = ("docs/github-action.md", "docs/scale.md")
    for path in [ROOT / "action.yml", *(ROOT / page for page in pages), *(ROOT / ".github/workflows").iterdir()]:
        for line in re.findall(r"uses: (?!\./|aiposture/)(.*)", path.read_text("utf-8")):
            pin = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)", line)
            assert pin is not None, f"{path.name}: {line}"
            pins.setdefault(pin[1], set()).add(pin[2])
    assert set(pins) == {
        "actions/checkout", "actions/download-artifact", "actions/setup-python", "actions/upload-artifact",
        "github/codeql-action/upload-sarif",
    }  # fmt: skip
    assert all(len(versions) == 1 for versions in pins.values()), pins


def test_the_requirements_are_those_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = {
        requirement
        for name in ("requires", "dependencies")
        for _, requirement in re.findall(r"""(["'])(.+?)\1""", re.search(rf"(?ms)^{name} = \[(.*?)\]$", project)[1])
    }
    source = (ROOT / "action/requirements.in").read_text("utf-8")
    assert {line for line in source.splitlines() if line and not line.startswith("#")} == wanted
    pinned = re.findall(r"(?m)^([\w-]+)==[\w.]+ (?:; .* )?\\$", (ROOT / "action/requirements.txt").read_text("utf-8"))
    assert sorted(pinned) == sorted(re.split(r"[<>=]", requirement)[0].lower() for requirement in wanted)


# What happens on a runner.


class Run(NamedTuple):
    """What act says: a line of JSON for each thing that it did, printed or obeyed."""

    status: int
    records: list[dict]
    home: Path

    @property
    def log(self) -> str:
        return "".join(f"{record['msg'].rstrip()}\n" for record in self.records)

    def obeyed(self, *commands: str) -> list[dict]:
        return [record for record in self.records if record.get("command") in commands]

    @property
    def found(self) -> list[tuple[str, str]]:
        """The file and the control of each finding that is annotated."""
        places = [record["kvPairs"] for record in self.obeyed("error", "warning") if "file" in record["kvPairs"]]
        return sorted((place["file"], place.get("title", "").split(" ")[0]) for place in places)

    def says(self, command: str, text: str) -> bool:
        return any(text in record["arg"] for record in self.obeyed(command))

    @property
    def summary(self) -> str:
        """Of the one step that wrote one; act also shows it as its parent's."""
        (text,) = {record["content"] for record in self.obeyed("summary")}
        return text

    @property
    def outputs(self) -> dict[str, str]:
        """What the job sees of the Action's outputs."""
        return {record["name"]: record["arg"] for record in self.obeyed("set-output") if len(record["stepID"]) == 1}


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root: Path, files: dict[str, str | None]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=x")
    return git(root, "rev-parse", "HEAD")


def checkout(directory: Path, *also: str) -> Path:
    """A copy of what the Action needs, and `also`: others may be at work in the checkout."""
    shutil.copytree(ROOT, directory, ignore=shutil.ignore_patterns(*LEFT_OUT, "fixtures"))
    for name in also:
        shutil.copytree(ROOT / name, directory / name)
    return directory


def act(
    tmp_path: Path, repository: Path, event: str, *, workflow: str, tool: Path, payload=None, **options: str
) -> Run:
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    (home / "event.json").write_text(json.dumps(payload or {}))
    stubs = {OURS: tool}
    steps = (ROOT / "action.yml").read_text("utf-8") + (repository / workflow).read_text("utf-8")
    for line in re.findall(r"uses: (\S+@[0-9a-f]{40})", steps):
        owner, name, *_ = line.split("@")[0].split("/")
        if (HERE / name).is_dir():  # checking out is act's own affair
            stubs[f"{owner}/{name}@{line.split('@')[1]}"] = HERE / name
    command = [program("act"), event, "--json", "--platform", "ubuntu-latest=-self-hosted", "--workflows", workflow]
    command += ["--eventpath", str(home / "event.json")]
    command += [part for ref, path in stubs.items() for part in ("--local-repository", f"{ref}={path}")]
    command += [part for name, value in options.items() for part in (f"--{name}", value)]
    cache = os.environ.get("PIP_CACHE_DIR", str(tmp_path.parent / "pip"))
    environment = {**os.environ, "PATH": PATH, "HOME": str(home), "PIP_CACHE_DIR": cache}
    for name in [name for name in environment if name.startswith("GITHUB_")]:  # CI may be GitHub's own
        del environment[name]
    done = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    records = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
    return Run(done.returncode, records, home)


def workflow(name: str, **given: object) -> str:
    """The workflow of the page with further inputs."""
    document = yaml.safe_load(whole(name).replace("\non:", "\n'on':"))
    (job,) = document["jobs"].values()
    ours = job["steps"][-1]
    ours["with"] = {**ours.get("with", {}), **given}
    return yaml.safe_dump(document, sort_keys=False)


def pull_request(base: str, head: str, repository: str):
    return {
        "pull_request": {
            "base": {"sha": base, "repo": {"full_name": "owner/repo"}},
            "head": {"sha": head, "repo": {"full_name": repository}},
        }
    }


VERSIONS = (
    'terraform {\n  required_providers {\n    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }\n  }\n}\n'
)
FIREWALL = """
  custom_subdomain_name = "kept"
  network_acls {
    default_action = "Deny"
    ip_rules       = ["203.0.113.0/24"]
  }
"""
ENDPOINT = """
resource "azurerm_private_endpoint" "kept" {
  name                = "pe"
  location            = "westeurope"
  resource_group_name = "rg"
  subnet_id           = "/subscriptions/x/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
  private_service_connection {
    name                           = "psc"
    private_connection_resource_id = azurerm_cognitive_account.kept.id
    is_manual_connection           = false
    subresource_names              = ["account"]
  }
}
"""


def account(name: str, **given: str) -> str:
    arguments = {"public_network_access_enabled": "false", "local_auth_enabled": "false", **given}
    lines = "".join(f"  {key} = {value}\n" for key, value in arguments.items())
    return (
        f'resource "azurerm_cognitive_account" "{name}" {{\n  name = "{name}"\n  location = "westeurope"\n'
        f'  resource_group_name = "rg"\n  kind = "OpenAI"\n  sku_name = "S0"\n{lines}'
        '  identity {\n    type = "SystemAssigned"\n  }\n}\n'
    )


@linux
def test_the_workflow_of_this_repository(tmp_path: Path) -> None:
    """Findings fail, a clean stack passes, a broken template is incomplete; the workflow itself compares."""
    repository = checkout(tmp_path / "checkout", "fixtures/stacks")
    git(repository, "init", "--quiet")
    commit(repository, {})
    run = act(
        tmp_path,
        repository,
        "push",
        workflow=".github/workflows/action.yml",
        tool=repository,
        matrix="os:ubuntu-latest",
    )
    assert run.status == 0, run.log
    assert "Job succeeded" in run.log
    assert ("fixtures/stacks/rag-on-azure/ai.tf", "AIS201") in run.found
    assert [path for path, _ in run.found if path == "broken/main.tf"]


@linux
def test_a_pull_request_answers_for_what_it_changes(tmp_path: Path) -> None:
    """Old findings are known. A private endpoint that is gone, and a file that is new, are not; nor does the head's
    configuration count, nor change the failed upload the verdict.
    """
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    files = {
        "versions.tf": VERSIONS,
        "old.tf": account("old", public_network_access_enabled="true", local_auth_enabled="true"),
        "kept.tf": account("kept", public_network_access_enabled=f"true\n{FIREWALL}"),
        "endpoint.tf": ENDPOINT,
        ".github/workflows/aiposture.yml": workflow("upload", **{"python-version": "3.13"}),
    }
    base = commit(repository, files)
    changes = {
        "endpoint.tf": None,
        "new.tf": account("new", local_auth_enabled="true"),
        "aiposture.toml": 'ignore = ["AIS101", "AIS201", "AIS401"]\n',
    }
    head = commit(repository, changes)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "upload-is-forbidden").touch()
    run = act(
        tmp_path,
        repository,
        "pull_request",
        payload=pull_request(base, head, "owner/repo"),
        workflow=".github/workflows/aiposture.yml",
        tool=checkout(tmp_path / "tool"),
    )
    assert run.status == 1, run.log
    assert run.found == [("kept.tf", "AIS101"), ("new.tf", "AIS401")]
    assert "kept.tf:1" in run.summary
    assert "old.tf" not in run.summary
    assert (run.outputs["exit-code"], run.outputs["new-findings"], run.outputs["unknown"]) == ("1", "2", "0")
    known = int(run.outputs["findings"]) - 2
    assert known == 3
    assert "Python 3.13 would be set up" in run.log
    assert "uploading as aiposture" in run.log
    assert run.says("warning", "could not be uploaded to code scanning")
    sarif = json.loads((run.home / "uploaded.sarif").read_text("utf-8"))
    states = [result["baselineState"] for result in sarif["runs"][0]["results"]]
    assert (states.count("new"), states.count("unchanged")) == (2, known)


HOSTILE = (
    "::error::obeyed.tf",
    "x##[set-output name=exit-code]0.tf",
    "line\n::set-output name=exit-code::0\n::stop-commands::x\n.tf",
    "`touch $HOME obeyed` $(cd;touch obeyed) ;cd;touch obeyed;.tf",
    "%0A::warning::obeyed.tf",
    "--exit-zero.tf",
    "| [obeyed](https:example.com) <b>.tf",
)


@linux
def test_a_hostile_fork(tmp_path: Path) -> None:
    """Names of files and strings of code are shown and not obeyed; nothing is uploaded; the verdict is given."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    base = commit(repository, {"versions.tf": VERSIONS, ".github/workflows/aiposture.yml": workflow("upload")})
    name = '"\\n::set-output name=exit-code::0\\n##[error]obeyed ${{ obeyed }} <!-- $(touch $HOME/obeyed) <b>"'
    files: dict[str, str | None] = {
        f"{number}/{path}": account(f"a{number}", local_auth_enabled=f"true # ::error::obeyed {path.splitlines()[0]}")
        for number, path in enumerate(HOSTILE)
    }
    files["##[add-mask]obeyed/main.tf"] = account("b", custom_subdomain_name=name, local_auth_enabled="true")
    files["broken/x##[error]obeyed.tf"] = "resource {\n::error::obeyed\n"
    files["aiposture/__init__.py"] = files["venv.py"] = files["pip.py"] = files["json.py"] = "raise SystemExit(0)\n"
    head = commit(repository, files)
    run = act(
        tmp_path,
        repository,
        "pull_request",
        payload=pull_request(base, head, "stranger/repo"),
        workflow=".github/workflows/aiposture.yml",
        tool=checkout(tmp_path / "tool"),
    )
    assert run.status == 1, run.log
    assert (run.outputs["exit-code"], run.outputs["new-findings"]) == ("2", str(len(HOSTILE) + 1))
    assert set(run.outputs) == set(ACTION["outputs"])
    assert "uploading" not in run.log
    assert run.says("notice", "a pull request from a fork has no permission")
    # The runner obeyed what is ours, and nothing else.
    tokens = {record["command"] for record in run.records if re.fullmatch(r"[0-9a-f]{32}", record.get("command", ""))}
    ours = {"stop-commands", "error", "warning", "notice", "set-output", "summary", "ignored"}
    assert {record["command"] for record in run.records if "command" in record} <= ours | tokens
    assert len(tokens) == len(run.obeyed("stop-commands")) == 1
    for record in run.obeyed("error", "warning", "notice"):
        place = record["kvPairs"]
        assert (
            place["title"].startswith(("AIS", "aiposture could not read this"))
            if "line" in place
            else place["title"] == "aiposture"
        ), record
    assert not [record for record in run.obeyed("error", "warning", "notice") if record["arg"].startswith("obeyed")]
    inner = {record["name"] for record in run.obeyed("set-output") if len(record["stepID"]) > 1}
    assert inner == {*ACTION["outputs"], "python", "upload"}
    assert not (run.home / "obeyed").exists()
    assert not re.search(r"(?m)^(::|##\[)", run.summary)
    rows = [line for line in run.summary.splitlines() if line.startswith("| medium |")]
    assert len(rows) == len(HOSTILE) + 1
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6, row
        assert "<" not in re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", row), row  # what is left is no code
