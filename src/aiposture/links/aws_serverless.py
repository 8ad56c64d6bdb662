"""SageMaker models that only serverless endpoints serve: those have neither a VPC nor network isolation.

Serverless inference does not offer them, so that nothing can be asked of such a model. Where a variant with
instances serves it too, or where nothing in its unit names it, it is judged like any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from aiposture.links.names import literal
from aiposture.model import AIService, Reference, Resource, Unknown, Value

_VARIANTS = {
    "aws_sagemaker_endpoint_configuration": ("production_variants", "model_name", "serverless_config"),
    "AWS::SageMaker::EndpointConfig": ("ProductionVariants", "ModelName", "ServerlessConfig"),
}
_NAMES = ("name", "ModelName")

WANTED = frozenset(_VARIANTS)

_KIND = "aws-sagemaker-model"


def without_network(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services; models that are served without servers have no network to be judged."""
    serving: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for resource in resources:
        for model, serverless in _variants(resource):
            serving[resource.unit, model].add(serverless)
    return [_without(service) if _is_serverless(service, serving) else service for service in services]


def _without(service: AIService) -> AIService:
    return service._replace(private_network=None, isolation=None)


def _is_serverless(service: AIService, serving: dict[tuple[str, str], set[bool]]) -> bool:
    if service.kind != _KIND or not serving:
        return False
    resource = service.resource
    name = next((text for key in _NAMES if (text := literal(resource.get(key))) is not None), "")
    found = serving.get((resource.unit, resource.address), set()) | serving.get((resource.unit, name), set())
    return found == {True}


def _variants(resource: Resource) -> Iterator[tuple[str, bool]]:
    """The models that an endpoint configuration serves, by address or by name, and whether without servers."""
    if resource.type not in _VARIANTS or resource.mode != "managed" or resource.exists is False:
        return
    variants, name, serverless = _VARIANTS[resource.type]
    listed = resource.get(variants)
    for variant in () if listed is None else listed.items():
        model = _model(variant.get(name))
        if model is not None:
            config = variant.get(serverless)
            yield model, config is not None and config.data != () and not isinstance(config.data, Unknown)


def _model(value: Value | None) -> str | None:
    if value is not None and isinstance(value.data, Reference):
        return value.data.address
    return literal(value)
