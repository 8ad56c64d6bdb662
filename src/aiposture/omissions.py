"""The last check that nothing was passed over in silence: a resource that stands in a file and came out of no reader.

It compares what a reader gave with the bare text of the files, so it shares none of the reader's mistakes. A resource
with `count = 0` is given by the reader as one that is absent, and a file with an error has said so already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from aiposture.files import Tree, UnreadableError
from aiposture.model import Reading, SourceError

_HEADER = re.compile(rb'^[ \t]*resource[ \t]+"([a-z0-9_]+)"[ \t]+"[^"\n]*"[ \t]*\{', re.MULTILINE)
_NO_CODE = re.compile(rb"/\*.*?\*/|<<[-~]?(\w+)\r?\n.*?^[ \t]*\1\b", re.DOTALL | re.MULTILINE)
_MOST_OPENINGS = 500
_OVERRIDES = ("override.tf", "_override.tf", "override.tofu", "_override.tofu")  # they change what stands elsewhere


def omissions(tree: Tree, reading: Reading, wanted: Callable[[str], bool]) -> Iterator[SourceError]:
    """An error for each Terraform resource of a wanted type that no resource of `reading` stands for."""
    told = {error.path for error in reading.errors}
    given = {(resource.header.path, resource.header.line) for resource in reading.resources}
    for path in sorted(reading.files - told):
        if path.endswith((".tf", ".tofu")) and not path.endswith(_OVERRIDES):
            for line, type_ in _headers(tree, path):
                if wanted(type_) and (path, line) not in given:
                    yield SourceError(path, line, f"mentions {type_} here, but nothing could be read of it")


def _headers(tree: Tree, path: str) -> Iterator[tuple[int, str]]:
    try:
        data = tree.read(path)
    except UnreadableError:
        return  # the reader has told, or it was there a moment ago
    if data.count(b"/*") + data.count(b"<<") > _MOST_OPENINGS:
        return  # each one that is not closed would be searched to the end of the file
    code = _NO_CODE.sub(lambda found: b"\n" * found[0].count(b"\n"), data) if b"<<" in data or b"/*" in data else data
    for found in _HEADER.finditer(code):
        yield code.count(b"\n", 0, found.start(1)) + 1, found[1].decode()
