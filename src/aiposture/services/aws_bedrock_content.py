"""Amazon Bedrock: guardrails, data sources, prompts and flows, and the log of what models are asked."""

from __future__ import annotations

from aiposture.model import Unknown, Value
from aiposture.services.aws_google_cells import objects
from aiposture.services.aws_protections import AWS_KEYS, Protections, computed, customer_keys, is_word, leaf
from aiposture.services.aws_safety import personal_data, prompt_attacks
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Meaning, Noted

_DATA_SOURCE = "AWS Security Hub Bedrock.1"
_LOG = "Well-Architected Generative AI Lens GENSEC01-BP04, GENSEC03-BP01"

_KINDS = ("text", "embedding", "image", "video")
_PARTLY = "what is delivered leaves a kind of data out"


def _keys(types: tuple[str, ...], path: str, source: str = AWS_KEYS) -> Binding:
    return Binding(types=types, protections=customer_keys(path, source=source))


def _guardrail(type_: str, key: str, filters: str, personal: str) -> Binding:
    return Binding(
        types=(type_,),
        protections={**prompt_attacks(filters), **personal_data(personal), **customer_keys(key)},
    )


def _invocation_log() -> Protections:
    return computed(
        "activity_log", "logging_config", _logs_everything, _LOG, "none",
        *(f"logging_config.{kind}_data_delivery_enabled" for kind in _KINDS),
    )  # fmt: skip


def _logs_everything(value: Value | None) -> Meaning:
    """Every kind of data is delivered unless it is switched off."""
    for block in objects(value):
        if isinstance(block.data, Unknown):
            return block.data
        switches = [leaf(block, f"{kind}_data_delivery_enabled") for kind in _KINDS]
        if any(is_word(each, "false") for each in switches):
            return Noted("partly", _PARTLY)
        return next((each for each in switches if isinstance(each, Unknown)), True)
    return False


SERVICES = (
    Service(
        "aws-bedrock-data-source",
        "Bedrock data source",
        (
            _keys(
                ("aws_bedrockagent_data_source",), "server_side_encryption_configuration.kms_key_arn",
                _DATA_SOURCE,
            ),
            _keys(
                ("AWS::Bedrock::DataSource",), "ServerSideEncryptionConfiguration.KmsKeyArn", _DATA_SOURCE
            ),
        ),
    ),
    Service(
        "aws-bedrock-guardrail",
        "Bedrock guardrail",
        (
            _guardrail(
                "aws_bedrock_guardrail", "kms_key_arn",
                "content_policy_config.filters_config", "sensitive_information_policy_config",
            ),
            _guardrail(
                "AWS::Bedrock::Guardrail", "KmsKeyArn",
                "ContentPolicyConfig.FiltersConfig", "SensitiveInformationPolicyConfig",
            ),
        ),
    ),
    Service(
        "aws-bedrock-flow",
        "Bedrock flow or prompt",
        (
            _keys(("aws_bedrockagent_flow", "aws_bedrockagent_prompt"), "customer_encryption_key_arn"),
            _keys(("AWS::Bedrock::Flow", "AWS::Bedrock::Prompt"), "CustomerEncryptionKeyArn"),
        ),
    ),
    Service(
        "aws-bedrock-invocation-log",
        "Bedrock model invocation logging",
        (
            Binding(types=("aws_bedrock_model_invocation_logging_configuration",), protections=_invocation_log()),
        ),
    ),
)  # fmt: skip
