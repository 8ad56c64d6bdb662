"""The properties of a resource in each case that its undecided conditions leave possible.

Two properties that hang on the same condition take matching arms. Each of them alone says only what it can be;
the cases say what they can be together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aiposture.readers.cloudformation import logic
from aiposture.readers.cloudformation.assumptions import Assumptions
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import List, Node, Object, call_of, text_of
from aiposture.readers.cloudformation.scope import Scope

_MAX_CASES = 16
_MAX_NODES = 20_000


def cases_of(node: Node, scope: Scope, given: Assumptions) -> tuple[Assumptions, ...]:
    """What can be assumed in `node`, where `given` holds anyway: an entry a case.

    Empty if there is nothing to tell apart (no choice, or a single one), or if there are too many cases.
    Raises BudgetError.
    """
    with scope.assuming(given, only=True):
        uses = Counter(name for name in _choices(node) if _is_condition(name, scope) and _is_open(name, scope))
    if uses.total() < 2:  # noqa: PLR2004 - one choice among texts is all that its arms are
        return ()
    found: list[Assumptions] = [given]
    for name in uses:
        found = [case for each in found for case in _split(name, scope, each)]
        if len(found) > _MAX_CASES:
            return ()
    return tuple(found) if len(found) > 1 else ()


def _split(name: str, scope: Scope, given: Assumptions) -> Iterator[Assumptions]:
    with scope.assuming(given, only=True):
        if not _is_open(name, scope):
            yield given
            return
        cases = [given.joined(logic.implied(name, scope, holds=holds)) for holds in (True, False)]
    yield from (case for case in cases if _can_be(case, scope))


def _can_be(case: Assumptions, scope: Scope) -> bool:
    """Whether no condition contradicts what the others say about it."""
    for name, holds in case.conditions.items():
        with scope.assuming(case.without(name), only=True):
            if _holds(name, scope) is (not holds):
                return False
    return True


def _is_condition(name: str, scope: Scope) -> bool:
    return name in scope.section("Conditions").members


def _is_open(name: str, scope: Scope) -> bool:
    return _holds(name, scope) is None


def _holds(name: str, scope: Scope) -> bool | None:
    """Whether a condition holds; None if that is not decided."""
    try:
        data = scope.condition(name, scope.template.conditions.span).data
    except MalformedError:
        return None
    return data if isinstance(data, bool) else None


def _has_parts(node: Node) -> bool:
    return isinstance(node, (List, Object)) and call_of(node) is None


def _choices(node: Node) -> Iterator[str]:
    """The names of the conditions on which something in `node` hangs, each as often as it is used."""
    pending: list[Node] = [node]
    for _ in range(_MAX_NODES):
        if not pending:
            return
        one = pending.pop()
        call = call_of(one)
        if call is not None:
            if call.name == "Fn::If" and isinstance(call.argument, List) and call.argument.items:
                name = text_of(call.argument.items[0])
                if name is not None:
                    yield name
                    # Whatever is in an arm that is an object or a list hangs on the condition, too.
                    yield from (name for arm in call.argument.items[1:] if _has_parts(arm))
            pending.append(call.argument)
        elif isinstance(one, List):
            pending.extend(reversed(one.items))
        elif isinstance(one, Object):
            pending.extend(entry.value for entry in reversed(tuple(one.members.values())))
