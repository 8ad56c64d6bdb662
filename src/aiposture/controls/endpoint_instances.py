"""Keep a model answering when one machine is lost.

## What it checks

That each variant of a SageMaker endpoint begins with at least two instances, which SageMaker puts into different
zones. It stands among the controls on logging and threat protection, because what it protects from is denial of
service; there is no hundred for availability alone.

## Why it matters

A single machine that fails, or is kept busy by whoever sends it enough, takes the endpoint with it for the minutes
that a new one needs.

## How to fix

Set the initial count of instances to 2 or more, and let scaling start from there.

## Verdicts

- pass: two or more instances (`several_instances`).
- fail: one (`single_instance`).
- unknown: the count is not decided by the code, or not stated.
- not applicable: the variant is served without servers, or the service is no endpoint.

## References

- AWS Security Hub SageMaker.4
- https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS802",
    slug="endpoint-instances",
    title="Serve Models from More than One Instance",
    severity=Severity.MEDIUM,
    category="availability",
    summary="Each variant begins with two instances or more.",
    fix="Set the initial count of instances to 2 or more.",
    doc=__doc__ or "",
    aliases=("SageMaker.4",),
    mappings=(
        Mapping("AWS Security Hub", "SageMaker.4", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("MITRE ATLAS", "AML.T0029", sourced=False),
        Mapping("OWASP LLM 2025", "LLM10", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "initial_instance_count": "Set `initial_instance_count` to 2 or more.",
    "initialinstancecount": "Set `InitialInstanceCount` to 2 or more.",
}

_WORDS = Words(
    has="is served from more than one instance",
    reason="several_instances",
    lacks=Lack("is served from a single instance", "single_instance"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail each variant with one instance, as Security Hub SageMaker.4 does."""
    del options
    return _protection.judge(service, "instances", _WORDS, FIXES)
