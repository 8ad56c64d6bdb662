"""Run notebooks on a system that still gets updates.

## What it checks

That the platform of a SageMaker notebook instance is one that AWS supports: `notebook-al2-v3` or
`notebook-al2023-v1`, as of November 2026.

## Why it matters

A platform that is no longer supported gets no security updates, and the notebook on it holds a role and data. It
cannot be changed in place, so that such notebooks grow old.

## How to fix

Make the notebook anew on a supported platform.

## Verdicts

- pass: the platform is supported (`platform_supported`).
- fail: AWS has retired it (`platform_retired`).
- unknown: it is not decided by the code, not stated (the default changes), or newer than this list.
- not applicable: the service is no notebook instance.

## References

- AWS Security Hub SageMaker.8
- https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS701",
    slug="notebook-platforms",
    title="Run AI Notebooks on Supported Platforms",
    severity=Severity.MEDIUM,
    category="supply chain",
    summary="The notebook's platform is supported.",
    fix="Choose a platform that is supported.",
    doc=__doc__ or "",
    aliases=("SageMaker.8",),
    mappings=(
        Mapping("AWS Security Hub", "SageMaker.8", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("MITRE ATLAS", "AML.T0010", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "platform_identifier": 'Set `platform_identifier = "notebook-al2023-v1"`.',
    "platformidentifier": "Set `PlatformIdentifier` to `notebook-al2023-v1`.",
}

_WORDS = Words(
    has="runs on a supported platform",
    reason="platform_supported",
    lacks=Lack("runs on a platform that AWS has retired", "platform_retired"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a notebook on a retired platform, as Security Hub SageMaker.8 does."""
    del options
    return _protection.judge(service, "platform", _WORDS, FIXES)
