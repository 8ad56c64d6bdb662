"""What an ARM body does to a resource that the azurerm provider manages.

An `azapi_update_resource` speaks ARM; its target may speak azurerm. The table names, for the settings that decide
who can reach a resource and how it authenticates, the azurerm argument that stands for an ARM property.
Argument names: documentation of the azurerm provider, versions 2 to 5.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from aiposture.model import Resource, Unknown, Value
from aiposture.readers.terraform.merge import either, merge

_Path = tuple["str | int", ...]


class Row(NamedTuple):
    """One ARM property and the azurerm argument that it sets; `convert` takes ARM's value to azurerm's."""

    arm: tuple[str, ...]
    argument: _Path
    convert: Callable[[Value], Value]


def lay_over(target: Resource, body: Value, *, exists: bool | Unknown) -> Resource:
    """`target` as it is after an update with the ARM `body` (an object), whose values keep their own places."""
    if "/" in target.type:
        return target._replace(properties=merge(target.properties, body, exists=exists))
    properties = target.properties
    for row in _ROWS.get(target.type, ()):
        stated = body.get(*row.arm, ignore_case=True)
        if stated is not None:
            properties = _set(properties, row.argument, _converted(stated, row.convert), exists=exists)
    return target._replace(properties=properties)


def _converted(value: Value, convert: Callable[[Value], Value]) -> Value:
    data = value.data
    if not isinstance(data, Unknown):
        return value if data is None else convert(value)
    arms = tuple(_converted(arm, convert) for arm in data.alternatives)
    return value.with_data(data.replace(alternatives=arms))


def _set(base: Value, path: _Path, value: Value, *, exists: bool | Unknown) -> Value:
    """`base` with `value` at `path`; objects and one-element lists on the way are made where they are missing."""
    if not path:
        return either(base, value, exists=exists)
    if isinstance(base.data, Unknown):
        return base
    key, rest = path[0], path[1:]
    absent = value.with_data(None)
    if isinstance(key, int):
        items = base.items() or (absent,)
        return base.with_data((_set(items[0], rest, value, exists=exists), *items[1:]))
    members = dict(base.members())
    members[key] = _set(members.get(key, absent), rest, value, exists=exists)
    return base.with_data(members)


def _same(value: Value) -> Value:
    return value


def _switch(value: Value) -> Value:
    text = value.data.casefold() if isinstance(value.data, str) else value.data
    if text in ("enabled", "disabled"):
        return value.with_data(text == "enabled")
    return value.with_data(Unknown(str(value.data), "azurerm has no argument for this value"))


def _inverted(value: Value) -> Value:
    text = value.data.casefold() if isinstance(value.data, str) else value.data
    if text in (True, "true"):
        return value.with_data(data=False)
    if text in (False, "false"):
        return value.with_data(data=True)
    return value.with_data(Unknown(str(value.data), "this is neither true nor false"))


def _rules(member: str) -> Callable[[Value], Value]:
    """ARM's list of `{member: text}` as azurerm's list of text."""

    def convert(value: Value) -> Value:
        return value.with_data(tuple(rule for item in value.items() if (rule := item.get(member)) is not None))

    return convert


def _subnets(value: Value) -> Value:
    blocks = tuple(
        item.with_data({"subnet_id": subnet}) for item in value.items() if (subnet := item.get("id")) is not None
    )
    return value.with_data(blocks)


def _identity(value: Value) -> Value:
    members = {"type": kind} if (kind := value.get("type", ignore_case=True)) is not None else {}
    assigned = value.get("userAssignedIdentities", ignore_case=True)
    if assigned is not None and isinstance(assigned.data, Mapping):
        members["identity_ids"] = assigned.with_data(
            tuple(value.with_data(name) for name, value in assigned.members().items())
        )
    elif assigned is not None:
        members["identity_ids"] = assigned
    return value.with_data((value.with_data(members),))


_PUBLIC = ("properties", "publicNetworkAccess")
_KEYS_OFF = ("properties", "disableLocalAuth")
_ACLS = ("properties", "networkAcls")
_PUBLIC_BOOL = Row(_PUBLIC, ("public_network_access_enabled",), _switch)
_PUBLIC_TEXT = Row(_PUBLIC, ("public_network_access",), _same)
_KEYS_SHORT = Row(_KEYS_OFF, ("local_auth_enabled",), _inverted)
_KEYS_LONG = Row(_KEYS_OFF, ("local_authentication_enabled",), _inverted)
_IDENTITY = Row(("identity",), ("identity",), _identity)
_NETWORK_ACLS = (
    Row((*_ACLS, "defaultAction"), ("network_acls", 0, "default_action"), _same),
    Row((*_ACLS, "bypass"), ("network_acls", 0, "bypass"), _same),
    Row((*_ACLS, "ipRules"), ("network_acls", 0, "ip_rules"), _rules("value")),
    Row((*_ACLS, "virtualNetworkRules"), ("network_acls", 0, "virtual_network_rules"), _subnets),
)
_SEARCH_RULES = (
    Row(("properties", "networkRuleSet", "ipRules"), ("allowed_ips",), _rules("value")),
    Row(("properties", "networkRuleSet", "bypass"), ("network_rule_bypass_option",), _same),
)

_TABLE: Mapping[str, tuple[str, tuple[Row, ...]]] = {
    "azurerm_cognitive_account": (
        "Microsoft.CognitiveServices/accounts",
        (_PUBLIC_BOOL, _KEYS_SHORT, *_NETWORK_ACLS, _IDENTITY),
    ),
    "azurerm_ai_services": (
        "Microsoft.CognitiveServices/accounts",
        (_PUBLIC_TEXT, _KEYS_LONG, *_NETWORK_ACLS, _IDENTITY),
    ),
    "azurerm_cognitive_account_project": ("Microsoft.CognitiveServices/accounts/projects", (_IDENTITY,)),
    "azurerm_search_service": (
        "Microsoft.Search/searchServices",
        (_PUBLIC_BOOL, _KEYS_LONG, *_SEARCH_RULES, _IDENTITY),
    ),
    "azurerm_machine_learning_workspace": (
        "Microsoft.MachineLearningServices/workspaces",
        (_PUBLIC_BOOL, _IDENTITY),
    ),
    "azurerm_ai_foundry": ("Microsoft.MachineLearningServices/workspaces", (_PUBLIC_TEXT, _IDENTITY)),
    "azurerm_ai_foundry_project": ("Microsoft.MachineLearningServices/workspaces", (_IDENTITY,)),
    "azurerm_machine_learning_compute_instance": (
        "Microsoft.MachineLearningServices/workspaces/computes",
        (_KEYS_SHORT, _IDENTITY),
    ),
    "azurerm_machine_learning_compute_cluster": (
        "Microsoft.MachineLearningServices/workspaces/computes",
        (_KEYS_SHORT, _IDENTITY),
    ),
    "azurerm_bot_service_azure_bot": ("Microsoft.BotService/botServices", (_PUBLIC_BOOL, _KEYS_LONG)),
    "azurerm_bot_channels_registration": ("Microsoft.BotService/botServices", (_PUBLIC_BOOL,)),
    "azurerm_video_indexer_account": ("Microsoft.VideoIndexer/accounts", (_PUBLIC_TEXT, _IDENTITY)),
    "azurerm_healthbot": ("Microsoft.HealthBot/healthBots", (_IDENTITY,)),
}
ARM_TYPES: Mapping[str, str] = {name: arm_type for name, (arm_type, _) in _TABLE.items()}
_ROWS: Mapping[str, tuple[Row, ...]] = {name: rows for name, (_, rows) in _TABLE.items()}
