"""Tell an AI service for whom it may take on a role.

## What it checks

That the trust policy of a role for Bedrock, AgentCore or Q Business has a condition on the account or the resource
that the service works for.

## Why it matters

The service takes on roles for all its customers. Without a condition it depends on the service alone that nobody
makes it take on your role for a resource of his: the confused deputy.

## How to fix

Add `StringEquals` on `aws:SourceAccount`, and `ArnLike` on `aws:SourceArn`, to the statement.

## Verdicts

- pass: `aws:SourceAccount`, `aws:SourceArn` or the organization is asked for (`trust_is_limited`); case does not
  matter.
- fail: nothing is asked for (`trust_is_open`).
- not applicable: no AI service is trusted. SageMaker is left out: AWS does not document the condition for it
  everywhere.

## References

- https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
- https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS306",
    slug="trust-policies",
    title="Let AI Services Assume Roles for Your Account Only",
    severity=Severity.LOW,
    category="identity",
    summary="The role is taken on for resources of one's own account only.",
    fix="Add a condition on `aws:SourceAccount` or `aws:SourceArn` to the statement.",
    doc=__doc__ or "",
    mappings=(Mapping("MITRE ATLAS", "AML.T0012", sourced=False),),
)

FIXES: dict[str, str] = {}

_WORDS = Words(
    has="says for whom the service may take on the role",
    reason="trust_is_limited",
    lacks=Lack("lets the service take on the role for anybody", "trust_is_open"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a trust policy that names an AI service without saying for whom it works."""
    del options
    return _protection.judge(service, "trust", _WORDS, FIXES)
