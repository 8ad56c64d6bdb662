"""Protections that a service has or lacks: the one predicate that many controls share, each with words of its own."""

from collections.abc import Mapping
from typing import NamedTuple

from aiposture.controls._combine import by_value
from aiposture.controls._wording import advice, default_of, missing, says
from aiposture.model import AIService, Fact, FactValue, Judgement, Origin, Protection, Severity, Verdict


class Lack(NamedTuple):
    """A way in which a protection is lacking: what the service does, its stable code, and how bad that is."""

    said: str
    reason: str
    severity: Severity | None = None


class Words(NamedTuple):
    """How a control speaks. `has` and `lacks` follow the service's title; `between` are the words of the tables."""

    has: str
    reason: str
    lacks: Lack
    between: Mapping[str, Lack] = {}


def judge(service: AIService, name: Protection, words: Words, fixes: Mapping[str, str]) -> tuple[Judgement, ...]:
    """A judgement on each place where the service can have the protection; none if it cannot have it."""
    facts = service.protections.get(name, ())
    return tuple(_of(service, fact, words, fixes) for fact in facts)


def _of(service: AIService, fact: Fact, words: Words, fixes: Mapping[str, str]) -> Judgement:
    return by_value(
        fact,
        lambda value: _judgement(service, fact, value, words, fixes),
        lambda: _unknown(service, fact, words, fixes),
    )


def _judgement(service: AIService, fact: Fact, value: FactValue, words: Words, fixes: Mapping[str, str]) -> Judgement:
    if value is True:
        return Judgement(Verdict.PASS, words.reason, f"{service.title} {words.has}: {_said(fact)}", fact)
    lack = words.between.get(str(value), words.lacks)
    return Judgement(
        verdict=Verdict.FAIL,
        reason=lack.reason,
        message=f"{service.title} {lack.said}: {_said(fact)}",
        because=fact,
        severity=lack.severity,
        fix=advice(fact, fixes),
    )


def _said(fact: Fact) -> str:
    """What the code says; a protection is often a block, of which nothing single can be told."""
    name, note = f"`{fact.property}`", f" ({fact.note})" if fact.note else ""
    if fact.origin is Origin.DEFAULT:
        return f"{name} is omitted" + ("" if fact.default is None else f" and defaults to {default_of(fact)}") + note
    if fact.stated is None and fact.value is not True:
        return f"{name} does not provide for it" + note
    return says(fact) + note


def _unknown(service: AIService, fact: Fact, words: Words, fixes: Mapping[str, str]) -> Judgement:
    message = f"Cannot tell whether {service.title} {words.has}: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact, fix=advice(fact, fixes))
