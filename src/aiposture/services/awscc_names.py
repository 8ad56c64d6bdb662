"""The names that Terraform's awscc provider gives to the types of CloudFormation."""

from __future__ import annotations

import re

# awscc splits a number off: OAuth2CredentialProvider is o_auth_2_credential_provider.
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def in_awscc(type_: str) -> str:
    """`AWS::SageMaker::NotebookInstance` as `awscc_sagemaker_notebook_instance`."""
    _, service, resource = type_.split("::")
    return f"awscc_{service.lower()}_{'_'.join(_WORD.findall(resource)).lower()}"
