"""Terraform's functions with regular expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import (
    Function,
    FunctionError,
    Result,
    Site,
    text,
)
from aiposture.readers.terraform.functions_results import check_text

if TYPE_CHECKING:
    from aiposture.readers.terraform.functions_re2 import Found, Pattern


def _pattern(source: str) -> Pattern:
    from aiposture.readers.terraform.functions_re2 import compile_pattern  # noqa: PLC0415 - rarely needed

    return compile_pattern(source)


def _regex(_: Site, args: Sequence[Value]) -> Result:
    pattern, subject = _pattern(text(args[0])), text(args[1])
    found = next(pattern.find_all(subject), None)
    if found is None:
        raise FunctionError("the text does not match the pattern")
    return _captured(pattern, subject, found)


def _regexall(_: Site, args: Sequence[Value]) -> Result:
    pattern, subject = _pattern(text(args[0])), text(args[1])
    return [_captured(pattern, subject, found) for found in pattern.find_all(subject)]


def _captured(pattern: Pattern, subject: str, found: Found) -> str | list[str | None] | dict[str, str | None]:
    """The match itself, or its groups: as a list, or as an object if they have names."""
    groups = [_part(subject, found, place) for place in range(1, pattern.groups + 1)]
    if not groups:
        return subject[found[0] : found[1]]
    if not pattern.names:
        return groups
    if len(pattern.names) < len(groups):
        raise FunctionError("the pattern mixes groups with and without names")
    return {name: groups[place - 1] for name, place in pattern.names.items()}


def _part(subject: str, found: Found, group: int) -> str | None:
    start, end = found[2 * group], found[2 * group + 1]
    return None if start < 0 or end < 0 else subject[start:end]


def _replace(_: Site, args: Sequence[Value]) -> Result:
    subject, sought, new = map(text, args)
    if len(sought) > 1 and sought.startswith("/") and sought.endswith("/"):
        return "".join(_replaced(_pattern(sought[1:-1]), subject, new))
    count = subject.count(sought) if sought else len(subject) + 1
    check_text(len(subject) + count * len(new))
    return subject.replace(sought, new)


def _replaced(pattern: Pattern, subject: str, new: str) -> Iterator[str]:
    total = place = 0
    for found in pattern.find_all(subject):
        yield subject[place : found[0]]
        for piece in _substituted(pattern, subject, found, new):
            total += len(piece)
            check_text(total)
            yield piece
        place = found[1]
    yield subject[place:]


def _substituted(pattern: Pattern, subject: str, found: Found, new: str) -> Iterator[str]:
    """`new` with `$1`, `$name`, `${name}` and `$$` replaced, each by the longest name that can be read."""
    place = 0
    while (dollar := new.find("$", place)) >= 0:
        yield new[place:dollar]
        name, place = _name(new, dollar + 1)
        if name is None or name == "$":
            yield "$"
        elif (group := pattern.group(name)) is not None:
            yield _part(subject, found, group) or ""
    yield new[place:]


def _name(new: str, start: int) -> tuple[str | None, int]:
    """The name after a `$`, and where it ends; None if there is none."""
    if new.startswith("$", start):
        return "$", start + 1
    braced = new.startswith("{", start)
    first = end = start + braced
    while end < len(new) and (new[end].isalnum() or new[end] == "_"):
        end += 1
    if end == first or (braced and not new.startswith("}", end)):
        return None, start
    return new[first:end], end + braced


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "regex": Function(_regex, 2, 2),
        "regexall": Function(_regexall, 2, 2),
        "replace": Function(_replace, 3, 3),
    }
)
