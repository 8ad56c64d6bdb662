"""All that is joined on Google Cloud alone."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from aiposture.links import (
    google_accounts,
    google_grounding,
    google_paths,
    google_perimeters,
    google_policies,
    google_search_keys,
)
from aiposture.model import AIService, Resource

WANTED: frozenset[str] = frozenset().union(
    *(
        module.WANTED
        for module in (
            google_accounts, google_grounding, google_paths, google_perimeters, google_policies, google_search_keys,
        )
    )
)  # fmt: skip
PREFIXES: tuple[str, ...] = ()
"""What types begin with that links read all, in lower case."""


class Joins:
    """The joins of one scan."""

    def __init__(self, resources: Sequence[Resource], partial: AbstractSet[str]) -> None:
        """`resources` are all those of the scan; `partial` makes no difference here."""
        del partial
        self._resources = resources
        self._accounts = google_accounts.Accounts(resources)

    def more(self, services: Sequence[AIService]) -> list[AIService]:
        """What is judged beside `services`: keys of accounts, policies, data that AI reads, perimeters."""
        return [
            *google_accounts.keys(self._resources, self._accounts),
            *google_policies.services(self._resources),
            *google_grounding.services(self._resources),
            *google_perimeters.services(self._resources, services),
        ]

    def connect(self, services: list[AIService]) -> list[AIService]:
        """`services` with what they have to do with other resources."""
        services = google_accounts.connect(services, self._accounts)
        return google_search_keys.connect(google_paths.connect(services, self._resources), self._resources)
