"""Let an AI service know the person behind a request.

## What it checks

That a Kendra index filters what it finds by a token of the user, and not by attributes that the caller states; and
that a SageMaker Studio domain stamps the name of the user on what the shared execution role does. The sign-in of a
domain (IAM Identity Center or IAM) is an identity both ways, and not judged.

## Why it matters

Documents have readers. An index that believes the caller who asks shows them to whoever states the right name. And of
ten people in Studio under one role, the log names none.

## How to fix

Set the index to `USER_TOKEN` with the configuration of the tokens, the domain's `ExecutionRoleIdentityConfig` to
`USER_PROFILE_NAME`.

## Verdicts

- pass: the user is known (`users_told_apart`).
- fail: the caller says who the user is, or nobody does (`users_not_told_apart`), which is the default.
- unknown: the setting is not decided by the code.
- not applicable: the service has no such setting.

## References

- https://docs.aws.amazon.com/kendra/latest/dg/user-context-filter.html
- https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS404",
    slug="user-identity",
    title="Tell the Users of AI Services Apart",
    severity=Severity.LOW,
    category="identity",
    summary="The service knows the single user.",
    fix="Let the index check tokens of users; let Studio name the user in the role's sessions.",
    doc=__doc__ or "",
    mappings=(
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "user_context_policy": 'Set `user_context_policy = "USER_TOKEN"`, and configure the tokens.',
    "usercontextpolicy": "Set `UserContextPolicy` to `USER_TOKEN`, and configure the tokens.",
    "execution_role_identity_config": 'Set `execution_role_identity_config = "USER_PROFILE_NAME"`.',
    "executionroleidentityconfig": "Set `ExecutionRoleIdentityConfig` to `USER_PROFILE_NAME`.",
}

_WORDS = Words(
    has="tells its users apart",
    reason="users_told_apart",
    lacks=Lack("does not know which user asks", "users_not_told_apart"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail an index or a domain that cannot tell one user from another."""
    del options
    return _protection.judge(service, "user_identity", _WORDS, FIXES)
