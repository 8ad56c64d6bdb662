"""Keep strangers off the public endpoint of an Azure AI service.

## What it checks

That not every network can send requests to the service: public network access is off, or a firewall denies
whoever no rule admits, or an enforced network security perimeter stands around the service. Omitted settings
count with the provider's default, and these defaults are open.

On AWS and Google Cloud it asks the same of what such services have instead of a firewall: the direct internet access
of a SageMaker notebook, the network access of a Studio domain, the network policy of OpenSearch Serverless, the
public address of a Workbench instance, the internet access of a Colab runtime, the public endpoint of an index, a
search widget for everybody, the portal of a SageMaker workforce (low: people have to sign in there). A service
perimeter of VPC Service Controls is asked whether it restricts the APIs of the AI services that the same code makes
(low); one beside no AI is passed over.

## Why it matters

An endpoint that answers the whole internet is one leaked key, one stolen token or one flaw of the service away
from being used by anybody: to read what the models were grounded on, to exhaust the quota that you pay for, or to
look for a way further in. A network rule stops all of that before a credential is even looked at.

## How to fix

Turn public network access off and reach the service through a private endpoint. If the public endpoint must stay,
set the default action of its network rules to deny and list the ranges that may come in; AI Search denies all
others as soon as one rule exists.

## Verdicts

- pass: public access is off, whatever the rules say; or the default action denies; or a perimeter is enforced.
- fail: everybody is let in, by omission or by statement. Rules without a deny have no effect
  (`rules_without_deny`), and a deny with a rule for any source denies nobody (`any_source_rule`).
- unknown: a value that decides is not in the code, and its possible values lead to different verdicts. So does a
  service that says it is secured by a perimeter which is not in the code, where the service does not document that.
- not applicable: the service has no network settings of its own.

Azure Policy 037eea7a and PSRule AZR-000280 decide alike, except that both accept a deny with a rule for any
source, and that the policy reports a service that is secured by a perimeter.

## References

- Azure Policy 037eea7a-bd0a-46c5-9a66-03aea78705d3, Azure AI Services resources should restrict network access
- PSRule for Azure, Azure.AI.PublicAccess (AZR-000280)
- https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks
- https://learn.microsoft.com/azure/search/service-configure-firewall
- AWS Security Hub SageMaker.1
- https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
- https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-network.html
- https://cloud.google.com/vertex-ai/docs/workbench/instances/create
- https://cloud.google.com/vertex-ai/docs/general/vpc-service-controls
"""

from collections.abc import Sequence
from typing import NamedTuple

from aiposture.controls._combine import agree, keys_are_on
from aiposture.controls._network import Exposure, State, exposures, undecided
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, missing, says
from aiposture.model import AIService, Control, Door, Judgement, Mapping, Related, Severity, Verdict

CONTROL = Control(
    id="AIS201",
    slug="restricted-endpoints",
    title="Restrict Azure AI Service Endpoints",
    severity=Severity.MEDIUM,
    category="internet exposure",
    summary="The service does not accept requests from any network.",
    fix="Turn public network access off, or deny by default and list the networks that may come in.",
    doc=__doc__ or "",
    aliases=(
        "Azure.AI.PublicAccess", "Azure.Cognitive.PublicAccess", "AZR-000280", "Azure.ML.PublicAccess", "AZR-000406",
        "037eea7a-bd0a-46c5-9a66-03aea78705d3", "438c38d2-3772-465a-a9cc-7a6666a275ce",
        "ee980b6d-0eca-4501-8d54-f6290fd512c3", "5e8168db-69e3-4beb-9822-57cb59202a9d",
        "CKV_AZURE_124", "CKV_AZURE_134", "CKV_AZURE_144", "CKV2_AZURE_49",
        "SageMaker.1", "CKV_AWS_122", "CKV2_GCP_28", "CKV2_GCP_34",
    ),
    mappings=(
        Mapping("MCSB v1", "NS-2", sourced=True, source="policies 037eea7a, 438c38d2"),
        Mapping("MCSB v2", "NS-2", sourced=True, source="policies ee980b6d, 5e8168db"),
        Mapping("EU AI Act", "Article 15.5", sourced=True, source="policy ee980b6d"),
        Mapping("NIST SP 800-53 r5", "SC-7", sourced=True, source="AWS Security Hub SageMaker.1"),
        Mapping("NIST SP 800-53 r5", "AC-4", sourced=True, source="AWS Security Hub SageMaker.1"),
        Mapping("MITRE ATLAS", "AML.T0049", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0040", sourced=False),
        Mapping("OWASP LLM 2025", "LLM10", sourced=False),
    ),
)  # fmt: skip

FIXES = {
    "public_network_access_enabled": "Set `public_network_access_enabled = false`, or deny by default and list the "
    "networks that may come in.",
    "public_network_access": 'Set `public_network_access = "Disabled"`.',
    "publicnetworkaccess": "Set `properties.publicNetworkAccess` to `Disabled`, or deny by default and list the "
    "networks that may come in.",
    "default_action": 'Set `default_action = "Deny"` in `network_acls`.',
    "defaultaction": "Set `properties.networkAcls.defaultAction` to `Deny`.",
    "ip_rules": "Replace the rule that admits any source by the ranges that really need access.",
    "iprules": "Replace the rule that admits any source by the ranges that really need access.",
    "allowed_ips": "Replace the rule that admits any source by the ranges that really need access.",
    "address_prefixes": "Replace the perimeter's rule that admits any source by the ranges that really need access.",
    "direct_internet_access": 'Set `direct_internet_access = "Disabled"`, and a `subnet_id`.',
    "directinternetaccess": "Set `DirectInternetAccess` to `Disabled`, and a `SubnetId`.",
    "app_network_access_type": 'Set `app_network_access_type = "VpcOnly"`.',
    "appnetworkaccesstype": "Set `AppNetworkAccessType` to `VpcOnly`.",
    "policy": "Set `AllowFromPublic` to false, and name the VPC endpoints or services that may come in.",
    "public_connectivity": "Set `public_connectivity = false`.",
    "publicconnectivity": "Set `PublicConnectivity` to `false`.",
    "no_public_ip": "Set `no_public_ip = true`.",
    "internal_ip_only": "Set `internal_ip_only = true`.",
    "enforce": 'Set `enforce = "TRUE"`.',
    "disable_public_ip": "Set `disable_public_ip = true` in `gce_setup`.",
    "enable_internet_access": "Set `enable_internet_access = false`, and name a network.",
    "public_endpoint_enabled": "Set `public_endpoint_enabled = false`, and name a network or enable Private Service "
    "Connect.",
    "allow_public_access": "Set `allow_public_access = false`.",
    "source_ip_config": "List the ranges of your people in `source_ip_config`, or give the workforce a VPC.",
    "sourceipconfig": "List the ranges of your people in `SourceIpConfig`, or give the workforce a VPC.",
    "restricted_services": "Add the APIs of the AI services to `restricted_services`.",
    "cidrs": "Replace the range that admits any source by those of your people.",
    "addressprefixes": "Replace the perimeter's rule that admits any source by the ranges that really need access.",
}


class _Words(NamedTuple):
    """What an open and a closed door mean, where it is no endpoint for callers."""

    open: str
    closed: str


_DOORS: dict[Door, _Words] = {
    "internet access": _Words("has direct internet access", "has no direct internet access"),
    "perimeter": _Words("leaves AI services of the same code outside", "stands around AI services"),
    "public address": _Words("has a public IP address", "has no public IP address"),
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail the service if every network can reach it. Decided as Azure Policy 037eea7a, any-source rules apart."""
    del options
    judgements = [_judgement(service, exposure) for exposure in exposures(service)]
    return () if not judgements else (agree(judgements, lambda: _unknown(service)),)


def _judgement(service: AIService, exposure: Exposure) -> Judgement:
    said = "" if exposure.because is None else f": {says(exposure.because)}"
    closed = exposure.state.closed
    words = None if service.network is None else _DOORS.get(service.network.door)
    severe = words is not None or keys_are_on(service) or _is_anonymous(service)
    effect = _effect(exposure) if words is None else words.closed if closed else words.open
    return Judgement(
        verdict=Verdict.PASS if closed else Verdict.FAIL,
        reason=exposure.reason,
        message=f"{service.title} {effect}{said}",
        because=exposure.because,
        location=service.resource.header if exposure.because is None else None,
        related=_perimeters(service),
        severity=None if closed else _severity(service, severe=severe),
        fix=None if closed else advice(exposure.because, FIXES),
    )


def _severity(service: AIService, *, severe: bool) -> Severity | None:
    if service.network is not None and service.network.door in {"portal", "perimeter"}:
        return Severity.LOW  # whoever comes has to sign in, or to have rights on the service
    return Severity.HIGH if severe else None


def _is_anonymous(service: AIService) -> bool:
    return service.callers is not None and service.callers.value == "anonymous"


def _effect(exposure: Exposure) -> str:
    if exposure.state is State.DISABLED:
        return "does not accept requests from public networks"
    if exposure.state is State.PERIMETER:
        return "is reachable only through its network security perimeter"
    if exposure.state is State.RESTRICTED:
        return "accepts requests only from the networks that its rules admit"
    if exposure.reason == "any_source_rule":
        return "has a network rule that admits any source, so that nobody is kept out"
    if exposure.reason == "rules_without_deny":
        return "accepts requests from any network, because its rules have no effect without a default deny"
    return "accepts requests from any network"


def _unknown(service: AIService) -> Judgement:
    fact = undecided(service)
    if fact is None and service.network is not None:
        reason, fact = "perimeter_not_found", service.network.public_access
        why = "it is secured by a perimeter, and no enforced association with one is in the code"
    else:
        reason, why = "unresolved_value", missing(fact)
    words = None if service.network is None else _DOORS.get(service.network.door)
    doubt = f"which networks reach {service.title}" if words is None else f"whether {service.title} {words.open}"
    return Judgement(
        verdict=Verdict.UNKNOWN,
        reason=reason,
        message=f"Cannot tell {doubt}: {why}",
        because=fact,
        location=service.resource.header if fact is None else None,
        related=_perimeters(service),
    )


def _perimeters(service: AIService) -> tuple[Related, ...]:
    return tuple(
        Related(f"network security perimeter association {perimeter.address}", perimeter.location)
        for perimeter in service.perimeters
    )
