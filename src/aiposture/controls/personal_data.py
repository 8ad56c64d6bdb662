"""Let a guardrail block or mask personal data.

## What it checks

That a Bedrock guardrail looks for sensitive information, by kinds of personal data or by patterns, and does something
about it. On Google Cloud, that Model Armor uses Sensitive Data Protection, by its own kinds or by a template.

## Why it matters

Models repeat what they are given: a record in a knowledge base, a number in a prompt. The guardrail is the last place
where it can be held back. Prowler rates it high; here it is medium, because not every model sees such data.

## How to fix

Add kinds of personal data to `SensitiveInformationPolicyConfig`, with the action `BLOCK` or `ANONYMIZE`.

## Verdicts

- pass: at least one kind or pattern is blocked or masked (`personal_data_filtered`).
- fail: none is (`personal_data_passes`).
- unknown: the filters are not decided by the code.
- not applicable: the service is no guardrail.

## References

- Prowler, bedrock_guardrail_sensitive_information_filter_enabled
- https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS603",
    slug="personal-data",
    title="Filter Personal Data in Guardrails",
    severity=Severity.MEDIUM,
    category="model safety",
    summary="The guardrail blocks or masks personal data.",
    fix="Add kinds of personal data that the guardrail blocks or masks.",
    doc=__doc__ or "",
    mappings=(
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0057", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "filter_enforcement": 'Set `filter_enforcement = "ENABLED"`.',
}

_WORDS = Words(
    has="filters personal data",
    reason="personal_data_filtered",
    lacks=Lack("lets personal data pass", "personal_data_passes"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a guardrail that filters no sensitive information."""
    del options
    return _protection.judge(service, "personal_data_filter", _WORDS, FIXES)
