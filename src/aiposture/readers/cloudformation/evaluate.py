"""The value of a node in a stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from aiposture.model import Unknown, Value
from aiposture.readers.cloudformation import lists, logic, lookups, loops, texts
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Call, Given, List, Node, Object, Opaque, Scalar, call_of
from aiposture.readers.cloudformation.values import OpenObject, Spelled, unknown

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Scope

_FUNCTIONS: Mapping[str, Callable[[Call, Scope], Value]] = MappingProxyType(
    {**lookups.FUNCTIONS, **logic.FUNCTIONS, **texts.FUNCTIONS, **lists.FUNCTIONS}
)
_DYNAMIC = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):")
_STORES = {
    "ssm": "an SSM parameter gives it at deployment",
    "ssm-secure": "a secret SSM parameter gives it at deployment",
    "secretsmanager": "Secrets Manager gives it at deployment",
}
# In a file that the Serverless Framework includes. Not `aws:` and the like: policies have variables of these names.
_SERVERLESS = re.compile(r"\$\{(?:self|opt|env|sls|param|file|cf)[:(]")


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of `node`; an unknown one, with the reason, if it cannot be worked out. Raises BudgetError."""
    budget = scope.unit.budget
    try:
        budget.enter()
        budget.depth += 1
        try:
            return _dynamic(_evaluate(node, scope), node)
        finally:
            budget.depth -= 1
    except MalformedError as error:
        return unknown(node.span, str(error))


def _evaluate(node: Node, scope: Scope) -> Value:
    call = call_of(node)
    if call is not None:
        function = _FUNCTIONS.get(call.name)
        if function is None:
            raise MalformedError(f"{call.name} is not evaluated")
        return function(call, scope)
    if isinstance(node, Scalar):
        return Value(node.data, node.span.location)
    if isinstance(node, List):
        items = ((item, scope.evaluate(item)) for item in node.items)
        return Value(tuple(value for item, value in items if not _left_out(item, value)), node.span.location)
    if isinstance(node, Object):
        return _object(node, scope)
    if isinstance(node, Given):
        return node.value
    raise MalformedError(node.reason if isinstance(node, Opaque) else "is not understood")


def _object(node: Object, scope: Scope) -> Value:
    members, missing = loops.expand(node, scope.evaluate, scope.unit.budget)
    values = {
        name: value
        for name, (entry, exists) in members.items()
        if exists is True and not _left_out(entry.value, value := scope.evaluate(entry.value))
    }
    location = node.span.location
    return Value(values if missing is None else OpenObject(values, Value(missing, location)), location)


def _left_out(node: Node, value: Value) -> bool:
    """Whether this is `AWS::NoValue`: as if it were not written."""
    return value.data is None and call_of(node) is not None


def _dynamic(value: Value, node: Node) -> Value:
    """Text that is only filled in when it is deployed is not known."""
    text = value.data
    if isinstance(text, str) and "{" in text:
        if found := _DYNAMIC.search(text):
            return Value(Spelled(text, _STORES[found[1]], filled=True), value.location, value.trail)
        if isinstance(node, Scalar) and _SERVERLESS.search(text):
            return Value(Unknown(text, "a variable of the Serverless Framework"), value.location)
    return value


def whole_object(value: Value) -> Value:
    """A value that has to be an object, or a choice of some; if it is not known, nothing but unknown members."""
    if isinstance(value.data, Mapping) or (isinstance(value.data, Unknown) and value.data.alternatives):
        return value
    if not isinstance(value.data, Unknown):
        return Value({}, value.location, value.trail)
    # That something flows into the object does not tell that it flows into each of its members.
    why = Value(Unknown(value.data.expression, value.data.reason), value.location, value.trail)
    return Value(OpenObject({}, why), value.location, value.trail)
