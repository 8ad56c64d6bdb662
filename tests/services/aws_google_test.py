"""AWS and Google Cloud, row by row: a resource as code says it, and what the facts must be."""

from __future__ import annotations

from typing import Any

import pytest

from aiposture.aws_policies import document, statements
from aiposture.model import AIService, Fact, Location, Reference, Resource, Unknown, Value
from aiposture.readers.terraform import awscc
from aiposture.services import recognise, sniff_tokens, types, wanted
from aiposture.services.aws_bedrock import endpoint_service
from aiposture.services.aws_google_secrets import is_secret_name
from aiposture.services.awscc_names import in_awscc

HEADER = Location("main.tf", 1, 1, 1, 40)
STATED = Location("main.tf", 3, 5, 3, 12)
VAR = Unknown("var.x", "variable x has no default")
SUBNET = Reference("aws_subnet.a.id", "known after apply", address="aws_subnet.a", path=("id",))


def value(data: Any) -> Value:
    if isinstance(data, dict):
        return Value({name: value(member) for name, member in data.items()}, STATED)
    if isinstance(data, list):
        return Value(tuple(value(member) for member in data), STATED)
    return Value(data, STATED)


def either(*arms: Any) -> Unknown:
    return Unknown("c ? a : b", "variable c has no default", alternatives=tuple(value(arm) for arm in arms))


def resource(kind: str, properties: dict[str, Any], mode: Any = "managed") -> Resource:
    dialect: Any = "cloudformation" if "::" in kind else "terraform"
    return Resource(dialect, mode, kind, kind, "this", f"{kind}.this", "", value(properties), HEADER, HEADER)


def one(kind: str, properties: dict[str, Any]) -> AIService:
    (service,) = recognise(resource(kind, properties))
    return service


def short(fact: Fact | None) -> Any:
    assert fact is not None
    return "?" if isinstance(fact.value, Unknown) else fact.value


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("aws_vpc_endpoint", {"service_name": "com.amazonaws.us-east-1.s3"}),
        ("aws_vpc_endpoint", {"service_name": VAR}),
        ("aws_vpc_endpoint", {}),
        ("aws_iam_policy", {}),
        ("aws_iam_policy", {"policy": VAR}),
        ("aws_iam_policy", {"policy": "no JSON"}),
        ("aws_iam_policy", {"policy": '{"Statement": 7}'}),
        ("AWS::IAM::Role", {"ManagedPolicyArns": [VAR, "arn:aws:iam::aws:policy/ReadOnlyAccess"]}),
        ("AWS::IAM::Policy", {"PolicyDocument": {"Statement": VAR}}),
        ("aws_lambda_function", {"environment": [{"variables": {"OPENAI_API_KEY": ""}}]}),
        ("aws_iam_service_specific_credential", {"service_name": VAR}),
        ("aws_opensearchserverless_security_policy", {"type": "lifecycle", "policy": "{}"}),
        ("google_project_iam_member", {"role": "roles/editor", "member": "allUsers"}),
        ("google_project_iam_member", {"role": VAR, "member": "allUsers"}),
        ("google_compute_instance", {}),
        ("aws_sagemaker_image", {}),
    ],
)
def test_no_ai_service(kind: str, properties: dict[str, Any]) -> None:
    assert recognise(resource(kind, properties)) == ()


def test_only_policy_documents_are_read_as_data() -> None:
    statement = {"statement": [{"actions": ["bedrock:*"], "resources": ["*"]}]}
    assert recognise(resource("aws_sagemaker_domain", {}, "data")) == ()
    (service,) = recognise(resource("aws_iam_policy_document", statement, "data"))
    assert [fact.value for fact in service.rights] == ["wildcard"]


RUNTIME = "aws_bedrockagentcore_agent_runtime"
NOTEBOOK = "aws_sagemaker_notebook_instance"
CFN_NOTEBOOK = "AWS::SageMaker::NotebookInstance"


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (RUNTIME, {"network_configuration": [{"network_mode": "vpc"}]}, "private"),
        (RUNTIME, {"network_configuration": {"network_mode": "VPC"}}, "private"),
        (RUNTIME, {"network_configuration": [{"network_mode": "PUBLIC"}]}, "public"),
        (RUNTIME, {"network_configuration": [{"network_mode": "MESH"}]}, "?"),
        ("AWS::BedrockAgentCore::Runtime", {}, "?"),
        ("AWS::BedrockAgentCore::BrowserCustom", {"Name": "b"}, "public"),
        (
            "AWS::BedrockAgentCore::CodeInterpreterCustom",
            {"NetworkConfiguration": {"NetworkMode": "SANDBOX"}},
            "isolated",
        ),
        (NOTEBOOK, {"subnet_id": SUBNET}, "private"),
        (NOTEBOOK, {"subnet_id": "${x}"}, "private"),
        (NOTEBOOK, {"subnet_id": VAR}, "?"),
        (NOTEBOOK, {"subnet_id": either(None, "subnet-1")}, "?"),
        (NOTEBOOK, {"subnet_id": either("subnet-2", "subnet-1")}, "private"),
        (CFN_NOTEBOOK, {"SubnetId": either(None, None)}, "public"),
        ("AWS::SageMaker::Cluster", {"VpcConfig": {"Subnets": ["s"], "SecurityGroupIds": ["g"]}}, "private"),
        ("AWS::SageMaker::Cluster", {}, "outside"),
        ("aws_sagemaker_training_job", {"vpc_config": [{"subnets": VAR}]}, "private"),
        ("aws_bedrock_model_invocation_job", {}, "outside"),
        ("google_vertex_ai_endpoint", {"network": ""}, "outside"),
        ("google_vertex_ai_index_endpoint", {"public_endpoint_enabled": False}, "?"),
    ],
)
def test_private_network(kind: str, properties: dict[str, Any], expected: str) -> None:
    assert short(one(kind, properties).private_network) == expected


@pytest.mark.parametrize(
    ("properties", "value_", "note"),
    [
        ({"DirectInternetAccess": "Disabled", "SubnetId": "s"}, "disabled", None),
        ({"DirectInternetAccess": "Disabled"}, "enabled", "SageMaker refuses it without a subnet"),
        ({"DirectInternetAccess": "Disabled", "SubnetId": VAR}, "disabled", None),
        ({}, "enabled", None),
    ],
)
def test_a_notebook_cannot_be_closed_without_a_subnet(
    properties: dict[str, Any], value_: str, note: str | None
) -> None:
    network = one(CFN_NOTEBOOK, properties).network
    assert network is not None
    assert network.public_access is not None
    assert (network.public_access.value, network.public_access.note, network.door) == (value_, note, "internet access")


GATEWAY = "AWS::BedrockAgentCore::Gateway"
ONLY = {"AuthorizerType": "AUTHENTICATE_ONLY"}
TOKEN = {"AuthorizerType": "CUSTOM_JWT"}


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (GATEWAY, {"AuthorizerType": "AWS_IAM"}, "identified"),
        (GATEWAY, {"AuthorizerType": "NONE"}, "anonymous"),
        (GATEWAY, {}, "?"),
        (GATEWAY, {"AuthorizerType": either("NONE", "NONE")}, "anonymous"),
        (GATEWAY, TOKEN | {"AuthorizerConfiguration": {"CustomJWTAuthorizer": {"AllowedScopes": ["s"]}}}, "identified"),
        (GATEWAY, TOKEN | {"AuthorizerConfiguration": {"CustomJWTAuthorizer": {"AllowedScopes": []}}}, "any-token"),
        (GATEWAY, TOKEN, "any-token"),
        (GATEWAY, ONLY, "unauthorized"),
        (GATEWAY, ONLY | {"PolicyEngineConfiguration": {"Mode": "LOG_ONLY"}}, "unauthorized"),
        (GATEWAY, ONLY | {"PolicyEngineConfiguration": {"Mode": "ENFORCE"}}, "identified"),
        (GATEWAY, ONLY | {"PolicyEngineConfiguration": {"Mode": VAR}}, "?"),
        (RUNTIME, {}, "identified"),
        ("AWS::BedrockAgentCore::Harness", {}, "identified"),
        ("AWS::QBusiness::Application", {"IdentityType": "ANONYMOUS"}, "anonymous"),
        ("AWS::QBusiness::Application", {}, "?"),
        ("AWS::QBusiness::Application", {"IdentityCenterInstanceArn": "arn"}, "identified"),
        ("aws_qbusiness_application", {}, "identified"),
    ],
)
def test_callers(kind: str, properties: dict[str, Any], expected: str) -> None:
    assert short(one(kind, properties).callers) == expected


def rights(actions: Any, resources: Any, **more: Any) -> list[str]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources, **more}
    policy = {"PolicyDocument": {"Statement": [statement]}}
    return [str(fact.value) for service in recognise(resource("AWS::IAM::Policy", policy)) for fact in service.rights]


EVERY_MODEL = "arn:aws:bedrock:*::foundation-model/*"


@pytest.mark.parametrize(
    ("actions", "resources", "more", "expected"),
    [
        ("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/m", {}, ["scoped"]),
        (["bedrock:List*", "bedrock:GetAgent"], "*", {}, ["scoped"]),
        ("bedrock:CreateAgent", "*", {}, ["scoped"]),
        ("bedrock:*", "arn:aws:bedrock:us-east-1:123456789012:agent/a", {}, ["scoped"]),
        ("bedrock:*", VAR, {}, ["scoped"]),
        ("bedrock:InvokeModel", "*", {"Condition": {"StringEquals": {"Bedrock:GuardrailIdentifier": "g"}}}, ["scoped"]),
        ("bedrock:InvokeModel", EVERY_MODEL, {}, ["every-model"]),
        (["bedrock:InvokeModel", "logs:*"], "*", {}, ["every-model"]),
        ("BEDROCK:*", "*", {}, ["wildcard"]),
        ("bedrock-agentcore:*", ["*"], {}, ["wildcard"]),
        ("bedrock-mantle:*", "*", {}, ["wildcard"]),
        ("sagemaker:Create*", "arn:aws:sagemaker:us-east-1:123456789012:*", {}, ["wildcard"]),
        ("s3:*", "*", {}, []),
        ("*", "*", {}, []),
        ("bedrock:*", "*", {"Effect": "Deny"}, []),
        (VAR, "*", {}, []),
    ],
)
def test_rights(actions: Any, resources: Any, more: dict[str, Any], expected: list[str]) -> None:
    assert rights(actions, resources, **more) == expected


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("com.amazonaws.us-east-1.bedrock-runtime", "bedrock-runtime"),
        ("com.amazonaws.us-east-1.bedrock-runtime-fips", "bedrock-runtime"),
        ("cn.com.amazonaws.cn-north-1.sagemaker.api", "sagemaker.api"),
        ('"com.amazonaws.${data.aws_region.current.name}.bedrock-agentcore.gateway"', "bedrock-agentcore.gateway"),
        ("com.amazonaws.${AWS::Region}.sagemaker.runtime", "sagemaker.runtime"),
        ("aws.sagemaker.us-east-1.notebook", "sagemaker"),
        ("com.amazonaws.us-east-1.s3", None),
        ("com.amazonaws.us-east-1.${each.key}", None),
        ("com.amazonaws.us-east-1.qldb.session", None),
        ("var.service", None),
        ("", None),
    ],
)
def test_names_of_endpoint_services(text: str, service: str | None) -> None:
    assert endpoint_service(text) == service


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('[{"AllowFromPublic": true}]', [{"AllowFromPublic": True}]),
        (Unknown('<<EOT\n[{"a": "${var.x}"}]\nEOT', ""), [{"a": "${var.x}"}]),
        (Unknown('[{"a": ${var.x}}]', ""), [{"a": "${var.x}"}]),
        (Unknown("var.policy", ""), None),
        (Unknown("data.x.y[0].json", ""), None),
        ("[" * 100_000, None),
        ("{", None),
        ("", None),
    ],
)
def test_policies_are_read_around_what_is_unknown(data: Any, expected: Any) -> None:
    assert document(value(data)) == expected


def test_a_statement_can_stand_alone() -> None:
    found = statements(value('{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "a:b"}}'))
    assert found is not None
    assert [statement.open_to_anyone for statement in found] == [True]


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "aws_secret_access_key", "HF_TOKEN", "DB_PASSWORD"])
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["MAX_TOKENS", "MODEL_ID", "API_KEY_SECRET_ARN", "TOKENIZERS_PARALLELISM", "KEY"])
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "stands_here"),
    [
        ("not-a-real-key-0123456789", True),
        ("{{resolve:secretsmanager:a:SecretString:b}}", False),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:a", False),
        ("/prod/openai/key", False),
        ("changeme", True),
        ("todo", False),
        ("set by the pipeline", False),
        (VAR, False),
        (SUBNET, False),
        (either("not-a-real-key-0123456789", VAR), "?"),
    ],
)
def test_secrets_of_environments(text: Any, stands_here: Any) -> None:
    (fact,) = one(RUNTIME, {"environment_variables": {"LOG_LEVEL": "INFO", "OPENAI_API_KEY": text}}).secrets
    assert short(fact) == stands_here
    assert fact.stated is None


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        ("AWS::SageMaker::NotebookInstance", "awscc_sagemaker_notebook_instance"),
        ("AWS::BedrockAgentCore::OAuth2CredentialProvider", "awscc_bedrockagentcore_o_auth_2_credential_provider"),
        ("AWS::OpenSearchServerless::AccessPolicy", "awscc_opensearchserverless_access_policy"),
        ("AWS::EC2::VPCEndpoint", "awscc_ec2_vpc_endpoint"),
    ],
)
def test_names_of_awscc(type_: str, name: str) -> None:
    assert in_awscc(type_) == name
    assert wanted(name)
    (folded,) = awscc.fold([resource(name, {})])
    assert folded.type.casefold() == type_.casefold()


def test_maps_of_the_user_are_not_folded() -> None:
    (folded,) = awscc.fold(
        [
            resource(
                "awscc_bedrockagentcore_runtime",
                {"environment_variables": {"openai_api_key": "k"}, "network_configuration": {"network_mode": "VPC"}},
            )
        ]
    )
    assert folded.properties.plain() == {
        "EnvironmentVariables": {"openai_api_key": "k"},
        "NetworkConfiguration": {"NetworkMode": "VPC"},
    }
    (service,) = recognise(folded)
    assert short(service.private_network) == "private"


@pytest.mark.parametrize(
    "text",
    [
        *(
            f'resource "{name}" "a" {{}}'
            for name in ("awscc_sagemaker_domain", "awscc_opensearchserverless_access_policy")
        ),
        'policy_arn = "arn:aws:iam::aws:policy/AmazonBedrockFullAccess"',
        'Action: "sagemaker:*"',
        'service_name = "com.amazonaws.us-east-1.bedrock-runtime"',
        "AWS_BEARER_TOKEN_BEDROCK: abc",
        'role = "roles/aiplatform.user"',
        "Type: AWS::S3Vectors::VectorBucketPolicy",
    ],
)
def test_the_sniff_finds_what_is_ours_by_what_stands_in_it(text: str) -> None:
    assert any(token in text.lower() for token in sniff_tokens())


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_iam_role" "a" {}',
        'resource "aws_lambda_function" "a" {}',
        "Type: AWS::IAM::Role",
        "AWS::EC2::VPC",
    ],
)
def test_the_sniff_passes_over_what_is_common(text: str) -> None:
    assert not any(token in text.lower() for token in sniff_tokens())
    assert "aws_iam_role" in types()
