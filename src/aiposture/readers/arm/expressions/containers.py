"""Functions over arrays and objects; many take text as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.access import pick
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    closed,
    decided,
    key_of,
    members,
    open_key,
    table,
    text,
    unsuitable,
    whole,
)
from aiposture.readers.arm.expressions.open_objects import object_of
from aiposture.readers.arm.expressions.unknowns import is_changing, same


def create_array(_: Site, args: Sequence[Value]) -> Result:
    """An array of the arguments."""
    return list(args)


def create_object(_: Site, args: Sequence[Value]) -> Result:
    """An object of names and values in turn."""
    if len(args) % 2:
        raise FunctionError("a value is missing")
    return named(list(zip(args[::2], args[1::2], strict=True)))


def named(pairs: Sequence[tuple[Value, Value]]) -> Mapping[str, Value]:
    """An object of names and values. A name that is not known is the text that stands for it, and open."""
    result: dict[str, Value] = {}
    unnamed: dict[str, Unknown] = {}
    for name, value in pairs:
        key = open_key(name)
        if key is None:
            result[text(name)] = value
        else:
            free = fresh(key.expression, result)
            result[free], unnamed[free] = value, key
    return object_of(result, unnamed)


def fresh(name: str, taken: Mapping[str, object]) -> str:
    """`name`, or one like it where the same text of another member need not mean the same name."""
    number, candidate = len(taken), name
    while is_changing(name) and candidate in taken:
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def length(_: Site, args: Sequence[Value]) -> Result:
    """The number of members or characters (as UTF-16 counts them)."""
    data = decided(args[0])
    if isinstance(data, str):
        return len(data.encode("utf-16-le", "surrogatepass")) // 2
    if isinstance(data, Mapping):
        return len(closed(args[0]))  # two unknown keys can be one
    if isinstance(data, tuple):
        return len(data)
    raise unsuitable(args[0], "a string, an array or an object")


def contains(site: Site, args: Sequence[Value]) -> Result:
    """Whether an array has a member, an object a name (in any case), or a text a part."""
    data = decided(args[0])
    if isinstance(data, str):
        return text(args[1]) in data
    if isinstance(data, Mapping):
        return key_of(data, text(args[1])) is not None or text(args[1]) in closed(args[0])
    if not isinstance(data, tuple):
        raise unsuitable(args[0], "a string, an array or an object")
    site.budget.pay_for(*args)
    answers = {same(member, args[1]) for member in data}
    if None in answers and True not in answers:
        raise Undecided(_open_reason((*data, args[1])))
    return True in answers


def _open_reason(values: Sequence[Value]) -> str:
    return next((value.data.reason for value in values if isinstance(value.data, Unknown)), "a member is not known")


def first(_: Site, args: Sequence[Value]) -> Result:
    """The first member or character; null if there is none."""
    data = decided(args[0])
    if isinstance(data, str):
        return data[:1]
    return next(iter(members(args[0])), None)


def last(_: Site, args: Sequence[Value]) -> Result:
    """The last member or character; null if there is none."""
    data = decided(args[0])
    if isinstance(data, str):
        return data[-1:]
    return next(reversed(members(args[0])), None)


def take(_: Site, args: Sequence[Value]) -> Result:
    """So many members or characters from the beginning."""
    count = max(0, whole(args[1]))
    return text(args[0])[:count] if isinstance(args[0].data, str) else members(args[0])[:count]


def skip(_: Site, args: Sequence[Value]) -> Result:
    """All but so many members or characters."""
    count = max(0, whole(args[1]))
    return text(args[0])[count:] if isinstance(args[0].data, str) else members(args[0])[count:]


def index_of(site: Site, args: Sequence[Value]) -> Result:
    """Where a part first stands in a text (in any case), or a member in an array; -1 if nowhere."""
    if isinstance(args[0].data, str):
        return args[0].data.lower().find(text(args[1]).lower())
    return _position(site, enumerate(members(args[0])), args[1])


def last_index_of(site: Site, args: Sequence[Value]) -> Result:
    """Where a part last stands in a text (in any case), or a member in an array; -1 if nowhere."""
    if isinstance(args[0].data, str):
        last_place = max(len(args[0].data) - 1, 0)  # where .NET finds the empty text
        return min(args[0].data.lower().rfind(text(args[1]).lower()), last_place)
    return _position(site, reversed(tuple(enumerate(members(args[0])))), args[1])


def _position(site: Site, items: object, wanted: Value) -> int:
    for number, member in items:  # type: ignore[attr-defined]
        site.budget.pay_for(member)
        answer = same(member, wanted)
        if answer is None:
            raise Undecided(_open_reason((member, wanted)))
        if answer:
            return int(number)
    return -1


def distinct(site: Site, items: Sequence[Value]) -> list[Value]:
    """The values without those that repeat an earlier one; what may or may not repeat one is kept."""
    kept: list[Value] = []
    for item in items:
        site.budget.spend(1 + len(kept) // 16)
        if not any(same(item, other) is True for other in kept):
            kept.append(item)
    return kept


def intersection(site: Site, args: Sequence[Value]) -> Result:
    """What is in all of the arrays, or equal in all of the objects."""
    site.budget.pay_for(*args)
    rest = [decided(arg) for arg in args[1:]]
    if isinstance(decided(args[0]), Mapping):
        objects = [closed(arg) for arg in args]
        return {name: value for name, value in objects[0].items() if _in_all(name, value, objects[1:])}
    return [
        item
        for item in distinct(site, members(args[0]))
        if all(contains(site, (Value(other, item.location), item)) for other in rest)
    ]


def _in_all(name: str, value: Value, objects: Sequence[Mapping[str, Value]]) -> bool:
    for other in objects:
        if name not in other:
            return False
        answer = same(value, other[name])
        if answer is None:
            raise Undecided(_open_reason((value, other[name])))
        if not answer:
            return False
    return True


def flatten(_: Site, args: Sequence[Value]) -> Result:
    """An array of arrays as one array."""
    return [member for inner in members(args[0]) for member in members(inner)]


def items_(site: Site, args: Sequence[Value]) -> Result:
    """An object as an array of keys and values, in the order of the keys."""
    data = closed(args[0])  # its order hangs on all keys
    return [{"key": Value(name, site.location), "value": data[name]} for name in _sorted(data)]


def object_keys(_: Site, args: Sequence[Value]) -> Result:
    """The names of an object, in order."""
    return _sorted(closed(args[0]))


def _sorted(names: Mapping[str, Value]) -> list[str]:
    return sorted(names, key=lambda name: (name.upper(), name))


def try_get(site: Site, args: Sequence[Value]) -> Result:
    """The member at a path; null if its first key is missing. The rest has to be there, as in `a.?b.c`."""
    value = pick(args[0], args[1], site.location, safe=True)
    for key in args[2:]:
        if value.data is None:
            break
        value = pick(value, key, site.location)
    return value


def index_from_end(_: Site, args: Sequence[Value]) -> Result:
    """The member so many places before the end, which is 1."""
    found = _from_end(args)
    if found is None:
        raise FunctionError("the array has no such member")
    return found


def try_index_from_end(_: Site, args: Sequence[Value]) -> Result:
    """The member so many places before the end; null if there is none."""
    return None if args[0].data is None else _from_end(args)


def _from_end(args: Sequence[Value]) -> Value | None:
    array, place = members(args[0]), whole(args[1])
    return array[-place] if 0 < place <= len(array) else None


TABLE = table(
    Function("array", lambda _, args: list(args) if not isinstance(decided(args[0]), tuple) else args[0], 1, 1),
    Function("createArray", create_array, 0, None),
    Function("createObject", create_object, 0, None),
    Function("length", length, 1, 1),
    Function("contains", contains, 2, 2),
    Function("first", first, 1, 1),
    Function("last", last, 1, 1),
    Function("take", take, 2, 2),
    Function("skip", skip, 2, 2),
    Function("indexOf", index_of, 2, 2),
    Function("lastIndexOf", last_index_of, 2, 2),
    Function("intersection", intersection, 1, None),
    Function("flatten", flatten, 1, 1),
    Function("items", items_, 1, 1),
    Function("objectKeys", object_keys, 1, 1),
    Function("tryGet", try_get, 2, None),
    Function("indexFromEnd", index_from_end, 2, 2),
    Function("tryIndexFromEnd", try_index_from_end, 2, 2),
)
