"""The tokens of Bicep, with their places. Comments are tokens: nothing is ever sought in lines of text.

A string is one token with all that is in its holes; the lexer only has to find its end. What is no token of the
language is a token of one character: a file that the compiler refuses still has an outline.
"""

import re
from bisect import bisect_right
from typing import Literal, NamedTuple

from aiposture.model import Location

Kind = Literal["identifier", "number", "string", "mark", "newline", "comment", "directive"]

# Dollars are counted from the first of them alone, so that a row of them takes linear time.
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\f\v\u00a0\ufeff]+)
    |(?P<newline>\r\n|\n|\r)
    |(?P<identifier>[^\W\d]\w*)
    |(?P<number>\d+)
    |(?P<comment>//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?)
    |(?P<directive>\#)
    |(?P<string>(?<!\$)\$*'''|')
    |(?P<mark>\.\.\.|::|\?\?|\.\?|&&|\|\||==|!=|=~|!~|<=|>=|=>|[^\s])
    |(?P<other>\s)""",
    re.VERBOSE,
)
_REST_OF_LINE = re.compile(r"[^\r\n]*")
_PLAIN = re.compile(r"[^'\\$\r\n]+")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_HOLE_PART = re.compile(r"//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?|(?<!\$)\$*'''|['{}]")
_MAX_NESTING = 50  # holes in strings in holes
_MAX_UNICODE = 0x10FFFF


class Token(NamedTuple):
    """A token, and where it stands in the text: `start` inclusive, `end` exclusive."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def literal(self) -> str | None:
        """What a string says; None if it has holes, or if this is no string."""
        return literal(self.text) if self.kind == "string" else None


def tokens(text: str) -> list[Token]:
    """All tokens of `text`, comments and line ends too. Never fails."""
    found: list[Token] = []
    position = 0
    while (match := _TOKEN.match(text, position)) is not None:
        kind = match.lastgroup
        end = match.end()
        if kind == "string":
            end = _string_end(text, position, 0)
        if kind == "directive":  # it begins a line; its end is sought only then, for a line can hold many of the sign
            if found and found[-1].kind != "newline":
                kind = "mark"
            elif (rest := _REST_OF_LINE.match(text, end)) is not None:
                end = rest.end()
        if kind not in {"blank", "other"}:
            found.append(Token(kind, text[position:end], position, end))  # type: ignore[arg-type] # the group's name
        position = end
    return found


def literal(text: str) -> str | None:
    """The value of a string token; None if it has holes or does not end."""
    if text.startswith("'''"):
        return _without_first_newline(text[3:-3]) if len(text) > 5 and text.endswith("'''") else None  # noqa: PLR2004 - both fences
    if text.startswith("$") or len(text) < len("''") or not text.endswith("'"):
        return None
    inner = text[1:-1]
    if "\\" not in inner:
        return None if "${" in inner else inner
    # An escaped dollar opens no hole.
    if "${" in _ESCAPE.sub("", inner):
        return None
    return _ESCAPE.sub(_unescape, inner)


def _unescape(match: re.Match[str]) -> str:
    code, letter = match.groups()
    if code is None:
        return _ESCAPED.get(letter, letter)
    number = int(code, 16)
    return chr(number) if number <= _MAX_UNICODE else match.group()


def _without_first_newline(text: str) -> str:
    return text[2:] if text.startswith("\r\n") else text[1:] if text[:1] in {"\n", "\r"} else text


def _string_end(text: str, start: int, depth: int) -> int:
    """The end of the string that opens at `start`; a line's end, or the text's, where it is not closed."""
    dollars = 0
    while text[start + dollars] == "$":
        dollars += 1
    if text.startswith("'''", start + dollars):
        return _multiline_end(text, start + dollars + 3, dollars, depth)
    position = start + 1
    while position < len(text):
        if (plain := _PLAIN.match(text, position)) is not None:
            position = plain.end()
            continue
        letter = text[position]
        if letter == "'":
            return position + 1
        if letter in "\r\n":
            return position
        if letter == "\\":
            position += 2
        elif text.startswith("${", position):
            position = _hole_end(text, position + 2, depth + 1)
        else:
            position += 1
    return len(text)


def _multiline_end(text: str, start: int, dollars: int, depth: int) -> int:
    hole = "$" * dollars + "{" if dollars else None
    position = start
    while True:
        close = text.find("'''", position)
        if close < 0:
            return len(text)
        opening = text.find(hole, position, close) if hole is not None else -1
        if hole is None or opening < 0:
            end = close + 3
            while text.startswith("'", end):  # quotes in excess belong to the content
                end += 1
            return end
        position = _hole_end(text, opening + len(hole), depth + 1)


def _hole_end(text: str, start: int, depth: int) -> int:
    """The position behind the brace that closes a hole."""
    braces = 1
    position = start
    while depth <= _MAX_NESTING and (match := _HOLE_PART.search(text, position)) is not None:
        part = match.group()
        position = match.end()
        if part == "{":
            braces += 1
        elif part == "}":
            braces -= 1
            if not braces:
                return position
        elif part[0] in "'$":
            position = _string_end(text, match.start(), depth)
    return len(text)


class Lines:
    """Where lines begin in a text. A lone carriage return ends a line too, as the compiler has it."""

    def __init__(self, path: str, text: str) -> None:
        """`path` goes into the locations."""
        self._path = path
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
        self._length = len(text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def location(self, start: int, end: int) -> Location:
        """The place of a stretch of the text."""
        return Location(self._path, *self.position(start), *self.position(max(start, end)))

    def line_span(self, line: int) -> tuple[int, int]:
        """The offsets of a line, its end included; an empty stretch if there is no such line."""
        if not 1 <= line <= len(self._starts):
            return self._length, self._length
        return self._starts[line - 1], self._starts[line] if line < len(self._starts) else self._length
