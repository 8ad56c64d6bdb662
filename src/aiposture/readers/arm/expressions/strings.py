"""Functions over text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    check_length,
    decided,
    known_through,
    members,
    spoken,
    table,
    text,
    whole,
)
from aiposture.readers.arm.expressions.formats import format_
from aiposture.readers.arm.expressions.json_text import written
from aiposture.readers.arm.expressions.unknowns import template_text

_MAX_PADDED = 16
_BLANKS = " \t\r\n\v\f\x85\xa0"


def concat(site: Site, args: Sequence[Value]) -> Result:
    """Texts put together, or arrays."""
    if any(isinstance(arg.data, tuple) for arg in args):
        return [member for arg in args for member in members(arg)]
    if all(arg.known for arg in args):
        pieces = [spoken(arg) for arg in args]
        check_length(sum(map(len, pieces)))
        return "".join(pieces)
    first_open = next(arg for arg in args if not arg.known)
    if not any(arg.known for arg in args) or any(isinstance(a.data, Unknown) and a.data.alternatives for a in args):
        return text(first_open)  # raises: it can be arrays as well, or has to be looked at in each case
    return template_text([arg if not arg.known else spoken(arg) for arg in args], site.location, args)


def string(site: Site, args: Sequence[Value]) -> Result:
    """Anything as text."""
    if args[0].data is None or isinstance(args[0].data, float):
        raise FunctionError("an argument is null or has a fraction")
    if isinstance(args[0].data, str | bool | int | Unknown):
        return spoken(args[0])
    return written(known_through(site, args[0]))


def to_lower(_: Site, args: Sequence[Value]) -> Result:
    """In lower case."""
    return _letter_by_letter(text(args[0]), str.lower)


def to_upper(_: Site, args: Sequence[Value]) -> Result:
    """In upper case."""
    return _letter_by_letter(text(args[0]), str.upper)


def _letter_by_letter(original: str, change: Callable[[str], str]) -> str:
    """With every letter changed that stays one letter, as .NET does it."""
    if original.isascii():
        return change(original)
    return "".join(changed if len(changed := change(letter)) == 1 else letter for letter in original)


def trim(_: Site, args: Sequence[Value]) -> Result:
    """Without blanks around."""
    return text(args[0]).strip(_BLANKS)


def replace(_: Site, args: Sequence[Value]) -> Result:
    """With each occurrence of a text replaced."""
    original, old, new = (text(arg) for arg in args)
    if not old:
        raise FunctionError("the text to replace is empty")
    check_length(len(original) + original.count(old) * max(0, len(new) - len(old)))
    return original.replace(old, new)


def split(_: Site, args: Sequence[Value]) -> Result:
    """Cut at one delimiter or several."""
    original = text(args[0])
    delimiters = args[1].data
    marks = [text(mark) for mark in delimiters] if isinstance(delimiters, tuple) else [text(args[1])]
    marks = sorted((mark for mark in marks if mark), key=len, reverse=True)
    parts, start, at = [], 0, 0
    if len(marks) == 1:
        return original.split(marks[0])
    if len(original) * len(marks) > _MAX_COMPARISONS:
        raise FunctionError("an argument is too long")
    while at < len(original):
        mark = next((mark for mark in marks if original.startswith(mark, at)), "")
        if mark:
            parts.append(original[start:at])
            start = at + len(mark)
        at += len(mark) or 1
    return [*parts, original[start:]]


_MAX_COMPARISONS = 10_000_000


def join(site: Site, args: Sequence[Value]) -> Result:
    """The members of an array as one text with a delimiter."""
    delimiter = text(args[1])
    items = members(args[0])
    if any(not item.known for item in items) and not any(
        isinstance(item.data, Unknown) and item.data.alternatives for item in items
    ):
        between: list[Value | str] = []
        for item in items:
            between += [delimiter, item if not item.known else spoken(item)]
        return template_text(between[1:], site.location, args)
    pieces = [spoken(item) for item in items]
    check_length(sum(map(len, pieces)) + len(delimiter) * len(pieces))
    return delimiter.join(pieces)


def pad_left(_: Site, args: Sequence[Value]) -> Result:
    """Filled up on the left."""
    original, length = spoken(args[0]), whole(args[1])
    filler = text(args[2]) if len(args) > 2 else " "  # noqa: PLR2004 - the third argument
    if len(filler) != 1:
        raise FunctionError("the character to fill with is none")
    if not 0 < length <= _MAX_PADDED:
        raise FunctionError("the width is out of range")
    return original.rjust(length, filler)


def substring(_: Site, args: Sequence[Value]) -> Result:
    """A part of a text."""
    original, start = text(args[0]), whole(args[1])
    length = whole(args[2]) if len(args) > 2 else len(original) - start  # noqa: PLR2004 - the third argument
    if not 0 <= start <= len(original) or not 0 <= length <= len(original) - start:
        raise FunctionError("the part is not inside of the text")
    return original[start : start + length]


def starts_with(_: Site, args: Sequence[Value]) -> Result:
    """Whether a text begins with another, whatever their case."""
    return text(args[0]).lower().startswith(text(args[1]).lower())


def ends_with(_: Site, args: Sequence[Value]) -> Result:
    """Whether a text ends with another, whatever their case."""
    return text(args[0]).lower().endswith(text(args[1]).lower())


def to_bool(_: Site, args: Sequence[Value]) -> Result:
    """A bool from a text or a number."""
    data = decided(args[0])
    if isinstance(data, bool):
        return data
    if isinstance(data, int | float):
        return data != 0
    word = text(args[0]).strip().lower()
    if word not in {"true", "false"}:
        raise FunctionError("an argument is no bool")
    return word == "true"


TABLE = table(
    Function("concat", concat, 1, None),
    Function("string", string, 1, 1),
    Function("toLower", to_lower, 1, 1),
    Function("toUpper", to_upper, 1, 1),
    Function("trim", trim, 1, 1),
    Function("replace", replace, 3, 3),
    Function("split", split, 2, 2),
    Function("join", join, 2, 2),
    Function("padLeft", pad_left, 2, 3),
    Function("substring", substring, 2, 3),
    Function("startsWith", starts_with, 2, 2),
    Function("endsWith", ends_with, 2, 2),
    Function("bool", to_bool, 1, 1),
    Function("format", format_, 1, None),
)
