"""All that is joined on AWS alone."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from aiposture.links import aws_grounding, aws_networks, aws_paths, aws_roles, aws_scope, aws_serverless
from aiposture.links.aws_principals import Principals
from aiposture.model import AIService, Resource

WANTED: frozenset[str] = frozenset().union(
    *(module.WANTED for module in (aws_serverless, aws_grounding, aws_roles, aws_scope, aws_paths))
)
PREFIXES = (aws_networks.CUSTOM,)
"""What the types of custom resources begin with, in lower case: links read them all."""


class Joins:
    """The joins of one scan."""

    def __init__(self, resources: Sequence[Resource], partial: AbstractSet[str]) -> None:
        """`resources` are all those of the scan; of the units in `partial` something was not read."""
        self._resources = resources
        self._partial = partial
        self._principals = Principals(resources)

    def more(self, services: Sequence[AIService]) -> list[AIService]:
        """What is judged beside `services`: keys of users that may call AI services."""
        del services  # what is found hangs on none of them
        return aws_roles.access_keys(self._resources, self._principals)

    def connect(self, services: list[AIService]) -> list[AIService]:
        """`services` with what they have to do with other resources."""
        services = aws_serverless.without_network(services, self._resources)
        services = aws_grounding.connect(services, self._resources)
        services = aws_scope.connect(aws_roles.connect(services, self._principals), self._resources)
        return aws_paths.connect(services, self._resources, self._principals, self._partial)
