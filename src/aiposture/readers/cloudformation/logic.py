"""Conditions, in three values: yes, no, and not known."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from aiposture.model import Value
from aiposture.readers.cloudformation.arguments import arguments, evaluated, single
from aiposture.readers.cloudformation.assumptions import NOTHING, Assumptions
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Call, List, Node, Object, Scalar, call_of, text_of
from aiposture.readers.cloudformation.source import Span
from aiposture.readers.cloudformation.values import choose, mapped, placed, plain_text, same, trail_of, unknown

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope
else:
    Scope = object  # an annotation of a named tuple must not be a text, or it is compiled

_MAX_OPERANDS = 50  # CloudFormation takes 10
_MAX_CHAIN = 20
_TRUTHS = {"true": True, "false": False}


def test(node: Node, scope: Scope) -> Value:
    """Whether a condition holds. Raises MalformedError for what is none."""
    call = _condition_of(node)
    value = scope.evaluate(node if call is None else call)
    if value.data is None or isinstance(value.data, (tuple, Mapping)):
        raise MalformedError("a condition is expected")
    if isinstance(value.data, (str, int, float)):
        truth = _TRUTHS.get(plain_text(value.data))
        if truth is None:
            raise MalformedError("a condition is expected")
        return Value(truth, value.location, value.trail)
    return value


def _condition_of(node: Node) -> Call | None:
    """`{"Condition": "Name"}`, which is a function only where a condition is expected."""
    name = node.get("Condition") if isinstance(node, Object) and len(node.members) == 1 else None
    return None if name is None else Call(node.span, "Condition", name)


def _condition(call: Call, scope: Scope) -> Value:
    return scope.condition(_name(call.argument), call.span)


def _name(node: Node) -> str:
    name = text_of(node)
    if name is None:
        raise MalformedError("the name of a condition is expected")
    return name


def _and(call: Call, scope: Scope) -> Value:
    return _joined(call, scope, decisive=False)


def _or(call: Call, scope: Scope) -> Value:
    return _joined(call, scope, decisive=True)


def _joined(call: Call, scope: Scope, *, decisive: bool) -> Value:
    """One operand that is `decisive` decides, whatever the others are."""
    operands = _tested(arguments(call, 1, _MAX_OPERANDS), scope)
    for operand in operands:
        if operand.data is decisive:
            return placed(operand, call.span.location)
    if not all(operand.known for operand in operands):
        return unknown(call.span, "", operands)
    return Value(not decisive, call.span.location, trail_of(*operands))


def _tested(nodes: Sequence[Node], scope: Scope) -> list[Value]:
    values = []
    for node in nodes:
        try:
            values.append(test(node, scope))
        except MalformedError as error:  # noqa: PERF203 - another operand may decide
            values.append(unknown(node.span, str(error)))
    return values


def _not(call: Call, scope: Scope) -> Value:
    operand = test(single(call), scope)
    if not operand.known:
        return unknown(call.span, "", (operand,))
    return Value(not operand.data, call.span.location, operand.trail)


def _equals(call: Call, scope: Scope) -> Value:
    def compared(pair: Sequence[Value]) -> Value:
        answer = same(pair[0], pair[1])
        if answer is None:
            return unknown(call.span, "", pair)
        return Value(answer, call.span.location, trail_of(*pair))

    return mapped(call.span, evaluated(arguments(call, 2, 2), scope), compared)


def _if(call: Call, scope: Scope) -> Value:
    condition, then, otherwise = arguments(call, 3, 3)
    name = condition.text if isinstance(condition, Scalar) else None
    try:
        decision = scope.condition(name, condition.span) if name is not None else test(condition, scope)
    except MalformedError as error:
        decision = unknown(condition.span, str(error))
    if decision.known:
        return placed(scope.evaluate(then if decision.data else otherwise), call.span.location, decision)
    arms = []
    for holds, arm in ((True, then), (False, otherwise)):
        with scope.assuming(implied(name, scope, holds=holds) if name is not None else NOTHING):
            arms.append(scope.evaluate(arm))
    return choose(call.span, arms, (decision,))


def implied(name: str, scope: Scope, *, holds: bool) -> Assumptions:
    """What follows when a condition holds, or does not: for those that it is made of, and for what they compare."""
    found = _Found({}, {}, {})
    _imply(Call(_span_of(scope), "Condition", Scalar(_span_of(scope), name, name)), scope, found, holds=holds)
    return Assumptions(*found)


class _Found(NamedTuple):
    """As Assumptions, while they are being collected."""

    conditions: dict[str, bool]
    equal: dict[str, str]
    unequal: dict[str, frozenset[str]]


def _span_of(scope: Scope) -> Span:
    return scope.template.conditions.span


def _imply(node: Node, scope: Scope, found: _Found, *, holds: bool) -> None:
    call = _condition_of(node) or call_of(node)
    if call is None or len(found.conditions) > _MAX_CHAIN:
        return
    if call.name == "Condition":
        name = text_of(call.argument)
        member = scope.section("Conditions").members.get(name) if name is not None else None
        if name is not None and member is not None and name not in found.conditions:
            found.conditions[name] = holds
            _imply(member.entry.value, scope, found, holds=holds)
    elif call.name == "Fn::Not":
        _imply(single(call), scope, found, holds=not holds)
    elif call.name == ("Fn::And" if holds else "Fn::Or") and isinstance(call.argument, List):
        for operand in call.argument.items:
            _imply(operand, scope, found, holds=holds)
    elif call.name == "Fn::Equals":
        _imply_text(call, scope, found, holds=holds)


def _imply_text(call: Call, scope: Scope, found: _Found, *, holds: bool) -> None:
    """A parameter that is compared with a literal is that text, or is not."""
    operands = call.argument.items if isinstance(call.argument, List) else ()
    for one, other in zip(operands, reversed(operands), strict=True):
        reference = call_of(one)
        name = text_of(reference.argument) if reference is not None and reference.name == "Ref" else None
        if name in scope.template.parameters.members and isinstance(other, Scalar) and name is not None:
            text = plain_text(other.data)
            if holds:
                found.equal[name] = text
            else:
                found.unequal[name] = found.unequal.get(name, frozenset()) | {text}


FUNCTIONS: Mapping[str, Callable[[Call, Scope], Value]] = MappingProxyType(
    {
        "Condition": _condition,
        "Fn::And": _and,
        "Fn::Equals": _equals,
        "Fn::If": _if,
        "Fn::Not": _not,
        "Fn::Or": _or,
    }
)
