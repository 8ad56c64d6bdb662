"""How intrinsic functions take their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Call, List, Node

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope


def arguments(call: Call, least: int, most: int) -> tuple[Node, ...]:
    """The arguments of a function that takes a list of them. Raises MalformedError."""
    items = call.argument.items if isinstance(call.argument, List) else ()
    if not least <= len(items) <= most:
        count = str(least) if least == most else f"{least} to {most}"
        raise MalformedError(f"{call.name} takes a list of {count}")
    return items


def single(call: Call) -> Node:
    """The argument of a function that takes one, which some write as a list of one."""
    items = call.argument.items if isinstance(call.argument, List) else ()
    return items[0] if len(items) == 1 else call.argument


def one_of(value: Value, what: str) -> Value:
    """The value, if it is known or has a chance to be `what`. Raises MalformedError for a known list or object."""
    if not isinstance(value.data, (str, int, float, bool, Unknown)):
        raise MalformedError(f"{what} is expected")
    return value


def evaluated(nodes: tuple[Node, ...], scope: Scope) -> list[Value]:
    """The values of the arguments."""
    return [scope.evaluate(node) for node in nodes]
