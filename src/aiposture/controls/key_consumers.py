"""Do not hand the keys of an Azure AI service around.

## What it checks

That no shared key of the service flows into a setting, a secret, a connection or an output: neither its attributes
(`primary_access_key`), nor an action that lists keys, nor a data source that reads the service. The service itself
may stand elsewhere; the consumer is what is reported.

## Why it matters

Every copy of a key widens the circle that can use the service as anybody: those who read the application's
settings, the container's environment, the state file, the output of a pipeline. The key cannot tell them apart, and
changing it breaks them all at once. A consumer with a managed identity and a role needs no copy.

## How to fix

Give the consumer a managed identity and a role on the service, use the service's endpoint with a token, and remove
the key. Then switch local authentication off (AIS401).

## Verdicts

- pass: the service has keys, and none is handed out in the scanned code.
- fail: a key is handed to a consumer (`key_handed_out`), one finding for each place. A key vault, a connection or
  API Management is medium; application settings, containers and outputs are high. A key of a service whose keys are
  switched off (`key_of_disabled_auth`) cannot be listed at all: Azure answers with HTTP 400.
- unknown: a condition that the code does not decide says whether a key is handed on (`unresolved_value`).
- not applicable: the service has no keys that code can read.

On AWS the keys are API keys of Bedrock, and access keys of users who have rights on AI services; a Lambda function, a
container of ECS, a secret of Secrets Manager or a credential provider of AgentCore is a consumer.

A key vault reference in an application setting still is authentication with a key: the secret that holds it is
reported.

## References

- https://learn.microsoft.com/azure/ai-services/authentication
- https://learn.microsoft.com/azure/ai-services/openai/how-to/managed-identity
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._options import Options
from aiposture.controls._wording import shortened, states
from aiposture.model import AIService, Control, Judgement, KeyUse, Mapping, Related, Severity, SinkKind, Verdict

CONTROL = Control(
    id="AIS402",
    slug="key-consumers",
    title="Keep Azure AI Service Keys out of Settings, Secrets and Outputs",
    severity=Severity.HIGH,
    category="identity",
    summary="No shared key of the service is handed to a consumer.",
    fix="Give the consumer a managed identity and a role on the service, and remove the key.",
    doc=__doc__ or "",
    mappings=(
        Mapping("MCSB v1", "IM-8", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)

SEVERITIES: dict[SinkKind, Severity] = {
    "key vault secret": Severity.MEDIUM,
    "connection": Severity.MEDIUM,
    "api management": Severity.MEDIUM,
    "other": Severity.MEDIUM,
    "app setting": Severity.HIGH,
    "container": Severity.HIGH,
    "output": Severity.HIGH,
}

_SINKS: dict[SinkKind, str] = {
    "key vault secret": "a key vault secret",
    "connection": "a connection",
    "api management": "API Management",
    "other": "another resource",
    "app setting": "application settings",
    "container": "a container's configuration",
    "output": "an output",
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail each place that holds a key; pass a service that has keys and hands none out."""
    del options
    if service.key_uses:
        return tuple((_handed_out if use.certain else _undecided)(service, use) for use in service.key_uses)
    if not service.keys:
        return ()
    message = f"No key of {service.title} is handed out in the scanned code"
    return (Judgement(Verdict.PASS, "no_key_handed_out", message, location=service.resource.header),)


def _handed_out(service: AIService, use: KeyUse) -> Judgement:
    key_auth = service.key_auth
    contradicts = key_auth is not None and key_auth.value is False
    sink, expression = _SINKS[use.sink], shortened(use.expression)
    message = f"A key of {service.title} is handed to {sink}: `{use.property}` is `{expression}`"
    if contradicts and key_auth is not None:
        message = (
            f"A key of {service.title} is used although keys are switched off: {states(key_auth)}, so listing them "
            f"fails with HTTP 400 or leaves `{use.property}` empty"
        )
    return Judgement(
        verdict=Verdict.FAIL,
        reason="key_of_disabled_auth" if contradicts else "key_handed_out",
        message=message,
        because=key_auth if contradicts else None,
        location=use.location,
        resource=use.consumer,
        related=_giver(service, use),
        severity=SEVERITIES[use.sink],
        key=_key(service, use),
    )


def _undecided(service: AIService, use: KeyUse) -> Judgement:
    message = (
        f"Cannot tell whether a key of {service.title} is handed to {_SINKS[use.sink]}: "
        f"`{use.property}` is `{shortened(use.expression)}`"
    )
    return Judgement(
        verdict=Verdict.UNKNOWN,
        reason="unresolved_value",
        message=message,
        location=use.location,
        resource=use.consumer,
        related=_giver(service, use),
        severity=SEVERITIES[use.sink],
        key=_key(service, use),
    )


def _key(service: AIService, use: KeyUse) -> str:
    """Two keys that are handed to one consumer are two findings, whatever their order."""
    return f"{use.property} {service.resource.address} {use.attribute}"


def _giver(service: AIService, use: KeyUse) -> tuple[Related, ...]:
    return (Related(f"{service.title}, whose key `{use.attribute}` gives away", service.resource.header),)
