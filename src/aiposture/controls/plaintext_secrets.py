"""Keep the secrets of an AI workload out of the code.

## What it checks

That no secret stands in the code: a key in the environment of an agent, a model, a job or a function, the API key or
client secret of an AgentCore credential provider, the credentials of a Dialogflow tool or webhook. The default of a
variable or a parameter is code too.

## Why it matters

Whoever reads the repository, the state, the plan or the console's page of the resource has the key, and nobody sees
that it was used by another. For an agent it is worse: its environment is within reach of every prompt that makes it
tell what it knows.

## How to fix

Let the workload's role or service account authenticate where that is possible. Else keep the secret in Secrets
Manager or Secret Manager, and hand over its name: `ApiKeySecretConfig`, `client_secret_config`, `secret_env`,
`secret_version_for_api_key`, or a dynamic reference.

## Verdicts

- pass: the secret is kept elsewhere, or given by the one who deploys (`secret_elsewhere`).
- fail: its text stands in the code (`secret_in_code`), as a literal or as a default. A parameter of CloudFormation
  without NoEcho (`secret_echoed`) shows what it is given to everybody who may look at the stack; that is medium.
- unknown: under one condition the text stands here, and under another it does not; or it is the default of a
  parameter with NoEcho, which is not read.
- not applicable: the service holds no secret that could be told by its name.

## References

- Well-Architected Generative AI Lens, GENSEC05-BP01
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/identity-outbound-credential-provider.html
- https://cloud.google.com/vertex-ai/generative-ai/docs/agent-engine/deploy
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import missing, shortened
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS302",
    slug="plaintext-secrets",
    title="Keep Secrets of AI Workloads out of the Code",
    severity=Severity.HIGH,
    category="identity",
    summary="No secret of the workload stands in the code.",
    fix="Keep the secret in a secret store and hand over its name, or let the workload's role authenticate.",
    doc=__doc__ or "",
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC05-BP01", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)

_NO_ECHO = "Give the parameter `NoEcho: true`; better, name a secret of Secrets Manager by a dynamic reference."


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Judge every secret by its own: fail those whose text stands in the code."""
    del options
    return tuple(_of(service, fact) for fact in service.secrets)


def _of(service: AIService, fact: Fact) -> Judgement:
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value is False:
        message = f"A secret of {service.title} is kept outside of the code: `{fact.property}`"
        return Judgement(Verdict.PASS, "secret_elsewhere", message, fact)
    if value == "echoed":
        message = (
            f"A secret of {service.title} is shown to everybody who may look at the deployment: `{fact.property}` is "
            f"`{shortened(fact.expression or '')}`, a parameter without NoEcho"
        )
        return Judgement(Verdict.FAIL, "secret_echoed", message, fact, severity=Severity.MEDIUM, fix=_NO_ECHO)
    where = f" ({fact.note})" if fact.note else ""
    message = f"A secret of {service.title} stands in the code: `{fact.property}`{where}"
    return Judgement(Verdict.FAIL, "secret_in_code", message, fact)


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether a secret of {service.title} stands in the code: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
