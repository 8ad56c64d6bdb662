"""JSON text as `json()` takes it: names without quotes, single quotes, comments, a comma behind the last member.

Also text of which parts are not known, as `format('{{''{0}'': {{}}}}', parameters('id'))` gives it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import FunctionError, Site, Undecided
from aiposture.readers.arm.expressions.containers import named
from aiposture.readers.arm.expressions.json_text import parsed
from aiposture.readers.arm.expressions.unknowns import TemplateText, template_text

_NAME = frozenset(string.ascii_letters + string.digits + "_$")
_BEGIN, _END = "\ue000", "\ue001"  # around the number of a part that is not known
# Parts that may hold quotes of their own, and so more than the text of one string. `substring()` adds none.
_SPLITTING = re.compile(r'"|(?<![a-z])(?:join|replace|json|(?:\w+to)?string)\(|\(secure\)|…', re.IGNORECASE)


def read(text: str) -> Any:
    """The plain data that a text says. Raises FunctionError."""
    try:
        return parsed(text)
    except FunctionError:
        return parsed(_strict(text))


def read_partly(site: Site, value: Value) -> Any:
    """The data that a text says of which parts are not known, if these stand inside its strings.

    Raises Undecided if they do not, or may hold more than text.
    """
    data = value.data
    if not isinstance(data, Unknown):
        raise FunctionError("an argument is not a string")
    pieces = _pieces(data.expression) if isinstance(data.expression, TemplateText) and not data.alternatives else []
    holes = [piece[2:-1] for piece in pieces if piece.startswith("${")]
    if not holes or any(_BEGIN in hole or _SPLITTING.search(hole) for hole in holes):
        raise Undecided(data.reason)
    marked, number = "", 0
    for piece in pieces:
        is_hole = piece.startswith("${")
        marked += f"{_BEGIN}{number}{_END}" if is_hole else piece
        number += is_hole
    try:
        plain = read(marked)
    except FunctionError as error:
        raise Undecided(data.reason) from error
    return _filled(plain, holes, value, site)


def _strict(text: str) -> str:
    """The text as JSON proper; what is no JSON at all stays so."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = _end(text, at)
        word = text[at:end]
        if word[0] == "'":
            word = _double_quoted(word)
        elif word == ":" and pieces and set(pieces[-1]) <= _NAME:
            pieces[-1] = f'"{pieces[-1]}"'
        elif word in ("}", "]") and pieces and pieces[-1] == ",":
            pieces.pop()
        if not word.isspace() and not word.startswith(("//", "/*")):
            pieces.append(word)
        at = end
    return " ".join(pieces)


def _end(text: str, at: int) -> int:
    """Where the word that begins at `at` ends."""
    first = text[at]
    if first in "'\"":
        end = at + 1
        while end < len(text) and text[end] != first:
            end += 2 if text[end] == "\\" else 1
        return min(end + 1, len(text))
    for begin, close in (("/*", "*/"), ("//", "\n")):
        if text.startswith(begin, at):
            found = text.find(close, at + 2)
            return len(text) if found < 0 else found + len(close)
    end = at + 1
    while first not in "{}[]:," and not first.isspace() and end < len(text) and _goes_on(text[end]):
        end += 1
    return end


def _goes_on(character: str) -> bool:
    return character not in "{}[]:,'\"/" and not character.isspace()


def _double_quoted(word: str) -> str:
    if len(word) == 1 or not word.endswith("'"):
        raise FunctionError("an argument is no JSON text")
    pieces: list[str] = []
    body, at = word[1:-1], 0
    while at < len(body):
        pair = body[at : at + 2] if body[at] == "\\" else body[at]
        pieces.append("'" if pair == "\\'" else '\\"' if pair == '"' else pair)
        at += len(pair)
    return '"' + "".join(pieces) + '"'


def _pieces(text: str) -> list[str]:
    """The parts of a text: literal ones, and `${...}`; nothing if one does not end."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        begin = text.find("${", at)
        if begin != at:
            end = len(text) if begin < 0 else begin
        else:
            end = _end_of_hole(text, at)
            if end < 0:
                return []
        pieces.append(text[at:end])
        at = end
    return pieces


def _end_of_hole(text: str, at: int) -> int:
    depth, quoted = 0, False
    for place in range(at, len(text)):
        character = text[place]
        if character == "'":
            quoted = not quoted
        elif character in "{}" and not quoted:
            depth += 1 if character == "{" else -1
            if depth == 0:
                return place + 1
    return -1


def _filled(data: Any, holes: Sequence[str], source: Value, site: Site) -> Any:
    """The data with an unknown text for each string that has a part which is not known."""
    if isinstance(data, Mapping):
        pairs = [(_text(name, holes, source, site), member) for name, member in data.items()]
        made = [(name, _filled(member, holes, source, site)) for name, member in pairs]
        return Value(named([(name, _value(member, site)) for name, member in made]), site.location)
    if isinstance(data, list):
        return Value(tuple(_value(_filled(each, holes, source, site), site) for each in data), site.location)
    return _text(data, holes, source, site) if isinstance(data, str) else data


def _value(data: Any, site: Site) -> Value:
    return data if isinstance(data, Value) else Value(data, site.location)


def _text(text: str, holes: Sequence[str], source: Value, site: Site) -> Value:
    pieces: list[Value | str] = []
    for number, part in enumerate(text.split(_BEGIN)):
        hole, _, literal = part.partition(_END) if number else ("", "", part)
        if number:
            pieces.append(Value(_part(holes[int(hole)], source), source.location))
        if literal:
            pieces.append(literal)
    known = all(isinstance(piece, str) for piece in pieces)
    return Value(text, site.location) if known else template_text(pieces, site.location, (source,))


def _part(expression: str, source: Value) -> Unknown:
    data = source.data
    reason, references = (data.reason, data.references) if isinstance(data, Unknown) else ("is not known", ())
    return Unknown(expression, reason, references)
