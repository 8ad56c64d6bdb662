"""What a fact is, in words: its value, where that came from, and what a finding says about it."""

from __future__ import annotations

from aiposture.model import Fact, FactValue, Location, Origin, Step, Unknown
from aiposture.output.mask import MASK, is_secret_name, without_literals
from aiposture.output.terminal import shorten

_LONGEST_VALUE = 60
_MOST_MEMBERS = 5


def is_secret(property_path: str) -> bool:
    """Whether a property by its name holds a secret. Its text is never shown then."""
    return is_secret_name(property_path)


def shown_value(fact: Fact) -> FactValue:
    """The fact's value, or the mask if it could be a secret."""
    if is_secret(fact.property) and isinstance(fact.value, (str, tuple)):
        return MASK
    return fact.value


def written_value(fact: Fact) -> FactValue:
    """The value that decides in the property's own words (`false`, not "disabled"); masked if it could be a secret."""
    written = fact.default if fact.stated is None else fact.stated
    return (
        shown_value(fact)
        if written is None or isinstance(fact.value, Unknown) or shown_value(fact) == MASK
        else written
    )


def shown_expression(fact: Fact) -> str | None:
    """The source text that stands for the value; masked if it could quote a secret."""
    expression = fact.value.expression if isinstance(fact.value, Unknown) else fact.expression
    if expression is not None and is_secret(fact.property):
        return without_literals(expression)
    return expression


def literal(value: FactValue) -> str:
    """A value as code would write it."""
    if isinstance(value, Unknown):
        return shorten(value.expression, _LONGEST_VALUE)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        more = ", …" if len(value) > _MOST_MEMBERS else ""
        return "[" + ", ".join(map(literal, value[:_MOST_MEMBERS])) + more + "]"
    if isinstance(value, str):
        return f'"{shorten(value, _LONGEST_VALUE)}"'
    return str(value)


def label(fact: Fact) -> str:
    """What to write under the text that decides: `true, from the default of variable public`."""
    if isinstance(fact.value, Unknown):
        return f"not decided: {fact.value.reason}"
    if fact.origin is Origin.DEFAULT:
        return f"{fact.property} is not stated here"
    written = _stated(fact)
    source = _source(fact.trail[-1]) if fact.trail else written
    return written if source == written else f"{written}, from {source}"


def why(fact: Fact) -> str:
    """The fact as a sentence: property, value, and where the value came from."""
    note = f" ({fact.note})" if fact.note else ""
    if isinstance(fact.value, Unknown):
        can_be = " or ".join(map(literal, fact.possible))
        possible = f"; it can be {can_be}" if can_be and not is_secret(fact.property) else ""
        return f"{fact.property} is not decided by the code: {fact.value.reason}{possible}{note}"
    if fact.origin is Origin.DEFAULT:
        # The value is folded (`disableLocalAuth: false` is True for "keys are accepted"); the message words it.
        return f"{fact.property} is not stated, so its default applies{note}"
    way = ", ".join(f"{_source(step)} at {_place(step.location)}" for step in fact.trail)
    return f"{fact.property} is stated: {_stated(fact)}{f', from {way}' if way else ''}{note}"


def step_label(step: Step) -> str:
    """What to write under a stop on a value's way."""
    return _source(step).removeprefix("the ")


def _stated(fact: Fact) -> str:
    value = shown_value(fact)
    return literal(value if fact.stated is None or value == MASK else fact.stated)


def _place(location: Location) -> str:
    return f"{location.path}:{location.line}"


def _source(step: Step) -> str:
    text = shorten(step.name, _LONGEST_VALUE)
    name = text.removeprefix("var.")
    return {
        "variable default": f"the default of variable {name}",
        "variable file": f"variable {name} in a variable file",
        "environment": f"the environment variable TF_VAR_{name}",
        "argument": f"the argument {text}",
        "local": text,
        "output": f"the output {text}",
        "value": text,
    }[step.kind]
