"""The value of an expression in a scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aiposture.model import Reference, Step, Unknown, Value
from aiposture.readers.bounds import BudgetError
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import functions, functions_base, operators
from aiposture.readers.terraform.budget import MAX_TEXT
from aiposture.readers.terraform.containers import doubt_about, fresh, object_of
from aiposture.readers.terraform.failures import without_failures
from aiposture.readers.terraform.frames import NO_FRAME, Frame, Named, Scope
from aiposture.readers.terraform.loops import Row, collected, entries, key_of, unknown_key
from aiposture.readers.terraform.steps import pick, splat
from aiposture.readers.terraform.symbols import (
    EvaluationError,
    Failed,
    Whole,
    choose,
    failed_at,
    mapped,
    placed,
    reason_of,
    stepped,
    trail_of,
    undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiposture.readers.terraform.source import Span


def attempt(node: ast.Expression, scope: Scope, frame: Frame = NO_FRAME) -> Value:
    """The value of `node`; an unknown one, with the reason, if it cannot be evaluated. Never raises."""
    try:
        value = _evaluate(node, scope, frame)
        scope.budget.check_size(value)
    except (EvaluationError, BudgetError) as error:
        return Value(Unknown(node.span.text, str(error)), node.span.location)
    return value


def _evaluate(node: ast.Expression, scope: Scope, frame: Frame) -> Value:
    budget = scope.budget
    budget.enter()
    budget.depth += 1
    try:
        return _KINDS[type(node)](node, scope, frame)
    finally:
        budget.depth -= 1


def _part(node: ast.Expression, scope: Scope, frame: Frame) -> Value:
    """A part whose failure leaves the other parts as they are."""
    return _evaluate(node, scope, frame) if frame.strict else attempt(node, scope, frame)


def _literal(node: ast.Literal, _scope: Scope, _frame: Frame) -> Value:
    return Value(node.data, node.span.location)


def _broken(node: ast.Broken, _scope: Scope, _frame: Frame) -> Value:
    raise EvaluationError(node.reason)


def _list(node: ast.ListOf, scope: Scope, frame: Frame) -> Value:
    return Value(tuple(_part(item, scope, frame) for item in node.items), node.span.location)


def _object(node: ast.ObjectOf, scope: Scope, frame: Frame) -> Value:
    members: dict[str, Value] = {}
    unnamed: dict[str, Unknown] = {}
    for key_node, value_node in node.items:
        key = _evaluate(key_node, scope, frame)
        value = _part(value_node, scope, frame)
        name = key_of(key)
        if name is None:
            unknown = unknown_key(key)
            name = fresh(unknown.expression, members)
            unnamed[name] = unknown
        members[name] = value
    return Value(object_of(members, {}, unnamed), node.span.location)


def _conditional(node: ast.Conditional, scope: Scope, frame: Frame) -> Value:
    condition = _evaluate(node.condition, scope, frame)
    possible = _decisions(condition)
    if len(possible) > 1 and node.condition.span.text in frame.held:
        possible = {frame.held[node.condition.span.text]}
    if len(possible) == 1:
        arm = node.then if possible.pop() else node.otherwise
        return placed(_evaluate(arm, scope, frame), node.span.location, condition)
    arms = (_arm(node.then, scope, frame), _arm(node.otherwise, scope, frame))
    return choose(node.span, arms, (condition,))


def _arm(node: ast.Expression, scope: Scope, frame: Frame) -> Value:
    """An arm that may not be taken: whether its failure counts, nobody knows."""
    if not frame.strict:
        return attempt(node, scope, frame)
    try:
        return _evaluate(node, scope, frame)
    except EvaluationError as error:
        return failed_at(node.span, error)


def _decisions(condition: Value) -> set[bool]:
    if not isinstance(condition.data, Unknown):
        return {operators.boolean(condition)}
    arms = condition.data.alternatives
    if not arms or not all(arm.known for arm in arms):
        return {True, False}
    return {operators.boolean(arm) for arm in arms}


def _unary(node: ast.Unary, scope: Scope, frame: Frame) -> Value:
    return operators.unary(node.span, node.operator, _evaluate(node.operand, scope, frame), strict=frame.strict)


def _binary(node: ast.Binary, scope: Scope, frame: Frame) -> Value:
    if node.operator in ("&&", "||"):
        # Terraform evaluates both sides, and the left one may be what fails although the right one decides.
        left = _evaluate(node.left, scope, frame)
        return operators.logical(
            node.span, node.operator, left, lambda: _evaluate(node.right, scope, frame), strict=frame.strict
        )
    left, right = _evaluate(node.left, scope, frame), _evaluate(node.right, scope, frame)
    scope.budget.spend_on(left, right)
    return operators.binary(node.span, node.operator, left, right, strict=frame.strict)


def _call(node: ast.Call, scope: Scope, frame: Frame) -> Value:
    if node.name in ("try", "can"):
        return _try(node, scope, frame) if node.name == "try" else _can(node, scope, frame)
    args = [_part(arg, scope, frame) for arg in node.args]
    if node.expand and args:
        last = args.pop()
        if isinstance(last.data, Unknown):
            return undecided(node.span, (*args, last))
        if not isinstance(last.data, tuple):
            message = "only a list can be expanded to arguments"
            raise EvaluationError(message)
        args += last.data
    return _strict_call(node, args, scope) if frame.strict else _called(node, args, scope)


def _strict_call(node: ast.Call, args: Sequence[Value], scope: Scope) -> Value:
    """A call inside of `try`: it fails if an argument fails, whatever the function would make of that."""
    scope.budget.spend_on(*args)
    sound = [value for value in map(without_failures, args) if value is not None]
    if len(sound) < len(args):
        message = "an argument cannot be evaluated"
        raise EvaluationError(message)
    value = _called(node, sound, scope)
    if all(new is old for new, old in zip(sound, args, strict=True)):
        return value
    return choose(node.span, (value, failed_at(node.span, EvaluationError(reason_of(args)))), args)


def _called(node: ast.Call, args: Sequence[Value], scope: Scope) -> Value:
    if node.name.startswith("provider::"):
        return undecided(node.span, args, f"{node.name}() is a function of a provider")
    scope.budget.spend_on(*args)
    value = functions.call(node.name, args, node.span.location, node.span.text)
    scope.budget.spend_on(value)
    return value if value.trail else placed(value, node.span.location, *args)


def _try(node: ast.Call, scope: Scope, frame: Frame) -> Value:
    strict = Frame({}, frame, strict=True)
    failure = EvaluationError("try() has no arguments")
    possible: list[Value] = []  # what earlier arguments give if they do not fail, which is not decided
    because: list[Value] = []
    for arg in node.args:
        try:
            value = _evaluate(arg, scope, strict)
        except EvaluationError as error:
            failure = error
            continue
        scope.budget.spend_on(value)
        sound = without_failures(value)
        if sound is value:
            possible.append(value)
            break
        if sound is not None:
            possible.append(sound)
        because.append(value)
    else:
        if because and frame.strict:
            possible.append(failed_at(node.span, EvaluationError(reason_of(because))))
    if not possible:
        raise failure
    return choose(node.span, possible, because) if because else placed(possible[0], node.span.location)


def _can(node: ast.Call, scope: Scope, frame: Frame) -> Value:
    if len(node.args) != 1:
        message = "can() takes one argument"
        raise EvaluationError(message)
    try:
        value = _evaluate(node.args[0], scope, Frame({}, frame, strict=True))
    except EvaluationError:
        return Value(data=False, location=node.span.location)
    # A reference is an attribute that its resource has; of anything else unknown, nobody knows.
    if (not value.known and not isinstance(value.data, Reference)) or without_failures(value) is not value:
        return undecided(node.span, (value,))
    return Value(data=True, location=node.span.location, trail=value.trail)


def _template(node: ast.Template, scope: Scope, frame: Frame) -> Value:
    pieces = list(_pieces(node.parts, scope, frame, node.span))
    scope.budget.spend_on(*pieces)
    if sum(len(piece.data) for piece in pieces if isinstance(piece.data, str)) > MAX_TEXT:
        message = "a text is too long"
        raise EvaluationError(message)
    varying = [piece for piece in pieces if not piece.known]
    if not varying:
        return Value("".join(map(_text, pieces)), node.span.location, trail_of(*pieces))

    def join(*chosen: Value) -> Value:
        choices = iter(chosen)
        whole = [piece if piece.known else next(choices) for piece in pieces]
        return Value("".join(map(_text, whole)), node.span.location, trail_of(*whole))

    return mapped(node.span, varying, join, strict=frame.strict)


def _text(value: Value) -> str:
    if value.data is None:
        message = "null cannot be part of a text"
        raise EvaluationError(message)
    return functions_base.text(value)


def _pieces(parts: Sequence[ast.Part], scope: Scope, frame: Frame, span: Span) -> Iterator[Value]:
    for part in parts:
        scope.budget.spend()
        if isinstance(part, str):
            yield Value(part, span.location)
        elif isinstance(part, ast.IfPart):
            yield from _if_pieces(part, scope, frame, span)
        elif isinstance(part, ast.ForPart):
            yield from _for_pieces(part, scope, frame, span)
        else:
            yield _piece(_part(part, scope, frame), span)


def _piece(value: Value, span: Span) -> Value:
    """A value as text; encoded text with unknown parts is unknown as a part of a longer text."""
    if not value.known:
        return value
    try:
        return Value(_text(value), value.location, value.trail)
    except functions_base.Undecided as question:
        return undecided(span, (value,), question.reason)


def _if_pieces(part: ast.IfPart, scope: Scope, frame: Frame, span: Span) -> Iterator[Value]:
    condition = _evaluate(part.condition, scope, frame)
    possible = _decisions(condition)
    if len(possible) > 1:
        yield undecided(span, (condition,))
        return
    yield from _pieces(part.then if possible.pop() else part.otherwise, scope, frame, span)


def _for_pieces(part: ast.ForPart, scope: Scope, frame: Frame, span: Span) -> Iterator[Value]:
    collection = _evaluate(part.collection, scope, frame)
    doubt = doubt_about(collection)
    if doubt is not None:
        yield undecided(span, (doubt, collection))
        return
    for key, value, _ in entries(collection):
        names = {part.value: value} if part.key is None else {part.key: key, part.value: value}
        yield from _pieces(part.body, scope, frame.looping(names), span)


def _for(node: ast.For, scope: Scope, frame: Frame) -> Value:
    collection = _evaluate(node.collection, scope, frame)
    if isinstance(collection.data, Unknown):
        return _for_unknown(node, scope, frame, collection)
    return _for_known(node, scope, frame, collection)


def _for_unknown(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Value:
    assert isinstance(collection.data, Unknown)  # noqa: S101 - the caller's check, for the type checker
    results = []
    for arm in collection.data.alternatives:
        try:
            results.append(_for_known(node, scope, frame, arm) if arm.known else _for_open(node, arm))
        except EvaluationError as error:  # noqa: PERF203 - each arm fails for itself
            # A plan that succeeds cannot have taken an arm that fails.
            if frame.strict:
                results.append(failed_at(node.span, error))
    return choose(node.span, results, (collection,)) if results else undecided(node.span, (collection,))


def _for_open(node: ast.For, collection: Value) -> Value:
    return collection if isinstance(collection.data, Failed) else undecided(node.span, (collection,))


def _for_known(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Value:
    return collected(node, list(_rows(node, scope, frame, collection)))


def _rows(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Iterator[Row]:
    for key, value, doubt in entries(collection):
        scope.budget.spend()
        inner = frame.looping({node.value: value} if node.key is None else {node.key: key, node.value: value})
        condition = None if doubt is None else Value(doubt, value.location)
        if node.condition is not None:
            tested = _evaluate(node.condition, scope, inner)
            possible = _decisions(tested)
            if possible == {False}:
                continue
            if condition is None and len(possible) > 1:
                condition = tested
        result_key = key if node.result_key is None else _evaluate(node.result_key, scope, inner)
        yield Row(result_key, _part(node.result, scope, inner), condition)


def _traversal(node: ast.Traversal, scope: Scope, frame: Frame) -> Value:
    if not isinstance(node.root, str):
        base = _evaluate(node.root, scope, frame)
        value = _walk(base, node.steps, scope, frame)
        return placed(value, node.span.location, base)
    local = frame.names.get(node.root)
    if local is not None:
        return _local(node, local, scope, frame)
    named = scope.named(node.root, node.steps, node.span)
    value = _walk(named.value, node.steps[named.taken :], scope, frame)
    return stepped(value, node.span.location, _way(node, named, value))


def _local(node: ast.Traversal, local: Value, scope: Scope, frame: Frame) -> Value:
    value = _walk(local, node.steps, scope, frame)
    if node.root in frame.loop:
        return value
    return stepped(value, node.span.location, (Step("value", node.span.text, value.location), *value.trail))


def _way(node: ast.Traversal, named: Named, value: Value) -> tuple[Step, ...]:
    """The stops of a value on its way to a traversal, near to far."""
    base = named.value
    text = node.span.text
    if named.kind == "output":
        return (Step("output", text, value.location), *value.trail)
    if isinstance(value.data, Reference) and isinstance(base.data, Whole) and not base.trail:
        return ()  # `resource.id` comes from nowhere else
    name = node.steps[named.taken - 1].span.text if named.taken else str(node.root)
    if value is base:
        return (Step(named.kind, name, base.location), *base.trail)
    steps = (Step(named.kind, name, base.location), *base.trail)
    if steps[-1].location.covers(value.location):
        return (*steps[:-1], Step(steps[-1].kind, text, value.location), *value.trail)
    return (*steps, Step("value", text, value.location), *value.trail)


def _walk(value: Value, steps: Sequence[ast.TraversalStep], scope: Scope, frame: Frame) -> Value:
    for step in steps:
        scope.budget.spend()
        if isinstance(step, ast.Attribute):
            value = pick(value, Value(step.name, step.span.location), step.span, strict=frame.strict)
        elif isinstance(step, ast.Index):
            value = pick(value, _evaluate(step.key, scope, frame), step.span, strict=frame.strict)
        else:
            scope.budget.spend_on(value)
            value = splat(value, step.span, _below(step, scope, frame), strict=frame.strict)
    return value


def _below(step: ast.Splat, scope: Scope, frame: Frame) -> Callable[[Value], Value]:
    return lambda member: _walk(member, step.steps, scope, frame)


_KINDS: dict[type[Any], Callable[[Any, Scope, Frame], Value]] = {
    ast.Literal: _literal,
    ast.Broken: _broken,
    ast.ListOf: _list,
    ast.ObjectOf: _object,
    ast.Conditional: _conditional,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Call: _call,
    ast.Template: _template,
    ast.For: _for,
    ast.Traversal: _traversal,
}
