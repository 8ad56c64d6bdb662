"""Pull the images of models through your own network.

## What it checks

That the containers of a SageMaker model take their images from a registry that is reached through the model's VPC,
and not over the platform's network.

## Why it matters

An image is the code that sees every prompt and every answer. Pulled past your own network, it is subject to none of
your controls: not to the endpoint policy that names the registries that may be used, and not to your logs.

## How to fix

Set `RepositoryAccessMode` to `Vpc` in the `ImageConfig` of every container, and give the model a VPC that reaches
the registry.

## Verdicts

- pass: every container pulls through the VPC (`private_pull`).
- fail: one does not, by statement or by omission (`platform_pull`).
- unknown: the mode is not decided by the code.
- not applicable: the service has no containers of its own.

## References

- AWS Security Hub SageMaker.16, SageMaker.19
- https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-containers-inference-private.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import missing, says
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS102",
    slug="model-images",
    title="Pull Images of AI Models through a Private Network",
    severity=Severity.MEDIUM,
    category="supply chain",
    summary="The containers of the model take their images through its own network.",
    fix="Set the repository access mode of every container to `Vpc`.",
    doc=__doc__ or "",
    aliases=("SageMaker.16", "SageMaker.19"),
    mappings=(Mapping("MITRE ATLAS", "AML.T0010", sourced=False),),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a model that pulls an image past its VPC, as Security Hub SageMaker.16 and SageMaker.19 do."""
    del options
    fact = service.image_pull
    if fact is None:
        return ()
    return (by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact)),)


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value == "private":
        message = f"{service.title} pulls its images through its own network: {says(fact)}"
        return Judgement(Verdict.PASS, "private_pull", message, fact)
    message = f"{service.title} pulls images past its own network: {says(fact)}"
    return Judgement(Verdict.FAIL, "platform_pull", message, fact)


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell how {service.title} pulls its images: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
