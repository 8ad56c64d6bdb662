"""Values as JSON text, and back."""

from __future__ import annotations

import json
from typing import Any

from aiposture.model import Value
from aiposture.readers.arm.expressions.arguments import MAX_INTEGER, FunctionError, Undecided, checked_text

_MAX_DEPTH = 50


def written(value: Value, quote: str = '"') -> str:
    """A value that is known at all depths as compact JSON. `format()` puts its strings into single quotes."""
    text = json.dumps(value.plain(), ensure_ascii=False, separators=(",", ":"))
    if quote != '"':
        if "\\" in text or quote in text:
            raise Undecided("text with quotes in it is not formatted")
        text = text.replace('"', quote)
    return checked_text(text)


def parsed(text: str) -> Any:
    """The plain data that JSON text says. Raises FunctionError."""
    if _depth(text) > _MAX_DEPTH:
        raise FunctionError("the JSON text is nested too deeply")
    try:
        return json.loads(text.strip(), parse_int=_integer, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise FunctionError("an argument is no JSON text") from error


def _integer(digits: str) -> int | float:
    if len(digits) > len(str(MAX_INTEGER)) + 1:
        raise FunctionError("a number is too large")
    return int(digits)


def _refused(name: str) -> Any:
    raise FunctionError(f"{name} is no number")


def _depth(text: str) -> int:
    """At most how deep JSON text is nested; brackets in strings count as well."""
    depth = deepest = 0
    for character in text:
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest
