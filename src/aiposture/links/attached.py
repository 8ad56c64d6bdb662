"""What other resources attach to an AI service by its id: deliveries of its logs, a diagnostic setting, a web firewall.

Anybody may attach them, from any code. One that is seen is enough; that one is missing counts only where the same code
attaches such a thing to another service of the same kind, and says of each to what: there it has been forgotten.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from aiposture.links.addresses import without_indexes
from aiposture.links.names import kind_of, literal, reference_of
from aiposture.model import AIService, Fact, Origin, Protection, Resource, Unknown, Value

# A runtime writes its logs without being told to.
_LOGGED = frozenset({"aws-bedrock-knowledge-base", "aws-agentcore-gateway", "aws-agentcore-memory"})
_LOG_SOURCES = {
    "aws_cloudwatch_log_delivery_source": "resource_arn",
    "AWS::Logs::DeliverySource": "ResourceArn",
    "aws_bedrock_knowledge_base_logging_configuration": "knowledge_base_id",
}
_DIAGNOSTICS = {
    "azurerm_monitor_diagnostic_setting": "target_resource_id",
    "Microsoft.Insights/diagnosticSettings": "scope",
}
_DIAGNOSED = frozenset({"azure-ai-services", "azure-ai-search", "azure-ml-workspace", "azure-ai-hub"})
_WEB_ACLS = {
    "aws_wafv2_web_acl_association": "resource_arn",
    "AWS::WAFv2::WebACLAssociation": "ResourceArn",
}


class _Kind(NamedTuple):
    """Something that can be attached: the protection that it is, to which services, and by which resources."""

    protection: Protection
    services: frozenset[str]
    types: dict[str, str]
    counts: Callable[[Resource], bool | None] = lambda _: True
    """Whether such a resource does something; None if that is not decided."""


def _folded(types: Mapping[str, str]) -> dict[str, str]:
    return {name.casefold(): path for name, path in types.items()}


def _logs(setting: Resource) -> bool | None:
    """Whether a diagnostic setting sends a log: one with metrics alone does not (Azure Policy 1b4d1c4e, afe0c3be)."""
    paths = (("enabled_log",), ("log",), ("properties", "logs"))
    found = [_sends(value) for path in paths if (value := setting.get(*path)) is not None]
    return True if True in found else None if None in found else False


def _sends(logs: Value) -> bool | None:
    if not isinstance(logs.data, tuple):
        return None
    switches = [log.get("enabled") for log in logs.data]
    if any(switch is None or switch.data is True for switch in switches):
        return True
    return None if any(switch is not None and isinstance(switch.data, Unknown) for switch in switches) else False


_KINDS = (
    _Kind("activity_log", _LOGGED, _folded(_LOG_SOURCES)),
    _Kind("activity_log", _DIAGNOSED, _folded(_DIAGNOSTICS), _logs),
    _Kind("web_firewall", frozenset({"aws-agentcore-gateway"}), _folded(_WEB_ACLS)),
)

WANTED: frozenset[str] = frozenset({*_LOG_SOURCES, *_DIAGNOSTICS, *_WEB_ACLS})


class _Attached:
    """What is attached in a unit: the attaching resource by its target's address; whether all targets are decided."""

    def __init__(self) -> None:
        self.by_address: dict[str, Resource] = {}
        self.decided = True


_NOTHING = _Attached()


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services with what is attached to them, or surely is not."""
    connected = list(services)
    for kind in _KINDS:
        units = _attached(kind, resources)
        kinds = {
            (each.resource.unit, each.kind)
            for each in connected
            if without_indexes(each.resource.address) in units.get(each.resource.unit, _NOTHING).by_address
        }
        connected = [_with(each, kind, units, kinds) for each in connected]
    return connected


def _attached(kind: _Kind, resources: Sequence[Resource]) -> dict[str, _Attached]:
    units: dict[str, _Attached] = defaultdict(_Attached)
    for resource in resources:
        path = kind.types.get(kind_of(resource))
        if path is None or resource.mode != "managed" or resource.exists is False:
            continue
        counts = kind.counts(resource)
        if counts is False:
            continue
        target = resource.get(path)
        reference = None if target is None else reference_of(target)
        if reference is not None and counts:
            units[resource.unit].by_address[without_indexes(reference.address)] = resource
        elif reference is not None or literal(target) is None:
            units[resource.unit].decided = False
    return units


def _with(
    service: AIService, kind: _Kind, units: dict[str, _Attached], kinds: AbstractSet[tuple[str, str]]
) -> AIService:
    """The service with what is attached to it; `kinds` of which unit have such a thing."""
    unit = units.get(service.resource.unit)
    if (service.resource.unit, service.kind) not in kinds:
        return service
    if service.kind not in kind.services or unit is None or kind.protection in service.protections:
        return service
    facts = tuple(_facts(service, kind, unit))
    return service._replace(protections={**service.protections, kind.protection: facts}) if facts else service


def _facts(service: AIService, kind: _Kind, unit: _Attached) -> Iterator[Fact]:
    found = unit.by_address.get(without_indexes(service.resource.address))
    if found is not None:
        path = kind.types[kind_of(found)]
        value = found.get(path)
        place = found.header if value is None else value.location
        yield Fact(True, Origin.STATED, path, place, (True,), stated=found.address)  # noqa: FBT003 - a fact's value
    elif unit.decided and unit.by_address and service.resource.mode == "managed":
        other = next(iter(unit.by_address.values()))
        yield Fact(
            value="none-attached",
            origin=Origin.STATED,
            property=kind.types[kind_of(other)],
            location=service.resource.header,
            possible=("none-attached",),
            note=f"{other.address} stands for another one, and none for this",
        )
