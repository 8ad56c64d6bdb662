"""Against the fake compiler: how it is found, asked, and what happens when it misbehaves."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aiposture.files import Tree
from aiposture.readers import bicep
from aiposture.readers.bicep import session
from aiposture.readers.bicep.compiler import Compiler, Deadlines

FIXTURES = Path(__file__).parents[3] / "fixtures"
ENTRY = "traps-bicep/false-stays-false/main.bicep"
SHORT = Deadlines(1, 1, 1)


def read(compiler, path=ENTRY, tree=None):
    return bicep.read(tree or Tree(FIXTURES), path, wanted=lambda _: True, compiler=compiler)


def messages(reading):
    return [error.message for error in reading.errors]


def executable(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize("mode", ["", "warnings", "noise", "old", "icu"])
def test_what_still_compiles(fake, mode) -> None:
    with fake(mode) as compiler:
        reading = read(compiler)

    assert messages(reading) == []
    assert [one.address for one in reading.resources if one.mode == "managed"] == ["account", "byParameter"]


def test_one_process_serves_all(fake) -> None:
    with fake() as compiler:
        tree = Tree(FIXTURES)
        for path in (ENTRY, "traps-bicep/comments-in-strings/main.bicep", "any-source-rules/main.bicep"):
            assert messages(read(compiler, path, tree)) == []

    assert [call.partition(" ")[0] for call in fake.calls()] == ["start", *["compile"] * 3]


@pytest.mark.parametrize(
    ("memory", "expected"),
    [(99, "start compile compile compile"), (101, "start compile start compile start compile"),
     (None, "start compile compile start compile")],
    ids=["small", "grown", "not-to-be-seen"],
)  # fmt: skip
def test_a_process_that_has_grown_makes_room(fake, monkeypatch, memory, expected) -> None:
    monkeypatch.setattr(session, "_MAX_MEMORY", 100)
    monkeypatch.setattr(session, "_MAX_REQUESTS", 2)
    monkeypatch.setattr(session.Server, "memory", lambda _: memory)
    with fake() as compiler:
        assert [messages(read(compiler)) for _ in range(3)] == [[]] * 3

    assert " ".join(call.partition(" ")[0] for call in fake.calls()) == expected


def test_the_old_command_line_never_restores(fake) -> None:
    with fake("old") as compiler:
        read(compiler)
        read(compiler, "stacks/rag-on-azure-bicep/main.bicepparam")

    assert fake.calls() == ["build --stdout --no-restore", "build-params --stdout --no-restore"]


def test_a_crash_is_tried_again(fake) -> None:
    with fake("crash-once") as compiler:
        assert messages(read(compiler)) == []


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("crash", "stopped with exit code 3: noise Unhandled exception. Boom."),
        ("hang", "gave no answer within 1 seconds"),
        ("hang-at-start", "gave no answer within 1 seconds"),
        ("spin", "gave no answer within 1 seconds of the processor"),
        ("garbage", "is no Bicep compiler: GNU bash, version 5.2"),
        ("ancient", "is too old: it is version 0.4.451, and 0.29.45 or newer is needed"),
    ],
)
def test_what_does_not_work_is_said(fake, mode, said) -> None:
    started = time.monotonic()
    with fake(mode, SHORT if mode in ("hang", "hang-at-start", "spin") else None) as compiler:
        reading = read(compiler)

    assert [" ".join(message.split()) for message in messages(reading)] == [f"the Bicep compiler ({fake.path}) {said}"]
    assert reading.resources == ()
    assert time.monotonic() - started < 15


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="this system does not tell a process's time")
def test_one_that_a_busy_machine_makes_slow_gets_its_answer_through(fake) -> None:
    started = time.monotonic()
    with fake("starve", SHORT) as compiler:
        reading = read(compiler)

    assert time.monotonic() - started > 2 * SHORT.request
    assert (reading.errors, len(reading.resources)) == ((), 2)


def test_a_compiler_that_always_hangs_is_not_asked_for_ever(fake) -> None:
    with fake("hang", SHORT) as compiler:
        said = [messages(read(compiler))[0] for _ in range(5)]

    assert len([call for call in fake.calls() if call.startswith("compile")]) == 3
    assert "was not asked again" in said[-1]


def test_files_that_make_it_crash_cost_the_others_nothing(fake) -> None:
    with fake("crash") as compiler:
        said = [messages(read(compiler))[0] for _ in range(5)]

    assert all("stopped with exit code 3" in each and "not asked again" not in each for each in said)


@pytest.mark.parametrize("mode", ["BCP190", "BCP192"])
def test_errors_have_the_users_line(fake, mode) -> None:
    with fake(mode) as compiler:
        (error,) = read(compiler).errors

    assert (error.path, error.line) == (ENTRY, 3)
    assert mode in error.message
    assert "/sources/" not in error.message


def test_nothing_is_run_without_need(fake) -> None:
    with fake() as compiler:
        reading = read(compiler, "nothing-here.bicep")

    assert (reading.resources, len(reading.errors), fake.calls()) == ((), 1, [])


def test_the_workspace_goes_away(fake) -> None:
    compiler = fake()
    with compiler:
        read(compiler)
        workspace = compiler._workspace.sources

        assert workspace.is_dir()
    assert not workspace.parent.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows ends programs without a word")
@pytest.mark.parametrize(
    ("ending", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (None, 2)],
    ids=["ctrl-c", "terminated", "terminal-closed", "to-the-end"],
)
def test_nothing_is_left_whatever_ends_it(fake, tmp_path, ending, status) -> None:
    fake("crash" if ending is None else "hang")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.bicep").write_text("resource s 'Microsoft.Search/searchServices@2025-05-01' = {}\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "aiposture", "check", "code", "--no-cache", "--bicep", str(fake.path)]
    child = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    if ending is not None:
        latest = time.monotonic() + 60
        while "compile" not in fake.log.read_text() and time.monotonic() < latest:
            time.sleep(0.1)
        assert os.listdir(temporary)
        child.send_signal(ending)
    _, said = child.communicate(timeout=60)
    assert (child.returncode, b"Traceback" in said) == (status, False)
    assert os.listdir(temporary) == []


def test_little_of_the_environment_is_passed_on(fake) -> None:
    with fake() as compiler:
        proxy = "http://proxy.example:3128"
        compiler._given = {"PATH": os.environ["PATH"], "SECRET": "s3cret", "HOME": "/home/user", "HTTPS_PROXY": proxy}
        read(compiler)
        passed = compiler._session._environment()

    assert "SECRET" not in passed
    assert passed["HOME"] != "/home/user"
    assert {passed[name] for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")} == {"http://127.0.0.1:9"}


class TestFinding:
    def test_nothing(self, tmp_path) -> None:
        environment = {"HOME": str(tmp_path), "PATH": str(tmp_path)}

        assert Compiler.find(None, environment) is None
        assert Compiler.places(None, environment)[0] == "bicep on PATH"

    def test_the_order(self, tmp_path) -> None:
        on_path = executable(tmp_path / "bin/bicep")
        azure = executable(tmp_path / ".azure/bin/bicep")
        stated = executable(tmp_path / "stated")
        own = executable(tmp_path / ".bicep/bin/v0.40.2/bicep")
        executable(tmp_path / ".bicep/bin/v0.9.1/bicep")
        environment = {"HOME": str(tmp_path), "PATH": str(on_path.parent)}

        assert Compiler.find(None, {**environment, "AIPOSTURE_BICEP": str(stated)}).path == str(stated)
        assert Compiler.find(str(stated), environment).path == str(stated)
        assert Compiler.find(None, environment).path == str(on_path)
        on_path.unlink()
        assert Compiler.find(None, environment).path == str(azure)
        azure.unlink()
        assert Compiler.find(None, environment).path == str(own)

    def test_a_stated_one_that_is_missing_is_not_replaced(self, tmp_path) -> None:
        environment = {"PATH": str(executable(tmp_path / "bin/bicep").parent), "HOME": str(tmp_path)}

        assert Compiler.find("/nowhere/bicep", environment) is None
        assert Compiler.find(None, {**environment, "AIPOSTURE_BICEP": "/nowhere/bicep"}) is None

    def test_never_one_of_the_scanned_tree(self, tmp_path, monkeypatch) -> None:
        inside = executable(tmp_path / "repository/node_modules/.bin/bicep")
        environment = {"PATH": str(inside.parent), "HOME": str(tmp_path / "home")}

        assert Compiler.find(None, environment, outside=str(tmp_path / "repository")) is None
        monkeypatch.chdir(inside.parent)
        assert Compiler.find(None, {**environment, "PATH": "."}) is None


def test_no_compiler_is_one_clear_error(tmp_path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": ""}
    error = bicep.no_compiler(["b.bicep", "a.bicep"], None, environment)

    assert (error.path, error.line) == ("a.bicep", 1)
    assert error.message.startswith("2 Bicep files are not judged: there is no Bicep compiler (bicep on PATH, ")
    assert "az bicep install" in error.message
