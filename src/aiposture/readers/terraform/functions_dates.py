"""Terraform's functions over timestamps that the code states."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import Function, FunctionError, Result, Site, text

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_RFC_3339 = r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"
_NANOSECONDS = MappingProxyType(
    {"h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1000, "µs": 1000, "ns": 1}
)


def _timestamp(argument: Value) -> datetime:
    from datetime import datetime  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    match = re.fullmatch(_RFC_3339, text(argument), re.ASCII)
    if match is None:
        raise FunctionError("the text is not a timestamp of RFC 3339")
    date, time, fraction, zone = match.groups()
    digits = ((fraction or ".0")[1:] + "000000")[:6]
    try:
        return datetime.fromisoformat(f"{date}T{time}.{digits}{'+00:00' if zone == 'Z' else zone}")
    except ValueError as error:
        raise FunctionError("the text is not a timestamp of RFC 3339") from error


def _zone(moment: datetime, colon: str) -> str:
    offset = moment.strftime("%z")
    return f"{offset[:3]}{colon}{offset[3:5]}"


def _duration(argument: Value) -> timedelta:
    from datetime import timedelta  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    written = text(argument)
    if not re.fullmatch(r"[+-]?(0|(\d{1,12}(\.\d{1,9})?(ns|us|µs|ms|s|m|h)){1,8})", written, re.ASCII):
        raise FunctionError("the text is not a duration")
    total = 0.0
    for amount, unit in re.findall(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)", written):
        total += float(amount) * _NANOSECONDS[unit]
    return timedelta(microseconds=(-total if written.startswith("-") else total) / 1000)


def _timeadd(_: Site, args: Sequence[Value]) -> Result:
    moment = _timestamp(args[0]) + _duration(args[1])
    zone = _zone(moment, ":")
    return moment.strftime(f"{moment.year:04}-%m-%dT%H:%M:%S") + ("Z" if zone == "+00:00" else zone)


def _timecmp(_: Site, args: Sequence[Value]) -> Result:
    left, right = _timestamp(args[0]), _timestamp(args[1])
    return (left > right) - (left < right)


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _formatdate(_: Site, args: Sequence[Value]) -> Result:
    pattern, fields = text(args[0]), _fields(_timestamp(args[1]))
    parts: list[str] = []
    place = 0
    while match := _piece(pattern, place):
        parts.append(_written(match.group(), fields))
        place = match.end()
    if place < len(pattern):
        raise FunctionError("a quotation in the format is not closed")
    return "".join(parts)


def _piece(pattern: str, place: int) -> re.Match[str] | None:
    """A quotation, a run of one letter, or a run of anything else."""
    return re.compile(r"'(?:[^']|'')*'|([a-zA-Z])\1*|[^a-zA-Z']+").match(pattern, place)


def _written(piece: str, fields: Mapping[str, str]) -> str:
    if piece.startswith("'"):
        return piece[1:-1].replace("''", "'")
    if not (piece[0].isascii() and piece[0].isalpha()):
        return piece
    if piece not in fields:
        raise FunctionError(f"the format has no field {piece[:20]}")
    return fields[piece]


def _fields(moment: datetime) -> Mapping[str, str]:
    """What each field of a format stands for."""
    hour, zone = moment.hour % 12 or 12, _zone(moment, ":")
    return {
        "YYYY": f"{moment.year:04}", "YY": f"{moment.year % 100:02}",
        "MMMM": _MONTHS[moment.month - 1], "MMM": _MONTHS[moment.month - 1][:3],
        "MM": f"{moment.month:02}", "M": str(moment.month),
        "DD": f"{moment.day:02}", "D": str(moment.day),
        "EEEE": _DAYS[moment.weekday()], "EEE": _DAYS[moment.weekday()][:3],
        "hh": f"{moment.hour:02}", "h": str(moment.hour), "HH": f"{hour:02}", "H": str(hour),
        "AA": "PM" if moment.hour >= 12 else "AM", "aa": "pm" if moment.hour >= 12 else "am",  # noqa: PLR2004 - noon
        "mm": f"{moment.minute:02}", "m": str(moment.minute), "ss": f"{moment.second:02}", "s": str(moment.second),
        "ZZZZZ": zone, "ZZZZ": _zone(moment, ""), "ZZZ": "UTC" if zone == "+00:00" else _zone(moment, ""),
        "Z": "Z" if zone == "+00:00" else zone,
    }  # fmt: skip


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "formatdate": Function(_formatdate, 2, 2),
        "timeadd": Function(_timeadd, 2, 2),
        "timecmp": Function(_timecmp, 2, 2),
    }
)
