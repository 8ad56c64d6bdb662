from __future__ import annotations

import pytest

from aiposture.services import sniff_tokens
from aiposture.services.module_names import canonical, may_hold_ai, mentions_ai


@pytest.mark.parametrize(
    "source",
    [
        "example/domain/azurerm",
        "example/email/aws",
        "aiven/service/azurerm",
        "terraform-aws-modules/vpc/aws",
        "git::https://example.com/maintain.git",
        "example/app-service/azurerm",
        "example/learning-machines/aws",
        "example/ai@services/aws",
        "",
    ],
)
def test_says_nothing_of_ai(source: str) -> None:
    assert not mentions_ai(source)


@pytest.mark.parametrize(
    "source",
    [
        "Azure/openai/azurerm",
        "Azure/avm-ptn-aiml-landing-zone/azurerm",
        "Azure/avm-res-cognitiveservices-account/azurerm",
        "example/ai-services/azurerm",
        "example/AI_Foundry/azurerm",
        "git::https://example.com/terraform/machine-learning.git",
        "aws-ia/bedrock/aws",
        "example/sagemaker-endpoint/aws",
        "GoogleCloudPlatform/vertex-ai/google",
        "example/search-service/azurerm",
        "app.terraform.io/example/ml-workspace/azurerm",
        "example/llm-gateway/aws",
    ],
)
def test_mentions_ai(source: str) -> None:
    assert mentions_ai(source)
    assert any(token in source.lower() for token in sniff_tokens())


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Azure/openai/azurerm", "azure/openai/azurerm"),
        ("https://github.com/Azure/terraform-azurerm-openai", "azure/openai/azurerm"),
        ("git::https://www.github.com/Azure/terraform-azurerm-openai.git?ref=v1", "azure/openai/azurerm"),
        ("Azure/openai/azurerm//modules/x", "azure/openai/azurerm//modules/x"),
        ("app.terraform.io/Azure/openai/azurerm", "app.terraform.io/azure/openai/azurerm"),
        (
            "git::https://example.com/Azure/terraform-azurerm-openai.git",
            "example.com/azure/terraform-azurerm-openai.git",
        ),
        ("github.com/example/tools", "github.com/example/tools"),
    ],
)
def test_canonical(source: str, expected: str) -> None:
    assert canonical(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("br:registry.example.com/bicep/foundation", True),
        ("ts:00000000-0000-0000-0000-000000000000/rg/stack", True),
        ("br/public:avm/ptn/azd/monitoring", True),
        ("br/public:avm/res/network/virtual-network", False),
        ("br/public:avm/utl/types/avm-common-types", False),
        ("br/public:avm/res/search/search-service", True),
        ("acme/network/azurerm", False),
        ("acme/openai/azurerm", True),
    ],
)
def test_which_modules_may_hold_ai(source: str, expected: bool) -> None:
    assert may_hold_ai(source) is expected
