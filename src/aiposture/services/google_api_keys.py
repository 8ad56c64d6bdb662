"""API keys of Google Cloud that open AI services, and the one AI service that lives on them: the Gemini API."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Data, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, is_filled, member, objects, present, word
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Meaning, Noted, Prop, required

_KEYS = "Google Cloud: API keys bound to service accounts; mapping is ours"
_GEMINI_SOURCE = "Prowler gemini_api_disabled"

GEMINI = "generativelanguage.googleapis.com"
AI_APIS = frozenset(
    {GEMINI, "aiplatform.googleapis.com", "discoveryengine.googleapis.com", "dialogflow.googleapis.com"}
)

_OPENS, _BOUND = True, False


def _targets(data: Data) -> Meaning:
    """The APIs that a key opens; where a key opens none of ours it is no key of an AI service."""
    if isinstance(data, Unknown):
        return data
    return _OPENS if isinstance(data, tuple) and data else None


def _may_open_ai(resource: Resource) -> bool | Unknown:
    """Whether the key opens an API of an AI service: it names one, or is not restricted to any API."""
    targets = at(resource, "restrictions.api_targets")
    if is_filled(targets) is False or targets is None:
        return True
    if isinstance(targets.data, Unknown):
        return targets.data
    services = [_service(target) for target in objects(targets)]
    if any(service in AI_APIS for service in services):
        return True
    return next((service for service in services if isinstance(service, Unknown)), False)


def _service(target: Value) -> str | Unknown | None:
    value = member(target, "service") if isinstance(target.data, Mapping) else None
    return None if value is None else value.data if isinstance(value.data, Unknown) else str(value.data)


def _accepts(data: Data) -> Meaning:
    return data if isinstance(data, Unknown) else True


SERVICES = (
    Service(
        "google-api-key",
        "Google Cloud API key",
        (
            Binding(
                types=("google_apikeys_key",),
                key_auth=Cell(
                    (
                        *present(_BOUND, "service_account_email"),
                        Prop("restrictions.0.api_targets", _targets),
                    ),
                    Noted(_OPENS, "it opens every API of the project that accepts keys, and Gemini's is one"),
                    _KEYS,
                    label="restrictions.api_targets",
                ),
                key_role="is",
                keys=("key_string",),
                when=_may_open_ai,
            ),
        ),
    ),
    Service(
        "google-gemini-api",
        "Gemini API of the project",
        (
            Binding(
                types=("google_project_service",),
                key_auth=Cell((Prop("service", _accepts),), required("service"), _GEMINI_SOURCE),
                when=lambda resource: word(resource, "service") == GEMINI,
                tokens=(GEMINI,),
            ),
        ),
    ),
)
