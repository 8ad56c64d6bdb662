"""What the compiler says about the sources, from both of its interfaces."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_LINE = re.compile(r"^(?P<path>.+)\((?P<line>\d+),\d+\) : (?P<level>\w+) (?P<code>[\w-]+): (?P<message>.*)$")
_HELP = re.compile(r"\s*\[https?://\S+\]\s*$")


class Diagnostic(NamedTuple):
    """One message of the compiler. `path` is where the compiler saw the file, `line` counts from 1."""

    path: str
    line: int
    level: str
    code: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether it keeps the compiler from writing anything."""
        return self.level.casefold() == "error"


def from_text(text: str) -> Iterator[Diagnostic]:
    """The diagnostics in what the command line writes to standard error."""
    for line in text.splitlines():
        if (match := _LINE.match(line)) is not None:
            yield Diagnostic(match["path"], int(match["line"]), match["level"], match["code"], _plain(match["message"]))


def from_protocol(reply: dict[str, Any]) -> Iterator[Diagnostic]:
    """The diagnostics of a reply of the JSON-RPC interface, whose lines count from 0."""
    listed = reply.get("diagnostics")
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict):
            continue
        place = one.get("range")
        start = place.get("start") if isinstance(place, dict) else None
        line = start.get("line") if isinstance(start, dict) else None
        yield Diagnostic(
            str(one.get("source", "")),
            line + 1 if isinstance(line, int) else 1,
            str(one.get("level", "")),
            str(one.get("code", "")),
            _plain(str(one.get("message", ""))),
        )


def _plain(message: str) -> str:
    return _HELP.sub("", message).strip()
