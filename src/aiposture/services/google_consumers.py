"""Functions and containers of Google Cloud that are none of ours unless a key of an AI service is handed to them."""

from __future__ import annotations

from aiposture.services.aws_google_secrets import AI_KEYS, environment
from aiposture.services.shape import Binding, Service, Several

_SOURCE = "hashicorp/google documentation (env, secret_key_ref); mapping is ours"
_TOKENS = tuple(sorted(name.casefold() for name in AI_KEYS))


def _consumer(declared: str, path: str) -> Binding:
    read = environment(path, named=lambda name: name.upper() in AI_KEYS)
    return Binding(
        types=(declared,),
        secrets=Several(read, (path,), _SOURCE),
        when=lambda resource: bool(read(resource)),
        tokens=_TOKENS,
    )


SERVICES = (
    Service(
        "google-ai-consumer",
        "Function that uses an AI service",
        (
            _consumer("google_cloudfunctions_function", "environment_variables"),
            _consumer("google_cloudfunctions2_function", "service_config.environment_variables"),
        ),
    ),
    Service(
        "google-ai-container",
        "Container that uses an AI service",
        (
            _consumer("google_cloud_run_service", "template.spec.containers.env"),
            _consumer("google_cloud_run_v2_service", "template.containers.env"),
            _consumer("google_cloud_run_v2_job", "template.template.containers.env"),
            _consumer("google_cloud_run_v2_worker_pool", "template.containers.env"),
        ),
    ),
)
