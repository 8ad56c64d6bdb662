"""Directories of scans that were killed: nobody else removes them.

Who works in a directory holds a lock on a file in it, which the system takes away from the dead. The place where
they stand can be shared with others. So a directory is only removed if it is this user's alone, if nobody else could
have put it there under its name, and if it has that file; what cannot be told stays.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a program that is killed takes its open files with it
    fcntl = None  # type: ignore[assignment]

_LOCK = "in-use"


def claim(directory: Path) -> int | None:
    """Say that `directory` is in use as long as the returned descriptor is open; None where that cannot be said."""
    if fcntl is None:
        return None
    made = directory / f"{_LOCK}.new"
    descriptor = os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        made.rename(directory / _LOCK)  # it is never there without being locked
    except OSError:  # a file system without locks
        os.close(descriptor)
        return None
    return descriptor


def remove_leftovers(above: Path, prefix: str) -> None:
    """Remove the directories in `above` whose name begins with `prefix` and whose owner is dead."""
    if fcntl is None or not shutil.rmtree.avoids_symlink_attacks or not _is_safe(above):
        return
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        found = [entry.path for entry in entries if entry.name.startswith(prefix)]
        for path in found:
            with _abandoned(path) as sure:
                if sure:
                    shutil.rmtree(path, ignore_errors=True)


def _is_safe(above: Path) -> bool:
    """Whether no other user can rename what is ours in this directory."""
    status = above.stat()
    return bool(status.st_mode & stat.S_ISVTX) or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


@contextmanager
def _abandoned(path: str) -> Iterator[bool]:
    """Whether the directory at `path` is ours alone and nobody works in it; nobody begins to, meanwhile."""
    with contextlib.ExitStack() as opened:
        try:
            directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            opened.callback(os.close, directory)
            lock = os.open(_LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
            opened.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            status = os.fstat(directory)
            sure = status.st_uid == os.geteuid() and not status.st_mode & 0o077
        except OSError:  # it is gone, it has no such file, or somebody holds it
            sure = False
        yield sure
