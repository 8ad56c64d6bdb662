"""Let the private endpoint of an AI service pass only what is needed.

## What it checks

That the interface endpoint of an AI service (Bedrock, AgentCore, SageMaker, Kendra, Q) has a policy, and that it does
not allow every action on every resource to everybody. An endpoint without a policy allows all of that.

## Why it matters

The endpoint is the way out of a closed network. With full access it leads to every account: whoever runs code inside
can call models, fill vector stores and invoke agents of an account of his own, and carry your data there.

## How to fix

Give the endpoint a policy that names actions and resources, or that asks for your organization: `aws:PrincipalOrgID`
and `aws:ResourceOrgID`. Callers of AgentCore with a token are no principals of IAM: there limit actions and
resources, and leave the principal open.

## Verdicts

- pass: the policy limits actions, resources, principals or conditions (`endpoint_limited`).
- fail: there is no policy, or it allows everything (`endpoint_allows_everything`).
- unknown: the policy is not decided by the code.
- not applicable: the endpoint is not that of an AI service.

## References

- Prowler, AWS AI security framework AISF-INFRA-01
- https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
- https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS207",
    slug="endpoint-policies",
    title="Limit What VPC Endpoints of AI Services Let Through",
    severity=Severity.LOW,
    category="internet exposure",
    summary="The endpoint's policy allows less than everything.",
    fix="Give the endpoint a policy that names actions and resources, or that asks for your organization.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS AI security framework", "AISF-INFRA-01", sourced=True, source="Prowler"),
        Mapping("MITRE ATLAS", "AML.T0025", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "policy": "Set `policy` to a document that names actions and resources, or that asks for `aws:PrincipalOrgID`.",
    "policydocument": "Let `PolicyDocument` name actions and resources, or ask for `aws:PrincipalOrgID`.",
}

_WORDS = Words(
    has="limits what passes it",
    reason="endpoint_limited",
    lacks=Lack("lets everything pass, to every account", "endpoint_allows_everything"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail an endpoint whose policy allows everything, or that has none."""
    del options
    return _protection.judge(service, "endpoint_policy", _WORDS, FIXES)
