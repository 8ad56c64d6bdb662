"""All services, cloud by cloud: a scan loads only the tables of those clouds that its code speaks of."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import NamedTuple

from aiposture.model import Cloud
from aiposture.services.awscc_names import in_awscc
from aiposture.services.shape import Binding, Service

# azapi resources are read whatever their type is: it is known only when they are evaluated.
_AZAPI = frozenset({"azapi_resource", "azapi_update_resource"})


class Tables(NamedTuple):
    """The services of a cloud. `types` are those that declare them, as code does; `wanted` and the keys of `by_type`
    are in lower case.
    """

    services: tuple[Service, ...]
    types: frozenset[str]
    wanted: frozenset[str]
    by_type: Mapping[str, tuple[tuple[Service, Binding], ...]]


# The modules of this package with the tables of each cloud; under None that of the remote modules.
_MODULES: Mapping[Cloud | None, tuple[str, ...]] = {
    "azure": (
        "ai_services",
        "machine_learning",
        "machine_learning_parts",
        "search",
        "bot",
        "video_indexer",
        "health_bot",
    ),
    "aws": (
        "aws_sagemaker",
        "aws_sagemaker_serving",
        "aws_agentcore",
        "aws_agentcore_data",
        "aws_bedrock",
        "aws_bedrock_content",
        "aws_stores",
        "aws_assistants",
        "aws_iam",
        "aws_trust",
        "aws_consumers",
    ),
    "google": (
        "google_vertex",
        "google_keys",
        "google_notebooks",
        "google_colab",
        "google_agents",
        "google_ces",
        "google_api_keys",
        "google_safety",
        "google_iam",
        "google_org_policies",
        "google_consumers",
    ),
    None: ("registry_modules",),
}


@cache
def tables(cloud: Cloud | None) -> Tables:
    """The tables of a cloud; for None those of the remote modules that are judged by their arguments."""
    modules = [import_module(f"aiposture.services.{name}") for name in _MODULES[cloud]]
    services: tuple[Service, ...] = tuple(service for module in modules for service in module.SERVICES)
    index: dict[str, tuple[tuple[Service, Binding], ...]] = {}
    for service in services:
        for binding in service.bindings:
            for name in binding.types:
                key = name.casefold()
                index[key] = (*index.get(key, ()), (service, binding))
    types = frozenset(name for service in services for binding in service.bindings for name in binding.types)
    types |= _AZAPI if cloud == "azure" else frozenset()
    awscc = frozenset(in_awscc(name) for name in types if "::" in name)
    return Tables(services, types, frozenset(name.casefold() for name in types | awscc), index)


def everything() -> tuple[Tables, ...]:
    """The tables of all clouds, then those of the modules."""
    return tuple(map(tables, _MODULES))
