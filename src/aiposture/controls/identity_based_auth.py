"""Let an Azure AI service trust identities, not shared keys.

## What it checks

That the service accepts only tokens of Microsoft Entra ID: authentication with shared keys (local authentication)
is switched off. For machine learning it also looks at how a workspace reaches its storage, at datastores, computes,
endpoints and connections, each with its own switch.

On AWS and Google Cloud it also looks at who may call without being anybody: an AgentCore gateway without an
authorizer, an authorizer that takes every token of its issuer, a Q Business application for anonymous users, a
search widget for everybody. Long-term API keys of Bedrock and API keys of Google's AI services are shared keys.

## Why it matters

A key is the same for everybody: it tells nothing about who used it, it cannot be limited to a task, conditional
access does not apply to it, and whoever finds it in a log or a repository is in. A token belongs to an identity
with rights of its own, and it ends by itself.

## How to fix

Give the callers roles on the service (such as Cognitive Services OpenAI User), then switch local authentication
off. An AI services account needs a custom subdomain to accept tokens.

## Verdicts

- pass: keys are switched off (`key_auth_disabled`).
- fail: keys are switched on (`key_auth_enabled`), or nothing is said and the default is on (`key_auth_default`).
- unknown: the switch is not decided by the code.
- not applicable: the service has no keys of its own (a project uses those of its account).

Azure Policy 71ef260a and PSRule AZR-000282 decide alike.

For callers: `callers_identified` passes; `callers_anonymous`, and `callers_unauthorized` (authenticated only, and no
policy engine decides) are high; `callers_any_token` is low. A custom plugin of Q Business that calls an interface
without signing in (`called_without_sign_in`) is high; a webhook of Dialogflow that is called without any credentials
(`called_without_credentials`) is low, and so is the Gemini API of a project, which knows nothing but keys where
Vertex AI knows identities. An AgentCore runtime without an authorizer is called
with IAM credentials, and passes.

## References

- Azure Policy 71ef260a-8f18-47b7-abcb-62d0673d94dc, Azure AI Services resources should have key access disabled
- PSRule for Azure, Azure.AI.DisableLocalAuth (AZR-000282)
- https://learn.microsoft.com/azure/ai-services/disable-local-auth
- https://learn.microsoft.com/azure/search/search-security-enable-roles
- AWS Security Hub BedrockAgentCore.2
- https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
- https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-anonymous-application.html
- https://cloud.google.com/docs/authentication/api-keys#api-keys-bound-sa
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _callers
from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, leaf_of, missing, states
from aiposture.model import (
    AIService,
    Control,
    Fact,
    FactValue,
    Judgement,
    Mapping,
    Origin,
    Severity,
    Verdict,
)

CONTROL = Control(
    id="AIS401",
    slug="identity-based-auth",
    title="Use identity-based authentication for Azure AI Service Accounts",
    severity=Severity.MEDIUM,
    category="identity",
    summary="The service accepts identities and no shared keys.",
    fix="Give the callers roles on the service, then switch authentication with shared keys off.",
    doc=__doc__ or "",
    aliases=(
        "Azure.AI.DisableLocalAuth", "Azure.Cognitive.DisableLocalAuth", "AZR-000282",
        "Azure.ML.DisableLocalAuth", "AZR-000404", "71ef260a-8f18-47b7-abcb-62d0673d94dc",
        "6300012e-e9a4-4649-b41f-a85f5c43be91", "ffea632e-4e3a-4424-bf78-10e179bb2e1a",
        "e96a9a5f-07ca-471b-9bc5-6a0f33cbd68f", "CKV_AZURE_142", "CKV_AZURE_236",
        "BedrockAgentCore.2",
    ),
    mappings=(
        Mapping("MCSB v1", "IM-1", sourced=True, source="policies 71ef260a, e96a9a5f"),
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)  # fmt: skip

FIXES = {
    "local_auth_enabled": "Set `local_auth_enabled = false`.",
    "local_authentication_enabled": "Set `local_authentication_enabled = false`.",
    "disablelocalauth": "Set `properties.disableLocalAuth` to `true`.",
    "storage_account_access_type": 'Set `storage_account_access_type = "Identity"`.',
    "storage_access_type": 'Set `storage_access_type = "identity"`.',
    "systemdatastoresauthmode": "Set `properties.systemDatastoresAuthMode` to `Identity`.",
    "credentialstype": "Set `properties.credentials.credentialsType` to `None`, and let the identity reach the data.",
    "account_key": "Remove the credential, and let the workspace's identity reach the data.",
    "shared_access_signature": "Remove the credential, and let the workspace's identity reach the data.",
    "client_secret": "Remove the credential, and let the workspace's identity reach the data.",
    "authmode": "Set `properties.authMode` to the Microsoft Entra mode of the endpoint.",
    "service_name": "Remove the key, and call Bedrock with the credentials of a role.",
    "credential_age_days": "Remove the key, and call Bedrock with the credentials of a role.",
    "api_targets": "Bind the key to a service account by `service_account_email`, or call with an access token.",
    "service_account_email": "Bind the key to a service account by `service_account_email`, and restrict its "
    "`api_targets`.",
    "credentialprovidertype": "Let the target sign in as the gateway: `GATEWAY_IAM_ROLE`, or `OAUTH`.",
    "api_key": "Let the target sign in as the gateway (`gateway_iam_role`), or with OAuth.",
    "authtype": "Set `properties.authType` to `AAD`, and give the identity a role on the target.",
}

# They know no way but keys, so that being there says it all; Prowler takes that for information.
_KEYS_ONLY = frozenset({"google-gemini-api"})

# Defender for Cloud rates credentials of the data itself high: the key opens all of the storage account.
_STORAGE = frozenset({
    "storage_account_access_type", "storage_access_type", "systemdatastoresauthmode", "credentialstype",
    "account_key", "shared_access_signature", "client_secret",
})  # fmt: skip


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a service that accepts shared keys, as Azure Policy 71ef260a and PSRule AZR-000282 do."""
    del options
    found: list[Judgement] = []
    if service.key_auth is not None:
        found.append(_of_keys(service, service.key_auth))
    if service.callers is not None:
        found.append(_callers.judge(service, service.callers))
    return tuple(found)


def _of_keys(service: AIService, fact: Fact) -> Judgement:
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value is False:
        message = f"{service.title} {_does(service, fact)[1]}: {_said(service, fact)}"
        return Judgement(Verdict.PASS, "key_auth_disabled", message, fact)
    return Judgement(
        verdict=Verdict.FAIL,
        reason="key_auth_default" if fact.origin is Origin.DEFAULT and fact.property else "key_auth_enabled",
        message=f"{service.title} {_does(service, fact)[0]}: {_said(service, fact)}",
        because=fact,
        severity=_severity(service, fact),
        fix=advice(fact, FIXES),
    )


def _said(service: AIService, fact: Fact) -> str:
    if service.key_role == "accepts" or fact.origin is not Origin.DEFAULT:
        return states(fact)
    # There is no switch that could be on: what is missing is what would bind or limit the key.
    return f"`{fact.property}` is omitted" + (f", and {fact.note}" if fact.note else "")


def _severity(service: AIService, fact: Fact) -> Severity | None:
    if service.key_role == "stores" or service.kind in _KEYS_ONLY:
        return Severity.LOW
    # A key for an AI service; one that ends by itself, or that opens other APIs too, is not more than medium.
    is_a_key = service.key_role == "is" and fact.origin is Origin.STATED and leaf_of(fact) != "credential_age_days"
    return Severity.HIGH if is_a_key or _opens_storage(service, fact) else None


def _does(service: AIService, fact: Fact) -> tuple[str, str]:
    """What the service does with keys, and what it does not: most accept them, some hold a key of something else."""
    if _opens_storage(service, fact):
        return "uses a stored credential to reach its data", "does not use a stored credential to reach its data"
    if service.key_role == "is":
        return "is a shared key", "is no shared key that could be used by anybody"
    if service.key_role == "stores" or "connection" in service.kind:
        return "signs in with a stored credential", "does not sign in with a stored credential"
    return "accepts shared keys", "does not accept shared keys"


def _opens_storage(service: AIService, fact: Fact) -> bool:
    return "datastore" in service.kind or leaf_of(fact) in _STORAGE


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether {service.title} {_does(service, fact)[0]}: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
