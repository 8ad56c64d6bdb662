"""Runs git, which only ever lists and reads objects here.

The repository is hostile: its own configuration, hooks, attributes and replaced objects must change nothing. So no
command is used that looks at the working tree (that may start a filter or a file system monitor), and none that may
talk to another machine.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from functools import lru_cache

from aiposture.files import is_below
from aiposture.usage import UsageError

TIMEOUT = 120.0
# Where a hook's own repository is. Ours is the one around the directory that is scanned; with these dropped git finds
# it there, also in a linked working tree. GIT_INDEX_FILE stays: `git commit FILE` judges an index of its own, and so
# do the variables that say where new objects are.
_PLACES = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"})
_ENVIRONMENT = {
    "LC_ALL": "C",  # its sentences are compared below
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, by any command that it configures
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}


class GitError(UsageError):
    """Git cannot tell; one sentence for the user says why."""


class Command:
    """A git command that works while its caller does something else. Whoever starts one asks or stops it."""

    def __init__(self, root: str, arguments: Sequence[str]) -> None:
        """Start it in the directory `root`. Raises GitError if that cannot be done."""
        self._root = root
        self._name = arguments[0]
        self._process = start(root, arguments, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def output(self) -> bytes:
        """What it prints. Raises GitError with git's own words if it fails, and as `ended` does."""
        code, output, complaint = self.ended()
        if code:
            raise GitError(_sentence(self._root, self._name, complaint))
        return output

    def ended(self) -> tuple[int, bytes, str]:
        """Its exit code, what it prints, and what it complains. Raises GitError if it takes too long or was stopped."""
        try:
            output, complaint = self._process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {self._name} gave no answer within {TIMEOUT:g} seconds") from error
        finally:
            self.stop()
        return self._process.returncode, output, complaint.decode("utf-8", "replace")

    def stop(self) -> None:
        """End it, if it has not ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


def start(root: str, arguments: Sequence[str], *, stdin: int, stderr: int) -> subprocess.Popen[bytes]:
    """A git command that runs in `root` and prints into a pipe. Raises GitError if it cannot be started."""
    try:
        return subprocess.Popen(  # noqa: S603 - fixed commands of the user's git, without a shell
            command(root, arguments), cwd=root, env=environment(), stdin=stdin, stdout=subprocess.PIPE, stderr=stderr
        )
    except OSError as error:
        raise GitError(f"git cannot be started in {root!r}: {error.strerror or error}") from error


def run(root: str, arguments: Sequence[str]) -> bytes:
    """What a git command prints. Raises GitError with git's own words if it fails."""
    return Command(root, arguments).output()


def attempt(root: str, arguments: Sequence[str]) -> tuple[int, bytes, str]:
    """The exit code of a git command, what it prints, and what it complains. Raises GitError if it cannot run."""
    return Command(root, arguments).ended()


def command(root: str, arguments: Sequence[str]) -> list[str]:
    """The whole command line: nothing that the repository configures runs. Raises GitError if there is no git."""
    # An empty monitor is none in every version; `false` would be a program's name to those before 2.36.
    settings = ("-c", "core.fsmonitor=", "-c", f"core.hooksPath={os.devnull}")
    return [_git(os.environ.get("PATH", ""), os.path.realpath(root)), "--no-pager", *settings, *arguments]


def environment() -> dict[str, str]:
    """The user's environment, without what points at the repository of a hook that we may run in."""
    return {**{name: text for name, text in os.environ.items() if name not in _PLACES}, **_ENVIRONMENT}


@lru_cache(maxsize=8)
def _git(path: str, root: str) -> str:
    found = next(_candidates(path, root), None)
    if found is None:
        raise GitError(f"git is needed for this, and PATH names none outside of {root!r}")
    return found


def _candidates(path: str, root: str) -> Iterator[str]:
    # Windows would look into the current directory first, and an entry of PATH may lie inside of what is scanned.
    name = "git.exe" if os.name == "nt" else "git"
    for entry in path.split(os.pathsep):
        program = os.path.join(entry.strip('"'), name)
        runs = os.path.isabs(program) and os.path.isfile(program) and os.access(program, os.X_OK)
        if runs and not is_below(os.path.realpath(os.path.dirname(program)), root):
            yield program


def _sentence(root: str, name: str, complaint: str) -> str:
    if "not a git repository" in complaint:
        return f"{root!r} is in no git repository"
    if "dubious ownership" in complaint:
        advice = f"git config --global --add safe.directory {root}"
        return f"git does not trust {root!r}, which belongs to another user; if you do, run `{advice}`"
    lines = [line for line in complaint.splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith("fatal: ")), lines[0] if lines else "it gave no reason")
    return f"git {name} failed: {said.removeprefix('fatal: ')}"
