"""API keys of Bedrock in IAM statements: who may make them, and who may call with them.

A key is a bearer token, so that the right to call with one is a right of its own, for Bedrock and for its second
endpoint, Mantle. A deny that names one of the two leaves the other open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from aiposture.aws_policies import Statement
from aiposture.model import Fact, Origin

SOURCE = "AWS example SCP Deny-Bedrock-api-keys; Bedrock user guide, API key permissions"

_CALLS = ("bedrock:callwithbearertoken", "bedrock-mantle:callwithbearertoken")
_MAKES = "iam:createservicespecificcredential"
_NAMES = ("bearertoken", "servicespecificcredential")

_HALF = "it covers only one of `bedrock:CallWithBearerToken` and `bedrock-mantle:CallWithBearerToken`"


def facts(property_: str, statements: Iterable[Statement]) -> Iterator[Fact]:
    """One fact for each statement that allows such keys, and one for those that deny them together."""
    listed = list(statements)
    for statement in listed:
        named = _named(statement)
        if statement.allows and named and not _is_about_others(statement):
            yield _fact(property_, statement, ", ".join(named), safe=_is_short_lived(statement))
    denies = [
        each for each in listed if each.effect == "deny" and any("bearertoken" in x.casefold() for x in _named(each))
    ]
    if denies:
        denied = [call for call in _CALLS if any(_covers(each, call) for each in denies)]
        stated = ", ".join(action for each in denies for action in _named(each))
        safe = len(denied) == len(_CALLS)
        yield _fact(property_, denies[0], stated, safe=safe, note=None if safe else _HALF)


def _named(statement: Statement) -> list[str]:
    """The actions that are about keys by name; `bedrock:*` is a matter of wildcards."""
    return [
        action
        for action in statement.actions
        if any(name in action.casefold() for name in _NAMES)
        and any(_pattern(action).fullmatch(each) for each in (*_CALLS, _MAKES))
    ]


def _covers(statement: Statement, call: str) -> bool:
    return any(_pattern(action).fullmatch(call) for action in statement.actions)


def _is_about_others(statement: Statement) -> bool:
    """Whether the keys that may be made are those of another service, such as CodeCommit."""
    services = statement.conditions.get("iam:servicespecificcredentialservicename", ())
    return bool(services) and not any("bedrock" in service for service in services)


def _is_short_lived(statement: Statement) -> bool:
    kinds = statement.conditions.get("bedrock:bearertokentype", ()) + statement.conditions.get(
        "bedrock-mantle:bearertokentype", ()
    )
    return bool(kinds) and all(kind.casefold() == "short_term" for kind in kinds)


@cache
def _pattern(action: str) -> re.Pattern[str]:
    parts = (re.escape(part).replace(r"\?", ".") for part in action.casefold().split("*"))
    return re.compile(".*".join(parts))


def _fact(property_: str, statement: Statement, stated: str, *, safe: bool, note: str | None = None) -> Fact:
    return Fact(safe, Origin.STATED, property_, statement.location, (safe,), stated=stated, note=note)
