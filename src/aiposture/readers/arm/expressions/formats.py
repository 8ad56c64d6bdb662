"""`format()`: .NET's composite formatting, as far as templates use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    FunctionError,
    Result,
    Site,
    Undecided,
    check_length,
    known_through,
    spoken,
    text,
)
from aiposture.readers.arm.expressions.json_text import written
from aiposture.readers.arm.expressions.unknowns import template_text

_MAX_WIDTH = 10_000
_MAX_PRECISION = 99


def format_(site: Site, args: Sequence[Value]) -> Result:
    """`{0}`, `{0,5}` and `{0:N2}` in a text replaced by the arguments."""
    if any(isinstance(arg.data, Unknown) and arg.data.alternatives for arg in args):
        raise Undecided(next(arg.data.reason for arg in args if isinstance(arg.data, Unknown)))
    pieces: list[Value | str] = []
    length = 0
    for literal, hole in _holes(text(args[0])):
        pieces.append(literal)
        if hole:
            pieces.append(_filled(site, hole, args[1:]))
        length += sum(len(piece) for piece in pieces[-2:] if isinstance(piece, str))
        check_length(length)
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(str(piece) for piece in pieces)
    return template_text([piece for piece in pieces if piece != ""], site.location, args)


def _holes(template: str) -> Iterator[tuple[str, str]]:
    """Literal text and the hole behind it, up to the end where there is none."""
    literal, at = [], 0
    while at < len(template):
        character = template[at]
        if character not in "{}":
            end = next((i for i in range(at, len(template)) if template[i] in "{}"), len(template))
            literal.append(template[at:end])
            at = end
        elif template[at : at + 2] == character * 2:
            literal.append(character)
            at += 2
        else:
            end = template.find("}", at)
            if character == "}" or end < 0:
                raise FunctionError("the format is no format")
            yield "".join(literal), template[at + 1 : end]
            literal, at = [], end + 1
    yield "".join(literal), ""


def _filled(site: Site, hole: str, args: Sequence[Value]) -> Value | str:
    rest, _, specification = hole.partition(":")
    number, _, width = (part.strip() for part in rest.partition(","))
    if not number.isdecimal() or len(number) > len(str(_MAX_WIDTH)) or int(number) >= len(args):
        raise FunctionError("the format names an argument that is not there")
    arg = args[int(number)]
    if isinstance(arg.data, Unknown):
        if width or specification:
            raise Undecided(arg.data.reason)
        return arg
    return _aligned(_formatted(site, arg, specification), width)


def _aligned(piece: str, width: str) -> str:
    if not width:
        return piece
    digits = width.removeprefix("-")
    if not digits.isdecimal() or len(digits) > len(str(_MAX_WIDTH)):
        raise FunctionError("the format is no format")
    return piece.ljust(int(digits)) if width.startswith("-") else piece.rjust(int(digits))


def _formatted(site: Site, arg: Value, specification: str) -> str:
    data = arg.data
    if data is None:
        return ""
    if isinstance(data, bool | str):
        return spoken(arg)
    if isinstance(data, int | float):
        return _number(data, specification) if specification else spoken(arg)
    return written(known_through(site, arg), quote="'")


def _number(data: float, specification: str) -> str:
    kind, digits = specification[0].upper(), specification[1:]
    if digits and (not digits.isdecimal() or int(digits) > _MAX_PRECISION):
        raise Undecided(f"the format {specification} is not evaluated")
    precision = int(digits) if digits else None
    sign = "-" if data < 0 else ""
    if kind == "D" and isinstance(data, int):
        return sign + str(abs(data)).rjust(precision or 0, "0")
    if kind == "X" and isinstance(data, int) and data >= 0:
        return format(data, specification[0]).rjust(precision or 0, "0")
    if kind == "F":
        return format(data, f".{2 if precision is None else precision}f")
    if kind == "N":
        return format(data, f",.{2 if precision is None else precision}f")
    raise Undecided(f"the format {specification} is not evaluated")
