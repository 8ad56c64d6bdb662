"""From the parser's nodes to our own expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.source import Source, Span
from aiposture.readers.terraform.template_syntax import QUOTED, template_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

MAX_NESTING = 150
_BINARY = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"})


def expression(source: Source, node: Node, depth: int = 0) -> ast.Expression:
    """The expression that a parser's `expression` node stands for."""
    if depth > MAX_NESTING:
        return ast.Broken(_span(source, node), "is nested too deeply")
    return _sequence(source, _children(node), depth) if node.child_count else _broken(source, node)


def _children(node: Node) -> list[Node]:
    return [child for child in node.children if child.type != "comment"]


def _span(source: Source, first: Node, last: Node | None = None) -> Span:
    return Span(source, first.start_byte, (last or first).end_byte)


def _broken(source: Source, node: Node) -> ast.Broken:
    return ast.Broken(_span(source, node), "is not valid syntax")


def _sequence(source: Source, nodes: Sequence[Node], depth: int) -> ast.Expression:
    """A primary, in parentheses or not, and the traversal steps that follow it."""
    if not nodes:
        message = "an expression without nodes"
        raise AssertionError(message)
    first = nodes[0]
    if first.type == "(":
        if len(nodes) < 3:  # noqa: PLR2004 - "(", expression, ")"
            return _broken(source, first)
        inner, rest = expression(source, nodes[1], depth + 1), nodes[3:]
        primary = inner._replace(span=_span(source, first, nodes[2]))
    else:
        primary, rest = _primary(source, first, depth), nodes[1:]
    if not rest and not (isinstance(primary, ast.Traversal)):
        return primary
    return _traversal(source, first, primary, rest, depth)


def _traversal(
    source: Source, first: Node, primary: ast.Expression, rest: Sequence[Node], depth: int
) -> ast.Expression:
    if not rest:
        return primary
    steps = _steps(source, first, rest, depth)
    if steps is None:
        return _broken(source, first)
    root = primary.root if isinstance(primary, ast.Traversal) and not primary.steps else primary
    return ast.Traversal(_span(source, first, rest[-1]), root, steps)


def _steps(source: Source, first: Node, nodes: Sequence[Node], depth: int) -> tuple[ast.TraversalStep, ...] | None:
    steps: list[ast.TraversalStep] = []
    for node in nodes:
        span = _span(source, first, node)
        inner = _children(node)
        if node.type == "get_attr":
            steps.append(ast.Attribute(span, _text(source, inner[-1])))
        elif node.type == "index":
            steps.append(ast.Index(span, _index_key(source, inner[0], depth)))
        elif node.type == "splat":
            below = _steps(source, first, _children(inner[0])[1:], depth)
            if below is None:
                return None
            # The attributes behind `.*` are taken of each member, an index of the whole list.
            taken = len(below) if inner[0].type == "full_splat" else _attributes(below)
            steps += [ast.Splat(span, below[:taken]), *below[taken:]]
        else:
            return None
    return tuple(steps)


def _attributes(steps: Sequence[ast.TraversalStep]) -> int:
    """How many attributes come first."""
    return next((number for number, step in enumerate(steps) if not isinstance(step, ast.Attribute)), len(steps))


def _index_key(source: Source, node: Node, depth: int) -> ast.Expression:
    if node.type == "legacy_index":
        digits = _text(source, node).lstrip(". ")
        return ast.Literal(_span(source, node), int(digits)) if digits.isdecimal() else _broken(source, node)
    inner = _children(node)
    return expression(source, inner[1], depth + 1)


def _text(source: Source, node: Node) -> str:
    return source.text(node.start_byte, node.end_byte)


def _primary(source: Source, node: Node, depth: int) -> ast.Expression:
    kind = node.type
    if kind == "variable_expr":
        return ast.Traversal(_span(source, node), _text(source, node), ())
    if kind == "expression":
        return expression(source, node, depth + 1)
    if kind in ("literal_value", "template_expr", "collection_value", "operation", "for_expr"):
        inner = _children(node)
        return _primary(source, inner[0], depth) if inner else _broken(source, node)
    convert = _KINDS.get(kind)
    return convert(source, node, depth + 1) if convert else _broken(source, node)


def _number(source: Source, node: Node, _depth: int) -> ast.Expression:
    text = _text(source, node)
    try:
        number = int(text, 0) if text[:2].lower() == "0x" else float(text)
        if "." not in text and "e" not in text.lower():
            number = int(text)
        elif number == int(number):
            number = int(number)
    except (ValueError, OverflowError):
        return _broken(source, node)
    return ast.Literal(_span(source, node), number)


def _bool(source: Source, node: Node, _depth: int) -> ast.Expression:
    return ast.Literal(_span(source, node), _text(source, node) == "true")


def _null(source: Source, node: Node, _depth: int) -> ast.Expression:
    return ast.Literal(_span(source, node), None)


def _template(source: Source, node: Node, depth: int) -> ast.Expression:
    def inner(part: Node) -> ast.Expression:
        return expression(source, part, depth + 1)

    span = _span(source, node)
    parts = template_parts(source, node, inner)
    if parts is None:
        return _broken(source, node)
    if not parts:
        return ast.Literal(span, "")
    if len(parts) == 1 and isinstance(parts[0], str):
        return ast.Literal(span, parts[0])
    if len(parts) == 1 and node.type in QUOTED and not isinstance(parts[0], (ast.IfPart, ast.ForPart)):
        # A template that is one interpolation keeps the type of what it interpolates.
        return parts[0]._replace(span=span)  # type: ignore[union-attr] # a string was returned above
    return ast.Template(span, parts)


def _list(source: Source, node: Node, depth: int) -> ast.Expression:
    items = (expression(source, child, depth) for child in node.children if child.type == "expression")
    return ast.ListOf(_span(source, node), tuple(items))


def _object(source: Source, node: Node, depth: int) -> ast.Expression:
    items = []
    for element in node.children:
        if element.type != "object_elem":
            continue
        sides = [child for child in element.children if child.type == "expression"]
        if len(sides) == 2:  # noqa: PLR2004 - key and value
            items.append((_key(source, sides[0], depth), expression(source, sides[1], depth)))
    return ast.ObjectOf(_span(source, node), tuple(items))


def _key(source: Source, node: Node, depth: int) -> ast.Expression:
    key = expression(source, node, depth)
    bare = isinstance(key, ast.Traversal) and not key.steps and isinstance(key.root, str)
    if bare and not source.data.startswith((b"(", b'"'), node.start_byte):
        return ast.Literal(key.span, _text(source, node))
    if isinstance(key, ast.Literal) and isinstance(key.data, bool):
        return key._replace(data=_text(source, node))
    return key


def _call(source: Source, node: Node, depth: int) -> ast.Expression:
    inner = _children(node)
    arguments = next((child for child in inner if child.type == "function_arguments"), None)
    args = [] if arguments is None else _children(arguments)
    return ast.Call(
        _span(source, node),
        "".join(_text(source, inner[0]).split()),
        tuple(expression(source, child, depth) for child in args if child.type == "expression"),
        any(child.type == "ellipsis" for child in args),
    )


def _conditional(source: Source, node: Node, depth: int) -> ast.Expression:
    """A conditional. The grammar groups `a ? b : c ? d : e` to the left, Terraform to the right."""
    pieces: list[Node] = []  # a, b, c, d, e
    inner: Node | None = node
    while inner is not None:
        parts = [child for child in inner.children if child.type == "expression"]
        if len(parts) != 3:  # noqa: PLR2004 - condition and two arms
            return _broken(source, node)
        first = _children(parts[0])
        inner = first[0] if len(first) == 1 and first[0].type == "conditional" else None
        pieces = [*parts[0 if inner is None else 1 :], *pieces]
        if len(pieces) > MAX_NESTING:
            return ast.Broken(_span(source, node), "is nested too deeply")
    result = expression(source, pieces.pop(), depth)
    while pieces:
        then, condition = pieces.pop(), pieces.pop()
        result = ast.Conditional(
            Span(source, condition.start_byte, node.end_byte),
            expression(source, condition, depth),
            expression(source, then, depth),
            result,
        )
    return result


def _unary(source: Source, node: Node, depth: int) -> ast.Expression:
    if depth > MAX_NESTING:
        return ast.Broken(_span(source, node), "is nested too deeply")
    inner = _children(node)
    if len(inner) < 2:  # noqa: PLR2004 - operator and operand
        return _broken(source, node)
    return ast.Unary(_span(source, node), inner[0].type, _sequence(source, inner[1:], depth))


def _binary(source: Source, node: Node, depth: int) -> ast.Expression:
    if depth > MAX_NESTING:
        return ast.Broken(_span(source, node), "is nested too deeply")
    inner = _children(node)
    at = next((number for number, child in enumerate(inner) if child.type in _BINARY), 0)
    if at == 0 or at + 1 >= len(inner):
        return _broken(source, node)
    left, right = _sequence(source, inner[:at], depth), _sequence(source, inner[at + 1 :], depth)
    return ast.Binary(_span(source, node), inner[at].type, left, right)


def _for(source: Source, node: Node, depth: int) -> ast.Expression:
    inner = _children(node)
    intro = next((child for child in inner if child.type == "for_intro"), None)
    results = [expression(source, child, depth) for child in inner if child.type == "expression"]
    wanted = 2 if node.type == "for_object_expr" else 1
    if intro is None or len(results) != wanted:
        return _broken(source, node)
    names = [_text(source, child) for child in intro.children if child.type == "identifier"]
    collection = next((child for child in intro.children if child.type == "expression"), None)
    if collection is None or not names:
        return _broken(source, node)
    condition = next((child for child in inner if child.type == "for_cond"), None)
    tested = condition and next((child for child in condition.children if child.type == "expression"), None)
    return ast.For(
        _span(source, node),
        names[0] if len(names) > 1 else None,
        names[-1],
        expression(source, collection, depth),
        results[0] if wanted > 1 else None,
        results[-1],
        expression(source, tested, depth) if tested else None,
        any(child.type == "ellipsis" for child in inner),
    )


_KINDS = {
    "numeric_lit": _number,
    "bool_lit": _bool,
    "null_lit": _null,
    "string_lit": _template,
    "quoted_template": _template,
    "heredoc_template": _template,
    "tuple": _list,
    "object": _object,
    "function_call": _call,
    "conditional": _conditional,
    "unary_operation": _unary,
    "binary_operation": _binary,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
}
