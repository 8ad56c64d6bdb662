"""Roles of AI workloads on AWS: what they may do, who shares them, and keys of users in their place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from aiposture.links.addresses import without_indexes
from aiposture.links.aws_principals import WANTED as _PRINCIPALS
from aiposture.links.aws_principals import Principals
from aiposture.links.names import kind_of, literal, reference_of
from aiposture.model import AIService, Fact, Protection, Resource, Unknown, Value

_KEYS = ("aws_iam_access_key", "AWS::IAM::AccessKey")
WANTED: frozenset[str] = _PRINCIPALS | frozenset(_KEYS)
_KEYS_FOLDED = frozenset(name.casefold() for name in _KEYS)

_KIND, _TITLE = "aws-ai-access-key", "IAM user with rights on AI services"
_GIVES = ("secret", "SecretAccessKey", "ses_smtp_password_v4")

_ROLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "aws_sagemaker_notebook_instance", "aws_bedrockagentcore_agent_runtime", "aws_bedrockagentcore_gateway",
            "aws_bedrockagent_knowledge_base",
        ),
        ("role_arn",),
    ),
    **dict.fromkeys(
        (
            "AWS::SageMaker::NotebookInstance", "AWS::BedrockAgentCore::Runtime", "AWS::BedrockAgentCore::Gateway",
            "AWS::Bedrock::KnowledgeBase",
        ),
        ("RoleArn",),
    ),
    **dict.fromkeys(
        (
            "aws_bedrockagentcore_harness", "aws_bedrockagentcore_browser", "aws_bedrockagentcore_code_interpreter",
            "aws_sagemaker_model",
        ),
        ("execution_role_arn",),
    ),
    **dict.fromkeys(
        (
            "AWS::BedrockAgentCore::Harness", "AWS::BedrockAgentCore::BrowserCustom",
            "AWS::BedrockAgentCore::CodeInterpreterCustom", "AWS::SageMaker::Model",
        ),
        ("ExecutionRoleArn",),
    ),
    "aws_bedrockagent_agent": ("agent_resource_role_arn",),
    "AWS::Bedrock::Agent": ("AgentResourceRoleArn",),
    "aws_sagemaker_domain": ("default_user_settings", "0", "execution_role"),
    "AWS::SageMaker::Domain": ("DefaultUserSettings", "ExecutionRole"),
}  # fmt: skip

_ROLES_FOLDED = {name.casefold(): path for name, path in _ROLES.items()}

_TRUST = "aws-ai-trust-policy"
_POLICIES = {"AWS::IAM::Role": "ManagedPolicyArns", "aws_iam_role": "managed_policy_arns"}

_AGENTS = frozenset({"aws-bedrock-agent", "aws-agentcore-runtime", "aws-agentcore-harness", "aws-agentcore-gateway"})

_Found = Mapping[Protection, tuple[Fact, ...]]


def connect(services: Sequence[AIService], principals: Principals) -> list[AIService]:
    """The services with what is known about their roles."""
    sharing = _sharing(services)
    used = {role.address for service in services if (role := _role_of(service, principals)) is not None}
    return [
        service._replace(protections={**service.protections, **found})
        if (found := _facts(service, principals, sharing) or _unused(service, principals, used))
        else service
        for service in services
    ]


def _role_of(service: AIService, principals: Principals) -> Resource | None:
    named = _role(service)
    return None if named is None else principals.find(named[1], service.resource.unit)


def _unused(service: AIService, principals: Principals, used: set[str]) -> _Found:
    """A role that trusts an AI service and that nothing here has: whatever gets it elsewhere is an administrator."""
    role = service.resource
    if service.kind != _TRUST or role.mode != "managed" or role.address in used:
        return {}
    admin = principals.rights(role).admin
    if not admin:
        return {}
    policy, place = admin[0]
    fact = Fact.of(_POLICIES.get(role.type, "policy"), place, False)  # noqa: FBT003 - a fact's value
    return {"role_rights": (fact._replace(stated=policy),)}


def access_keys(resources: Sequence[Resource], principals: Principals) -> list[AIService]:
    """The access keys of users who have rights on AI services here."""
    return [
        AIService(_KIND, _TITLE, resource, keys=_GIVES, protections={"roles_not_keys": (_key(resource, user),)})
        for resource in resources
        if kind_of(resource) in _KEYS_FOLDED and resource.mode == "managed" and resource.exists is not False
        for user in (principals.find(_either(resource, "user", "UserName"), resource.unit),)
        if user is not None and principals.rights(user).about_ai
    ]


def _key(resource: Resource, user: Resource) -> Fact:
    status = _either(resource, "status", "Status")
    if status is not None and isinstance(status.data, Unknown):
        return Fact.of("status", status, status.data)
    off = status is not None and str(status.data).casefold() == "inactive"
    named = _either(resource, "user", "UserName")
    name = "UserName" if "::" in resource.type else "user"
    place = status if off else named
    fact = Fact.of("status" if off else name, Value(None, resource.header) if place is None else place, off)
    return fact._replace(stated="Inactive" if off else user.address)


def _either(resource: Resource, *names: str) -> Value | None:
    return next((found for name in names if (found := resource.get(name)) is not None), None)


def _role(service: AIService) -> tuple[str, Value] | None:
    """The property that names the service's role, and what it says."""
    path = _ROLES_FOLDED.get(kind_of(service.resource))
    if path is None or service.resource.mode != "managed":
        return None
    value = service.resource.get(*(int(part) if part.isdigit() else part for part in path))
    name = ".".join(part for part in path if not part.isdigit())
    return None if value is None else (name, value)


def _facts(service: AIService, principals: Principals, sharing: Mapping[tuple[str, str], set[str]]) -> _Found:
    named = _role(service)
    if named is None:
        return {}
    name, value = named
    found: dict[Protection, tuple[Fact, ...]] = {"role_rights": (_rights(service, name, value, principals),)}
    identity = _identity(service, value)
    if service.kind in _AGENTS and identity is not None:
        others = sharing[identity] - {without_indexes(service.resource.address)}
        fact = Fact.of(name, value, not others)._replace(stated=value.spelled)
        found["own_role"] = (fact._replace(note=f"so has {', '.join(sorted(others))}") if others else fact,)
    return found


def _rights(service: AIService, name: str, value: Value, principals: Principals) -> Fact:
    role = principals.find(value, service.resource.unit)
    if role is None:
        return Fact.of(name, value, Unknown(value.spelled, "the role stands elsewhere"))
    rights = principals.rights(role)
    if rights.admin:
        policy, place = rights.admin[0]
        return Fact.of(name, value, False)._replace(stated=role.address, note=f"{policy}, line {place.location.line}")  # noqa: FBT003 - a fact's value
    if not rights.complete:
        return Fact.of(name, value, Unknown(value.spelled, f"a policy of {role.address} stands elsewhere"))
    if not rights.policies:
        return Fact.of(name, value, Unknown(value.spelled, f"no policy of {role.address} stands here"))
    return Fact.of(name, value, True)._replace(stated=role.address)  # noqa: FBT003 - a fact's value


def _sharing(services: Sequence[AIService]) -> Mapping[tuple[str, str], set[str]]:
    """The agents of each unit that have a role, by role; instances of one block are one agent."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for service in services:
        named = _role(service) if service.kind in _AGENTS else None
        identity = None if named is None else _identity(service, named[1])
        if identity is not None:
            found[identity].add(without_indexes(service.resource.address))
    return found


def _identity(service: AIService, value: Value) -> tuple[str, str] | None:
    reference = reference_of(value)
    if reference is not None:
        return service.resource.unit, reference.address
    text = literal(value)
    return None if text is None else (service.resource.unit, text)
