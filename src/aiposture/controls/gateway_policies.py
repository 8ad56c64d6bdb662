"""Let a policy decide what each caller of an AI gateway may do.

## What it checks

That a policy engine stands before the tools of an AgentCore gateway, and that it enforces what it decides.

## Why it matters

Authentication tells who calls, and no more. Without a policy every caller, and every agent that somebody talks into
it, may use every tool behind the gateway with every argument. An engine that only writes down what it would have
refused refuses nothing.

## How to fix

Make a policy engine, write policies for the tools, try them in the mode `LOG_ONLY`, then set the mode to `ENFORCE`.

## Verdicts

- pass: the policy engine enforces (`policies_enforced`).
- fail: there is none (`no_policy_engine`), or it only logs (`policies_logged_only`, medium).
- unknown: the mode is not decided by the code.
- not applicable: the service is no gateway.

## References

- AWS sample AI/ML security assessment, AG-25
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/policy.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS206",
    slug="gateway-policies",
    title="Enforce Policies on AI Gateways",
    severity=Severity.HIGH,
    category="model safety",
    summary="A policy engine decides on each call.",
    fix="Attach a policy engine with the mode `ENFORCE`.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS sample AI/ML security assessment", "AG-25", sourced=True, source="aws-samples"),
        Mapping("OWASP LLM 2025", "LLM06", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0053", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "mode": 'Set `mode = "ENFORCE"` in `policy_engine_configuration`.',
}

_WORDS = Words(
    has="lets a policy engine decide on every call",
    reason="policies_enforced",
    lacks=Lack("lets its callers use every tool, because no policy decides", "no_policy_engine"),
    between={
        "log-only": Lack(
            "logs what its policies would refuse, and refuses nothing", "policies_logged_only", Severity.MEDIUM
        ),
    },
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a gateway without a policy engine that enforces, as the AWS sample assessment AG-25 does."""
    del options
    return _protection.judge(service, "policy_engine", _WORDS, FIXES)
