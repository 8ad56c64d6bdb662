"""Grants of Google Cloud IAM: which of them are about AI, and whom their members let in.

Facts: allUsers is everybody on the internet and allAuthenticatedUsers everybody with any Google account, says the
documentation of hashicorp/google 7 (google_iam_policy). Which roles and resources are about AI is ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Fact, FactValue, Reference, Unknown, Value

AI_ROLES = ("roles/aiplatform.", "roles/discoveryengine.", "roles/notebooks.", "roles/dialogflow.", "roles/ml.")

_AI_PERMISSIONS = tuple(role.removeprefix("roles/") for role in AI_ROLES)

AI_RESOURCES = (
    "google_vertex_ai_endpoint", "google_vertex_ai_featurestore", "google_vertex_ai_featurestore_entitytype",
    "google_vertex_ai_feature_group", "google_vertex_ai_feature_online_store",
    "google_vertex_ai_feature_online_store_featureview", "google_vertex_ai_reasoning_engine",
    "google_workbench_instance", "google_notebooks_instance", "google_notebooks_runtime",
    "google_colab_runtime_template", "google_discovery_engine_search_engine",
)  # fmt: skip

LEVELS = ("google_project", "google_folder", "google_organization")

KIND, TITLE = "google-ai-grant", "Grant on an AI service"

_OPEN = {"allusers": "anyone", "allauthenticatedusers": "any-account"}
_MAX_DEPTH = 16


def is_ai_role(role: object) -> bool:
    """Whether a predefined role is one of an AI service."""
    return isinstance(role, str) and role.startswith(AI_ROLES)


def is_ai_permission(permission: Value) -> bool:
    """Whether a permission, such as a role of one's own lists, is one of an AI service."""
    return isinstance(permission.data, str) and permission.data.startswith(_AI_PERMISSIONS)


def principals(path: str, members: Sequence[Value]) -> tuple[Fact, ...]:
    """Those whom `members` let in: one fact a member that is open or not decided, else one for all of them."""
    facts = [_fact(path, arm) for member in members for arm in _arms(member)]
    worrying = [fact for fact in facts if fact.value != "named"]
    return tuple(worrying or facts[:1])


def _fact(path: str, member: Value) -> Fact:
    data = member.data
    found: FactValue
    if isinstance(data, Unknown):
        # A reference to an account is an account. What can be anything is not decided.
        found = "named" if _refers(data) or ":" in data.expression else data
    else:
        found = _OPEN.get(str(data).strip().casefold(), "named")
    return Fact.of(path, member, found)._replace(stated=data if isinstance(data, str) else None)


def _refers(data: Unknown) -> bool:
    return bool(data.references) or (isinstance(data, Reference) and bool(data.address))


def _arms(value: Value, depth: int = 0) -> tuple[Value, ...]:
    """What a member can be; what can be anything stands for itself."""
    data = value.data
    if not isinstance(data, Unknown) or not data.alternatives or depth > _MAX_DEPTH:
        return (value,)
    return tuple(arm for each in data.alternatives for arm in _arms(each, depth + 1))
