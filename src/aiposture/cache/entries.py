"""What was made of units before, in the user's cache folder: a unit that has not changed is not evaluated again.

An entry holds what the readers asked the tree for, with digests of the answers, and what they made of them. It counts
only if all questions still have these answers, for this version of aiposture and these settings.
"""

import hashlib
import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec

import aiposture
from aiposture.cache.codec import NotWritableError, decode, encode
from aiposture.cache.observed import Observed
from aiposture.cache.store import Store, stamp
from aiposture.files import Tree
from aiposture.model import Reading

_PARSERS = ("tree_sitter", "tree_sitter_hcl", "tree_sitter_json", "yaml")


class Cache:
    """The entries for one scan. `tree` is what readers must read from."""

    def __init__(self, directory: str, tree: Tree, settings: str) -> None:
        """`settings` is a text that is the same for settings with which readers make the same."""
        self.tree = Observed(tree)
        self._store = Store(directory)
        self._prefix = f"{_edition()}\0{tree.root}\0{type(tree).__name__}\0{settings}"

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
                self._store.put(key, f"{json.dumps(notes)}\n{encode(reading)}".encode())
            except NotWritableError:
                return reading  # it will be made again
        return reading

    def close(self) -> None:
        """Keep the folder within its bounds."""
        self._store.close()

    def _found(self, key: str) -> Reading | None:
        data = self._store.get(key)
        if data is None:
            return None
        try:
            notes, table = data.split(b"\n", 1)
            return decode(table.decode()) if self.tree.holds(json.loads(notes)) else None
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
            return None  # it is damaged, and made again


def _edition() -> str:
    """What tells versions of aiposture apart, also one that is worked on: its files, and what runs and parses."""
    files = stamp(aiposture.__path__[0])
    for name in _PARSERS:
        if (found := find_spec(name)) is not None and found.origin is not None:
            status = os.stat(found.origin)
            files.append((found.origin, status.st_mtime_ns, status.st_size))
    return f"{aiposture.__version__} {hashlib.sha256(repr(files).encode()).hexdigest()} {sys.version_info[:3]}"
