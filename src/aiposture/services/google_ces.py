"""Customer Engagement Suite: apps of conversational agents, their guardrails, tools and the widgets that show them.

Property names are those of the documentation of hashicorp/google 7.45. What a switch does when it is left out is not
documented there, and so not decided here.
"""

from __future__ import annotations

from aiposture.model import Fact, Resource
from aiposture.services.aws_google_cells import at, props, undocumented
from aiposture.services.aws_google_secrets import credentials
from aiposture.services.aws_protections import several
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, flag

_WIDGET = "hashicorp/google documentation of google_ces_deployment (security_settings); mapping is ours"
_LOGS = "hashicorp/google documentation of google_ces_app (logging_settings); mapping is ours"
_GUARDRAIL = "hashicorp/google documentation of google_ces_guardrail; mapping is ours"
_SECRETS = "hashicorp/google documentation of google_ces_toolset; mapping is ours"

_WEB = "channel_profile.web_widget_config"
_PUBLIC = f"{_WEB}.security_settings.enable_public_access"
_CLOUD = "logging_settings.cloud_logging_settings.enable_cloud_logging"
_CONVERSATIONS = "logging_settings.conversation_logging_settings.disable_conversation_logging"
_ATTACKS = "llm_prompt_security"

_LOG = Cell(
    (*props(flag(true=True, false=None), _CLOUD), *props(flag(true=False, false=True), _CONVERSATIONS)),
    undocumented(),
    _LOGS,
)
# It blocks unless it is off, or lets everything pass as soon as its model fails.
_STOPS = Cell(
    (
        *props(flag(true=None, false=False), "enabled"),
        *props(flag(true=False, false=None), f"{_ATTACKS}.fail_open"),
    ),
    True,  # noqa: FBT003 - a default, not a switch
    _GUARDRAIL,
)

_TOKENS = tuple(
    f"{toolset}.api_authentication.bearer_token_config.token" for toolset in ("open_api_toolset", "mcp_toolset")
)
_HEADERS = tuple(f"mcp_toolset.custom_headers.{header}" for header in ("Authorization", "x-api-key", "api-key"))


def _is_a_widget(resource: Resource) -> bool:
    return at(resource, _WEB) is not None


def _attacks(resource: Resource) -> tuple[Fact, ...]:
    """Whether the guardrail stops attacks by prompts; there are other kinds, of which that is not asked."""
    return () if at(resource, _ATTACKS) is None else (_STOPS.read(resource),)


SERVICES = (
    Service(
        "google-ces-app",
        "Conversational agents app",
        (Binding(types=("google_ces_app",), protections={"activity_log": several(_LOG)}),),
    ),
    Service(
        "google-ces-widget",
        "Web widget of conversational agents",
        (
            Binding(
                types=("google_ces_deployment",),
                public_access=Cell(props(flag(true="enabled", false="disabled"), _PUBLIC), undocumented(), _WIDGET),
                callers=Cell(props(flag(true="anonymous", false="identified"), _PUBLIC), undocumented(), _WIDGET),
                when=_is_a_widget,
            ),
        ),
    ),
    Service(
        "google-ces-guardrail",
        "Guardrail of conversational agents",
        (
            Binding(
                types=("google_ces_guardrail",),
                protections={
                    "prompt_attack_filter": Several(
                        _attacks, ("enabled", f"{_ATTACKS}.fail_open"), _GUARDRAIL, default="true", cells=(_STOPS,)
                    )
                },
            ),
        ),
    ),
    Service(
        "google-ces-toolset",
        "Toolset of conversational agents",
        (
            Binding(
                types=("google_ces_toolset",),
                secrets=Several(credentials(*_TOKENS, *_HEADERS), (*_TOKENS, *_HEADERS), _SECRETS),
            ),
        ),
    ),
)
