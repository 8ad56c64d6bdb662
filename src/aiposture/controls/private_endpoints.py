"""Reach an Azure AI service through a private endpoint, and not around it.

## What it checks

That the service cannot be reached without a private endpoint: either public network access is off, or an approved
private endpoint leads to the service and its public side is restricted. Private endpoints are looked for in the
code that is deployed together and, by literal name or id, in the whole scan. Endpoints that the service itself
opens to others (managed private endpoints, shared private links) are outbound and never count.

On AWS and Google Cloud a private network is a property: the VPC of a SageMaker notebook, model or job, the network
mode of an AgentCore runtime, browser or code interpreter, the network or Private Service Connect of a Vertex AI
endpoint. An interface endpoint for the API of Bedrock or SageMaker belongs to the network of the caller, and is
mostly in other code: where one is seen it passes, where none is seen nothing is said.
A notebook of Google Cloud without a public address is judged by its subnet, where that stands in the same code: Private
Google Access, or an endpoint of Private Service Connect for the APIs (`all-apis`, `vpc-sc`), is its private path.
A knowledge base is judged by the network of its store, where that stands in the same code: a collection of OpenSearch
Serverless by the network policies that match its name, an OpenSearch domain, a Neptune graph.

## Why it matters

A private endpoint gives the service an address inside your network, so that prompts, documents and answers do not
cross the internet, and so that whoever is outside finds no door. A private endpoint beside an open public endpoint
protects nothing: the same requests succeed from anywhere.

## How to fix

Add a private endpoint for the service and turn public network access off. The endpoint needs the service's
sub-resource (`account`, `searchService`, `amlworkspace`) and, for an AI services account, a custom subdomain.

## Verdicts

In the mode `effective`, the default:

- pass: public access is off (`pe_bound` if an endpoint is in the code, else `public_access_disabled`), or an
  endpoint is bound and the public side is restricted.
- fail: no endpoint leads to the service (`no_pe`); or one does, but the public door is open (`pe_bypassable`).
- unknown: an endpoint's target, or a network setting that matters, is not decided by the code; or the endpoint's
  connection must be approved by hand (`pe_pending_approval`).
- not applicable: no private endpoint can lead to the service (a project is reached through its account or hub).

On AWS and Google Cloud, in all modes:

- pass: the workload is attached to a private network (`private_network`).
- fail: it is not, by statement or by omission (`no_private_network`); high if it is open to the internet. A code
  interpreter in mode `SANDBOX` reaches no internet, and is low (`isolated_network`), as is a notebook whose subnet has
  no private path to the APIs of Google (`no_private_path`). An endpoint of type `Gateway`
  for an AI service can never work: those have interface endpoints only.
- unknown: the property is not decided, or it is left out and its default is not documented.

The authorities differ, and the other modes follow them: `psrule` passes exactly if public access is off
(AZR-000283), `azure-policy` passes exactly if an approved endpoint exists (d6759c02), and `strict` asks for both.

## References

- Azure Policy d6759c02-b87f-42b7-892e-71b3f471d782, Azure AI Services resources should use Azure Private Link
- PSRule for Azure, Azure.AI.PrivateEndpoints (AZR-000283)
- https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks#use-private-endpoints
- AWS Security Hub BedrockAgentCore.1, BedrockAgentCore.5, BedrockAgentCore.7, SageMaker.2
- https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html
- https://cloud.google.com/vertex-ai/docs/general/netsec-overview
- https://cloud.google.com/vpc/docs/private-google-access
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Literal, TypeAlias

from aiposture.controls import _private_network
from aiposture.controls._combine import agree, keys_are_on
from aiposture.controls._network import Exposure, State, exposures, undecided
from aiposture.controls._options import Options, PrivateEndpointMode
from aiposture.controls._wording import advice, missing, states
from aiposture.model import AIService, Control, Fact, Judgement, Mapping, Related, Severity, Unknown, Verdict

CONTROL = Control(
    id="AIS101",
    slug="private-endpoints",
    title="Use Azure AI Service Private Endpoints",
    severity=Severity.MEDIUM,
    category="internet exposure",
    summary="The service is reached through a private endpoint, and not around it.",
    fix="Add a private endpoint for the service and turn public network access off.",
    doc=__doc__ or "",
    aliases=(
        "Azure.AI.PrivateEndpoints", "Azure.Cognitive.PrivateEndpoints", "AZR-000283",
        "d6759c02-b87f-42b7-892e-71b3f471d782", "45e05259-1eb5-4f70-9574-baf73e9d219b",
        "ad5621d6-a877-4407-aa93-a950b428315e", "CKV_AZURE_243",
        "BedrockAgentCore.1", "BedrockAgentCore.5", "BedrockAgentCore.7", "SageMaker.2",
        "CKV_AWS_306", "CKV2_GCP_33",
    ),
    mappings=(
        Mapping("MCSB v1", "NS-2", sourced=True, source="policies d6759c02, 45e05259"),
        Mapping("MCSB v2", "NS-2", sourced=True, source="policy ad5621d6"),
        Mapping("EU AI Act", "Article 15.5", sourced=True, source="policy d6759c02"),
        Mapping("EU AI Act", "Article 55.1d", sourced=True, source="policy d6759c02"),
        Mapping("AWS Generative AI Lens", "GENSEC01-BP02", sourced=True, source="Well-Architected"),
        Mapping("MITRE ATLAS", "AML.T0049", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0025", sourced=False),
        Mapping("OWASP LLM 2025", "LLM02", sourced=False),
    ),
)  # fmt: skip

FIXES = {
    "public_network_access_enabled": "Set `public_network_access_enabled = false`, so that the private endpoint is "
    "the only door.",
    "public_network_access": 'Set `public_network_access = "Disabled"`, so that the private endpoint is the only door.',
    "publicnetworkaccess": "Set `properties.publicNetworkAccess` to `Disabled`, so that the private endpoint is the "
    "only door.",
}

_Endpoint: TypeAlias = Literal["bound", "manual", "none"]
_Outcome: TypeAlias = tuple[Verdict, str]


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Judge endpoint and network together, in the reading of PSRule, Azure Policy or ours that `options` chooses."""
    if service.private_network is not None:
        return (_private_network.judge(service, service.private_network),)
    if not service.endpoint_groups:
        return ()
    cases: Sequence[Exposure | None] = exposures(service) or (None,)
    judgements = [
        _judgement(service, exposure, _outcome(options.private_endpoint_mode, endpoint, exposure), endpoint)
        for exposure, endpoint in product(cases, _endpoints(service))
    ]
    return (agree(judgements, lambda: _unknown(service, judgements)),)


def _endpoints(service: AIService) -> tuple[_Endpoint, ...]:
    """All that can be true of the service's endpoints: an undecided one is bound, or not there."""
    states_ = {endpoint.state for endpoint in service.private_endpoints}
    declared = _declared(service.declared_endpoints)
    if "bound" in states_ or declared == {True}:
        return ("bound",)
    rest: _Endpoint = "manual" if "manual" in states_ else "none"
    return ("bound", rest) if "unknown" in states_ or True in declared else (rest,)


def _declared(fact: Fact | None) -> frozenset[bool]:
    """Whether a module makes endpoints of its own."""
    if fact is None:
        return frozenset({False})
    values = frozenset(value is True for value in fact.possible if not isinstance(value, Unknown))
    return values if values and len(fact.possible) == len(values) else frozenset({True, False})


def _outcome(mode: PrivateEndpointMode, endpoint: _Endpoint, exposure: Exposure | None) -> _Outcome:
    if mode == "psrule":
        return _psrule(exposure)
    if mode == "azure-policy":
        return _azure_policy(endpoint)
    if mode == "strict":
        return _strict(endpoint, exposure)
    return _alone(endpoint) if exposure is None else _effective(endpoint, exposure)


def _effective(endpoint: _Endpoint, exposure: Exposure) -> _Outcome:
    if exposure.state is State.DISABLED:
        reasons = {"bound": "pe_bound", "manual": "pe_pending_approval", "none": "public_access_disabled"}
        return Verdict.PASS, reasons[endpoint]
    if endpoint == "bound":
        return (Verdict.PASS, "pe_bound") if exposure.state.closed else (Verdict.FAIL, "pe_bypassable")
    if endpoint == "manual":
        return (Verdict.UNKNOWN if exposure.state.closed else Verdict.FAIL), "pe_pending_approval"
    return Verdict.FAIL, "no_pe"


def _alone(endpoint: _Endpoint) -> _Outcome:
    """The endpoints alone: the service has no network settings that could tell more."""
    if endpoint == "manual":
        return Verdict.UNKNOWN, "pe_pending_approval"
    return _azure_policy(endpoint)


def _psrule(exposure: Exposure | None) -> _Outcome:
    if exposure is not None and exposure.disabled:
        return Verdict.PASS, "public_access_disabled"
    return Verdict.FAIL, "public_access_not_disabled"


def _azure_policy(endpoint: _Endpoint) -> _Outcome:
    if endpoint == "bound":
        return Verdict.PASS, "pe_bound"
    return Verdict.FAIL, "pe_pending_approval" if endpoint == "manual" else "no_pe"


def _strict(endpoint: _Endpoint, exposure: Exposure | None) -> _Outcome:
    if endpoint != "bound":
        return _azure_policy(endpoint)
    closed = exposure is not None and exposure.disabled and exposure.state.closed
    return (Verdict.PASS, "pe_bound") if closed else (Verdict.FAIL, "pe_bypassable")


def _judgement(service: AIService, exposure: Exposure | None, outcome: _Outcome, endpoint: _Endpoint) -> Judgement:
    verdict, reason = outcome
    because = None if exposure is None else exposure.because
    absent = reason in {"no_pe", "pe_pending_approval"}
    is_open = exposure is not None and not exposure.state.closed
    return Judgement(
        verdict=verdict,
        reason=reason,
        message=_message(service, exposure, reason, endpoint),
        because=because,
        # A missing endpoint has no text of its own: the service's header is where it is missed.
        location=service.resource.header if absent or because is None else None,
        related=_related(service),
        severity=Severity.HIGH if verdict is Verdict.FAIL and is_open and keys_are_on(service) else None,
        fix=advice(because, FIXES) if reason in {"pe_bypassable", "public_access_not_disabled"} else None,
    )


def _message(service: AIService, exposure: Exposure | None, reason: str, endpoint: _Endpoint) -> str:
    title = service.title
    said = "" if exposure is None or exposure.because is None else f": {states(exposure.because)}"
    if reason == "pe_bypassable":
        return f"{title} has a private endpoint that can be bypassed, because public access is not off{said}"
    if reason == "no_pe":
        return f"{title} has no private endpoint, and it is reachable without one{said}"
    if reason == "pe_pending_approval":
        is_open = exposure is not None and not exposure.state.closed
        beside = f", and it is reachable without one{said}" if is_open else ""
        return f"{title} has only private endpoints whose connection must be approved by hand{beside}"
    if reason == "pe_bound":
        return f"{title} is reached through a private endpoint{said}"
    if reason == "public_access_not_disabled":
        return f"{title} can be reached without a private endpoint{said}"
    seen = "" if endpoint != "none" else ", and no private endpoint is in the scanned code"
    return f"{title} is closed to public networks{said}{seen}"


def _unknown(service: AIService, judgements: Sequence[Judgement]) -> Judgement:
    pending = [judgement for judgement in judgements if judgement.verdict is Verdict.UNKNOWN]
    fact = undecided(service)
    candidate = next((endpoint for endpoint in service.private_endpoints if endpoint.state == "unknown"), None)
    if len(pending) == len(judgements):
        reason, why = "pe_pending_approval", "its endpoint's connection must be approved by hand"
    elif fact is not None:
        reason, why = "unresolved_value", missing(fact)
    elif candidate is not None:
        reason, why = "pe_target_unresolved", f"{candidate.address}: {candidate.note or 'its target is not decided'}"
    else:
        fact = service.declared_endpoints
        reason, why = "unresolved_value", missing(fact)
    return Judgement(
        verdict=Verdict.UNKNOWN,
        reason=reason,
        message=f"Cannot tell whether {service.title} is reached only through a private endpoint: {why}",
        because=fact,
        location=service.resource.header if fact is None else None,
        related=_related(service),
    )


def _related(service: AIService) -> tuple[Related, ...]:
    return tuple(
        Related(f"{_KINDS[e.state]}: {e.address}{f' ({e.note})' if e.note else ''}", e.location)
        for e in service.private_endpoints
    ) + tuple(Related(f"network security perimeter association {p.address}", p.location) for p in service.perimeters)


_KINDS = {
    "bound": "private endpoint",
    "manual": "private endpoint that waits for approval",
    "unknown": "private endpoint whose target is not decided",
}
