"""Regular expressions as Terraform has them (RE2), in time linear in the text, whatever the pattern.

Python's own engine backtracks: a pattern from a scanned repository could keep it busy for years. Here all ways
through the pattern are followed side by side, one character of the text at a time (Pike's machine), on a budget.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from aiposture.readers.terraform.functions_base import Undecided
from aiposture.readers.terraform.functions_re2_syntax import (
    Assertion,
    Chars,
    Choice,
    Group,
    Node,
    Repeat,
    Sequence_,
    parse,
)

MAX_STEPS = 1_000_000

Found: TypeAlias = "tuple[int, ...]"
"""Start and end of the match, then of each group; -1 for a group that took no part."""


class _Take(NamedTuple):
    """Go on if the next character is one of `chars`."""

    chars: Chars


class _Fork(NamedTuple):
    """Go on at both places, preferring the first."""

    first: int
    second: int


class _Save(NamedTuple):
    """Note the position."""

    slot: int


_Step: TypeAlias = "_Take | _Fork | _Save | Assertion | Literal['match']"


class Pattern:
    """A compiled pattern. `groups` is the number of groups, `names` the places of those that have a name."""

    def __init__(self, groups: int, names: Mapping[str, int], program: Sequence[_Step]) -> None:
        """`program` starts at its first step."""
        self.groups = groups
        self.names = names
        self._program = program
        self._spent = 0

    def group(self, name: str) -> int | None:
        """The group that `name` names, by its number or its name."""
        if name.isascii() and name.isdigit():
            number = int(name[:6])
            return number if number <= self.groups else None
        return self.names.get(name)

    def find_all(self, subject: str) -> Iterator[Found]:
        """All matches from left to right, not overlapping. Raises Undecided when the budget is spent."""
        place, last_end = 0, -1
        while place <= len(subject):
            found = self._search(subject, place)
            if found is None:
                return
            start, end = found[0], found[1]
            if start < end or start != last_end:  # an empty match right behind a match is none
                yield found
            last_end = end
            place = end if start < end else end + 1

    def _search(self, subject: str, start: int) -> Found | None:
        threads: dict[int, Found] = {}
        best: Found | None = None
        nothing = (-1,) * (2 * self.groups + 2)
        for place in range(start, len(subject) + 1):
            if best is None:
                self._follow(threads, 0, nothing, subject, place)
            elif not threads:
                break
            following: dict[int, Found] = {}
            for counter, found in threads.items():  # in the order of preference
                step = self._program[counter]
                if step == "match":
                    best = found
                    break
                if isinstance(step, _Take) and place < len(subject):
                    self._spend(len(step.chars.ranges))
                    if step.chars.match(subject[place]):
                        self._follow(following, counter + 1, found, subject, place + 1)
            threads = following
        return best

    def _follow(self, threads: dict[int, Found], counter: int, found: Found, subject: str, place: int) -> None:
        """Add the ways on from `counter` that take no character, unless a preferred way came there before."""
        stack = [(counter, found)]
        while stack:
            counter, found = stack.pop()
            self._spend(len(found))
            if counter in threads:
                continue
            threads[counter] = found
            step = self._program[counter]
            if isinstance(step, _Fork):
                stack += [(step.second, found), (step.first, found)]
            elif isinstance(step, _Save):
                stack.append((counter + 1, (*found[: step.slot], place, *found[step.slot + 1 :])))
            elif isinstance(step, Assertion) and step.holds(subject, place):
                stack.append((counter + 1, found))

    def _spend(self, size: int) -> None:
        """Pay for handling something of `size` parts."""
        self._spent += 1 + size // 8
        if self._spent > MAX_STEPS:
            raise Undecided("regular expression is not evaluated: it takes too long")


def compile_pattern(source: str) -> Pattern:
    """The pattern that `source` writes.

    Raises FunctionError if it is none, and Undecided if it is one that is not evaluated here.
    """
    node, groups, names = parse(source)
    program: list[_Step] = []
    _emit(Group(node, 0), program)
    program.append("match")
    return Pattern(groups, MappingProxyType(names), program)


def _emit(node: Node, program: list[_Step]) -> None:
    if isinstance(node, Chars):
        program.append(_Take(node))
    elif isinstance(node, Assertion):
        program.append(node)
    elif isinstance(node, Group):
        program.append(_Save(2 * node.number))
        _emit(node.inner, program)
        program.append(_Save(2 * node.number + 1))
    elif isinstance(node, Sequence_):
        for part in node.parts:
            _emit(part, program)
    elif isinstance(node, Choice):
        _emit_choice(node, program)
    else:
        _emit_repeat(node, program)


def _emit_choice(node: Choice, program: list[_Step]) -> None:
    ends: list[int] = []
    for arm in node.arms[:-1]:
        fork = _reserve(program)
        _emit(arm, program)
        ends.append(_reserve(program))
        program[fork] = _Fork(fork + 1, len(program))
    _emit(node.arms[-1], program)
    for end in ends:
        program[end] = _Fork(len(program), len(program))


def _emit_repeat(node: Repeat, program: list[_Step]) -> None:
    for _ in range(node.least):
        start = len(program)
        _emit(node.inner, program)
    if node.most is None and node.least:
        program.append(_fork(start, len(program) + 1, lazy=node.lazy))
    elif node.most is None:
        fork = _reserve(program)
        _emit(node.inner, program)
        program.append(_Fork(fork, fork))
        program[fork] = _fork(fork + 1, len(program), lazy=node.lazy)
    else:
        forks = []
        for _ in range(node.most - node.least):
            forks.append(_reserve(program))
            _emit(node.inner, program)
        for fork in forks:
            program[fork] = _fork(fork + 1, len(program), lazy=node.lazy)


def _fork(inside: int, outside: int, *, lazy: bool) -> _Fork:
    return _Fork(outside, inside) if lazy else _Fork(inside, outside)


def _reserve(program: list[_Step]) -> int:
    """The place of a fork that is written when its targets are known."""
    program.append(_Fork(0, 0))
    return len(program) - 1
