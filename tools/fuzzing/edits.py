"""Edits of a text or of a JSON document: the same numbers make the same edit."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from fuzzing.hurts import HURTS

MAX_INPUT = 200_000
TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\w+|\s+|.', re.DOTALL)

Edit = tuple[int, int, int, int]  # what, where, how much, which
Tokens = list[bytes]


class Seed(NamedTuple):
    """A part of a fixture: the language it is in, its path, its tokens, and its data where it is data."""

    language: str
    path: str
    tokens: tuple[bytes, ...]
    data: Any = None

    @classmethod
    def of(cls, language: str, path: str, text: bytes, data: Any = None) -> Seed:
        """The seed of a text."""
        return cls(language, path, tuple(TOKEN.findall(text)), data)


def edited(pool: Sequence[Seed], seed: Seed, edits: Sequence[Edit]) -> bytes:
    """The text of a seed after all edits.

    Most edits of data change its values and leave it data: broken brackets would hide everything behind the parser.
    """
    if seed.data is not None and edits and edits[0][3] % 8:
        return json.dumps(_edited_data(seed, edits), indent=1).encode("ascii")[: 2 * MAX_INPUT]
    tokens = list(seed.tokens)
    for what, where, amount, which in edits:
        if not tokens:
            break
        _EDITS[what % len(_EDITS)](pool, seed.language, tokens, (where % len(tokens), amount, which))
        if sum(map(len, tokens)) > MAX_INPUT:
            del tokens[MAX_INPUT // 8 :]
    return b"".join(tokens)[: 2 * MAX_INPUT]


def _edited_data(seed: Seed, edits: Sequence[Edit]) -> Any:
    holder = {"": copy.deepcopy(seed.data)}
    for edit in edits:
        found = list(places(holder[""]))
        if found:
            _edit_data(seed, found, edit)
    return holder[""]


_VALUES: tuple[Any, ...] = (
    None, True, -1, 1.5, [], {}, "", "x", 10**30, [None], {"": None}, "[", "${", [[]], {"a": []}, 0, "\x1b[31m", "\ud800",
)  # fmt: skip


def _edit_data(seed: Seed, places: list[tuple[Any, Any]], edit: Edit) -> None:
    """One of the values is deleted, moved, nested, or replaced."""
    what, where, amount, which = edit
    holder, key = places[where % len(places)]
    value = holder[key]
    other_holder, other_key = places[which % len(places)]
    kind = what % 8
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif kind == 2:
        holder[key] = [value]
    elif kind == 3:
        holder[key] = {str(other_key): value}
    elif kind == 4 and isinstance(holder, dict):
        holder[str(other_key)] = holder.pop(key)
    elif kind == 5 and isinstance(value, list):
        holder[key] = value * (1 + amount % 5)
    elif kind == 6 and isinstance(value, str):
        words = HURTS[seed.language]
        text = words[which % len(words)].decode("latin-1").strip('"')
        holder[key] = text if amount % 2 else value.replace("]", f", {text.strip('[]')})]", 1)
    else:
        holder[key] = copy.deepcopy(_VALUES[which % len(_VALUES)])


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Each place in a document: what holds it, and its key."""
    keys = document if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    for key in list(keys):
        yield document, key
        yield from places(document[key])


# Each takes the pool to borrow from, the language, the tokens, and where, how much and which.
How = tuple[int, int, int]


def _replace(_: Sequence[Seed], language: str, tokens: Tokens, how: How) -> None:
    tokens[how[0]] = _hurt(language, how[2])


def _insert(_: Sequence[Seed], language: str, tokens: Tokens, how: How) -> None:
    tokens[how[0] : how[0]] = [b" ", _hurt(language, how[2]), b" "]


def _delete(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    del tokens[how[0] : how[0] + 1 + how[1] % 20]


def _repeat(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    at, amount, which = how
    tokens[at:at] = tokens[at : at + 1 + amount % 40] * (which % 3000 if which % 200 == 0 else 1 + which % 8)


def _move(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    at, amount, which = how
    to = which % len(tokens)
    tokens[to:to] = tokens[at : at + 1 + amount % 60]


def _swap(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    at, to = how[0], how[2] % len(tokens)
    tokens[at], tokens[to] = tokens[to], tokens[at]


_PAIRS = (
    (b"[", b"]"), (b"{", b"}"), (b"(", b")"), (b"${", b"}"), (b'{"a":', b"}"), (b"f(", b")"), (b"!", b""), (b"- ", b""),
)  # fmt: skip


def _nest(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    at, amount, which = how
    opening, closing = _PAIRS[which % 8]
    depth = 1 + amount % (3000 if which % 97 == 0 else 8)
    end = min(at + 1 + which % 30, len(tokens))
    tokens[at:end] = [opening * depth, *tokens[at:end], closing * depth]


def _borrow(pool: Sequence[Seed], _: str, tokens: Tokens, how: How) -> None:
    at, amount, which = how
    other = pool[which % len(pool)].tokens
    start = (which // len(pool)) % max(len(other), 1)
    tokens[at:at] = other[start : start + 1 + amount % 200]


def _byte(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    token = bytearray(tokens[how[0]])
    token[how[1] % len(token) if token else 0 :][:1] = b""
    token.insert(how[1] % (len(token) + 1), how[2] % 256)
    tokens[how[0]] = bytes(token)


def _cut(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    del tokens[how[0] + 1 :]


def _crop(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    tokens[:] = tokens[how[0] : how[0] + 50 + how[1] % 500]


def _value(_: Sequence[Seed], language: str, tokens: Tokens, how: How) -> None:
    """What stands behind the next `=` or `:` becomes something else, to the end of its line."""
    at, amount, which = how
    marks = (place for place in range(at, min(at + 200, len(tokens))) if tokens[place] in (b"=", b":"))
    start = next(marks, len(tokens)) + 1
    end = next((place for place in range(start, len(tokens)) if b"\n" in tokens[place]), len(tokens))
    before = b"".join(tokens[start:end])
    hurt = _hurt(language, which)
    tokens[start:end] = [
        b" ",
        hurt if amount % 3 else b"[" + before + b"]" if amount % 2 else b"{ a = " + before + b" }",
    ]


def _rename(_: Sequence[Seed], __: str, tokens: Tokens, how: How) -> None:
    """One word becomes another one of the text, everywhere: references go in circles by it."""
    old, new = tokens[how[0]], tokens[how[2] % len(tokens)]
    tokens[:] = [new if token == old else token for token in tokens]


def _hurt(language: str, which: int) -> bytes:
    hurts = HURTS[language]
    return hurts[which % len(hurts)]


_EDITS: tuple[Callable[[Sequence[Seed], str, Tokens, How], None], ...] = (
    _replace, _insert, _delete, _repeat, _move, _swap, _nest, _borrow, _byte, _rename, _cut, _crop, _value, _value,
    _value, _value,
)  # fmt: skip
