"""Installs aiposture from the Action's own files, so that the Action's ref is the version of the tool.

What comes over the network is named with its hashes in requirements.txt. The environment stands in the runner's
temporary directory; a second use of the Action in the same job finds it there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import runner

ACTION = Path(__file__).resolve().parents[1]
# The rest of a checkout is not needed to build from, and may be large.
_LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "docs", "fixtures", "tests")
_PIP = ("-I", "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile")


def main() -> int:
    """Install, and set the output `python` to the interpreter to run it with."""
    place = Path(os.environ["RUNNER_TEMP"]) / f"aiposture-{_key()}"
    done = place / "installed"
    if not done.is_file():
        problem = _install(place)
        if problem:
            runner.annotate("error", problem)
            return 2
        done.touch()
    runner.set_output("python", _python(place).as_posix())
    return 0


def _key() -> str:
    """What tells one installation in the job from another: the Action's files, and the Python."""
    return hashlib.sha256(f"{ACTION}\n{sys.executable}\n{sys.version}".encode()).hexdigest()[:16]


def _install(place: Path) -> str | None:
    """Make the environment; says what went wrong, if something did."""
    shutil.rmtree(place, ignore_errors=True)
    try:
        venv.create(place / "environment", with_pip=True)
    except subprocess.CalledProcessError:
        return (
            f"{sys.executable} cannot make a virtual environment with pip (on Debian and Ubuntu the package "
            "python3-venv does it). Set the Action's input python-version to have a Python of its own."
        )
    # A build leaves files in its source, and the Action's may be the user's own checkout.
    shutil.copytree(ACTION, place / "source", ignore=_LEFT_OUT)
    steps = (
        ("--require-hashes", "--requirement", str(ACTION / "action" / "requirements.txt")),
        ("--no-deps", "--no-index", "--no-build-isolation", str(place / "source")),
    )
    for arguments in steps:
        done = subprocess.run([str(_python(place)), *_PIP, *arguments], check=False)  # noqa: S603 - arguments of ours
        if done.returncode:
            return "aiposture could not be installed: the log of this step has what pip says."
    return None


def _python(place: Path) -> Path:
    return place / "environment" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


if __name__ == "__main__":
    raise SystemExit(main())
