"""Conversational services of Google Cloud: search widgets, Dialogflow CX, providers of agent identities, API keys."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Data, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, is_filled, member, objects, present, props
from aiposture.services.aws_google_secrets import credentials
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, Noted, Prop, flag

_WIDGET = "hashicorp/google documentation of google_discovery_engine_widget_config; mapping is ours"
_SECRETS = "hashicorp/google documentation of Dialogflow CX: secret versions; mapping is ours"
_KEYS = "Google Cloud: API keys bound to service accounts; mapping is ours"

AI_APIS = frozenset(
    {
        "generativelanguage.googleapis.com", "aiplatform.googleapis.com", "discoveryengine.googleapis.com",
        "dialogflow.googleapis.com",
    }
)  # fmt: skip

_PUBLIC = "access_settings.allow_public_access"
_HEADERS = ("Authorization", "x-api-key", "api-key", "x-goog-api-key")


def _webhook() -> tuple[str, ...]:
    below = ("generic_web_service", "service_directory.generic_web_service")
    return tuple(
        f"{web}.{leaf}"
        for web in below
        for leaf in ("oauth_config.client_secret", *(f"request_headers.{header}" for header in _HEADERS))
    )


_TOOL = tuple(
    f"open_api_spec.authentication.{leaf}"
    for leaf in ("api_key_config.api_key", "oauth_config.client_secret", "bearer_token_config.token")
)
_AUTH_PROVIDER = tuple(
    f"auth_provider_type_params.{leaf}"
    for leaf in ("api_key.api_key", "three_legged_oauth.client_secret", "two_legged_oauth.client_secret")
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


SERVICES = (
    Service(
        "google-search-widget",
        "Vertex AI Search widget",
        (
            Binding(
                types=("google_discovery_engine_widget_config",),
                public_access=Cell(props(flag(true="enabled", false="disabled"), _PUBLIC), "disabled", _WIDGET),
                callers=Cell(props(flag(true="anonymous", false="identified"), _PUBLIC), "identified", _WIDGET),
            ),
        ),
    ),
    Service(
        "google-dialogflow-webhook",
        "Dialogflow CX webhook",
        (
            Binding(
                types=("google_dialogflow_cx_webhook",), secrets=Several(credentials(*_webhook()), _webhook(), _SECRETS)
            ),
        ),
    ),
    Service(
        "google-dialogflow-tool",
        "Dialogflow CX tool",
        (Binding(types=("google_dialogflow_cx_tool",), secrets=Several(credentials(*_TOOL), _TOOL, _SECRETS)),),
    ),
    Service(
        "google-agent-auth-provider",
        "Agent identity auth provider",
        (
            Binding(
                types=("google_agent_identity_auth_provider",),
                secrets=Several(credentials(*_AUTH_PROVIDER), _AUTH_PROVIDER, _SECRETS),
            ),
        ),
    ),
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
)
