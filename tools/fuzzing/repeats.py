"""Inputs in which one small thing stands very often: a reader's time must grow with them no faster than their size."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from fuzzing.edits import Seed, places
from fuzzing.hurts import HURTS

_SIGNS = (
    *(bytes([sign]) for sign in b" \t\n\"'[](){}<>,.:;#$%!@&*?=|\\/-+_~^`0a"),
    b"\\\\", b'\\"', b"\\u0061", b"''", b'""', b"${", b"}", b"${a}", b"[[", b"]]", b"/*", b"*/", b"//", b"\r", b"\r\n", b"\xc3\xa9",
    b"aiposture:ignore[", b"checkov:skip=", b"a b", b"a=", b"a,", b"a:", b"(a)", b"[a]", b"{a}", b"a.", b"a::", b"1,", b"x1",
)  # fmt: skip
_GLUE = (b"", b"", b" ", b"\n", b", ")


def repeated(pool: Sequence[Seed], numbers: Iterator[int], size: int) -> tuple[str, bytes]:
    """A path, and a text of about `size` bytes: a seed in which something is repeated."""
    seed = pool[next(numbers) % len(pool)]
    if seed.data is not None and next(numbers) % 3 == 0:
        return seed.path, _data(seed, numbers, size)
    at = next(numbers) % len(seed.tokens)
    token = seed.tokens[at]
    inside = next(numbers) % (len(token) + 1)
    before = b"".join(seed.tokens[:at]) + token[:inside]
    after = token[inside:] + b"".join(seed.tokens[at + 1 :])
    part = _part(seed, at, numbers)
    if next(numbers) % 3 == 0:  # each one another name
        lines = [re.sub(rb"\b([a-z]\w*)", rb"\g<1>%d" % number, part) for number in range(1 + size // (len(part) + 4))]
        return seed.path, before + b"".join(lines) + after
    return seed.path, before + part * (1 + size // len(part)) + after


def _part(seed: Seed, at: int, numbers: Iterator[int]) -> bytes:
    kind = next(numbers) % 3
    if kind == 0:
        words: Sequence[bytes] = HURTS[seed.language]
    elif kind == 1:
        words = _SIGNS
    else:
        words = (b"".join(seed.tokens[at : at + 1 + next(numbers) % 40]),)
    return words[next(numbers) % len(words)] + _GLUE[next(numbers) % len(_GLUE)]


def _data(seed: Seed, numbers: Iterator[int], size: int) -> bytes:
    """The document with a member that stands very often, or with a very long text."""
    holder = {"": copy.deepcopy(seed.data)}
    found = list(places(holder[""]))
    if not found:
        return b"".join(seed.tokens)
    above, key = found[next(numbers) % len(found)]
    value: Any = above[key]
    times = 1 + size // (len(json.dumps(value)) + 10)
    kind = next(numbers) % 3
    if isinstance(value, str) and kind:
        part = _part(seed, 0, numbers).decode("latin-1")
        cut = next(numbers) % (len(value) + 1)
        above[key] = value[:cut] + part * (1 + size // len(part)) + value[cut:]
    elif isinstance(above, dict):
        above.update({f"{key}{number}": value for number in range(times)})
    else:
        above.extend([value] * times)
    return json.dumps(holder[""], indent=1 if kind == 1 else None).encode()
