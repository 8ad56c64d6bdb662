"""Write network rules that exclude somebody.

## What it checks

That no network rule of the service admits any source: `0.0.0.0/0`, `::/0`, or ranges that together cover half of
the address family or more, such as `0.0.0.0/1` beside `128.0.0.0/1`. The inbound rules of an enforced network
security perimeter around the service are judged in the same way.

## Why it matters

A rule for any source looks like a firewall in every inventory, and is none. Azure Policy and PSRule only ask
whether the default action denies, so they report a service as restricted that every machine on earth can reach.

## How to fix

Replace the rule by the ranges that really need access, or turn public access off and use a private endpoint.

## Verdicts

- pass: there are rules, and none of them admits any source.
- fail: a rule, or all rules together, admit any source (`any_source_rule`).
- unknown: the addresses are not decided by the code.
- not applicable: there are no rules, or public network access is off and rules have no effect.

The same rule also fails AIS201 if nothing else keeps strangers out: that control judges the service's door, this
one the rule, which is wrong even while it has no effect.

## References

- https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#grant-access-from-an-internet-ip-range
- Checkov CKV_AZURE_210, which compares the text `0.0.0.0/0` for AI Search
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiposture.controls._network import may_be_enforced, reaches
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, missing, states
from aiposture.model import AIService, Control, Fact, Judgement, Mapping, Origin, Severity, Unknown, Verdict

CONTROL = Control(
    id="AIS202",
    slug="any-source-rules",
    title="Exclude Any-Source Network Rules from Azure AI Service Firewalls",
    severity=Severity.HIGH,
    category="internet exposure",
    summary="No network rule of the service admits any source.",
    fix="Replace the rule that admits any source by the ranges that really need access.",
    doc=__doc__ or "",
    aliases=("CKV_AZURE_210",),
    mappings=(
        Mapping("MCSB v1", "NS-2", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0049", sourced=False),
    ),
)

FIXES = {
    "ip_rules": "Replace the entry in `ip_rules` that admits any source by the ranges that really need access.",
    "allowed_ips": "Replace the entry in `allowed_ips` that admits any source by the ranges that really need access.",
    "iprules": "Replace the entry in `ipRules` that admits any source by the ranges that really need access.",
    "ipallowlist": "Replace the entry in `ipAllowlist` that admits any source by the ranges that really need access.",
    "address_prefixes": "Replace the entry in the perimeter rule's `address_prefixes` that admits any source.",
    "addressprefixes": "Replace the entry in the perimeter rule's `addressPrefixes` that admits any source.",
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Judge each list of rules that can have an effect."""
    del options
    return tuple(_judgement(service, fact) for fact in _rules(service))


def _rules(service: AIService) -> Iterator[Fact]:
    network = service.network
    if network is not None and network.sources is not None and _has_effect(network.public_access):
        yield from _stated(network.sources)
    seen: set[Fact] = set()
    for perimeter in service.perimeters:
        if perimeter.sources is not None and may_be_enforced(perimeter) and perimeter.sources not in seen:
            seen.add(perimeter.sources)
            yield from _stated(perimeter.sources)


def _has_effect(public_access: Fact | None) -> bool:
    return public_access is None or public_access.possible != ("disabled",)


def _stated(fact: Fact) -> Iterator[Fact]:
    if fact.origin is not Origin.DEFAULT and reaches(fact) != ("nobody",):
        yield fact


def _judgement(service: AIService, fact: Fact) -> Judgement:
    found = set(reaches(fact))
    if found == {"anybody"}:
        message = f"A network rule of {service.title} admits any source: {states(fact)}"
        return Judgement(Verdict.FAIL, "any_source_rule", message, fact, fix=advice(fact, FIXES))
    open_ends = _undecided(fact)
    if "anybody" not in found and not open_ends:
        message = f"No network rule of {service.title} admits any source"
        return Judgement(Verdict.PASS, "specific_sources", message, fact)
    message = f"Cannot tell whether a network rule of {service.title} admits any source: {missing(fact, *open_ends)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)


def _undecided(fact: Fact) -> list[Unknown]:
    """What is open about the rules: the whole list, or members of it."""
    if not fact.possible:
        return [fact.value] if isinstance(fact.value, Unknown) else []
    lists = (value for value in fact.possible if isinstance(value, tuple))
    return [member for members in lists for member in members if isinstance(member, Unknown)]
