"""Joins: what a service has to do with other resources. Facts only; the controls judge them."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING

from aiposture.links import attached, azure_roles, endpoints, keys, perimeters
from aiposture.links.across import Name, Names
from aiposture.links.identity import Index
from aiposture.links.names import NAMESPACES
from aiposture.model import AIService, Cloud, Resource, cloud_of

if TYPE_CHECKING:
    from types import ModuleType

    from aiposture.links import aws, google

__all__ = ["Name", "Names", "connect", "sniff_tokens", "wanted"]

_WANTED = frozenset(
    name.casefold() for module in (endpoints, perimeters, keys, attached, azure_roles) for name in module.WANTED
)
_GOOGLE_MODULES = "terraform-google-modules/"


def sniff_tokens() -> tuple[str, ...]:
    """What a unit's text holds if it can link to a service of another unit: an id, or a data source that reads it; and
    what is about AI services wherever they are made.

    An endpoint or a sink without either can only concern services of its own unit, which the services sniff.
    """
    from aiposture.links import google_perimeters

    return (
        *(token for name in NAMESPACES for token in (name, name.lower())),
        *sorted(keys.DATA_SOURCES),
        *sorted(google_perimeters.WANTED),
    )


def wanted(declared_type: str) -> bool:
    """Whether links read resources of this type, whose case does not matter in ARM."""
    folded = declared_type.casefold()
    if folded in _WANTED:
        return True
    joins = _joins(_cloud(folded))
    return joins is not None and (folded in _folded(joins) or folded.startswith(joins.PREFIXES))


def _cloud(type_: str) -> Cloud | None:
    return "google" if type_.startswith(_GOOGLE_MODULES) else cloud_of(type_)


def _joins(cloud: Cloud | None) -> ModuleType | None:
    """The joins of a cloud, if it has any of its own: a scan that meets nothing of it does not load them."""
    if cloud == "aws":
        from aiposture.links import aws

        return aws
    if cloud == "google":
        from aiposture.links import google

        return google
    return None


@cache
def _folded(joins: ModuleType) -> frozenset[str]:
    return frozenset(name.casefold() for name in joins.WANTED)


def connect(
    services: Sequence[AIService],
    resources: Sequence[Resource],
    names: Names | None = None,
    partial: AbstractSet[str] = frozenset(),
) -> list[AIService]:
    """The services with their private endpoints, perimeters and key uses, sought in all `resources` of the scan.

    Behind them come services that are no part of the scan, but whose key a data source takes and hands on.
    To `names` is added by which names units can mean each other. Of the units in `partial` something was not read.
    """
    clouds = _of_clouds(services, resources, partial)
    services = [*services, *(each for cloud in clouds for each in cloud.more(services))]
    index = Index(services, resources, names)
    found_endpoints = endpoints.find(index, resources)
    found_perimeters = perimeters.find(index, resources)
    uses = keys.find(index, resources)
    connected = [
        service._replace(
            private_endpoints=(*service.private_endpoints, *found_endpoints.get(position, ())),
            perimeters=(*service.perimeters, *found_perimeters.get(position, ())),
            key_uses=(*service.key_uses, *uses.known.get(position, ())),
        )
        for position, service in enumerate(services)
    ]
    connected = azure_roles.connect(attached.connect(connected, resources), resources)
    for cloud in clouds:
        connected = cloud.connect(connected)
    return connected + uses.foreign


def _of_clouds(
    services: Sequence[AIService], resources: Sequence[Resource], partial: AbstractSet[str]
) -> list[aws.Joins | google.Joins]:
    met = {_cloud(type_) for type_ in {each.type for each in resources}}
    kinds = {each.kind.partition("-")[0] for each in services}
    joins = [_joins(cloud) for cloud in ("aws", "google") if cloud in met or cloud in kinds]
    return [module.Joins(resources, partial) for module in joins if module is not None]
