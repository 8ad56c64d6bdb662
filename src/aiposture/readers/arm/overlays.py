"""Resources that are deployed twice: first made, then changed by a nested deployment that waits for the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from aiposture.model import Resource, Value
from aiposture.readers.arm.instances import Instance

_MAX_WAITS = 100
_NOTE = "changed later in the same deployment"


def overlay(found: Iterable[tuple[Instance, Resource]]) -> list[Resource]:
    """The resources; one that a later deployment states again has the later properties over its own.

    Only literal names tell that two mean the same. Where the order is not known, both are kept.
    """
    kept: list[Resource] = []
    places: dict[tuple[str, str, int], int] = {}  # by type, name, and what a later deployment can wait for
    waits: dict[int, list[int]] = {}
    for instance, resource in found:
        type_, name = instance.type.casefold(), _literal_name(instance)
        if not name or instance.exists is not True or instance.is_existing:
            kept.append(resource)
            continue
        earlier = ((type_, name, each) for each in _waits_for(instance, waits))
        before = next((places[key] for key in earlier if key in places), None)
        if before is not None:
            kept[before] = _merged(kept[before], resource)
            continue
        for each in (instance, instance.site.deployment.caller):
            places.setdefault((type_, name, id(each)), len(kept))
        kept.append(resource)
    return kept


def _literal_name(instance: Instance) -> str:
    parts = [each.data for each in instance.names]
    known = [part.casefold() for part in parts if isinstance(part, str)]
    return "/".join(known) if len(known) == len(parts) else ""


def _waits_for(instance: Instance, waits: dict[int, list[int]]) -> list[int]:
    """The resources and deployments that the deployments around a resource wait for, by identity."""
    caller = instance.site.deployment.caller
    if caller is None:
        return []
    if id(caller) not in waits:
        own = [id(each) for each in caller.dependencies()]
        waits[id(caller)] = [*own, *_waits_for(caller, waits)][:_MAX_WAITS]
    return waits[id(caller)]


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
