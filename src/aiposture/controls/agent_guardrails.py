"""Put a guardrail between an agent and those who talk to it.

## What it checks

That a Bedrock agent names a guardrail, or that the deployment enforces one for the whole account; and that the
guardrail is a numbered version. On Google Cloud, that a floor setting of Model Armor for Vertex AI is enforced, and
blocks.

## Why it matters

What a model is told and what it says pass unseen otherwise: instructions hidden in a document, somebody's personal
data in an answer. A guardrail in the version `DRAFT` is one that can be emptied while the agent runs.

## How to fix

Make a guardrail and a version of it, and name both in the agent.

## Verdicts

- pass: a version of a guardrail is named, or one is enforced (`guardrail`).
- fail: there is none (`no_guardrail`), or its version is `DRAFT` (`guardrail_is_a_draft`, low): so is the version that
  the guardrail itself has; one that stays is a resource of its own.
- unknown: the block is not decided by the code.
- not applicable: the service is no agent. AgentCore runtimes ask for guardrails in their own code.

## References

- Well-Architected Generative AI Lens, GENSEC02-BP01
- https://docs.aws.amazon.com/bedrock/latest/userguide/agents-guardrail.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS601",
    slug="agent-guardrails",
    title="Give AI Agents a Guardrail",
    severity=Severity.HIGH,
    category="model safety",
    summary="The agent has a guardrail of a fixed version.",
    fix="Name a guardrail and a version of it.",
    doc=__doc__ or "",
    aliases=("CKV_AWS_383",),
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC02-BP01", sourced=True, source="Well-Architected"),
        Mapping("OWASP LLM 2025", "LLM01", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0051", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "enable_floor_setting_enforcement": "Set `enable_floor_setting_enforcement = true`.",
    "inspect_and_block": "Set `inspect_and_block = true` in `ai_platform_floor_setting`.",
}

_WORDS = Words(
    has="has a guardrail",
    reason="guardrail",
    lacks=Lack("has no guardrail", "no_guardrail"),
    between={
        "draft": Lack(
            "has a guardrail that is a draft and can change at any time", "guardrail_is_a_draft", Severity.LOW
        ),
    },
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail an agent without a guardrail, unless one is enforced for the account."""
    del options
    return _protection.judge(service, "guardrail", _WORDS, FIXES)
