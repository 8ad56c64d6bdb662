"""Files as git has them: what the next commit holds, what a revision holds, and what two branches share."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.files import MAX_BYTES
from aiposture.files import git_root as root
from aiposture.git.blobs import Blobs
from aiposture.git.command import Command, GitError, attempt, run
from aiposture.git.listing import from_index, from_tree
from aiposture.git.snapshot import Snapshot

__all__ = ["GitError", "Snapshot", "guarded", "index", "merge_base", "revision", "root", "show"]

_DEEPER = "fetch more of its history, in GitHub Actions with `fetch-depth: 0` for actions/checkout"
_FILE = ("100644", "100755")


def guarded(root: str, environment: Mapping[str, str]) -> Snapshot:
    """What a hook lets pass or not: the revision that is pushed, else the index. Raises GitError.

    pre-commit and prek name the revision when they push, and when they are told to run between two revisions.
    """
    pushed = environment.get("PRE_COMMIT_TO_REF")
    return revision(root, pushed) if pushed else index(root)


def index(root: str) -> Snapshot:
    """What a commit made now would hold of the directory `root`. Raises GitError.

    During `git commit FILE` that is another index than the repository's; git names it in the environment.
    """
    lister = Command(root, ["ls-files", "--stage", "-z"])
    return Snapshot(root, source="the index", lister=lister, entries=from_index)


def revision(root: str, rev: str) -> Snapshot:
    """What the revision `rev` holds of the directory `root`. Raises GitError."""
    commit = _commit(root, rev)
    source = f"revision {commit[:12]}" + ("" if commit.startswith(rev) else f" ({rev})")
    return Snapshot(root, source=source, lister=Command(root, ["ls-tree", "-r", "-z", commit]), entries=from_tree)


def merge_base(root: str, rev: str) -> str:
    """The id of the commit from which `rev` and the checked out one have parted. Raises GitError."""
    commit, head = _commit(root, rev), _commit(root, "HEAD")
    code, output, _ = attempt(root, ["merge-base", commit, head])
    if code:
        hint = f"; this clone is shallow: {_DEEPER}" if _is_shallow(root) else ""
        raise GitError(f"{rev!r} and HEAD have no commit in common{hint}")
    return output.decode("ascii").split()[0]


def show(root: str, rev: str, path: str) -> bytes | None:
    """The bytes of the file `path`, relative to `root`, at the revision `rev`; None if it is no file there.

    Raises GitError.
    """
    entries = list(from_tree(run(root, ["ls-tree", "-z", _commit(root, rev), "--", path])))
    if len(entries) != 1:
        return None
    ((_, mode, blob, _),) = entries
    if mode not in _FILE:
        return None
    blobs = Blobs(root)
    try:
        data = blobs.read(blob, MAX_BYTES)
    finally:
        blobs.close()
    if data is None:
        raise GitError(f"{path!r} is larger than {MAX_BYTES // 1024 // 1024} MiB at {rev!r}")
    return data


def _commit(root: str, rev: str) -> str:
    if not rev or rev.startswith("-") or not rev.isprintable():
        raise GitError(f"{rev!r} is no revision")
    found = _verified(root, rev)
    if found is None:
        raise GitError(_unknown(root, rev))
    return found


def _verified(root: str, rev: str) -> str | None:
    arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"]
    code, output, _ = attempt(root, arguments)
    return None if code else output.decode("ascii").strip()


def _unknown(root: str, rev: str) -> str:
    run(root, ["rev-parse", "--git-dir"])  # that there is no repository at all comes first
    if rev == "HEAD":
        return "the repository has no commit yet"
    if _verified(root, f"origin/{rev}") is not None:
        return f"git knows no revision {rev!r}; did you mean 'origin/{rev}'?"
    hint = f"; this clone is shallow: {_DEEPER}" if _is_shallow(root) else ""
    return f"git knows no revision {rev!r}{hint}"


def _is_shallow(root: str) -> bool:
    return run(root, ["rev-parse", "--is-shallow-repository"]).strip() == b"true"
