"""Reach AI services from a VPC through an endpoint of that VPC.

## What it checks

That a function, a container service, a notebook or an agent runtime that runs in a VPC of AWS, and whose role may call
Bedrock, AgentCore or a SageMaker endpoint, has an interface endpoint for that service in its VPC. What it needs follows
from what its role allows: calls of models need `bedrock-runtime`, agents and knowledge bases `bedrock-agent-runtime`,
AgentCore `bedrock-agentcore`, models on SageMaker `sagemaker.runtime`. Nobody needs endpoints of a control plane.

## Why it matters

Without the endpoint the calls leave the VPC through a NAT gateway and the public endpoint of the service. The network
that keeps data in then has a way to the internet for everybody inside, and no endpoint policy can say what passes.

## How to fix

Add an interface endpoint for the service to the VPC, in the subnets of the workload and with private DNS.

## Verdicts

- pass: an endpoint for the service is seen in the same VPC, or in the same code where the VPC is not decided
  (`vpc_endpoint_seen`).
- fail: the VPC stands here with all its endpoints, none is for the service, and nobody else can add one: no output and
  no parameter store is told of the VPC, nothing of the code was left unread (`no_vpc_endpoint`). An endpoint without
  private DNS, which is the default of Terraform, is taken only by callers that name it (`endpoint_without_private_dns`,
  low).
- not applicable: everything else, above all networks that are declared in other code. That an endpoint is not seen does
  not say that it is missing.

## References

- Well-Architected Generative AI Lens, GENSEC01-BP02
- Prowler, bedrock_vpc_endpoints_configured
- https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html
- https://docs.aws.amazon.com/sagemaker/latest/dg/interface-vpc-endpoint.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS103",
    slug="vpc-endpoints",
    title="Call AI Services through Endpoints of the VPC",
    severity=Severity.MEDIUM,
    category="internet exposure",
    summary="The workload's VPC has an endpoint for the service that it calls.",
    fix="Add an interface endpoint for the service to the workload's VPC.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC01-BP02", sourced=True, source="Well-Architected"),
        Mapping("ISO/IEC 27001:2022", "A.8.20", sourced=True, source="Prowler bedrock_vpc_endpoints_configured"),
        Mapping("MITRE ATLAS", "AML.T0025", sourced=False),
    ),
)

_WORDS = Words(
    has="has an endpoint in its VPC for what it calls",
    reason="vpc_endpoint_seen",
    lacks=Lack("leaves its VPC for what it calls", "no_vpc_endpoint"),
    between={
        "no-private-dns": Lack(
            "has an endpoint in its VPC that only callers with its own name take",
            "endpoint_without_private_dns",
            Severity.LOW,
        ),
    },
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a workload whose VPC surely has no endpoint for the AI service that its role lets it call."""
    del options
    return _protection.judge(service, "vpc_endpoint", _WORDS, {})
