"""A tree of files that are in memory alone: a fuzzer has no time for a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aiposture.files import MissingError, Tree, UnreadableError, join


class MemoryTree(Tree):
    """The files in `held`, by path."""

    def __init__(self, held: Mapping[str, bytes]) -> None:
        """The root is no directory of the machine."""
        super().__init__("/nonexistent")
        self.held = held

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises UnreadableError."""
        real = join("", path)
        if real is None:
            raise UnreadableError(path, "leads out of the scanned tree and is not read")
        if real not in self.held:
            raise MissingError(path, "cannot be opened: No such file or directory")
        return self.held[real]

    def read_found(self, path: str) -> bytes:
        """The same as `read`."""
        return self.read(path)

    def walk(
        self, start: str, leave_out: Callable[[str], bool]
    ) -> Iterator[tuple[str, list[str], list[UnreadableError]]]:
        """Every directory from `start` down, as `Tree.walk` gives them."""
        for directory in sorted(self._directories()):
            if (not start or f"{directory}/".startswith(f"{start}/")) and not leave_out(directory):
                yield directory, self.names(directory), []

    def is_file(self, path: str) -> bool:
        """Whether `path` is a file."""
        return join("", path) in self.held

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory."""
        return join("", path) in self._directories()

    def names(self, directory: str) -> list[str]:
        """The names of the files in `directory`, sorted."""
        real = join("", directory)
        return sorted(name for above, _, name in (path.rpartition("/") for path in self.held) if above == real)

    def _directories(self) -> set[str]:
        found = {""}
        for path in self.held:
            parts = path.split("/")[:-1]
            found |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
        return found
