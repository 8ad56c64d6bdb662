"""Where the cache is, and whether it is the user's alone.

It stands alone because every start passes here, and few need the cache itself.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping


def cache_folder(environment: Mapping[str, str], system: str = sys.platform) -> str | None:
    """The folder of our cache on this system; None if the user has no place for such things."""
    if system == "win32":
        local = environment.get("LOCALAPPDATA", "")
        return os.path.join(local, "aiposture", "Cache") if local else None
    stated = environment.get("XDG_CACHE_HOME", "")
    home = environment.get("HOME", "")
    if os.path.isabs(stated):
        return os.path.join(stated, "aiposture")
    if not os.path.isabs(home) or not os.path.isdir(home):  # a user without a home gets none made
        return None
    caches = ("Library", "Caches") if system == "darwin" else (".cache",)
    return os.path.join(home, *caches, "aiposture")


def is_private(folder: str, scanned: str) -> bool:
    """Whether nobody else can have put anything into the folder; it need not be there yet.

    What stands in the scanned tree, the repository may have brought along.
    """
    real, root = os.path.realpath(folder), os.path.realpath(scanned)
    if real == root or real.startswith(root.rstrip(os.sep) + os.sep):
        return False
    if not hasattr(os, "geteuid"):
        return True
    try:
        if not os.path.lexists(real):
            return all(_is_ours(above) for above in _parents(real) if os.path.exists(above))
        own = os.lstat(real)
        private = own.st_uid == os.geteuid() and not own.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        return private and all(map(_is_ours, _parents(real)))
    except OSError:
        return False


def _parents(path: str) -> Iterator[str]:
    while (above := os.path.dirname(path)) != path:
        yield above
        path = above


def _is_ours(directory: str) -> bool:
    """Whether no stranger can put another directory in the place of one in it, as far as its rights tell."""
    status = os.lstat(directory)
    open_to_all = status.st_mode & stat.S_IWOTH and not status.st_mode & stat.S_ISVTX
    return status.st_uid in {0, os.geteuid()} and not open_to_all
