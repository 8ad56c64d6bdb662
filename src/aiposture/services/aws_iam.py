"""What IAM policies let a principal do with AI services, and which managed policies give it all.

Only statements about AI services are facts here: `Action: "*"` is everybody's business, and not especially AI's.
Actions that cannot be limited to a resource (listing, creating) are no wildcard on `Resource: "*"`: the names of
those that can were read in the service authorization reference.
"""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from aiposture.aws_policies import Statement, block_statements, policy_name, statements
from aiposture.model import Fact, Origin, Resource, Step, Unknown, Value
from aiposture.services import aws_bearer_tokens
from aiposture.services.aws_google_cells import at, objects
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import arms

_SOURCE = "Well-Architected Generative AI Lens GENSEC01-BP01; Security pillar SEC03-BP02"
_FULL_ACCESS = "Well-Architected Security pillar SEC03-BP02"

_PREFIXES = ("bedrock", "bedrock-agentcore", "bedrock-mantle", "sagemaker", "aoss", "q", "qbusiness", "kendra")

# What only looks, and what AWS cannot limit to a resource.
_HARMLESS = ("list", "get", "describe", "batchget", "search")
_USES = frozenset(
    {
        "bedrock:invokemodel", "bedrock:invokemodelwithresponsestream", "bedrock:invokeagent", "bedrock:invokeflow",
        "bedrock:retrieve", "bedrock:applyguardrail", "bedrock-agentcore:invokeagentruntime",
        "bedrock-agentcore:invokegateway", "bedrock-agentcore:invokecodeinterpreter", "bedrock-mantle:createinference",
        "sagemaker:invokeendpoint", "sagemaker:invokeendpointasync", "sagemaker:invokeendpointwithresponsestream",
        "aoss:apiaccessall", "kendra:query", "kendra:retrieve", "qbusiness:chat", "qbusiness:chatsync",
    }
)  # fmt: skip
_MODELS = ("foundation-model/*", "inference-profile/*", "application-inference-profile/*", "custom-model/*")
_NARROWING = ("bedrock:guardrailidentifier", "bedrock:inferenceprofilearn", "aws:resourcetag/", "aws:resourceaccount")

_MANAGED = {
    "amazonbedrockfullaccess": "full-access",
    "bedrockagentcorefullaccess": "full-access",
    "amazonbedrockmantlefullaccess": "full-access",
    "amazonkendrafullaccess": "full-access",
    "amazonqfullaccess": "full-access",
    "amazonsagemakerfullaccess": "broad",  # the policy of AWS's own quick start
}

TOKENS = ("bedrock", "sagemaker", "aoss:", "qbusiness", "kendra")
"""One of these stands in every file that grants rights on AI services."""

_Breadth = Literal["scoped", "every-model", "wildcard"]


def _breadth(statement: Statement) -> _Breadth | None:
    """How much the statement allows on AI services; None if it is not about them."""
    actions = [action.casefold() for action in statement.actions if _is_ours(action)]
    if any(_is_ours(action) and not action.endswith(":*") for action in statement.other_actions):
        # All but some actions of an AI service: the rest of it is meant.
        actions.append("*:*")
    if not actions or not statement.allows:
        return None
    if any(key.startswith(_NARROWING) for key in statement.conditions):
        return "scoped"
    everywhere = statement.on_everything
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


def _grant(property_: str, statement: Statement, breadth: _Breadth, trail: tuple[Step, ...]) -> Fact:
    ours = ", ".join(action for action in statement.actions if _is_ours(action))
    ours = ours or f"all but {', '.join(statement.other_actions)}"
    on = ", ".join(statement.resources) or f"all but {', '.join(statement.other_resources)}"
    return Fact(
        value=breadth,
        origin=Origin.STATED,
        property=property_,
        location=statement.location,
        possible=(breadth,),
        stated=f"{ours} on {on}",
        trail=trail,
    )


class _Policy(NamedTuple):
    """The statements of one document, and where it came from."""

    property: str
    statements: tuple[Statement, ...]
    trail: tuple[Step, ...] = ()


def _document(property_: str, value: Value | None) -> _Policy:
    return _Policy(property_, statements(value) or (), () if value is None else value.trail)


def _grants(policy: _Policy) -> Iterator[Fact]:
    for statement in policy.statements:
        breadth = _breadth(statement)
        if breadth is not None:
            yield _grant(policy.property, statement, breadth, policy.trail)


def _of_managed(property_: str, value: Value | None) -> Iterator[Fact]:
    for each in _each(value):
        name = policy_name(each.spelled)
        breadth = _MANAGED.get(name.casefold())
        if breadth is not None:
            yield Fact(breadth, Origin.STATED, property_, each.location, (breadth,), stated=name, trail=each.trail)


def _each(value: Value | None) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value.data if isinstance(value.data, tuple) else arms(value) or (value,)


_Policies = Callable[[Resource], Iterator[_Policy]]
_Managed = Callable[[Resource], Iterator[Fact]]


def _policy(path: str) -> _Policies:
    def read(resource: Resource) -> Iterator[_Policy]:
        yield _document(path, at(resource, path))

    return read


def _inline(path: str, document: str) -> _Policies:
    """The policies that a role, user or group has of its own."""

    def read(resource: Resource) -> Iterator[_Policy]:
        for policy in objects(at(resource, path)):
            yield _document(f"{path}.{document}", policy.get(document, ignore_case=True))

    return read


def _of_function(resource: Resource) -> tuple[Value, ...]:
    """What SAM puts into the role that it makes: documents, names of managed policies, templates of its own.

    With a role of its own a function or state machine gets none of them.
    """
    return () if resource.get("Role") is not None else objects(resource.get("Policies"))


def _function_policies(resource: Resource) -> Iterator[_Policy]:
    for policy in _of_function(resource):
        if policy.get("Statement") is not None:
            yield _document("Policies", policy)


def _function_managed(resource: Resource) -> Iterator[Fact]:
    for policy in _of_function(resource):
        if isinstance(policy.data, (str, Unknown)):
            yield from _of_managed("Policies", policy)


def _data(resource: Resource) -> Iterator[_Policy]:
    """The statements of a document that is no resource policy: those name principals."""
    listed = block_statements(resource.get("statement"))
    yield _Policy("statement", tuple(statement for statement in listed if not statement.principals))


def _nothing(_resource: Resource) -> Iterator[_Policy]:
    return iter(())


def _attached(path: str) -> _Managed:
    def read(resource: Resource) -> Iterator[Fact]:
        yield from _of_managed(path, at(resource, path))

    return read


def _unattached(_resource: Resource) -> Iterator[Fact]:
    return iter(())


def _binding(
    types: tuple[str, ...],
    *properties: str,
    policies: _Policies = _nothing,
    managed: _Managed = _unattached,
    data_source: bool = False,
) -> Binding:
    def rights(resource: Resource) -> tuple[Fact, ...]:
        return (*(fact for policy in policies(resource) for fact in _grants(policy)), *managed(resource))

    def tokens(resource: Resource) -> tuple[Fact, ...]:
        found = (aws_bearer_tokens.facts(each.property, each.statements) for each in policies(resource))
        return tuple(fact for facts in found for fact in facts)

    def is_about_ai(resource: Resource) -> bool:
        return bool(rights(resource)) or bool(tokens(resource))

    return Binding(
        types=types,
        rights=Several(rights, properties, _SOURCE),
        protections={}
        if policies is _nothing
        else {"bearer_tokens": Several(tokens, properties[:1], aws_bearer_tokens.SOURCE)},
        when=is_about_ai,
        data_source=data_source,
        tokens=TOKENS,
    )


def _guard(type_: str, path: str) -> Binding:
    """A policy of the organization: what it allows is no grant, and only what it denies counts."""

    def tokens(resource: Resource) -> tuple[Fact, ...]:
        denied = (each for each in statements(at(resource, path)) or () if not each.allows)
        return tuple(aws_bearer_tokens.facts(path, denied))

    def denies_tokens(resource: Resource) -> bool:
        return bool(tokens(resource))

    return Binding(
        types=(type_,),
        protections={"bearer_tokens": Several(tokens, (path,), aws_bearer_tokens.SOURCE)},
        when=denies_tokens,
        tokens=TOKENS,
    )


SERVICES = (
    Service(
        "aws-iam-policy",
        "IAM policy with rights on AI services",
        (
            _binding(
                ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"),
                "policy", policies=_policy("policy"),
            ),
            _binding(
                (
                    "aws_iam_role_policy_attachment", "aws_iam_user_policy_attachment",
                    "aws_iam_group_policy_attachment", "aws_iam_policy_attachment",
                ),
                "policy_arn", managed=_attached("policy_arn"),
            ),
            _binding(
                ("aws_iam_role_policy_attachments_exclusive",), "policy_arns", managed=_attached("policy_arns"),
            ),
            _binding(
                ("aws_iam_role",), "inline_policy.policy", "managed_policy_arns",
                policies=_inline("inline_policy", "policy"), managed=_attached("managed_policy_arns"),
            ),
            _binding(("aws_iam_policy_document",), "statement", policies=_data, data_source=True),
            _binding(
                ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy",
                 "AWS::IAM::GroupPolicy"),
                "PolicyDocument", policies=_policy("PolicyDocument"),
            ),
            _binding(
                ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"),
                "Policies.PolicyDocument", "ManagedPolicyArns",
                policies=_inline("Policies", "PolicyDocument"), managed=_attached("ManagedPolicyArns"),
            ),
            _binding(
                ("AWS::Serverless::Function", "AWS::Serverless::StateMachine"),
                "Policies", policies=_function_policies, managed=_function_managed,
            ),
        ),
    ),
    Service(
        "aws-ai-guard",
        "Organization policy about AI services",
        (_guard("aws_organizations_policy", "content"), _guard("AWS::Organizations::Policy", "Content")),
    ),
)  # fmt: skip
