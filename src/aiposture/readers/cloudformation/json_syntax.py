"""JSON as nodes, in one pass that does not recurse."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # the C scanner of the library

from aiposture.model import SourceError
from aiposture.readers.cloudformation.nodes import (
    MAX_DEPTH,
    TOO_DEEP,
    Entry,
    List,
    Node,
    Object,
    Opaque,
    Parsed,
    Scalar,
)
from aiposture.readers.cloudformation.scalars import number
from aiposture.readers.cloudformation.source import Source, Span, SyntaxProblem

_TOKEN = re.compile(r'[ \t\r\n]*([{}\[\],:"]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)', re.ASCII)
_SPACE = re.compile(r"[ \t\r\n]*")
_WORDS = {"true": True, "false": False, "null": None}
_ENDS = {"{": "}", "[": "]"}


class _Frame:
    """A container that is not closed yet."""

    __slots__ = ("items", "key", "members", "opener", "start")

    def __init__(self, opener: str, start: int) -> None:
        self.opener = opener
        self.start = start
        self.key: tuple[str, Span] | None = None
        self.items: list[Node] = []
        self.members: dict[str, Entry] = {}

    def add(self, node: Node) -> None:
        if self.key is None:
            self.items.append(node)
        else:
            name, span = self.key
            self.members[name] = Entry(name, span, node)
            self.key = None

    @property
    def empty(self) -> bool:
        return not self.items and not self.members


def parse(source: Source) -> Parsed:
    """The node of a JSON document. Raises SyntaxProblem."""
    parser = _Parser(source)
    root = parser.parse()
    return Parsed(root, (), tuple(parser.errors))


class _Parser:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._at = 0
        self._frames: list[_Frame] = []
        self.errors: list[SourceError] = []

    def parse(self) -> Node:
        """One value, and nothing behind it."""
        while True:
            node = self._value()
            while node is not None:
                if not self._frames:
                    return self._only(node)
                self._frames[-1].add(node)
                node = self._after_member()

    def _only(self, node: Node) -> Node:
        space = _SPACE.match(self._source.text, self._at)
        if space is None or space.end() != len(self._source.text):
            raise self._problem("something stands behind the end of the JSON")
        return node

    def _value(self) -> Node | None:
        """A whole value; None if a container was opened that has members."""
        sign, start = self._sign()
        if sign == '"':
            return self._string(start)
        if sign in _ENDS:
            self._frames.append(_Frame(sign, start))
            return self._open()
        frame = self._frames[-1] if self._frames else None
        if frame and sign == "]" and frame.opener == "[" and frame.empty:
            return self._close()
        if sign in ("", *"{}[],:"):
            raise self._problem("a value is expected", start)
        data = _WORDS[sign] if sign in _WORDS else number(sign)
        return Scalar(Span(self._source, start, self._at), data, sign)

    def _open(self) -> Node | None:
        """After an opening brace: the first key, or at once the end."""
        if self._frames[-1].opener == "[":
            return None
        sign, start = self._sign()
        if sign == "}":
            return self._close()
        self._key(sign, start)
        return None

    def _after_member(self) -> Node | None:
        """After a member: the closed container, or None if another member follows."""
        frame = self._frames[-1]
        sign, start = self._sign()
        if sign == _ENDS[frame.opener]:
            return self._close()
        if sign != ",":
            raise self._problem(f"a comma or {_ENDS[frame.opener]} is expected", start)
        if frame.opener == "{":
            self._key(*self._sign())
        elif self._sign_ahead() == "]":
            raise self._problem("a value is expected")
        return None

    def _key(self, sign: str, start: int) -> None:
        if sign != '"':
            raise self._problem("a name in double quotes is expected", start)
        key = self._string(start)
        colon, at = self._sign()
        if colon != ":":
            raise self._problem("a colon is expected", at)
        self._frames[-1].key = key.text, key.span

    def _close(self) -> Node:
        frame = self._frames.pop()
        span = Span(self._source, frame.start, self._at)
        if len(self._frames) >= MAX_DEPTH:
            if not self.errors:
                self.errors.append(SourceError(self._source.path, span.location.line, TOO_DEEP))
            return Opaque(span, TOO_DEEP)
        return Object(span, frame.members) if frame.opener == "{" else List(span, tuple(frame.items))

    def _sign(self) -> tuple[str, int]:
        match = _TOKEN.match(self._source.text, self._at)
        if match is None:
            space = _SPACE.match(self._source.text, self._at)
            self._at = space.end() if space else self._at
            return "", self._at
        self._at = match.end()
        return match[1], match.start(1)

    def _sign_ahead(self) -> str:
        match = _TOKEN.match(self._source.text, self._at)
        return match[1] if match else ""

    def _string(self, start: int) -> Scalar:
        try:
            text, self._at = scanstring(self._source.text, start + 1, False)  # noqa: FBT003 - not strict: tabs
        except JSONDecodeError as error:
            raise self._problem("a string is not closed or has a wrong escape", start) from error
        if not text.isascii():
            text = text.encode(errors="replace").decode()  # half of a surrogate pair is no character
        return Scalar(Span(self._source, start, self._at), text, text)

    def _problem(self, message: str, at: int | None = None) -> SyntaxProblem:
        line, column = self._source.position(self._at if at is None else at)
        return SyntaxProblem(line, f"is not valid JSON: {message} at column {column}")
