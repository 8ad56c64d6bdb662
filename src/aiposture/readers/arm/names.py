"""Names of resources as expressions: cut into their segments, and compared although they are not known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from aiposture.model import Unknown, Value

_BRACKETS = {"(": ")", "[": "]", "{": "}"}

Evaluate = Callable[[str], Value]
"""Evaluates the text of a template's string."""


def segments(name: Value, evaluate: Evaluate, wanted: int) -> tuple[Value, ...]:
    """The segments of a full name (`account/project`), of which there should be `wanted`.

    A name that cannot be cut stands whole as the last of them, with unknown ones before it.
    """
    whole = evaluate(name.data) if isinstance(name.data, str) else name
    if wanted <= 1:
        return (whole,)
    if isinstance(whole.data, str):
        parts = whole.data.split("/")
        found = tuple(whole.with_data(part) for part in parts)
    else:
        found = tuple(evaluate(text) for text in _cut(name.data) or ()) if isinstance(name.data, str) else ()
    if len(found) == wanted:
        return found
    missing = whole.with_data(Unknown(whole.spelled, "is a part of a name that cannot be cut"))
    return (*(missing for _ in range(wanted - 1)), whole)


def key(name: Value, owner: Callable[[Unknown], int], turns: Sequence[Value]) -> Hashable:
    """What two mentions of one name have in common: the text, or an expression of the same template and turn."""
    data = name.data
    if isinstance(data, str):
        return data.casefold()
    if not isinstance(data, Unknown) or not data.expression:
        return None
    expression = data.expression.strip().removeprefix("[").removesuffix("]").casefold()
    place = tuple(str(turn.data) for turn in turns) if "copyindex" in expression else ()
    return owner(data), "".join(expression.split()), place


def literals(text: str) -> Iterator[str]:
    """The string literals of an expression."""
    at = text.find("'")
    while at >= 0:
        end = _end_of_string(text, at)
        yield text[at + 1 : end].replace("''", "'")
        at = text.find("'", end + 1)


def call(text: str) -> tuple[str, list[str]] | None:
    """The function and the arguments of an expression that is one call, all as text; None if it is no call."""
    head, bracket, rest = text.strip().partition("(")
    if not bracket or not rest.endswith(")") or not head.strip().isidentifier():
        return None
    arguments = _arguments(rest[:-1])
    return None if arguments is None else (head.strip().casefold(), arguments)


def unquoted(text: str) -> str | None:
    """The text of a string literal, None if an expression is anything else."""
    stripped = text.strip()
    is_string = stripped.startswith("'") and _end_of_string(stripped, 0) == len(stripped) - 1
    return stripped[1:-1].replace("''", "'") if is_string and len(stripped) > 1 else None


def _cut(text: str) -> list[str] | None:
    """The expressions of a name's segments, as far as `format` and `concat` show them."""
    if not text.startswith("[") or not text.endswith("]"):
        return None
    called = call(text[1:-1])
    if called is None:
        return None
    function, arguments = called
    if function == "format" and arguments:
        pattern = unquoted(arguments[0])
        return None if pattern is None else [_format(part, arguments) for part in pattern.split("/")]
    return _concat(arguments) if function == "concat" else None


def _format(pattern: str, arguments: list[str]) -> str:
    hole = pattern.removeprefix("{").removesuffix("}")
    if pattern == f"{{{hole}}}" and hole.isdecimal() and len(hole) < 3 and int(hole) + 1 < len(arguments):  # noqa: PLR2004 - ARM has fewer
        return f"[{arguments[int(hole) + 1].strip()}]"
    if "{" not in pattern:
        return pattern
    quoted = pattern.replace("'", "''")
    return f"[format('{quoted}',{','.join(arguments[1:])})]"


def _concat(arguments: list[str]) -> list[str]:
    parts: list[list[str]] = [[]]
    for argument in arguments:
        literal = unquoted(argument)
        if literal is None:
            parts[-1].append(argument.strip())
            continue
        for number, piece in enumerate(literal.split("/")):
            if number:
                parts.append([])
            if piece:
                parts[-1].append("'" + piece.replace("'", "''") + "'")
    return [_joined(part) for part in parts]


def _joined(part: list[str]) -> str:
    if len(part) != 1:
        return f"[concat({','.join(part)})]" if part else ""
    literal = unquoted(part[0])
    return f"[{part[0]}]" if literal is None else literal


def _arguments(text: str) -> list[str] | None:
    found, start, at = [], 0, 0
    waiting: list[str] = []
    while at < len(text):
        character = text[at]
        if character == "'":
            at = _end_of_string(text, at)
        elif character in _BRACKETS:
            waiting.append(_BRACKETS[character])
        elif character in ")]}":
            if not waiting or waiting.pop() != character:
                return None
        elif character == "," and not waiting:
            found.append(text[start:at])
            start = at + 1
        at += 1
    last = text[start:]
    return None if waiting else [*found, last] if last.strip() or found else []


def _end_of_string(text: str, at: int) -> int:
    """The position of the quote that ends the string which begins at `at`; a doubled quote is a part of it."""
    at = text.find("'", at + 1)
    while 0 <= at < len(text) - 1 and text[at + 1] == "'":
        at = text.find("'", at + 2)
    return len(text) if at < 0 else at
