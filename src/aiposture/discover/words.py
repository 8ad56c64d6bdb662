"""Finds out whether a text holds any of many words, in a fraction of the time that asking for each one takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_LENGTH = 6


class Words:
    """Words that are sought together.

    They have parts in common: whatever names an agent holds `agent`. Only where such a part stands in a text are the
    words sought that have it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """The words, of any case."""
        self._groups = tuple(_groups({word.lower().encode() for word in words}))

    def any_in(self, text: bytes) -> bool:
        """Whether `text`, in lower case, holds any of the words."""
        return any(part in text and any(word in text for word in words) for part, words in self._groups)


def _groups(words: set[bytes]) -> Iterator[tuple[bytes, tuple[bytes, ...]]]:
    """Each word in one group, with a part that all in the group have; the part with the most words first."""
    having: dict[bytes, set[bytes]] = {}
    for word in words:
        for start in range(max(len(word) - _LENGTH, 0) + 1):
            having.setdefault(word[start : start + _LENGTH], set()).add(word)
    while having:
        part = max(having, key=lambda each: (len(having[each]), each))
        group = having.pop(part)
        yield part, tuple(sorted(group))
        for other in list(having):
            having[other] -= group
            if not having[other]:
                del having[other]
