from __future__ import annotations

import codecs
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from aiposture.files import Tree
from aiposture.model import Location, Reference, Unknown
from aiposture.readers.terraform_plan import is_plan, read

PLANS = Path(__file__).parents[3] / "fixtures" / "plans"
BLUE = 'module.account["blue"].azurerm_cognitive_account.this'


def everything(_: str) -> bool:
    return True


@pytest.fixture(scope="module")
def create():
    reading = read(Tree(PLANS), "create/plan.json", wanted=everything)
    assert reading.errors == ()
    return {resource.address: resource for resource in reading.resources}


@pytest.fixture(scope="module")
def applied():
    reading = read(Tree(PLANS), "applied/plan.json", wanted=everything)
    return {resource.address: resource for resource in reading.resources}


def written(location: Location) -> str:
    line = (PLANS / location.path).read_text(encoding="utf-8").split("\n")[location.line - 1]
    return line[location.column - 1 : location.end_column - 1]


def test_what_is_deleted_or_only_in_the_old_state_is_left_out(create):
    assert set(create) == {
        "azapi_resource.foundry",
        "azapi_update_resource.reopened",
        "azurerm_cognitive_account.open",
        "azurerm_linux_web_app.chat",
        "azurerm_private_endpoint.blue",
        "azurerm_private_endpoint.open",
        "azurerm_user_assigned_identity.foundry",
        "random_id.suffix",
        BLUE,
        BLUE.replace("blue", "green"),
        "module.registry.azurerm_cognitive_account.this[0]",
        "data.azurerm_subnet.endpoints",
        "output.key",
        "output.location",
    }


def test_a_resource_says_what_it_is(create):
    account = create[BLUE]
    assert (account.dialect, account.mode, account.name, account.unit, account.exists) == (
        "terraform-plan",
        "managed",
        "this",
        "create/plan.json",
        True,
    )
    assert account.provider.source == "hashicorp/azurerm"
    assert account.provider.constraints == ("~> 4.0",)
    assert [(call.name, written(call.location)) for call in account.calls] == [("module.account", 'module "account"')]
    assert create["data.azurerm_subnet.endpoints"].mode == "data"


@pytest.mark.parametrize(
    ("address", "path", "expected"),
    [
        ("azurerm_cognitive_account.open", ("network_acls", 0), None),
        ("azurerm_cognitive_account.open", ("custom_subdomain_name",), None),
        ("azurerm_cognitive_account.open", ("public_network_access_enabled",), True),
        (BLUE, ("public_network_access_enabled",), False),
        (BLUE, ("identity", 0, "type"), "SystemAssigned"),
        ("azapi_resource.foundry", ("properties", "disableLocalAuth"), True),
        ("azapi_resource.foundry", ("properties", "publicNetworkAccess"), "Enabled"),
        ("output.location", ("value",), "uksouth"),
    ],
)
def test_known(create, address, path, expected):
    value = create[address].get(*path)
    assert (None if value is None else value.data) == expected


@pytest.mark.parametrize(
    ("address", "path", "target"),
    [
        (
            "azurerm_private_endpoint.open",
            ("private_service_connection", 0, "private_connection_resource_id"),
            ("azurerm_cognitive_account.open", ("id",)),
        ),
        (
            "azurerm_private_endpoint.blue",
            ("private_service_connection", 0, "private_connection_resource_id"),
            (BLUE, ("id",)),
        ),
        (
            "azurerm_linux_web_app.chat",
            ("app_settings", "KEY"),
            ("azurerm_cognitive_account.open", ("primary_access_key",)),
        ),
        ("azurerm_linux_web_app.chat", ("app_settings", "ENDPOINT"), ("azurerm_cognitive_account.open", ("endpoint",))),
        ("azapi_resource.foundry", ("properties", "customSubDomainName"), ("random_id.suffix", ("hex",))),
        (
            "azapi_resource.foundry",
            ("identity", "userAssignedIdentities", "azurerm_user_assigned_identity.foundry.id"),
            ("azurerm_user_assigned_identity.foundry", ("id",)),
        ),
        ("output.key", ("value",), ("azurerm_cognitive_account.open", ("primary_access_key",))),
    ],
)
def test_references(create, address, path, target):
    data = create[address].get(*path).data
    assert isinstance(data, Reference)
    assert (data.address, data.path) == target


def test_what_has_no_configuration_is_just_unknown(create):
    data = create["azurerm_cognitive_account.open"].get("endpoint").data
    assert type(data) is Unknown
    assert (data.reason, data.references) == ("known only after apply", ())


@pytest.mark.parametrize(
    ("address", "path", "text"),
    [
        ("azurerm_cognitive_account.open", ("kind",), '"OpenAI"'),
        (
            "azurerm_cognitive_account.open",
            ("public_network_access_enabled",),
            'resource "azurerm_cognitive_account" "open"',
        ),
        (BLUE, ("public_network_access_enabled",), "var.public_access"),
        (BLUE, ("identity", 0, "type"), '"SystemAssigned"'),
        (BLUE, ("identity", 0), "identity"),
        ("azapi_resource.foundry", ("properties", "disableLocalAuth"), "true"),
        ("azapi_resource.foundry", ("properties", "publicNetworkAccess"), '"Enabled"'),
        ("module.registry.azurerm_cognitive_account.this[0]", ("kind",), 'module "registry"'),
        ("azurerm_linux_web_app.chat", ("app_settings", "KEY"), "azurerm_cognitive_account.open.primary_access_key"),
        ("output.key", ("value",), "azurerm_cognitive_account.open.primary_access_key"),
    ],
)
def test_places_in_the_source(create, address, path, text):
    value = create[address].get(*path)
    assert value.location.path.endswith(".tf")
    assert written(value.location) == text


def test_a_planned_value_tells_where_the_plan_has_it(create):
    [step] = create[BLUE].get("public_network_access_enabled").trail
    assert (step.location.path, written(step.location)) == ("create/plan.json", "false")


def test_places_in_the_plan_where_no_source_stands_beside(applied):
    account = applied["azurerm_cognitive_account.open"]
    value = account.get("public_network_access_enabled")
    assert (value.location.path, written(value.location)) == ("applied/plan.json", "false")
    assert written(account.header) == '"azurerm_cognitive_account.open"'
    assert account.location.covers(account.header)
    assert account.calls == ()


def test_sensitive_text_is_not_kept(create, applied):
    data = applied["azurerm_key_vault_secret.key"].get("value").data
    assert isinstance(data, Reference)
    assert (data.address, data.path) == ("azurerm_cognitive_account.open", ("primary_access_key",))
    for resource in (*applied.values(), *create.values()):
        assert "0000000000000000" not in [value.data for value in resource.properties.walk()]


def test_only_what_is_wanted(create):
    reading = read(Tree(PLANS), "create/plan.json", wanted=lambda kind: kind == "azurerm_cognitive_account")
    assert {resource.type for resource in reading.resources} == {"azurerm_cognitive_account", "output"}
    assert reading.resources[0] == create["azurerm_cognitive_account.open"]
    assert reading.files == {"create/plan.json", "create/main.tf", "create/modules/account/main.tf"}


def test_comments_of_the_source_count(tmp_path):
    shutil.copytree(PLANS / "create", tmp_path / "create")
    source = tmp_path / "create" / "main.tf"
    source.write_text("# aiposture:ignore[X1] reason\n" + source.read_text(encoding="utf-8"), encoding="utf-8")
    reading = read(Tree(tmp_path), "create/plan.json", wanted=everything)
    assert [(comment.text, comment.location.line) for comment in reading.comments] == [
        ("# aiposture:ignore[X1] reason", 1)
    ]


PLAN: dict[str, Any] = {"format_version": "1.2", "planned_values": {"root_module": {}}}


def planned(tmp_path, values: Any, unknown: Any, sensitive: Any = None, source: str = ""):
    name = {"address": "azurerm_x.y", "mode": "managed", "type": "azurerm_x", "name": "y"}
    plan = {
        **PLAN,
        "planned_values": {"root_module": {"resources": [{**name, "values": values}]}},
        "resource_changes": [
            {**name, "change": {"actions": ["create"], "after_unknown": unknown, "after_sensitive": sensitive}}
        ],
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "main.tf").write_text(source, encoding="utf-8")
    [resource] = read(Tree(tmp_path), "plan.json", wanted=everything).resources
    return resource


def shown(data: Any) -> Any:
    if isinstance(data, Unknown):
        return "?"
    if isinstance(data, dict):
        return {name: shown(member) for name, member in data.items()}
    return [shown(member) for member in data] if isinstance(data, list) else data


@pytest.mark.parametrize(
    ("values", "unknown", "sensitive", "expected"),
    [
        ({"a": 1, "b": None, "c": []}, {}, {}, {"a": 1, "b": None, "c": []}),
        ({"a": 1}, {"c": [], "d": {}, "e": False}, False, {"a": 1}),
        (None, {}, {}, {}),
        (None, {"a": True}, {}, {"a": "?"}),
        ({}, True, {}, "?"),
        ({"a": None}, {"a": True}, {}, {"a": "?"}),
        ({"a": [{"b": 1}]}, {"a": [{"c": True}]}, {}, {"a": [{"b": 1, "c": "?"}]}),
        ({"a": [None, "x"]}, {"a": [True, False]}, {}, {"a": ["?", "x"]}),
        ({"a": ["x"]}, {"a": [False, True]}, {}, {"a": ["x", "?"]}),
        ({}, {"a": [{"b": True}]}, {}, {"a": [{"b": "?"}]}),
        ({"a": "s", "b": "t"}, {}, {"a": True}, {"a": "?", "b": "t"}),
        ({"a": {"b": "s", "c": True, "d": ["s"]}}, {}, {"a": True}, {"a": {"b": "?", "c": True, "d": ["?"]}}),
        ({"a": "s", "c": False}, {}, True, {"a": "?", "c": False}),
    ],
)
def test_marks(tmp_path, values, unknown, sensitive, expected):
    assert shown(planned(tmp_path, values, unknown, sensitive).properties.plain()) == expected


SOURCE = """resource "azurerm_x" "y" {
  list = [1, { a = "one" }]
  body = jsonencode({ p = { q = "two" } })
  other = merge({ a = "three" }, {})
  rule {
    port = 1
  }
  rule {
    port = 2
  }
  dynamic "acl" {
    for_each = [1, 2]
    content {
      action = acl.value
    }
  }
}
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("list", 1, "a"), '"one"'),
        (("list", 0), "1"),
        (("body", "p", "q"), '"two"'),
        (("other", "a"), 'merge({ a = "three" }, {})'),
        (("rule", 1, "port"), "2"),
        (("rule", 1), "rule"),
        (("acl", 1, "action"), "acl.value"),
        (("absent",), 'resource "azurerm_x" "y"'),
        (("rule", 0, "absent"), 'resource "azurerm_x" "y"'),
    ],
)
def test_places_inside_of_a_block(tmp_path, path, text):
    values = {
        "list": [1, {"a": "one"}],
        "body": {"p": {"q": "two"}},
        "other": {"a": "three"},
        "absent": 1,
        "rule": [{"port": 1, "absent": 1}, {"port": 2}],
        "acl": [{"action": 1}, {"action": 2}],
    }
    location = planned(tmp_path, values, {}, source=SOURCE).get(*path).location
    assert location.path == "main.tf"
    assert SOURCE.split("\n")[location.line - 1][location.column - 1 : location.end_column - 1] == text


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'{\n"planned_values": {},\n"format_version"', 3, "is not JSON"),
        (b"[]", 1, "is not a Terraform plan"),
        (b'{"format_version": "1.0", "values": {}}', 1, "is not a Terraform plan"),
        (b'{"format_version": "2.0", "planned_values": {}}', 1, "has the plan format 2.0"),
        (json.dumps({**PLAN, "errored": True}).encode(), 1, "is an incomplete plan"),
    ],
)
def test_errors(tmp_path, content, line, message):
    (tmp_path / "plan.json").write_bytes(content)
    [error] = read(Tree(tmp_path), "plan.json", wanted=everything).errors
    assert (error.path, error.line) == ("plan.json", line)
    assert error.message.startswith(message)


def test_no_file(tmp_path):
    [error] = read(Tree(tmp_path), "plan.json", wanted=everything).errors
    assert error.message.startswith("cannot be opened")


@pytest.mark.parametrize(
    "changed",
    [
        {"resource_changes": None},
        {"resource_changes": [1, {"address": 3}, {"address": "a", "change": []}]},
        {"configuration": []},
        {"configuration": {"root_module": {"module_calls": [], "resources": {}, "outputs": []}}},
        {"configuration": {"provider_config": 1, "root_module": {"outputs": {"x": 1}}}},
        {
            "planned_values": {
                "root_module": {"resources": [1, {}, {"type": None}], "child_modules": [2, {"address": 1}]}
            }
        },
        {"planned_values": {"root_module": [], "outputs": {"x": 1}}},
        {"prior_state": {"values": 1}},
        {
            "planned_values": {
                "root_module": {"resources": [{"type": "t", "values": 3, "provider_name": 3, "index": []}]}
            }
        },
    ],
)
def test_odd_documents_do_not_crash(tmp_path, changed):
    (tmp_path / "plan.json").write_text(json.dumps({**PLAN, **changed}), encoding="utf-8")
    assert read(Tree(tmp_path), "plan.json", wanted=everything).errors == ()


def test_modules_without_end_are_told(tmp_path):
    module: dict[str, Any] = {"resources": [{"type": "t", "address": "t.n", "name": "n"}]}
    for depth in range(60, 0, -1):
        module = {"address": ".".join(["module.m"] * depth), "child_modules": [module]}
    (tmp_path / "plan.json").write_text(json.dumps({**PLAN, "planned_values": {"root_module": module}}))
    reading = read(Tree(tmp_path), "plan.json", wanted=everything)
    assert reading.resources == ()
    assert [part.reason for part in reading.not_analysed] == ["modules are nested too deeply"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"format_version": "1.0", "values": {}}',
        b'"planned_values" "format_version"',
        b"\xff\xfe",
    ],
)
def test_is_no_plan(content):
    assert not is_plan(content)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(PLAN).encode(),
        json.dumps(PLAN, indent=2).encode(),
        b"\n " + json.dumps(PLAN).encode(),
        codecs.BOM_UTF8 + json.dumps(PLAN).encode(),
        json.dumps(PLAN).encode("utf-16"),
        json.dumps({"configuration": "x" * 9000, **PLAN}).encode(),
        (PLANS / "create" / "plan.json").read_bytes(),
    ],
)
def test_is_plan(content):
    assert is_plan(content)
