"""Who calls a service: somebody that it knows, or anybody."""

from __future__ import annotations

from aiposture.controls._combine import by_value
from aiposture.controls._wording import advice, missing, says
from aiposture.model import AIService, Fact, FactValue, Judgement, Severity, Verdict

FIXES = {
    "authorizer_type": 'Set `authorizer_type = "AWS_IAM"`, or `"CUSTOM_JWT"` with the audience, clients or scopes.',
    "authorizertype": "Set `AuthorizerType` to `AWS_IAM`, or to `CUSTOM_JWT` with the audience, clients or scopes.",
    "custom_jwt_authorizer": "Set `allowed_audience`, `allowed_clients` or `allowed_scopes`.",
    "customjwtauthorizer": "Set `AllowedAudience`, `AllowedClients` or `AllowedScopes`.",
    "identitytype": "Set `IdentityType` to `AWS_IAM_IDC` or another provider of identities.",
    "authconfiguration": "Let the plugin sign in: `OAuth2ClientCredentialConfiguration`, or `BasicAuthConfiguration`.",
    "allow_public_access": "Set `allow_public_access = false`.",
    "service_agent_auth": 'Set `service_agent_auth = "ID_TOKEN"`, and let the webhook look at the token.',
}

_SAID = {
    "anonymous": "answers callers that it knows nothing of",
    "unauthorized": "authenticates its callers, and nothing decides what each of them may do",
    "no-sign-in": "calls an interface that asks nobody who they are",
    "no-credentials": "sends no credentials to what it calls",
    "any-token": "accepts every token of its issuer, whomever it was made for",
}
_REASONS = {
    "anonymous": "callers_anonymous",
    "unauthorized": "callers_unauthorized",
    "no-sign-in": "called_without_sign_in",
    "no-credentials": "called_without_credentials",
    "any-token": "callers_any_token",
}


def judge(service: AIService, fact: Fact) -> Judgement:
    """Fail a service that answers callers without an identity, or with any; Security Hub BedrockAgentCore.2."""
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    word = str(value)
    if word == "identified":
        message = f"{service.title} asks its callers for an identity: {says(fact)}"
        return Judgement(Verdict.PASS, "callers_identified", message, fact)
    return Judgement(
        verdict=Verdict.FAIL,
        reason=_REASONS[word],
        message=f"{service.title} {_SAID[word]}: {says(fact)}",
        because=fact,
        severity=Severity.LOW if word in {"any-token", "no-credentials"} else Severity.HIGH,
        fix=advice(fact, FIXES),
    )


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether {service.title} asks its callers for an identity: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact, fix=advice(fact, FIXES))
