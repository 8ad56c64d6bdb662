"""What a for-expression goes through, and what its rows make."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aiposture.model import Unknown, Value
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import functions_base
from aiposture.readers.terraform.containers import PartialObject, SetOf, either, fresh, object_of, presents
from aiposture.readers.terraform.symbols import MAX_ALTERNATIVES, EvaluationError, choose, undecided


class Entry(NamedTuple):
    """A member of a collection; `doubt` is the condition if it is not known whether it is there."""

    key: Value
    value: Value
    doubt: Unknown | None = None


class Row(NamedTuple):
    """A member of a for-expression's result; `condition` is set if it is not known whether it is there."""

    key: Value
    value: Value
    condition: Value | None


def entries(collection: Value) -> Iterator[Entry]:
    """Each member of a known collection, in Terraform's order. Raises EvaluationError."""
    data = collection.data
    if isinstance(data, SetOf):
        for member in data:
            yield Entry(member, member)
    elif isinstance(data, tuple):
        for number, member in enumerate(data):
            yield Entry(Value(number, member.location), member)
    elif isinstance(data, Mapping):
        yield from _of_object(data)
    else:
        message = "only a list, a set, a map or an object can be iterated"
        raise EvaluationError(message)


def _of_object(data: Mapping[str, Value]) -> Iterator[Entry]:
    members = presents(data)
    doubts: Mapping[str, Unknown] = data.doubts if isinstance(data, PartialObject) else {}
    unnamed: Mapping[str, Unknown] = data.unnamed if isinstance(data, PartialObject) else {}
    for name in sorted(members):
        member = members[name]
        yield Entry(Value(unnamed.get(name, name), member.location), member, doubts.get(name))


def collected(node: ast.For, rows: Sequence[Row]) -> Value:
    """What the rows make together. Raises EvaluationError if two of them have one key."""
    if node.result_key is not None and not node.grouping:
        return Value(_object(rows), node.span.location)
    open_rows = [row for row in rows if row.condition is not None]
    if not open_rows:
        return _certain(node, rows)
    conditions = tuple(row.condition for row in open_rows if row.condition is not None)
    if 2 ** len(open_rows) > MAX_ALTERNATIVES:
        return undecided(node.span, (*conditions, *(row.value for row in rows)))
    choices = []
    for mask in range(2 ** len(open_rows)):
        dropped = [row for number, row in enumerate(open_rows) if not mask >> number & 1]
        choices.append(_certain(node, [row for row in rows if not any(row is other for other in dropped)]))
    return choose(node.span, choices, conditions)


def _certain(node: ast.For, rows: Sequence[Row]) -> Value:
    """A list, or an object of lists."""
    location = node.span.location
    if node.result_key is None:
        return Value(tuple(row.value for row in rows), location)
    groups: dict[str, list[Value]] = {}
    for row in rows:
        name = key_of(row.key)
        if name is None:
            return undecided(node.span, tuple(part for row in rows for part in (row.key, row.value)))
        groups.setdefault(name, []).append(row.value)
    return Value({name: Value(tuple(group), location) for name, group in groups.items()}, location)


def _object(rows: Sequence[Row]) -> Mapping[str, Value]:
    members: dict[str, Value] = {}
    doubts: dict[str, Unknown] = {}
    unnamed: dict[str, Unknown] = {}
    for row in rows:
        doubt = row.condition.data if row.condition is not None else None
        name = key_of(row.key)
        if name is None:
            unknown = unknown_key(row.key)
            name = fresh(unknown.expression, members)
            unnamed[name] = unknown
        if name not in members:
            members[name] = row.value
            if isinstance(doubt, Unknown):
                doubts[name] = doubt
        elif isinstance(doubt, Unknown):
            # A plan that succeeds has one of them at most: certainly the one that is certain.
            members[name] = either(doubt, row.value, members[name]) if name in doubts else members[name]
        elif doubts.pop(name, None) is not None:
            members[name] = row.value
        else:
            message = f"two members have the key {name}"
            raise EvaluationError(message)
    return object_of(members, doubts, unnamed)


def key_of(value: Value) -> str | None:
    """An object's key as text, None if it is unknown. Raises EvaluationError."""
    try:
        return functions_base.text(value)
    except functions_base.Undecided:
        return None


def unknown_key(value: Value) -> Unknown:
    """A key that `key_of` does not know: itself, or the encoded text that has something unknown in it."""
    data = value.data
    return data if isinstance(data, Unknown) else Unknown(str(data), functions_base.undecided(value).reason)
