"""What roles the identities of Azure's AI services have, and which diagnostic settings are attached to the services."""

from __future__ import annotations

import pytest

from aiposture.links import attached, azure_roles
from aiposture.model import AIService, Location, Reference, Resource, Unknown, Value

HERE = Location("main.bicep", 1, 1, 1, 10)
ACCOUNT = "Microsoft.CognitiveServices/accounts"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
GROUP = "/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}"


def value(data: object) -> Value:
    if isinstance(data, dict):
        return Value({name: value(each) for name, each in data.items()}, HERE)
    if isinstance(data, list):
        return Value(tuple(map(value, data)), HERE)
    return Value(data, HERE)


def refers(address: str, *path: str) -> Reference:
    return Reference(address, "is known after deployment", address=address, path=path)


def opaque(text: str) -> Unknown:
    return Unknown(text, "the deployment decides it")


def resource(type_: str, address: str, **properties: object) -> Resource:
    return Resource(
        dialect="bicep",
        unit="main.bicep",
        address=address,
        mode="managed",
        type=type_,
        declared_type=type_,
        name=address,
        properties=value(properties),
        header=HERE,
        location=HERE,
    )


def account(address: str) -> AIService:
    return AIService("azure-ai-services", "Azure AI services account", resource(ACCOUNT, address))


def role(**given: object) -> Resource:
    extra = {"scope": given.pop("scope")} if "scope" in given else {}
    properties = {"principalId": refers("a", "identity", "principalId"), "roleDefinitionId": f"/x/{CONTRIBUTOR}"}
    return resource("Microsoft.Authorization/roleAssignments", "r", properties={**properties, **given}, **extra)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "broad-role"),
        ({"scope": opaque(GROUP)}, "broad-role"),
        ({"scope": "/subscriptions/00000000-0000-0000-0000-000000000000"}, "broad-role"),
        ({"scope": "/providers/Microsoft.Management/managementGroups/m"}, "broad-role"),
        ({"scope": opaque(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/s")}, True),
        ({"scope": "Microsoft.Storage/storageAccounts/s"}, True),
        ({"scope": refers("s", "id")}, True),
        ({"scope": opaque("parameters('scope')")}, "?"),
        ({"roleDefinitionId": opaque(f"/subscriptions/${{x}}/providers/roleDefinitions/{READER}")}, True),
        ({"roleDefinitionId": opaque(f"/subscriptions/${{x}}/providers/roleDefinitions/{CONTRIBUTOR}")}, "broad-role"),
        ({"roleDefinitionId": opaque("parameters('role')")}, "?"),
        ({"roleDefinitionId": opaque("parameters('role')"), "scope": refers("s", "id")}, True),
        ({"principalId": refers("another", "identity", "principalId")}, None),
        ({"principalId": "00000000-0000-0000-0000-000000000000"}, None),
    ],
)
def test_a_role_is_broad_for_a_group_or_more(given, expected) -> None:
    (service,) = azure_roles.connect([account("a")], [role(**given)])
    facts = service.protections.get("role_rights", ())

    assert [("?" if isinstance(fact.value, Unknown) else fact.value) for fact in facts] == [
        each for each in (expected,) if each is not None
    ]


def test_the_worst_of_several_roles_counts() -> None:
    narrow = role(roleDefinitionId=f"/x/{READER}")
    undecided = role(roleDefinitionId=opaque("parameters('role')"))

    for roles, expected in (([narrow, undecided], Unknown), ([undecided, narrow, role()], str), ([narrow], bool)):
        (service,) = azure_roles.connect([account("a")], roles)
        assert isinstance(service.protections["role_rights"][0].value, expected)


def setting(target: object, *logs: object, **more: object) -> Resource:
    return resource("Microsoft.Insights/diagnosticSettings", "d", scope=target, properties={"logs": list(logs), **more})


ON, OFF = {"categoryGroup": "audit", "enabled": True}, {"categoryGroup": "audit", "enabled": False}
MAYBE = {"categoryGroup": "audit", "enabled": opaque("parameters('on')")}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ([setting(refers("a", "id"), ON)], {"a": True, "b": "none-attached"}),
        ([setting(refers("a", "id"), OFF, ON), setting(refers("b", "id"), ON)], {"a": True, "b": True}),
        ([setting(refers("a", "id"), ON), setting(refers("b", "id"), OFF)], {"a": True, "b": "none-attached"}),
        ([setting(refers("a", "id"), ON), setting(refers("b", "id"), MAYBE)], {"a": True}),
        ([setting(refers("a", "id"), ON), setting(opaque("parameters('id')"), ON)], {"a": True}),
        ([setting(refers("a", "id"))], {}),
        ([setting(refers("storage", "id"), ON)], {}),
        ([], {}),
    ],
)
def test_a_diagnostic_setting_is_missed_where_others_have_one(settings, expected) -> None:
    found = attached.connect([account("a"), account("b")], settings)

    assert {
        service.resource.address: fact.value
        for service in found
        for fact in service.protections.get("activity_log", ())
    } == expected
