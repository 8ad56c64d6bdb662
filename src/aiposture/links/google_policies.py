"""Whole policies of Google Cloud IAM (`*_iam_policy`): the bindings stand in a data source, or in JSON.

A policy of an AI resource is about AI in all that it grants, one of a project, folder or organization only in its
roles of AI services.
"""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aiposture.google_grants import AI_RESOURCES, KIND, LEVELS, TITLE, is_ai_role, principals
from aiposture.links.names import reference_of
from aiposture.model import AIService, Fact, Origin, Resource, Unknown, Value

_DOCUMENT = "google_iam_policy"
_OF_AI = frozenset(f"{name}_iam_policy" for name in AI_RESOURCES)
_OF_LEVELS = frozenset(f"{name}_iam_policy" for name in LEVELS)
WANTED: frozenset[str] = _OF_AI | _OF_LEVELS | {_DOCUMENT}

_PATH = "policy_data"


class _Binding(NamedTuple):
    """A role, None if it is not decided, and to whom it is granted."""

    role: str | None
    members: Value


def services(resources: Sequence[Resource]) -> list[AIService]:
    """The policies among `resources` that grant something on AI services, with those whom they let in."""
    documents = {
        (each.unit, each.address): each for each in resources if each.type == _DOCUMENT and each.mode == "data"
    }
    return [
        AIService(KIND, TITLE, resource, principals=facts)
        for resource in resources
        if resource.type in _OF_AI | _OF_LEVELS and resource.mode == "managed" and resource.exists is not False
        for facts in (_facts(resource, documents),)
        if facts
    ]


def _facts(policy: Resource, documents: dict[tuple[str, str], Resource]) -> tuple[Fact, ...]:
    value = policy.get(_PATH)
    if value is None:
        return ()
    bindings = _bindings(value, policy.unit, documents)
    if bindings is None:
        return (_undecided(value),) if policy.type in _OF_AI else ()
    found = [
        fact
        for binding in bindings
        if policy.type in _OF_AI or is_ai_role(binding.role)
        for fact in principals("members", _members(binding.members))
    ]
    worrying = [fact for fact in found if fact.value != "named"]
    return tuple(worrying or found[:1])


def _members(value: Value) -> Sequence[Value]:
    return value.data if isinstance(value.data, tuple) else (value,)


def _bindings(value: Value, unit: str, documents: dict[tuple[str, str], Resource]) -> list[_Binding] | None:
    """What a policy binds; None if the code does not decide it."""
    if isinstance(value.data, str):
        return list(_of_text(value)) or None
    reference = reference_of(value)
    document = None if reference is None else documents.get((unit, reference.address))
    if document is None:
        return None
    blocks = document.get("binding")
    if blocks is None:
        return []
    return None if not isinstance(blocks.data, tuple) else [each for block in blocks.data for each in _of_block(block)]


def _of_block(block: Value) -> Iterator[_Binding]:
    role, members = block.get("role"), block.get("members")
    if members is not None:
        yield _Binding(role.data if role is not None and isinstance(role.data, str) else None, members)


def _of_text(value: Value) -> Iterator[_Binding]:
    """The bindings of a policy that is JSON; none if it is something else."""
    try:
        plain = json.loads(str(value.data))
    except (ValueError, RecursionError):
        return
    listed = plain.get("bindings") if isinstance(plain, dict) else None
    for binding in listed if isinstance(listed, list) else ():
        if isinstance(binding, dict) and isinstance(binding.get("members"), list):
            members = tuple(Value(each, value.location) for each in binding["members"] if isinstance(each, str))
            role = binding.get("role")
            yield _Binding(role if isinstance(role, str) else None, Value(members, value.location))


def _undecided(value: Value) -> Fact:
    data = value.data if isinstance(value.data, Unknown) else Unknown("", "is no policy that can be read")
    return Fact(data, Origin.UNRESOLVED, _PATH, value.location, (), trail=value.trail)
