"""Whether a workload is in a private network: where that is a property, and not a resource of its own."""

from __future__ import annotations

from aiposture.controls._combine import by_value
from aiposture.controls._wording import advice, leaf_of, missing, says
from aiposture.model import AIService, Fact, FactValue, Judgement, Severity, Verdict

FIXES = {
    "subnet_id": "Set `subnet_id` to a subnet of your VPC.",
    "subnetid": "Set `SubnetId` to a subnet of your VPC.",
    "network_mode": 'Set `network_mode = "VPC"`, and name subnets and security groups.',
    "networkmode": "Set `NetworkMode` to `VPC`, and name subnets and security groups.",
    "vpc_config": "Add `vpc_config` with subnets and security groups of your VPC.",
    "vpcconfig": "Add `VpcConfig` with subnets and security groups of your VPC.",
    "vpc_endpoint_type": 'Set `vpc_endpoint_type = "Interface"`.',
    "vpcendpointtype": "Set `VpcEndpointType` to `Interface`.",
    "endpoint_service_name": "Set `endpoint_service_name` to the PrivateLink service of the store.",
    "endpointservicename": "Set `EndpointServiceName` to the PrivateLink service of the store.",
    "enable_private_service_connect": "Set `enable_private_service_connect = true`.",
    "subnet": "Set `private_ip_google_access = true` in the subnet.",
    "subnetwork": "Set `private_ip_google_access = true` in the subnet.",
    "network": "Set `network`, or enable Private Service Connect.",
    "public_endpoint_enabled": "Set `public_endpoint_enabled = false`, and name a network or enable Private Service "
    "Connect.",
}

_SEVERITIES = {"public": Severity.HIGH, "isolated": Severity.LOW, "no-path": Severity.LOW}
_REASONS = {"isolated": "isolated_network", "no-path": "no_private_path"}


def judge(service: AIService, fact: Fact) -> Judgement:
    """Pass a workload in a private network, fail one outside; one that can reach nothing but the cloud is low."""
    return by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact))


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value == "private":
        message = f"{service.title} is attached to a private network: {says(fact)}"
        return Judgement(Verdict.PASS, "private_network", message, fact)
    message = f"{service.title} is not attached to a private network: {says(fact)}"
    if value == "no-path":
        message = f"{service.title} has no private path to the APIs of the cloud: {says(fact)}"
    elif value == "isolated":
        message += "; it cannot reach the internet, but reaches services of the cloud past your network's controls"
    elif fact.note:
        message += f" ({fact.note})"
    return Judgement(
        verdict=Verdict.FAIL,
        reason=_REASONS.get(str(value), "no_private_network"),
        message=message,
        because=fact,
        severity=_SEVERITIES.get(str(value)),
        fix=advice(fact, FIXES) or f"Set `{leaf_of(fact)}` so that the workload is in your network.",
    )


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether {service.title} is attached to a private network: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact, fix=advice(fact, FIXES))
