"""Grants of Google Cloud that are about AI: on an AI resource, or on a project with a role of an AI service."""

from __future__ import annotations

from aiposture.model import Fact, FactValue, Origin, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, refers
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import arms

_SOURCE = "Google Cloud: allUsers and allAuthenticatedUsers are principals of anybody; mapping is ours"

_ROLES = ("roles/aiplatform.", "roles/discoveryengine.", "roles/notebooks.", "roles/dialogflow.", "roles/ml.")

_OPEN = {"allusers": "anyone", "allauthenticatedusers": "any-account"}

_AI_RESOURCES = (
    "google_vertex_ai_endpoint", "google_vertex_ai_featurestore", "google_vertex_ai_featurestore_entitytype",
    "google_vertex_ai_feature_group", "google_vertex_ai_feature_online_store",
    "google_vertex_ai_feature_online_store_featureview", "google_vertex_ai_reasoning_engine",
    "google_workbench_instance", "google_notebooks_instance", "google_notebooks_runtime",
    "google_colab_runtime_template", "google_discovery_engine_data_store", "google_discovery_engine_engine",
)  # fmt: skip
_LEVELS = ("google_project", "google_folder", "google_organization")


def _members(resource: Resource) -> tuple[Fact, ...]:
    """Those whom the grant lets in: one fact a member that is open, else one for all of them."""
    path = "members" if at(resource, "members") is not None else "member"
    value = at(resource, path)
    if value is None:
        return ()
    listed = value.data if isinstance(value.data, tuple) else arms(value) or (value,)
    facts = [_fact(path, each) for each in listed]
    worrying = [fact for fact in facts if fact.value != "named"]
    return tuple(worrying or facts[:1])


def _fact(path: str, member: Value) -> Fact:
    data = member.data
    found: FactValue
    if isinstance(data, Unknown):
        # A reference to an account is an account. What can be anything is not decided.
        found = "named" if refers(data) or ":" in data.expression else data
    else:
        found = _OPEN.get(str(data).strip().casefold(), "named")
    unknown = isinstance(found, Unknown)
    return Fact(
        value=found,
        origin=Origin.UNRESOLVED if unknown else Origin.STATED,
        property=path,
        location=member.location,
        possible=() if unknown else (found,),
        stated=data if isinstance(data, str) else None,
        trail=member.trail,
    )


def _is_about_ai(resource: Resource) -> bool:
    role = at(resource, "role")
    return role is not None and isinstance(role.data, str) and role.data.startswith(_ROLES)


SERVICES = (
    Service(
        "google-ai-grant",
        "Grant on an AI service",
        (
            Binding(
                types=tuple(f"{name}_iam_{kind}" for name in _AI_RESOURCES for kind in ("member", "binding")),
                principals=Several(_members, ("member", "members"), _SOURCE),
            ),
            Binding(
                types=tuple(f"{name}_iam_{kind}" for name in _LEVELS for kind in ("member", "binding")),
                principals=Several(_members, ("member", "members"), _SOURCE),
                when=_is_about_ai,
                tokens=_ROLES,
            ),
        ),
    ),
)
