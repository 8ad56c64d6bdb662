"""Terraform's functions over lists and maps. They move the members that they are given, with their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Reference, Unknown, Value
from aiposture.readers.terraform.containers import PartialObject, combine
from aiposture.readers.terraform.functions_base import (
    MAX_DEPTH,
    MAX_MEMBERS,
    Comparable,
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    boolean,
    comparable,
    mapping,
    measure,
    members,
    partial_mapping,
    text,
    undecided,
    whole,
)
from aiposture.readers.terraform.functions_results import one_of, unknown

SCALAR_ATTRIBUTES = frozenset({"id", "name", "arn", "principal_id", "tenant_id", "client_id", "endpoint", "location"})
"""Attributes that are one string, never null or empty, in every provider: certain even before deployment."""


def is_string(value: Value) -> bool:
    """Whether an unknown value is certainly a string that is not empty."""
    return isinstance(value.data, Reference) and bool(value.data.path) and value.data.path[-1] in SCALAR_ATTRIBUTES


def _alltrue(_: Site, args: Sequence[Value]) -> Result:
    return not _any(members(args[0]), sought=False)


def _anytrue(_: Site, args: Sequence[Value]) -> Result:
    return _any(members(args[0]), sought=True)


def _any(values: Sequence[Value], *, sought: bool) -> bool:
    """Whether a member is `sought`; null counts as false. One that is decides, whatever the unknown ones are."""
    open_member: Value | None = None
    for value in values:
        if isinstance(value.data, Unknown):
            open_member = value if open_member is None else open_member
        elif (value.data is not None and boolean(value)) is sought:
            return True
    if open_member is not None:
        raise undecided(open_member)
    return False


def _chunklist(_: Site, args: Sequence[Value]) -> Result:
    values, size = members(args[0]), whole(args[1])
    if size < 0:
        raise FunctionError("the size must not be negative")
    size = size or len(values) or 1
    return [values[start : start + size] for start in range(0, len(values), size)]


def _coalesce(_: Site, args: Sequence[Value]) -> Result:
    for value in args:
        if isinstance(value.data, Unknown):
            if is_string(value):
                return value
            raise undecided(value)
        if value.data is not None and value.data != "":
            return value
    raise FunctionError("no argument is other than null or an empty string")


def _coalescelist(_: Site, args: Sequence[Value]) -> Result:
    for value in args:
        if value.data is not None and members(value):
            return value
    raise FunctionError("no list is other than null or empty")


def _compact(_: Site, args: Sequence[Value]) -> Result:
    return [value for value in members(args[0]) if is_string(value) or (value.data is not None and text(value))]


def _concat(_: Site, args: Sequence[Value]) -> Result:
    lists = [members(argument) for argument in args]
    _check_size(sum(map(len, lists)))
    return [value for values in lists for value in values]


def _check_size(size: int) -> None:
    """Raises FunctionError for a result that is too large, before it is built."""
    if size > MAX_MEMBERS:
        raise FunctionError("the result is too large")


def _contains(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    sought = comparable(args[1])
    return _holds([comparable(value) for value in members(args[0])], sought)


def _holds(candidates: Sequence[Comparable], sought: Comparable) -> bool:
    """Whether one of `candidates` is `sought`. One that is decides, whatever the open ones are."""
    answers = {candidate.equals(sought) for candidate in candidates}
    if None in answers and True not in answers:
        raise Undecided("a value is compared that is not known")
    return True in answers


def _element(site: Site, args: Sequence[Value]) -> Result:
    values = members(args[0])
    if not values:
        raise FunctionError("an element of an empty list is asked for")
    place = args[1].data
    if isinstance(place, Unknown) and not place.alternatives:
        return one_of(site, args, place.reason, values)
    return values[whole(args[1]) % len(values)]


def _flatten(_: Site, args: Sequence[Value]) -> Result:
    flat: list[Value] = []
    stack = [(value, 1) for value in reversed(members(args[0]))]
    seen = 0
    while stack:
        value, depth = stack.pop()
        seen += 1
        _check_size(seen)
        if depth > MAX_DEPTH:
            raise FunctionError("a list is nested too deeply")
        if isinstance(value.data, tuple):
            stack.extend((member, depth + 1) for member in reversed(value.data))
        elif isinstance(value.data, Unknown) and not is_string(value):
            raise undecided(value)
        else:
            flat.append(value)
    return flat


def _index(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    sought = comparable(args[1])
    for place, value in enumerate(members(args[0])):
        answer = comparable(value).equals(sought)
        if answer is None:
            raise undecided(Value((value, args[1]), value.location))
        if answer:
            return place
    raise FunctionError("the list does not have that value")


def _keys(_: Site, args: Sequence[Value]) -> Result:
    return sorted(mapping(args[0]))


def _values(_: Site, args: Sequence[Value]) -> Result:
    given = mapping(args[0])
    return [given[key] for key in sorted(given)]


def _length(site: Site, args: Sequence[Value]) -> Result:
    data = args[0].data
    if isinstance(data, PartialObject) and data.doubts:
        return _length_of_partial(site, args, data)
    if isinstance(data, Mapping):
        return len(data)
    return len(text(args[0]) if isinstance(data, str) else members(args[0]))


def _length_of_partial(site: Site, args: Sequence[Value], data: PartialObject) -> Value:
    doubt = next(iter(data.doubts.values()))
    numbers = range(len(data) - len(data.doubts), len(data) + 1)
    return unknown(site, args, doubt.reason, tuple(Value(number, site.location) for number in numbers))


def _lookup(site: Site, args: Sequence[Value]) -> Result:
    given, default = partial_mapping(args[0]), args[2:3]
    key = args[1].data
    if isinstance(key, Unknown) and not key.alternatives:
        return one_of(site, args, key.reason, (*given.values(), *default))
    name = text(args[1])
    if isinstance(given, PartialObject):
        return _lookup_partial(site, args, given, name)
    if name in given:
        return given[name]
    if not default:
        raise FunctionError(f"the map has no key {name}")
    return default[0]


def _lookup_partial(site: Site, args: Sequence[Value], given: PartialObject, name: str) -> Value:
    if name not in given and given.open is None and len(args) > 2:  # noqa: PLR2004 - with a default
        return args[2]
    if name in given.doubts and len(args) > 2:  # noqa: PLR2004 - with a default
        return one_of(site, args, given.doubts[name].reason, (given.present(name), args[2]))
    if name in given and name not in given.doubts:
        return given[name]
    return mapping(args[0])[name]


def _matchkeys(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    values, keys, sought = map(members, args)
    if len(values) != len(keys):
        raise FunctionError("values and keys must have the same length")
    _check_size(len(keys) * len(sought))
    candidates = [comparable(value) for value in sought]
    return [value for value, key in zip(values, keys, strict=True) if _holds(candidates, comparable(key))]


def _merge(_: Site, args: Sequence[Value]) -> Result:
    maps = [partial_mapping(argument) for argument in args if argument.data is not None]
    _check_size(sum(map(len, maps)))
    return combine(maps)


def _one(_: Site, args: Sequence[Value]) -> Result:
    values = members(args[0])
    if len(values) > 1:
        raise FunctionError("the list has more than one element")
    return values[0] if values else None


def _reverse(_: Site, args: Sequence[Value]) -> Result:
    return members(args[0])[::-1]


def _slice(_: Site, args: Sequence[Value]) -> Result:
    values, start, end = members(args[0]), whole(args[1]), whole(args[2])
    if not 0 <= start <= end <= len(values):
        raise FunctionError("the slice is out of the list's bounds")
    return values[start:end]


def _sort(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    return sorted((member.with_data(text(member)) for member in members(args[0])), key=text)


def _transpose(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    turned: dict[str, list[str]] = {}
    given = mapping(args[0])
    for key in sorted(given):
        for member in members(given[key]):
            turned.setdefault(text(member), []).append(key)
    return turned


def _zipmap(_: Site, args: Sequence[Value]) -> Result:
    keys, values = members(args[0]), members(args[1])
    if len(keys) != len(values):
        raise FunctionError("keys and values must have the same length")
    return {text(key): value for key, value in zip(keys, values, strict=True)}


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "alltrue": Function(_alltrue, 1, 1),
        "anytrue": Function(_anytrue, 1, 1),
        "chunklist": Function(_chunklist, 2, 2),
        "coalesce": Function(_coalesce, 1, None),
        "coalescelist": Function(_coalescelist, 1, None),
        "compact": Function(_compact, 1, 1),
        "concat": Function(_concat, 1, None),
        "contains": Function(_contains, 2, 2),
        "element": Function(_element, 2, 2),
        "flatten": Function(_flatten, 1, 1),
        "index": Function(_index, 2, 2),
        "keys": Function(_keys, 1, 1),
        "length": Function(_length, 1, 1),
        "lookup": Function(_lookup, 2, 3),
        "matchkeys": Function(_matchkeys, 3, 3),
        "merge": Function(_merge, 0, None),
        "one": Function(_one, 1, 1),
        "reverse": Function(_reverse, 1, 1),
        "slice": Function(_slice, 3, 3),
        "sort": Function(_sort, 1, 1),
        "transpose": Function(_transpose, 1, 1),
        "values": Function(_values, 1, 1),
        "zipmap": Function(_zipmap, 2, 2),
    }
)
