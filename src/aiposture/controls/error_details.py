"""Keep details of errors from the callers of AI gateways.

## What it checks

That an AgentCore gateway does not return what went wrong inside: `ExceptionLevel` is not `DEBUG`.

## Why it matters

Messages of a gateway under debugging name targets, roles, addresses and stack traces. Whoever calls, and whoever makes
an agent call, learns how the tools behind it are built.

## How to fix

Leave `ExceptionLevel` out. Debug in an account of its own.

## Verdicts

- pass: the level is not set (`errors_are_short`).
- fail: it is `DEBUG` (`errors_in_detail`).
- unknown: the level is not decided by the code.
- not applicable: the service is no gateway.

## References

- AWS sample AI/ML security assessment, AG-26
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-debug-messages.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS210",
    slug="error-details",
    title="Keep Details of Errors from Callers of AI Gateways",
    severity=Severity.MEDIUM,
    category="internet exposure",
    summary="Callers are not told what went wrong inside.",
    fix="Leave the exception level out.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS sample AI/ML security assessment", "AG-26", sourced=True, source="aws-samples"),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "exception_level": "Remove `exception_level`.",
    "exceptionlevel": "Remove `ExceptionLevel`.",
}

_WORDS = Words(
    has="tells its callers no details of errors",
    reason="errors_are_short",
    lacks=Lack("tells its callers what went wrong inside", "errors_in_detail"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a gateway that returns debugging messages, as the AWS sample assessment AG-26 does."""
    del options
    return _protection.judge(service, "error_details", _WORDS, FIXES)
