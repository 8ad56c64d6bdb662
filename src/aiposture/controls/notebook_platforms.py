"""Run notebooks on a system that still gets updates.

## What it checks

That the platform of a SageMaker notebook instance is one that AWS supports: `notebook-al2-v3` or
`notebook-al2023-v1`, as of November 2026. A notebook of Vertex AI Workbench is upgraded in place, if its metadata say
when: `notebook-upgrade-schedule`; an organization policy can ask all of them for it.

## Why it matters

A platform that is no longer supported gets no security updates, and the notebook on it holds a role and data. It
cannot be changed in place, so that such notebooks grow old.

## How to fix

Make the notebook anew on a supported platform. On Workbench write a schedule, such as `00 19 * * MON`.

## Verdicts

- pass: the platform is supported, or upgraded on a schedule (`platform_supported`).
- fail: AWS has retired it (`platform_retired`); low: there is no schedule of upgrades, which is the default on
  Workbench (`no_upgrade_schedule`).
- unknown: it is not decided by the code, not stated (the default changes), or newer than this list.
- not applicable: the service is no notebook instance.

## References

- AWS Security Hub SageMaker.8
- https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html
- terraform-google-enterprise-genai VAI-CO-4.6, ainotebooks.requireAutoUpgradeSchedule
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
    "notebook-upgrade-schedule": 'Set `notebook-upgrade-schedule = "00 19 * * MON"` in the metadata of the notebook.',
    "enforce": 'Set `enforce = "TRUE"`.',
    "platformidentifier": "Set `PlatformIdentifier` to `notebook-al2023-v1`.",
}

_WORDS = Words(
    has="runs on a supported platform",
    reason="platform_supported",
    lacks=Lack("runs on a platform that AWS has retired", "platform_retired"),
    between={"no-schedule": Lack("gets no upgrades by itself", "no_upgrade_schedule", Severity.LOW)},
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a notebook on a retired platform, as Security Hub SageMaker.8 does."""
    del options
    return _protection.judge(service, "platform", _WORDS, FIXES)
