"""Do not let AI agents share a role.

## What it checks

That no two agents, AgentCore runtimes, harnesses or gateways of a deployment run under the same IAM role.

## Why it matters

A shared role has the rights of all who share it. The agent that is talked into something can then do what only
another one needs, and the log does not tell the two apart.

## How to fix

Make a role for each agent, with the rights that this one needs.

## Verdicts

- pass: the role is that of one agent in this deployment (`own_role`).
- fail: others have it too (`shared_role`).
- not applicable: the service is no agent, or the code does not tell which role it has.

## References

- Prowler, AWS AI security framework AISF-AGENT
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS305",
    slug="agent-roles",
    title="Give Each AI Agent a Role of Its Own",
    severity=Severity.LOW,
    category="identity",
    summary="No other agent runs under the role.",
    fix="Give each agent a role of its own.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS AI security framework", "AISF-AGENT", sourced=True, source="Prowler"),
        Mapping("OWASP LLM 2025", "LLM06", sourced=False),
    ),
)

FIXES: dict[str, str] = {}

_WORDS = Words(
    has="has a role of its own",
    reason="own_role",
    lacks=Lack("shares its role with another agent", "shared_role"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail agents of one deployment that run under the same role."""
    del options
    return _protection.judge(service, "own_role", _WORDS, FIXES)
