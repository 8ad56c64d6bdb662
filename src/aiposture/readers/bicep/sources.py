"""The Bicep files of a scan: their outlines, read once, and which of them are deployed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aiposture.files import Tree, UnreadableError, join
from aiposture.readers.bicep.outline import Outline, outline

SUFFIXES = (".bicep", ".bicepparam")
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


class EntryPoint(NamedTuple):
    """A file to compile, and all local files that it reaches, itself included."""

    path: str
    files: frozenset[str]


def decode(data: bytes) -> str:
    """The text of a file as the compiler reads it: bytes that are no text become replacement characters."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    return data.decode(errors="replace")


def is_remote(target: str) -> bool:
    """Whether a module's path names a registry or a template spec."""
    scheme = target.partition(":")[0].partition("/")[0]
    return ":" in target and scheme in {"br", "ts"}


class Sources:
    """Reads Bicep files and keeps their outlines."""

    def __init__(self, tree: Tree) -> None:
        """All paths are relative to `tree`."""
        self.tree = tree

    def outline(self, path: str) -> Outline | UnreadableError:
        """The outline of a file, or why it cannot be read."""
        return self.tree.once(f"bicep {path}", lambda: self._outline(path))

    def _outline(self, path: str) -> Outline | UnreadableError:
        try:
            return outline(path, decode(self.tree.read(path)))
        except UnreadableError as error:
            return error

    def read(self, path: str) -> Outline | None:
        """The outline of a file; None if it is missing or unreadable."""
        found = self.outline(path)
        return found if isinstance(found, Outline) else None

    def named_by(self, path: str) -> Iterator[str]:
        """The local files that a file names as modules and the like; those outside of the tree are left out."""
        found = self.read(path) if path.endswith(SUFFIXES) else None
        for target, _ in found.targets() if found is not None else ():
            local = self.resolve(path, target)
            if local is not None:
                yield local

    def resolve(self, path: str, target: str) -> str | None:
        """The local file that `target` means in the file `path`; None for a registry's, or outside of the tree."""
        return None if is_remote(target) else join(path.rpartition("/")[0], target)

    def closure(self, path: str) -> frozenset[str]:
        """All local files that `path` reaches through modules, imports and parameter files."""
        found: set[str] = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self.named_by(current))
        return frozenset(found)


def entry_points(tree: Tree, paths: Iterable[str]) -> list[EntryPoint]:
    """What to compile of the Bicep files `paths`: those that no other file names, and all parameter files.

    A template that a parameter file uses is judged through it. A file without a resource or a module
    deploys nothing.
    """
    sources = Sources(tree)
    listed = sorted(set(paths))
    named = {target for path in listed for target in sources.named_by(path) if target != path}
    roots = [path for path in listed if path.endswith(".bicepparam") or path not in named]
    found: list[EntryPoint] = []
    reached: set[str] = set()
    # What no root reaches stands in a cycle; the compiler will say so.
    for path in [*roots, *(path for path in listed if path in named and path.endswith(".bicep"))]:
        if path in reached:
            continue
        files = sources.closure(path)
        reached |= files
        if _deploys(sources, path):
            found.append(EntryPoint(path, files))
    return sorted(found)


def _deploys(sources: Sources, path: str) -> bool:
    """Whether a file has something to deploy; one that cannot be read may have."""
    found = sources.read(path)
    if found is None:
        return True
    return bool(found.declarations) if path.endswith(".bicep") else found.using is not None
