"""Whether notebooks of Google Cloud reach its APIs by a private path: Private Google Access, or an endpoint for them.

Only a notebook without a public address is asked, in a subnet that the same code makes. It fails only where all is
seen: no module from elsewhere, and no forwarding rule whose target is not decided, could bring the path.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.links.google_references import Named
from aiposture.links.names import reference_of
from aiposture.model import AIService, Fact, Origin, Resource, Unknown, Value

_SUBNET, _RULE = "google_compute_subnetwork", "google_compute_global_forwarding_rule"
_BUNDLES = frozenset({"all-apis", "vpc-sc"})

WANTED: frozenset[str] = frozenset({_SUBNET, _RULE})

# Where a notebook says in which subnet it is.
NOTEBOOKS: dict[str, tuple[str | int, ...]] = {
    "google_workbench_instance": ("gce_setup", 0, "network_interfaces", 0, "subnet"),
    "google_notebooks_instance": ("subnet",),
    "google_colab_runtime_template": ("network_spec", 0, "subnetwork"),
}
_SWITCH = "private_ip_google_access"


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services; notebooks with how they reach the APIs, where that can be told."""
    if not any(service.resource.type in NOTEBOOKS for service in services):
        return list(services)
    subnets = Named(resources, {_SUBNET})
    return [_connected(service, subnets, resources) for service in services]


def _connected(service: AIService, subnets: Named, resources: Sequence[Resource]) -> AIService:
    path = NOTEBOOKS.get(service.resource.type)
    access = None if service.network is None else service.network.public_access
    if path is None or access is None or access.value != "disabled" or service.private_network is not None:
        return service
    value = service.resource.get(*path)
    subnet = subnets.find(value, service.resource.unit)
    if value is None or subnet is None:
        return service
    name = ".".join(part for part in path if isinstance(part, str))
    fact = _fact(name, value, subnet, [each for each in resources if each.unit == subnet.unit])
    return service if fact is None else service._replace(private_network=fact)


def _fact(name: str, value: Value, subnet: Resource, unit: Sequence[Resource]) -> Fact | None:
    switch = subnet.get(_SWITCH)
    if switch is not None and str(switch.data).casefold() == "true":
        return _stated(name, value, "private", f"{subnet.address}, with {_SWITCH}")
    rules = [each for each in unit if each.type == _RULE and each.exists is not False]
    endpoint = next((each for each in rules if _leads_to_the_apis(each)), None)
    if endpoint is not None:
        return _stated(name, value, "private", f"{subnet.address}, and {endpoint.address} leads to the APIs")
    if switch is not None and isinstance(switch.data, Unknown):
        return None
    if any(_leads_to_the_apis(each) is None for each in rules) or any(each.mode == "module" for each in unit):
        return None
    return _stated(name, value, "no-path", f"{subnet.address}, without {_SWITCH}")


def _leads_to_the_apis(rule: Resource) -> bool | None:
    target = rule.get("target")
    if target is None:
        return False
    if isinstance(target.data, Unknown):
        return None if reference_of(target) is None else False
    return str(target.data) in _BUNDLES


def _stated(name: str, value: Value, meaning: str, stated: str) -> Fact:
    return Fact(meaning, Origin.STATED, name, value.location, (meaning,), stated, trail=value.trail)
