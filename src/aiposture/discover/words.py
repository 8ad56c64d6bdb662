"""Finds out whether a text holds any of many words, in a fraction of the time that asking for each one takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

# The characters of infrastructure code, the most frequent first; what is not here is rarer than all of them.
_FREQUENT = b' eratoinsc_\nludp"m=gvbfhy{}kwz(),0`x#1[]\r:2q$j*3'
# Neither case nor what stands between the parts of a name makes another word: `AI-Search` is `ai_search`.
_FOLDED = bytes(range(256)).lower().translate(bytes.maketrans(b"-./", b"___"))

_Tails = Mapping[bytes, set[bytes]]
_Search = Callable[[bytes], "re.Match[bytes] | None"]


class Words:
    """Words that are sought together, by one regular expression.

    Such a search spends its time where a match could begin. So it looks for a few rare characters of which each word
    has one, then for what follows, and only then back at the whole word: at most places there is nothing to do.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """The words; `a-b`, `a.b`, `a/b` and `a_b` are one."""
        self._words = {word.encode().translate(_FOLDED) for word in words}

    def any_in(self, text: bytes) -> bool:
        """Whether `text` holds any of the words."""
        return self._found(text.translate(_FOLDED)) is not None

    @cached_property
    def _found(self) -> _Search:
        tails: dict[bytes, set[bytes]] = {}
        for word, characters in _rare(self._words).items():
            start = min(map(word.index, characters), default=0)
            tails.setdefault(word[start:], set()).add(word if start else b"")  # a whole word has nothing before it
        # Without words nothing is found: what is not followed by nothing is nowhere.
        return re.compile(_after(tails) if tails else b"(?!)").search


def _rare(words: Iterable[bytes]) -> dict[bytes, set[int]]:
    """The characters by which to find each word: the most frequent one that all can do without is left out first."""
    found = {word: set(word) for word in words}
    for character in _FREQUENT:
        having = [characters for characters in found.values() if character in characters]
        if all(len(characters) > 1 for characters in having):
            for characters in having:
                characters.discard(character)
    return found


def _after(tails: _Tails) -> bytes:
    """A pattern for the ends of words; where one is complete it looks back at the words that end so."""
    if len(tails) == 1:
        ((tail, words),) = tails.items()
        return re.escape(tail) + _one_of(_behind(words))
    following: dict[bytes, dict[bytes, set[bytes]]] = {}
    for tail in sorted(tails):
        if tail:
            following.setdefault(tail[:1], {})[tail[1:]] = tails[tail]
    ways = [re.escape(character) + _after(rest) for character, rest in following.items()]
    return _one_of([*ways, *_behind(tails.get(b"", ()))])


def _behind(words: Iterable[bytes]) -> list[bytes]:
    """Patterns for what stands before a place; an empty word stands before each."""
    return [b"(?<=" + re.escape(word) + b")" if word else b"" for word in sorted(words)]


def _one_of(ways: list[bytes]) -> bytes:
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"
