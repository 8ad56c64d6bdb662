"""The contents of git in which nothing of ours was found, in the user's cache folder: they need not be read again.

They are kept for each directory that was scanned, and count only for the version of aiposture that looked at them.
"""

import hashlib
import sys
from collections.abc import Sequence

import aiposture
from aiposture import discover
from aiposture.cache.store import Store, stamp
from aiposture.discover.sniffer import Blanks

_MOST_STALE = 4  # times as many as are met: a file that changes often leaves a trail


class KeptBlanks:
    """The blanks of one directory. They are kept when all files have been looked at."""

    def __init__(self, folder: str, root: str, tokens: Sequence[str]) -> None:
        """What is in the cache `folder` for the directory `root`, found by looking for `tokens`."""
        seekers = (aiposture.__version__, sys.version_info[:3], stamp(discover.__path__[0]), tokens)
        self._key = hashlib.sha256(f"blanks\0{root}\0{seekers}".encode("utf-8", "surrogatepass")).hexdigest()
        self._store = Store(folder)
        data = self._store.get(self._key)
        self.blanks = Blanks(() if data is None else data.decode("ascii", "replace").split("\n"))

    def keep(self) -> None:
        """Write down what was met, if any of it is new."""
        known, met = self.blanks.known, self.blanks.met
        if met <= known:
            return
        kept = known | met if len(known) < _MOST_STALE * len(met) else met
        self._store.put(self._key, "\n".join(sorted(kept)).encode())
        self._store.close()
