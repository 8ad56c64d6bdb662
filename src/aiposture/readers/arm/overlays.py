"""Resources that are deployed twice: first made, then changed by a nested deployment that waits for the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from aiposture.model import Resource, Value
from aiposture.readers.arm.deployments import Deployment
from aiposture.readers.arm.instances import Instance

_NOTE = "changed later in the same deployment"


def overlay(found: Iterable[tuple[Instance, Resource]]) -> list[Resource]:
    """The resources; one that a later deployment states again has the later properties over its own.

    Only literal names tell that two mean the same. Where the order is not known, both are kept.
    """
    kept: list[tuple[Instance, Resource]] = []
    first: dict[tuple[str, str], list[int]] = defaultdict(list)
    for instance, resource in found:
        place = (instance.type.casefold(), _literal_name(instance))
        before = next((at for at in first[place] if place[1] and _follows(instance, kept[at][0])), None)
        if before is None:
            first[place].append(len(kept))
            kept.append((instance, resource))
        else:
            kept[before] = (kept[before][0], _merged(kept[before][1], resource))
    return [resource for _, resource in kept]


def _literal_name(instance: Instance) -> str:
    parts = [each.data for each in instance.names]
    return "/".join(part.casefold() for part in parts if isinstance(part, str)) if all(map(_is_text, parts)) else ""


def _is_text(data: object) -> bool:
    return isinstance(data, str)


def _follows(later: Instance, earlier: Instance) -> bool:
    """Whether a resource is certain to be deployed after another one, and if that is."""
    if later.exists is not True or earlier.exists is not True or later.is_existing or earlier.is_existing:
        return False
    deployment: Deployment | None = later.site.deployment
    while deployment is not None and deployment.caller is not None:
        waits_for = deployment.caller.dependencies()
        if earlier in waits_for or earlier.site.deployment.caller in waits_for:
            return True
        deployment = deployment.parent
    return False


def _merged(earlier: Resource, later: Resource) -> Resource:
    return replace(
        earlier,
        properties=_over(earlier.properties, later.properties),
        api_version=later.api_version,
        notes=(*earlier.notes, f"{_NOTE}, in {later.address}"),
    )


def _over(earlier: Value, later: Value) -> Value:
    if not isinstance(earlier.data, Mapping) or not isinstance(later.data, Mapping):
        return later
    names = {name.casefold(): name for name in earlier.data}
    members = dict(earlier.data)
    for name, value in later.data.items():
        known = names.get(name.casefold())
        if known is None:
            members[name] = value
        else:
            members[known] = _over(members[known], value)
    return replace(earlier, data=members)
