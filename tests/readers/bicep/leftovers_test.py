"""Directories of killed scans go away with the next scan; what is not surely one of them stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aiposture.readers.bicep.leftovers import claim, remove_leftovers
from aiposture.readers.bicep.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
PREFIX = "aiposture-bicep-"


@pytest.fixture
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tmp_path.chmod(0o700)
    return tmp_path


def abandoned(path: Path) -> Path:
    path.mkdir(mode=0o700)
    (path / "sources").mkdir()
    descriptor = claim(path)
    assert descriptor is not None
    os.close(descriptor)
    return path


def test_what_is_in_use_stays_and_what_is_not_goes(above: Path) -> None:
    left = abandoned(above / f"{PREFIX}left")
    first, second = Workspace(), Workspace()
    assert not left.exists()
    assert first.sources.is_dir()
    first.close()
    second.close()
    assert os.listdir(above) == []


def test_a_killed_scan_leaves_nothing_for_ever(above: Path, fake) -> None:
    fake("hang")
    (above / "main.bicep").write_text("resource s 'Microsoft.Search/searchServices@2025-05-01' = {}\n")
    command = [sys.executable, "-m", "aiposture", "check", "main.bicep", "--no-cache", "--bicep", str(fake.path)]
    child = subprocess.Popen(
        command,
        cwd=above,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(above)},
    )
    latest = time.monotonic() + 60
    while "compile" not in fake.log.read_text() and time.monotonic() < latest:
        time.sleep(0.1)
    remove_leftovers(above, PREFIX)
    assert len(list(above.glob(f"{PREFIX}*/in-use"))) == 1
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=60)
    assert list(above.glob(f"{PREFIX}*"))
    remove_leftovers(above, PREFIX)
    assert not list(above.glob(f"{PREFIX}*"))


def test_what_only_looks_like_one_stays(above: Path) -> None:
    elsewhere = abandoned(above / "elsewhere")
    (above / f"{PREFIX}link").symlink_to(elsewhere)
    (above / f"{PREFIX}file").write_text("")
    (above / f"{PREFIX}no-lock").mkdir(mode=0o700)
    open_to_all = abandoned(above / f"{PREFIX}open-to-all")
    open_to_all.chmod(0o777)
    linked = above / f"{PREFIX}linked-lock"
    linked.mkdir(mode=0o700)
    (linked / "in-use").symlink_to(elsewhere / "in-use")
    before = sorted(above.rglob("*"))
    remove_leftovers(above, PREFIX)
    assert sorted(above.rglob("*")) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a directory away")
def test_what_is_another_users_stays(above: Path) -> None:
    theirs = abandoned(above / f"{PREFIX}theirs")
    os.chown(theirs, 12345, 12345)
    remove_leftovers(above, PREFIX)
    assert theirs.exists()


@pytest.mark.parametrize(("mode", "stays"), [(0o777, True), (0o1777, False), (0o755, False)])
def test_where_others_can_rename_nothing_is_removed(above: Path, mode: int, stays: bool) -> None:
    left = abandoned(above / f"{PREFIX}left")
    above.chmod(mode)
    remove_leftovers(above, PREFIX)
    assert left.exists() == stays
