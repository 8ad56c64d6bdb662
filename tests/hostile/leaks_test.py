"""Nothing is run, fetched or leaked: watched by Python's own audit events, and where possible without a network."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
CANARY = "CANARYenvironment"

WATCH = r"""
import json, os, sys

roots = json.loads(sys.argv[1])
writable = json.loads(sys.argv[2])
wrong = []
RUNS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn", "os.startfile"}
CHANGES = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate",
           "os.utime", "shutil.rmtree", "shutil.move", "shutil.copyfile"}


def inside(path, places):
    real = os.path.realpath(os.fsdecode(path))
    return any(real == place or real.startswith(place.rstrip("/") + "/") for place in places)


def hook(event, args):
    if event in RUNS:
        wrong.append([event, str(args[0]), [str(arg) for arg in args[1]] if event == "subprocess.Popen" else []])
    elif event.startswith("socket.") or event in ("urllib.Request", "ctypes.dlopen"):
        wrong.append([event, repr(args)])
    elif event in CHANGES and not inside(args[0], writable):
        wrong.append([event, repr(args)])
    elif event in ("os.listdir", "os.scandir", "open") and isinstance(args[0], (str, bytes)):
        writes = event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        if event == "open" and args[2] & os.O_NOFOLLOW and os.path.islink(args[0]):
            return  # the system refuses it
        if not inside(args[0], writable if writes else [*roots, *writable]):
            wrong.append([event, os.fsdecode(args[0]), bool(writes)])


sys.addaudithook(hook)
from aiposture.cli import main

status = main(sys.argv[3:])
sys.stderr.write("\nWATCHED " + json.dumps([status, wrong]))
"""


def _cases():
    spec = importlib.util.spec_from_file_location("hostile_cases", Path(__file__).with_name("cases.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hostile_cases"] = module
    spec.loader.exec_module(module)
    return module


def watched(
    scanned: Path,
    *arguments: str,
    writable: tuple[str, ...] = (),
    before: tuple[str, ...] = (),
    cache: Path | None = None,
    command: tuple[str, ...] | None = None,
):
    """The exit status, what happened that may not, and what was printed, of `check` or of another command."""
    # Where a Bicep compiler may have been installed is looked at; nothing is there.
    roots = {
        "/nonexistent",
        str(scanned),
        str(ROOT / "src"),
        sys.prefix,
        sys.base_prefix,
        os.path.dirname(os.__file__),
        *filter(None, sys.path),
    }
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_SECRET_ACCESS_KEY": CANARY,
        "TF_VAR_openai_api_key": CANARY,
        "GITHUB_TOKEN": CANARY,
        "AIPOSTURE_CANARY": CANARY,
        **({} if cache is None else {"XDG_CACHE_HOME": str(cache)}),
    }
    result = subprocess.run(
        [*before, sys.executable, "-c", WATCH, json.dumps([os.path.realpath(each) for each in sorted(roots)]),
         json.dumps([os.path.realpath(each) for each in writable]), *(command or ("check", str(scanned), "--no-progress")), *arguments],
        capture_output=True, text=True, timeout=600, env=environment, cwd=scanned, check=False,
    )  # fmt: skip
    said, _, told = result.stderr.rpartition("\nWATCHED ")
    assert told, result.stderr[-2000:]
    status, wrong = json.loads(told)
    return status, wrong, result.stdout + said


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    """All fixtures, away from this checkout."""
    directory = tmp_path_factory.mktemp("copied") / "fixtures"
    shutil.copytree(FIXTURES, directory, symlinks=True)
    return directory


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_all_fixtures_are_judged_without_running_or_fetching(copied: Path, form: str) -> None:
    status, wrong, said = watched(copied, "--format", form)
    assert wrong == []
    assert status == 2  # some are broken on purpose
    assert CANARY not in said


def test_hostile_cases_are_judged_without_running_or_fetching(tmp_path: Path) -> None:
    cases = _cases()
    for case in [*cases.TERRAFORM, *cases.DOCUMENTS, *cases.FILES]:
        if case.name not in cases.HEAVY and "50 MB" not in case.name and case.name != "too large":
            (tmp_path / case.name).mkdir()
            case.build(tmp_path / case.name)
    status, wrong, said = watched(tmp_path, "--format", "json")
    assert wrong == []
    assert status == 2
    assert "root:" not in said  # of /etc/passwd


def test_nothing_is_missed_without_a_network(copied: Path) -> None:
    unshare = shutil.which("unshare")
    alone = (unshare, "-n") if unshare else ()
    if not alone or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no network namespace")
    with_network = watched(copied, "--format", "json")
    assert watched(copied, "--format", "json", before=alone) == with_network


def test_the_cache_is_kept_in_its_folder_alone(copied: Path, tmp_path: Path) -> None:
    for _ in range(2):
        _, wrong, _ = watched(copied, "--format", "json", writable=(str(tmp_path / "aiposture"),), cache=tmp_path)
        assert wrong == []
    assert os.listdir(tmp_path) == ["aiposture"]


def test_only_the_named_file_is_written(copied: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    target = tmp_path / "out/report.json"
    _, wrong, _ = watched(copied, "--format", "json", "--output-file", str(target), writable=(str(tmp_path / "out"),))
    assert wrong == []
    assert os.listdir(tmp_path / "out") == ["report.json"]
    assert CANARY not in target.read_text()


def test_shards_are_merged_without_running_or_fetching(copied: Path, tmp_path: Path) -> None:
    """The units of other shards are judged again where a link goes across: the code is read, and nothing else."""
    reports = [str(tmp_path / f"shard{number}") for number in (1, 2)]
    for number, report in enumerate(reports, start=1):
        options = ("--format=json", f"--shard={number}/2", f"--output-file={report}")
        assert watched(copied, *options, writable=(str(tmp_path),))[:2] == (2, [])
    status, wrong, said = watched(
        copied, *reports, f"--output-file={tmp_path / 'merged'}", command=("merge",), writable=(str(tmp_path),)
    )
    assert (status, wrong) == (2, [])
    assert CANARY not in said + (tmp_path / "merged").read_text()


def test_the_hook_runs_only_git_with_fixed_arguments(tmp_path: Path) -> None:
    code = tmp_path / "code"
    shutil.copytree(FIXTURES / "private-endpoints", code)
    git = shutil.which("git", path="/usr/bin:/bin")
    if git is None:
        pytest.skip("there is no git here")
    (code / ".gitattributes").write_text("* filter=pwned diff=pwned\n")
    for arguments in (
        ("init", "-q"), ("add", "."), ("config", "core.fsmonitor", "touch pwned"), ("config", "filter.pwned.smudge", "touch pwned"),
        ("config", "filter.pwned.clean", "touch pwned"), ("config", "core.sshCommand", "touch pwned"), ("config", "core.pager", "touch pwned"),
    ):  # fmt: skip
        subprocess.run([git, *arguments], cwd=code, check=True, capture_output=True)
    status, wrong, said = watched(code, "--format=json", command=("hook", "--no-progress"), writable=("/dev/null",))
    assert status == 2  # Bicep has no compiler here
    assert {event[0] for event in wrong} == {"subprocess.Popen"}
    assert {event[1] for event in wrong} == {git}
    fixed = ["-c", "core.fsmonitor=", "-c", f"core.hooksPath={os.devnull}"]
    assert all(event[2][2:6] == fixed for event in wrong), wrong
    assert {event[2][6] for event in wrong} <= {"rev-parse", "ls-files", "cat-file", "ls-tree", "version"}, wrong
    assert not list(code.rglob("pwned"))
    assert CANARY not in said


def test_only_the_named_compiler_is_run(tmp_path: Path) -> None:
    compiler = tmp_path / "bin/bicep"
    compiler.parent.mkdir()
    compiler.write_text("#!/bin/sh\nexit 1\n")
    compiler.chmod(0o755)
    (tmp_path / "code").mkdir()
    shutil.copy(FIXTURES / "private-endpoints/main.bicep", tmp_path / "code/main.bicep")
    (tmp_path / "code/$(touch pwned).bicep").write_text(
        "resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n}\n"
    )
    import tempfile

    status, wrong, _ = watched(
        tmp_path / "code", "--bicep", str(compiler), writable=(tempfile.gettempdir(), "/dev/null")
    )
    runs = [event for event in wrong if event[0] == "subprocess.Popen"]
    assert status == 2
    assert runs
    assert {event[1] for event in runs} == {str(compiler)}
    assert all(event[2][1:] in (["--version"], ["jsonrpc", "--stdio"]) for event in runs)
    others = [event for event in wrong if event[0] != "subprocess.Popen"]
    assert [event for event in others if re.fullmatch(r"/proc/\d+/stat", event[1]) is None] == []  # how long it works
    assert not list(tmp_path.rglob("pwned"))
