"""The code in a Bicep file's bytes: a module that stands in a comment or in a text is deployed by nobody."""

from __future__ import annotations

import re

_IN_CODE = re.compile(rb"//|/\*|'''|['{}]")
_IN_STRING = re.compile(rb"\\.|\$\{|['\r\n]", re.DOTALL)
_HIDING = {
    b"//": re.compile(rb"(?=[\r\n])"),
    b"/*": re.compile(rb"\*/"),
    b"'''": re.compile(rb"'''"),
}
"""What hides code, and what ends it."""


def code(data: bytes) -> bytes:
    """The file without what can hide a statement: its comments and the strings that have several lines.

    What is not closed goes on to the end. A file in which nothing can hide, as nearly all are, is given back at once.
    """
    if b"/*" not in data and b"'''" not in data:
        return data
    kept: list[bytes] = []
    kept_to = at = 0
    holes: list[int] = []  # the braces that are open in each `${` of a string
    while (mark := _IN_CODE.search(data, at)) is not None:
        at = mark.end()
        if mark[0] in _HIDING:
            end = _HIDING[mark[0]].search(data, at)
            at = len(data) if end is None else end.end()
            kept.append(data[kept_to : mark.start()])
            kept_to = at
        elif mark[0] == b"'" or (holes and _closes(mark[0], holes)):
            at = _string_end(data, at, holes)
    return b"".join((*kept, data[kept_to:]))


def _closes(brace: bytes, holes: list[int]) -> bool:
    """Whether a brace closes the hole that it stands in, so that the string around it goes on."""
    if brace == b"}" and not holes[-1]:
        holes.pop()
        return True
    holes[-1] += 1 if brace == b"{" else -1
    return False


def _string_end(data: bytes, at: int, holes: list[int]) -> int:
    """Where the code goes on behind the string that `at` stands in: at its end, or in a hole that is then open."""
    while (mark := _IN_STRING.search(data, at)) is not None:
        at = mark.end()
        if mark[0] == b"${":
            holes.append(0)
            return at
        if not mark[0].startswith(b"\\"):
            return at
    return len(data)
