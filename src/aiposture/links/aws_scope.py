"""What one resource of AWS says for others of its unit: guardrails for the account, policies of endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from aiposture.aws_policies import statements
from aiposture.links.addresses import without_indexes
from aiposture.links.names import kind_of, reference_of
from aiposture.model import AIService, Fact, Origin, Reference, Resource, Unknown, Value

_ENFORCED = ("aws_bedrock_enforced_guardrail_configuration", "AWS::Bedrock::EnforcedGuardrailConfiguration")
_GUARDRAILS = frozenset({"aws_bedrock_guardrail", "aws::bedrock::guardrail"})
_VERSIONS = (
    ("guardrail_configuration", 0, "guardrail_version"),
    ("GuardrailConfiguration", "GuardrailVersion"),
)
_ENDPOINT_POLICY = "aws_vpc_endpoint_policy"

WANTED: frozenset[str] = frozenset({*_ENFORCED, "awscc_bedrock_enforced_guardrail_configuration", _ENDPOINT_POLICY})
_ENFORCED_FOLDED = frozenset(name.casefold() for name in _ENFORCED)


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services with what other resources of their unit decide for them."""
    enforced = {each.unit: each for each in resources if kind_of(each) in _ENFORCED_FOLDED and each.exists is not False}
    policies = {
        (each.unit, without_indexes(reference.address)): each
        for each in resources
        if each.type == _ENDPOINT_POLICY and each.exists is not False
        for reference in (_target(each),)
        if reference is not None
    }
    drafts = {(each.unit, without_indexes(each.address)) for each in resources if kind_of(each) in _GUARDRAILS}
    return [_guarded(_drafted(_limited(service, policies), drafts), enforced) for service in services]


def _drafted(service: AIService, drafts: AbstractSet[tuple[str, str]]) -> AIService:
    """An agent that takes the version of a guardrail from the guardrail itself has the draft.

    Amazon Bedrock API, CreateGuardrail: the version "will always be DRAFT"; a version is a resource of its own.
    """
    facts = service.protections.get("guardrail", ())
    for path in _VERSIONS if facts and facts[0].value is True else ():
        value = service.resource.get(*path)
        reference = None if value is None else reference_of(value)
        if value is None or reference is None or reference.path[-1:] not in {("version",), ("Version",)}:
            continue
        if (service.resource.unit, without_indexes(reference.address)) in drafts:
            name = ".".join(part for part in path if isinstance(part, str))
            fact = Fact("draft", Origin.STATED, name, value.location, ("draft",), stated="DRAFT", trail=value.trail)
            return service._replace(protections={**service.protections, "guardrail": (fact,)})
    return service


def _target(policy: Resource) -> Reference | None:
    value = policy.get("vpc_endpoint_id")
    return None if value is None else reference_of(value)


def _guarded(service: AIService, enforced: dict[str, Resource]) -> AIService:
    facts = service.protections.get("guardrail", ())
    guard = enforced.get(service.resource.unit)
    if guard is None or not facts or facts[0].value is True:
        return service
    fact = Fact(
        value=True,
        origin=Origin.STATED,
        property=facts[0].property,
        location=guard.header,
        possible=(True,),
        stated=guard.address,
    )
    return service._replace(protections={**service.protections, "guardrail": (fact,)})


def _limited(service: AIService, policies: dict[tuple[str, str], Resource]) -> AIService:
    policy = policies.get((service.resource.unit, without_indexes(service.resource.address)))
    if policy is None or "endpoint_policy" not in service.protections:
        return service
    value = policy.get("policy")
    fact = _limits(Value(None, policy.header) if value is None else value)
    return service._replace(protections={**service.protections, "endpoint_policy": (fact,)})


def _limits(value: Value) -> Fact:
    found = statements(value)
    if found is None:
        data = value.data if isinstance(value.data, Unknown) else Unknown("", "is no policy that can be read")
        return Fact(data, Origin.UNRESOLVED, "policy", value.location, ())
    limited = not any(each.everything and "*" in each.principals for each in found)
    return Fact(limited, Origin.STATED, "policy", value.location, (limited,), trail=value.trail)
