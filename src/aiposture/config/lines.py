"""The line that a key of a TOML file stands on, as far as a look at the lines can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"\\]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"\\]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""([\w-]+)|"([^"\\]*)"|'([^']*)'""")

Path = tuple["str | int", ...]


class Lines:
    """Where the keys of one file stand. A member of an array of tables is a number in a path: ("allow", 0, "path")."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, list[int]] = {}
        if '"""' in text or "'''" in text:
            return  # a line in a long string can look like a key: better no line than a wrong one
        table: Path = ()
        seen: dict[Path, int] = {}
        for number, line in enumerate(text.split("\n"), 1):
            if header := _HEADER.fullmatch(line):
                table = _parts(header[2])
                if header[1] == "[[":
                    seen[table] = seen.get(table, -1) + 1
                    table = (*table, seen[table])
                self._lines.setdefault(table, []).append(number)
            elif key := _KEY.match(line):
                self._lines.setdefault((*table, *_parts(key[1])), []).append(number)

    def line(self, path: Sequence[str | int]) -> int | None:
        """The line of the key at `path` or of what it stands in; None if that cannot be known for certain."""
        for length in range(len(path), 0, -1):
            if found := self._lines.get(tuple(path[:length])):
                return found[0] if len(found) == 1 else None
        return None


def _parts(dotted: str) -> Path:
    return tuple(part[1] or part[2] or part[3] or "" for part in _PART.finditer(dotted))
