"""Keeps the compiler in its directory: a path that climbs out of the tree becomes one that is not there.

The compiler follows `../` as far as it is told, through constants and texts with holes too, and what it loads would be
a value of the template. So a load function keeps its name only where a plain text follows that stays in the tree.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from aiposture.files import join
from aiposture.readers.bicep.lexer import literal
from aiposture.readers.bicep.outline import Outline
from aiposture.readers.bicep.sources import is_remote

# Sought in the text and not in the tokens: a call can stand in the hole of a text. The last one is of versions to come.
_LOAD = re.compile(
    r"\b(?:loadTextContent|loadFileAsBase64|loadJsonContent|loadYamlContent|loadDirectoryFileInfo)\b"
    r"|(?:(?<=sys\.)|(?<![.\w]))load[A-Z]\w*(?=\s*\()"
)
_ARGUMENT = re.compile(
    r"\s*\(\s*(?P<text>'''(?:[^']|'(?!'')){0,1000}'''|'(?:[^'\\$\r\n]|\\[^\r\n]|\$(?!\{)){0,1000}')\s*[,)]"
)
_OUTSIDE = "'./leads-out-of-the-scanned-tree'"
_NO_NAME = "OfPathThatIsNoText"


class Edit(NamedTuple):
    """What to write over a stretch of a file's text. It never adds a line."""

    start: int
    end: int
    text: str


def confinement(found: Outline) -> Iterator[Edit]:
    """The edits without which the compiler would read what is not in the tree."""
    directory = found.path.rpartition("/")[0]
    yield from _declared(found, directory)
    own = {one.name for one in found.named} | {name for one in found.imports for name in one.names}
    for load in _LOAD.finditer(found.text):
        if load[0] in own:
            continue
        argument = _ARGUMENT.match(found.text, load.end())
        path = None if argument is None else literal(argument["text"])
        if argument is None or path is None:
            yield Edit(load.end(), load.end(), _NO_NAME)
        elif join(directory, path) is None:
            yield Edit(argument.start("text"), argument.end("text"), _one_line(argument["text"]))


def _declared(found: Outline, directory: str) -> Iterator[Edit]:
    """The paths of modules and the like: texts that stand right behind a word."""
    before = ""
    for token in found.tokens:
        if token.kind in {"comment", "newline"}:
            continue
        path = token.literal if before == "identifier" else None
        if path is not None and not is_remote(path) and join(directory, path) is None:
            yield Edit(token.start, token.end, _one_line(token.text))
        before = token.kind


def _one_line(text: str) -> str:
    """The path that is not there, with as many lines as `text` has: what follows keeps its own."""
    return "\n" * (text.count("\n") or text.count("\r")) + _OUTSIDE
