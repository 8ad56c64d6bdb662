"""Parameters: what a template's user, its parameter file or its own defaults give."""

import re
from collections.abc import Callable
from typing import NamedTuple

from aiposture.model import StepKind, Unknown, Value
from aiposture.readers.cloudformation.nodes import Entry, List, Object, Scalar
from aiposture.readers.cloudformation.scalars import number
from aiposture.readers.cloudformation.values import MAX_ALTERNATIVES, plain_text

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_SECRET = "is kept secret (NoEcho)"  # noqa: S105 - says so, and is none


class Argument(NamedTuple):
    """A value from outside: where it came from, and how to work it out."""

    kind: StepKind
    value: Callable[[], Value]


class Parameter(NamedTuple):
    """A parameter's value, and what kind of stop that is on the value's way; None if nothing gives it one."""

    value: Value
    kind: StepKind | None


def parameter(declared: Entry, given: Argument | None) -> Parameter:
    """The value of a parameter: the given one, else its default, else one of the allowed ones, else unknown."""
    node = declared.value
    body = node if isinstance(node, Object) else Object(node.span, {})
    if given is not None:
        value = given.value()
        if value.data is not None:
            return Parameter(_converted(declared.name, body, value), given.kind)
    default = body.get("Default")
    if isinstance(default, Scalar):
        value = Value(_text(default), default.span.location)
        return Parameter(_converted(declared.name, body, value), "variable default")
    if isinstance(default, List):
        members = (Value(_text(one), one.span.location) for one in default.items if isinstance(one, Scalar))
        return Parameter(
            _converted(declared.name, body, Value(tuple(members), default.span.location)), "variable default"
        )
    return Parameter(_free(declared, body), None)


def _text(node: Scalar) -> str:
    """A parameter is text: an account number keeps its zeros, a truth is written in small letters."""
    return plain_text(node.data) if node.data is None or isinstance(node.data, bool) else node.text


def _type(body: Object) -> str:
    node = body.get("Type")
    return node.text.strip() if isinstance(node, Scalar) else "String"


def _free(declared: Entry, body: Object) -> Value:
    """A parameter that nothing gives a value."""
    name, location = declared.name, declared.key.location
    reason = f"parameter {name} has no default"
    stored = _type(body).startswith("AWS::SSM::")
    data = Unknown(f"${{{name}}}", reason, echoed=not _is_secret(body) and not stored, filled=_takes_no_blank(body))
    allowed = body.get("AllowedValues")
    items = allowed.items if isinstance(allowed, List) and not _is_secret(body) else ()
    if 0 < len(items) <= MAX_ALTERNATIVES and all(isinstance(one, Scalar) for one in items):
        arms = (Value(_text(one), one.span.location) for one in items if isinstance(one, Scalar))
        data = Unknown(data.expression, reason, (), tuple(_converted(name, body, arm) for arm in arms))
    return Value(data, location)


def _takes_no_blank(body: Object) -> bool:
    """Whether the service refuses an empty value: it looks up those of its own types, and stores none."""
    least = body.get("MinLength")
    some = isinstance(least, Scalar) and least.text.strip() not in {"", "0"}
    return some or "AWS::" in _type(body)


def _is_secret(body: Object) -> bool:
    node = body.get("NoEcho")
    return isinstance(node, Scalar) and plain_text(node.data).lower() == "true"


def _converted(name: str, body: Object, value: Value) -> Value:
    """The value as the parameter's type has it; a secret one is not kept."""
    if isinstance(value.data, Unknown):
        return value
    if isinstance(value.data, (bool, int, float)):
        value = value.with_data(plain_text(value.data))
    if _is_secret(body) and value.data not in ("", ()):
        return value.with_data(Unknown(f"${{{name}}}", f"parameter {name} {_SECRET}", filled=True))
    type_ = _type(body)
    if type_.startswith("AWS::SSM::Parameter::Value<"):
        stored = value.data if isinstance(value.data, str) else ""
        return value.with_data(_stored(name, stored))
    if type_ == "CommaDelimitedList" or type_.startswith("List<"):
        return _list(value, numbers=type_ == "List<Number>")
    if isinstance(value.data, tuple):
        return value
    return _number(value) if type_ == "Number" else value


def _stored(name: str, parameter_name: str) -> Unknown:
    return Unknown(f"${{{name}}}", f"the SSM parameter {parameter_name} is not known before deployment", filled=True)


def _list(value: Value, *, numbers: bool) -> Value:
    if not isinstance(value.data, tuple):
        text = value.data if isinstance(value.data, str) else ""
        parts = [part.strip() for part in text.split(",")] if text else []
        value = value.with_data(tuple(Value(part, value.location) for part in parts))
    return value.with_data(tuple(_number(one) for one in value.items())) if numbers else value


def _number(value: Value) -> Value:
    text = value.data.strip() if isinstance(value.data, str) else ""
    return value.with_data(number(text)) if _NUMBER.fullmatch(text) else value
