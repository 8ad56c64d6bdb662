"""Vertex AI Search: a project's own key for a location is the key of what says none.

`set_default` is true unless the code says otherwise, says the documentation of google_discovery_engine_cmek_config.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.links.names import literal
from aiposture.model import AIService, Fact, Origin, Resource

_CONFIG = "google_discovery_engine_cmek_config"
_KIND = "google-search"

WANTED: frozenset[str] = frozenset({_CONFIG})


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services; those of Vertex AI Search with the key that their location has for all of them."""
    configs = {
        (each.unit, (literal(each.get("location")) or "").casefold()): each
        for each in resources
        if each.type == _CONFIG and each.mode == "managed" and each.exists is not False and _is_default(each)
    }
    return [_connected(service, configs) for service in services] if configs else list(services)


def _is_default(config: Resource) -> bool:
    switch = config.get("set_default")
    return switch is None or str(switch.data).casefold() == "true"


def _connected(service: AIService, configs: dict[tuple[str, str], Resource]) -> AIService:
    facts = service.protections.get("customer_keys", ())
    if service.kind != _KIND or not facts or facts[0].value is True:
        return service
    resource = service.resource
    config = configs.get((resource.unit, (literal(resource.get("location")) or "").casefold()))
    if config is None:
        return service
    fact = Fact(True, Origin.STATED, facts[0].property, config.header, (True,), config.address)  # noqa: FBT003 - a fact's value
    return service._replace(protections={**service.protections, "customer_keys": (fact,)})
