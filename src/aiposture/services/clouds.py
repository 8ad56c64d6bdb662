"""All services, cloud by cloud: a scan loads only the tables of those clouds that its code speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
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


def _azure() -> tuple[Service, ...]:
    from aiposture.services import (
        ai_services,
        bot,
        health_bot,
        machine_learning,
        machine_learning_parts,
        search,
        video_indexer,
    )

    return (
        *ai_services.SERVICES,
        *machine_learning.SERVICES,
        *machine_learning_parts.SERVICES,
        *search.SERVICES,
        *bot.SERVICES,
        *video_indexer.SERVICES,
        *health_bot.SERVICES,
    )


def _aws() -> tuple[Service, ...]:
    from aiposture.services import (
        aws_agentcore,
        aws_agentcore_data,
        aws_assistants,
        aws_bedrock,
        aws_bedrock_content,
        aws_consumers,
        aws_iam,
        aws_sagemaker,
        aws_sagemaker_serving,
        aws_stores,
        aws_trust,
    )

    return (
        *aws_sagemaker.SERVICES,
        *aws_sagemaker_serving.SERVICES,
        *aws_agentcore.SERVICES,
        *aws_agentcore_data.SERVICES,
        *aws_bedrock.SERVICES,
        *aws_bedrock_content.SERVICES,
        *aws_stores.SERVICES,
        *aws_assistants.SERVICES,
        *aws_iam.SERVICES,
        *aws_trust.SERVICES,
        *aws_consumers.SERVICES,
    )


def _google() -> tuple[Service, ...]:
    from aiposture.services import (
        google_agents,
        google_api_keys,
        google_ces,
        google_colab,
        google_consumers,
        google_iam,
        google_keys,
        google_notebooks,
        google_org_policies,
        google_safety,
        google_vertex,
    )

    return (
        *google_vertex.SERVICES,
        *google_keys.SERVICES,
        *google_notebooks.SERVICES,
        *google_colab.SERVICES,
        *google_agents.SERVICES,
        *google_ces.SERVICES,
        *google_api_keys.SERVICES,
        *google_safety.SERVICES,
        *google_iam.SERVICES,
        *google_org_policies.SERVICES,
        *google_consumers.SERVICES,
    )


def _modules() -> tuple[Service, ...]:
    from aiposture.services import registry_modules

    return registry_modules.SERVICES


_LISTS: Mapping[Cloud | None, Callable[[], tuple[Service, ...]]] = {
    "azure": _azure,
    "aws": _aws,
    "google": _google,
    None: _modules,
}


@cache
def tables(cloud: Cloud | None) -> Tables:
    """The tables of a cloud; for None those of the remote modules that are judged by their arguments."""
    services = _LISTS[cloud]()
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
    return tuple(map(tables, _LISTS))
