"""A tree of files as git has it: what is going to be committed, or what a revision holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from types import TracebackType

from aiposture.files import (
    MAX_BYTES,
    TOOL_DIRECTORIES,
    MissingError,
    Tree,
    UnreadableError,
    join,
    read_regular,
    read_small,
)
from aiposture.git.blobs import Blobs
from aiposture.git.command import Command, GitError
from aiposture.git.listing import Directory, Entry, Listing

_MAX_LINKS = 40
_SHA256 = 64


class Snapshot(Tree):
    """The files that git knows; what else lies on the disk is not there.

    `source` says where they are from: "the index", "revision 1a2b3c". A symbolic link is followed inside of the
    snapshot. A submodule is no part of it: `walk` passes over it, and what is called from there is read from the disk.
    """

    names_contents = True

    def __init__(self, root: str, *, source: str, lister: Command, entries: Callable[[bytes], Iterable[Entry]]) -> None:
        """`lister` prints what there is, for `entries` to read: it is asked when the listing is needed first."""
        super().__init__(root)
        self.source = source
        self._lister = lister
        self._entries = entries
        self.blobs = Blobs(root)

    @cached_property
    def listing(self) -> Listing:
        """What there is. Raises GitError."""
        return Listing.of(self._entries(self._lister.output()))

    def __enter__(self) -> Snapshot:  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lister.stop()
        self.blobs.close()

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises UnreadableError."""
        if path in self.extra:
            return super().read(path)
        real = self._resolve(path)
        if real is None:
            raise UnreadableError(path, "leads out of the scanned tree and is not read")
        if self._in_submodule(real):
            return super().read(real)
        if real in self.listing.unmerged:
            raise UnreadableError(path, "has conflicts of a merge that are not resolved")
        blob = self.listing.files.get(real)
        if blob is None:
            raise MissingError(path, f"is not in {self.source}")
        return self._content(real, blob, path)

    def content_name(self, path: str) -> str | None:
        """The id of the blob at `path`; None for what is no file, or not decided."""
        return None if path in self.listing.unmerged else self.listing.files.get(path)

    def read_found(self, path: str) -> bytes:
        """As `read`, for a path that `walk` gave: most are files, with no link on the way that is to be followed."""
        blob = self.content_name(path)
        return self.read(path) if blob is None else self._content(path, blob, path)

    def walk(
        self, start: str, leave_out: Callable[[str], bool]
    ) -> Iterator[tuple[str, list[str], list[UnreadableError]]]:
        """Every directory from `start` down with its file names, as `Tree.walk` gives them."""
        if self._directory(start) is None:
            yield start, [], [UnreadableError(start, f"is not in {self.source}")]
            return
        waiting = [start]
        while waiting:
            path = waiting.pop()
            directory = self._directory(path) or Directory([], set())
            kept = (f"{path}/{name}" if path else name for name in directory.below - TOOL_DIRECTORIES)
            waiting.extend(sorted((each for each in kept if not leave_out(each)), reverse=True))
            yield path, sorted(directory.names), []

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file of the snapshot."""
        if path in self.extra:
            return super().is_file(path)
        real = self._resolve(path)
        if real is None:
            return False
        return super().is_file(real) if self._in_submodule(real) else real in self.listing.files

    def is_dir(self, path: str) -> bool:
        """Whether there are files of the snapshot below `path`."""
        real = self._resolve(path)
        if real is None:
            return False
        return super().is_dir(real) if self._in_submodule(real) else real in self.listing.directories

    def names(self, directory: str) -> list[str]:
        """The names of the files in `directory`, sorted; empty if there is no such directory."""
        real = self._resolve(directory)
        if real is not None and self._in_submodule(real):
            return super().names(real)
        found = self._directory(directory)
        return [] if found is None else sorted(found.names)

    def _directory(self, path: str) -> Directory | None:
        real = self._resolve(path)
        return None if real is None else self.listing.directories.get(real)

    def _in_submodule(self, path: str) -> bool:
        return any(path == each or path.startswith(f"{each}/") for each in self.listing.submodules)

    def _resolve(self, path: str) -> str | None:
        """The path without a link on the way; None if one leads out of the tree, or in a circle."""
        if not self.listing.links:
            return path if path in self.listing.files or path in self.listing.directories else join("", path)
        done = ""
        waiting = path.split("/")
        followed = 0
        while waiting:
            name = waiting.pop(0)
            step = join(done, name)
            if step is None:
                return None
            if step not in self.listing.links:
                done = step
                continue
            followed += 1
            target = self._blob(step, self.listing.links[step]).decode("utf-8", "surrogateescape")
            if followed > _MAX_LINKS or target.startswith("/"):
                return None
            waiting = [*target.split("/"), *waiting]
        return done

    def _content(self, file: str, blob: str, path: str) -> bytes:
        """The bytes of a listed file, called `path` in what goes wrong. Raises UnreadableError."""
        real = f"{self.root}/{file}"
        # Most files lie on the disk as they are here, and are read from there ten times as fast. Their bytes prove it:
        # git's stamps of time do not, and git might start a filter of the repository to compare.
        try:
            data = read_small(real)
            if data is None:
                data = read_regular(real, path, follow=False)
        except (OSError, UnreadableError):
            return self._blob(path, blob)  # what matters is whether git has it
        return data if _name(data, blob) == blob else self._blob(path, blob)

    def _blob(self, path: str, blob: str) -> bytes:
        try:
            data = self.blobs.read(blob, MAX_BYTES)
        except GitError as error:
            raise UnreadableError(path, f"cannot be read from {self.source}: {error}") from error
        if data is None:
            raise UnreadableError(path, f"is larger than {MAX_BYTES // 1024 // 1024} MiB")
        return data


def _name(data: bytes, like: str) -> str:
    """What git calls a blob of these bytes, in a repository where another one is called `like`."""
    digest = hashlib.sha256 if len(like) == _SHA256 else hashlib.sha1
    return digest(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest()
