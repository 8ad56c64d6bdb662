"""What git says there is: the files of an index or of a revision, and the directories that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_LINK = "120000"
_SUBMODULE = "160000"
_FORGED = frozenset({"", ".", "..", ".git"})


class Entry(NamedTuple):
    """One line of git's: the mode, the blob's id, and whether a merge has left the file undecided."""

    path: str
    mode: str
    blob: str
    unmerged: bool = False


class Directory(NamedTuple):
    """The names in a directory, as far as git knows them: of files, and of the directories below it."""

    names: list[str]
    below: set[str]


class Listing(NamedTuple):
    """Blob ids by path: of files, and of symbolic links, whose content is where they lead."""

    files: Mapping[str, str]
    links: Mapping[str, str]
    unmerged: frozenset[str]
    submodules: frozenset[str]
    directories: Mapping[str, Directory]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Listing:
        """The listing of `entries`. A path that git itself would never write is left out."""
        files: dict[str, str] = {}
        links: dict[str, str] = {}
        unmerged: set[str] = set()
        submodules: set[str] = set()
        directories = {"": Directory([], set())}
        for path, mode, blob, undecided in entries:
            if path in files or path in links:
                continue  # an undecided file has an entry for each side
            above, _, name = path.rpartition("/")
            known = above in directories and not path.startswith("/")
            if name.lower() in _FORGED or not (known or _is_sane(above)):
                continue
            if mode == _SUBMODULE:
                submodules.add(path)
                continue
            (links if mode == _LINK else files)[path] = blob
            if undecided:
                unmerged.add(path)
            _add(directories, above, name)
        return cls(files, links, frozenset(unmerged), frozenset(submodules), directories)


def from_index(output: bytes) -> Iterator[Entry]:
    """The entries in what `git ls-files --stage -z` prints."""
    for record in _records(output):
        head, _, path = record.partition("\t")
        mode, blob, stage = head.split(" ")
        yield Entry(path, mode, blob, stage != "0")


def from_tree(output: bytes) -> Iterator[Entry]:
    """The entries in what `git ls-tree -z` prints."""
    for record in _records(output):
        head, _, path = record.partition("\t")
        mode, _kind, blob = head.split(" ")
        yield Entry(path, mode, blob)


def _records(output: bytes) -> list[str]:
    # As Python decodes the names that the file system gives.
    return output.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _is_sane(path: str) -> bool:
    # A tree object can be forged to name `..` or `.git`.
    return _FORGED.isdisjoint(path.lower().split("/"))


def _add(directories: dict[str, Directory], above: str, name: str) -> None:
    if above in directories:
        directories[above].names.append(name)
        return
    directories[above] = Directory([name], set())
    while above:
        above, _, name = above.rpartition("/")
        known = above in directories
        directories.setdefault(above, Directory([], set())).below.add(name)
        if known:
            return
