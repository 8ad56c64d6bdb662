"""Each row: a resource as code says it, and what the facts must be."""

from __future__ import annotations

from typing import Any

import pytest

from aiposture.model import AIService, Fact, Location, Origin, Provider, Reference, Resource, Unknown, Value
from aiposture.services import all_services, recognise, rows, sniff_tokens, types, wanted

HEADER = Location("main.tf", 1, 1, 1, 40)
BLOCK = Location("main.tf", 1, 1, 9, 2)
STATED = Location("main.tf", 3, 5, 3, 12)
VAR = Unknown("var.x", "variable x has no default")
KEY = Reference(
    "azurerm_storage_account.a.primary_access_key", "known after apply", address="azurerm_storage_account.a"
)

ACCOUNT = "azurerm_cognitive_account"
ARM_ACCOUNT = "Microsoft.CognitiveServices/accounts"
SEARCH = "azurerm_search_service"
ARM_SEARCH = "Microsoft.Search/searchServices"
WORKSPACE = "azurerm_machine_learning_workspace"
ARM_WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
AVM_ACCOUNT = "Azure/avm-res-cognitiveservices-account/azurerm"
AVM_ML = "Azure/avm-res-machinelearningservices-workspace/azurerm"
AVM_SEARCH = "Azure/avm-res-search-searchservice/azurerm"
AVM_FOUNDRY = "Azure/avm-ptn-aiml-ai-foundry/azurerm"
AVM_ZONE = "Azure/avm-ptn-aiml-landing-zone/azurerm"
OPENAI = "Azure/openai/azurerm"


def value(data: Any) -> Value:
    if isinstance(data, dict):
        return Value({name: value(member) for name, member in data.items()}, STATED)
    if isinstance(data, list):
        return Value(tuple(value(member) for member in data), STATED)
    return Value(data, STATED)


def either(*alternatives: Any) -> Unknown:
    return Unknown("var.c ? a : b", "variable c has no default", alternatives=tuple(value(arm) for arm in alternatives))


def resource(kind: str, properties: dict[str, Any], **more: Any) -> Resource:
    mode = "module" if "/" in kind and not kind.casefold().startswith("microsoft.") else "managed"
    fields: dict[str, Any] = {"mode": mode, **more}
    return Resource(
        dialect="terraform",
        type=kind,
        declared_type=kind,
        name="this",
        address=f"{kind}.this",
        unit="",
        properties=value(properties),
        location=BLOCK,
        header=HEADER,
        **fields,
    )


def one(kind: str, properties: dict[str, Any], **more: Any) -> AIService:
    (service,) = recognise(resource(kind, properties, **more))
    return service


def azurerm(*constraints: str, locked: str | None = None) -> dict[str, Any]:
    return {"provider": Provider("hashicorp/azurerm", constraints, locked)}


def public_access(service: AIService) -> Fact:
    assert service.network is not None
    assert service.network.public_access is not None
    return service.network.public_access


def short(fact: Fact) -> Any:
    if isinstance(fact.value, tuple):
        return tuple("?" if isinstance(member, Unknown) else member for member in fact.value)
    return "?" if isinstance(fact.value, Unknown) else fact.value


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("azurerm_storage_account", {}),
        ("azurerm_cognitive_deployment", {}),
        ("Microsoft.CognitiveServices/accounts/deployments", {}),
        (ACCOUNT, {"mode": "data"}),
        ("output", {"mode": "output"}),
        ("Azure/avm-res-storage-storageaccount/azurerm", {}),
        (f"{AVM_ML}//modules/compute", {}),
    ],
)
def test_no_ai_service(kind: str, more: dict[str, Any]) -> None:
    assert recognise(resource(kind, {}, **more)) == ()


ML_34 = azurerm("~> 3.40")
DENY = {"network_acls": [{"default_action": "Deny", "ip_rules": ["203.0.113.0/24"]}]}


@pytest.mark.parametrize(
    ("kind", "properties", "more", "expected"),
    [
        # closed
        (ACCOUNT, {"public_network_access_enabled": False}, {}, "disabled"),
        (ACCOUNT, {"public_network_access_enabled": "FALSE"}, {}, "disabled"),
        ("azurerm_ai_services", {"public_network_access": "Disabled"}, {}, "disabled"),
        (ARM_ACCOUNT, {"properties": {"publicNetworkAccess": "disabled"}}, {}, "disabled"),
        (ARM_ACCOUNT.lower(), {"Properties": {"PublicNetworkAccess": "Disabled"}}, {}, "disabled"),
        (ARM_ACCOUNT, {"properties": {"publicNetworkAccess": "SecuredByPerimeter"}}, {}, "perimeter"),
        (SEARCH, {"public_network_access_enabled": False}, {}, "disabled"),
        (ARM_SEARCH, {"properties": {"publicNetworkAccess": "securedByPerimeter"}}, {}, "perimeter"),
        (ARM_SEARCH, {"properties": {"networkRuleSet": {"endpointAccess": "Private"}}}, {}, "disabled"),
        (ACCOUNT, {"public_network_access_enabled": either("false", "FALSE")}, {}, "disabled"),
        (WORKSPACE, {}, ML_34, "disabled"),
        (WORKSPACE, {}, azurerm(">= 3.0, < 4.0"), "disabled"),
        (WORKSPACE, {}, azurerm(">= 3.0", locked="3.25.0"), "disabled"),
        (WORKSPACE, {"public_network_access_enabled": None}, ML_34, "disabled"),
        (WORKSPACE, {"public_network_access_enabled": False}, {}, "disabled"),
        ("azurerm_ai_foundry", {"public_network_access": "Disabled"}, {}, "disabled"),
        ("azurerm_bot_channels_registration", {"isolated_network_enabled": True}, {}, "disabled"),
        (AVM_ML, {}, {}, "disabled"),
        (AVM_ML, {}, {"version": "0.8.0"}, "disabled"),
        (AVM_ML, {"is_private": True, "public_network_access_enabled": True}, {}, "disabled"),
        (OPENAI, {}, {}, "disabled"),
        (AVM_FOUNDRY, {"create_private_endpoints": True}, {}, "disabled"),
        # open
        (ACCOUNT, {}, {}, "enabled"),
        (ACCOUNT, {"public_network_access_enabled": None}, {}, "enabled"),
        (ACCOUNT, {"public_network_access_enabled": True}, {}, "enabled"),
        (ARM_ACCOUNT, {}, {}, "enabled"),
        (
            ARM_ACCOUNT,
            {"properties": {"publicNetworkAccess": "Disabled"}},
            {"api_version": "2016-02-01-preview"},
            "enabled",
        ),
        (ARM_WORKSPACE, {"properties": {"publicNetworkAccess": "Disabled"}}, {"api_version": "2020-03-01"}, "enabled"),
        (WORKSPACE, {}, {}, "enabled"),
        (WORKSPACE, {}, azurerm("~> 4.0"), "enabled"),
        (WORKSPACE, {}, azurerm(">= 3.0"), "enabled"),
        (WORKSPACE, {}, azurerm("~> 3.40", locked="4.1.0"), "enabled"),
        (WORKSPACE, {}, azurerm("= 3.24.0"), "enabled"),
        (WORKSPACE, {"public_network_access_enabled": False}, azurerm("~> 2.99"), "enabled"),
        (WORKSPACE, {"public_network_access_enabled": True}, ML_34, "enabled"),
        ("azurerm_ai_foundry", {}, {}, "enabled"),
        ("azurerm_bot_web_app", {}, {}, "enabled"),
        ("azurerm_bot_channels_registration", {}, {}, "enabled"),
        ("azurerm_bot_service_azure_bot", {}, {}, "enabled"),
        ("azurerm_video_indexer_account", {}, {}, "enabled"),
        ("Microsoft.MachineLearningServices/registries", {}, {}, "enabled"),
        (AVM_ACCOUNT, {}, {}, "enabled"),
        (AVM_ML, {}, {"version": "~> 0.7.0"}, "enabled"),
        (AVM_ML, {}, {"version": "v0.7.0"}, "enabled"),
        (AVM_FOUNDRY, {}, {}, "enabled"),
        (
            AVM_FOUNDRY,
            {"create_private_endpoints": True, "ai_foundry": {"public_network_access_enabled": True}},
            {},
            "enabled",
        ),
        # undecided
        (ACCOUNT, {"public_network_access_enabled": VAR}, {}, "?"),
        (ACCOUNT, {"public_network_access_enabled": either("true", "false")}, {}, "?"),
        (ACCOUNT, {"public_network_access_enabled": "maybe"}, {}, "?"),
        (ARM_ACCOUNT, {"properties": VAR}, {}, "?"),
        (AVM_ACCOUNT, {"public_network_access_enabled": VAR}, {}, "?"),
    ],
)
def test_public_access(kind: str, properties: dict[str, Any], more: dict[str, Any], expected: str) -> None:
    assert short(public_access(one(kind, properties, **more))) == expected


@pytest.mark.parametrize(
    ("kind", "properties", "more", "action", "sources"),
    [
        (ACCOUNT, {}, {}, "allow", ()),
        (ACCOUNT, DENY, {}, "deny", ("203.0.113.0/24",)),
        (ACCOUNT, {"network_acls": []}, {}, "allow", ()),
        (ACCOUNT, {"network_acls": VAR}, {}, "?", "?"),
        (
            ACCOUNT,
            {"network_acls": [{"default_action": "Deny", "ip_rules": [VAR, "203.0.113.7"]}]},
            {},
            "deny",
            ("?", "203.0.113.7"),
        ),
        (ARM_ACCOUNT, {"properties": {"networkAcls": {}}}, {}, "allow", ()),
        (
            ARM_ACCOUNT,
            {"properties": {"networkAcls": {"defaultAction": "deny", "ipRules": [{"value": "1.2.3.4"}]}}},
            {},
            "deny",
            ("1.2.3.4",),
        ),
        (SEARCH, {"allowed_ips": ["1.2.3.4"]}, {}, None, ("1.2.3.4",)),
        (ARM_SEARCH, {"properties": {"networkRuleSet": {"ipRules": [{"value": VAR}]}}}, {}, None, ("?",)),
        (ARM_WORKSPACE, {"properties": {"ipAllowlist": ["1.2.3.4"]}}, {"api_version": "2024-10-01"}, "allow", ()),
        (
            ARM_WORKSPACE,
            {"properties": {"ipAllowlist": ["1.2.3.4"]}},
            {"api_version": "2024-10-01-preview"},
            "deny",
            ("1.2.3.4",),
        ),
        (ARM_WORKSPACE, {"properties": {"ipAllowlist": []}}, {"api_version": "2025-01-01-preview"}, "allow", ()),
        (AVM_ACCOUNT, {"network_acls": {"default_action": "Deny"}}, {}, "deny", ()),
        (OPENAI, {"network_acls": [{"default_action": "Deny"}]}, {}, "deny", ()),
    ],
)
def test_network_rules(
    kind: str, properties: dict[str, Any], more: dict[str, Any], action: str | None, sources: Any
) -> None:
    network = one(kind, properties, **more).network
    assert network is not None
    assert network.sources is not None
    stated = network.default_action
    assert (None if stated is None else short(stated)) == action
    assert short(network.sources) == sources


def test_search_rules_close_it_without_a_default_action() -> None:
    search, account = one(SEARCH, {}).network, one(ACCOUNT, {}).network
    assert search is not None
    assert account is not None
    assert (search.rules_imply_deny, account.rules_imply_deny) == (True, False)


@pytest.mark.parametrize(
    ("kind", "properties", "expected", "name"),
    [
        (ACCOUNT, {"identity": [{"type": "SystemAssigned"}]}, "system-assigned", "identity.type"),
        (ACCOUNT, {"identity": [{"type": "SystemAssigned, UserAssigned"}]}, "system-assigned", "identity.type"),
        (ARM_WORKSPACE, {"identity": {"type": "systemassigned,userassigned"}}, "system-assigned", "identity.type"),
        (ACCOUNT, {"identity": [{"type": "UserAssigned", "identity_ids": [VAR]}]}, "user-assigned", "identity.type"),
        (
            ARM_ACCOUNT,
            {"identity": {"type": "UserAssigned", "userAssignedIdentities": {"x": {}}}},
            "user-assigned",
            "identity.type",
        ),
        (
            ACCOUNT,
            {"identity": either([{"type": "SystemAssigned"}], [{"type": "SystemAssigned"}])},
            "system-assigned",
            "identity.type",
        ),
        ("azurerm_ai_foundry_project", {"identity": [{"type": "SystemAssigned"}]}, "system-assigned", "identity.type"),
        (
            AVM_ACCOUNT,
            {"managed_identities": {"system_assigned": True}},
            "system-assigned",
            "managed_identities.system_assigned",
        ),
        (
            AVM_ACCOUNT,
            {"managed_identities": {"user_assigned_resource_ids": [VAR]}},
            "user-assigned",
            "managed_identities.user_assigned_resource_ids",
        ),
        (AVM_ML, {}, "system-assigned", "managed_identities.system_assigned"),
        (AVM_FOUNDRY, {}, "system-assigned", "ai_foundry.managed_identities.system_assigned"),
        (ACCOUNT, {}, "none", "identity"),
        (ACCOUNT, {"identity": []}, "none", "identity"),
        (ARM_ACCOUNT, {"identity": {"type": "None"}}, "none", "identity.type"),
        (ARM_ACCOUNT, {"identity": {"type": ""}}, "none", "identity.type"),
        (ARM_ACCOUNT, {"identity": {}}, "none", "identity"),
        (
            ACCOUNT,
            {"identity": [{"type": "UserAssigned", "identity_ids": []}]},
            "user-assigned-without-ids",
            "identity.identity_ids",
        ),
        (
            ARM_ACCOUNT,
            {"identity": {"type": "UserAssigned"}},
            "user-assigned-without-ids",
            "identity.userAssignedIdentities",
        ),
        (
            ARM_ACCOUNT,
            {"identity": [{"type": "UserAssigned", "identity_ids": ["x"]}]},
            "user-assigned",
            "identity.type",
        ),
        ("azurerm_healthbot", {}, "none", "identity"),
        (AVM_ACCOUNT, {"managed_identities": {"system_assigned": False}}, "none", "managed_identities.system_assigned"),
        (
            AVM_SEARCH,
            {"managed_identities": {"user_assigned_resource_ids": ["x"]}},
            "none",
            "managed_identities.system_assigned",
        ),
        (
            AVM_FOUNDRY,
            {"ai_foundry": {"managed_identities": {"system_assigned": False}}},
            "none",
            "ai_foundry.managed_identities.system_assigned",
        ),
        (ACCOUNT, {"identity": VAR}, "?", "identity.type"),
        (ACCOUNT, {"identity": [{"type": VAR}]}, "?", "identity.type"),
        (ACCOUNT, {"identity": either([], [{"type": "SystemAssigned"}])}, "?", "identity.type"),
        (ACCOUNT, {"identity": [{"type": "UserAssigned", "identity_ids": VAR}]}, "?", "identity.identity_ids"),
    ],
)
def test_identity(kind: str, properties: dict[str, Any], expected: str, name: str) -> None:
    identity = one(kind, properties).identity
    assert identity is not None
    assert (short(identity), identity.property) == (expected, name)


COMPUTES = f"{ARM_WORKSPACE}/computes"
ONLINE = f"{ARM_WORKSPACE}/onlineEndpoints"
SERVERLESS = f"{ARM_WORKSPACE}/serverlessEndpoints"
DATASTORES = f"{ARM_WORKSPACE}/datastores"
CONNECTIONS = f"{ARM_ACCOUNT}/connections"
BLOB = "azurerm_machine_learning_datastore_blobstorage"
API_KEY = "azurerm_cognitive_account_connection_api_key"


@pytest.mark.parametrize(
    ("kind", "properties", "more", "expected"),
    [
        (ACCOUNT, {"local_auth_enabled": False}, {}, False),
        ("azurerm_ai_services", {"local_authentication_enabled": False}, {}, False),
        (ARM_ACCOUNT, {"properties": {"disableLocalAuth": True}}, {"api_version": "2021-04-30"}, False),
        (ARM_ACCOUNT, {"properties": {"disableLocalAuth": "True"}}, {}, False),
        (SEARCH, {"local_authentication_enabled": False}, {}, False),
        (ARM_SEARCH, {"properties": {"disableLocalAuth": True}}, {"api_version": "2021-04-01-preview"}, False),
        (WORKSPACE, {"storage_account_access_type": "Identity"}, {}, False),
        (ARM_WORKSPACE, {"properties": {"systemDatastoresAuthMode": "identity"}}, {"api_version": "2025-06-01"}, False),
        (COMPUTES, {"properties": {"computeType": "AmlCompute", "disableLocalAuth": True}}, {}, False),
        (ONLINE, {"properties": {"authMode": "AADToken"}}, {}, False),
        (SERVERLESS, {"properties": {"authMode": "AAD"}}, {}, False),
        (DATASTORES, {"properties": {"credentials": {"credentialsType": "None"}}}, {}, False),
        (BLOB, {"service_data_auth_identity": "WorkspaceSystemAssignedIdentity"}, {}, False),
        (BLOB, {}, {}, False),
        (CONNECTIONS, {"properties": {"category": "AzureOpenAI", "authType": "AAD"}}, {}, False),
        ("azurerm_cognitive_account_connection_entra_id", {"category": "AzureOpenAI"}, {}, False),
        (AVM_ML, {}, {}, False),
        (ACCOUNT, {}, {}, True),
        (ACCOUNT, {"local_auth_enabled": True}, {}, True),
        (ARM_ACCOUNT, {"properties": {"disableLocalAuth": True}}, {"api_version": "2017-04-18"}, True),
        (SEARCH, {}, azurerm("~> 3.50.0"), True),
        (WORKSPACE, {}, {}, True),
        (ARM_WORKSPACE, {"properties": {"systemDatastoresAuthMode": "identity"}}, {"api_version": "2024-10-01"}, True),
        ("azurerm_ai_foundry", {}, {}, True),
        ("azurerm_bot_web_app", {}, {}, True),
        (COMPUTES, {"properties": {"computeType": "ComputeInstance"}}, {}, True),
        (ONLINE, {"properties": {"authMode": "Key"}}, {}, True),
        (ONLINE, {"properties": {"authMode": "AMLToken"}}, {}, True),
        (SERVERLESS, {"properties": {"authMode": "KeyAndAAD"}}, {}, True),
        (DATASTORES, {"properties": {"credentials": {"credentialsType": "Sas"}}}, {}, True),
        (BLOB, {"account_key": KEY}, {}, True),
        (BLOB, {"account_key": KEY, "service_data_auth_identity": "WorkspaceSystemAssignedIdentity"}, {}, True),
        (BLOB, {"account_key": "c2VjcmV0"}, {}, True),
        (CONNECTIONS, {"properties": {"category": "CognitiveSearch", "authType": "ApiKey"}}, {}, True),
        (API_KEY, {"category": "AzureOpenAI", "api_key": KEY}, {}, True),
        (AVM_ML, {}, {"version": "0.3.0"}, True),
        (OPENAI, {}, {}, True),
        (AVM_FOUNDRY, {}, {}, True),
        (ONLINE, {"properties": {}}, {}, "?"),
        (BLOB, {"account_key": VAR}, {}, True),
        (ACCOUNT, {"local_auth_enabled": VAR}, {}, "?"),
        (CONNECTIONS, {"properties": {"category": VAR, "authType": "ApiKey"}}, {}, "?"),
        (CONNECTIONS, {"properties": {"category": VAR, "authType": "AAD"}}, {}, False),
        (CONNECTIONS, {"properties": {"category": "AzureBlob", "authType": "NewMode"}}, {}, "?"),
        (COMPUTES, {"properties": {"computeType": VAR}}, {}, "?"),
    ],
)
def test_key_auth(kind: str, properties: dict[str, Any], more: dict[str, Any], expected: Any) -> None:
    key_auth = one(kind, properties, **more).key_auth
    assert key_auth is not None
    assert short(key_auth) == expected


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("azurerm_ai_foundry_project", {}),
        ("azurerm_cognitive_account_project", {}),
        (f"{ARM_ACCOUNT}/projects", {}),
        (ARM_WORKSPACE, {"kind": "Project"}),
        (AVM_ML, {"kind": "project"}),
        (COMPUTES, {"properties": {"computeType": "AKS"}}),
        ("azurerm_machine_learning_inference_cluster", {}),
    ],
)
def test_what_inherits_has_only_an_identity(kind: str, properties: dict[str, Any]) -> None:
    service = one(kind, properties)
    assert (service.network, service.key_auth, service.endpoint_groups) == (None, None, ())
    assert service.identity is not None


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (CONNECTIONS, {"properties": {"category": "Serp", "authType": "ApiKey"}}),
        (CONNECTIONS, {"properties": {"category": "CustomKeys", "authType": "CustomKeys"}}),
        (API_KEY, {"category": "OpenAI", "api_key": KEY}),
    ],
)
def test_connections_to_third_parties_are_not_judged(kind: str, properties: dict[str, Any]) -> None:
    assert recognise(resource(kind, properties)) == ()


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (ARM_WORKSPACE, {"kind": "hub"}, "azure-ai-hub"),
        (ARM_WORKSPACE, {"kind": "Project"}, "azure-ai-hub-project"),
        (ARM_WORKSPACE, {"kind": "FeatureStore"}, "azure-ml-workspace"),
        (ARM_WORKSPACE, {"kind": VAR}, "azure-ml-workspace"),
        (ARM_WORKSPACE, {}, "azure-ml-workspace"),
        (f"{ARM_ACCOUNT}/projects", {}, "azure-ai-foundry-project"),
    ],
)
def test_kind(kind: str, properties: dict[str, Any], expected: str) -> None:
    assert one(kind, properties).kind == expected


def test_a_workspace_of_unknown_kind_may_be_a_project() -> None:
    opened = public_access(one(ARM_WORKSPACE, {"kind": VAR}))
    assert (opened.origin, opened.possible, opened.expression) == (Origin.UNRESOLVED, ("enabled", "disabled"), "var.x")
    closed = public_access(one(ARM_WORKSPACE, {"kind": VAR, "properties": {"publicNetworkAccess": "Disabled"}}))
    assert (closed.value, closed.origin) == ("disabled", Origin.STATED)


def test_a_stated_fact_is_placed_at_its_value() -> None:
    fact = public_access(one(ACCOUNT, {"public_network_access_enabled": True}))
    assert (fact.origin, fact.location, fact.stated, fact.property) == (
        Origin.STATED,
        STATED,
        True,
        "public_network_access_enabled",
    )


def test_a_default_is_placed_at_the_header() -> None:
    fact = public_access(one(ACCOUNT, {}))
    assert (fact.origin, fact.location, fact.possible, fact.stated) == (Origin.DEFAULT, HEADER, ("enabled",), None)


def test_an_unknown_has_all_that_it_can_be() -> None:
    arms = either("Disabled", either(None, "disabled"))
    fact = public_access(one("azurerm_ai_services", {"public_network_access": arms}))
    assert (fact.origin, fact.possible) == (Origin.UNRESOLVED, ("disabled", "enabled"))
    assert fact.expression == "var.c ? a : b"
    anything = public_access(one("azurerm_ai_services", {"public_network_access": either("Disabled", VAR)}))
    assert anything.possible == ()


def test_a_bottomless_unknown_ends() -> None:
    arms: Any = "Disabled"
    for _ in range(200):
        arms = either(arms, "Disabled")
    assert public_access(one("azurerm_ai_services", {"public_network_access": arms})).possible == ()


def test_a_secret_is_kept_out_of_its_fact() -> None:
    key_auth = one(BLOB, {"account_key": "c2VjcmV0"}).key_auth
    assert key_auth is not None
    assert (key_auth.value, key_auth.origin) == (True, Origin.STATED)
    assert "c2VjcmV0" not in repr(key_auth)


@pytest.mark.parametrize(
    ("kind", "properties", "more", "note"),
    [
        (WORKSPACE, {}, {}, "azurerm 5, the newest"),
        (WORKSPACE, {}, ML_34, "azurerm ~> 3.40"),
        (WORKSPACE, {}, azurerm(locked="3.99.0"), "azurerm 3.99.0 (lock file)"),
        (ACCOUNT, {}, azurerm("~> 2.60.0"), "came with 2.68.0"),
        (ARM_ACCOUNT, {"properties": {"publicNetworkAccess": "SecuredByPerimeter"}}, {}, "no SecuredByPerimeter"),
        ("azurerm_bot_web_app", {}, {}, "cannot express it"),
    ],
)
def test_notes(kind: str, properties: dict[str, Any], more: dict[str, Any], note: str) -> None:
    assert note in (public_access(one(kind, properties, **more)).note or "")


def test_an_old_api_version_is_named() -> None:
    properties = {"properties": {"disableLocalAuth": True}}
    key_auth = one(ARM_ACCOUNT, properties, api_version="2017-04-18").key_auth
    assert key_auth is not None
    assert (key_auth.origin, key_auth.location, key_auth.stated) == (Origin.DEFAULT, STATED, True)
    assert key_auth.note == "API version 2017-04-18 is too old: it has no disableLocalAuth"


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (AVM_ACCOUNT, {"private_endpoints": {"a": {}}}, True),
        (OPENAI, {"private_endpoint": {"a": {}}}, True),
        (AVM_FOUNDRY, {"create_private_endpoints": True}, True),
        (AVM_ACCOUNT, {"private_endpoints": {}}, False),
        (AVM_ACCOUNT, {}, False),
        (AVM_ACCOUNT, {"private_endpoints": VAR}, "?"),
    ],
)
def test_declared_endpoints(kind: str, properties: dict[str, Any], expected: Any) -> None:
    declared = one(kind, properties).declared_endpoints
    assert declared is not None
    assert short(declared) == expected


def titles(kind: str, properties: dict[str, Any]) -> list[str]:
    return [service.title for service in recognise(resource(kind, properties))]


def test_a_pattern_module_makes_several_services() -> None:
    indexes = {"one": {"local_authentication_enabled": False}, "old": {"existing_resource_id": "/x"}, "2": {}}
    assert titles(AVM_FOUNDRY, {"ai_search_definition": indexes}) == ["Azure AI services account"]
    properties = {"create_byor": True, "ai_search_definition": indexes}
    found = recognise(resource(AVM_FOUNDRY, properties))
    assert [service.title for service in found] == [
        "Azure AI services account",
        "Azure AI Search (ai_search_definition.one)",
        "Azure AI Search (ai_search_definition.2)",
    ]
    assert [short(service.key_auth) for service in found if service.key_auth is not None] == [True, False, True]
    unknown = recognise(resource(AVM_FOUNDRY, {"create_byor": VAR, "ai_search_definition": VAR}))
    assert [short(service.key_auth) for service in unknown if service.key_auth is not None] == [True, "?"]


BICEP_ML = "br/public:avm/res/machine-learning-services/workspace"
BICEP_FOUNDRY = "br/public:avm/ptn/ai-ml/ai-foundry"
SUBNET = Reference("resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')", "is deployed", address="v::s")
WITH_SUBNET = {"includeAssociatedResources": True, "privateEndpointSubnetResourceId": SUBNET}


@pytest.mark.parametrize(
    ("compute", "keys", "identity"),
    [
        ({"computeType": "ComputeInstance", "disableLocalAuth": True}, False, "none"),
        ({"computeType": "ComputeInstance", "managedIdentities": {"systemAssigned": True}}, True, "system-assigned"),
        ({"computeType": "AmlCompute"}, True, "none"),
        ({"computeType": "AmlCompute", "disableLocalAuth": VAR}, "?", "none"),
        (
            {"computeType": "AmlCompute", "managedIdentities": {"userAssignedResourceIds": ["/i"]}},
            True,
            "user-assigned",
        ),
        ({"computeType": "Kubernetes"}, None, "none"),
        ({"computeType": VAR}, True, "none"),
    ],
)
def test_computes_of_the_bicep_module(compute: dict[str, Any], keys: Any, identity: str) -> None:
    (found,) = (one for one in recognise(resource(BICEP_ML, {"computes": [compute]})) if one.kind == "azure-ml-compute")
    assert found.title == "Azure Machine Learning compute (computes.0)"
    assert (None if found.key_auth is None else short(found.key_auth)) == keys
    assert found.identity is not None
    assert short(found.identity) == identity


def test_each_compute_of_the_bicep_module_is_one() -> None:
    assert titles(BICEP_ML, {}) == ["Azure Machine Learning workspace"]
    assert titles(BICEP_ML, {"computes": [{"computeType": "AmlCompute"}, {"computeType": "AKS"}]}) == [
        "Azure Machine Learning workspace",
        "Azure Machine Learning compute (computes.0)",
        "Azure Machine Learning compute (computes.1)",
    ]


@pytest.mark.parametrize(
    ("properties", "network", "keys", "endpoints"),
    [
        # the pattern closes the service only when it has a subnet and a zone to put the endpoint into
        ({**WITH_SUBNET, "aiSearchConfiguration": {"privateDnsZoneResourceId": "/z"}}, "disabled", False, True),
        ({**WITH_SUBNET, "aiSearchConfiguration": {"privateDnsZoneResourceId": SUBNET}}, "disabled", False, True),
        ({**WITH_SUBNET, "aiSearchConfiguration": {"privateDnsZoneResourceId": VAR}}, "?", "?", "?"),
        (WITH_SUBNET, "enabled", True, False),
        ({**WITH_SUBNET, "privateEndpointSubnetResourceId": ""}, "enabled", True, False),
        ({"includeAssociatedResources": True}, "enabled", True, False),
    ],
)
def test_the_search_service_of_the_foundry_pattern(
    properties: dict[str, Any], network: str, keys: Any, endpoints: Any
) -> None:
    (search,) = (one for one in recognise(resource(BICEP_FOUNDRY, properties)) if one.kind == "azure-ai-search")
    assert short(public_access(search)) == network
    assert search.key_auth is not None
    assert search.identity is not None
    assert search.declared_endpoints is not None
    assert [short(fact) for fact in (search.key_auth, search.identity, search.declared_endpoints)] == [
        keys,
        "system-assigned",
        endpoints,
    ]


@pytest.mark.parametrize(
    ("properties", "made"),
    [
        ({}, False),
        ({"includeAssociatedResources": False}, False),
        ({"includeAssociatedResources": True, "aiSearchConfiguration": {"existingResourceId": "/s"}}, False),
        ({"includeAssociatedResources": True, "aiSearchConfiguration": {"existingResourceId": ""}}, True),
        ({"includeAssociatedResources": VAR}, True),
    ],
)
def test_the_foundry_pattern_makes_no_search_service_untold(properties: dict[str, Any], made: bool) -> None:
    expected = ["Azure AI services account", "Azure AI Search"]
    assert titles(BICEP_FOUNDRY, properties) == (expected if made else expected[:1])


def test_the_landing_zone() -> None:
    assert titles(AVM_ZONE, {}) == ["Azure AI services account", "Azure AI Search"]
    assert titles(AVM_ZONE, {"ks_ai_search_definition": {"deploy": False}}) == ["Azure AI services account"]
    account, search = recognise(resource(AVM_ZONE, {}))
    assert [short(public_access(service)) for service in (account, search)] == ["disabled", "disabled"]
    assert account.identity is not None
    assert search.identity is not None
    assert [short(account.identity), short(search.identity)] == ["system-assigned", "none"]


@pytest.mark.parametrize(
    "source",
    [
        OPENAI,
        "azure/openai/azurerm",
        "registry.terraform.io/Azure/openai/azurerm",
        "github.com/Azure/terraform-azurerm-openai",
        "git::https://github.com/Azure/terraform-azurerm-openai.git",
        "git::ssh://git@github.com/Azure/terraform-azurerm-openai.git?ref=v0.1.5",
        "git@github.com:Azure/terraform-azurerm-openai.git",
    ],
)
def test_all_spellings_of_a_module(source: str) -> None:
    assert wanted(source)
    (service,) = recognise(resource(source, {}, mode="module"))
    assert service.keys == ("openai_primary_key", "openai_secondary_key")


def test_every_row_has_a_source_and_a_default() -> None:
    found = rows()
    assert {row.service for row in found} >= {"Azure AI Search", "Azure Bot Service", "Azure Health Bot"}
    assert [row for row in found if not row.source or not row.default] == []
    assert {name for row in found for name in row.types} == (types() - {"azapi_resource", "azapi_update_resource"})


def test_the_sniff_misses_no_type_and_no_module() -> None:
    tokens = sniff_tokens()
    # Policies and functions are ours by what stands in them; tests of AWS and Google Cloud look at that.
    common = {name for each in all_services() for binding in each.bindings if binding.tokens for name in binding.types}
    names = [*(types() - common), "azapi_resource"]
    assert [name for name in names if not any(mark in name.lower() for mark in tokens)] == []
    assert not any(mark in 'resource "azurerm_storage_account" "domain" { email = "a@b.c" }' for mark in tokens)


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"identity": [{"type": "UserAssigned", "identity_ids": VAR}]}, "identity.identity_ids"),
        ({"identity": [{"type": VAR, "identity_ids": VAR}]}, "identity.type"),
    ],
)
def test_the_part_of_an_identity_that_is_not_decided_is_named(properties: dict[str, Any], name: str) -> None:
    identity = one(ACCOUNT, properties).identity
    assert identity is not None
    assert (identity.origin, identity.property, identity.expression) == (Origin.UNRESOLVED, name, "var.x")


def test_an_api_version_that_is_too_old_has_its_default_in_words() -> None:
    key_auth = one(ARM_ACCOUNT, {"kind": "OpenAI"}, api_version="2017-04-18").key_auth
    assert key_auth is not None
    assert (key_auth.value, key_auth.default) == (True, False)
