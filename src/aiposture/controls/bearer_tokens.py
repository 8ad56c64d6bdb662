"""Say who may make API keys of Bedrock, and who may call with them.

## What it checks

That no policy of AWS allows by name to make API keys (`iam:CreateServiceSpecificCredential`) or to call with them
(`bedrock:CallWithBearerToken`, `bedrock-mantle:CallWithBearerToken`), unless keys are short-lived; and that a policy
that denies them denies both ways of calling.

## Why it matters

A key is a bearer token: whoever has it, calls. One that does not end is as good as a password without a second
factor. Bedrock answers on two endpoints with rights of their own, and a deny of one of them is none.

## How to fix

Deny both actions where roles do the work. Else ask for `bedrock:BearerTokenType` to be `SHORT_TERM`, and narrow the
making of credentials by `iam:ServiceSpecificCredentialServiceName`.

## Verdicts

- pass: keys are denied on both endpoints, or allowed only for a short time (`tokens_restricted`).
- fail: a statement allows keys (`tokens_allowed`), or denies them on one endpoint only.
- not applicable: no statement names these actions; `bedrock:*` is judged by AIS303.

## References

- AWS example service control policies, Deny-Bedrock-api-keys
- https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-permissions.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS403",
    slug="bearer-tokens",
    title="Restrict API Keys of AI Services",
    severity=Severity.MEDIUM,
    category="identity",
    summary="Nobody may make or use API keys at will.",
    fix="Deny `bedrock:CallWithBearerToken` and `bedrock-mantle:CallWithBearerToken`, or ask for short-term keys.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS example SCP", "Deny-Bedrock-api-keys", sourced=True, source="aws-samples"),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
    ),
)

FIXES: dict[str, str] = {}

_WORDS = Words(
    has="restricts API keys",
    reason="tokens_restricted",
    lacks=Lack("lets API keys be made or used", "tokens_allowed"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a statement that allows API keys, and a deny that leaves one endpoint open."""
    del options
    return _protection.judge(service, "bearer_tokens", _WORDS, FIXES)
