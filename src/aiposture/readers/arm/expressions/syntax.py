"""The grammar of template expressions: text to a tree."""

import functools
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

MAX_LENGTH = 131_072  # characters; Azure itself refuses more than 24,576
MAX_NESTING = 48
_BLANKS = " \t\r\n"
_MAX_DIGITS = 40

if TYPE_CHECKING:
    Node: TypeAlias = "Literal | Call | Access"
else:
    Node = object  # an annotation of a named tuple must not be a text, or it is compiled


class ExpressionError(Exception):
    """Text that is no expression; says why."""


class Literal(NamedTuple):
    """A string or a number."""

    data: str | int | float
    source: str


class Call(NamedTuple):
    """`name(arguments)` or `namespace.name(arguments)`."""

    namespace: str
    name: str
    arguments: tuple[Node, ...]
    source: str


class Access(NamedTuple):
    """`base.key` or `base[key]`; `safe` if what is missing is null (`base.?key`)."""

    base: Node
    key: Node
    safe: bool
    source: str


def is_expression(text: str) -> bool:
    """Whether a string of a template is an expression, and no plain text."""
    return text.startswith("[") and text.endswith("]") and len(text) > 1 and not text.startswith("[[")


def plain(text: str) -> str:
    """The text that a string of a template stands for, if it is no expression."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of an expression, given without its outer brackets. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("the expression is too long")
    parser = _Parser(text)
    node = parser.expression(0)
    parser.skip_blanks()
    if parser.at < len(text):
        raise ExpressionError(f"{text[parser.at]!r} is not expected at position {parser.at + 1}")
    return node


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def skip_blanks(self) -> None:
        text, at = self.text, self.at
        while at < len(text) and text[at] in _BLANKS:
            at += 1
        self.at = at

    def take(self, token: str) -> bool:
        """Step over `token` if it is next."""
        self.skip_blanks()
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def need(self, token: str) -> None:
        if not self.take(token):
            raise ExpressionError(f"{token!r} is missing at position {self.at + 1}")

    def expression(self, depth: int) -> Node:
        if depth > MAX_NESTING:
            raise ExpressionError("the expression is nested too deeply")
        self.skip_blanks()
        start = self.at
        character = self.text[start : start + 1]
        if character == "'":
            node: Node = self.string()
        elif character.isdigit() or character in ("-", "+"):
            node = self.number()
        else:
            node = self.call(depth)
        for _ in range(MAX_NESTING):
            key, safe = self.key(depth)
            if key is None:
                return node
            node = Access(node, key, safe, self.text[start : self.at])
        raise ExpressionError("the expression is nested too deeply")

    def string(self) -> Literal:
        start, text = self.at, self.text
        end = start + 1
        while True:
            end = text.find("'", end)
            if end < 0:
                raise ExpressionError(f"the string at position {start + 1} has no end")
            if not text.startswith("''", end):
                break
            end += 2
        self.at = end + 1
        return Literal(text[start + 1 : end].replace("''", "'"), text[start : self.at])

    def number(self) -> Literal:
        start, text = self.at, self.text
        end = start + 1
        while end < len(text) and (text[end].isalnum() or text[end] == "."):
            end += 1
        digits = text[start:end]
        self.at = end
        if end - start <= _MAX_DIGITS and digits.isascii():
            try:
                return Literal(float(digits) if "." in digits else int(digits), digits)
            except ValueError as error:
                raise ExpressionError(f"{digits} is no number") from error
        raise ExpressionError(f"the number at position {start + 1} is no number")

    def name(self) -> str:
        self.skip_blanks()
        start, text = self.at, self.text
        end = start
        while end < len(text) and (text[end].isalnum() or text[end] in "_$"):
            end += 1
        if end == start:
            what = repr(text[start]) if start < len(text) else "the end"
            raise ExpressionError(f"{what} is not expected at position {start + 1}")
        self.at = end
        return text[start:end]

    def call(self, depth: int) -> Call:
        start = self.at
        names = [self.name()]
        while self.take("."):
            names.append(self.name())
        self.need("(")
        arguments: list[Node] = []
        if not self.take(")"):
            arguments.append(self.expression(depth + 1))
            while self.take(","):
                arguments.append(self.expression(depth + 1))
            self.need(")")
        return Call(".".join(names[:-1]), names[-1], tuple(arguments), self.text[start : self.at])

    def key(self, depth: int) -> tuple[Node | None, bool]:
        """The key of a member access that follows, if one does; and whether it is a safe one."""
        for token, bracket, safe in _ACCESSES:
            if self.take(token):
                if bracket:
                    key = self.expression(depth + 1)
                    self.need("]")
                    return key, safe
                name = self.name()
                return Literal(name, name), safe
        return None, False


_ACCESSES = (
    (".?", False, True), ("?.", False, True), ("[?", True, True), ("?[", True, True), (".", False, False),
    ("[", True, False),
)  # fmt: skip
