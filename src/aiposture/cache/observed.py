"""A tree that takes notes: all that a reader has asked it for, and what the answers were.

As long as the same questions have the same answers, the reader would make the same of them: so what it made can be
kept, however it came by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from aiposture.files import Tree, UnreadableError

_T = TypeVar("_T")

Question = Literal["read", "names", "is_file", "is_dir"]
Notes = dict[str, dict[str, Any]]
"""By question and path the answer: yes or no, or the digest of a longer one."""


class Observed(Tree):
    """The tree `inner`, with notes of what is asked of it. Notes are per unit, memory is for the whole scan."""

    def __init__(self, inner: Tree) -> None:
        super().__init__(inner.root, inner.extra)
        self.inner = inner
        self._notes: list[Notes] = []
        self._known: Notes = {}
        self._made: dict[str, tuple[Any, Notes]] = {}

    def noting(self, work: Callable[[], _T]) -> tuple[_T, Notes]:
        """What comes of `work`, and what it has asked for."""
        self._notes.append({})
        try:
            done = work()
        finally:
            notes = self._notes.pop()
        return done, notes

    def holds(self, notes: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether all questions still have the answers that are in `notes`."""
        return all(
            self._answer(question, path) == answer
            for question, answers in notes.items()
            for path, answer in answers.items()
        )

    def once(self, key: str, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once; what it has asked for counts for each unit that wants it."""
        if key not in self._made:
            self._made[key] = self.noting(make)
        made, notes = self._made[key]
        for question, answers in notes.items():
            for each in self._notes[-1:]:
                each.setdefault(question, {}).update(answers)
        result: _T = made
        return result

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises UnreadableError."""
        try:
            data = self.inner.read(path)
        except UnreadableError as error:
            self._note("read", path, _unreadable(error))
            raise
        self._note("read", path, _digest(data))
        return data

    def is_file(self, path: str) -> bool:
        """Whether `path` is a regular file inside the tree."""
        return bool(self._note("is_file", path, self._answer("is_file", path)))

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory inside the tree."""
        return bool(self._note("is_dir", path, self._answer("is_dir", path)))

    def names(self, directory: str) -> list[str]:
        """The names of the files in `directory`."""
        names = self.inner.names(directory)
        self._note("names", directory, _of_names(names))
        return names

    def _note(self, question: Question, path: str, answer: Any) -> Any:
        self._known.setdefault(question, {})[path] = answer
        if self._notes:
            self._notes[-1].setdefault(question, {})[path] = answer
        return answer

    def _answer(self, question: str, path: str) -> Any:
        known = self._known.setdefault(question, {})
        if path not in known:
            known[path] = self._ask(question, path)
        return known[path]

    def _ask(self, question: str, path: str) -> Any:
        if question == "is_file":
            return self.inner.is_file(path)
        if question == "is_dir":
            return self.inner.is_dir(path)
        if question == "names":
            return _of_names(self.inner.names(path))
        try:
            return _digest(self.inner.read(path))
        except UnreadableError as error:
            return _unreadable(error)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _of_names(names: list[str]) -> str:
    return _digest("\0".join(names).encode("utf-8", "surrogateescape"))


def _unreadable(error: UnreadableError) -> str:
    return f"unreadable: {error.reason}"
