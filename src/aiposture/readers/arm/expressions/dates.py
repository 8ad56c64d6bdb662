"""Functions over dates, as far as they do not depend on the moment."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime, timedelta, timezone

from aiposture.model import Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    table,
    text,
    whole,
)

_MAX_TEXT = 40
_MAX_DIGITS = 8
_ISO = "yyyy-MM-ddTHH:mm:ssZ"
# .NET's standard formats, as custom ones.
_STANDARD = {"u": "yyyy-MM-dd HH:mm:ssZ", "s": "yyyy-MM-ddTHH:mm:ss", "d": "MM/dd/yyyy"}
_FIELDS = (
    ("yyyy", "{0.year:04}"), ("MM", "{0.month:02}"), ("dd", "{0.day:02}"), ("HH", "{0.hour:02}"),
    ("mm", "{0.minute:02}"), ("ss", "{0.second:02}"), ("fff", ""), ("tt", ""), ("yy", ""), ("hh", ""),
    ("M", "{0.month}"), ("d", "{0.day}"), ("H", "{0.hour}"), ("m", "{0.minute}"), ("s", "{0.second}"),
)  # fmt: skip
_DAYS = {"Y": 365, "M": 30, "D": 1}  # as Azure counts them, whatever the calendar says
_PLAIN = frozenset("-:/., TZ_")


def date_time_add(_: Site, args: Sequence[Value]) -> Result:
    """A date some time later, or earlier."""
    base, duration = _parsed(text(args[0])), text(args[1])
    form = text(args[2]) if len(args) > 2 else _ISO  # noqa: PLR2004 - the third argument
    return _written(_added(base, duration), form)


def date_time_from_epoch(_: Site, args: Sequence[Value]) -> Result:
    """The date so many seconds after 1970."""
    seconds = whole(args[0])
    return _written(datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds), _ISO)


def date_time_to_epoch(_: Site, args: Sequence[Value]) -> Result:
    """The seconds from 1970 to a date."""
    return int((_parsed(text(args[0])) - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())


def _parsed(date: str) -> datetime:
    date = date.strip()
    if len(date) > _MAX_TEXT:
        raise FunctionError("an argument is no date")
    iso = date[:-1] + "+00:00" if date.endswith(("Z", "z")) else date
    try:
        parsed = datetime.fromisoformat(_three_digits(iso))
    except ValueError as error:
        raise Undecided(f"the date {date} is not read") from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=timezone.utc)
    return parsed.astimezone(timezone.utc)


def _three_digits(iso: str) -> str:
    """Python 3.10 reads fractions of a second of three or six digits only."""
    head, point, tail = iso.partition(".")
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}{point}{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}" if point else iso


def _added(base: datetime, duration: str) -> datetime:
    sign = -1 if duration.startswith("-") else 1
    body = duration.removeprefix("-")
    if not body.startswith("P") or len(body) < len("P1D") or len(body) > _MAX_TEXT:
        raise FunctionError("an argument is no duration")
    date, _, time = body[1:].partition("T")
    days = _amounts(date, _DAYS)
    clock = _amounts(time, "HMS")
    whole_days = timedelta(days=sum(_DAYS[unit] * amount for unit, amount in days.items()))
    rest = timedelta(hours=clock.get("H", 0), minutes=clock.get("M", 0), seconds=clock.get("S", 0))
    return base + sign * (whole_days + rest)


def _amounts(text_: str, units: Container[str]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    digits = ""
    for character in text_:
        if character.isdecimal() and character.isascii() and len(digits) < _MAX_DIGITS:
            digits += character
        elif digits and character in units and character not in amounts:
            amounts[character] = int(digits)
            digits = ""
        else:
            raise FunctionError("an argument is no duration")
    if digits:
        raise FunctionError("an argument is no duration")
    return amounts


def _written(date: datetime, form: str) -> str:
    pattern = _STANDARD.get(form, form)
    if len(pattern) == 1 or len(pattern) > _MAX_TEXT:
        raise Undecided(f"the date format {form[:_MAX_TEXT]} is not evaluated")
    written, at = "", 0
    while at < len(pattern):
        field, shown = next(((f, s) for f, s in _FIELDS if pattern.startswith(f, at)), ("", ""))
        if not shown and pattern[at] not in _PLAIN:
            raise Undecided(f"the date format {form} is not evaluated")
        written += shown.format(date) if shown else pattern[at]
        at += len(field) or 1
    return written


TABLE = table(
    Function("dateTimeAdd", date_time_add, 2, 3),
    Function("dateTimeFromEpoch", date_time_from_epoch, 1, 1),
    Function("dateTimeToEpoch", date_time_to_epoch, 1, 1),
)
