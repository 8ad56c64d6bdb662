"""Text on a terminal: colour, and the neutralising of what a hostile repository could put there."""

import unicodedata
from typing import NamedTuple

TAB = "    "

_CODES = {
    "bold": "1", "dim": "2", "red": "1;31", "green": "1;32", "yellow": "1;33", "blue": "1;34", "magenta": "1;35",
    "cyan": "1;36",
}  # fmt: skip


class Painter(NamedTuple):
    """Puts text in colour, or leaves it as it is."""

    colour: bool

    def __call__(self, style: str, text: str) -> str:
        """`text` in `style`, one of the names above."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and text else text


def visible(text: str) -> str:
    r"""`text` on one line without anything that a terminal would obey: an escape character becomes `\x1b`.

    Covers control characters, and the bidirectional and invisible ones that make code look like other code.
    """
    return text if text.isprintable() else "".join(map(_visible_character, text))


def width(text: str) -> int:
    """How many columns of a terminal the visible `text` takes."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters of `text`."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    if character == "\t":
        return TAB
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the two-digit escapes end there
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - and the four-digit ones there


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
