"""Workloads in a VPC of AWS that call AI services: through an endpoint of their VPC, or around it.

Whom a workload calls is what its role allows it to. An endpoint that is seen is enough; that none is seen counts only
where everything that could add one stands here too. Otherwise nothing is said.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from aiposture.aws_policies import statements
from aiposture.links import aws_networks
from aiposture.links.addresses import without_indexes
from aiposture.links.aws_networks import Endpoint, Networks
from aiposture.links.aws_principals import Principals
from aiposture.links.names import kind_of, reference_of
from aiposture.model import AIService, Fact, FactValue, Origin, Resource, Value

_OURS = frozenset({"aws-sagemaker-notebook", "aws-agentcore-runtime"})
_KIND, _TITLE = "aws-ai-vpc-workload", "Workload in a VPC that calls an AI service"


class _Paths(NamedTuple):
    """Where a workload names its subnets and its role; `task` names the resource that has the role in its place."""

    subnets: tuple[str | int, ...]
    role: tuple[str | int, ...]
    task: tuple[str | int, ...] = ()


_WORKLOADS = {
    "aws_lambda_function": _Paths(("vpc_config", 0, "subnet_ids"), ("role",)),
    "AWS::Lambda::Function": _Paths(("VpcConfig", "SubnetIds"), ("Role",)),
    "AWS::Serverless::Function": _Paths(("VpcConfig", "SubnetIds"), ("Role",)),
    "aws_ecs_service": _Paths(("network_configuration", 0, "subnets"), ("task_role_arn",), ("task_definition",)),
    "AWS::ECS::Service": _Paths(
        ("NetworkConfiguration", "AwsvpcConfiguration", "Subnets"), ("TaskRoleArn",), ("TaskDefinition",)
    ),
    "aws_sagemaker_notebook_instance": _Paths(("subnet_id",), ("role_arn",)),
    "AWS::SageMaker::NotebookInstance": _Paths(("SubnetId",), ("RoleArn",)),
    "aws_bedrockagentcore_agent_runtime": _Paths(
        ("network_configuration", 0, "network_mode_config", 0, "subnets"), ("role_arn",)
    ),
    "AWS::BedrockAgentCore::Runtime": _Paths(("NetworkConfiguration", "NetworkModeConfig", "Subnets"), ("RoleArn",)),
}
_TASKS = ("aws_ecs_task_definition", "AWS::ECS::TaskDefinition")

WANTED: frozenset[str] = frozenset({*_WORKLOADS, *_TASKS}) | aws_networks.WANTED
_WORKLOADS_FOLDED = {name.casefold(): paths for name, paths in _WORKLOADS.items()}
_TASKS_FOLDED = frozenset(name.casefold() for name in _TASKS)

# `com.amazonaws.REGION.SERVICE`, where the region is often not known.
_ENDPOINT_NAME = re.compile(r"(?:com\.amazonaws|aws\.(?:sagemaker|api))\.(?:\$\{[^}]*\}|[^.${}]+)\.(.+)$")

# The endpoint that each call goes to, by the beginning of the action. Longer beginnings first.
_CALLS = (
    ("bedrock:invokeagent", "bedrock-agent-runtime"), ("bedrock:invokeflow", "bedrock-agent-runtime"),
    ("bedrock:retrieve", "bedrock-agent-runtime"), ("bedrock:invoke", "bedrock-runtime"),
    ("bedrock:converse", "bedrock-runtime"), ("bedrock:applyguardrail", "bedrock-runtime"),
    ("bedrock:*", "bedrock-runtime"), ("bedrock-agentcore:invoke", "bedrock-agentcore"),
    ("sagemaker:invokeendpoint", "sagemaker.runtime"),
)  # fmt: skip


def connect(
    services: Sequence[AIService], resources: Sequence[Resource], principals: Principals, partial: AbstractSet[str]
) -> list[AIService]:
    """The services, and behind them workloads that are none themselves, with the way to what they call."""
    found = {(each.unit, each.address): (each, facts) for each, facts in _workloads(resources, principals, partial)}
    connected = []
    for service in services:
        # What else is known of a function, such as its policies, is no workload.
        place = service.resource.unit, service.resource.address
        _, facts = found.pop(place, (None, ())) if service.kind in _OURS else (None, ())
        connected.append(
            service._replace(protections={**service.protections, "vpc_endpoint": facts}) if facts else service
        )
    others = (AIService(_KIND, _TITLE, each, protections={"vpc_endpoint": facts}) for each, facts in found.values())
    return [*connected, *others]


def _workloads(
    resources: Sequence[Resource], principals: Principals, partial: AbstractSet[str]
) -> Iterator[tuple[Resource, tuple[Fact, ...]]]:
    workloads = [each for each in resources if kind_of(each) in _WORKLOADS_FOLDED and each.mode == "managed"]
    if not workloads:
        return
    networks = Networks(resources, partial)
    tasks = {(each.unit, without_indexes(each.address)): each for each in resources if kind_of(each) in _TASKS_FOLDED}
    for workload in workloads:
        paths = _WORKLOADS_FOLDED[kind_of(workload)]
        subnets = workload.get(*paths.subnets)
        if workload.exists is False or subnets is None or subnets.data == ():
            continue
        role = principals.find(_role(workload, paths, tasks), workload.unit)
        calls = _calls(_actions(workload.get("Policies")) if role is None else principals.rights(role).actions)
        name = ".".join(part for part in paths.subnets if isinstance(part, str))
        facts = tuple(fact for service in calls for fact in _path(workload, (name, subnets), service, networks))
        if facts:
            yield workload, facts


def _role(workload: Resource, paths: _Paths, tasks: dict[tuple[str, str], Resource]) -> Value | None:
    if not paths.task:
        return workload.get(*paths.role)
    named = workload.get(*paths.task)
    reference = None if named is None else reference_of(named)
    task = None if reference is None else tasks.get((workload.unit, without_indexes(reference.address)))
    return None if task is None else task.get(*paths.role)


def _actions(policies: Value | None) -> frozenset[str]:
    """What the policies of a function of SAM allow, which gets a role of its own for them."""
    listed = () if policies is None else policies.items() or (policies,)
    found = (each for policy in listed if policy.get("Statement") is not None for each in statements(policy) or ())
    return frozenset(action.casefold() for each in found if each.allows for action in each.actions)


def _calls(actions: AbstractSet[str]) -> tuple[str, ...]:
    """The endpoint services that somebody with these actions calls."""
    found = (
        next((service for start, service in _CALLS if action.startswith(start)), None) for action in sorted(actions)
    )
    return tuple(dict.fromkeys(service for service in found if service is not None))


def _path(workload: Resource, subnets: tuple[str, Value], service: str, networks: Networks) -> Iterator[Fact]:
    """How the workload reaches a service: one fact, or none where the code does not tell."""
    name, value = subnets
    vpc = networks.vpc_of(value, workload.unit)
    may_be = False
    for endpoint in networks.endpoints(workload.unit):
        apart = networks.are_apart(vpc, endpoint.vpc, workload.unit)
        leads = False if apart or endpoint.kind == "gateway" else _leads_to(endpoint.service, service)
        if leads and endpoint.kind is not None and endpoint.resource.exists is True:
            note = None if vpc is not None and vpc == endpoint.vpc else "whether it is in this VPC is not decided"
            yield _fact(name, value, endpoint.resource.address, note, _through(endpoint))
            return
        may_be |= leads is not False
    if not may_be and networks.is_closed(vpc, workload.unit):
        yield _fact(name, value, None, f"{vpc} has no endpoint for {service}", meaning=False)


def _through(endpoint: Endpoint) -> FactValue:
    """Whether calls take the endpoint by themselves: in Terraform private names are off unless they are asked for."""
    said = endpoint.private_dns
    off = said.data is False if said is not None else endpoint.resource.type == "aws_vpc_endpoint"
    return "no-private-dns" if off else True


def _leads_to(name: str, service: str) -> bool | None:
    """Whether the name of an endpoint's service is that of `service`; None if it is not decided."""
    found = _ENDPOINT_NAME.search(name.strip().rstrip("\"'"))
    if found is None or "$" in found[1]:
        return None
    return found[1].removesuffix("-fips") == service


def _fact(name: str, value: Value, address: str | None, note: str | None, meaning: FactValue) -> Fact:
    return Fact(meaning, Origin.STATED, name, value.location, (meaning,), stated=address, trail=value.trail, note=note)
