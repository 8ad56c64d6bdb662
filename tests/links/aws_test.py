"""Roles, users and stores of AWS, joined to services that are built by hand."""

from __future__ import annotations

import json

import pytest

from aiposture import links
from aiposture.model import AIService, Fact, Location, Origin, Reference, Resource, Unknown, Value

HERE = Location("main.tf", 5, 5, 5, 30)
HEADER = Location("main.tf", 1, 1, 1, 40)


def value(data):
    if isinstance(data, dict):
        return Value({name: value(member) for name, member in data.items()}, HERE)
    if isinstance(data, list):
        return Value(tuple(value(member) for member in data), HERE)
    return Value(data, HERE)


def resource(address, properties=None, *, type_=None, exists=True):
    declared = address.split("[")[0].split(".")[-2]
    kind = type_ or declared
    return Resource(
        "terraform", "managed", kind, kind, "x", address, "", value(properties or {}), HEADER, HEADER, exists
    )


def ref(address, attribute="arn"):
    return Reference(f"{address}.{attribute}", "known after apply", address=address, path=(attribute,))


def policy(actions="*", resources="*", **more):
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": resources, **more}]})


ADMIN, SMALL = policy(), policy("s3:GetObject")
NOTEBOOK = "aws_sagemaker_notebook_instance"


def role_rights(role, *resources):
    notebook = AIService("aws-sagemaker-notebook", "Notebook", resource(f"{NOTEBOOK}.a", {"role_arn": role}))
    (found, *_) = links.connect([notebook], [notebook.resource, *resources])
    (fact,) = found.protections["role_rights"]
    return "?" if isinstance(fact.value, Unknown) else fact.value


def attached(name, document, role):
    return resource(f"aws_iam_role_policy.{name}", {"role": ref(role, "id"), "policy": document})


ROLE = "aws_iam_role.a"


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([resource(ROLE), attached("a", SMALL, ROLE)], True),
        ([resource(ROLE, {"inline_policy": [{"policy": SMALL}]})], True),
        ([resource(ROLE), attached("a", policy(Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), ROLE)], True),
        ([resource(ROLE), attached("a", SMALL, ROLE), resource("aws_iam_role.b"), attached("b", ADMIN, "aws_iam_role.b")], True),
        ([], "?"),
        ([resource(ROLE)], "?"),
        ([resource(ROLE), attached("a", Unknown("var.p", "variable p has no default"), ROLE)], "?"),
        ([resource(ROLE), attached("a", ADMIN, ROLE)], False),
        ([resource(ROLE), attached("a", SMALL, ROLE), attached("b", ADMIN, ROLE)], False),
        ([resource(ROLE, {"managed_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]})], False),
        ([resource(ROLE, {"managed_policy_arns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]})], True),
        ([resource(ROLE, {"managed_policy_arns": ["arn:aws:iam::123456789012:policy/AdministratorAccess"]})], "?"),
        ([resource(ROLE, exists=False), attached("a", ADMIN, ROLE)], "?"),
    ],
)  # fmt: skip
def test_rights_of_a_role(resources, expected):
    assert role_rights(ref(ROLE), *resources) == expected


def test_instances_of_a_role_have_policies_of_their_own():
    roles = [resource(f'aws_iam_role.a["{key}"]') for key in ("big", "small")]
    policies = [attached("big", ADMIN, 'aws_iam_role.a["big"]'), attached("small", SMALL, 'aws_iam_role.a["small"]')]

    assert role_rights(ref('aws_iam_role.a["big"]'), *roles, *policies) is False
    assert role_rights(ref('aws_iam_role.a["small"]'), *roles, *policies) is True
    assert role_rights(ref("aws_iam_role.a"), *roles, *policies) == "?"
    somebody = attached("somebody", ADMIN, "aws_iam_role.a")
    assert role_rights(ref('aws_iam_role.a["small"]'), *roles, *policies, somebody) == "?"


def test_types_of_awscc_are_found_however_they_are_spelled():
    role = resource("awscc_iam_role.a", {"Policies": [{"PolicyDocument": ADMIN}]}, type_="AWS::Iam::Role")
    runtime = resource(
        "awscc_bedrockagentcore_runtime.a", {"RoleArn": ref("awscc_iam_role.a")}, type_="AWS::Bedrockagentcore::Runtime"
    )
    (found,) = links.connect([AIService("aws-agentcore-runtime", "Runtime", runtime)], [runtime, role])

    assert [fact.value for fact in found.protections["role_rights"]] == [False]
    assert [fact.value for fact in found.protections["own_role"]] == [True]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([("collection/docs", False)], "private"),
        ([("collection/do*", True)], "outside"),
        ([("collection/docs", False), ("collection/*", True)], "outside"),
        ([("collection/other", True)], None),
        ([], None),
    ],
)
def test_a_collection_is_as_open_as_the_policies_that_match_its_name(rules, expected):
    collection = resource("aws_opensearchserverless_collection.docs", {"name": "docs"})
    document = [
        {"Rules": [{"ResourceType": "collection", "Resource": [name]}], "AllowFromPublic": public}
        for name, public in rules
    ]
    network = resource(
        "aws_opensearchserverless_security_policy.n", {"type": "network", "policy": json.dumps(document)}
    )
    store = {"opensearch_serverless_configuration": [{"collection_arn": ref(collection.address)}]}
    base = resource("aws_bedrockagent_knowledge_base.a", {"storage_configuration": [store]})
    service = AIService("aws-bedrock-knowledge-base", "Knowledge base", base)
    (found,) = links.connect([service], [base, collection, network])

    assert (None if found.private_network is None else found.private_network.value) == expected


def test_a_guardrail_of_the_account_is_enough():
    agent = resource("AWS::Bedrock::Agent.a".replace("::", "_"), type_="AWS::Bedrock::Agent")
    enforced = resource("aws_bedrock_enforced_guardrail_configuration.a")
    bare = AIService("aws-bedrock-agent", "Agent", agent, protections={"guardrail": (fact(False),)})

    assert [each.value for each in links.connect([bare], [agent])[0].protections["guardrail"]] == [False]
    assert [each.value for each in links.connect([bare], [agent, enforced])[0].protections["guardrail"]] == [True]


def fact(meaning):
    return Fact(meaning, Origin.STATED, "guardrail_configuration", HERE, (meaning,))
