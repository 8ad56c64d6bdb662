"""What git says there is: the files of an index or of a revision, and the directories that they make."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

_LINK = "120000"
_SUBMODULE = "160000"
_FORGED = frozenset({"", ".", "..", ".git"})

# One line of git's: the path, the mode, the blob's id, and whether a merge has left the file undecided.
Entry: TypeAlias = tuple[str, str, str, bool]


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
    def of(cls, entries: Iterable[Entry]) -> "Listing":
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
            directory = directories.get(above)
            if name.lower() in _FORGED or path.startswith("/") or (directory is None and not _is_sane(above)):
                continue
            if mode == _SUBMODULE:
                submodules.add(path)
                continue
            (links if mode == _LINK else files)[path] = blob
            if undecided:
                unmerged.add(path)
            (directory or _add(directories, above)).names.append(name)
        return cls(files, links, frozenset(unmerged), frozenset(submodules), directories)


def from_index(output: bytes) -> Iterator[Entry]:
    """The entries in what `git ls-files --stage -z` prints."""
    for record in _records(output):
        head, _, path = record.partition("\t")
        mode, blob, stage = head.split(" ")
        yield path, mode, blob, stage != "0"


def from_tree(output: bytes) -> Iterator[Entry]:
    """The entries in what `git ls-tree -z` prints."""
    for record in _records(output):
        head, _, path = record.partition("\t")
        mode, _kind, blob = head.split(" ")
        yield path, mode, blob, False


def _records(output: bytes) -> list[str]:
    # As Python decodes the names that the file system gives.
    return output.decode("utf-8", "surrogateescape").split("\0")[:-1]


def _is_sane(path: str) -> bool:
    # A tree object can be forged to name `..` or `.git`.
    return _FORGED.isdisjoint(path.lower().split("/"))


def _add(directories: dict[str, Directory], path: str) -> Directory:
    """A new directory at `path`, which those above it know."""
    directories[path] = added = Directory([], set())
    known = False
    while not known:
        path, _, name = path.rpartition("/")
        known = path in directories
        directories.setdefault(path, Directory([], set())).below.add(name)
    return added
