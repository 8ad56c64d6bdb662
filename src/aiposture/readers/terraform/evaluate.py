"""The value of an expression in a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from aiposture.model import Reference, Step, StepKind, Unknown, Value
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import functions, functions_base, operators
from aiposture.readers.terraform.budget import MAX_TEXT, Budget
from aiposture.readers.terraform.steps import pick, splat
from aiposture.readers.terraform.symbols import (
    MAX_ALTERNATIVES,
    BudgetError,
    EvaluationError,
    Failed,
    Whole,
    choose,
    mapped,
    placed,
    stepped,
    trail_of,
    undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiposture.readers.terraform.source import Span


class Named(NamedTuple):
    """What a name stands for: the value where it was written, the kind of stop that is, and the steps it took up."""

    value: Value
    kind: StepKind
    taken: int  # steps of the traversal that belong to the name (`var.x`: one)


class Scope(Protocol):
    """A module, as expressions see it."""

    @property
    def budget(self) -> Budget:
        """What may still be spent."""

    def named(self, root: str, steps: Sequence[ast.TraversalStep], span: Span) -> Named:
        """What the beginning of a traversal stands for. Raises EvaluationError."""

    def file_function(self, name: str, args: Sequence[Value], span: Span) -> Value | None:
        """The value of a function that reads a file of the tree; None if it does not, or cannot be decided."""


class Frame:
    """Names that are only known in one place: `each`, `count`, and the variables of for-expressions.

    `strict` is set inside of `try` and `can`: a failure there must not be turned into an unknown member.
    """

    __slots__ = ("names", "strict")

    def __init__(self, names: Mapping[str, Value], parent: Frame | None = None, *, strict: bool = False) -> None:
        """Names found here hide those of `parent`."""
        self.names: Mapping[str, Value] = names if parent is None else {**parent.names, **names}
        self.strict: bool = strict or (parent is not None and parent.strict)


NO_FRAME = Frame({})


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
    for key_node, value_node in node.items:
        key = _evaluate(key_node, scope, frame)
        value = _part(value_node, scope, frame)
        name = _key(key)
        if name is None:
            return undecided(node.span, (key, value, *members.values()))
        members[name] = value
    return Value(members, node.span.location)


def _key(value: Value) -> str | None:
    """A known object key as text, None if it is unknown. Raises EvaluationError."""
    try:
        return functions_base.text(value)
    except functions_base.Undecided:
        return None


def _conditional(node: ast.Conditional, scope: Scope, frame: Frame) -> Value:
    condition = _evaluate(node.condition, scope, frame)
    possible = _decisions(condition)
    if len(possible) == 1:
        arm = node.then if possible.pop() else node.otherwise
        return placed(_evaluate(arm, scope, frame), node.span.location, condition)
    arms = (_arm(node.then, scope, frame), _arm(node.otherwise, scope, frame))
    return choose(node.span, arms, (condition,))


def _arm(node: ast.Expression, scope: Scope, frame: Frame) -> Value:
    """An arm that may not be taken: whether its failure counts, nobody knows."""
    return attempt(node, scope, frame)


def _decisions(condition: Value) -> set[bool]:
    if not isinstance(condition.data, Unknown):
        return {operators.boolean(condition)}
    arms = condition.data.alternatives
    if not arms or not all(arm.known for arm in arms):
        return {True, False}
    return {operators.boolean(arm) for arm in arms}


def _unary(node: ast.Unary, scope: Scope, frame: Frame) -> Value:
    return operators.unary(node.span, node.operator, _evaluate(node.operand, scope, frame))


def _binary(node: ast.Binary, scope: Scope, frame: Frame) -> Value:
    if node.operator in ("&&", "||"):
        # Terraform evaluates both sides, and the left one may be what fails although the right one decides.
        left = _evaluate(node.left, scope, frame)
        return operators.logical(node.span, node.operator, left, lambda: _evaluate(node.right, scope, frame))
    left, right = _evaluate(node.left, scope, frame), _evaluate(node.right, scope, frame)
    scope.budget.spend_on(left, right)
    return operators.binary(node.span, node.operator, left, right)


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
    if node.name.startswith("provider::"):
        return undecided(node.span, args, f"{node.name}() is a function of a provider")
    scope.budget.spend_on(*args)
    value = scope.file_function(node.name, args, node.span)
    if value is None:
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
        arms = value.data.alternatives if isinstance(value.data, Unknown) else ()
        sound = [arm for arm in arms if not isinstance(arm.data, Failed)]
        if len(sound) == len(arms):
            possible.append(value)
            break
        possible += sound
        because.append(value)
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
    if not value.known and not isinstance(value.data, Reference):
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

    return mapped(node.span, varying, join)


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
    if not collection.known:
        yield undecided(span, (collection,))
        return
    for key, value in entries(collection):
        names = {part.value: value} if part.key is None else {part.key: key, part.value: value}
        yield from _pieces(part.body, scope, Frame(names, frame), span)


def entries(collection: Value) -> Iterator[tuple[Value, Value]]:
    """Key and value of each member of a known collection, in Terraform's order. Raises EvaluationError."""
    data = collection.data
    if isinstance(data, tuple):
        for number, member in enumerate(data):
            yield Value(number, member.location), member
    elif isinstance(data, Mapping):
        for name in sorted(data):
            yield Value(name, data[name].location), data[name]
    else:
        message = "only a list, a set, a map or an object can be iterated"
        raise EvaluationError(message)


def _for(node: ast.For, scope: Scope, frame: Frame) -> Value:
    collection = _evaluate(node.collection, scope, frame)
    if isinstance(collection.data, Unknown):
        return _for_unknown(node, scope, frame, collection)
    return _for_known(node, scope, frame, collection)


def _for_unknown(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Value:
    assert isinstance(collection.data, Unknown)  # noqa: S101 - the caller's check, for the type checker
    results = []
    for arm in collection.data.alternatives[:MAX_ALTERNATIVES]:
        # A plan that succeeds cannot have taken an arm that fails.
        with suppress(EvaluationError):
            results.append(undecided(node.span, (arm,)) if not arm.known else _for_known(node, scope, frame, arm))
    return choose(node.span, results, (collection,)) if results else undecided(node.span, (collection,))


class _Row(NamedTuple):
    key: Value
    value: Value
    condition: Value | None  # unknown: whether the row is there is not decided


def _for_known(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Value:
    rows = list(_rows(node, scope, frame, collection))
    open_rows = [row for row in rows if row.condition is not None]
    if not open_rows:
        return _collected(node, rows)
    conditions = tuple(row.condition for row in open_rows if row.condition is not None)
    if 2 ** len(open_rows) > MAX_ALTERNATIVES:
        return undecided(node.span, (*conditions, *(row.value for row in rows)))
    choices = []
    for mask in range(2 ** len(open_rows)):
        dropped = [row for number, row in enumerate(open_rows) if not mask >> number & 1]
        choices.append(_collected(node, [row for row in rows if not any(row is other for other in dropped)]))
    return choose(node.span, choices, conditions)


def _rows(node: ast.For, scope: Scope, frame: Frame, collection: Value) -> Iterator[_Row]:
    for key, value in entries(collection):
        scope.budget.spend()
        names = {node.value: value} if node.key is None else {node.key: key, node.value: value}
        inner = Frame(names, frame)
        condition = None
        if node.condition is not None:
            condition = _evaluate(node.condition, scope, inner)
            possible = _decisions(condition)
            if possible == {False}:
                continue
            condition = condition if len(possible) > 1 else None
        result_key = key if node.result_key is None else _evaluate(node.result_key, scope, inner)
        yield _Row(result_key, _part(node.result, scope, inner), condition)


def _collected(node: ast.For, rows: Sequence[_Row]) -> Value:
    location = node.span.location
    if node.result_key is None:
        return Value(tuple(row.value for row in rows), location)
    members: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    for row in rows:
        name = _key(row.key)
        if name is None:
            return undecided(node.span, tuple(part for row in rows for part in (row.key, row.value)))
        if name in members and not node.grouping:
            message = f"two members have the key {name}"
            raise EvaluationError(message)
        members[name] = row.value
        groups.setdefault(name, []).append(row.value)
    if node.grouping:
        members = {name: Value(tuple(group), location) for name, group in groups.items()}
    return Value(members, location)


def _traversal(node: ast.Traversal, scope: Scope, frame: Frame) -> Value:
    if not isinstance(node.root, str):
        base = _evaluate(node.root, scope, frame)
        value = _walk(base, node.steps, scope, frame)
        return placed(value, node.span.location, base)
    local = frame.names.get(node.root)
    named = Named(local, "value", 0) if local is not None else scope.named(node.root, node.steps, node.span)
    value = _walk(named.value, node.steps[named.taken :], scope, frame)
    return stepped(value, node.span.location, _way(node, named, value))


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
            value = splat(value, step.span, lambda member, step=step: _walk(member, step.steps, scope, frame))  # type: ignore[misc]
    return value


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

