"""Where AWS keeps what models are grounded on: OpenSearch Serverless, S3 Vectors, Neptune Analytics.

The policies of OpenSearch Serverless are lists in JSON text. A network policy without `AllowFromPublic` admits
nobody from the internet, and one of several statements that says true opens the collection.
"""

from __future__ import annotations

from typing import Any

from aiposture.aws_policies import Statement, documents, statements
from aiposture.model import Data, Fact, FactValue, Location, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, props, undocumented, word
from aiposture.services.aws_policies import PolicyProp
from aiposture.services.aws_protections import computed, customer_keys
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, flag

_ENCRYPTION = "OpenSearch Serverless developer guide, encryption policies"
_NETWORK = "Well-Architected Generative AI Lens GENSEC01-BP03"
_POLICY = "Well-Architected Generative AI Lens GENSEC01-BP01"
_GRAPH = "CloudFormation schema of AWS::NeptuneGraph::Graph (PublicConnectivity)"

_UNREADABLE = "the policy is not decided by the code"
_MAY_BE_NEEDED = "callers with a token are no principals of IAM, so a runtime or gateway for them needs it"


def _from_public(data: Data) -> Meaning:
    """Whether a network policy lets the internet in."""
    (policy,) = documents(Value(data, Location("", 1, 1, 1, 1)))
    if not isinstance(policy, list):
        return Unknown("", _UNREADABLE)
    says = [rule.get("AllowFromPublic", False) for rule in policy if isinstance(rule, dict)]
    if any(str(each).casefold() == "true" for each in says):
        return "enabled"
    unknown = next((each for each in says if isinstance(each, str) and each.startswith("${")), None)
    return "disabled" if unknown is None else Unknown(unknown, _UNREADABLE)


def _is(kind: str, path: str) -> Any:
    def condition(resource: Resource) -> bool:
        return word(resource, path) == kind

    return condition


def _network_policy(type_: str, kind: str, policy: str) -> Binding:
    return Binding(
        types=(type_,),
        public_access=Cell((PolicyProp(policy, _from_public),), undocumented(), _NETWORK),
        when=_is("network", kind),
    )


def _own_key(value: Value | None) -> Meaning:
    """Whether an encryption policy names a key; its document is an object and not a list."""
    (policy,) = (None,) if value is None else documents(value)[:1]
    if not isinstance(policy, dict):
        return undocumented() if value is None else _unreadable(value)
    if str(policy.get("AWSOwnedKey", "")).casefold() == "true":
        return False
    return True if policy.get("KmsARN") else Unknown("KmsARN", "is not stated")


def _encryption_policy(type_: str, kind: str, policy: str) -> Binding:
    return Binding(
        types=(type_,),
        protections=computed("customer_keys", policy, _own_key, _ENCRYPTION, "required"),
        when=_is("encryption", kind),
    )


def _data_policy(type_: str, path: str) -> Binding:
    def read(resource: Resource) -> tuple[Fact, ...]:
        value = at(resource, path)
        if value is None:
            return ()
        return tuple(
            _principal(
                path, value.location, _unreadable(value) if rule is None else _named(rule.get("Principal")), value
            )
            for rule in _rules(value)
        )

    return Binding(types=(type_,), principals=Several(read, (path,), _NETWORK))


def _rules(value: Value) -> list[dict[str, Any] | None]:
    found: list[dict[str, Any] | None] = []
    for policy in documents(value):
        if isinstance(policy, list):
            found += [rule for rule in policy if isinstance(rule, dict)]
        else:
            found.append(None)
    return found


def _named(principals: Any) -> FactValue:
    listed = principals if isinstance(principals, list) else [principals]
    return "anyone" if "*" in listed else "named"


def _unreadable(value: Value) -> Unknown:
    return value.data if isinstance(value.data, Unknown) else Unknown("", _UNREADABLE)


def _principal(path: str, location: Location, found: FactValue, value: Value) -> Fact:
    return Fact.of(path, value, found)._replace(location=location)


def _resource_policy(types: tuple[str, ...], path: str, *, for_tokens: bool = False) -> Binding:
    """A policy that says who may use a resource. `for_tokens`: its callers need not be principals of IAM."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        value = at(resource, path)
        if value is None:
            return ()
        found = statements(value)
        if found is None:
            return (_principal(path, value.location, _unreadable(value), value),)
        return tuple(
            _principal(path, statement.location, _lets_in(statement), value) for statement in found if statement.allows
        )

    def _lets_in(statement: Statement) -> FactValue:
        if not statement.open_to_anyone:
            return "named"
        return Unknown('Principal: "*"', _MAY_BE_NEEDED) if for_tokens else "anyone"

    return Binding(types=types, principals=Several(read, (path,), _POLICY))


_PUBLIC_GRAPH = flag(true="enabled", false="disabled")

SERVICES = (
    Service(
        "aws-opensearch-serverless-network",
        "OpenSearch Serverless network policy",
        (
            _network_policy("aws_opensearchserverless_security_policy", "type", "policy"),
            _network_policy("AWS::OpenSearchServerless::SecurityPolicy", "Type", "Policy"),
        ),
    ),
    Service(
        "aws-opensearch-serverless-encryption",
        "OpenSearch Serverless encryption policy",
        (
            _encryption_policy("aws_opensearchserverless_security_policy", "type", "policy"),
            _encryption_policy("AWS::OpenSearchServerless::SecurityPolicy", "Type", "Policy"),
        ),
    ),
    Service(
        "aws-s3-vectors",
        "S3 vector bucket",
        (
            Binding(
                types=("aws_s3vectors_vector_bucket",),
                protections=customer_keys("encryption_configuration.kms_key_arn"),
            ),
            Binding(
                types=("AWS::S3Vectors::VectorBucket",),
                protections=customer_keys("EncryptionConfiguration.KmsKeyArn"),
            ),
        ),
    ),
    Service(
        "aws-opensearch-serverless-data",
        "OpenSearch Serverless data access policy",
        (
            _data_policy("aws_opensearchserverless_access_policy", "policy"),
            _data_policy("AWS::OpenSearchServerless::AccessPolicy", "Policy"),
        ),
    ),
    Service(
        "aws-ai-resource-policy",
        "Resource policy of an AI service",
        (
            _resource_policy(
                (
                    "aws_s3vectors_vector_bucket_policy", "aws_bedrock_guardrail_resource_policy",
                ),
                "policy",
            ),
            _resource_policy(("aws_sagemaker_model_package_group_policy",), "resource_policy"),
            _resource_policy(("AWS::S3Vectors::VectorBucketPolicy",), "Policy"),
            _resource_policy(("AWS::Bedrock::ResourcePolicy", "AWS::Bedrock::KnowledgeBasePolicy"), "PolicyDocument"),
            _resource_policy(("AWS::SageMaker::ModelPackageGroup",), "ModelPackageGroupPolicy"),
            _resource_policy(("aws_bedrockagentcore_resource_policy",), "policy", for_tokens=True),
            _resource_policy(("AWS::BedrockAgentCore::ResourcePolicy",), "Policy", for_tokens=True),
        ),
    ),
    Service(
        "aws-neptune-graph",
        "Neptune Analytics graph",
        (
            Binding(
                types=("aws_neptunegraph_graph",),
                public_access=Cell(props(_PUBLIC_GRAPH, "public_connectivity"), "disabled", _GRAPH),
            ),
            Binding(
                types=("AWS::NeptuneGraph::Graph",),
                public_access=Cell(props(_PUBLIC_GRAPH, "PublicConnectivity"), "disabled", _GRAPH),
            ),
        ),
    ),
)  # fmt: skip
