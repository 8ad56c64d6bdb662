"""Give an Azure AI service an identity that Azure manages.

## What it checks

That the service has a system-assigned or a user-assigned managed identity. A user-assigned identity must name at
least one identity: an empty list is no identity, and Azure refuses it.

On AWS nearly every service needs a role, so that only those are judged that can do without. On Google Cloud the
question is whose account a workload runs as: one of its own, the default account that everything in the project
shares, or the agent of the cloud that all services of its kind share.

## Why it matters

Without an identity of its own, a service can reach storage, search, key vaults and other models only with keys or
passwords that somebody stores, copies and forgets to rotate. A managed identity has no secret that could leak, and
its rights can be seen and taken away in one place.

## How to fix

Add an `identity` block with the type `SystemAssigned`, or `UserAssigned` with the ids of the identities.

## Verdicts

- pass: the type contains `SystemAssigned`, or contains `UserAssigned` and at least one identity is named.
- fail: there is no identity (`identity_missing`), its type is `None` (`identity_none`), or a user-assigned identity
  names none (`uai_without_ids`).
- unknown: the type or the list of identities is not decided by the code.
- not applicable: the service has no identity of its own.

An AWS role or a Google service account that the code names passes. The default service account fails
(`identity_shared`), and so does the cloud's own agent, which is low: it holds no more than its role, for all.

Azure Policy fe3fd216 decides alike for accounts of all kinds. PSRule AZR-000281 looks only at the kind
`TextAnalytics`; here every kind is judged.

## References

- Azure Policy fe3fd216-4f83-4fc1-8984-2bbec80a3418, Cognitive Services accounts should use a managed identity
- PSRule for Azure, Azure.AI.ManagedIdentity (AZR-000281), Azure.Search.ManagedIdentity (AZR-000175)
- https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
- https://docs.aws.amazon.com/bedrock/latest/userguide/agents-permissions.html
- https://cloud.google.com/compute/docs/access/service-accounts#default_service_account
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, missing, says, states
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
    id="AIS301",
    slug="managed-identity",
    title="Use Managed Identity for Azure AI Service Accounts",
    severity=Severity.MEDIUM,
    category="identity",
    summary="The service has a managed identity.",
    fix="Give the service a system-assigned identity, or a user-assigned one with its ids.",
    doc=__doc__ or "",
    aliases=(
        "Azure.AI.ManagedIdentity", "Azure.Cognitive.ManagedIdentity", "AZR-000281",
        "Azure.Search.ManagedIdentity", "AZR-000175", "fe3fd216-4f83-4fc1-8984-2bbec80a3418",
        "CKV_AZURE_207", "CKV_AZURE_238",
    ),
    mappings=(
        Mapping("MCSB v2", "IM-3", sourced=True, source="policy fe3fd216"),
        Mapping("MCSB v1", "IM-1", sourced=True, source="PSRule Azure.AI.ManagedIdentity"),
        Mapping("MCSB v1", "IM-3", sourced=True, source="PSRule Azure.AI.ManagedIdentity"),
        Mapping("MITRE ATLAS", "AML.T0055", sourced=False),
    ),
)  # fmt: skip


_SHARED: dict[FactValue, str] = {
    "default-account": "the default service account, which everything in the project shares",
    "shared-agent": "the cloud's own agent, which all services of its kind share",
}

FIXES = {
    "email": "Name a service account of the workload's own in `service_accounts`.",
    "service_account": "Set `service_account` to a service account of the workload's own.",
    "identity_type": 'Set `identity_type = "AGENT_IDENTITY"`, or name a `service_account` of its own.',
    "enable_custom_service_account": "Set `enable_custom_service_account = true`, and name the service account.",
    "agentresourcerolearn": "Set `AgentResourceRoleArn` to a role of the agent's own.",
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a service without an identity, as Azure Policy fe3fd216 does, for services of all kinds."""
    del options
    fact = service.identity
    if fact is None:
        return ()
    return (by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact)),)


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    title = service.title
    if value in {"system-assigned", "user-assigned"}:
        return Judgement(Verdict.PASS, "identity_assigned", f"{title} has a managed identity: {value}", fact)
    if value == "own-role":
        return Judgement(Verdict.PASS, "identity_assigned", f"{title} has an identity of its own: {says(fact)}", fact)
    if value in _SHARED:
        message = f"{title} runs as {_SHARED[value]}: {says(fact)}"
        return Judgement(
            Verdict.FAIL, "identity_shared", message, fact,
            severity=Severity.LOW if value == "shared-agent" else None, fix=advice(fact, FIXES),
        )  # fmt: skip
    if value == "user-assigned-without-ids":
        message = f"{title} has no managed identity: it is user-assigned, and the list of identities is empty"
        return Judgement(
            Verdict.FAIL, "uai_without_ids", message, fact, fix="Name the user-assigned identities by their ids."
        )
    fix = _fix(service)
    if fact.origin is Origin.DEFAULT:
        message = f"{title} has no managed identity: `{fact.property or 'identity'}` is omitted"
        return Judgement(Verdict.FAIL, "identity_missing", message, fact, fix=fix)
    return Judgement(Verdict.FAIL, "identity_none", f"{title} has no managed identity: {states(fact)}", fact, fix=fix)


def _fix(service: AIService) -> str | None:
    """Advice in the service's own dialect; None for a module, whose inputs are its own."""
    own = advice(service.identity, FIXES)
    if own is not None or service.resource.mode == "module":
        return own
    if "/" in service.resource.type:
        return "Set `identity.type` to `SystemAssigned`."
    return 'Add `identity { type = "SystemAssigned" }`.'


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether {service.title} has a managed identity: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
