"""HCL files as bodies of attributes and blocks. Expressions are only converted when they are asked for."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from aiposture.model import Comment, Location, SourceError
from aiposture.readers.terraform import convert
from aiposture.readers.terraform.expressions import Expression
from aiposture.readers.terraform.parsing import Deadline, TooSlowError, tree_of
from aiposture.readers.terraform.source import Source, Span
from aiposture.readers.terraform.template_syntax import without_escapes

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Range
else:
    Node = Parser = Range = object  # an annotation of a named tuple must not be a text, or it is compiled

COMMENT_MARKERS = (b"checkov:skip", b"aiposture:")
_BOM = b"\xef\xbb\xbf"
# The grammar takes `1e3` for `1` and garbage; another number of the same length does not disturb it, and
# the value is read from the original text.
_EXPONENT = re.compile(rb"(?<![\w.\"])\d+[eE][+-]?\d+(?![\w\"])")
_BLOCK_START = re.compile(
    rb"^(?:resource|data|variable|output|module|locals|provider|terraform|check|moved|import|removed|ephemeral)\b"
    rb"[^\n{=]*\{",
    re.MULTILINE,
)
_MAX_PARTS = 2000
_PUNCTUATION = frozenset({"}", "{", "]", "[", ")", "(", "=", ":"})


class Attribute:
    """`name = expression`."""

    __slots__ = ("_expression", "_make", "name", "span")

    def __init__(self, name: str, span: Span, make: Callable[[], Expression]) -> None:
        """`span` is of the whole attribute, `make` gives its expression."""
        self.name = name
        self.span = span
        self._make = make
        self._expression: Expression | None = None

    @property
    def expression(self) -> Expression:
        """What stands behind the `=`."""
        if self._expression is None:
            self._expression = self._make()
        return self._expression


class Block:
    """`type "label" { ... }`. A `broken` one has a syntax error: parts of it may be lost."""

    __slots__ = ("_body", "_make", "broken", "header_span", "labels", "span", "type")

    def __init__(
        self, type_: str, labels: tuple[str, ...], spans: tuple[Span, Span], make: "Callable[[], Body]"
    ) -> None:
        """`spans` are of the header and of the whole block, `make` gives its body."""
        self.type = type_
        self.labels = labels
        self.header_span, self.span = spans
        self._make = make
        self._body: Body | None = None
        self.broken = False

    @property
    def body(self) -> "Body":
        """What stands between the braces."""
        if self._body is None:
            self._body = self._make()
        return self._body

    @property
    def effective_type(self) -> str:
        """The type of the blocks that it makes: a dynamic block's label."""
        return self.labels[0] if self.type == "dynamic" and self.labels else self.type

    @property
    def header(self) -> Location:
        """The type and the labels."""
        return self.header_span.location

    @property
    def location(self) -> Location:
        """All of the block."""
        return self.span.location


class Body(NamedTuple):
    """Attributes by name, and blocks in order."""

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]

    def overridden(self, other: "Body") -> "Body":
        """The body with what an override file says: its attributes, and its blocks for all of the same type."""
        replaced = {block.effective_type for block in other.blocks}
        kept = tuple(block for block in self.blocks if block.effective_type not in replaced)
        return Body({**self.attributes, **other.attributes}, kept + other.blocks)

    def of_type(self, *types: str) -> tuple[Block, ...]:
        """The blocks of these types."""
        return tuple(block for block in self.blocks if block.type in types)


TOO_SLOW = "takes too long to parse: it holds what no code holds"
EMPTY = Body(MappingProxyType({}), ())


class Document(NamedTuple):
    """One file."""

    body: Body
    comments: tuple[Comment, ...] = ()
    errors: tuple[SourceError, ...] = ()


@cache
def _parser() -> Parser:
    return _new_parser()


def _new_parser() -> Parser:
    import tree_sitter_hcl  # noqa: PLC0415 - only a scan that meets Terraform pays for its grammar
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_hcl.language()))


def decode_problem(path: str, data: bytes) -> SourceError | None:
    """Why `data` is no UTF-8 text, if it is not."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return SourceError(path, 1, "is not UTF-8 text (it looks like UTF-16)")
    if data.isascii():
        return None
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return SourceError(path, data.count(b"\n", 0, error.start) + 1, "is not UTF-8 text")
    return None


def source_of(path: str, data: bytes) -> Source:
    """The text of a file, without the byte order mark."""
    return Source(path, data.removeprefix(_BOM))


def parse(path: str, data: bytes) -> Document:
    """A file's blocks and attributes. What cannot be parsed is an error of the document; the rest of it is there."""
    source = source_of(path, data)
    problem = decode_problem(path, data)
    if problem:
        return Document(EMPTY, errors=(problem,))
    try:
        return _parsed(source, Deadline(len(data)))
    except TooSlowError:
        return Document(EMPTY, errors=(SourceError(path, 1, TOO_SLOW),))


def _parsed(source: Source, deadline: Deadline) -> Document:
    root = tree_of(_parser(), source.data, deadline)
    if root.has_error and _EXPONENT.search(source.data):
        root = tree_of(_parser(), _EXPONENT.sub(lambda found: b"1" * len(found[0]), source.data), deadline)
    found = comments(source, root)
    if not root.has_error:
        return Document(_body(source, root), found)
    bodies: list[Body] = []
    errors: list[SourceError] = []
    for part in _apart(source, root, deadline):
        bodies.append(_body(source, part))
        if part.has_error:
            errors.append(_syntax_error(source, part))
            for block in bodies[-1].blocks:
                block.broken = True
    attributes = {name: attribute for body in bodies for name, attribute in body.attributes.items()}
    return Document(Body(attributes, tuple(block for body in bodies for block in body.blocks)), found, tuple(errors))


def _apart(source: Source, root: Node, deadline: Deadline) -> list[Node]:
    """The blocks of a file with an error, parsed each for itself, so that the error costs no more than its block."""
    starts = [found.start() for found in _BLOCK_START.finditer(source.data)]
    if len(starts) > _MAX_PARTS or not starts:
        return [root]
    bounds = [*([0] if starts[0] else []), *starts, len(source.data)]
    parser = _new_parser()
    parts = []
    for start, end in pairwise(bounds):
        parser.included_ranges = [_range(source, start, end)]
        parts.append(tree_of(parser, source.data, deadline))
    # A line in a heredoc can look like a block: then the parts have more errors than the whole.
    return parts if any(not part.has_error for part in parts) else [root]


def _range(source: Source, start: int, end: int) -> Range:
    from tree_sitter import Range  # noqa: PLC0415 - as in _new_parser

    return Range(source.point(start), source.point(end), start, end)


def parse_expression(source: Source) -> Expression | None:
    """The expression that `source` is wholly made of, behind a `x = `; None if there is none."""
    try:
        document = _body(source, tree_of(_parser(), source.data, Deadline(len(source.data))))
    except TooSlowError:
        return None
    attribute = document.attributes.get("x")
    return attribute.expression if attribute and len(document.attributes) == 1 else None


def comments(source: Source, root: Node, kinds: tuple[str, ...] = ("comment",)) -> tuple[Comment, ...]:
    """The comments that could suppress something."""
    if not any(marker in source.data for marker in COMMENT_MARKERS):
        return ()
    from aiposture.readers.terraform.comments import find  # noqa: PLC0415 - most files have none

    return tuple(find(source, root, COMMENT_MARKERS, kinds))


def _syntax_error(source: Source, root: Node) -> SourceError:
    node = first_error(root)
    line, _ = source.position(node.start_byte)
    if node.is_missing and node.type in _PUNCTUATION:
        return SourceError(source.path, line, f"syntax error: {node.type} expected")
    end = source.data.find(b"\n", node.start_byte)
    text = source.text(node.start_byte, len(source.data) if end < 0 else end).strip()[:40]
    return SourceError(source.path, line, f"syntax error at `{text}`" if text else "syntax error")


def first_error(root: Node) -> Node:
    """The first node that is an error, or missing."""
    node = root
    while not node.is_missing and node.type != "ERROR":
        child = next((child for child in node.children if child.has_error or child.is_missing), None)
        if child is None:
            return node
        node = child
    return node


def _body(source: Source, node: Node) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    pending = list(reversed(node.children))
    while pending:
        child = pending.pop()
        if child.type == "attribute":
            attribute = _attribute(source, child)
            if attribute:
                attributes.setdefault(attribute.name, attribute)
        elif child.type == "block":
            block = _block(source, child)
            if block:
                blocks.append(block)
        elif child.type in ("body", "ERROR", "config_file", "expression", "collection_value"):
            # The parser may put what it could still read inside of an error.
            pending.extend(reversed(child.children))
    return Body(attributes, tuple(blocks))


def _attribute(source: Source, node: Node) -> Attribute | None:
    children = node.children
    if len(children) < 3 or children[-1].type != "expression":  # noqa: PLR2004 - name, "=", expression
        return None
    name, value = children[0], children[-1]
    return Attribute(
        source.text(name.start_byte, name.end_byte),
        Span(source, node.start_byte, node.end_byte),
        lambda: convert.expression(source, value),
    )


def _block(source: Source, node: Node) -> Block | None:
    kind: str | None = None
    labels: list[str] = []
    end = node.start_byte
    for child in node.children:
        if child.type == "block_start":
            break
        if child.type not in ("identifier", "string_lit"):
            continue
        text = source.text(child.start_byte, child.end_byte)
        end = child.end_byte
        if kind is None:
            kind = text
        else:
            labels.append(without_escapes(text[1:-1]) if child.type == "string_lit" else text)
    if kind is None:
        return None
    spans = Span(source, node.start_byte, end), Span(source, node.start_byte, node.end_byte)
    return Block(kind, tuple(labels), spans, lambda: _body(source, node))
