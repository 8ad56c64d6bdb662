"""Encrypt what an AI service keeps with a key that you control.

## What it checks

That a key of AWS KMS is named where data of an AI service is kept: knowledge base data sources, AgentCore memories,
gateways, policy engines and the token vault, agents, guardrails, flows, prompts and customized models of Bedrock;
notebooks, Studio domains, endpoints, jobs, feature groups and inference experiments of SageMaker; Kendra, Q Business,
OpenSearch Serverless and S3 vector buckets. On Google Cloud it is a key of Cloud KMS: for endpoints, indexes, agents
and stores of Vertex AI, Colab Enterprise, the disks of notebooks, and Vertex AI Search.

## Why it matters

Without a key of yours the data is encrypted all the same, with a key that the cloud owns. But you cannot say who may
use that key, see in a log that it was used, or take it away, which makes all the data unreadable at once.

## How to fix

Make a key in AWS KMS or Cloud KMS, let the service's role or agent use it, and name it in the property. Many of these
properties cannot be changed later.

## Verdicts

- pass: a key is named (`customer_key`).
- fail: none is (`no_customer_key`).
- unknown: the key is not decided by the code.
- not applicable: the service keeps nothing, or cannot have such a key: a feature group without the store, machines
  that encrypt disks of their own, variants without servers, data of Vertex AI Search in the location `global`.

## References

- AWS Security Hub Bedrock.1, BedrockAgentCore.3, BedrockAgentCore.4, SageMaker.17, SageMaker.18, SageMaker.21,
  SageMaker.23, SageMaker.24
- https://docs.aws.amazon.com/bedrock/latest/userguide/data-encryption.html
- https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/data-encryption.html
- https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html
- Security Command Center posture secure AI, vertexAI*CMEKDisabled
- https://cloud.google.com/vertex-ai/docs/general/cmek
- https://cloud.google.com/generative-ai-app-builder/docs/cmek
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS501",
    slug="encryption-keys",
    title="Encrypt Data of AI Services with Keys of Your Own",
    severity=Severity.MEDIUM,
    category="data security",
    summary="The data is encrypted with a key of the customer.",
    fix="Name a key of AWS KMS or Cloud KMS that you control.",
    doc=__doc__ or "",
    aliases=(
        "Bedrock.1",
        "BedrockAgentCore.3",
        "BedrockAgentCore.4",
        "SageMaker.17",
        "SageMaker.18",
        "SageMaker.21",
        "SageMaker.23",
        "SageMaker.24",
        "CKV_AWS_22",
        "CKV_AWS_98",
        "CKV_AWS_187",
        "CKV_AWS_262",
        "CKV_AWS_373",
        "CKV_GCP_92",
        "CKV_GCP_96",
        "CKV2_GCP_24",
        "CKV2_GCP_25",
        "CKV2_GCP_26",
        "CKV2_GCP_27",
    ),
    mappings=(
        Mapping("AWS Security Hub", "Bedrock.1", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "BedrockAgentCore.3", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "BedrockAgentCore.4", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.17", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.18", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.21", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.23", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("AWS Security Hub", "SageMaker.24", sourced=True, source="AI Security Best Practices v1.0.0"),
        Mapping("NIST SP 800-53 r5", "SC-12(2)", sourced=True, source="AWS Security Hub BedrockAgentCore.3"),
        Mapping("NIST SP 800-53 r5", "SC-13", sourced=True, source="AWS Security Hub BedrockAgentCore.3"),
        Mapping("NIST SP 800-53 r5", "SC-28", sourced=True, source="AWS Security Hub BedrockAgentCore.3"),
        Mapping("NIST SP 800-53 r5", "SC-28(1)", sourced=True, source="AWS Security Hub BedrockAgentCore.3"),
    ),
)

FIXES: dict[str, str] = {
    "disk_encryption": 'Set `disk_encryption = "CMEK"`, and name the key in `kms_key`.',
    "kms_key_name": "Name a key of Cloud KMS in `kms_key_name`.",
}

_WORDS = Words(
    has="encrypts its data with a key of yours",
    reason="customer_key",
    lacks=Lack("encrypts its data with a key that you do not control", "no_customer_key"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail each place where data is kept without a key of the customer, as Security Hub Bedrock.1 does."""
    del options
    return _protection.judge(service, "customer_keys", _WORDS, FIXES)
