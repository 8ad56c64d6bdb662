"""The files of the cache. Each has a name that is made of its key, and a checksum that holds for that key only.

A file that is damaged, of another user or readable by others is as good as none, and a folder that cannot be written
costs time only. Files hold values of the code, and so what secrets stand in it: only the user can read them.
"""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from aiposture.files import UnreadableError, read_regular

_LARGEST = 16 * 1024 * 1024
_MOST_BYTES = 256 * 1024 * 1024
_PARTS = 16
_OTHERS = 0o077
_AN_HOUR = 3600
_CHECKSUM = 65


class Store:
    """The files in one folder, by key: a digest in hexadecimal digits."""

    def __init__(self, directory: str) -> None:
        """`directory` need not be there yet."""
        self._directory = directory
        self._written: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """What is kept under `key`; None if that is nothing, or nothing to be believed."""
        try:
            checksum, _, data = _own_bytes(self._path(key)).partition(b"\n")
        except (UnreadableError, OSError):
            return None
        return data if checksum == _checksum(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, if it is not too large and the folder can be written."""
        if len(data) <= _LARGEST:
            try:
                self._write(self._path(key), _checksum(key, data) + b"\n" + data)
            except OSError:
                return  # it will be made again

    def close(self) -> None:
        """Keep the folder within its bounds. Only what was written into is looked at, so that it stays cheap."""
        for part in self._written:
            shrink(part, _MOST_BYTES // _PARTS)

    def _path(self, key: str) -> str:
        return os.path.join(self._directory, key[0], key[1:])

    def _write(self, path: str, data: bytes) -> None:
        part = os.path.dirname(path)
        for directory in (self._directory, part):
            os.makedirs(directory, mode=0o700, exist_ok=True)
        draft = f"{path}.{os.getpid()}"
        binary = getattr(os, "O_BINARY", 0)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | binary, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(draft, path)
        except BaseException:
            with suppress(FileNotFoundError):  # it may have got its name already, and what came up must not be lost
                os.unlink(draft)
            raise
        self._written.add(part)


def stamp(directory: str) -> list[tuple[str, int, int]]:
    """What tells versions of the code below `directory` apart, also of one that is worked on."""
    return sorted(_sources(directory))


def _sources(directory: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_mtime_ns, status.st_size
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _sources(entry.path)


def _checksum(key: str, data: bytes) -> bytes:
    """It holds for this data under this key only: a file that stands in the place of another one is not believed."""
    return hashlib.sha256(key.encode() + b"\n" + data).hexdigest().encode()


def _own_bytes(path: str) -> bytes:
    """The bytes of a file that nobody but this user can have written. Raises OSError or UnreadableError."""
    if hasattr(os, "geteuid"):
        for each, is_kind in ((os.path.dirname(path), stat.S_ISDIR), (path, stat.S_ISREG)):
            status = os.lstat(each)
            if status.st_uid != os.geteuid() or status.st_mode & _OTHERS or not is_kind(status.st_mode):
                raise PermissionError(each)
        if status.st_size > _LARGEST + _CHECKSUM:
            raise OSError(f"{path} is larger than a file of ours")
    return read_regular(path, os.path.basename(path), follow=False)


class _File(NamedTuple):
    written: float
    size: int
    path: str


def shrink(directory: str, most: int) -> None:
    """Remove the oldest files of a directory until it has at most `most` bytes, and drafts of scans that died."""
    files = sorted(_files(directory))
    total = sum(file.size for file in files)
    for file in files:
        abandoned = "." in os.path.basename(file.path) and file.written < time.time() - _AN_HOUR
        if total <= most and not abandoned:
            continue
        try:
            os.unlink(file.path)
        except OSError:
            continue  # another scan has done it, or may use it
        total -= file.size


def _files(directory: str) -> Iterator[_File]:
    try:
        with os.scandir(directory) as found:
            for entry in found:
                status = entry.stat(follow_symlinks=False)
                yield _File(status.st_mtime, status.st_size, entry.path)
    except OSError:
        return  # what another scan removes meanwhile needs no removing
