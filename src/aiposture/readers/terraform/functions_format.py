"""Terraform's `format` and `formatlist`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model.values import Unknown, Value
from aiposture.readers.terraform.functions_base import (
    MAX_MEMBERS,
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    boolean,
    decided,
    measure,
    members,
    number,
    text,
    undecided,
    whole,
)
from aiposture.readers.terraform.functions_encoding import json_text
from aiposture.readers.terraform.functions_results import check_text, unknown

MAX_WIDTH = 10_000
_VERB = r"%([ +0#-]*)(\d{1,6})?(?:\.(\d{0,6}))?(?:\[(\d{1,6})\])?([a-zA-Z%])"


class _Verb(NamedTuple):
    """A `%` sequence. `width` and `precision` are None if they are not written."""

    flags: str
    width: int | None
    precision: int | None
    letter: str


def _format(_: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    return _filled(text(args[0]), args[1:])


def _filled(pattern: str, args: Sequence[Value]) -> str:
    """`pattern` with its verbs replaced by `args`, each of which must be used."""
    parts: list[str] = []
    total = place = taken = highest = 0
    for match in _verbs(pattern):
        flags, width, precision, position, letter = match.groups()
        parts.append(pattern[place : match.start()])
        place = match.end()
        if letter == "%":
            parts.append("%")
            continue
        taken = int(position) if position else taken + 1
        highest = max(highest, taken)
        if not 0 < taken <= len(args):
            raise FunctionError(f"the format has no argument {taken}")
        verb = _Verb(flags, None if width is None else int(width), None if precision is None else int(precision or 0),
                     letter)  # fmt: skip
        parts.append(_padded(verb, _converted(verb, args[taken - 1])))
        total += len(parts[-1])
        check_text(total)
    if highest < len(args):
        raise FunctionError("the format does not use all its arguments")
    return "".join((*parts, pattern[place:]))


def _verbs(pattern: str) -> Iterator[re.Match[str]]:
    verb = re.compile(_VERB, re.ASCII)
    start = pattern.find("%")
    while start >= 0:
        match = verb.match(pattern, start)
        if match is None:
            raise FunctionError("the format has a verb that is not known")
        yield match
        start = pattern.find("%", match.end())


def _converted(verb: _Verb, value: Value) -> str:
    if isinstance(value.data, Unknown):
        raise undecided(value)
    letter = verb.letter
    if max(verb.width or 0, verb.precision or 0) > MAX_WIDTH:
        raise FunctionError("the format has a width that is too large")
    if letter == "v":
        return _natural(verb, value)
    if letter == "t":
        return "true" if boolean(value) else "false"
    if letter in "sq":
        written = text(value) if verb.precision is None else text(value)[: verb.precision]
        return _quoted(written) if letter == "q" else written
    if letter in "bdoxX":
        return _signed(verb, whole(value), format(abs(whole(value)), letter))
    if letter in "eEfFgG":
        return _real(verb, number(value))
    raise FunctionError(f"the format has the verb %{letter}")


def _natural(verb: _Verb, value: Value) -> str:
    """The verb %v: strings as they are, the rest as JSON; %#v is JSON of everything."""
    data = value.data
    if not decided(value):
        raise undecided(value)
    if isinstance(data, str) and "#" not in verb.flags:
        return data
    if isinstance(data, int | float) and not isinstance(data, bool) and "#" not in verb.flags:
        return _signed(verb, data, text(value).removeprefix("-"))
    return json_text(value)


def _quoted(written: str) -> str:
    import json  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    return json.dumps(written, ensure_ascii=False)


def _real(verb: _Verb, data: float) -> str:
    precision = verb.precision
    if verb.letter in "gG" and precision is None:
        shortest = repr(abs(float(data)))
        shortest = shortest.removesuffix(".0")
        return _signed(verb, data, shortest.upper() if verb.letter == "G" else shortest)
    exact = abs(Decimal(repr(data) if isinstance(data, float) else data))
    return _signed(verb, data, format(exact, f".{6 if precision is None else precision}{verb.letter}"))


def _signed(verb: _Verb, data: float, digits: str) -> str:
    """`digits` with the sign of `data`, and with zeros up to the width if they are asked for."""
    sign = "-" if data < 0 else "+" if "+" in verb.flags else " " if " " in verb.flags else ""
    if "0" in verb.flags and "-" not in verb.flags and verb.width:
        digits = digits.rjust(verb.width - len(sign), "0")
    return sign + digits


def _padded(verb: _Verb, written: str) -> str:
    width = verb.width or 0
    return written.ljust(width) if "-" in verb.flags else written.rjust(width)


def _formatlist(site: Site, args: Sequence[Value]) -> Result:
    measure(*args)
    text(args[0])
    lengths = {len(members(value)) for value in args if isinstance(value.data, tuple)}
    if len(lengths) > 1:
        raise FunctionError("the lists must have the same length")
    for value in args[1:]:
        if isinstance(value.data, Unknown):
            raise undecided(value)
    count = lengths.pop() if lengths else 1
    if count * len(args) > MAX_MEMBERS:
        raise FunctionError("the result is too large")
    return [_row(site, [_at(value, place) for value in args]) for place in range(count)]


def _at(value: Value, place: int) -> Value:
    return value.data[place] if isinstance(value.data, tuple) else value


def _row(site: Site, args: Sequence[Value]) -> Value | str:
    """One member of formatlist; an unknown argument makes only its own member unknown."""
    try:
        return _filled(text(args[0]), args[1:])
    except Undecided as question:
        return unknown(site, args, question.reason)


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "format": Function(_format, 1, None),
        "formatlist": Function(_formatlist, 1, None),
    }
)
