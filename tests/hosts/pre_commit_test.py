"""The hooks in pre-commit and prek themselves, as a user runs them: in a repository, by `git commit`.

Both install the hooks from a git checkout of this project, once for all tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/pre-commit.md"
HERE = str(Path(sys.executable).parent)
PROGRAMS = {name: shutil.which(name, path=HERE) or shutil.which(name) for name in ("pre-commit", "prek")}
RUNNERS = tuple(PROGRAMS)
NOT_PACKAGED = ("tests/", "fixtures/", "benchmarks/", "docs/")
PASSED, FINDINGS, INCOMPLETE = "Passed", "exit code: 1", "exit code: 2"

pytestmark = [
    pytest.mark.skipif(not all(PROGRAMS.values()), reason="pre-commit and prek are not installed: pip install .[test]"),
    pytest.mark.skipif(os.name == "nt", reason="the programs of an environment are elsewhere on Windows"),
]

ACCOUNT = """\
resource "azurerm_cognitive_account" "openai" {
  name                          = "openai"
  location                      = "westeurope"
  resource_group_name           = "ai"
  kind                          = "OpenAI"
  sku_name                      = "S0"
  custom_subdomain_name         = "openai"
  local_auth_enabled            = false
  public_network_access_enabled = true

  network_acls {
    default_action = "Deny"
    ip_rules       = ["203.0.113.7"]
  }

  identity {
    type = "SystemAssigned"
  }
}
"""
ENDPOINT = """\
resource "azurerm_private_endpoint" "openai" {
  name                = "openai"
  location            = "westeurope"
  resource_group_name = "ai"
  subnet_id           = "/subscriptions/0/resourceGroups/ai/providers/Microsoft.Network/virtualNetworks/v/subnets/s"

  private_service_connection {
    name                           = "openai"
    is_manual_connection           = false
    private_connection_resource_id = azurerm_cognitive_account.openai.id
    subresource_names              = ["account"]
  }
}
"""
OPEN = ACCOUNT.replace("local_auth_enabled            = false", "local_auth_enabled            = true")
GOOD = {"infra/ai.tf": ACCOUNT, "infra/private_endpoint.tf": ENDPOINT}
PLAIN = 'resource "aws_s3_bucket" "b" {}\n'


class Done(NamedTuple):
    status: int
    text: str


class Machine(NamedTuple):
    """What all repositories share: the hooks' repository, and an environment with both runners' homes."""

    hooks: Path
    environment: dict[str, str]

    def run(self, directory: Path, *command: str, **more: str) -> Done:
        program = PROGRAMS.get(command[0]) or command[0]
        ended = subprocess.run(
            [program, *command[1:]], cwd=directory, env={**self.environment, **more}, check=False, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
        )  # fmt: skip
        return Done(ended.returncode, ended.stdout)

    def must(self, directory: Path, *command: str, **more: str) -> str:
        done = self.run(directory, *command, **more)
        assert done.status == 0, done.text
        return done.text

    def repository(self, directory: Path, files: dict[str, str], configuration: str) -> Repository:
        directory.mkdir(parents=True, exist_ok=True)
        self.must(directory, "git", "init", "--quiet")
        made = Repository(directory, self)
        made.write({**files, ".pre-commit-config.yaml": self.local(configuration)})
        return made

    def local(self, configuration: str) -> str:
        """A configuration of the page, with the repository and the revision that are here."""
        for pattern, text in (
            (r"https://github\.com/aiposture/aiposture", str(self.hooks)),
            (r"rev: v[\d.]+", "rev: v0.0.1"),
        ):
            configuration, number = re.subn(pattern, text, configuration)
            assert number
        return configuration


class Repository(NamedTuple):
    root: Path
    machine: Machine

    def write(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)

    def must(self, *command: str, **more: str) -> str:
        return self.machine.must(self.root, *command, **more)

    def run(self, *command: str, **more: str) -> Done:
        return self.machine.run(self.root, *command, **more)

    def commit(self, *arguments: str) -> Done:
        return self.run("git", "commit", "--message", "m", *arguments)

    def begin(self, runner: str) -> None:
        """A first commit without the hook, and the hook for those that follow."""
        self.must("git", "add", "--all")
        self.must("git", "commit", "--quiet", "--message", "first")
        self.must(runner, "install")


def snippet(name: str) -> str:
    found = re.search(rf"<!-- snippet: {name} -->\n```(?:yaml)?\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, name
    return found[1]


def with_hook(hook: str, *arguments: str) -> str:
    return snippet("start").replace("id: aiposture", f"id: {hook}\n        args: [{', '.join(arguments)}]")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    filelock = pytest.importorskip("filelock", reason="it comes with pre-commit")
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "pre-commit"
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "PREK"))}
    made = Machine(shared / "hooks", {
        **{name: text for name, text in kept.items() if name not in {"SKIP", "PYTHONPATH", "VIRTUAL_ENV"}},
        "GIT_CONFIG_GLOBAL": str(shared / "gitconfig"), "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
        "PRE_COMMIT_HOME": str(shared / "pre-commit"), "PREK_HOME": str(shared / "prek"), "NO_COLOR": "1",
        "PRE_COMMIT_COLOR": "never",
    })  # fmt: skip
    with filelock.FileLock(f"{shared}.lock"):
        if not (shared / "ready").exists():
            shared.mkdir()
            (shared / "gitconfig").write_text("[user]\nname = n\nemail = n@example.com\n[init]\ndefaultBranch = main\n")
            _make_hooks(made)
            first = made.repository(shared / "first", {}, snippet("start"))
            for runner in RUNNERS:
                made.must(first.root, runner, "install-hooks")
            (shared / "ready").touch()
    return made


def _make_hooks(machine: Machine) -> None:
    """A checkout of this project, as it lies here, with a tag."""
    listed = machine.must(ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for path in listed.split("\0")[:-1]:
        if not path.startswith(NOT_PACKAGED) and (ROOT / path).is_file():
            (machine.hooks / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, machine.hooks / path)
    for command in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "m"), ("tag", "v0.0.1")):
        machine.must(machine.hooks, "git", *command)


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest) -> Iterator[str]:
    return request.param


@pytest.mark.parametrize("runner", RUNNERS)
def test_the_manifest_is_valid(machine: Machine, runner: str) -> None:
    machine.must(ROOT, runner, "validate-manifest", ".pre-commit-hooks.yaml")


def test_a_commit_that_only_deletes_the_private_endpoint_fails(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", GOOD, snippet("start"))
    repository.begin(runner)
    repository.must("git", "rm", "--quiet", "infra/private_endpoint.tf")
    done = repository.commit()
    assert done.status == 1
    assert FINDINGS in done.text
    assert "AIS101" in done.text
    assert "infra/ai.tf:1:1" in done.text
    # A file that git does not have does not help.
    repository.write({"infra/private_endpoint.tf": ENDPOINT})
    done = repository.commit()
    assert done.status == 1
    assert FINDINGS in done.text


def test_what_is_staged_counts(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", GOOD, snippet("start"))
    repository.begin(runner)
    repository.write({"infra/ai.tf": OPEN})
    repository.must("git", "add", "infra/ai.tf")
    repository.write({"infra/ai.tf": ACCOUNT})  # mended on the disk only
    done = repository.commit()
    assert done.status == 1
    assert "AIS401" in done.text
    assert "local_auth_enabled            = true" in done.text
    repository.must("git", "add", "infra/ai.tf")
    repository.write({"infra/ai.tf": OPEN, "other.md": "x"})  # broken on the disk only
    repository.must("git", "add", "other.md")
    done = repository.commit()
    assert done.status == 0
    assert PASSED in done.text


def test_a_commit_of_named_files_has_an_index_of_its_own(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", {**GOOD, "other.md": "x"}, snippet("start"))
    repository.begin(runner)
    repository.write({"infra/ai.tf": OPEN, "other.md": "y"})
    repository.must("git", "add", "infra/ai.tf")
    done = repository.commit("other.md")
    assert done.status == 0, done.text
    assert PASSED in done.text
    done = repository.commit("infra/ai.tf")
    assert done.status == 1
    assert "AIS401" in done.text


def test_the_first_commit(machine: Machine, tmp_path: Path, runner: str) -> None:
    """As the page says it, from an empty repository."""
    repository = machine.repository(tmp_path / "r", {"infra/ai.tf": OPEN}, snippet("start"))
    for line in snippet("install").splitlines():
        program, *arguments = line.split()
        repository.must(runner if program == "pre-commit" else program, *arguments)  # nothing of ours is staged yet
    repository.must("git", "add", "--all")
    done = repository.commit()
    assert done.status == 1
    assert "AIS401" in done.text
    repository.write({"infra/ai.tf": ACCOUNT, "infra/private_endpoint.tf": ENDPOINT})
    repository.must("git", "add", "--all")
    assert repository.commit().status == 0


def test_a_file_that_cannot_be_read_fails_with_2(machine: Machine, tmp_path: Path, runner: str) -> None:
    files = {"infra/ai.tf": ACCOUNT + "resource {\n"}
    repository = machine.repository(tmp_path / "r", files, snippet("start"))
    repository.must("git", "add", "--all")
    done = repository.run(runner, "run")
    assert done.status == 1
    assert INCOMPLETE in done.text


def test_nested_projects_of_a_workspace(machine: Machine, tmp_path: Path) -> None:
    repository = machine.repository(tmp_path / "r", {"infra/ai.tf": OPEN}, snippet("start"))
    repository.write({"infra/.pre-commit-config.yaml": machine.local(with_hook("aiposture-changed", "--quiet"))})
    repository.must("git", "add", "--all")
    done = repository.run("prek", "run", "--all-files")
    assert done.status == 1
    assert done.text.count(FINDINGS) == 2, done.text
    assert done.text.count("--> infra/ai.tf:8:") == 2, done.text


def test_from_a_directory_below(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", {"infra/ai.tf": OPEN, "docs/x.md": ""}, snippet("start"))
    repository.must("git", "add", "--all")
    done = machine.run(tmp_path / "r/docs", runner, "run", "aiposture")
    assert done.status == 1
    assert "--> infra/ai.tf:8:" in done.text


def test_changed_files_concern_those_who_use_them(machine: Machine, tmp_path: Path, runner: str) -> None:
    files = {
        "modules/ai/main.tf": OPEN,
        "stacks/a/main.tf": 'module "ai" {\n  source = "../../modules/ai"\n}\n',
        "stacks/b/main.tf": OPEN,
        "README.md": "",
    }
    repository = machine.repository(tmp_path / "r", files, with_hook("aiposture-changed"))
    repository.begin(runner)
    repository.write({"README.md": "x"})
    repository.must("git", "add", "--all")
    assert repository.commit().status == 0
    repository.write({"modules/ai/main.tf": OPEN + "\n"})
    repository.must("git", "add", "--all")
    done = repository.commit()
    assert done.status == 1
    assert "modules/ai/main.tf:8:" in done.text
    assert "stacks/b/main.tf" not in done.text


# pre-commit starts the hook for changed files more than once, for the command line would be too long.
@pytest.mark.parametrize(("runner", "hook"), [("pre-commit", "aiposture-changed"), ("prek", "aiposture")])
def test_many_files(machine: Machine, tmp_path: Path, runner: str, hook: str) -> None:
    files = {f"a-directory-with-a-long-name-{number % 60}/and-a-file-{number}.tf": PLAIN for number in range(3000)}
    files["infra/ai.tf"] = OPEN
    repository = machine.repository(tmp_path / "r", files, with_hook(hook, "--format", "concise"))
    repository.must("git", "add", "--all")
    done = repository.run(runner, "run", "--all-files")
    assert done.status == 1
    assert done.text.count("AIS401") == 1, done.text


def test_options_of_the_page(machine: Machine, tmp_path: Path, runner: str) -> None:
    files = {"examples/ai.tf": OPEN}
    repository = machine.repository(tmp_path / "r", files, snippet("options"))
    repository.must("git", "add", "--all")
    assert "Passed: no AI services found." in repository.must(runner, "run", "--verbose")
    repository.write({"infra/ai.tf": OPEN})
    repository.must("git", "add", "--all")
    text = repository.must(runner, "run", "--verbose")  # with a finding that is less than high
    assert "infra/ai.tf:8:" in text
    assert "examples/ai.tf" not in text


def test_a_baseline(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", {"infra/ai.tf": OPEN}, snippet("baseline"))
    repository.must(sys.executable, "-m", "aiposture", "check", "--write-baseline", ".aiposture-baseline.json")
    repository.must("git", "add", "--all")
    repository.must(runner, "install")
    assert repository.commit().status == 0
    repository.write({"infra/search.tf": OPEN.replace('"openai"', '"speech"')})
    repository.must("git", "add", "--all")
    done = repository.commit()
    assert done.status == 1
    assert "infra/search.tf" in done.text
    assert "--> infra/ai.tf" not in done.text


def test_a_push_is_judged_by_what_is_pushed(machine: Machine, tmp_path: Path, runner: str) -> None:
    repository = machine.repository(tmp_path / "r", GOOD, snippet("push"))
    repository.must("git", "init", "--quiet", "--bare", str(tmp_path / "remote"))
    repository.must("git", "add", "--all")
    repository.must("git", "commit", "--quiet", "--message", "first")
    repository.must(runner, "install", "--hook-type", "pre-push")
    repository.must("git", "push", "--quiet", str(tmp_path / "remote"), "main")
    repository.must("git", "rm", "--quiet", "infra/private_endpoint.tf")
    repository.must("git", "commit", "--quiet", "--message", "second")
    repository.write({"infra/private_endpoint.tf": ENDPOINT})
    repository.must("git", "add", "--all")  # staged, and not in what is pushed
    done = repository.run("git", "push", str(tmp_path / "remote"), "main")
    assert done.status != 0
    assert "AIS101" in done.text
    repository.must("git", "commit", "--quiet", "--message", "third")
    repository.must("git", "push", "--quiet", str(tmp_path / "remote"), "main")


def test_a_try_without_an_installation(machine: Machine, tmp_path: Path) -> None:
    repository = machine.repository(tmp_path / "r", {"infra/ai.tf": OPEN}, snippet("start"))
    repository.must("git", "add", "--all")
    done = repository.run("pre-commit", "try-repo", str(machine.hooks), "aiposture", "--all-files")
    assert done.status == 1
    assert "AIS401" in done.text


# What the command does for a commit that has nothing to do with AI


def test_without_ai_nothing_is_parsed(machine: Machine, tmp_path: Path) -> None:
    files = {
        "a.tf": PLAIN,
        "b.yaml": "Resources: {A: {Type: AWS::S3::Bucket}}",
        "c.bicep": "param x string",
        "d.json": "{}",
    }
    repository = machine.repository(tmp_path / "r", files, snippet("start"))
    repository.must("git", "add", "--all")
    command = (sys.executable, "-X", "importtime", "-m", "aiposture", "hook")
    loaded = _imported(repository.must(*command))
    assert "aiposture.scan" in loaded
    heavy = ("aiposture.readers", "aiposture.services", "aiposture.links", "tree_sitter", "yaml", "checkov")
    assert not [name for name in loaded if name.startswith(heavy)]
    repository.write({"a.tf": ACCOUNT})
    repository.must("git", "add", "--all")
    assert "aiposture.readers.terraform" in _imported(repository.run(*command).text)  # so it would have been seen


def _imported(text: str) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in text.splitlines() if line.startswith("import time:")}


@pytest.mark.skipif(
    not (shutil.which("bicep") or os.environ.get("AIPOSTURE_BICEP")), reason="there is no Bicep compiler"
)
def test_the_bicep_compiler_sees_what_is_staged(machine: Machine, tmp_path: Path) -> None:
    module = """\
resource ai 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'ai'
  location: 'westeurope'
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: { disableLocalAuth: false }
}
"""
    files = {"main.bicep": "module ai 'ai.bicep' = {\n  name: 'ai'\n}\n", "ai.bicep": module}
    repository = machine.repository(tmp_path / "r", files, snippet("start"))
    repository.must("git", "add", "--all")
    repository.write({"ai.bicep": module.replace("false", "true"), "main.bicep": "not Bicep"})
    command = (sys.executable, "-m", "aiposture", "hook", "--select", "AIS401")
    done = repository.run(*command)
    assert done.status == 1, done.text
    assert "--> ai.bicep:6:" in done.text
    repository.write({"main.bicep": files["main.bicep"]})
    repository.must("git", "add", "--all")
    repository.write(files)
    repository.must(*command)
