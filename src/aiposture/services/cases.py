"""One reading of a service out of those of each case that the code's conditions leave possible.

What a resource's properties can be, each by itself, includes pairs that never meet. Read a case at a time, a fact is
what it can be in one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiposture.model import AIService, Fact, FactValue, Origin, Unknown

_SINGLE = ("identity", "key_auth", "private_network", "isolation", "image_pull", "callers", "root_access")
_LISTED = ("principals", "rights", "secrets")


def together(found: Sequence[AIService], cases: Sequence[Sequence[AIService]]) -> tuple[AIService, ...]:
    """`found` are the services as read without a look at cases, `cases` those of each one: the same, but exact.

    A case without any concerns nobody. Where the others do not have the same services, or not the same number of
    facts, `found` stays as it is.
    """
    concerned = [case for case in cases if case]
    if not concerned or any(len(case) != len(concerned[0]) for case in concerned):
        return tuple(found)
    if len(found) != len(concerned[0]):
        found = concerned[0]
    return tuple(_service(one, [case[number] for case in concerned]) for number, one in enumerate(found))


def _service(one: AIService, cases: Sequence[AIService]) -> AIService:
    facets: dict[str, Any] = {
        **{name: _fact(getattr(one, name), [getattr(case, name) for case in cases]) for name in _SINGLE},
        **{name: _facts(getattr(one, name), [getattr(case, name) for case in cases]) for name in _LISTED},
    }
    protections = {
        name: _facts(facts, [case.protections.get(name, ()) for case in cases])
        for name, facts in one.protections.items()
    }
    network = one.network
    if network is not None:
        each = [None if case.network is None else case.network.public_access for case in cases]
        network = network._replace(public_access=_fact(network.public_access, each))
    return one._replace(network=network, protections=protections, **facets)


def _facts(facts: tuple[Fact, ...], cases: Sequence[tuple[Fact, ...]]) -> tuple[Fact, ...]:
    """The facts, each with what it can be; those of the cases, if all that have any agree on how many there are."""
    concerned = [case for case in cases if case]
    if not concerned or any(len(case) != len(concerned[0]) for case in concerned):
        return facts
    if len(facts) != len(concerned[0]):
        facts = concerned[0]
    found = (_fact(fact, [case[number] for case in concerned]) for number, fact in enumerate(facts))
    return tuple(each for each in found if each is not None)


def _fact(fact: Fact | None, cases: Sequence[Fact | None]) -> Fact | None:
    """The fact with what it can be in any of the cases that have it; as it is, if one of these does not decide it."""
    if fact is None:
        return None
    found: dict[FactValue, Fact] = {}
    for case in cases:
        if case is None:
            continue
        if not case.possible or any(isinstance(each, Unknown) for each in case.possible):
            return fact if isinstance(fact.value, Unknown) else case
        for value in case.possible:
            found.setdefault(value, case)
    if not found:
        return fact
    if len(found) == 1:
        return next(iter(found.values())) if isinstance(fact.value, Unknown) else fact
    if isinstance(fact.value, Unknown):
        return fact._replace(possible=tuple(found))
    value = Unknown(fact.property, "depends on a condition that is not decided")
    return fact._replace(value=value, origin=Origin.UNRESOLVED, possible=tuple(found))
