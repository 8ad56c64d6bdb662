"""Amazon Bedrock: agents, knowledge bases, customized models, batch jobs, API keys, VPC endpoints of AI services."""

from __future__ import annotations

import re

from aiposture.aws_policies import statements
from aiposture.model import Data, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, present, props, word
from aiposture.services.aws_protections import computed, customer_keys
from aiposture.services.aws_safety import agent_guardrail
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Meaning, Noted, Prop, always, choice

_AGENT = "Well-Architected Generative AI Lens GENSEC05-BP01"
_VPC = "Well-Architected Generative AI Lens GENSEC01-BP02"
_STORE = "Well-Architected Generative AI Lens GENSEC01-BP03"
_ENDPOINT_POLICY = "AWS PrivateLink guide, endpoint policies: the default policy allows full access"
_MODEL_KEY = "Prowler, custom models encrypted with a key of the customer"
_KEY = "AWS Security Reference Architecture: no long-term Bedrock API keys; AWS example SCP Deny-Bedrock-api-keys"

_LONGEST_LIFE = 90

_AI_SERVICES = (
    "bedrock", "sagemaker", "aws.sagemaker", "kendra", "qbusiness", "q", "qapps", "models-v2-lex", "runtime-v2-lex",
)  # fmt: skip
# The region is often not known, the service nearly always is: `com.amazonaws.${var.region}.bedrock-runtime`.
_ENDPOINT_NAME = re.compile(
    r"(?:com\.amazonaws|aws\.(?:sagemaker|api))\.(?:\$\{[^}]*\}|[^.${}]+)\.([a-z0-9.-]+?)(?:-fips)?[\"'\s]*$"
)


def endpoint_service(text: str) -> str | None:
    """The AI service that the name of an endpoint service stands for; None if it is another's or not decided."""
    if match := _ENDPOINT_NAME.search(text.strip()):
        name = "sagemaker" if "aws.sagemaker." in text else match[1]
        first = name.partition(".")[0]
        return name if first in _AI_SERVICES or first.startswith(("bedrock-", "sagemaker-")) else None
    return None


def _limits(value: Value | None) -> Meaning:
    """Whether the policy of an endpoint lets less through than everything; without one there is no limit."""
    if value is None:
        return False
    found = statements(value)
    if found is None:
        return value.data if isinstance(value.data, Unknown) else Unknown("", "is no policy that can be read")
    return not any(each.everything and "*" in each.principals for each in found)


def _endpoint(type_: str, name: str, kind: str, policy: str) -> Binding:
    def condition(resource: Resource) -> bool:
        value = at(resource, name)
        if value is None:
            return False
        return endpoint_service(value.spelled) is not None

    types = choice({"Interface": "private", "Gateway": Noted("outside", "AI services have no gateway endpoints")})
    return Binding(
        types=(type_,),
        private_network=Cell(props(types, kind), Noted("outside", "AI services have no gateway endpoints"), _VPC),
        protections=computed("endpoint_policy", policy, _limits, _ENDPOINT_POLICY, "full access"),
        when=condition,
        tokens=("bedrock", "sagemaker", "kendra", "qbusiness", "v2-lex"),
    )


def _is_of_bedrock(resource: Resource) -> bool:
    return word(resource, "service_name") == "bedrock.amazonaws.com"


def _life(data: Data) -> Meaning:
    """A key that ends soon is a key all the same."""
    if isinstance(data, Unknown):
        return data
    days = int(str(data)) if str(data).isdigit() else _LONGEST_LIFE + 1
    return Noted(value=True, note=f"it ends after {days} days") if days <= _LONGEST_LIFE else None


_IS_A_KEY, _IS_OFF = True, False

_API_KEY = Binding(
    types=("aws_iam_service_specific_credential",),
    key_auth=Cell(
        (
            Prop("status", choice({"Active": None, "Inactive": _IS_OFF})),
            Prop("credential_age_days", _life),
            Prop("service_name", always(_IS_A_KEY)),
        ),
        _IS_A_KEY,
        _KEY,
    ),
    key_role="is",
    keys=("service_password", "service_credential_secret"),
    when=_is_of_bedrock,
    tokens=("bedrock.amazonaws.com",),
)


def _knowledge_base(type_: str, store: str, endpoint: str) -> tuple[Binding, Binding]:
    """A knowledge base in Atlas says how that is reached; links tell it for the stores that stand in the code."""

    def in_atlas(resource: Resource) -> bool:
        return at(resource, store) is not None

    def elsewhere(resource: Resource) -> bool:
        return not in_atlas(resource)

    network = Cell(present("private", f"{store}.{endpoint}"), "outside", _STORE)
    return Binding(types=(type_,), private_network=network, when=in_atlas), Binding(types=(type_,), when=elsewhere)


SERVICES = (
    Service(
        "aws-bedrock-agent",
        "Bedrock agent",
        (
            Binding(
                types=("aws_bedrockagent_agent",),
                protections={
                    **agent_guardrail("guardrail_configuration"), **customer_keys("customer_encryption_key_arn"),
                },
            ),
            Binding(
                types=("AWS::Bedrock::Agent",),
                identity=Cell(present("own-role", "AgentResourceRoleArn"), "none", _AGENT),
                protections={
                    **agent_guardrail("GuardrailConfiguration"), **customer_keys("CustomerEncryptionKeyArn"),
                },
            ),
        ),
    ),
    Service(
        "aws-bedrock-knowledge-base",
        "Bedrock knowledge base",
        (
            *_knowledge_base(
                "aws_bedrockagent_knowledge_base",
                "storage_configuration.mongo_db_atlas_configuration", "endpoint_service_name",
            ),
            *_knowledge_base(
                "AWS::Bedrock::KnowledgeBase", "StorageConfiguration.MongoDbAtlasConfiguration", "EndpointServiceName"
            ),
        ),
    ),
    Service(
        "aws-bedrock-custom-model",
        "Bedrock custom model",
        (
            Binding(
                types=("aws_bedrock_custom_model",),
                private_network=Cell(present("private", "vpc_config"), "outside", _VPC),
                protections=customer_keys("custom_model_kms_key_id", source=_MODEL_KEY),
            ),
            Binding(
                types=("aws_bedrock_model_invocation_job",),
                private_network=Cell(present("private", "vpc_config"), "outside", _VPC),
            ),
        ),
    ),
    Service("aws-bedrock-api-key", "Bedrock API key", (_API_KEY,)),
    Service(
        "aws-ai-vpc-endpoint",
        "VPC endpoint of an AI service",
        (
            _endpoint("aws_vpc_endpoint", "service_name", "vpc_endpoint_type", "policy"),
            _endpoint("AWS::EC2::VPCEndpoint", "ServiceName", "VpcEndpointType", "PolicyDocument"),
        ),
    ),
)  # fmt: skip
