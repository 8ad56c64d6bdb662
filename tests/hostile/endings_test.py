"""Whatever ends a command early, it ends at once, leaves no half of a file, and says so by its status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ACCOUNT = 'resource "azurerm_cognitive_account" "a%d" {\n  kind = "OpenAI"\n}\n'
TEMPLATE = "resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n}\n"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
# Writes its name, and then only waits, also when it is asked to end.
DEAF = """#!{python}
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({log!r}, "a").write(str(os.getpid()) + "\\n")
time.sleep(600)
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/main.tf").write_text("".join(ACCOUNT % number for number in range(60)))
    return tmp_path / "code"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "aiposture", *map(str, arguments)]


def start(cwd: Path, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(*arguments), cwd=cwd, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def interrupt_when(child: subprocess.Popen[bytes], ready: Path) -> bytes:
    """Interrupt `child` as soon as `ready` is there; what it said."""
    for _ in range(600):
        if ready.exists() and ready.stat().st_size:
            break
        assert child.poll() is None, child.communicate()
        time.sleep(0.1)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert time.monotonic() - began < 20
    assert b"Traceback" not in said
    return said


@pytest.fixture
def deaf(tmp_path: Path) -> tuple[Path, Path]:
    """A compiler that never answers, and the file that it writes its number to."""
    log = tmp_path / "compiler.log"
    compiler = tmp_path / "bicep"
    compiler.write_text(DEAF.format(python=sys.executable, log=str(log)))
    compiler.chmod(0o755)
    return compiler, log


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("command_name", ["check", "hook"])
def test_an_interrupt_ends_the_compiler_too(code: Path, deaf: tuple[Path, Path], command_name: str) -> None:
    compiler, log = deaf
    (code / "main.bicep").write_text(TEMPLATE)
    if command_name == "hook":
        for arguments in (["init", "-q"], ["add", "."]):
            subprocess.run(["git", *arguments], cwd=code, check=True)
    child = start(code, command_name, "--no-cache", "--bicep", compiler, "--output-file", code / "out.txt")
    interrupt_when(child, log)
    for number in log.read_text().split():
        assert not is_running(int(number))
    assert not (code / "out.txt").exists()
    assert not [name for name in os.listdir(code) if name.endswith(".tmp")]


SLOW = """
import os, sys, time
from pathlib import Path

# Stops for good before a draft takes the place of the file, and says so.
def stop(*_):
    Path({ready!r}).write_text("x")
    time.sleep(600)

os.replace = stop
from aiposture.cli import main
raise SystemExit(main(sys.argv[1:]))
"""
WRITERS = {
    "--output-file": ["check", ".", "--no-cache", "--format=json", "--output-file=TARGET"],
    "--output": ["check", ".", "--no-cache", "--output=json=TARGET", "--output=sarif=TARGET2"],
    "--write-baseline": ["check", ".", "--no-cache", "--write-baseline=TARGET"],
    "merge": ["merge", "SHARD", "--output-file=TARGET"],
}


def arguments_of(writer: str, code: Path) -> list[str]:
    out = code.parent / "out"
    out.mkdir()
    (out / "report").write_text("of yesterday")
    (out / "report2").write_text("of yesterday")
    shard = code.parent / "shard.json"
    if writer == "merge":
        made = ["check", ".", "--no-cache", "--format=json", "--shard=1/1", "--output-file", str(shard)]
        subprocess.run(command(*made), cwd=code, env=ENVIRONMENT, check=False, capture_output=True)
    names = {"TARGET2": str(out / "report2"), "TARGET": str(out / "report"), "SHARD": str(shard)}
    arguments = []
    for word in WRITERS[writer]:
        for name, path in names.items():
            word = word.replace(name, path)  # noqa: PLW2901 - each name in turn
        arguments.append(word)
    return arguments


def run_slowly(code: Path, arguments: list[str], ready: Path) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", SLOW.format(ready=str(ready)), *arguments]
    return subprocess.Popen(program, cwd=code, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_kill_leaves_the_old_file(code: Path, writer: str) -> None:
    ready = code.parent / "ready"
    child = run_slowly(code, arguments_of(writer, code), ready)
    for _ in range(600):
        if ready.exists():
            break
        assert child.poll() is None, child.communicate()
        time.sleep(0.1)
    child.kill()
    child.communicate(timeout=60)
    assert (code.parent / "out/report").read_text() == "of yesterday"
    assert (code.parent / "out/report2").read_text() == "of yesterday"


@pytest.mark.parametrize("writer", WRITERS)
def test_an_interrupt_while_a_file_is_written_leaves_the_old_one(code: Path, writer: str) -> None:
    ready = code.parent / "ready"
    interrupt_when(run_slowly(code, arguments_of(writer, code), ready), ready)
    assert sorted(os.listdir(code.parent / "out")) == ["report", "report2"]
    assert (code.parent / "out/report").read_text() == "of yesterday"


@pytest.mark.parametrize("writer", WRITERS)
def test_a_full_disk_leaves_the_old_file(code: Path, writer: str) -> None:
    import resource

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    arguments = arguments_of(writer, code)
    done = subprocess.run(
        command(*arguments), cwd=code, env=ENVIRONMENT, capture_output=True, check=False, preexec_fn=small_files
    )
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr
    assert sorted(os.listdir(code.parent / "out")) == ["report", "report2"]
    assert (code.parent / "out/report").read_text() == "of yesterday"


@pytest.mark.parametrize(
    "arguments", [["check", ".", "--no-cache"], ["merge", "SHARD"], ["rules"], ["hook", "--no-cache"]]
)
def test_a_closed_pipe_is_no_crash(code: Path, arguments: list[str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=code, check=True)
    subprocess.run(["git", "add", "."], cwd=code, check=True)
    shard = code.parent / "shard.json"
    made = ["check", ".", "--no-cache", "--format=json", "--shard=1/1", "--output-file", str(shard)]
    subprocess.run(command(*made), cwd=code, env=ENVIRONMENT, check=False, capture_output=True)
    child = start(code, *[word.replace("SHARD", str(shard)) for word in arguments])
    assert child.stdout is not None
    child.stdout.close()
    _, said = child.communicate(timeout=120)
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said
    assert child.returncode in (0, 1)
