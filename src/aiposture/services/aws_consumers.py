"""Functions and containers of AWS that are none of ours unless a key of an AI service is handed to them."""

from __future__ import annotations

from collections.abc import Callable

from aiposture.aws_policies import document
from aiposture.model import Fact, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at
from aiposture.services.aws_google_secrets import AI_KEYS, environment
from aiposture.services.shape import Binding, Service, Several

_SOURCE = "Well-Architected Generative AI Lens GENSEC05-BP01"

_Read = Callable[[Resource], tuple[Fact, ...]]


def _is_ai_key(name: str) -> bool:
    return name.upper() in AI_KEYS


def _in_text(path: str) -> _Read:
    """The variables of containers that are JSON text, at the place of the text."""
    read = environment(f"{path}.environment", named=_is_ai_key)

    def facts(resource: Resource) -> tuple[Fact, ...]:
        value = at(resource, path)
        plain = document(value)
        if value is None or not isinstance(plain, list):
            return ()
        return read(resource._replace(properties=value.with_data({path: _valued(plain, value)})))

    return facts


def _valued(plain: object, place: Value) -> Value:
    """Plain data as a value; a text that is not decided is one that somebody else gives."""
    if isinstance(plain, list):
        return place.with_data(tuple(_valued(each, place) for each in plain))
    if isinstance(plain, dict):
        return place.with_data({str(name): _valued(each, place) for name, each in plain.items()})
    if isinstance(plain, str) and "${" in plain:
        return place.with_data(Unknown(plain, "is not decided in the code"))
    return place.with_data(plain if isinstance(plain, (str, bool, int, float)) else None)


def _consumer(types: tuple[str, ...], path: str, read: _Read) -> Binding:
    def holds_a_key(resource: Resource) -> bool:
        return bool(read(resource))

    return Binding(
        types=types,
        secrets=Several(read, (path,), _SOURCE),
        when=holds_a_key,
        tokens=tuple(sorted(name.casefold() for name in AI_KEYS)),
    )


def _variables(path: str) -> tuple[str, _Read]:
    return path, environment(path, named=_is_ai_key)


SERVICES = (
    Service(
        "aws-ai-consumer",
        "Function that uses an AI service",
        (
            _consumer(("aws_lambda_function",), *_variables("environment.variables")),
            _consumer(("AWS::Lambda::Function", "AWS::Serverless::Function"), *_variables("Environment.Variables")),
        ),
    ),
    Service(
        "aws-ai-container",
        "Container that uses an AI service",
        (
            _consumer(("aws_ecs_task_definition",), "container_definitions", _in_text("container_definitions")),
            _consumer(("AWS::ECS::TaskDefinition",), *_variables("ContainerDefinitions.Environment")),
            _consumer(
                ("aws_apprunner_service",),
                *_variables("source_configuration.image_repository.image_configuration.runtime_environment_variables"),
            ),
        ),
    ),
)
