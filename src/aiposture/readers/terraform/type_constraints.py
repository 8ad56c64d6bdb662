"""Type constraints of variables: what a given value becomes, with the defaults of optional attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from aiposture.model import Scalar, Unknown, Value
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import functions_base
from aiposture.readers.terraform.containers import SetOf, presents, rebuilt
from aiposture.readers.terraform.symbols import EvaluationError, Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

Evaluate: TypeAlias = Callable[[ast.Expression], Value]
_MAKERS: Mapping[str, Callable[[Value], Scalar]] = MappingProxyType(
    {"string": functions_base.text, "bool": functions_base.boolean, "number": functions_base.number}
)
MAX_NESTING = 60


def convert(value: Value, constraint: ast.Expression, evaluate: Evaluate, depth: int = 0) -> Value:
    """`value` as `constraint` (`object({ a = optional(bool, true) })`) makes it.

    `evaluate` gives the value of a default. Raises EvaluationError if the value does not fit.
    """
    if depth > MAX_NESTING:
        message = "a type is nested too deeply"
        raise EvaluationError(message)
    data = value.data
    if data is None or isinstance(data, Whole):
        return value
    if isinstance(data, Unknown):
        return _alternatives(value, data, constraint, evaluate, depth)
    if isinstance(constraint, ast.Literal):  # "string", as Terraform 0.11 had it
        return _primitive(value, str(constraint.data)) if constraint.data in _MAKERS else value
    if isinstance(constraint, ast.Traversal):
        return _primitive(value, constraint.root) if isinstance(constraint.root, str) else value
    if isinstance(constraint, ast.Call) and constraint.args:
        make = _CONTAINERS.get(constraint.name)
        return make(value, constraint.args, evaluate, depth + 1) if make else value
    return value


def _alternatives(value: Value, data: Unknown, constraint: ast.Expression, evaluate: Evaluate, depth: int) -> Value:
    if not data.alternatives:
        return value
    arms = tuple(convert(arm, constraint, evaluate, depth + 1) for arm in data.alternatives)
    return Value(Unknown(data.expression, data.reason, data.references, arms), value.location, value.trail)


def _primitive(value: Value, name: str) -> Value:
    if name not in _MAKERS:
        return value
    try:
        return Value(_MAKERS[name](value), value.location, value.trail)
    except functions_base.Undecided:
        return value


def _list(value: Value, args: Sequence[ast.Expression], evaluate: Evaluate, depth: int) -> Value:
    if not isinstance(value.data, tuple):
        message = "a list is required"
        raise EvaluationError(message)
    members = tuple(convert(member, args[0], evaluate, depth) for member in value.data)
    return Value(members, value.location, value.trail)


def _set(value: Value, args: Sequence[ast.Expression], evaluate: Evaluate, depth: int) -> Value:
    members: dict[object, Value] = {}
    for member in _list(value, args, evaluate, depth).items():
        members.setdefault(functions_base.freeze(member) or id(member), member)
    ordered = tuple(members.values())
    if all(isinstance(member.data, str) for member in ordered):
        ordered = tuple(sorted(ordered, key=lambda member: str(member.data)))
    return Value(SetOf(ordered), value.location, value.trail)


def _map(value: Value, args: Sequence[ast.Expression], evaluate: Evaluate, depth: int) -> Value:
    given = _mapping(value)
    members = {name: convert(member, args[0], evaluate, depth) for name, member in presents(given).items()}
    return Value(rebuilt(given, members), value.location, value.trail)


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value.data, Mapping):
        message = "an object is required"
        raise EvaluationError(message)
    return value.data


def _tuple(value: Value, args: Sequence[ast.Expression], evaluate: Evaluate, depth: int) -> Value:
    types = args[0].items if isinstance(args[0], ast.ListOf) else ()
    if not isinstance(value.data, tuple) or len(types) != len(value.data):
        message = f"a tuple of {len(types)} is required"
        raise EvaluationError(message)
    members = (convert(member, type_, evaluate, depth) for member, type_ in zip(value.data, types, strict=True))
    return Value(tuple(members), value.location, value.trail)


def _object(value: Value, args: Sequence[ast.Expression], evaluate: Evaluate, depth: int) -> Value:
    given = _mapping(value)
    if not isinstance(args[0], ast.ObjectOf):
        return value
    members: dict[str, Value] = {}
    for key, constraint in args[0].items:
        name = str(key.data) if isinstance(key, ast.Literal) else key.span.text
        type_, default, optional = _optional(constraint)
        member = given.get(name) if optional else presents(given).get(name, given.get(name))
        if member is None and not optional:
            message = f"the attribute {name} is required"
            raise EvaluationError(message)
        if member is None:
            member = evaluate(default) if default is not None else Value(None, value.location)
        elif default is not None:
            member = _or_default(member, default, evaluate)
        members[name] = convert(member, type_, evaluate, depth)
    return Value(members, value.location, value.trail)


def _or_default(member: Value, default: ast.Expression, evaluate: Evaluate) -> Value:
    """A member with the default in place of null, also where it may be null."""
    data = member.data
    if data is None:
        return evaluate(default)
    if not isinstance(data, Unknown) or all(arm.data is not None for arm in data.alternatives):
        return member
    arms = tuple(evaluate(default) if arm.data is None else arm for arm in data.alternatives)
    return member.with_data(data.replace(alternatives=arms))


def _optional(constraint: ast.Expression) -> tuple[ast.Expression, ast.Expression | None, bool]:
    """The type, the default and whether it may be left out, of an object's attribute."""
    if isinstance(constraint, ast.Call) and constraint.name == "optional" and constraint.args:
        return constraint.args[0], constraint.args[1] if len(constraint.args) > 1 else None, True
    return constraint, None, False


_CONTAINERS = {"list": _list, "set": _set, "map": _map, "tuple": _tuple, "object": _object}
