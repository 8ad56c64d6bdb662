"""The syntax of RE2, as far as it occurs in Terraform code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from aiposture.readers.terraform.functions_base import FunctionError, Undecided

MAX_PATTERN = 10_000
MAX_NESTING = 50
MAX_REPEAT = 1000  # RE2's own bound
MAX_SIZE = 5_000  # of the pattern with repetitions written out

Ranges: TypeAlias = "tuple[tuple[str, str], ...]"


class Chars(NamedTuple):
    """A set of characters."""

    ranges: Ranges
    negated: bool = False
    fold: bool = False

    def match(self, char: str) -> bool:
        """Whether `char` is in the set."""
        forms = (char, char.lower(), char.upper()) if self.fold else (char,)
        return any(low <= form <= high for low, high in self.ranges for form in forms) is not self.negated


class Assertion(NamedTuple):
    """A condition on a position."""

    kind: Literal["begin", "end", "line begin", "line end", "word", "not word"]

    def holds(self, subject: str, place: int) -> bool:
        """Whether it holds before the character at `place`."""
        if self.kind == "begin":
            return place == 0
        if self.kind == "end":
            return place == len(subject)
        if self.kind == "line begin":
            return place == 0 or subject[place - 1] == "\n"
        if self.kind == "line end":
            return place == len(subject) or subject[place] == "\n"
        before = place > 0 and _WORD.match(subject[place - 1])
        after = place < len(subject) and _WORD.match(subject[place])
        return (before is not after) is (self.kind == "word")


class Group(NamedTuple):
    """A group that captures."""

    inner: Node
    number: int


class Sequence_(NamedTuple):  # noqa: N801 - Sequence is a name of the standard library
    """One part after the other."""

    parts: tuple[Node, ...]


class Choice(NamedTuple):
    """One of the arms; an earlier one is preferred."""

    arms: tuple[Node, ...]


class Repeat(NamedTuple):
    """`inner` from `least` to `most` times (None: any number of times), as seldom as possible if `lazy`."""

    inner: Node
    least: int
    most: int | None
    lazy: bool


Node: TypeAlias = "Chars | Assertion | Group | Sequence_ | Choice | Repeat"

_DIGIT = Chars((("0", "9"),))
_WORD = Chars((("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")))
_SPACE = Chars((("\t", "\n"), ("\f", "\r"), (" ", " ")))
_PERL: Mapping[str, Chars] = MappingProxyType({"d": _DIGIT, "w": _WORD, "s": _SPACE})
_POSIX: Mapping[str, Ranges] = MappingProxyType(
    {
        "alnum": (("0", "9"), ("A", "Z"), ("a", "z")),
        "alpha": (("A", "Z"), ("a", "z")),
        "ascii": (("\0", "\x7f"),),
        "blank": (("\t", "\t"), (" ", " ")),
        "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
        "digit": _DIGIT.ranges,
        "graph": (("!", "~"),),
        "lower": (("a", "z"),),
        "print": ((" ", "~"),),
        "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
        "space": (("\t", "\r"), (" ", " ")),
        "upper": (("A", "Z"),),
        "word": _WORD.ranges,
        "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
    }
)
_CONTROL: Mapping[str, str] = MappingProxyType({"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"})
_FLAGS = frozenset("imsU")
_TOP = chr(0x10FFFF)


def parse(source: str) -> tuple[Node, int, dict[str, int]]:
    """The tree of a pattern, the number of its groups, and the numbers of those with names."""
    if len(source) > MAX_PATTERN:
        raise Undecided("regular expression is not evaluated: it is too long")
    parser = _Parser(source)
    node = parser.choice(frozenset(), 0)
    if parser.place < len(source):
        raise FunctionError("the pattern has a parenthesis that was not opened")
    if _size(node) > MAX_SIZE:
        raise Undecided("regular expression is not evaluated: it is too large")
    return node, parser.groups, parser.names


def _size(node: Node) -> int:
    """How large the pattern is with its repetitions written out."""
    if isinstance(node, Group):
        return 2 + _size(node.inner)
    if isinstance(node, Sequence_):
        return sum(map(_size, node.parts))
    if isinstance(node, Choice):
        return sum(map(_size, node.arms)) + 2 * len(node.arms)
    if isinstance(node, Repeat):
        return (2 + _size(node.inner)) * max(1, node.least, node.most or 0)
    return 1


class _Parser:
    """Reads a pattern from left to right; `place` is where it is. Flags are scoped to their group."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.place = 0
        self.groups = 0
        self.names: dict[str, int] = {}

    def choice(self, flags: frozenset[str], depth: int) -> Node:
        """Alternatives, up to the end or a closing parenthesis."""
        if depth > MAX_NESTING:
            raise Undecided("regular expression is not evaluated: it is nested too deeply")
        arms: list[Node] = []
        parts: list[Node] = []
        while self.place < len(self.source) and not self.source.startswith(")", self.place):
            if self._taken("|"):
                arms.append(Sequence_(tuple(parts)))
                parts = []
                continue
            changed = self._flags_here(flags)
            if changed is not None:
                flags = changed
                continue
            parts.append(self._repeated(self._atom(flags, depth), flags))
        arms.append(Sequence_(tuple(parts)))
        return arms[0] if len(arms) == 1 else Choice(tuple(arms))

    def _taken(self, word: str) -> bool:
        """Whether `word` stands here; steps over it."""
        if not self.source.startswith(word, self.place):
            return False
        self.place += len(word)
        return True

    def _next(self) -> str:
        if self.place >= len(self.source):
            raise FunctionError("the pattern ends too early")
        self.place += 1
        return self.source[self.place - 1]

    def _flags_here(self, flags: frozenset[str]) -> frozenset[str] | None:
        """The flags after `(?i)`, None if no such thing stands here."""
        if not self.source.startswith("(?", self.place):
            return None
        end = self.source.find(")", self.place)
        if end < 0 or not set(self.source[self.place + 2 : end]) <= _FLAGS | {"-"}:
            return None
        written, self.place = self.source[self.place + 2 : end], end + 1
        return self._changed(flags, written)

    def _changed(self, flags: frozenset[str], written: str) -> frozenset[str]:
        on, minus, off = written.partition("-")
        if not set(on + off) <= _FLAGS or (minus and not off) or not written:
            raise FunctionError("the pattern has a group that is not known")
        return (flags | set(on)) - set(off)

    def _repeated(self, node: Node, flags: frozenset[str]) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return node
        lazy = self._taken("?") is not ("U" in flags)
        if self._bounds() is not None:
            raise FunctionError("the pattern repeats a repetition")
        return Repeat(node, *bounds, lazy)

    def _bounds(self) -> tuple[int, int | None] | None:
        """The bounds of the repetition that stands here, None if there is none."""
        for word, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._taken(word):
                return bounds
        if not self.source.startswith("{", self.place) or (end := self.source.find("}", self.place)) < 0:
            return None
        least, comma, most = self.source[self.place + 1 : end].partition(",")
        if not _is_number(least) or (most and not _is_number(most)):
            return None
        self.place = end + 1
        low, high = int(least), int(most) if most else None if comma else int(least)
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise FunctionError("the pattern has a repetition that is out of bounds")
        return low, high

    def _atom(self, flags: frozenset[str], depth: int) -> Node:
        char = self._next()
        if char == "(":
            return self._group(flags, depth)
        if char == "[":
            return self._class("i" in flags)
        if char == ".":
            return Chars((), negated=True) if "s" in flags else Chars((("\n", "\n"),), negated=True)
        if char == "^":
            return Assertion("line begin" if "m" in flags else "begin")
        if char == "$":
            return Assertion("line end" if "m" in flags else "end")
        if char in "*+?":
            raise FunctionError("the pattern repeats nothing")
        return self._escaped(flags) if char == "\\" else Chars(((char, char),), fold="i" in flags)

    def _group(self, flags: frozenset[str], depth: int) -> Node:
        number = None
        if self._taken("?P<") or self._taken("?<"):
            number = self._numbered()
            self.names[self._group_name()] = number
        elif self._taken("?"):
            end = self.source.find(":", self.place)
            written, self.place = self.source[self.place : end], end + 1
            if end < 0:
                raise FunctionError("the pattern has a group that is not known")
            flags = self._changed(flags, written) if written else flags
        else:
            number = self._numbered()
        inner = self.choice(flags, depth + 1)
        if not self._taken(")"):
            raise FunctionError("the pattern has a parenthesis that is not closed")
        return inner if number is None else Group(inner, number)

    def _numbered(self) -> int:
        self.groups += 1
        return self.groups

    def _group_name(self) -> str:
        end = self.source.find(">", self.place)
        name, self.place = self.source[self.place : end], end + 1
        if end < 0 or not name.isidentifier() or not name.isascii() or name in self.names:
            raise FunctionError("the pattern has a group with a wrong name")
        return name

    def _escaped(self, flags: frozenset[str]) -> Node:
        """What stands behind a backslash, outside a class."""
        char = self._next()
        if char in "Az":
            return Assertion("begin" if char == "A" else "end")
        if char in "bB":
            return Assertion("word" if char == "b" else "not word")
        if char == "Q":
            end = self.source.find("\\E", self.place)
            quoted = self.source[self.place : end if end >= 0 else None]
            self.place += len(quoted) + (2 if end >= 0 else 0)
            return Sequence_(tuple(Chars(((literal, literal),), fold="i" in flags) for literal in quoted))
        if char.lower() in _PERL:
            return _PERL[char.lower()]._replace(negated=char.isupper())
        literal = self._literal(char)
        return Chars(((literal, literal),), fold="i" in flags)

    def _literal(self, char: str) -> str:
        """The character that an escape stands for."""
        if char in _CONTROL:
            return _CONTROL[char]
        if char == "x":
            return self._hexadecimal()
        if char in "pPC" or char.isdigit():
            raise Undecided(f"regular expression is not evaluated: it has \\{char}")
        if char.isalnum() or not char.isascii():
            raise FunctionError(f"the pattern has an escape that is not known: \\{char}")
        return char

    def _hexadecimal(self) -> str:
        if self._taken("{"):
            digits, _, _ = self.source[self.place : self.place + 9].partition("}")
            self.place += len(digits) + 1
        else:
            digits = self.source[self.place : self.place + 2]
            self.place += 2
        if not 0 < len(digits) <= 6 or not set(digits) <= set("0123456789abcdefABCDEF") or int(digits, 16) > ord(_TOP):  # noqa: PLR2004
            raise FunctionError("the pattern has an escape that is not known: \\x")
        return chr(int(digits, 16))

    def _class(self, fold: bool) -> Chars:  # noqa: FBT001 - a flag of the pattern
        """A set in brackets; the opening one is taken."""
        negated = self._taken("^")
        ranges: list[tuple[str, str]] = []
        first = True
        while first or not self._taken("]"):
            first = False
            ranges += self._class_item()
        return Chars(tuple(ranges), negated, fold)

    def _class_item(self) -> Ranges:
        if self._taken("[:"):
            return self._posix()
        char = self._next()
        if char == "\\":
            escaped = self._next()
            if escaped.lower() in _PERL:
                perl = _PERL[escaped.lower()].ranges
                return _others(perl) if escaped.isupper() else perl
            char = self._literal(escaped)
        if not self.source.startswith("-", self.place) or self.source.startswith("-]", self.place):
            return ((char, char),)
        self.place += 1
        last = self._next()
        if last == "\\":
            last = self._literal(self._next())
        if last < char:
            raise FunctionError("the pattern has a range that is backwards")
        return ((char, last),)

    def _posix(self) -> Ranges:
        end = self.source.find(":]", self.place)
        name, self.place = self.source[self.place : end], end + 2
        ranges = _POSIX.get(name.removeprefix("^"))
        if end < 0 or ranges is None:
            raise FunctionError("the pattern has a class that is not known")
        return _others(ranges) if name.startswith("^") else ranges


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) <= 6  # noqa: PLR2004 - more is out of bounds anyway


def _others(ranges: Ranges) -> Ranges:
    """All characters outside sorted `ranges`."""
    others = []
    start = "\0"
    for low, high in ranges:
        if start < low:
            others.append((start, chr(ord(low) - 1)))
        start = chr(ord(high) + 1)
    return (*others, (start, _TOP))
