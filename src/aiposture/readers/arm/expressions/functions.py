"""All functions of template expressions that take plain arguments."""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model import Value
from aiposture.readers.arm.expressions import (
    comparisons,
    containers,
    dates,
    deployed,
    encoding,
    identifiers,
    merging,
    network,
    numbers,
    resources,
    strings,
)
from aiposture.readers.arm.expressions.arguments import Function, Site
from aiposture.readers.arm.expressions.scope import FACTS, Scope

PURE = MappingProxyType(
    {
        **containers.TABLE,
        **comparisons.TABLE,
        **dates.TABLE,
        **encoding.TABLE,
        **identifiers.TABLE,
        **merging.TABLE,
        **network.TABLE,
        **numbers.TABLE,
        **strings.TABLE,
    }
)
"""The functions that look at nothing but their arguments, by folded name."""


class Scoped(NamedTuple):
    """A function that asks the template."""

    name: str
    run: Callable[[Site, Scope, Sequence[Value]], Value]
    least: int
    most: int | None


_SCOPED = (
    Scoped("resourceId", resources.resource_id, 2, None),
    Scoped("subscriptionResourceId", resources.subscription_resource_id, 2, None),
    Scoped("tenantResourceId", resources.tenant_resource_id, 2, None),
    Scoped("managementGroupResourceId", resources.management_group_resource_id, 2, None),
    Scoped("extensionResourceId", resources.extension_resource_id, 3, None),
    Scoped("reference", deployed.reference, 1, 3),
    Scoped("references", deployed.references, 1, 2),
    Scoped("resourceInfo", deployed.resource_info, 1, 1),
    Scoped("fail", deployed.fail, 1, 1),
    *(Scoped(name, deployed.fact, 0, None) for name in sorted(FACTS)),
    *(
        Scoped(name, deployed.outside, 0, None)
        for name in ("externalInput", "pickZones", "providers", "toLogicalZone", "toLogicalZones", "toPhysicalZone",
                     "toPhysicalZones", "zones")
    ),
)  # fmt: skip
SCOPED = MappingProxyType({function.name.casefold(): function for function in _SCOPED})
"""The functions that ask the template, by folded name."""


def find(name: str) -> Function | None:
    """The function of that name that looks at nothing but its arguments."""
    return PURE.get(name.casefold())


def find_scoped(name: str) -> Scoped | None:
    """The function of that name that asks the template; there are as many `list...` functions as resource types."""
    folded = name.casefold()
    scoped = SCOPED.get(folded)
    if scoped is None and folded.startswith("list") and len(folded) > len("list"):
        return Scoped(name, deployed.list_, 1, 3)
    return scoped
