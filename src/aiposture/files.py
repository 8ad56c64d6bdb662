"""The files of the scanned repository: the only way that aiposture reads them.

The repository is hostile. A path that climbs out of the root, directly or by a symbolic link, is refused;
so is everything that is no regular file, or that is larger than any template is.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType, ModuleType
from typing import TypeVar, cast

_T = TypeVar("_T")

MAX_BYTES = 64 * 1024 * 1024
_AT_ONCE = 64 * 1024
TOOL_DIRECTORIES = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"})

# Opening without blocking: a FIFO that is named like a template must not hang the scan.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_READ_NO_LINK = _READ | _NO_FOLLOW


class UnreadableError(Exception):
    """A file that cannot or must not be read; says which, and why."""

    def __init__(self, path: str, reason: str) -> None:
        """`path` as the scan names it, `reason` a sentence for the user."""
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class MissingError(UnreadableError):
    """A file that is not there: mostly a link to a file that somebody has to make first."""


def git_root(directory: str) -> str | None:
    """The top of the git repository that `directory` stands in, None if it stands in none. Git itself is not asked."""
    while not os.path.exists(os.path.join(directory, ".git")):  # a file in a linked working tree, and in a submodule
        above = os.path.dirname(directory)
        if above == directory:
            return None
        directory = above
    return directory


def within(path: str, root: str, system: ModuleType = os.path) -> str:
    """`path` as seen from `root`, with slashes, as all paths in a tree are; "" for `root` itself.

    `system` is the module that knows the paths of an operating system, as os.path does.
    """
    relative: str = system.relpath(path, root)
    return "" if relative == system.curdir else relative.replace(system.sep, "/")


def is_below(path: str, root: str) -> bool:
    """Whether `path` is `root` or stands below it; both are absolute, and without links on the way."""
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def join(directory: str, path: str) -> str | None:
    """`path` as seen from `directory`, both relative to the root; None if it leads out of the root."""
    if path.startswith("/") or "\0" in path:
        return None
    joined = posixpath.normpath(posixpath.join(directory, path))
    if joined == ".." or joined.startswith("../"):
        return None
    return "" if joined == "." else joined


def read_regular(real: str, path: str, *, follow: bool) -> bytes:
    """The bytes of the regular file at `real`, which is called `path` in what goes wrong. Raises UnreadableError."""
    try:
        descriptor = os.open(real, _READ if follow else _READ_NO_LINK)
    except FileNotFoundError as error:
        raise MissingError(path, f"cannot be opened: {error.strerror}") from error
    except OSError as error:
        raise UnreadableError(path, f"cannot be opened: {error.strerror}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(path, "is not a regular file")
        size = status.st_size
        if size > MAX_BYTES:
            raise UnreadableError(path, f"is larger than {MAX_BYTES // 1024 // 1024} MiB")
        data = os.read(descriptor, size + 1)
        while len(data) < size and (more := os.read(descriptor, size - len(data))):
            data += more
        if len(data) != size:
            raise UnreadableError(path, "changed while it was read")
    except OSError as error:
        raise UnreadableError(path, f"cannot be read: {error.strerror}") from error
    finally:
        os.close(descriptor)
    return data


def read_small(real: str) -> bytes | None:
    """The bytes of the file at `real`, None if they are many. Raises OSError.

    What stands there is not asked, so this is for whoever knows by other means which bytes it must be.
    """
    descriptor = os.open(real, _READ_NO_LINK)
    try:
        data = os.read(descriptor, _AT_ONCE)
    finally:
        os.close(descriptor)
    return data if len(data) < _AT_ONCE else None


class Tree:
    """A directory tree with a root that is never left. Paths are relative to it and `/`-separated; "" is the root.

    `extra` holds the files outside of it that the user named: the name that stands for each, and where it is.
    """

    names_contents = False
    """Whether `content_name` has names to give."""

    def __init__(self, root: str | os.PathLike[str], extra: Mapping[str, str] = MappingProxyType({})) -> None:
        self.root = os.fspath(root)
        self.extra = extra
        self._once: dict[str, object] = {}

    def content_name(self, path: str) -> str | None:  # noqa: ARG002 - here it is the same for all
        """What has a name for the bytes of the file at `path`, which `walk` gave, calls them; None if nothing has."""
        return None

    def with_extra(self, extra: Mapping[str, str]) -> Tree:
        """The same tree, in which the user named other files outside of it."""
        import copy  # only where there is something to read

        tree = copy.copy(self)
        tree.extra = extra
        tree._once = {}  # noqa: SLF001 - it is one of ours
        return tree

    def once(self, key: str, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once for `key` as long as this tree is in use: files that many units share."""
        if key not in self._once:
            self._once[key] = make()
        return cast("_T", self._once[key])

    def _real(self, path: str) -> str:
        if path in self.extra:
            return self.extra[path]
        real = os.path.realpath(os.path.join(self.root, path))
        if not is_below(real, os.path.realpath(self.root)):
            raise UnreadableError(path, "leads out of the scanned tree and is not read")
        return real

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises UnreadableError."""
        return read_regular(self._real(path), path, follow=True)

    def read_found(self, path: str) -> bytes:
        """As `read`, for a path that `walk` gave: no directory on the way is a link, which saves resolving it."""
        full = f"{self.root}/{path}"
        if path.startswith("..") or (not _NO_FOLLOW and os.path.islink(full)):
            return self.read(path)
        try:
            return read_regular(full, path, follow=False)
        except UnreadableError:
            if os.path.islink(full):  # asked only now: of most files the system has said it by opening them
                return self.read(path)
            raise

    def walk(
        self, start: str, leave_out: Callable[[str], bool]
    ) -> Iterator[tuple[str, list[str], list[UnreadableError]]]:
        """Every directory from `start` down with its file names, sorted. Linked directories are not entered,
        nor those of tools (`.git`, `.terraform`, `node_modules`) or those whose path `leave_out` rejects.
        """
        try:
            self._real(start)
        except UnreadableError as error:
            yield start, [], [error]
            return
        waiting = [start]
        while waiting:
            directory = waiting.pop()
            files: list[str] = []
            below: list[str] = []
            try:
                with os.scandir(f"{self.root}/{directory}") as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            path = f"{directory}/{entry.name}" if directory else entry.name
                            if entry.name not in TOOL_DIRECTORIES and not leave_out(path):
                                below.append(path)
                        else:
                            files.append(entry.name)
            except OSError as error:
                yield directory, [], [UnreadableError(directory, f"cannot be listed: {error.strerror}")]
                continue
            waiting.extend(sorted(below, reverse=True))
            yield directory, sorted(files), []

    def is_file(self, path: str) -> bool:
        """Whether `path` is a regular file inside the tree."""
        try:
            return os.path.isfile(self._real(path))
        except UnreadableError:
            return False

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory inside the tree."""
        try:
            return os.path.isdir(self._real(path))
        except UnreadableError:
            return False

    def names(self, directory: str) -> list[str]:
        """The names of the files (not directories) in `directory`, sorted; empty if there is no such directory."""
        try:
            with os.scandir(self._real(directory)) as entries:
                return sorted(entry.name for entry in entries if not entry.is_dir(follow_symlinks=False))
        except (UnreadableError, FileNotFoundError, NotADirectoryError):
            return []
