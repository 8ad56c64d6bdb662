"""Unknown values: what they are made of, and what is certain about them all the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aiposture.model import Data, Reference, Step, Unknown, Value
from aiposture.readers.arm.expressions.open_objects import unnamed_of

if TYPE_CHECKING:
    from aiposture.model import Location
    from aiposture.readers.arm.expressions.arguments import Site

MAX_ALTERNATIVES = 16
MAX_REFERENCES = 32
MAX_STEPS = 8
MAX_EXPRESSION = 2000  # characters of the text of an unknown
_MAX_WALK = 500
_FUEL = 2000
_CUT = "…"

# The same text means something else in another turn of a loop, or each time that it is evaluated.
_CHANGING = ("copyIndex(", "lambdaVariables(", "newGuid(", _CUT)


class Something(Unknown):
    """An unknown that is certainly neither null nor empty: the name of a resource group, a text with a known part."""

    __slots__ = ()


class TemplateText(str):
    """The expression of an unknown text of which parts are known: the others stand in it as `${expression}`."""

    __slots__ = ()


def is_something(data: Data) -> bool:
    """Whether this is certainly neither null nor empty, known or not."""
    if isinstance(data, Unknown):
        if data.alternatives:
            return all(is_something(arm.data) for arm in data.alternatives)
        return isinstance(data, Something) or (isinstance(data, Reference) and data.path == ("id",))
    return data is not None and data not in ("", ()) and data != {}


def quoted(text: str) -> str:
    """A string as expressions write it."""
    return "'" + text.replace("'", "''") + "'"


def rendered(value: Value, source: str) -> str:
    """An argument as text: what it is rather than how it came, so that equal calls have equal texts."""
    data = value.data
    if isinstance(data, Unknown):
        return quoted(data.expression) if isinstance(data.expression, TemplateText) else data.expression
    if isinstance(data, str):
        return quoted(data)
    if isinstance(data, bool):
        return "true()" if data else "false()"
    if data is None:
        return "null()"
    return str(data) if isinstance(data, int | float) else source


def call_text(site: Site, args: Sequence[Value]) -> str:
    """A call as text, with what is known in the places of parameters and variables."""
    sources = (*site.arguments, *[""] * len(args))
    pieces = [rendered(arg, source) for arg, source in zip(args, sources, strict=False)]
    text = f"{site.name}({', '.join(pieces)}{site.tail})"
    return text if len(text) <= MAX_EXPRESSION else shortened(site.source)


def is_changing(text: str) -> bool:
    """Whether the same text can stand for different values."""
    return any(mark in text for mark in _CHANGING)


def shortened(text: str) -> str:
    """An expression's text, cut when it is too long for people."""
    return text if len(text) <= MAX_EXPRESSION else text[:MAX_EXPRESSION] + _CUT


def template_text(pieces: Sequence[Value | str], location: Location, args: Sequence[Value]) -> Value:
    """The unknown text that the pieces give when put together: text, or values of which some are unknown."""
    texts: list[str] = []
    literal = False
    for piece in pieces:
        data = piece if isinstance(piece, str) else piece.data
        if isinstance(data, Unknown):
            expression = data.expression
            literal = literal or is_something(data)
            texts.append(expression if isinstance(expression, TemplateText) else f"${{{expression}}}")
        else:
            literal = literal or bool(data)
            texts.append(str(data))
    text = "".join(texts)
    sole = len(pieces) == 1 and isinstance(pieces[0], Value) and isinstance(pieces[0].data, Unknown)
    expression = pieces[0].data.expression if sole else TemplateText(shortened(text))  # type: ignore[union-attr]
    kind = Something if literal else Unknown
    return Value(kind(expression, reason_of(args), references_of(*args)), location, trail_of(*args))


def reason_of(values: Iterable[Value]) -> str:
    """Why the first of these that is not known is unknown."""
    return next((value.data.reason for value in values if isinstance(value.data, Unknown)), "is not known")


def references_of(*values: Value) -> tuple[Reference, ...]:
    """The references in these values at all depths, each once."""
    found: dict[tuple[str, tuple[str | int, ...]], Reference] = {}
    pending: list[Value] = list(reversed(values))
    visited = 0
    while pending and visited < _MAX_WALK and len(found) < MAX_REFERENCES:
        data = pending.pop().data
        visited += 1
        if isinstance(data, Unknown):
            for ref in (data, *data.references):
                if isinstance(ref, Reference):
                    found.setdefault((ref.address, ref.path), ref.replace(references=(), alternatives=()))
        elif isinstance(data, tuple):
            pending.extend(reversed(data))
        elif isinstance(data, Mapping):
            pending.extend(reversed(tuple(data.values())))
            pending.extend(Value(key, next(iter(data.values())).location) for key in unnamed_of(data).values())
    return tuple(found.values())


def trail_of(*values: Value) -> tuple[Step, ...]:
    """The trails of these values, one after the other, without repetition."""
    if not any(value.trail for value in values):
        return ()
    steps = dict.fromkeys(step for value in values for step in value.trail)
    return tuple(itertools.islice(steps, MAX_STEPS))


def unknown(  # noqa: PLR0913 - all that an unknown is made of
    text: str,
    location: Location,
    because: Sequence[Value],
    reason: str = "",
    alternatives: tuple[Value, ...] = (),
    *,
    something: bool = False,
) -> Value:
    """An unknown at `location`, with the references and the trails of what it hangs on."""
    kind = Something if something else Unknown
    data = kind(text, reason or reason_of(because), references_of(*because), alternatives)
    return Value(data, location, trail_of(*because))


def choose(text: str, location: Location, choices: Iterable[Value], because: Sequence[Value]) -> Value:
    """One of `choices`, we cannot tell which, for a reason that `because` knows. Equal choices are one."""
    flat: list[Value] = []
    fuel = [_FUEL]
    for choice in choices:
        nested = choice.data.alternatives if isinstance(choice.data, Unknown) else ()
        for arm in nested or (choice,):
            if len(flat) > MAX_ALTERNATIVES:
                break
            if not any(same(arm, other, fuel) is True for other in flat):
                flat.append(arm)
    if len(flat) == 1:
        return Value(flat[0].data, location, trail_of(flat[0], *because))
    alternatives = tuple(flat) if len(flat) <= MAX_ALTERNATIVES else ()
    # What the choices hang on is found through the alternatives; the trail is that of the choice itself.
    data = Unknown(text, reason_of((*because, *flat)), references_of(*because, *flat), alternatives)
    return Value(data, location, trail_of(*because))


def same(left: Value, right: Value, fuel: list[int] | None = None) -> bool | None:  # noqa: PLR0911 - one return a kind of value
    """Whether two values are equal; None if that is not decided. `fuel` bounds the members that are looked at."""
    fuel = [_FUEL] if fuel is None else fuel
    fuel[0] -= 1
    if fuel[0] < 0:
        return None
    one, other = left.data, right.data
    if isinstance(one, Unknown):
        return _same_unknown(one, right, fuel)
    if isinstance(other, Unknown):
        return _same_unknown(other, left, fuel)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and _all_same(zip(one, other, strict=True), fuel)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if unnamed_of(one) or unnamed_of(other):
            return None if one and other else False
        return one.keys() == other.keys() and _all_same(((one[name], other[name]) for name in one), fuel)
    # Python takes True and 1.0 for 1, Azure does not.
    return type(one) is type(other) and one == other


def _all_same(pairs: Iterable[tuple[Value, Value]], fuel: list[int]) -> bool | None:
    answer: bool | None = True
    for one, other in pairs:
        found = same(one, other, fuel)
        if found is False:
            return False
        answer = None if found is None else answer
    return answer


def _same_unknown(one: Unknown, right: Value, fuel: list[int]) -> bool | None:
    other = right.data
    if isinstance(other, Unknown):
        if isinstance(one, Reference) or isinstance(other, Reference):
            return True if _where(one) == _where(other) else None
        unchanging = one.expression == other.expression and not is_changing(one.expression)
        return True if unchanging else None
    if one.alternatives:
        answers = {same(arm, right, fuel) for arm in one.alternatives}
        return answers.pop() if len(answers) == 1 else None
    if is_something(one) and not is_something(other):
        return False
    if isinstance(one.expression, TemplateText) and isinstance(other, str):
        return None if _can_be(one.expression, other) else False
    return None


def _where(data: Unknown) -> object:
    """What a reference means; for anything else nothing that is equal to another."""
    return (data.address, data.path) if isinstance(data, Reference) else object()


def _can_be(template: str, text: str) -> bool:
    """Whether a template's known beginning and end allow that it becomes `text`."""
    if template.endswith(_CUT):
        return True
    end = "" if template.endswith("}") else template[template.rfind("}") + 1 :]
    return text.startswith(template[: template.find("${")]) and text.endswith(end)
