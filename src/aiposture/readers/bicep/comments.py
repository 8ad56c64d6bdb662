"""The comments of a Bicep file that could suppress: from tokens, never from lines, for strings hold `//` too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from aiposture.model import Comment, Location
from aiposture.readers.bicep.lexer import Token
from aiposture.readers.bicep.outline import Declaration, Outline

_SUPPRESSING = ("checkov:skip", "aiposture:")
_DISABLE = "#disable-next-line"
_OFF, _ON = "#disable-diagnostics", "#restore-diagnostics"
_OUR_ID = re.compile(r"AIS[\w-]*", re.IGNORECASE)


def comments(found: Outline) -> Iterator[Comment]:
    """The comments that could suppress, and the directives that name a control of ours.

    One that stands above the decorators of a resource reaches down to it.
    """
    yield from _switched_off(found)
    declarations = _all(found.declarations)
    decorated = sorted((one.decorated_from, one.start) for one in declarations if one.decorated_from < one.start)
    for token in found.tokens:
        text = _text(token)
        if text is not None:
            place = found.location(token.start, token.end)
            yield Comment(text, _reaching(found, place, token, decorated))


def _text(token: Token) -> str | None:
    if token.kind == "comment" and any(word in token.text for word in _SUPPRESSING):
        return token.text
    if token.kind == "directive" and token.text.split()[0] == _DISABLE:
        names = _ours(token)
        return _ignoring(names, _DISABLE) if names else None
    return None


def _ours(token: Token) -> list[str]:
    """The controls of ours that a directive names."""
    return [name for name in token.text.partition("//")[0].split()[1:] if _OUR_ID.fullmatch(name)]


def _ignoring(names: list[str], reason: str) -> str:
    return f"aiposture:ignore[{', '.join(names)}] {reason}"


def _switched_off(found: Outline) -> Iterator[Comment]:
    """What `#disable-diagnostics` says of our controls, over all the lines for which it holds."""
    since: dict[str, int] = {}
    for token in found.tokens:
        word = token.text.split()[0] if token.kind == "directive" else ""
        for name in _ours(token) if word in {_OFF, _ON} else ():
            if word == _OFF:
                since.setdefault(name.upper(), token.start)
            elif (start := since.pop(name.upper(), None)) is not None:
                yield _over(found, name.upper(), start, token.start)
    for name, start in since.items():
        yield _over(found, name, start, len(found.text))


def _over(found: Outline, name: str, start: int, end: int) -> Comment:
    """The directive as a comment that reaches from one offset to the line before the other."""
    place = found.location(start, end)
    last = max(place.line, place.end_line - 1 if end < len(found.text) else place.end_line)
    return Comment(_ignoring([name], _OFF), place._replace(end_line=last))


def _reaching(found: Outline, place: Location, token: Token, decorated: list[tuple[int, int]]) -> Location:
    """The place of a comment, stretched down to the line above the resource whose decorators follow it."""
    after = bisect_right(decorated, (token.start, len(found.text)))
    for first, start in (*decorated[max(0, after - 1) : after], *decorated[after : after + 1]):
        header = found.location(start, start)
        among = first <= token.start < start
        above = token.end <= first and not _other(found, token.end, first)
        if (among or above) and header.line - 1 > place.end_line:
            return place._replace(end_line=header.line - 1)
    return place


def _other(found: Outline, start: int, end: int) -> bool:
    """Whether something other than comments stands between two offsets, or a line is left empty."""
    between = found.text[start:end]
    without = re.sub(r"//[^\r\n]*|/\*.*?\*/", "x", between, flags=re.DOTALL)
    return bool(without.replace("x", "").strip()) or re.search(r"\n[ \t]*\r?\n", without) is not None


def _all(declarations: tuple[Declaration, ...]) -> Iterator[Declaration]:
    for one in declarations:
        yield one
        yield from _all(one.children)
