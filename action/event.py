"""What started the workflow run, and what follows from it: the base to compare with, and whether to upload."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

# `git` with arguments gives what it prints, or None if it fails.
Git = Callable[..., "str | None"]

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
# These run for the base branch whatever they check out; results would be filed under it.
_FOR_THE_BASE = frozenset({"pull_request_target", "workflow_run", "issue_comment"})


class Event(NamedTuple):
    """The name of the event, and its payload as GitHub wrote it."""

    name: str
    payload: Mapping[str, Any]

    @property
    def pull_request(self) -> Mapping[str, Any] | None:
        """The pull request of the event, if it has one."""
        return _mapping(self.payload.get("pull_request"))


def read(environment: Mapping[str, str]) -> Event:
    """The event of this run. A runner that writes no payload has none."""
    path = environment.get("GITHUB_EVENT_PATH", "")
    payload = json.loads(Path(path).read_text("utf-8")) if path and Path(path).is_file() else {}
    return Event(environment.get("GITHUB_EVENT_NAME", ""), payload if isinstance(payload, dict) else {})


def base(event: Event, git: Git) -> str | None:
    """The commit that the change under review starts from; None if no change is under review.

    GitHub checks out a merge of the pull request into its base: then it is the base that was merged into. The
    payload's base can be older, and other people's changes would count as those of the pull request.
    """
    pull = event.pull_request
    if pull is not None:
        line = git("rev-list", "--max-count=1", "--parents", "HEAD") or ""
        head, parents = _sha(pull, "head"), line.split()[1:]
        return parents[0] if len(parents) == 2 and parents[1] == head else _sha(pull, "base")  # noqa: PLR2004 - a merge
    group = _mapping(event.payload.get("merge_group"))
    return _commit(group.get("base_sha")) if group is not None else None


def upload_obstacle(event: Event) -> str | None:
    """Why results of this run cannot or must not be uploaded, for a sentence; None if they can."""
    if event.name in _FOR_THE_BASE:
        return f"a run on {event.name} would file them under the base branch"
    pull = event.pull_request
    if pull is not None and _repository(pull, "head") != _repository(pull, "base"):
        return "a pull request from a fork has no permission to do that"
    return None


def git_in(directory: Path) -> Git:
    """Runs git there, with nothing that a repository could have it execute."""

    def git(*arguments: str) -> str | None:
        command = ["git", "-c", "core.fsmonitor=false", *arguments]
        try:
            done = subprocess.run(command, cwd=directory, capture_output=True, check=False)  # noqa: S603 - ours
        except FileNotFoundError:
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    return git


def missing(git: Git, commit: str) -> str | None:
    """Why a commit that the scan needs is not at hand, for the user; None if it is."""
    if git("rev-parse", "--git-dir") is None:
        return "this is no git checkout, or git refuses it (see safe.directory in its documentation)"
    if git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        return f"the commit {commit[:12]} is not in this clone; give actions/checkout `fetch-depth: 0`"
    return None


def _sha(pull: Mapping[str, Any], side: str) -> str | None:
    branch = _mapping(pull.get(side)) or {}
    return _commit(branch.get("sha"))


def _repository(pull: Mapping[str, Any], side: str) -> Any:
    branch = _mapping(pull.get(side)) or {}
    repository = _mapping(branch.get("repo")) or {}  # a fork that was deleted is null
    return repository.get("full_name", side)


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None


def _commit(value: object) -> str | None:
    return value if isinstance(value, str) and _COMMIT.fullmatch(value) else None
