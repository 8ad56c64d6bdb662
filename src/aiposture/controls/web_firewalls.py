"""Put a web application firewall before AI gateways.

## What it checks

That a web ACL of AWS WAF is associated with an AgentCore gateway, where the code associates web ACLs.

## Why it matters

A gateway is a public HTTPS endpoint. A web ACL limits how often somebody may call, from where, and which requests are
known attacks; without one each request reaches the authorizer, and each accepted one a tool.

## How to fix

Associate a web ACL with the ARN of the gateway, with a rate limit at least.

## Verdicts

- pass: a web ACL is associated with the gateway (`web_firewall_attached`).
- fail: the same code associates web ACLs with other resources, each of which it names, and none with this gateway
  (`no_web_firewall`).
- not applicable: the code associates no web ACL. Another one may.

## References

- AWS sample AI/ML security assessment, AG-27
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-waf.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS211",
    slug="web-firewalls",
    title="Put a Web Application Firewall before AI Gateways",
    severity=Severity.LOW,
    category="internet exposure",
    summary="Requests pass a web ACL.",
    fix="Associate a web ACL of AWS WAF with the ARN of the gateway.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS sample AI/ML security assessment", "AG-27", sourced=True, source="aws-samples"),
        Mapping("OWASP LLM 2025", "LLM10", sourced=False),
    ),
)

_WORDS = Words(
    has="stands behind a web application firewall",
    reason="web_firewall_attached",
    lacks=Lack("has no web application firewall before it", "no_web_firewall"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a gateway that was left out where web ACLs are associated, in the sense of the AWS sample's AG-27."""
    del options
    return _protection.judge(service, "web_firewall", _WORDS, {})
