"""Grant rights on AI services by name.

## What it checks

That IAM policies of AWS name what may be used: which actions on which models, agents, endpoints or collections, and
that no managed policy with full access to an AI service is attached. Only statements about AI services count;
`Action: "*"` is not especially about AI and left to other tools.

## Why it matters

A role with `bedrock:*` on everything can call any model at your cost, change guardrails, read what agents remember
and delete what they know. It is the role of a workload that reads prompts: whoever talks it into using its rights
has them.

## How to fix

List the actions that the workload calls, and the ARNs of its models, inference profiles, agents or endpoints. Write
a policy of your own in place of `AmazonBedrockFullAccess` and `AmazonSageMakerFullAccess`.

## Verdicts

One for each statement about AI services, and for each managed policy that is known:

- pass: actions or resources are named, or a condition narrows them, such as `bedrock:GuardrailIdentifier`
  (`rights_scoped`).
- fail: a wildcard of actions on every resource (`rights_wildcard`), full access by a managed policy
  (`rights_full_access`); medium: every model may be used (`rights_every_model`), or the managed policy is the one of
  SageMaker's quick start (`rights_broad`). `NotAction` and `NotResource` mean all but what they name, which is nearly
  everything.
- not applicable: nothing is granted on an AI service. Actions that cannot be limited to a resource, and those that
  only look, count as named.

## References

- Well-Architected Generative AI Lens, GENSEC01-BP01; Security pillar, SEC03-BP02
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html
- https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrockagentcore.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import missing, shortened
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS303",
    slug="scoped-rights",
    title="Grant Rights on AI Services by Name",
    severity=Severity.HIGH,
    category="identity",
    summary="No policy grants all of an AI service.",
    fix="List the actions that are called, and the ARNs that they are called on.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC01-BP01", sourced=True, source="Well-Architected"),
        Mapping("MITRE ATLAS", "AML.T0053", sourced=False),
        Mapping("OWASP LLM 2025", "LLM06", sourced=False),
    ),
)

_MEDIUM = frozenset({"every-model", "broad"})
_SAID = {
    "wildcard": "grants all of an AI service, on everything",
    "every-model": "lets every model, agent or endpoint be used",
    "full-access": "grants full access to an AI service",
    "broad": "grants broad access to an AI service",
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Judge every statement about AI services, and every managed policy that gives one away."""
    del options
    return tuple(_of(service, fact) for fact in service.rights)


def _of(service: AIService, fact: Fact) -> Judgement:
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    word, stated = str(value), shortened(str(fact.stated))
    if word == "scoped":
        return Judgement(Verdict.PASS, "rights_scoped", f"{service.title} names what may be used: {stated}", fact)
    return Judgement(
        verdict=Verdict.FAIL,
        reason=f"rights_{word.replace('-', '_')}",
        message=f"{service.title} {_SAID[word]}: {stated}",
        because=fact,
        severity=Severity.MEDIUM if word in _MEDIUM else None,
    )


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell what {service.title} grants: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
