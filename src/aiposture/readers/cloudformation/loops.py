"""`Fn::ForEach` written out, and objects that can have members which are not seen here."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation.budget import Budget
from aiposture.readers.cloudformation.nodes import Call, Entry, Given, List, Node, Object, Scalar, call_of, text_of
from aiposture.readers.cloudformation.values import plain_text

PREFIX = "Fn::ForEach::"
MAX_ITERATIONS = 1000
_PARTS = 3  # identifier, collection, body
_PLACEHOLDER = re.compile(r"([$&])\{([A-Za-z0-9]+)\}")
_NO_NAME = re.compile(r"[^A-Za-z0-9]")


class Member(NamedTuple):
    """A member of an object; `exists` is unknown if a loop makes it over nobody knows what."""

    entry: Entry
    exists: bool | Unknown = True


class Expanded(NamedTuple):
    """The members of an object. `missing` says why there can be more of them than these."""

    members: Mapping[str, Member]
    missing: Unknown | None = None


def expand(node: Object, evaluate: Callable[[Node], Value], budget: Budget) -> Expanded:
    """The members of `node` with its loops written out; `evaluate` gives the collections."""
    if not any(name.startswith("Fn::") for name in node.members):
        return Expanded({name: Member(entry) for name, entry in node.members.items()})
    members: dict[str, Member] = {}
    missing: Unknown | None = None
    for entry in node.members.values():
        if entry.name == "Fn::Transform":
            missing = Unknown(entry.span.text, "a macro adds to this")
        elif entry.name.startswith(PREFIX):
            written = _loop(entry, evaluate, budget)
            members.update(written.members)
            missing = missing if written.missing is None else written.missing
        else:
            members[entry.name] = Member(entry)
    return Expanded(members, missing)


def _loop(loop: Entry, evaluate: Callable[[Node], Value], budget: Budget) -> Expanded:
    parts = loop.value.items if isinstance(loop.value, List) else ()
    identifier = text_of(parts[0]) if len(parts) == _PARTS else None
    body = parts[2] if len(parts) == _PARTS else None
    if identifier is None or not isinstance(body, Object):
        return Expanded({}, Unknown(loop.span.text, f"{loop.name} is malformed"))
    members: dict[str, Member] = {}
    missing: Unknown | None = None
    for item in _items(parts[1], identifier, evaluate):
        written = substitute(body, identifier, item, budget)
        assert isinstance(written, Object)  # noqa: S101 - as the body
        inner = expand(written, evaluate, budget)
        missing = missing if inner.missing is None else inner.missing
        for name, member in inner.members.items():
            members[name] = member if item.known else Member(member.entry, _unknown(item))
        if isinstance(item.data, Unknown):
            missing = item.data
    return Expanded(members, missing)


def _items(node: Node, identifier: str, evaluate: Callable[[Node], Value]) -> Iterator[Value]:
    """What the identifier stands for in each iteration; one unknown one if that is not known."""
    collection = _collection(node, evaluate)
    items = collection.items()
    if isinstance(collection.data, tuple) and len(items) <= MAX_ITERATIONS:
        yield from items
    else:
        reason = (
            _unknown(collection).reason if not collection.known else "the loop's collection is no list, or too long"
        )
        yield Value(Unknown(f"${{{identifier}}}", reason), collection.location)


def _collection(node: Node, evaluate: Callable[[Node], Value]) -> Value:
    """A list; of a list in a list (`[!Ref Names]`), the items of the inner one."""
    value = evaluate(node)
    items: list[Value] = []
    for item in value.items():
        items += item.items() if isinstance(item.data, tuple) else (item,)
    return Value(tuple(items), value.location, value.trail) if isinstance(value.data, tuple) else value


def _unknown(value: Value) -> Unknown:
    assert isinstance(value.data, Unknown)  # noqa: S101 - the caller's check
    return value.data


def substitute(node: Node, identifier: str, item: Value, budget: Budget) -> Node:
    """A copy of `node` in which `item` stands for the identifier: by Ref, by `${Name}` and by `&{Name}`."""
    budget.spend()
    text = None if isinstance(item.data, (Unknown, tuple, Mapping)) else plain_text(item.data)

    def written(source: str) -> str:
        if text is None or "{" not in source:
            return source
        return _PLACEHOLDER.sub(
            lambda match: match[0] if match[2] != identifier else text if match[1] == "$" else _NO_NAME.sub("", text),
            source,
        )

    call = call_of(node)
    if call and call.name == "Ref" and text_of(call.argument) == identifier:
        return Given(node.span, Value(item.data, node.span.location, item.trail))
    if isinstance(node, Scalar) and isinstance(node.data, str):
        return Scalar(node.span, written(node.data), written(node.text))
    if isinstance(node, List):
        return List(node.span, tuple(substitute(one, identifier, item, budget) for one in node.items))
    if isinstance(node, Call):
        return Call(node.span, node.name, substitute(node.argument, identifier, item, budget))
    if isinstance(node, Object):
        return Object(node.span, _members(node, identifier, item, budget, written))
    return node


def _members(
    node: Object, identifier: str, item: Value, budget: Budget, written: Callable[[str], str]
) -> dict[str, Entry]:
    members = {}
    for entry in node.members.values():
        name = written(entry.name)
        members[name] = Entry(name, entry.key, substitute(entry.value, identifier, item, budget))
    return members
