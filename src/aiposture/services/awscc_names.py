"""The names that Terraform's awscc provider gives to what CloudFormation has."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any

from aiposture.model import AIService, Fact, Network

# awscc splits a number off: OAuth2CredentialProvider is o_auth_2_credential_provider.
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def in_awscc(type_: str) -> str:
    """`AWS::SageMaker::NotebookInstance` as `awscc_sagemaker_notebook_instance`."""
    _, service, resource = type_.split("::")
    return f"awscc_{service.lower()}_{_snake(resource)}"


def as_declared(service: AIService) -> AIService:
    """A service whose facts name properties as the code does: in awscc's way, if it is declared in that."""
    if not service.resource.declared_type.startswith("awscc_"):
        return service
    changed: dict[str, Any] = {}
    for each in fields(service):
        value = getattr(service, each.name)
        if isinstance(value, (Fact, Network, tuple)):
            changed[each.name] = _renamed(value)
    protections = {name: _renamed(facts) for name, facts in service.protections.items()}
    return replace(service, protections=protections, **changed)


def _renamed(value: Any) -> Any:
    if isinstance(value, Fact):
        return replace(value, property=".".join(map(_snake, value.property.split("."))))
    if isinstance(value, Network):
        return replace(value, public_access=_renamed(value.public_access))
    if isinstance(value, tuple):
        return tuple(map(_renamed, value))
    return value


def _snake(name: str) -> str:
    words = _WORD.findall(name)
    return "_".join(words).lower() if "".join(words) == name else name
