from __future__ import annotations

import json
from typing import Any

import pytest

from aiposture.model import Location, Reference, Resource, Unknown, Value
from aiposture.readers.terraform.azapi import fold

HERE = Location("main.tf", 1, 1, 9, 2)
PATCH = Location("patch.tf", 3, 5, 3, 20)
ACCOUNTS = "Microsoft.CognitiveServices/accounts"
ID = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acc"


class JsonText(str):  # noqa: SLOT000 - it has an attribute
    """As `jsonencode` gives it: the text, and the value that was encoded."""

    value: Value


def placed(plain: Any, location: Location = HERE) -> Value:
    if isinstance(plain, Value):
        return plain
    if isinstance(plain, dict):
        return Value({name: placed(member, location) for name, member in plain.items()}, location)
    if isinstance(plain, list):
        return Value(tuple(placed(member, location) for member in plain), location)
    return Value(plain, location)


def resource(
    kind: str, properties: dict[str, Any], *, name: str = "a", location: Location = HERE, **more: Any
) -> Resource:
    return Resource(
        dialect="terraform",
        mode=more.pop("mode", "managed"),
        type=kind,
        declared_type=kind,
        name=name,
        address=more.pop("address", f"{kind}.{name}"),
        unit="",
        properties=placed(properties, location),
        location=location,
        header=location,
        **more,
    )


def azapi(properties: dict[str, Any], **more: Any) -> Resource:
    return resource("azapi_resource", {"type": f"{ACCOUNTS}@2024-10-01", "name": "acc", **properties}, **more)


def update(properties: dict[str, Any], **more: Any) -> Resource:
    stated = {"type": f"{ACCOUNTS}@2024-10-01", **properties}
    return resource("azapi_update_resource", stated, name="u", location=PATCH, **more)


def encoded(plain: Any) -> JsonText:
    text = JsonText(json.dumps(plain))
    text.value = placed(plain, PATCH)
    return text


def summary(data: Any) -> Any:
    """The plain data with every unknown as the set of what it can be, or `?`."""
    if isinstance(data, Value):
        return summary(data.data)
    if isinstance(data, Unknown):
        return {"either": [summary(arm) for arm in data.alternatives]} if data.alternatives else "?"
    if isinstance(data, dict):
        return {name: summary(member) for name, member in data.items()}
    return [summary(member) for member in data] if isinstance(data, tuple) else data


VAR = Unknown("var.x", "variable x has no default")
CLOSED = {"properties": {"publicNetworkAccess": "Disabled"}}


@pytest.mark.parametrize(
    "other",
    [
        resource("azurerm_cognitive_account", {"name": "acc"}),
        resource("azapi_resource_action", {"type": f"{ACCOUNTS}@2024-10-01", "action": "listKeys"}),
        resource("azapi_data_plane_resource", {"type": "Microsoft.Search/searchServices/indexes@2024-07-01"}),
        resource("azapi_resource", {"type": Unknown("var.type", "no default"), "body": CLOSED}),
        resource("azapi_resource", {"body": CLOSED}),
        resource(
            "azapi_resource",
            {
                "type": Unknown(
                    "c ? a : b",
                    "c",
                    (),
                    (
                        placed(f"{ACCOUNTS}@1"),
                        placed("Microsoft.Search/searchServices@1"),
                    ),
                )
            },
        ),
    ],
    ids=lambda other: other.declared_type,
)
def test_left_as_it_is(other):
    assert fold([other]) == [other]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (f"{ACCOUNTS}@2024-10-01", (ACCOUNTS, "2024-10-01")),
        ("microsoft.cognitiveServices/Accounts@2024-10-01", ("microsoft.cognitiveServices/Accounts", "2024-10-01")),
        (ACCOUNTS, (ACCOUNTS, None)),
        (Unknown(f'"{ACCOUNTS}@${{var.version}}"', "no default"), (ACCOUNTS, None)),
        (Unknown("c ? a : b", "c", (), (placed(f"{ACCOUNTS}@1"), placed(f"{ACCOUNTS}@2"))), (ACCOUNTS, None)),
        (Unknown("c ? a : b", "c", (), (placed(f"{ACCOUNTS}@1"), placed(f"{ACCOUNTS}@1"))), (ACCOUNTS, "1")),
    ],
)
def test_type(declared, expected):
    [folded] = fold([azapi({"type": declared})])
    assert (folded.type, folded.api_version, folded.declared_type) == (*expected, "azapi_resource")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        pytest.param({}, {}, id="no body"),
        pytest.param({"body": CLOSED}, CLOSED, id="object"),
        pytest.param({"body": json.dumps(CLOSED)}, CLOSED, id="text"),
        pytest.param({"body": encoded(CLOSED)}, CLOSED, id="jsonencode"),
        pytest.param({"body": None, "sensitive_body": CLOSED}, CLOSED, id="only sensitive"),
        pytest.param(
            {"body": CLOSED, "sensitive_body": {"properties": {"publicNetworkAccess": "Enabled", "x": 1}}},
            {"properties": {"publicNetworkAccess": "Enabled", "x": 1}},
            id="sensitive wins",
        ),
        pytest.param(
            {"body": CLOSED, "sensitive_body": {"Properties": {"PublicNetworkAccess": "Enabled"}}},
            {"properties": {"publicNetworkAccess": "Enabled"}},
            id="names without case",
        ),
        pytest.param(
            {"body": CLOSED, "sensitive_body": {"properties": {"publicNetworkAccess": None}}},
            {"properties": {"publicNetworkAccess": None}},
            id="null wins",
        ),
        pytest.param({"body": VAR}, dict.fromkeys(("properties", "identity", "kind", "sku"), "?"), id="unknown"),
        pytest.param({"body": "{"}, dict.fromkeys(("properties", "identity", "kind", "sku"), "?"), id="broken text"),
        pytest.param(
            {"body": "[" * 50_000}, dict.fromkeys(("properties", "identity", "kind", "sku"), "?"), id="deep text"
        ),
        pytest.param({"body": {"properties": VAR}}, {"properties": "?"}, id="unknown properties"),
        pytest.param(
            {"body": Unknown("c ? a : b", "c", (), (placed(CLOSED), placed(json.dumps(CLOSED))))},
            {"properties": {"either": [CLOSED["properties"]] * 2}},
            id="two bodies",
        ),
        pytest.param({"body": {"name": "other", **CLOSED}}, {"name": "other", **CLOSED}, id="the body's name"),
        pytest.param(
            {"location": "uksouth", "parent_id": "rg", "tags": {"a": "b"}, "retry": 1},
            {"location": "uksouth", "parent_id": "rg", "tags": {"a": "b"}},
            id="arguments",
        ),
    ],
)
def test_body(properties, expected):
    [folded] = fold([azapi(properties)])
    assert summary(folded.properties) == {"name": "acc", **expected}


SYSTEM = {"type": "SystemAssigned"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"identity": []}, None, id="no block"),
        pytest.param({"identity": [{"type": "SystemAssigned"}]}, SYSTEM, id="block"),
        pytest.param(
            {"identity": [{"type": "UserAssigned", "identity_ids": []}]},
            {"type": "UserAssigned", "userAssignedIdentities": {}},
            id="no ids",
        ),
        pytest.param(
            {"identity": [{"type": "UserAssigned", "identity_ids": ["/id/1"]}]},
            {"type": "UserAssigned", "userAssignedIdentities": {"/id/1": {}}},
            id="ids",
        ),
        pytest.param(
            {"identity": [{"type": "UserAssigned", "identity_ids": [Reference("x.id", "", address="x")]}]},
            {"type": "UserAssigned", "userAssignedIdentities": {"x.id": "?"}},
            id="reference",
        ),
        pytest.param(
            {"identity": [{"type": "UserAssigned", "identity_ids": VAR}]},
            {"type": "UserAssigned", "userAssignedIdentities": "?"},
            id="unknown ids",
        ),
        pytest.param({"identity": VAR}, "?", id="unknown block"),
        pytest.param(
            {"identity": Unknown("dynamic", "c", (), (placed([]), placed([SYSTEM])))},
            {"either": [None, SYSTEM]},
            id="perhaps a block",
        ),
        pytest.param({"identity": [SYSTEM], "body": {"identity": {"type": "None"}}}, {"type": "None"}, id="body wins"),
        pytest.param({"identity": [SYSTEM], "body": VAR}, SYSTEM, id="block with unknown body"),
    ],
)
def test_identity(properties, expected):
    [folded] = fold([azapi(properties)])
    found = folded.get("identity")
    assert (None if found is None else summary(found)) == expected


def test_members_keep_their_places_and_text_has_one():
    [from_call] = fold([azapi({"body": encoded(CLOSED)})])
    [from_text] = fold([azapi({"body": Value(json.dumps(CLOSED), PATCH)})])
    for folded in (from_call, from_text):
        found = folded.get("properties", "publicNetworkAccess")
        assert found is not None
        assert found.location == PATCH


BY_REFERENCE = {"resource_id": Reference("azapi_resource.a.id", "", address="azapi_resource.a", path=("id",))}
OPENED = {"properties": {"publicNetworkAccess": "Enabled"}}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"resource_id": VAR}, id="unknown target"),
        pytest.param({"resource_id": ID.replace("/acc", "/other")}, id="another name"),
        pytest.param({"name": "acc", "type": "Microsoft.Search/searchServices@1"}, id="another type"),
        pytest.param({"name": "acc", "parent_id": "/subscriptions/0/resourceGroups/other"}, id="another parent"),
        pytest.param({}, id="no target"),
    ],
)
def test_update_of_something_else(changes):
    base = azapi({"body": CLOSED, "parent_id": "/subscriptions/0/resourceGroups/rg"})
    folded, patch = fold([base, update({"body": OPENED, **changes})])
    assert folded == fold([base])[0]
    assert patch.notes == ("the resource that it updates is not known",)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(BY_REFERENCE, id="reference"),
        pytest.param({"resource_id": ID}, id="literal id"),
        pytest.param({"resource_id": ID.upper()}, id="literal id in capitals"),
        pytest.param({"name": "acc", "parent_id": "/subscriptions/0/resourceGroups/RG"}, id="name and parent"),
        pytest.param({"name": Reference("", "", address="azapi_resource.a", path=("name",))}, id="name by reference"),
        pytest.param(
            {"resource_id": Unknown('"${azurerm_resource_group.rg.id}/providers/x/accounts/acc"', "")},
            id="template that ends in the name",
        ),
        pytest.param({"resource_id": Unknown("format(..)", "", (BY_REFERENCE["resource_id"],))}, id="in an expression"),
    ],
)
def test_update_of_azapi(target):
    base = azapi({"body": {"kind": "OpenAI", **CLOSED}, "parent_id": "/subscriptions/0/resourceGroups/rg"})
    folded, patch = fold([base, update({"body": OPENED, **target})])
    assert summary(folded.get("properties")) == OPENED["properties"]
    assert summary(folded.get("kind")) == "OpenAI"
    assert folded.get("properties", "publicNetworkAccess").location == PATCH
    assert folded.notes == ("changed by azapi_update_resource.u",)
    assert patch.type == "azapi_update_resource"


def test_update_that_does_not_exist_or_perhaps():
    base = azapi({"body": CLOSED})
    assert fold([base, update({"body": OPENED, **BY_REFERENCE}, exists=False)])[0] == fold([base])[0]
    folded, _ = fold([base, update({"body": OPENED, **BY_REFERENCE}, exists=Unknown("var.on", "no default"))])
    assert summary(folded.get("properties")) == {"publicNetworkAccess": {"either": ["Disabled", "Enabled"]}}


def test_of_two_updates_the_last_wins_and_two_candidates_are_none():
    base = azapi({"body": CLOSED})
    again = update({"body": CLOSED, **BY_REFERENCE}, address="azapi_update_resource.v")
    folded = fold([base, update({"body": OPENED, **BY_REFERENCE}), again])[0]
    assert summary(folded.get("properties")) == CLOSED["properties"]
    twin = azapi({"body": CLOSED}, address="module.other.azapi_resource.a")
    assert fold([base, twin, update({"body": OPENED, "name": "acc"})])[:2] == fold([base, twin])


IPS = [{"value": "1.2.3.4"}, {"value": "0.0.0.0/0"}]


@pytest.mark.parametrize(
    ("kind", "arm", "before", "body", "after"),
    [
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {"public_network_access_enabled": False},
            OPENED,
            {"public_network_access_enabled": True},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {},
            {"properties": {"publicNetworkAccess": "disabled"}},
            {"public_network_access_enabled": False},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {},
            {"properties": {"publicNetworkAccess": "SecuredByPerimeter"}},
            {"public_network_access_enabled": "?"},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {"local_auth_enabled": False},
            {"properties": {"disableLocalAuth": False}},
            {"local_auth_enabled": True},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {"local_auth_enabled": False},
            {"properties": {"disableLocalAuth": None}},
            {"local_auth_enabled": False},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {"network_acls": [{"default_action": "Deny", "ip_rules": []}]},
            {"properties": {"networkAcls": {"ipRules": IPS}}},
            {"network_acls": [{"default_action": "Deny", "ip_rules": ["1.2.3.4", "0.0.0.0/0"]}]},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {},
            {"properties": {"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules": [{"id": "s"}]}}},
            {"network_acls": [{"default_action": "Deny", "virtual_network_rules": [{"subnet_id": "s"}]}]},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {"network_acls": VAR},
            {"properties": {"networkAcls": {"defaultAction": "Deny"}}},
            {"network_acls": "?"},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {},
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {}}},
            {"identity": [{"type": "UserAssigned", "identity_ids": []}]},
        ),
        (
            "azurerm_cognitive_account",
            ACCOUNTS,
            {},
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"/id/1": {}}}},
            {"identity": [{"type": "UserAssigned", "identity_ids": ["/id/1"]}]},
        ),
        (
            "azurerm_ai_services",
            ACCOUNTS,
            {},
            {"properties": {"publicNetworkAccess": "Disabled", "disableLocalAuth": True}},
            {"public_network_access": "Disabled", "local_authentication_enabled": False},
        ),
        (
            "azurerm_search_service",
            "Microsoft.Search/searchServices",
            {},
            {"properties": {"networkRuleSet": {"ipRules": IPS, "bypass": "None"}, "disableLocalAuth": "true"}},
            {
                "local_authentication_enabled": False,
                "allowed_ips": ["1.2.3.4", "0.0.0.0/0"],
                "network_rule_bypass_option": "None",
            },
        ),
        (
            "azurerm_machine_learning_workspace",
            "Microsoft.MachineLearningServices/workspaces",
            {"public_network_access_enabled": True},
            CLOSED,
            {"public_network_access_enabled": False},
        ),
    ],
)
def test_update_of_azurerm(kind, arm, before, body, after):
    base = resource(kind, {"name": "acc", **before})
    patch = update({"type": f"{arm}@1", "body": body, "resource_id": Reference("", "", address=f"{kind}.a")})
    folded, _ = fold([base, patch])
    assert summary(folded.properties) == {"name": "acc", **after}
    assert folded.type == kind


def test_update_of_azurerm_points_to_the_update_and_can_be_unknown():
    base = resource("azurerm_cognitive_account", {"name": "acc", "public_network_access_enabled": False})
    target = {"resource_id": Reference("", "", address="azurerm_cognitive_account.a")}
    folded, _ = fold([base, update({"body": OPENED, **target})])
    found = folded.get("public_network_access_enabled")
    assert found is not None
    assert found.location == PATCH
    folded, _ = fold([base, update({"body": OPENED, **target}, exists=VAR)])
    assert summary(folded.get("public_network_access_enabled")) == {"either": [False, True]}
    folded, _ = fold([base, update({"body": VAR, **target})])
    assert summary(folded.get("public_network_access_enabled")) == "?"
