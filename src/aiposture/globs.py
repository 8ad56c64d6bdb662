"""Patterns for paths, as people know them from .gitignore.

`*` and `?` stand for anything but a `/`, `[ab]` for one character of a set, and `**` for any number of directories.
A pattern without a `/` means a name at any depth. What matches a directory matches all that is below it.
Upper and lower case differ. Paths are `/`-separated.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from functools import lru_cache

_ANY_DEPTH = "**"


def matches(pattern: str, path: str) -> bool:
    """Whether `pattern` matches `path` or a directory that it is in."""
    return _matches(_segments(pattern), tuple(path.split("/")))


def rebase(pattern: str, directory: str, root: str) -> tuple[str, ...]:
    """The patterns that mean from `root` what `pattern` means from `directory`.

    Both are absolute paths of this machine. There are no patterns if neither directory is in the other.
    """
    segments = _segments(pattern)
    below = _relative(directory, root)
    if below is not None:
        return (_written((*(_literally(name) for name in below), *segments)),)
    above = _relative(root, directory)
    if above is None:
        return ()
    rest = {segments}
    for name in above:
        rest = {after for one in rest for after in _after(one, name)}
    return tuple(sorted({_written(one or (_ANY_DEPTH,)) for one in rest}))


def seen_from(directory: str, root: str, path: str) -> str | None:
    """`path`, which is relative to `root`, as relative to `directory`; None if it is not below it."""
    if directory == root:
        return path
    seen = _relative(os.path.normpath(f"{root}/{path}"), directory)
    return None if seen is None else "/".join(seen)


@lru_cache(maxsize=256)
def _segments(pattern: str) -> tuple[str, ...]:
    """The parts of a pattern from its directory on; a run of `**` is one."""
    anchored = "/" in pattern.rstrip("/")
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    segments = parts if anchored else [_ANY_DEPTH, *parts]
    return tuple(
        part
        for number, part in enumerate(segments)
        if part != _ANY_DEPTH or number == 0 or segments[number - 1] != _ANY_DEPTH
    )


def _matches(segments: tuple[str, ...], names: tuple[str, ...]) -> bool:
    rest = {segments}
    for name in names:
        rest = {after for one in rest for after in _after(one, name)}
        if any(not one or one == (_ANY_DEPTH,) for one in rest):
            return True
    return False


def _after(segments: tuple[str, ...], name: str) -> set[tuple[str, ...]]:
    """What may be left of a pattern when `name` has been matched by its beginning."""
    if not segments:
        return {()}  # the directory itself matched, and so does all below it
    if segments[0] == _ANY_DEPTH:
        return {segments} | (_after(segments[1:], name) if segments[1:] else set())
    return {segments[1:]} if fnmatchcase(name, segments[0]) else set()


def _written(segments: tuple[str, ...]) -> str:
    # A single name would mean one at any depth.
    return "/".join(("", *segments) if len(segments) == 1 and segments[0] != _ANY_DEPTH else segments)


def _literally(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _relative(path: str, directory: str) -> list[str] | None:
    """The names that lead from `directory` down to `path`; None if they do not."""
    try:
        relative = os.path.relpath(path, directory)
    except ValueError:  # another drive
        return None
    names = [] if relative == os.curdir else relative.replace(os.sep, "/").split("/")
    return None if names[:1] == [os.pardir] else names
