"""Service perimeters of VPC Service Controls: whether they stand around the AI services of the same code.

A perimeter around other services says nothing about AI, unless the code next to it makes AI services. What is only
tried out (`spec`), and a bridge between perimeters, keep nobody out. Google's own module for perimeters is read by its
inputs.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.links.names import literal
from aiposture.model import AIService, Fact, Network, Origin, Resource, Unknown, Value

_PERIMETER = "google_access_context_manager_service_perimeter"
_MODULE = "terraform-google-modules/vpc-service-controls/google//modules/regular_service_perimeter"
_PATH: tuple[str | int, ...] = ("status", 0, "restricted_services")

# The API through which resources of these types are used.
_APIS = {
    "google_vertex_ai_": "aiplatform.googleapis.com",
    "google_colab_": "aiplatform.googleapis.com",
    "google_workbench_": "notebooks.googleapis.com",
    "google_notebooks_": "notebooks.googleapis.com",
    "google_discovery_engine_": "discoveryengine.googleapis.com",
    "google_dialogflow_": "dialogflow.googleapis.com",
}
_OF_AI = frozenset(_APIS.values())

WANTED: frozenset[str] = frozenset({_PERIMETER, _MODULE})

_KIND, _TITLE = "google-perimeter", "Service perimeter"


def services(resources: Sequence[Resource], found: Sequence[AIService]) -> list[AIService]:
    """The perimeters among `resources` that concern AI; `found` are the AI services of the scan."""
    used: dict[str, set[str]] = {}
    for service in found:
        for prefix, api in _APIS.items():
            if service.resource.type.startswith(prefix) and "_iam_" not in service.resource.type:
                used.setdefault(service.resource.unit, set()).add(api)
    return [
        AIService(_KIND, _TITLE, resource, network=Network(public_access=fact, door="perimeter"))
        for resource in resources
        if (resource.mode, resource.type) in {("managed", _PERIMETER), ("module", _MODULE)}
        if resource.exists is not False
        for fact in (_fact(resource, used.get(resource.unit, set())),)
        if fact is not None
    ]


def _fact(perimeter: Resource, used: set[str]) -> Fact | None:
    path = _PATH if perimeter.type == _PERIMETER else _PATH[-1:]
    name = ".".join(part for part in path if isinstance(part, str))
    value = perimeter.get(*path)
    if (len(path) > 1 and perimeter.get("status") is None) or "bridge" in (
        literal(perimeter.get("perimeter_type")) or ""
    ).casefold():
        return None
    members = () if value is None else value.data if isinstance(value.data, tuple) else (value,)
    listed = {str(each.data) for each in members if not isinstance(each.data, Unknown)}
    undecided = next((each for each in members if isinstance(each.data, Unknown)), None)
    missing = sorted(used - listed)
    place = Value(None, perimeter.header) if value is None else value
    if missing:
        said = ", ".join(missing)
        if undecided is not None and isinstance(undecided.data, Unknown):
            unknown = Unknown(undecided.data.expression, f"{said} may be one of them")
            return Fact(unknown, Origin.UNRESOLVED, name, undecided.location, (), trail=undecided.trail)
        return Fact("enabled", Origin.STATED, name, place.location, ("enabled",), f"a list without {said}")
    if listed & _OF_AI:
        named = ", ".join(sorted(listed & _OF_AI))
        return Fact("disabled", Origin.STATED, name, place.location, ("disabled",), f"a list with {named}")
    return None
