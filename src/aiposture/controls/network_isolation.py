"""Isolate the containers of an AI workload from every network.

## What it checks

That network isolation is on for SageMaker models and for processing and monitoring jobs: their containers can make
no network calls, not even inside the VPC.

## Why it matters

A model artifact or a container from elsewhere is code that runs beside your data. Isolated, it can keep what it
learns only in the outputs that you read; otherwise it can send it anywhere that the network reaches.

## How to fix

Turn network isolation on. SageMaker itself still copies the inputs in and the outputs out. A container that must
call other services cannot be isolated: give it a VPC with endpoints, and accept the finding with a reason.

## Verdicts

- pass: network isolation is on (`isolated`).
- fail: it is off (`not_isolated`), by statement or by omission.
- unknown: the switch is not decided by the code.
- not applicable: the service has no such switch; a monitoring schedule that names its job definition leaves it to
  that.

## References

- AWS Security Hub SageMaker.5, SageMaker.11, SageMaker.12, SageMaker.14, SageMaker.20, SageMaker.25
- https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, missing, says
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS203",
    slug="network-isolation",
    title="Isolate AI Workloads from the Network",
    severity=Severity.MEDIUM,
    category="internet exposure",
    summary="The containers of the workload can make no network calls.",
    fix="Turn network isolation on.",
    doc=__doc__ or "",
    aliases=(
        "SageMaker.5", "SageMaker.11", "SageMaker.12", "SageMaker.14", "SageMaker.20", "SageMaker.25", "CKV_AWS_370",
    ),
    mappings=(Mapping("MITRE ATLAS", "AML.T0025", sourced=False),),
)  # fmt: skip

FIXES = {
    "enable_network_isolation": "Set `enable_network_isolation = true`.",
    "enablenetworkisolation": "Set `EnableNetworkIsolation` to `true`.",
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a workload whose containers can call out, as Security Hub SageMaker.5 does for models."""
    del options
    fact = service.isolation
    if fact is None:
        return ()
    return (by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact)),)


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value is True:
        message = f"{service.title} can make no network calls: {says(fact)}"
        return Judgement(Verdict.PASS, "isolated", message, fact)
    message = f"{service.title} can make network calls: {says(fact)}"
    return Judgement(Verdict.FAIL, "not_isolated", message, fact, fix=advice(fact, FIXES))


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether {service.title} can make network calls: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
