"""Encrypt what the machines of a job send each other.

## What it checks

That encryption of the traffic between containers is on for SageMaker jobs that monitor models or process data, and
for training jobs.

## Why it matters

A job on several machines sends its data and the model's weights from one to the next. That traffic leaves the
machine, and in a VPC of your own it crosses your network in plain text.

## How to fix

Turn the encryption of inter-container traffic on. Distributed training can take longer.

## Verdicts

- pass: it is on (`traffic_encrypted`).
- fail: it is off, by statement or by omission (`traffic_in_plain`).
- unknown: the switch is not decided by the code.
- not applicable: the service runs no job; a schedule that names its job definition leaves it to that.

## References

- AWS Security Hub SageMaker.9, SageMaker.10, SageMaker.13, SageMaker.15, SageMaker.22
- https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS502",
    slug="traffic-encryption",
    title="Encrypt Traffic between the Machines of AI Jobs",
    severity=Severity.MEDIUM,
    category="data security",
    summary="The machines of the job encrypt what they send each other.",
    fix="Turn the encryption of inter-container traffic on.",
    doc=__doc__ or "",
    aliases=(
        "SageMaker.9",
        "SageMaker.10",
        "SageMaker.13",
        "SageMaker.15",
        "SageMaker.22",
        "CKV_AWS_369",
    ),
    mappings=(
        Mapping("AWS Security Hub", "SageMaker.9", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.10", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.13", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.15", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.22", sourced=True, source="AI Security Best Practices v1.0.0"),
    ),
)

FIXES: dict[str, str] = {
    "enable_inter_container_traffic_encryption": "Set `enable_inter_container_traffic_encryption = true`.",
    "enableintercontainertrafficencryption": "Set `EnableInterContainerTrafficEncryption` to `true`.",
}

_WORDS = Words(
    has="encrypts the traffic between its machines",
    reason="traffic_encrypted",
    lacks=Lack("sends data between its machines in plain", "traffic_in_plain"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a job whose machines talk in plain, as Security Hub SageMaker.9 does."""
    del options
    return _protection.judge(service, "traffic_encryption", _WORDS, FIXES)
