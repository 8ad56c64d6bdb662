"""Grants of Google Cloud that are about AI: on an AI resource, or on a project with a role of an AI service."""

from __future__ import annotations

from aiposture.google_grants import AI_RESOURCES, AI_ROLES, KIND, LEVELS, TITLE, is_ai_role, principals
from aiposture.model import Fact, Resource
from aiposture.services.aws_google_cells import at
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import arms

_SOURCE = "Google Cloud: allUsers and allAuthenticatedUsers are principals of anybody; mapping is ours"


def _members(resource: Resource) -> tuple[Fact, ...]:
    """Those whom the grant lets in."""
    path = "members" if at(resource, "members") is not None else "member"
    value = at(resource, path)
    if value is None:
        return ()
    return principals(path, value.data if isinstance(value.data, tuple) else arms(value) or (value,))


def _is_about_ai(resource: Resource) -> bool:
    role = at(resource, "role")
    return role is not None and is_ai_role(role.data)


SERVICES = (
    Service(
        KIND,
        TITLE,
        (
            Binding(
                types=tuple(f"{name}_iam_{kind}" for name in AI_RESOURCES for kind in ("member", "binding")),
                principals=Several(_members, ("member", "members"), _SOURCE),
            ),
            Binding(
                types=tuple(f"{name}_iam_{kind}" for name in LEVELS for kind in ("member", "binding")),
                principals=Several(_members, ("member", "members"), _SOURCE),
                when=_is_about_ai,
                tokens=AI_ROLES,
            ),
        ),
    ),
)
