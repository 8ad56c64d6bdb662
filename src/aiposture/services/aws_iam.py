"""What IAM policies let a principal do with AI services, and which managed policies give it all.

Only statements about AI services are facts here: `Action: "*"` is everybody's business, and not especially AI's.
Actions that cannot be limited to a resource (listing, creating) are no wildcard on `Resource: "*"`: the names of
those that can were read in the service authorization reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from aiposture.model import Fact, Origin, Resource, Step, Unknown, Value
from aiposture.services.aws_google_cells import at, objects
from aiposture.services.aws_google_secrets import AI_KEYS, environment
from aiposture.services.aws_policies import Statement, block_statements, statements
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import arms

_SOURCE = "Well-Architected Generative AI Lens GENSEC01-BP01; Security pillar SEC03-BP02"
_FULL_ACCESS = "Well-Architected Security pillar SEC03-BP02"
_ENVIRONMENT = "Well-Architected Generative AI Lens GENSEC05-BP01"

_PREFIXES = ("bedrock", "bedrock-agentcore", "bedrock-mantle", "sagemaker", "aoss", "q", "qbusiness", "kendra")

# What only looks, and what AWS cannot limit to a resource.
_HARMLESS = ("list", "get", "describe", "batchget", "search")
_USES = frozenset(
    {
        "bedrock:invokemodel", "bedrock:invokemodelwithresponsestream", "bedrock:invokeagent", "bedrock:invokeflow",
        "bedrock:retrieve", "bedrock:applyguardrail", "bedrock-agentcore:invokeagentruntime",
        "bedrock-agentcore:invokegateway", "bedrock-agentcore:invokecodeinterpreter", "bedrock-mantle:createinference",
        "sagemaker:invokeendpoint", "sagemaker:invokeendpointasync", "sagemaker:invokeendpointwithresponsestream",
        "aoss:apiaccessall",
    }
)  # fmt: skip
_MODELS = ("foundation-model/*", "inference-profile/*", "application-inference-profile/*", "custom-model/*")
_NARROWING = ("bedrock:guardrailidentifier", "bedrock:inferenceprofilearn", "aws:resourcetag/", "aws:resourceaccount")

_MANAGED = {
    "amazonbedrockfullaccess": "full-access",
    "bedrockagentcorefullaccess": "full-access",
    "amazonbedrockmantlefullaccess": "full-access",
    "amazonsagemakerfullaccess": "broad",  # the policy of AWS's own quick start
}

TOKENS = ("bedrock", "sagemaker", "aoss:", "qbusiness", "kendra")
"""One of these stands in every file that grants rights on AI services."""

_Breadth = Literal["scoped", "every-model", "wildcard"]


def _breadth(statement: Statement) -> _Breadth | None:
    """How much the statement allows on AI services; None if it is not about them."""
    actions = [action.casefold() for action in statement.actions if _is_ours(action)]
    if not actions or not statement.allows:
        return None
    if any(key.startswith(_NARROWING) for key in statement.conditions):
        return "scoped"
    everywhere = any(_is_everything(each) for each in statement.resources)
    every_model = any(each.endswith(_MODELS) for each in statement.resources)
    if everywhere and any(_is_wild(action) for action in actions):
        return "wildcard"
    if (everywhere or every_model) and any(action in _USES or _is_wild(action) for action in actions):
        return "every-model"
    return "scoped"


def _is_ours(action: str) -> bool:
    service, colon, _ = action.casefold().partition(":")
    return bool(colon) and service in _PREFIXES


def _is_wild(action: str) -> bool:
    name = action.partition(":")[2]
    return "*" in name and not name.startswith(_HARMLESS)


def _is_everything(resource: str) -> bool:
    """Whether an ARN admits every resource: `*`, or an ARN whose last part is nothing else."""
    parts = resource.split(":", 5)
    return resource == "*" or (len(parts) > len("abcde") and parts[5] in {"*", "*/*", "*:*"})


def _grant(property_: str, statement: Statement, breadth: _Breadth, trail: tuple[Step, ...]) -> Fact:
    ours = ", ".join(action for action in statement.actions if _is_ours(action))
    return Fact(
        value=breadth,
        origin=Origin.STATED,
        property=property_,
        location=statement.location,
        possible=(breadth,),
        stated=f"{ours} on {', '.join(statement.resources)}",
        trail=trail,
    )


def _of_document(property_: str, value: Value | None) -> Iterator[Fact]:
    for statement in statements(value) or ():
        breadth = _breadth(statement)
        if breadth is not None:
            yield _grant(property_, statement, breadth, () if value is None else value.trail)


def _of_managed(property_: str, value: Value | None) -> Iterator[Fact]:
    for each in _each(value):
        name = _policy_name(each)
        breadth = _MANAGED.get(name.casefold())
        if breadth is not None:
            yield Fact(breadth, Origin.STATED, property_, each.location, (breadth,), stated=name, trail=each.trail)


def _each(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.data if isinstance(value.data, tuple) else arms(value) or (value,)


def _policy_name(value: Value) -> str:
    """The last part of a policy's ARN, which is known even where the partition is not."""
    text = value.data.expression if isinstance(value.data, Unknown) else str(value.data)
    return text.rstrip("\"'} ").rpartition("/")[2]


_Read = Callable[[Resource], Iterator[Fact]]


def _policy(*paths: str) -> _Read:
    def read(resource: Resource) -> Iterator[Fact]:
        for path in paths:
            yield from _of_document(path, at(resource, path))

    return read


def _attached(*paths: str) -> _Read:
    def read(resource: Resource) -> Iterator[Fact]:
        for path in paths:
            yield from _of_managed(path, at(resource, path))

    return read


def _principal(inline: str, document: str, managed: str) -> _Read:
    """A role, user or group with policies of its own, and with managed ones."""

    def read(resource: Resource) -> Iterator[Fact]:
        for policy in objects(at(resource, inline)):
            yield from _of_document(f"{inline}.{document}", policy.get(document, ignore_case=True))
        yield from _of_managed(managed, at(resource, managed))

    return read


def _data(resource: Resource) -> Iterator[Fact]:
    """The statements of a document that is no resource policy: those name principals."""
    for statement in block_statements(resource.get("statement")):
        breadth = None if statement.principals else _breadth(statement)
        if breadth is not None:
            yield _grant("statement", statement, breadth, ())


def _binding(types: tuple[str, ...], read: _Read, *properties: str, data_source: bool = False) -> Binding:
    def rights(resource: Resource) -> tuple[Fact, ...]:
        return tuple(read(resource))

    def grants_something(resource: Resource) -> bool:
        return next(read(resource), None) is not None

    return Binding(
        types=types,
        rights=Several(rights, properties, _SOURCE),
        when=grants_something,
        data_source=data_source,
        tokens=TOKENS,
    )


def _consumer(types: tuple[str, ...], path: str) -> Binding:
    """A function that is none of ours unless a key of an AI service is handed to it."""
    secrets = environment(path, named=lambda name: name.upper() in AI_KEYS)

    def holds_a_key(resource: Resource) -> bool:
        return bool(secrets(resource))

    return Binding(
        types=types,
        secrets=Several(secrets, (path,), _ENVIRONMENT),
        when=holds_a_key,
        tokens=tuple(sorted(name.casefold() for name in AI_KEYS)),
    )


SERVICES = (
    Service(
        "aws-iam-policy",
        "IAM policy with rights on AI services",
        (
            _binding(
                ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"),
                _policy("policy"), "policy",
            ),
            _binding(
                (
                    "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment",
                    "aws_iam_group_policy_attachment", "aws_iam_policy_attachment",
                ),
                _attached("policy_arn"), "policy_arn",
            ),
            _binding(
                ("aws_iam_role_policy_attachments_exclusive",), _attached("policy_arns"), "policy_arns",
            ),
            _binding(
                ("aws_iam_role",), _principal("inline_policy", "policy", "managed_policy_arns"),
                "inline_policy.policy", "managed_policy_arns",
            ),
            _binding(("aws_iam_policy_document",), _data, "statement", data_source=True),
            _binding(
                ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy",
                 "AWS::IAM::GroupPolicy"),
                _policy("PolicyDocument"), "PolicyDocument",
            ),
            _binding(
                ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"),
                _principal("Policies", "PolicyDocument", "ManagedPolicyArns"),
                "Policies.PolicyDocument", "ManagedPolicyArns",
            ),
        ),
    ),
    Service(
        "aws-ai-consumer",
        "Function that uses an AI service",
        (
            _consumer(("aws_lambda_function",), "environment.variables"),
            _consumer(("AWS::Lambda::Function", "AWS::Serverless::Function"), "Environment.Variables"),
        ),
    ),
)  # fmt: skip
