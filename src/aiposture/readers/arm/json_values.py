"""JSON as Azure Resource Manager takes it, as Values that know where they stand.

More than JSON is accepted: comments, strings over several lines, tabs, commas behind the last member. Nothing is
recursive, so no nesting can exhaust the stack; what is nested deeper than any template is refused.
"""

import json
import re
import string
from bisect import bisect_right
from typing import NamedTuple

from aiposture.model import Comment, Data, Location, Value

MAX_DEPTH = 200
_LONGEST_NUMBER = 40
_LARGEST = 1.7976931348623157e308

_BLANK = r"[\s\ufeff\0]*"
_STRING = r""" " [^"\\]* (?: \\. [^"\\]* )* " """
_TOKEN = re.compile(
    rf"""
    {_BLANK}
    (?: (?P<string> {_STRING} ) (?: \s* (?P<colon> : ) )?
    | (?P<mark> [{{}}\[\]:,] )
    | (?P<word> [-+.\w]+ )
    | (?P<comment> // [^\n]* | /\* .*? \*/ )
    | (?P<end> \Z )
    )""",
    re.VERBOSE | re.DOTALL,
)
# What nearly all of a template is made of, each with the comma behind it: a member or an item, as far as its value is
# plain or begins, and the end of a container.
_COMMA = rf"(?: {_BLANK} ( , ) )?"
_VALUE = rf"(?: ( [{{\[] ) | (?: ( {_STRING} ) | ( [-+.\w]+ ) ) {_COMMA} )"
_MEMBER = re.compile(rf"{_BLANK} ( {_STRING} ) \s* : {_BLANK} {_VALUE}", re.VERBOSE | re.DOTALL)
_ITEM = re.compile(rf"{_BLANK} () {_VALUE}", re.VERBOSE | re.DOTALL)
_CLOSE = re.compile(rf"{_BLANK} ( [}}\]] ) {_COMMA}", re.VERBOSE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PLAIN_ESCAPES = frozenset("\"\\/'")
_SURROGATE = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_SUPPRESSING = ("checkov:skip", "aiposture:")


class JsonError(Exception):
    """A text that is no JSON document; says where."""

    def __init__(self, line: int, message: str) -> None:
        """`line` counts from 1, `message` is a sentence for the user."""
        super().__init__(message)
        self.line = line
        self.message = message


class Document(NamedTuple):
    """A JSON file: its value, and its comments that could suppress."""

    value: Value
    comments: tuple[Comment, ...]


def parse(data: bytes, path: str) -> Value:
    """The value of the document in `data`. Raises JsonError."""
    return parse_document(data, path).value


def parse_document(data: bytes, path: str) -> Document:
    """The document in `data` (UTF-8, UTF-16 or UTF-32). Raises JsonError.

    Of members with one name the last counts. Bytes that are no text read as U+FFFD.
    """
    text = data.decode(json.detect_encoding(data), "replace")
    return _Scanner(path, text).document()


class _Open:
    """A container that is being read. A key waits for its value in `key`."""

    __slots__ = ("colon", "column", "filled", "items", "key", "line", "members")

    def __init__(self, line: int, column: int, members: dict[str, Value] | None) -> None:
        self.line = line
        self.column = column
        self.members = members
        self.items: list[Value] = []
        self.key: str | None = None
        self.colon = False
        self.filled = False  # a value stands since the last comma

    @property
    def what(self) -> str:
        """Its name for people."""
        return "list" if self.members is None else "object"


class _Scanner:
    """One pass over the text."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        self._open: list[_Open] = []
        self._root: Value | None = None
        self._comments: list[Comment] = []

    def document(self) -> Document:
        """Read all of it."""
        text, at = self._text, 0
        while True:
            if self._open:
                at = self._plain(at)
            match = _TOKEN.match(text, at)
            if match is None:
                rest = text[at:]
                at += len(rest) - len(rest.lstrip("\ufeff\0" + string.whitespace))
                raise JsonError(self._place(at)[0], _unreadable(text, at))
            if match.lastgroup == "end":
                break
            self._token(match)
            at = match.end()
        if self._open:
            opened = self._open[-1]
            raise JsonError(opened.line, f"is not JSON: this {opened.what} does not end")
        if self._root is None:
            raise JsonError(1, "is not JSON: it is empty")
        return Document(self._root, tuple(self._comments))

    def _plain(self, at: int) -> int:
        """Take all that is written in the plain way from `at` on, and tell where it ends; the rest is for `_token`."""
        text = self._text
        while self._open:
            opened = self._open[-1]
            if opened.filled:
                match = _CLOSE.match(text, at)
                if match is None:
                    return at
                mark, comma = match.groups()
                self._close(opened, mark, *self._place(match.start(1)))
                if comma and self._open:
                    self._open[-1].filled = False
                    at = match.end()
                else:
                    at = match.end(1)
                continue
            match = None
            if opened.key is None:
                match = (_ITEM if opened.members is None else _MEMBER).match(text, at)
            if match is None:
                return at
            self._take(opened, match)
            at = match.end()
        return at

    def _take(self, opened: _Open, match: re.Match[str]) -> None:
        """Take a member or an item: all of it if it is a string or a word, else the mark that it begins with."""
        name, mark, written, word, comma = match.groups()
        if opened.members is not None:
            line = self._place(match.start(1))[0] if "\\" in name else 0
            opened.key, opened.colon = _decoded(name, line), True
        if mark:
            self._mark(mark, *self._place(match.start(2)))
            return
        data: Data
        if written is not None:
            line, column = self._place(match.start(3))
            data = _decoded(written, line)
            # Most strings stand on one line.
            end = self._place(match.end(3)) if "\n" in written else (line, column + len(written))
        else:
            line, column = self._place(match.start(4))
            data = _word(word, line)
            end = line, column + len(word)
        value = Value(data, Location(self._path, line, column, *end))
        if opened.members is None:
            opened.items.append(value)
        elif opened.key is not None:
            opened.members[opened.key] = value
            opened.key, opened.colon = None, False
        opened.filled = not comma

    def _token(self, match: re.Match[str]) -> None:
        kind = match.lastgroup or ""
        if kind == "colon":
            line = self._place(match.start("string"))[0]
            if not self._key(match["string"], line):
                self._expect_value(line)
            self._mark(":", *self._place(match.start("colon")))
            return
        written = match[kind]
        line, column = self._place(match.start(kind))
        if kind == "mark":
            self._mark(written, line, column)
            return
        end_line, end_column = self._place(match.end())
        if kind == "comment":
            if any(word in written for word in _SUPPRESSING):
                location = Location(self._path, line, column, end_line, end_column)
                self._comments.append(Comment(written, location))
            return
        if kind == "string" and self._key(written, line):
            return
        data: Data = _decoded(written, line) if kind == "string" else _word(written, line)
        self._value(Value(data, Location(self._path, line, column, end_line, end_column)))

    def _key(self, written: str, line: int) -> bool:
        """Take a string as the name of a member, if one can stand here."""
        opened = self._open[-1] if self._open else None
        if opened is None or opened.members is None or opened.key is not None or opened.filled:
            return False
        opened.key = _decoded(written, line)
        return True

    def _mark(self, written: str, line: int, column: int) -> None:
        if written in "{[":
            if len(self._open) >= MAX_DEPTH:
                raise JsonError(line, f"is nested more than {MAX_DEPTH} levels deep")
            self._expect_value(line)
            self._open.append(_Open(line, column, {} if written == "{" else None))
            return
        opened = self._open[-1] if self._open else None
        if opened is None:
            raise JsonError(line, f"is not JSON: unexpected {written!r}")
        if written == ":":
            if opened.key is None or opened.colon:
                raise JsonError(line, "is not JSON: unexpected ':'")
            opened.colon = True
        elif written == ",":
            if not opened.filled:
                raise JsonError(line, "is not JSON: unexpected ','")
            opened.filled = False
        else:
            self._close(opened, written, line, column)

    def _close(self, opened: _Open, written: str, line: int, column: int) -> None:
        if (written == "}") != (opened.members is not None):
            raise JsonError(line, f"is not JSON: {written!r} does not end the {opened.what} of line {opened.line}")
        if opened.key is not None:
            raise JsonError(line, f"is not JSON: {opened.key!r} has no value")
        self._open.pop()
        data: Data = tuple(opened.items) if opened.members is None else opened.members
        self._value(Value(data, Location(self._path, opened.line, opened.column, line, column + 1)), checked=True)

    def _expect_value(self, line: int) -> None:
        """Refuse a value where none can stand."""
        opened = self._open[-1] if self._open else None
        if opened is None:
            if self._root is not None:
                raise JsonError(line, "is not JSON: there is more after the document")
        elif opened.filled:
            raise JsonError(line, "is not JSON: a comma is missing")
        elif opened.members is not None and not opened.colon:
            raise JsonError(line, "is not JSON: a member needs a name and a colon")

    def _value(self, value: Value, *, checked: bool = False) -> None:
        if not checked:
            self._expect_value(value.location.line)
        opened = self._open[-1] if self._open else None
        if opened is None:
            self._root = value
            return
        opened.filled = True
        if opened.members is None:
            opened.items.append(value)
        elif opened.key is not None:
            opened.members[opened.key] = value
            opened.key, opened.colon = None, False

    def _place(self, offset: int) -> tuple[int, int]:
        """The line and column of `offset`."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


def _decoded(written: str, line: int) -> str:
    body = written[1:-1]
    if "\\" not in body:
        return body

    def unescape(match: re.Match[str]) -> str:
        if match[1] is not None:
            return chr(int(match[1], 16))
        if match[2] in _PLAIN_ESCAPES:
            return match[2]
        if match[2] not in _ESCAPED:
            raise JsonError(line, f"is not JSON: \\{match[2]} is no escape sequence")
        return _ESCAPED[match[2]]

    return _SURROGATE.sub(_joined, _ESCAPE.sub(unescape, body))


def _joined(match: re.Match[str]) -> str:
    """A pair of surrogates is one character; a lone one is no text."""
    pair = match[0]
    return "\ufffd" if len(pair) == 1 else pair.encode("utf-16", "surrogatepass").decode("utf-16")


def _word(written: str, line: int) -> bool | float | None:
    if written in _WORDS:
        return _WORDS[written]
    if _NUMBER.fullmatch(written) is None:
        raise JsonError(line, f"is not JSON: unexpected {written[:40]!r}")
    if written.lstrip("-").isdigit() and len(written) <= _LONGEST_NUMBER:
        return int(written)
    return min(max(float(written), -_LARGEST), _LARGEST)


def _unreadable(text: str, at: int) -> str:
    if text[at] == '"':
        return "is not JSON: this string does not end"
    if text.startswith("/*", at):
        return "is not JSON: this comment does not end"
    return f"is not JSON: unexpected {text[at]!r}"
