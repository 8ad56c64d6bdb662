"""AI services: what a resource says about one, as facts, without a word about controls.

A service is a table: resource type -> property -> provider default. Each module holds the tables of one service;
this is the list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.services import (
    ai_services,
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
    bot,
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
    health_bot,
    machine_learning,
    machine_learning_parts,
    registry_modules,
    search,
    video_indexer,
)
from aiposture.services.awscc_names import as_declared, in_awscc
from aiposture.services.module_names import canonical, may_hold_ai, spellings
from aiposture.services.shape import Binding, Row, Service, describe, services

if TYPE_CHECKING:
    from aiposture.model import AIService, Resource

__all__ = [
    "ALL",
    "MODULES",
    "WANTED",
    "Row",
    "as_declared",
    "may_hold_ai",
    "recognise",
    "rows",
    "sniff_tokens",
    "wanted",
]

_DECLARED = (
    *ai_services.SERVICES,
    *machine_learning.SERVICES,
    *machine_learning_parts.SERVICES,
    *search.SERVICES,
    *bot.SERVICES,
    *video_indexer.SERVICES,
    *health_bot.SERVICES,
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

ALL: tuple[Service, ...] = (*_DECLARED, *registry_modules.SERVICES)

# azapi resources are read whatever their type is: it is known only when they are evaluated.
_AZAPI = frozenset({"azapi_resource", "azapi_update_resource"})

_BINDINGS = tuple(binding for service in _DECLARED for binding in service.bindings)
_TYPES = frozenset(declared for binding in _BINDINGS for declared in binding.types)

WANTED: frozenset[str] = _AZAPI | _TYPES
"""The types that declare an AI service: those of Terraform, of ARM and of CloudFormation, and azapi's own."""

MODULES: frozenset[str] = frozenset(
    source for service in registry_modules.SERVICES for binding in service.bindings for source in binding.types
)
"""The remote modules that are judged by their arguments, by their names in the registry."""

_AWSCC = frozenset(in_awscc(declared) for declared in _TYPES if "::" in declared)
_WANTED_FOLDED = frozenset(name.casefold() for name in WANTED | MODULES | _AWSCC)


def _index() -> dict[str, tuple[tuple[Service, Binding], ...]]:
    index: dict[str, tuple[tuple[Service, Binding], ...]] = {}
    for service in ALL:
        for binding in service.bindings:
            for name in binding.types:
                key = name.casefold()
                index[key] = (*index.get(key, ()), (service, binding))
    return index


_BY_TYPE = _index()


def wanted(name: str) -> bool:
    """Whether a resource type or a remote module's source (in any of its spellings) can be an AI service."""
    return name.casefold() in _WANTED_FOLDED or canonical(name) in _WANTED_FOLDED


def recognise(resource: Resource) -> tuple[AIService, ...]:
    """The AI services that `resource` declares: mostly none or one, several for a module that makes several.

    Outputs are none, and data sources only where their table says so.
    """
    if resource.mode == "output":
        return ()
    name = canonical(resource.type) if resource.mode == "module" else resource.type.casefold()
    return tuple(
        found
        for service, binding in _BY_TYPE.get(name, ())
        if binding.data_source == (resource.mode == "data")
        for found in services(service, binding, resource)
    )


def rows() -> tuple[Row, ...]:
    """All tables, line by line, for the documentation."""
    return tuple(row for service in ALL for row in describe(service))


def sniff_tokens() -> tuple[str, ...]:
    """Lower-case substrings, one of which every file has that could matter, in whatever case it writes it.

    A file matters if it declares an AI resource or an azapi resource, or calls a remote module that is judged or
    mentions AI. Compare them with the file's bytes in lower case.
    """
    types = {_token(name) for binding in _BINDINGS if not binding.tokens for name in binding.types}
    texts = {token for binding in _BINDINGS for token in binding.tokens}
    candidates = sorted({"azapi_", *types, *texts, *spellings()}, key=lambda token: (len(token), token))
    kept: list[str] = []
    for token in candidates:
        if not any(shorter in token for shorter in kept):
            kept.append(token)
    return tuple(kept)


def _token(name: str) -> str:
    """What stands in every file that declares the type, whatever else it says: a namespace, or the type itself.

    For AWS that is the service, which all three dialects have in their types.
    """
    folded = name.casefold()
    if folded.startswith("aws"):
        return folded.split("::")[1] if "::" in folded else folded.split("_")[1]
    return folded.partition("/")[0]
