"""What was made of units before, in the user's cache folder: a unit that has not changed is not evaluated again.

An entry holds what the readers asked the tree for, with digests of the answers, and what they made of them. It counts
only if all questions still have these answers, for this version of aiposture and these settings. An entry that is
damaged, of another user or readable by others is as good as none, and a folder that cannot be written costs time only.
Entries hold values of the code, and so what secrets stand in it: only the user can read them.
"""

import hashlib
import json
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import aiposture
from aiposture.cache.codec import NotWritableError, decode, encode
from aiposture.cache.observed import Observed
from aiposture.files import Tree, UnreadableError, read_regular
from aiposture.model import Reading

_LARGEST = 16 * 1024 * 1024
_MOST_BYTES = 256 * 1024 * 1024
_PARTS = 16
_OTHERS = 0o077
_AN_HOUR = 3600
_CHECKSUM = 65
_PARSERS = ("tree_sitter", "tree_sitter_hcl", "tree_sitter_json", "yaml")


class Cache:
    """The entries for one scan. `tree` is what readers must read from."""

    def __init__(self, directory: str, tree: Tree, settings: str) -> None:
        """`settings` is a text that is the same for settings with which readers make the same."""
        self.tree = Observed(tree)
        self._directory = Path(directory)
        self._prefix = f"{_edition()}\0{tree.root}\0{type(tree).__name__}\0{settings}"
        self._written: set[Path] = set()

    def reading(self, name: str, make: Callable[[], Reading], keep: Callable[[Reading], bool]) -> Reading:
        """What `make` gives for the unit called `name`, from before if nothing has changed.

        A reading that is not to `keep` is made anew each time.
        """
        key = hashlib.sha256(f"{self._prefix}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()
        found = self._found(key)
        if found is not None:
            return found
        reading, notes = self.tree.noting(make)
        if keep(reading):
            try:
                self._write(key, f"{json.dumps(notes)}\n{encode(reading)}".encode())
            except (NotWritableError, OSError):
                return reading  # it will be made again
        return reading

    def close(self) -> None:
        """Keep the folder within its bounds. Only what was written into is looked at, so that it stays cheap."""
        for part in self._written:
            shrink(part, _MOST_BYTES // _PARTS)

    def _path(self, key: str) -> Path:
        return self._directory / key[0] / key[1:]

    def _found(self, key: str) -> Reading | None:
        try:
            data = _own_bytes(self._path(key))
            checksum, notes, table = data.split(b"\n", 2)
            if checksum != _checksum(key, notes + b"\n" + table) or not self.tree.holds(json.loads(notes)):
                return None
            return decode(table.decode())
        except (UnreadableError, OSError, ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
            return None  # there is none, or it is damaged: either way it is made again

    def _write(self, key: str, data: bytes) -> None:
        if len(data) > _LARGEST:
            return
        path = self._path(key)
        for directory in (self._directory, path.parent):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        binary = getattr(os, "O_BINARY", 0)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_checksum(key, data) + b"\n" + data)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        self._written.add(path.parent)


def _edition() -> str:
    """What tells versions of aiposture apart, also one that is worked on: its files, and what runs and parses."""
    files = sorted(_sources(aiposture.__path__[0]))
    for name in _PARSERS:
        if (found := find_spec(name)) is not None and found.origin is not None:
            status = os.stat(found.origin)  # noqa: PTH116 - as above
            files.append((found.origin, status.st_mtime_ns, status.st_size))
    return f"{aiposture.__version__} {hashlib.sha256(repr(files).encode()).hexdigest()} {sys.version_info[:3]}"


def _sources(directory: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _sources(entry.path)


def _checksum(key: str, data: bytes) -> bytes:
    """It holds for this data under this key only: an entry that stands in the place of another one is not believed."""
    return hashlib.sha256(key.encode() + b"\n" + data).hexdigest().encode()


def _own_bytes(path: Path) -> bytes:
    """The bytes of an entry that nobody but this user can have written. Raises OSError or UnreadableError."""
    if hasattr(os, "geteuid"):
        for each, is_kind in ((path.parent, stat.S_ISDIR), (path, stat.S_ISREG)):
            status = os.lstat(each)
            if status.st_uid != os.geteuid() or status.st_mode & _OTHERS or not is_kind(status.st_mode):
                raise PermissionError(each)
        if status.st_size > _LARGEST + _CHECKSUM:
            raise OSError(f"{path} is larger than an entry of ours")
    return read_regular(str(path), path.name, follow=False)


class _Entry(NamedTuple):
    written: float
    size: int
    path: Path


def shrink(directory: Path, most: int) -> None:
    """Remove the oldest entries of a directory until it has at most `most` bytes, and drafts of scans that died."""
    entries = sorted(_entries(directory))
    total = sum(entry.size for entry in entries)
    for entry in entries:
        abandoned = entry.path.suffix and entry.written < time.time() - _AN_HOUR
        if total <= most and not abandoned:
            continue
        try:
            entry.path.unlink()
        except OSError:
            continue  # another scan has done it, or may use it
        total -= entry.size


def _entries(directory: Path) -> Iterator[_Entry]:
    try:
        with os.scandir(directory) as found:
            for entry in found:
                status = entry.stat(follow_symlinks=False)
                yield _Entry(status.st_mtime, status.st_size, Path(entry.path))
    except OSError:
        return  # what another scan removes meanwhile needs no removing
