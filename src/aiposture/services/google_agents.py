"""Conversational services of Google Cloud: search widgets, data connectors, Dialogflow CX, providers of identities."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Data, Resource, Unknown
from aiposture.services.aws_google_cells import Present, present, props, spellings, word
from aiposture.services.aws_google_secrets import credentials, environment, is_secret_name
from aiposture.services.aws_protections import several
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, Noted, Prop, choice, flag

_WIDGET = "hashicorp/google documentation of google_discovery_engine_widget_config; mapping is ours"
_SECRETS = "hashicorp/google documentation: secret versions, and parameters that hold credentials; mapping is ours"
_SIGNS_IN = "hashicorp/google documentation of google_dialogflow_cx_webhook; mapping is ours"
_LOGS = "hashicorp/google documentation of google_dialogflow_cx_agent (logging_settings); mapping is ours"

_PUBLIC = "access_settings.allow_public_access"
_WEBS = ("generic_web_service", "service_directory.generic_web_service")
_HEADERS = ("Authorization", "x-api-key", "api-key", "x-goog-api-key")


def _webhook() -> tuple[str, ...]:
    return tuple(
        f"{web}.{leaf}"
        for web in _WEBS
        for leaf in ("oauth_config.client_secret", *(f"request_headers.{header}" for header in _HEADERS))
    )


def _headers(data: Data) -> Meaning:
    """Headers by which a webhook tells who calls; others say nothing of it."""
    if isinstance(data, Unknown):
        return data
    telling = ("auth", "token", "key", "secret", "signature", "cookie")
    names = [name.casefold() for name in data] if isinstance(data, Mapping) else []
    return "identified" if any(word_ in name for name in names for word_ in telling) else None


def _signs_in() -> tuple[Prop, ...]:
    """The ways in which a webhook can tell that the agent calls it."""
    agent = choice({"ID_TOKEN": "identified", "ACCESS_TOKEN": "identified", "NONE": None})
    blocks = (
        "service_account_auth_config", "oauth_config", "secret_version_for_username_password",
        "secret_versions_for_request_headers",
    )  # fmt: skip
    return (
        *props(agent, *(f"{web}.service_agent_auth" for web in _WEBS)),
        *present("identified", *(f"{web}.{name}" for web in _WEBS for name in blocks)),
        *(Present(spelling, _headers) for web in _WEBS for spelling in spellings(f"{web}.request_headers")),
        # One that may be switched off may call nobody: what it would send is then not decided.
        *props(flag(true="identified", false=None), "disabled"),
    )


def _is_on(resource: Resource) -> bool:
    return word(resource, "disabled") != "true"


def _is_credential(name: str) -> bool:
    """Whether a parameter of a data connector is what it signs in with."""
    return is_secret_name(name) or name.casefold() == "password"


_GIT = ("git_integration_settings.github_settings.access_token",)
_PARAMS = "params"

_TOOL = tuple(
    f"open_api_spec.authentication.{leaf}"
    for leaf in ("api_key_config.api_key", "oauth_config.client_secret", "bearer_token_config.token")
)
_AUTH_PROVIDER = tuple(
    f"auth_provider_type_params.{leaf}"
    for leaf in ("api_key.api_key", "three_legged_oauth.client_secret", "two_legged_oauth.client_secret")
)

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
        "google-dialogflow-agent",
        "Dialogflow CX agent",
        (
            Binding(
                types=("google_dialogflow_cx_agent",),
                secrets=Several(credentials(*_GIT), _GIT, _SECRETS),
                protections={
                    "activity_log": several(
                        Cell(
                            props(
                                flag(true=True, false=None),
                                "advanced_settings.logging_settings.enable_stackdriver_logging",
                                "enable_stackdriver_logging",
                            ),
                            "no-conversations",
                            _LOGS,
                        )
                    )
                },
            ),
        ),
    ),
    Service(
        "google-dialogflow-webhook",
        "Dialogflow CX webhook",
        (
            Binding(
                types=("google_dialogflow_cx_webhook",),
                callers=Cell(_signs_in(), Noted("no-credentials"), _SIGNS_IN),
                secrets=Several(credentials(*_webhook()), _webhook(), _SECRETS),
                when=_is_on,
            ),
        ),
    ),
    Service(
        "google-dialogflow-tool",
        "Dialogflow CX tool",
        (Binding(types=("google_dialogflow_cx_tool",), secrets=Several(credentials(*_TOOL), _TOOL, _SECRETS)),),
    ),
    Service(
        "google-data-connector",
        "Vertex AI Search data connector",
        (
            Binding(
                types=("google_discovery_engine_data_connector",),
                secrets=Several(environment(_PARAMS, named=_is_credential), (_PARAMS,), _SECRETS),
            ),
        ),
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
)
