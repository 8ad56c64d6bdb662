"""Amazon Bedrock AgentCore: what keeps data of agents (memories, the token vault) and what decides for gateways."""

from __future__ import annotations

from aiposture.services.aws_protections import customer_keys, switch
from aiposture.services.shape import Binding, Service
from aiposture.services.table import required

_MEMORY = "AWS Security Hub BedrockAgentCore.3"
_VAULT = "AgentCore developer guide, customer managed keys for the token vault"

SERVICES = (
    Service(
        "aws-agentcore-memory",
        "AgentCore memory",
        (
            Binding(
                types=("aws_bedrockagentcore_memory",),
                protections=customer_keys("encryption_key_arn", source=_MEMORY),
            ),
            Binding(
                types=("AWS::BedrockAgentCore::Memory",), protections=customer_keys("EncryptionKeyArn", source=_MEMORY)
            ),
        ),
    ),
    Service(
        "aws-agentcore-policy-engine",
        "AgentCore policy engine",
        (
            Binding(types=("AWS::BedrockAgentCore::PolicyEngine",), protections=customer_keys("EncryptionKeyArn")),
        ),
    ),
    Service(
        "aws-agentcore-token-vault",
        "AgentCore token vault",
        (
            Binding(
                types=("aws_bedrockagentcore_token_vault_cmk",),
                protections=switch(
                    "customer_keys", "kms_configuration.key_type",
                    {"CustomerManagedKey": True, "ServiceManagedKey": False},
                    _VAULT, default=required("kms_configuration.key_type"),
                ),
            ),
        ),
    ),
)  # fmt: skip
