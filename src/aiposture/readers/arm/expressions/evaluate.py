"""Strings of templates to values."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model import Location, Step, StepKind, Unknown, Value
from aiposture.readers.arm.expressions import functions, lambdas, logic
from aiposture.readers.arm.expressions.access import member_text, pick
from aiposture.readers.arm.expressions.arguments import Function, FunctionError, Site, Undecided, text
from aiposture.readers.arm.expressions.budget import MAX_CONTAINER_DEPTH, MAX_DEPTH, BudgetError
from aiposture.readers.arm.expressions.open_objects import object_of
from aiposture.readers.arm.expressions.results import call, moved, shortened_trail
from aiposture.readers.arm.expressions.scope import Scope
from aiposture.readers.arm.expressions.syntax import (
    Access,
    Call,
    ExpressionError,
    Literal,
    Node,
    is_expression,
    parse,
    plain,
)
from aiposture.readers.arm.expressions.unknowns import call_text, reason_of, rendered, shortened, unknown
from aiposture.readers.arm.expressions.user_functions import FunctionScope

_LATE = MappingProxyType({"if": logic.if_, "and": logic.and_, "or": logic.or_, "coalesce": logic.coalesce})
_NAMED = MappingProxyType({"parameters": "parameter", "variables": "variable"})


def evaluate(text_: str, scope: Scope, location: Location) -> Value:
    """The value of a string of a template: its text, or what its expression gives. Never raises.

    What cannot be evaluated is an Unknown whose reason says why.
    """
    if not is_expression(text_):
        return Value(plain(text_), location)
    source = text_[1:-1].strip()
    budget = scope.budget
    depth = budget.depth
    try:
        value = _value(parse(source), _Frame(scope, location))
        budget.pay_for(value)
    except (BudgetError, ExpressionError, FunctionError, Undecided) as error:
        return unknown(shortened(source), location, (), str(error))
    except RecursionError:
        return unknown(shortened(source), location, (), "is nested too deeply")
    finally:
        budget.depth = depth
    return moved(value, location)


def evaluate_all(value: Value, scope: Scope) -> Value:
    """`value` with every string in it evaluated, the names of members too. Never raises."""
    return _all(value, scope, 0)


def _all(value: Value, scope: Scope, depth: int) -> Value:
    data = value.data
    if isinstance(data, str):
        result = evaluate(data, scope, value.location)
        return Value(result.data, result.location, (*result.trail, *value.trail)) if value.trail else result
    if depth > MAX_CONTAINER_DEPTH:
        return unknown("the value", value.location, (), "is nested too deeply")
    if isinstance(data, tuple):
        return value.with_data(tuple(_all(member, scope, depth + 1) for member in data))
    if isinstance(data, Mapping):
        return value.with_data(_members(data, scope, value.location, depth + 1))
    return value


def _members(data: Mapping[str, Value], scope: Scope, location: Location, depth: int) -> Mapping[str, Value]:
    """The members of an object. Their names can be expressions; one that is unknown stays as it is written."""
    members: dict[str, Value] = {}
    unnamed: dict[str, Unknown] = {}
    for name, member in data.items():
        key = evaluate(name, scope, location).data
        if isinstance(key, Unknown):
            unnamed[name] = key
        members[key if isinstance(key, str) else name] = _all(member, scope, depth)
    return object_of(members, unnamed)


class _Frame(NamedTuple):
    """Where an expression stands: its template, its place, and the lambda variables around it by folded name."""

    scope: Scope
    location: Location
    local: Mapping[str, Value] = MappingProxyType({})

    def site(self, node: Call, name: str) -> Site:
        sources = tuple(argument.source for argument in node.arguments)
        return Site(name, self.location, self.scope.budget, node.source, sources)


def _value(node: Node, frame: _Frame) -> Value:
    if isinstance(node, Literal):
        return Value(node.data, frame.location)
    budget = frame.scope.budget
    budget.spend()
    if budget.depth >= MAX_DEPTH:
        raise BudgetError("is nested too deeply")
    budget.depth += 1
    try:
        return _access(node, frame) if isinstance(node, Access) else _call(node, frame)
    finally:
        budget.depth -= 1


class _Use(NamedTuple):
    """A parameter or variable that an expression uses, and what a step calls it."""

    value: Value
    kind: StepKind
    name: str


def _access(node: Access, frame: _Frame) -> Value:
    """A chain of member accesses, and the step from its use to where its value is written."""
    chain: list[Access] = []
    base: Node = node
    while isinstance(base, Access):
        chain.append(base)
        base = base.base
    use = _used(base, frame)
    value = container = use.value if use else _value(base, frame)
    name = use.name if use else ""
    for access in reversed(chain):
        key = _value(access.key, frame)
        try:
            value = pick(value, key, frame.location, safe=access.safe)
        except FunctionError as error:
            return unknown(shortened(node.source), frame.location, (value, key), str(error))
        name = member_text(name, key)
    if use is None:
        return moved(value, frame.location, container)
    return _stepped(use._replace(value=value, name=name), frame.location)


def _used(node: Node, frame: _Frame) -> _Use | None:
    """What `parameters('name')` or `variables('name')` stands for; None if this is no such call of a known name."""
    kind = _NAMED.get(node.name.casefold()) if isinstance(node, Call) and not node.namespace else None
    if kind is None or not isinstance(node, Call) or len(node.arguments) != 1:
        return None
    key = _value(node.arguments[0], frame)
    if not isinstance(key.data, str):
        return None
    named = frame.scope.parameter(key.data) if kind == "parameter" else frame.scope.variable(key.data)
    if named is None:
        value = unknown(f"{kind}s({rendered(key, '')})", frame.location, (), f"{kind} {key.data} is not declared")
        return _Use(value, "value", "")
    return _Use(named.value, named.kind, f"{kind} {key.data}")


def _stepped(use: _Use, location: Location) -> Value:
    """What is used, at the place of its use."""
    value = use.value
    step = Step(use.kind, use.name, value.location)
    trail = tuple(step for step in (step, *value.trail) if step.location != location)
    return Value(value.data, location, shortened_trail(trail))


def _call(node: Call, frame: _Frame) -> Value:
    if node.namespace and node.namespace.casefold() != "sys":
        return _user_function(node, frame)
    use = _used(node, frame)
    if use is not None:
        return _stepped(use, frame.location)
    folded = node.name.casefold()
    late = _LATE.get(folded)
    if late is not None:
        return _late(frame.site(node, folded), late, node, frame)
    over = lambdas.TABLE.get(folded)
    if over is not None:
        return _over(node, over, frame)
    return _own_or_function(node, frame)


def _own_or_function(node: Call, frame: _Frame) -> Value:
    args = [_value(argument, frame) for argument in node.arguments]
    run = _OWN.get(node.name.casefold(), _function)
    try:
        return run(node, args, frame)
    except (FunctionError, Undecided) as error:
        return unknown(shortened(node.source), frame.location, args, str(error))


def _late(site: Site, run: Callable[[Site, Sequence[logic.Later]], Value], node: Call, frame: _Frame) -> Value:
    try:
        return run(site, [_later(argument, frame) for argument in node.arguments])
    except FunctionError as error:
        return unknown(shortened(node.source), frame.location, (), f"{site.name}(): {error}")


def _later(node: Node, frame: _Frame) -> logic.Later:
    return lambda: _value(node, frame)


def _over(node: Call, over: lambdas.LambdaFunction, frame: _Frame) -> Value:
    """A function over a collection, with its lambdas."""
    given = [argument for argument in node.arguments if _is_lambda(argument)]
    values = [_value(argument, frame) for argument in node.arguments if not _is_lambda(argument)]
    made = [_lambda(argument, frame) for argument in given if isinstance(argument, Call)]
    function = Function(over.name, lambda site, args: lambdas.run(site, over, args, made), 0, None)
    site = frame.site(node, over.name)
    site = site._replace(tail="".join(f", {argument.source}" for argument in given))
    return call(site, function, values)


def _is_lambda(node: Node) -> bool:
    return isinstance(node, Call) and not node.namespace and node.name.casefold() == "lambda"


def _lambda(node: Call, frame: _Frame) -> lambdas.Lambda:
    *heads, body = node.arguments or (Literal("", "''"),)
    names = [head.data.casefold() for head in heads if isinstance(head, Literal) and isinstance(head.data, str)]

    def apply(args: Sequence[Value]) -> Value:
        local = {**frame.local, **dict(zip(names, args, strict=False))}
        return _value(body, frame._replace(local=local))

    return lambdas.Lambda(len(names), apply)


def _lambda_variable(node: Call, args: Sequence[Value], frame: _Frame) -> Value:
    name = text(args[0]) if args else ""
    value = frame.local.get(name.casefold())
    if value is not None:
        return value
    return unknown(shortened(node.source), frame.location, args, f"lambda variable {name} is not there")


def _unnamed(node: Call, args: Sequence[Value], frame: _Frame) -> Value:
    """`parameters()` or `variables()` of a name that is not known."""
    return unknown(call_text(frame.site(node, node.name), args), frame.location, args, "the name is not known")


def _copy_index(node: Call, args: Sequence[Value], frame: _Frame) -> Value:
    """`copyIndex([loop name], [offset])`."""
    name = args[0].data if args and isinstance(args[0].data, str) else None
    offset = args[1:] if name is not None else args
    index = frame.scope.copy_index(name)
    if index is None:
        return unknown(shortened(node.source), frame.location, args, "there is no such loop")
    if not offset:
        return Value(index.data, frame.location, index.trail)
    added = functions.PURE["add"]
    return call(frame.site(node, node.name), added, (Value(index.data, frame.location, index.trail), offset[0]))


def _function(node: Call, args: Sequence[Value], frame: _Frame) -> Value:
    pure = functions.PURE.get(node.name.casefold())
    if pure is not None:
        value = call(frame.site(node, pure.name), pure, args)
        frame.scope.budget.pay_for(value)
        return value
    scoped = functions.find_scoped(node.name)
    if scoped is None:
        site = frame.site(node, node.name)
        reason = f"{node.name}() is not a function that is known here"
        return unknown(call_text(site, args), frame.location, args, reason)
    run = scoped.run

    def asked(site: Site, given: Sequence[Value]) -> Value:
        if any(isinstance(arg.data, Unknown) and arg.data.alternatives for arg in given):
            raise Undecided(reason_of(given))
        return run(site, frame.scope, given)

    return call(frame.site(node, scoped.name), Function(scoped.name, asked, scoped.least, scoped.most), args)


def _user_function(node: Call, frame: _Frame) -> Value:
    args = [_value(argument, frame) for argument in node.arguments]
    function = frame.scope.function(node.namespace, node.name)
    name = f"{node.namespace}.{node.name}"
    text_ = call_text(frame.site(node, name), args)
    if function is None:
        return unknown(text_, frame.location, args, f"function {name} is not declared")
    if len(args) > len(function.parameters):
        return unknown(text_, frame.location, args, f"{name}() is called with {len(args)} arguments")
    null = Value(None, frame.location)
    names = [parameter.casefold() for parameter in function.parameters]
    given = {**dict.fromkeys(names, null), **dict(zip(names, args, strict=False))}
    value = evaluate_all(function.body, FunctionScope(frame.scope, given))
    return _stepped(_Use(value, "value", f"function {name}"), frame.location)


_OWN: Mapping[str, Callable[[Call, Sequence[Value], _Frame], Value]] = {
    "copyindex": _copy_index,
    "lambdavariables": _lambda_variable,
    "parameters": _unnamed,
    "variables": _unnamed,
}
