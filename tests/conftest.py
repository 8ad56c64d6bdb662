"""What all tests share: a clean environment, and snapshots that one option refreshes."""

from __future__ import annotations

from pathlib import Path

import pytest

SCRUBBED = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "LINES", "PYTHONIOENCODING")


def pytest_addoption(parser):
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots instead of comparing them")


@pytest.fixture(scope="session")
def _cache_folder(tmp_path_factory):
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch, _cache_folder):
    import os

    for name in [name for name in os.environ if name in SCRUBBED or name.startswith("TF_VAR_")]:
        monkeypatch.delenv(name)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):  # no test writes into the cache of who runs it
        monkeypatch.setenv(name, _cache_folder)


@pytest.fixture
def snapshot(request):
    """`snapshot(text, "name.txt")` compares with the file in `snapshots` beside the test, or writes it."""
    directory = Path(request.path).parent / "snapshots"

    def compare(text: str, name: str) -> None:
        path = directory / name
        if request.config.getoption("--update-snapshots"):
            directory.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"no snapshot {name}: run pytest --update-snapshots"
        assert text == path.read_bytes().decode()

    return compare
