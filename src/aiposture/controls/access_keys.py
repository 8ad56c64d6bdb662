"""Give workloads a role for AI services, and no access key.

## What it checks

That no access key is made for an IAM user who has rights on AI services. The user, the key and the rights have to
stand in the same deployment. On Google Cloud it is the key of a service account that has a role of an AI service.

## Why it matters

An access key never ends. Terraform keeps its secret in the state, CloudFormation hands it on as text, and from there
it goes into settings and pipelines. Whoever finds it calls models at your cost until somebody notices.

## How to fix

Let the workload have a role: of the function, the task, the instance or the cluster's service account. What runs
outside of AWS uses IAM Roles Anywhere or web identity federation.

## Verdicts

- pass: the key is inactive (`access_key_inactive`).
- fail: a user with rights on AI services has an access key (`access_key`).
- not applicable: the key is that of another user, or it cannot be told whose.

## References

- Well-Architected Generative AI Lens, GENSEC05-BP01; Security pillar, SEC02-BP02
- https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS304",
    slug="access-keys",
    title="Let Roles Use AI Services, not Access Keys",
    severity=Severity.HIGH,
    category="identity",
    summary="No access key is made for a user with rights on AI services.",
    fix="Give the workload a role in place of the user and the key.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Well-Architected", "SEC02-BP02", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
    ),
)

FIXES: dict[str, str] = {}

_WORDS = Words(
    has="has an access key that cannot be used",
    reason="access_key_inactive",
    lacks=Lack("has an access key, where a workload should have a role", "access_key"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail an active access key of a user whom the same deployment gives rights on AI services."""
    del options
    return _protection.judge(service, "roles_not_keys", _WORDS, FIXES)
