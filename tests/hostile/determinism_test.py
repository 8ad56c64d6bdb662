"""The same input gives the same bytes, and an output file is there whole or not at all."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHUFFLED = """
import os, random, sys
chance = random.Random(int(sys.argv[1]))
scandir, listdir = os.scandir, os.listdir

class Shuffled:
    def __init__(self, path="."):
        with scandir(path) as entries:
            self._all = list(entries)
        chance.shuffle(self._all)
    def __enter__(self): return iter(self._all)
    def __exit__(self, *_): pass
    def __iter__(self): return iter(self._all)
    def close(self): pass

os.scandir = Shuffled
os.listdir = lambda path=".": chance.sample(listdir(path), len(listdir(path)))
from aiposture.cli import main
raise SystemExit(main(sys.argv[2:]))
"""


def run(
    *arguments: str, seed: int = 0, command: str = "check", cache: str = "", **more
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", SHUFFLED, str(seed), command, *arguments],
        capture_output=True, check=False, timeout=600, cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": str(seed), "XDG_CACHE_HOME": cache},
        **more,
    )  # fmt: skip


def test_neither_hashes_nor_the_order_of_files_change_a_byte(tmp_path: Path) -> None:
    told = set()
    for seed in (1, 2):
        paths = [tmp_path / f"{seed}.{form}" for form in ("json", "sarif")]
        options = [f"--output={path.suffix[1:]}={path}" for path in paths]
        options += ["--exclude=evaluation", "--exclude=provider-versions", "--show=fail,unknown,pass"]
        result = run("fixtures", *options, seed=seed)
        assert result.returncode == 2, result.stderr
        told.add((re.sub(rb"took [0-9.]+ s", b"", result.stdout), *(path.read_bytes() for path in paths)))
    assert len(told) == 1
    assert all(len(report) > 100_000 for report in told.pop())


def test_a_cache_changes_no_byte_be_it_cold_or_warm(tmp_path: Path) -> None:
    told = {
        run("fixtures", "--format=json", "--exclude=evaluation", seed=seed, cache=cache).stdout
        for seed, cache in ((3, ""), (4, str(tmp_path)), (5, str(tmp_path)))
    }
    assert len(told) == 1
    assert len(told.pop()) > 100_000
    assert os.listdir(tmp_path) == ["aiposture"]


def test_shards_and_their_merge_change_no_byte(tmp_path: Path) -> None:
    code = ["fixtures/stacks", "fixtures/traps", "fixtures/private-endpoints"]
    told = {run(*code, "--format=sarif", seed=6).stdout}
    for seed in (7, 8):
        shards = [str(tmp_path / f"{seed}.{number}") for number in (1, 2)]
        for number, shard in enumerate(shards, start=1):
            run(*code, "--format=sarif", f"--shard={number}/2", f"--output-file={shard}", seed=seed + number)
        told.add(run(*shards, command="merge", seed=seed).stdout)
    assert len(told) == 1
    assert len(told.pop()) > 100_000


def test_the_order_of_arguments_changes_nothing() -> None:
    paths = ["fixtures/private-endpoints", "fixtures/managed-identity", "fixtures/stacks"]
    assert run(*paths, "--format", "json").stdout == run(*reversed(paths), "--format", "json").stdout


def test_an_interrupt_ends_at_once(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        "".join(f'resource "azurerm_cognitive_account" "a{at}" {{\n  kind = "OpenAI"\n}}\n' for at in range(3000))
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "aiposture", "check", str(tmp_path), "--output-file", str(tmp_path / "out.txt")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
    )  # fmt: skip
    time.sleep(2)
    assert child.poll() is None, "it was over too soon for this test"
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=20)
    assert child.returncode == 130
    assert b"Traceback" not in said
    assert sorted(os.listdir(tmp_path)) == ["main.tf"]


def test_a_closed_pipe_is_no_crash() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "aiposture", "check", "fixtures/private-endpoints", "--format", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.close()
    _, said = child.communicate(timeout=120)
    assert b"Traceback" not in said
    assert child.returncode in (1, 2)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_told() -> None:
    with open("/dev/full", "w") as full:
        child = subprocess.run(
            [sys.executable, "-m", "aiposture", "check", "fixtures/private-endpoints"],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False, timeout=120,
        )  # fmt: skip
    assert child.returncode == 2
    assert b"No space left" in child.stderr
    assert b"Traceback" not in child.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_is_told_of_an_output_file() -> None:
    result = run("fixtures/private-endpoints", "--output-file", "/dev/full")
    assert result.returncode == 2
    assert b"No space left" in result.stderr


def test_what_cannot_be_written_whole_is_not_there(tmp_path: Path) -> None:
    import resource

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    (tmp_path / "report.json").write_text("of yesterday")
    target = str(tmp_path / "report.json")
    result = run("fixtures/private-endpoints", "--format", "json", "--output-file", target, preexec_fn=small_files)
    assert result.returncode == 2
    assert os.listdir(tmp_path) == ["report.json"]
    assert (tmp_path / "report.json").read_text() == "of yesterday"
