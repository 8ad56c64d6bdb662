"""The shape of values in Bicep: objects, lists, loops and conditions with the places of their parts.

Nothing is evaluated: that is the compiler's work. What is none of these shapes is an expression, of which only the
place counts. Broken text gives the shape of what can be read.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from aiposture.readers.bicep.lexer import Token

Shape = Literal["object", "list", "loop", "expression"]

# A line that begins or ends with one of these is one expression with its neighbour. No member begins with them.
_CONTINUES = frozenset(
    {
        "?", ":", "&&", "||", "??", "==", "!=", "=~", "!~", "<", "<=", ">", ">=", "+", "*", "/", "%", ".", ".?", "::",
        "=>",
    }
)  # fmt: skip
_OPENING = {"{": "}", "[": "]", "(": ")"}
_CLOSING = frozenset(_OPENING.values())
_MAX_DEPTH = 100


class Syntax(NamedTuple):
    """A value's shape. An object has `members`, a list `items`, a loop the `body` of its instances.

    `condition` is the place of `if (...)` before it, `within` the declarations of an object (nested resources) as
    the stretch of tokens that each one is.
    """

    shape: Shape
    start: int
    end: int
    members: tuple[Member, ...] = ()
    items: tuple[Syntax, ...] = ()
    body: Syntax | None = None
    condition: tuple[int, int] | None = None
    within: tuple[tuple[int, int], ...] = ()

    def member(self, name: str) -> Member | None:
        """The member called `name`, else the one that differs in case only."""
        same = next((one for one in self.members if one.name == name), None)
        if same is not None:
            return same
        folded = name.casefold()
        return next((one for one in self.members if one.name is not None and one.name.casefold() == folded), None)

    @property
    def innermost(self) -> Syntax:
        """The value inside of loops."""
        return self if self.body is None else self.body.innermost


class Member(NamedTuple):
    """A property: its name (None if it is computed), the place of the name, and its value."""

    name: str | None
    start: int
    end: int
    value: Syntax


class Reader:
    """Reads values from tokens without comments and directives."""

    def __init__(self, tokens: list[Token]) -> None:
        """`tokens` keep their line ends."""
        self.tokens = tokens
        self._matching = _matching(tokens)
        self._behind = _behind_lines(tokens)

    def text(self, index: int) -> str:
        """The text of a token; empty behind the last."""
        return self.tokens[index].text if index < len(self.tokens) else ""

    def behind_lines(self, index: int) -> int:
        """The first token from `index` on that is no line end."""
        return self._behind.get(index, index)

    def closing(self, index: int) -> int:
        """The token that closes the bracket at `index`; the last token if none does."""
        return self._matching.get(index, len(self.tokens) - 1)

    def value(self, index: int, limit: int, depth: int = 0) -> tuple[Syntax, int]:
        """The value at `index` and the index behind it; it ends at a line's end, a comma, or before `limit`."""
        first = self.behind_lines(index)
        end = self._expression_end(first, limit)
        return self._shape(first, end, depth), end

    def _expression_end(self, first: int, limit: int) -> int:
        index = first
        while index < limit:
            token = self.tokens[index]
            if token.text in _OPENING:
                index = self.closing(index) + 1
                continue
            if token.text == "," or token.text in _CLOSING:
                return index
            if token.kind == "newline" and not self._continues(index, first, limit):
                return index
            index += 1
        return min(index, limit)

    def _continues(self, newline: int, first: int, limit: int) -> bool:
        following = self.behind_lines(newline)
        if following < limit and self.text(following) in _CONTINUES:
            return True
        return newline > first and self.text(newline - 1) in _CONTINUES

    def _shape(self, first: int, end: int, depth: int) -> Syntax:
        last = end - 1
        if last < first:
            place = self.tokens[min(first, len(self.tokens) - 1)].start if self.tokens else 0
            return Syntax("expression", place, place)
        while last > first and self.tokens[last].kind == "newline":
            last -= 1
        start, stop = self.tokens[first].start, self.tokens[last].end
        if depth > _MAX_DEPTH:
            return Syntax("expression", start, stop)
        opening = self.text(first)
        if opening in _OPENING and self.closing(first) == last:
            return self._bracketed(opening, first, last, depth)
        if opening == "any" and self.text(first + 1) == "(" and self.closing(first + 1) == last:
            return self.value(first + 2, last, depth + 1)[0]
        if opening == "if" and self.text(first + 1) == "(":
            return self._conditional(first, last + 1, depth)
        return Syntax("expression", start, stop)

    def _bracketed(self, opening: str, first: int, last: int, depth: int) -> Syntax:
        if opening == "{":
            return self._object(first, last, depth)
        if opening == "(":
            return self.value(first + 1, last, depth + 1)[0]
        return self._loop(first, last, depth) if self._is_loop(first) else self._list(first, last, depth)

    def _conditional(self, first: int, limit: int, depth: int) -> Syntax:
        close = self.closing(first + 1)
        body, _ = self.value(close + 1, limit, depth + 1)
        return body._replace(condition=(self.tokens[first].start, self.tokens[close].end))

    def _is_loop(self, opening: int) -> bool:
        first = self.behind_lines(opening + 1)
        return self.text(first) == "for" and self.text(first + 1) not in {",", "]", "."}

    def _loop(self, first: int, last: int, depth: int) -> Syntax:
        questions = 0
        index = self.behind_lines(first + 1)
        while index < last:
            text = self.text(index)
            if text in _OPENING:
                index = self.closing(index)
            elif text == "?":
                questions += 1
            elif text == ":":
                if not questions:
                    break
                questions -= 1
            index += 1
        body, _ = self.value(index + 1, last, depth + 1)
        return Syntax("loop", self.tokens[first].start, self.tokens[last].end, body=body)

    def _list(self, first: int, last: int, depth: int) -> Syntax:
        items: list[Syntax] = []
        index = self._next(first + 1, last)
        while index < last:
            item, end = self.value(index, last, depth + 1)
            items.append(item)
            index = self._next(max(end, index + 1), last)
        return Syntax("list", self.tokens[first].start, self.tokens[last].end, items=tuple(items))

    def _object(self, first: int, last: int, depth: int) -> Syntax:
        members: list[Member] = []
        within: list[tuple[int, int]] = []
        index = self._next(first + 1, last)
        while index < last:
            token = self.tokens[index]
            if token.text == "resource" and self.text(index + 1) != ":":
                end = self._expression_end(index, last)
                within.append((index, end))
            elif token.kind in {"identifier", "string"} and self.text(index + 1) == ":":
                value, end = self.value(index + 2, last, depth + 1)
                name = token.text if token.kind == "identifier" else token.literal
                members.append(Member(name, token.start, token.end, value))
            else:  # a spread, a decorator, or text that is broken
                end = self._expression_end(index, last)
            index = self._next(max(end, index + 1), last)
        return Syntax(
            "object", self.tokens[first].start, self.tokens[last].end, members=tuple(members), within=tuple(within)
        )

    def _next(self, index: int, last: int) -> int:
        while index < last and (self.tokens[index].kind == "newline" or self.text(index) == ","):
            index += 1
        return index


def _behind_lines(tokens: list[Token]) -> dict[int, int]:
    """The first token behind each line end that is none: looked up, as a row of them is asked for at each of them."""
    behind: dict[int, int] = {}
    index = len(tokens)
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].kind == "newline":
            behind[at] = index
        else:
            index = at
    return behind


def _matching(tokens: list[Token]) -> dict[int, int]:
    """The closing bracket of each opening one. A bracket of the wrong kind closes nothing."""
    matching: dict[int, int] = {}
    open_: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in _OPENING:
            open_.append(index)
        elif token.text in _CLOSING and open_ and _OPENING[tokens[open_[-1]].text] == token.text:
            matching[open_.pop()] = index
    return matching
