"""Let a guardrail block attacks by prompts.

## What it checks

That a Bedrock guardrail has the filter `PROMPT_ATTACK`, with a strength, switched on, and with an action that blocks.
On Google Cloud, that a template or the floor setting of Model Armor has the filter for prompt injection and jailbreaks
switched on, and does not only inspect; that a guardrail of conversational agents against such prompts is enabled, and
blocks also when its model fails.

## Why it matters

Jailbreaks and injected instructions are how a model is turned against those who run it. The filter is not part of a
guardrail unless it is asked for, and its strength alone does not make it act.

## How to fix

Add the filter `PROMPT_ATTACK` with the input strength `HIGH`. Its output strength has to be `NONE`.

## Verdicts

- pass: the filter blocks (`prompt_attacks_blocked`).
- fail: it is not there, has no strength, only detects, or is switched off (`prompt_attacks_pass`).
- unknown: the filters are not decided by the code.
- not applicable: the service is no guardrail.

## References

- Well-Architected Generative AI Lens, GENSEC04-BP02
- https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-prompt-attack.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS602",
    slug="prompt-attacks",
    title="Block Prompt Attacks in Guardrails",
    severity=Severity.HIGH,
    category="model safety",
    summary="The guardrail blocks prompt attacks.",
    fix="Add the filter `PROMPT_ATTACK` with a strength for inputs.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC04-BP02", sourced=True, source="Well-Architected"),
        Mapping("OWASP LLM 2025", "LLM01", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0051", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0054", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "enforcement_type": 'Set `enforcement_type = "INSPECT_AND_BLOCK"`.',
    "filter_enforcement": 'Set `filter_enforcement = "ENABLED"`.',
}

_WORDS = Words(
    has="blocks prompt attacks",
    reason="prompt_attacks_blocked",
    lacks=Lack("lets prompt attacks pass", "prompt_attacks_pass"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a guardrail whose filter for prompt attacks is missing or does nothing."""
    del options
    return _protection.judge(service, "prompt_attack_filter", _WORDS, FIXES)
