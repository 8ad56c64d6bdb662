"""The parts of quoted strings and heredocs.

The parser drops white space around interpolations, so literal text is what lies between the other nodes.
"""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.source import Source

if TYPE_CHECKING:
    from tree_sitter import Node
else:
    Node = object  # an annotation of a named tuple must not be a text, or it is compiled

QUOTED = ("string_lit", "quoted_template")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
MAX_NESTING = 50


class _Token(NamedTuple):
    kind: str  # text, interpolation, if, else, endif, for, endfor
    text: str = ""
    node: Node | None = None
    names: tuple[str, ...] = ()
    trim_before: bool = False
    trim_after: bool = False


def template_parts(
    source: Source, node: Node, expression: Callable[[Node], ast.Expression]
) -> tuple[ast.Part, ...] | None:
    """The parts of a string or heredoc node, with escapes, `~` and indentation applied; None if it is broken."""
    quoted = node.type in QUOTED
    bounds = _quoted_bounds(node) if quoted else _heredoc_bounds(source, node)
    if bounds is None:
        return None
    tokens = _trimmed(list(_tokens(source, node, *bounds)))
    if not quoted:
        tokens = _normal_newlines(tokens)
        if source.data.startswith(b"<<-", node.start_byte):
            tokens = _without_indentation(tokens)
    tokens = [token._replace(text=_unescaped(token.text, quoted=quoted)) for token in tokens]
    return _Builder(tokens, expression).build()


def _quoted_bounds(node: Node) -> tuple[int, int] | None:
    start, end = node.start_byte + 1, node.end_byte - 1
    return (start, end) if start <= end else None


def _heredoc_bounds(source: Source, node: Node) -> tuple[int, int] | None:
    marks = [child for child in node.children if child.type == "heredoc_identifier"]
    if len(marks) < 2:  # noqa: PLR2004 - opening and closing
        return None
    start = source.data.find(b"\n", marks[0].end_byte) + 1
    end = source.data.rfind(b"\n", 0, marks[-1].start_byte) + 1
    return (start, max(start, end)) if start else None


def _tokens(source: Source, node: Node, start: int, end: int) -> Iterator[_Token]:
    at = start
    for child in _flat(node):
        if child.start_byte < at or child.end_byte > end:
            continue
        if child.start_byte > at:
            yield _Token("text", source.text(at, child.start_byte))
        yield _token(source, child)
        at = child.end_byte
    if at < end:
        yield _Token("text", source.text(at, end))


def _flat(node: Node) -> Iterator[Node]:
    """The interpolations and the single directives, in order, out of the parser's nesting."""
    pending = list(reversed(node.children))
    while pending:
        child = pending.pop()
        if child.type in ("template_directive", "template_if", "template_for"):
            pending.extend(reversed(child.children))
        elif child.type in _DIRECTIVES or child.type == "template_interpolation":
            yield child


_DIRECTIVES = {
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
}


def _token(source: Source, node: Node) -> _Token:
    children = node.children
    return _Token(
        _DIRECTIVES.get(node.type, "interpolation"),
        node=next((child for child in children if child.type == "expression"), None),
        names=tuple(source.text(child.start_byte, child.end_byte) for child in children if child.type == "identifier"),
        trim_before=len(children) > 1 and children[1].type == "strip_marker",
        trim_after=len(children) > 1 and children[-2].type == "strip_marker",
    )


def _trimmed(tokens: list[_Token]) -> list[_Token]:
    for number, token in enumerate(tokens):
        if token.trim_before and number and tokens[number - 1].kind == "text":
            tokens[number - 1] = tokens[number - 1]._replace(text=tokens[number - 1].text.rstrip())
        if token.trim_after and number + 1 < len(tokens) and tokens[number + 1].kind == "text":
            tokens[number + 1] = tokens[number + 1]._replace(text=tokens[number + 1].text.lstrip())
    return tokens


def _normal_newlines(tokens: list[_Token]) -> list[_Token]:
    return [token._replace(text=token.text.replace("\r\n", "\n")) for token in tokens]


def _without_indentation(tokens: list[_Token]) -> list[_Token]:
    """What `<<-` does: take away the white space that all lines that begin with text have in common."""
    lines: list[tuple[int, int, int]] = []  # the token, and where a line of it starts and ends
    for number, token in enumerate(tokens):
        if token.kind != "text":
            if number == 0:
                return tokens
            continue
        text = token.text
        if text.endswith("\n") and number + 1 < len(tokens):
            return tokens  # an interpolation in the first column
        starts = [0] if number == 0 else []
        starts += [found.end() for found in re.finditer("\n", text) if found.end() < len(text)]
        lines += [(number, start, _line_end(text, start)) for start in starts]
    widths = []
    for number, start, end in lines:
        line = tokens[number].text[start:end]
        if line.strip() or (number + 1 < len(tokens) and end == len(tokens[number].text)):
            widths.append(len(line) - len(line.lstrip(" \t")))
    width = min(widths, default=0)
    kept: dict[int, list[str]] = {}
    seen: dict[int, int] = {}
    for number, start, end in lines:
        text = tokens[number].text
        kept.setdefault(number, []).append(text[seen.get(number, 0) : start])
        seen[number] = min(start + width, end)
    for number, parts in kept.items():
        text = tokens[number].text
        tokens[number] = tokens[number]._replace(text="".join((*parts, text[seen[number] :])))
    return tokens


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def without_escapes(text: str) -> str:
    """What the inside of a quoted literal says: a label can be written with escapes, too."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def _unescaped(text: str, *, quoted: bool) -> str:
    if quoted and "\\" in text:
        text = _ESCAPE.sub(_escape, text)
    return text.replace("$${", "${").replace("%%{", "%{")


def _escape(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "uU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"  # noqa: PLR2004 - Unicode's own limits
    return _SIMPLE.get(code, found[0])


class _Builder:
    """Puts flat tokens back into nested directives."""

    def __init__(self, tokens: list[_Token], expression: Callable[[Node], ast.Expression]) -> None:
        self._tokens = tokens
        self._expression = expression
        self._at = 0
        self._sound = True

    def build(self) -> tuple[ast.Part, ...] | None:
        parts, stopped = self._until(frozenset(), 0)
        return parts if self._sound and stopped is None else None

    def _until(self, ends: frozenset[str], depth: int) -> tuple[tuple[ast.Part, ...], str | None]:
        parts: list[ast.Part] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.kind == "text":
                if token.text:
                    parts.append(token.text)
            elif token.kind in ends:
                return tuple(parts), token.kind
            else:
                parts += self._special(token, depth)
        return tuple(parts), None

    def _special(self, token: _Token, depth: int) -> list[ast.Part]:
        if token.node is None or depth > MAX_NESTING:
            self._sound = False
            return []
        expression = self._expression(token.node)
        if token.kind == "interpolation":
            return [expression]
        if token.kind == "if":
            then, stopped = self._until(frozenset({"else", "endif"}), depth + 1)
            otherwise: tuple[ast.Part, ...] = ()
            if stopped == "else":
                otherwise, stopped = self._until(frozenset({"endif"}), depth + 1)
            self._sound &= stopped is not None
            return [ast.IfPart(expression, then, otherwise)]
        body, stopped = self._until(frozenset({"endfor"}), depth + 1)
        if stopped is None or not token.names:
            self._sound = False
            return []
        key = token.names[0] if len(token.names) > 1 else None
        return [ast.ForPart(key, token.names[-1], expression, body)]
