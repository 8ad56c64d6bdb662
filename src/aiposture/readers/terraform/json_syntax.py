"""`.tf.json` and `.tfvars.json` files as the same bodies that HCL files give.

Strings are templates. JSON does not tell a nested block from a map: in a resource, an object is a block,
except for names that are maps in every provider.
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from aiposture.model import SourceError
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.parsing import Deadline, TooSlowError, tree_of
from aiposture.readers.terraform.source import Embedded, Source, Span
from aiposture.readers.terraform.syntax import (
    EMPTY,
    TOO_SLOW,
    Attribute,
    Block,
    Body,
    Document,
    comments,
    decode_problem,
    first_error,
    parse_expression,
    source_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Parser
else:
    Node = Parser = object  # an annotation of a named tuple must not be a text, or it is compiled

MAX_NESTING = 100
_LABELS = MappingProxyType(
    {"resource": 2, "data": 2, "ephemeral": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
)
_MAPS = frozenset(
    {
        "tags", "tags_all", "labels", "annotations", "metadata", "body", "sensitive_body", "app_settings", "settings",
        "environment_variables", "properties", "triggers", "keepers", "parameters", "for_each", "default_tags",
    }
)  # fmt: skip
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "timeouts"})
_ATTRIBUTES_ONLY = ("azapi_", "awscc_")  # providers of the newer kind, which have nearly no blocks


class _Kind(NamedTuple):
    """How the members of an object are to be taken."""

    blocks: bool = False  # objects are blocks
    only: frozenset[str] = frozenset()  # these are blocks, whatever `blocks` says
    literal: bool = False  # strings are no templates
    expressions: frozenset[str] = frozenset()  # members whose strings are bare expressions


_PLAIN = _Kind()
_NESTED = _Kind(blocks=True, only=_META_BLOCKS)
_KINDS = MappingProxyType(
    {
        "variable": _Kind(only=frozenset({"validation"}), literal=True, expressions=frozenset({"type"})),
        "terraform": _Kind(only=frozenset({"required_providers", "backend", "cloud"})),
    }
)


@cache
def _parser() -> Parser:
    import tree_sitter_json  # noqa: PLC0415 - only a scan that meets Terraform in JSON pays for its grammar
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_json.language()))


def parse(path: str, data: bytes) -> Document:
    """The blocks of a `.tf.json` file."""
    return _parse(path, data, lambda source, node: Body({}, tuple(_top_blocks(source, node))))


def parse_variables(path: str, data: bytes) -> Document:
    """The attributes of a `.tfvars.json` file."""
    return _parse(path, data, lambda source, node: _body(source, node, _Kind(literal=True), 0))


def _parse(path: str, data: bytes, make: Callable[[Source, Node], Body]) -> Document:
    source = source_of(path, data)
    problem = decode_problem(path, data)
    if problem:
        return Document(EMPTY, errors=(problem,))
    try:
        root = tree_of(_parser(), source.data, Deadline(len(data)))
    except TooSlowError:
        return Document(EMPTY, errors=(SourceError(path, 1, TOO_SLOW),))
    errors = []
    if root.has_error:
        line, _ = source.position(first_error(root).start_byte)
        errors.append(SourceError(path, line, "is not valid JSON"))
    tops = [child for child in root.named_children if child.type != "comment"]
    if not root.has_error and (len(tops) != 1 or tops[0].type not in ("object", "array")):
        errors.append(SourceError(path, 1, "is not a JSON object"))
    body = Body({}, ())
    for top in tops:
        for node in _objects(top):
            made = make(source, node)
            body = Body({**body.attributes, **made.attributes}, body.blocks + made.blocks)
    return Document(body, comments(source, root, ("comment", "string", "string_content")), tuple(errors))


def _objects(node: Node) -> Iterator[Node]:
    """The objects that `node` is, or holds as an array."""
    if node.type == "object":
        yield node
    elif node.type == "array":
        for child in node.named_children:
            if child.type == "object":
                yield child


def _pairs(source: Source, node: Node) -> Iterator[tuple[str, Node, Node]]:
    """The name, the whole pair and the value of each member of an object; `//` is a comment."""
    for pair in node.named_children:
        if pair.type != "pair" or len(pair.named_children) < 2:  # noqa: PLR2004 - key and value
            continue
        name = _string(source, pair.named_children[0])
        if name != "//":
            yield name, pair, pair.named_children[-1]


def _string(source: Source, node: Node) -> str:
    try:
        decoded = json.loads(source.text(node.start_byte, node.end_byte), strict=False)
    except ValueError:
        return source.text(node.start_byte, node.end_byte)
    return str(decoded).encode(errors="replace").decode()


def _top_blocks(source: Source, node: Node) -> Iterator[Block]:
    for kind, pair, value in _pairs(source, node):
        for labels, start, inner in _labelled(source, pair, value, _LABELS.get(kind, 0)):
            yield _block(source, (kind, *labels), (start, inner), _kind(kind, labels), 0)


def _kind(block: str, labels: tuple[str, ...]) -> _Kind:
    if block in ("resource", "data"):
        return _Kind(only=_META_BLOCKS) if labels and labels[0].startswith(_ATTRIBUTES_ONLY) else _NESTED
    return _KINDS.get(block, _PLAIN)


def _labelled(source: Source, pair: Node, value: Node, depth: int) -> Iterator[tuple[tuple[str, ...], Node, Node]]:
    """The labels, the last label's pair, and the body of each block below `value`."""
    for node in _objects(value):
        if depth == 0:
            yield (), pair, node
            continue
        for name, inner_pair, inner in _pairs(source, node):
            for labels, start, body in _labelled(source, inner_pair, inner, depth - 1):
                yield (name, *labels), start, body


def _block(source: Source, names: tuple[str, ...], where: tuple[Node, Node], kind: _Kind, depth: int) -> Block:
    pair, node = where
    key = pair.named_children[0]
    header = Span(source, key.start_byte, key.end_byte)
    whole = Span(source, pair.start_byte, pair.end_byte)
    return Block(names[0], names[1:], (header, whole), lambda: _body(source, node, kind, depth))


def _body(source: Source, node: Node, kind: _Kind, depth: int) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    if depth > MAX_NESTING:
        return EMPTY
    for name, pair, value in _pairs(source, node):
        if name == "dynamic" and kind.blocks:
            for labels, start, inner in _labelled(source, pair, value, 1):
                blocks.append(_block(source, (name, *labels), (start, inner), _NESTED, depth + 1))
        elif _is_block(name, value, kind):
            below = _NESTED if kind.blocks else _PLAIN
            blocks += [_block(source, (name,), (pair, inner), below, depth + 1) for inner in _objects(value)]
        else:
            attributes[name] = _attribute(source, name, pair, value, kind)
    return Body(attributes, tuple(blocks))


def _is_block(name: str, value: Node, kind: _Kind) -> bool:
    if name not in kind.only and (not kind.blocks or name in _MAPS):
        return False
    if value.type == "array":
        return bool(value.named_children) and all(child.type == "object" for child in value.named_children)
    return value.type == "object"


def _attribute(source: Source, name: str, pair: Node, value: Node, kind: _Kind) -> Attribute:
    def make() -> ast.Expression:
        if name in kind.expressions and value.type == "string":
            return _bare(source, value)
        return _expression(source, value, 0, literal=kind.literal)

    return Attribute(name, Span(source, pair.start_byte, pair.end_byte), make)


def _bare(source: Source, node: Node) -> ast.Expression:
    """A string that holds an expression, such as a variable's type."""
    span = Span(source, node.start_byte, node.end_byte)
    embedded = Embedded(span.location, b"x = " + _string(source, node).encode())
    return parse_expression(embedded) or ast.Broken(span, "is not valid syntax")


def _expression(source: Source, node: Node, depth: int, *, literal: bool) -> ast.Expression:
    span = Span(source, node.start_byte, node.end_byte)
    if depth > MAX_NESTING:
        return ast.Broken(span, "is nested too deeply")
    if node.type == "object":
        items = []
        for _, pair, value in _pairs(source, node):
            key = _expression(source, pair.named_children[0], depth + 1, literal=literal)
            items.append((key, _expression(source, value, depth + 1, literal=literal)))
        return ast.ObjectOf(span, tuple(items))
    if node.type == "array":
        children = (child for child in node.named_children if child.type not in ("comment", "ERROR"))
        return ast.ListOf(span, tuple(_expression(source, child, depth + 1, literal=literal) for child in children))
    if node.type == "string":
        text = _string(source, node)
        return ast.Literal(span, text) if literal else _template(span, text)
    return _scalar(span)


def _scalar(span: Span) -> ast.Expression:
    try:
        data = json.loads(span.text)
    except ValueError:
        return ast.Broken(span, "is not valid JSON")
    if isinstance(data, float):
        if data != data or data in (float("inf"), float("-inf")):  # noqa: PLR0124 - not a number
            return ast.Broken(span, "is not a finite number")
        data = int(data) if data.is_integer() else data
    return ast.Literal(span, data)


def _template(span: Span, text: str) -> ast.Expression:
    if "${" not in text and "%{" not in text:
        return ast.Literal(span, text)
    # A heredoc is the one form of template that, like JSON's, knows no backslash escapes.
    mark = "JSON"
    while mark in text:
        mark += "_"
    embedded = Embedded(span.location, f"x = <<{mark}\n{text}\n{mark}\n".encode())
    parsed = parse_expression(embedded)
    if isinstance(parsed, ast.Literal) and isinstance(parsed.data, str):
        return ast.Literal(span, parsed.data.removesuffix("\n"))
    if not isinstance(parsed, ast.Template):
        return ast.Broken(span, "is not a valid template")
    parts = _without_last_newline(parsed.parts)
    only = parts[0] if len(parts) == 1 else None
    if only is None or isinstance(only, (str, ast.IfPart, ast.ForPart)):
        return ast.Template(span, parts)
    return only


def _without_last_newline(parts: tuple[ast.Part, ...]) -> tuple[ast.Part, ...]:
    last = parts[-1]
    if not isinstance(last, str):
        return parts
    kept = last.removesuffix("\n")
    return (*parts[:-1], kept) if kept else parts[:-1]
