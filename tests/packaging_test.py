"""What is built from the checkout: every package is in it, nothing else is, and it works where it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_{}(sys.argv[1]))"
PACKAGES = {"aiposture": "src/aiposture", "aiposture/checks": "checks", "aiposture/cfnlint_rules": "cfnlint_rules"}
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "src", "checks", "cfnlint_rules")


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel and what it depends on, and setuptools, which builds all."""
    directory = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", directory, cwd=directory)
    run(python_of(directory), "-m", "pip", "install", "--quiet", *requirements(), cwd=directory)
    wheel = built("wheel", python_of(directory), tree(tmp_path_factory.mktemp("tree")))
    run(python_of(directory), "-m", "pip", "install", "--quiet", wheel, cwd=directory)
    shutil.copy(wheel, directory)
    return directory


def requirements() -> list[str]:
    """What `build-system.requires` names."""
    line = re.search(r"^requires = \[(.*)\]$", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert line is not None
    return re.findall(r'"([^"]+)"', line[1])


def python_of(environment: Path) -> Path:
    return environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def tree(directory: Path) -> Path:
    """A copy of what is built from: a build leaves files in its source."""
    for name in BUILT_FROM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", ".*"))
        else:
            shutil.copy(source, directory)
    return directory


def built(what: str, python: Path, source: Path) -> Path:
    out = source / "dist"
    out.mkdir(exist_ok=True)
    return out / run(python, "-c", BUILD.format(what), out, cwd=source).splitlines()[-1]


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def sources() -> set[str]:
    """What has to be in the wheel, by its name there."""
    files = {
        f"{package}/{path.relative_to(ROOT / directory).as_posix()}"
        for package, directory in PACKAGES.items()
        for path in (ROOT / directory).rglob("*")
        if path.is_file()
    }
    return {name for name in files if not re.search(r"(^|/)(\.|__pycache__/)", name)}  # left by tools


def test_every_package_is_declared() -> None:
    declared = re.search(
        r"^packages = \[(.*?)\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert declared is not None
    directories = {Path(name).parent.as_posix().replace("/", ".") for name in sources() if name.endswith(".py")}
    listed = re.findall(r'"([^"]+)"', declared[1])
    assert sorted(listed) == sorted(directories)


def test_the_wheel_holds_the_sources_and_nothing_else(installed: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    expected = sources()
    assert {"aiposture/py.typed", "aiposture/output/results.schema.json", "aiposture/checks/__init__.py"} <= expected
    assert {name for name in names(wheel) if ".dist-info/" not in name} == expected
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names(wheel))


def test_a_wheel_of_the_source_archive_is_the_same(installed: Path, tmp_path: Path) -> None:
    (wheel,) = installed.glob("*.whl")
    archive = built("sdist", python_of(installed), tree(tmp_path))
    with tarfile.open(archive) as members:
        assert not [name for name in members.getnames() if "fixtures" in name.split("/")]
        members.extractall(tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    again = built("wheel", python_of(installed), unpacked)
    assert again.name == wheel.name
    assert names(again) == names(wheel)


def test_an_installed_one_works_from_anywhere(installed: Path, tmp_path: Path) -> None:
    python = python_of(installed)
    example = ROOT / "fixtures" / "stacks" / "rag-on-azure"
    assert "AIS101" in run(python.with_name("aiposture"), "check", example, cwd=tmp_path, status=1)
    assert re.fullmatch(r"aiposture \d+\.\d+\S*\n", run(python, "-m", "aiposture", "--version", cwd=tmp_path))
    where = run(python, "-c", "import aiposture; print(aiposture.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed)
