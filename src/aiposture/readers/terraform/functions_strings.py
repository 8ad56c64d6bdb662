"""Terraform's string functions, without formatting and regular expressions."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import (
    Function,
    FunctionError,
    Result,
    Site,
    measure,
    members,
    text,
    whole,
)
from aiposture.readers.terraform.functions_results import check_text


def _chomp(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).rstrip("\r\n")


def _endswith(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).endswith(text(args[1]))


def _startswith(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).startswith(text(args[1]))


def _strcontains(_: Site, args: Sequence[Value]) -> Result:
    return text(args[1]) in text(args[0])


def _indent(_: Site, args: Sequence[Value]) -> Result:
    width, lines = whole(args[0]), text(args[1])
    if width < 0:
        raise FunctionError("the number of spaces must not be negative")
    check_text(len(lines) + lines.count("\n") * width)
    return lines.replace("\n", "\n" + " " * width)


def _join(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    separator = text(args[0])
    parts = [text(member) for argument in args[1:] for member in members(argument)]
    check_text(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def _lower(_: Site, args: Sequence[Value]) -> Result:
    return "".join(_one_character(char.lower(), char) for char in text(args[0]))


def _upper(_: Site, args: Sequence[Value]) -> Result:
    return "".join(_one_character(char.upper(), char) for char in text(args[0]))


def _one_character(changed: str, char: str) -> str:
    """Go maps a character to one character: the upper case of ß is ß."""
    return changed if len(changed) == 1 else char


def _title(_: Site, args: Sequence[Value]) -> Result:
    before = " "
    titled = []
    for char in text(args[0]):
        titled.append(_one_character(char.title(), char) if _separates(before) else char)
        before = char
    return "".join(titled)


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return char.isspace()


def _split(_: Site, args: Sequence[Value]) -> Result:
    separator, subject = text(args[0]), text(args[1])
    return subject.split(separator) if separator else list(subject)


def _strrev(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0])[::-1]


def _substr(_: Site, args: Sequence[Value]) -> Result:
    subject, offset, length = text(args[0]), whole(args[1]), whole(args[2])
    start = max(0, offset + len(subject)) if offset < 0 else offset
    return subject[start:] if length < 0 else subject[start : start + length]


def _trim(_: Site, args: Sequence[Value]) -> Result:
    subject, cut = text(args[0]), text(args[1])
    return subject.strip(cut) if cut else subject


def _trimprefix(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).removeprefix(text(args[1]))


def _trimsuffix(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).removesuffix(text(args[1]))


def _trimspace(_: Site, args: Sequence[Value]) -> Result:
    return text(args[0]).strip()


def _basename(_: Site, args: Sequence[Value]) -> Result:
    path = text(args[0])
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _dirname(_: Site, args: Sequence[Value]) -> Result:
    return posixpath.normpath(posixpath.dirname(text(args[0])))


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "basename": Function(_basename, 1, 1),
        "chomp": Function(_chomp, 1, 1),
        "dirname": Function(_dirname, 1, 1),
        "endswith": Function(_endswith, 2, 2),
        "indent": Function(_indent, 2, 2),
        "join": Function(_join, 2, None),
        "lower": Function(_lower, 1, 1),
        "split": Function(_split, 2, 2),
        "startswith": Function(_startswith, 2, 2),
        "strcontains": Function(_strcontains, 2, 2),
        "strrev": Function(_strrev, 1, 1),
        "substr": Function(_substr, 3, 3),
        "title": Function(_title, 1, 1),
        "trim": Function(_trim, 2, 2),
        "trimprefix": Function(_trimprefix, 2, 2),
        "trimspace": Function(_trimspace, 1, 1),
        "trimsuffix": Function(_trimsuffix, 2, 2),
        "upper": Function(_upper, 1, 1),
    }
)
