"""Expressions as a small tree of our own: what HCL and JSON syntax are both turned into."""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aiposture.model import Scalar
from aiposture.readers.terraform.source import Span

if TYPE_CHECKING:
    TraversalStep: TypeAlias = "Attribute | Index | Splat"
    Expression: TypeAlias = (
        "Literal | Template | Traversal | Call | Conditional | Unary | Binary | ListOf | ObjectOf | For | Broken"
    )
    Part: TypeAlias = "str | IfPart | ForPart | Expression"
else:
    TraversalStep = Expression = Part = object  # an annotation of a named tuple must not be a text, or it is compiled


class Literal(NamedTuple):
    """A number, boolean, null, or a string without interpolation."""

    span: Span
    data: Scalar


class Template(NamedTuple):
    """A string with interpolations or directives."""

    span: Span
    parts: tuple[Part, ...]


class IfPart(NamedTuple):
    """`%{ if }` inside a template."""

    condition: Expression
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]


class ForPart(NamedTuple):
    """`%{ for }` inside a template."""

    key: str | None
    value: str
    collection: Expression
    body: tuple[Part, ...]


class Attribute(NamedTuple):
    """`.name` of a traversal; its span runs from the traversal's start to here."""

    span: Span
    name: str


class Index(NamedTuple):
    """`[key]` of a traversal."""

    span: Span
    key: Expression


class Splat(NamedTuple):
    """`[*]` or `.*`, with the steps that apply to each member."""

    span: Span
    steps: tuple[TraversalStep, ...]


class Traversal(NamedTuple):
    """A name or an expression, followed by steps."""

    span: Span
    root: str | Expression
    steps: tuple[TraversalStep, ...]


class Call(NamedTuple):
    """A function call; `expand` is the `...` after its last argument."""

    span: Span
    name: str
    args: tuple[Expression, ...]
    expand: bool


class Conditional(NamedTuple):
    """`condition ? then : otherwise`."""

    span: Span
    condition: Expression
    then: Expression
    otherwise: Expression


class Unary(NamedTuple):
    """`!x` or `-x`."""

    span: Span
    operator: str
    operand: Expression


class Binary(NamedTuple):
    """An operation on two operands."""

    span: Span
    operator: str
    left: Expression
    right: Expression


class ListOf(NamedTuple):
    """`[a, b]`."""

    span: Span
    items: tuple[Expression, ...]


class ObjectOf(NamedTuple):
    """`{ key = value }`."""

    span: Span
    items: tuple[tuple[Expression, Expression], ...]


class For(NamedTuple):
    """`[for v in c : r if x]` (no `result_key`) or `{for k, v in c : k => r... if x}`."""

    span: Span
    key: str | None
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouping: bool


class Broken(NamedTuple):
    """Text that is no expression, or one that nests too deeply."""

    span: Span
    reason: str
