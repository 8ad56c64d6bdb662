"""The names that Terraform's awscc provider gives to what CloudFormation has."""

from __future__ import annotations

import re
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
    protections = {name: _renamed(facts) for name, facts in service.protections.items()}
    return AIService._make(map(_renamed, service))._replace(protections=protections)


def _renamed(value: Any) -> Any:
    if isinstance(value, Fact):
        return value._replace(property=".".join(map(_snake, value.property.split("."))))
    if isinstance(value, Network):
        return value._replace(public_access=_renamed(value.public_access))
    if type(value) is tuple:
        return tuple(map(_renamed, value))
    return value


def _snake(name: str) -> str:
    words = _WORD.findall(name)
    return "_".join(words).lower() if "".join(words) == name else name
