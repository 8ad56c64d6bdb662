"""Joins: what a service has to do with other resources. Facts only; the controls judge them."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from aiposture.links import (
    attached,
    aws_grounding,
    aws_networks,
    aws_paths,
    aws_roles,
    aws_scope,
    aws_serverless,
    azure_roles,
    endpoints,
    google_accounts,
    google_grounding,
    google_paths,
    google_perimeters,
    google_policies,
    google_search_keys,
    keys,
    perimeters,
)
from aiposture.links.across import Name, Names
from aiposture.links.aws_principals import Principals
from aiposture.links.identity import Index
from aiposture.links.names import NAMESPACES
from aiposture.model import AIService, Resource

__all__ = ["SNIFF_TOKENS", "WANTED", "Name", "Names", "connect", "wanted"]

_AWS = (aws_serverless, aws_grounding, aws_roles, aws_scope, aws_paths)
_AZURE = (azure_roles,)
_GOOGLE = (
    google_accounts,
    google_grounding,
    google_paths,
    google_perimeters,
    google_policies,
    google_search_keys,
)

WANTED: frozenset[str] = frozenset(endpoints.WANTED | perimeters.WANTED | keys.WANTED | attached.WANTED).union(
    *(module.WANTED for module in (*_AWS, *_AZURE, *_GOOGLE))
)
"""The types, as code declares them, that links read besides the services themselves."""

SNIFF_TOKENS: tuple[str, ...] = (
    *(token for name in NAMESPACES for token in (name, name.lower())),
    *sorted(keys.DATA_SOURCES),
    *sorted(google_perimeters.WANTED),
)
"""What a unit's text holds if it can link to a service of another unit: an id, or a data source that reads it; and
what is about AI services wherever they are made.
An endpoint or a sink without either can only concern services of its own unit, which the services sniff."""


_WANTED_FOLDED = frozenset(name.casefold() for name in WANTED)


def wanted(declared_type: str) -> bool:
    """Whether links read resources of this type, whose case does not matter in ARM."""
    folded = declared_type.casefold()
    return folded in _WANTED_FOLDED or folded.startswith(aws_networks.CUSTOM)


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
    principals = Principals(resources)
    accounts = google_accounts.Accounts(resources)
    services = [
        *services,
        *aws_roles.access_keys(resources, principals),
        *google_accounts.keys(resources, accounts),
        *google_policies.services(resources),
        *google_grounding.services(resources),
        *google_perimeters.services(resources, services),
    ]
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
    connected = google_accounts.connect(connected, accounts)
    connected = google_search_keys.connect(google_paths.connect(connected, resources), resources)
    return _on_aws(connected, resources, principals, partial) + uses.foreign


def _on_aws(
    services: list[AIService], resources: Sequence[Resource], principals: Principals, partial: AbstractSet[str]
) -> list[AIService]:
    """What is joined on AWS alone."""
    services = aws_serverless.without_network(services, resources)
    services = aws_grounding.connect(services, resources)
    services = aws_scope.connect(aws_roles.connect(services, principals), resources)
    return aws_paths.connect(services, resources, principals, partial)
