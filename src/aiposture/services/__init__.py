"""AI services: what a resource says about one, as facts, without a word about controls.

A service is a table: resource type -> property -> provider default. Each module holds the tables of one service;
`clouds` lists them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.model import cloud_of
from aiposture.services.awscc_names import as_declared
from aiposture.services.clouds import everything, tables
from aiposture.services.module_names import canonical, may_hold_ai, spellings
from aiposture.services.shape import Row, Service, describe, services

if TYPE_CHECKING:
    from aiposture.model import AIService, Resource

__all__ = [
    "Row",
    "all_services",
    "as_declared",
    "may_hold_ai",
    "recognise",
    "rows",
    "sniff_tokens",
    "types",
    "wanted",
]


def all_services() -> tuple[Service, ...]:
    """Every service of every cloud, and those that remote modules make."""
    return tuple(service for each in everything() for service in each.services)


def types() -> frozenset[str]:
    """What declares an AI service: types of Terraform, of ARM and of CloudFormation, azapi's own, remote modules."""
    return frozenset().union(*(each.types for each in everything()))


def wanted(name: str) -> bool:
    """Whether a resource type or a remote module's source (in any of its spellings) can be an AI service."""
    cloud = cloud_of(name)
    if cloud is not None:
        return name.casefold() in tables(cloud).wanted
    return "/" in name and canonical(name) in tables(None).wanted


def recognise(resource: Resource) -> tuple[AIService, ...]:
    """The AI services that `resource` declares: mostly none or one, several for a module that makes several.

    Outputs are none, and data sources only where their table says so.
    """
    if resource.mode == "module":
        found = tables(None).by_type.get(canonical(resource.type), ())
    else:
        cloud = None if resource.mode == "output" else cloud_of(resource.type)
        found = () if cloud is None else tables(cloud).by_type.get(resource.type.casefold(), ())
    return tuple(
        each
        for service, binding in found
        if binding.data_source == (resource.mode == "data")
        for each in services(service, binding, resource)
    )


def rows() -> tuple[Row, ...]:
    """All tables, line by line, for the documentation."""
    return tuple(row for service in all_services() for row in describe(service))


def sniff_tokens() -> tuple[str, ...]:
    """Lower-case substrings, one of which every file has that could matter, in whatever case it writes it.

    A file matters if it declares an AI resource or an azapi resource, or calls a remote module that is judged or
    mentions AI. Compare them with the file's bytes in lower case.
    """
    bindings = [binding for each in everything()[:-1] for service in each.services for binding in service.bindings]
    names = {_token(name) for binding in bindings if not binding.tokens for name in binding.types}
    texts = {token for binding in bindings for token in binding.tokens}
    candidates = sorted({"azapi_", *names, *texts, *spellings()}, key=lambda token: (len(token), token))
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
