"""Vertex AI: endpoints, indexes, feature stores, persistent resources, agents (reasoning engines).

Google publishes no control set for these; the mapping is ours, after the documentation of hashicorp/google 7. An
endpoint that is dedicated but has no Private Service Connect answers at a public name of its own. The PSC
*interface* of an agent is its way out into a network, and no private way in.
"""

from __future__ import annotations

from aiposture.model import Data, Resource, Unknown
from aiposture.services.aws_google_cells import Present, at, is_filled, present, props, spellings
from aiposture.services.aws_google_secrets import environment
from aiposture.services.google_keys import SPEC, keys
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, Noted, Prop, choice, flag

_ENDPOINT = "hashicorp/google documentation of Vertex AI endpoints; mapping is ours"
_IDENTITY = "hashicorp/google documentation (service_account, identity_type); mapping is ours"
_ENVIRONMENT = "hashicorp/google documentation (env, secret_env); mapping is ours"
_TRAINING = "Security Command Center posture secure AI, ainotebooks.restrictVpcNetworks"

_PSC = flag(true="private", false=None)
_NOT_DEDICATED = "only a private network or Private Service Connect takes it off the shared public name"


def _private(*paths: str) -> tuple[Prop, ...]:
    """A network, or Private Service Connect switched on."""
    psc = [path for path in paths if path.endswith("private_service_connect")]
    return (*present("private", *(path for path in paths if path not in psc)), *props(_PSC, *psc))


DEFAULT_ACCOUNTS = ("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com")
_DEFAULT_SOURCES = ("google_compute_default_service_account", "google_app_engine_default_service_account")


def service_account(data: Data) -> Meaning:
    """A service account of one's own, or one of the default accounts that everything in the project shares."""
    if isinstance(data, Unknown):
        default = any(text in data.expression for text in (*DEFAULT_ACCOUNTS, *_DEFAULT_SOURCES))
        return "default-account" if default else "own-role"
    if not isinstance(data, str) or not data:
        return None
    return "default-account" if data.endswith(DEFAULT_ACCOUNTS) else "own-role"


def accounts(*paths: str) -> tuple[Prop, ...]:
    """The properties that name a service account.

    A reference to one is enough, and an address that is only partly known still tells a default account
    (`<number>-compute@developer.gserviceaccount.com`).
    """
    return tuple(Present(spelling, service_account) for path in paths for spelling in spellings(path))


def _public_index(resource: Resource) -> Meaning:
    """An index endpoint that says nothing: only a private network would tell."""
    for path in ("network", "private_service_connect_config.enable_private_service_connect"):
        value = at(resource, path)
        if path == "network" and is_filled(value) is True:
            return "disabled"
        if path != "network" and value is not None and str(value.data).casefold() == "true":
            return "disabled"
    return Unknown("", "it is not stated, nor is a network, and its default is not documented")


def _has_an_endpoint(resource: Resource) -> bool:
    """A feature store on Bigtable has an endpoint of its own only if it asks for one."""
    return at(resource, "bigtable") is None or at(resource, "dedicated_serving_endpoint") is not None


_SPEC = "spec.deployment_spec"
_SHARED = Noted("shared-agent", "Google's service agent runs it, as it does all others in the project")

SERVICES = (
    Service(
        "google-vertex-endpoint",
        "Vertex AI endpoint",
        (
            Binding(
                types=("google_vertex_ai_endpoint",),
                private_network=Cell(
                    _private("network", "private_service_connect_config.enable_private_service_connect"),
                    Noted("outside", _NOT_DEDICATED),
                    _ENDPOINT,
                ),
                protections=keys(SPEC),
            ),
            Binding(
                types=("google_vertex_ai_endpoint_with_model_garden_deployment",),
                private_network=Cell(
                    _private("endpoint_config.private_service_connect_config.enable_private_service_connect"),
                    Noted("outside", _NOT_DEDICATED),
                    _ENDPOINT,
                ),
            ),
        ),
    ),
    Service(
        "google-vertex-index-endpoint",
        "Vertex AI index endpoint",
        (
            Binding(
                types=("google_vertex_ai_index_endpoint",),
                public_access=Cell(
                    props(choice({"true": "enabled", "false": "disabled"}), "public_endpoint_enabled"),
                    _public_index,
                    _ENDPOINT,
                    default_text="not documented",
                ),
                private_network=Cell(
                    (
                        *props(flag(true="outside", false=None), "public_endpoint_enabled"),
                        *_private("network", "private_service_connect_config.enable_private_service_connect"),
                    ),
                    Noted(Unknown("", "it is not stated, nor is a network, and its default is not documented")),
                    _ENDPOINT,
                ),
                protections=keys(SPEC),
            ),
        ),
    ),
    Service(
        "google-vertex-feature-store",
        "Vertex AI feature online store",
        (
            Binding(
                types=("google_vertex_ai_feature_online_store",),
                private_network=Cell(
                    _private(
                        "dedicated_serving_endpoint.private_service_connect_config.enable_private_service_connect"
                    ),
                    "outside",
                    _ENDPOINT,
                ),
                protections=keys(SPEC),
                when=_has_an_endpoint,
            ),
            Binding(
                types=("google_vertex_ai_feature_online_store",),
                protections=keys(SPEC),
                when=lambda resource: not _has_an_endpoint(resource),
            ),
        ),
    ),
    Service(
        "google-vertex-persistent-resource",
        "Vertex AI persistent resource",
        (
            Binding(
                types=("google_vertex_ai_persistent_resource",),
                private_network=Cell(present("private", "network", "psc_interface_config"), "outside", _TRAINING),
                identity=Cell(
                    (
                        *props(
                            flag(true="own-role", false=None),
                            "resource_runtime_spec.service_account_spec.enable_custom_service_account",
                        ),
                    ),
                    Noted("shared-agent", "Google's agent for custom code runs it, as it does all others"),
                    _IDENTITY,
                ),
                protections=keys(SPEC),
            ),
        ),
    ),
    Service(
        "google-reasoning-engine",
        "Vertex AI agent (reasoning engine)",
        (
            Binding(
                types=("google_vertex_ai_reasoning_engine",),
                identity=Cell(
                    (
                        *props(choice({"AGENT_IDENTITY": "own-role", "SERVICE_ACCOUNT": None}), "spec.identity_type"),
                        *accounts("spec.service_account"),
                    ),
                    _SHARED,
                    _IDENTITY,
                ),
                secrets=Several(environment(f"{_SPEC}.env"), (f"{_SPEC}.env",), _ENVIRONMENT),
                protections=keys(SPEC),
            ),
        ),
    ),
)
