"""What the two syntaxes, YAML and JSON, give alike: nodes with a place each."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from aiposture.model import Comment, SourceError, Value
from aiposture.model.values import Scalar as ScalarData
from aiposture.readers.cloudformation.source import Span

MAX_DEPTH = 100
"""Containers inside one another. What is deeper becomes Opaque."""

TOO_DEEP = "is nested too deeply"

_FUNCTIONS = ("Fn::", "Rain::")  # `rain` replaces its own before CloudFormation sees them


class Node:
    """A part of the template. It is equal only to itself, and never changes."""

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        """`span` is its place."""
        self.span: Final = span


class Scalar(Node):
    """A single value; `text` is as written, before YAML made a number or a truth of it."""

    __slots__ = ("data", "text")

    def __init__(self, span: Span, data: ScalarData, text: str) -> None:
        """As the class says."""
        super().__init__(span)
        self.data: Final = data
        self.text: Final = text


class List(Node):
    """A sequence."""

    __slots__ = ("items",)

    def __init__(self, span: Span, items: tuple[Node, ...]) -> None:
        """As the class says."""
        super().__init__(span)
        self.items: Final = items


class Entry(NamedTuple):
    """A member of an object; `key` is the place of its name."""

    name: str
    key: Span
    value: Node

    @property
    def span(self) -> Span:
        """The place of name and value together; of the value, if it stands elsewhere (an alias)."""
        value = self.value.span
        whole = value.source is self.key.source and value.start >= self.key.end
        return Span(self.key.source, self.key.start, value.end if whole else self.key.end)


class Object(Node):
    """A mapping. Of members with the same name only the last is kept."""

    __slots__ = ("members",)

    def __init__(self, span: Span, members: Mapping[str, Entry]) -> None:
        """As the class says."""
        super().__init__(span)
        self.members: Final = members

    def get(self, name: str) -> Node | None:
        """The value of a member."""
        entry = self.members.get(name)
        return None if entry is None else entry.value


class Call(Node):
    """An intrinsic function, by its long name (`Ref`, `Condition`, `Fn::Sub`)."""

    __slots__ = ("argument", "name")

    def __init__(self, span: Span, name: str, argument: Node) -> None:
        """As the class says."""
        super().__init__(span)
        self.name: Final = name
        self.argument: Final = argument


class Opaque(Node):
    """A part that cannot be read, and why."""

    __slots__ = ("reason",)

    def __init__(self, span: Span, reason: str) -> None:
        """As the class says."""
        super().__init__(span)
        self.reason: Final = reason


class Given(Node):
    """A part whose value is known by other means: a loop's identifier."""

    __slots__ = ("value",)

    def __init__(self, span: Span, value: Value) -> None:
        """As the class says."""
        super().__init__(span)
        self.value: Final = value


class Parsed(NamedTuple):
    """A document, its comments that could suppress something, and what of it was left out."""

    root: Node | None
    comments: tuple[Comment, ...] = ()
    errors: tuple[SourceError, ...] = ()


def call_of(node: Node) -> Call | None:
    """The intrinsic function that a node is, in its short form or in its long one (`{"Ref": "X"}`)."""
    if isinstance(node, Call):
        return node
    if isinstance(node, Object) and len(node.members) == 1:
        (entry,) = node.members.values()
        is_loop = entry.name.startswith("Fn::ForEach::")
        if entry.name == "Ref" or (entry.name.startswith(_FUNCTIONS) and not is_loop):
            return Call(node.span, entry.name, entry.value)
    return None


def text_of(node: Node | None) -> str | None:
    """The text of a literal; None if it is none."""
    return node.text if isinstance(node, Scalar) and node.data is not None else None


def object_of(node: Node | None) -> Object | None:
    """The node if it is an object and no intrinsic function."""
    return node if isinstance(node, Object) and call_of(node) is None else None
