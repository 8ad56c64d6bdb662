"""Modules, instances, nested blocks and references: what a unit's resources are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aiposture.model import Reading, Reference, Resource, Unknown, Value
from aiposture.readers.terraform import Options, budget

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[..., Reading]

ACCOUNT = 'resource "azurerm_cognitive_account" "this" {\n%s\n}\n'


def by_address(reading: Reading) -> dict[str, Resource]:
    addresses = [resource.address for resource in reading.resources]
    assert len(set(addresses)) == len(addresses)
    return {resource.address: resource for resource in reading.resources}


def at(reading: Reading, address: str, *path: str | int) -> Value:
    value = by_address(reading)[address].get(*path)
    assert value is not None
    return value


def target(value: Value) -> tuple[str, tuple[str | int, ...]]:
    assert isinstance(value.data, Reference), value
    return value.data.address, value.data.path


def plain(reading: Reading, address: str) -> Any:
    return by_address(reading)[address].properties.plain()


# Instances


def test_count_and_for_each_give_instances(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": """
        locals { accounts = { one = { pna = true }, two = { pna = false } } }
        resource "azurerm_a" "map" {
          for_each = local.accounts
          name     = each.key
          pna      = each.value.pna
        }
        resource "azurerm_a" "set" {
          for_each = toset(["x", "x"])
          name     = "${each.key}-${each.value}"
        }
        resource "azurerm_a" "comprehension" {
          for_each = { for k, v in local.accounts : k => v if v.pna }
          pna      = each.value.pna
        }
        resource "azurerm_a" "count" {
          count = 2
          name  = "n${count.index}"
        }
        """
        }
    )
    assert {address: resource.properties.plain() for address, resource in by_address(reading).items()} == {
        'azurerm_a.map["one"]': {"name": "one", "pna": True},
        'azurerm_a.map["two"]': {"name": "two", "pna": False},
        'azurerm_a.set["x"]': {"name": "x-x"},
        'azurerm_a.comprehension["one"]': {"pna": True},
        "azurerm_a.count[0]": {"name": "n0"},
        "azurerm_a.count[1]": {"name": "n1"},
    }
    assert all(resource.exists is True for resource in reading.resources)


EXISTS = [
    ("count = 0", False),
    ("count = false ? 1 : 0", False),
    ("for_each = {}", False),
    ("for_each = toset([])", False),
    ("count = var.x ? 1 : 2", True),
    ("count = var.x", Unknown),
    ("count = var.x ? 1 : 0", Unknown),
    ("for_each = var.x", Unknown),
    ("for_each = toset([var.x])", Unknown),
    ("count = 100000", Unknown),
    ("count = -1", Unknown),
    ("for_each = null", Unknown),
    ("for_each = [for a in range(5000) : tostring(a)]", Unknown),
]


@pytest.mark.parametrize(("meta", "exists"), EXISTS, ids=[row[0] for row in EXISTS])
def test_existence(reader: Reader, meta: str, exists: object) -> None:
    (resource,) = reader({"main.tf": f'variable "x" {{}}\n{ACCOUNT % meta}'}).resources
    assert resource.address == "azurerm_cognitive_account.this"
    assert isinstance(resource.exists, Unknown) if exists is Unknown else resource.exists is exists


def test_an_undecided_for_each_binds_its_only_element(reader: Reader) -> None:
    body = "for_each = var.x ? { a = 1 } : {}\nn = each.value\nk = each.key"
    reading = reader({"main.tf": 'variable "x" {}\n' + ACCOUNT % body})
    assert plain(reading, "azurerm_cognitive_account.this") == {"n": 1, "k": "a"}


HELD = [
    # The condition of the count fixes the arm inside.
    ("count = var.x ? 1 : 0", 'var.x ? "a" : "b"', "a"),
    ("count = var.x ? 0 : 1", 'var.x ? "a" : "b"', "b"),
    ("count = var.x == 1 ? 2 : 0", 'var.x == 1 ? "a" : "b"', "a"),
    ("for_each = var.x ? { k = 1 } : {}", 'var.x ? "a" : "b"', "a"),
    ('for_each = var.x ? toset(["k"]) : toset([])', 'var.x ? "a" : "b"', "a"),
    ("count = var.x ? (var.y ? 1 : 0) : 0", 'var.x ? "a" : "b"', "a"),
    ("count = var.x ? (var.y ? 0 : 1) : 0", 'var.x ? "a" : "b"', "a"),
    ("count = var.x ? 1 : 0", '[for n in [1] : var.x ? "a" : "b"][0]', "a"),
    # Nothing is fixed.
    ("count = var.x ? 1 : 2", 'var.x ? "a" : "b"', None),
    ("count = var.x ? var.y : 0", 'var.y ? "a" : "b"', None),
    ("count = var.x ? 1 : 0", 'var.y ? "a" : "b"', None),
    ("count = var.x ? (var.y ? 1 : 0) : (var.z ? 1 : 0)", 'var.x ? "a" : "b"', None),
    ("count = var.x", 'var.x ? "a" : "b"', None),
]


@pytest.mark.parametrize(("meta", "value", "expected"), HELD, ids=[f"{row[0]}, {row[1]}" for row in HELD])
def test_what_an_instance_that_exists_says_of_conditions(
    reader: Reader, meta: str, value: str, expected: str | None
) -> None:
    variables = 'variable "x" {}\nvariable "y" {}\nvariable "z" {}\n'
    found = at(reader({"main.tf": variables + ACCOUNT % f"{meta}\nn = {value}"}), "azurerm_cognitive_account.this", "n")
    assert found.data == expected if expected is not None else not found.known


def test_known_keys_expand_although_values_are_unknown(reader: Reader) -> None:
    reading = reader({"main.tf": 'variable "x" {}\n' + ACCOUNT % "for_each = { a = var.x }\nn = each.value"})
    assert not at(reading, 'azurerm_cognitive_account.this["a"]', "n").known


# Nested blocks

NESTED = """dynamic "identity" {
  for_each = [[1, 2]]
  content {
    dynamic "in" {
      for_each = identity.value
      content { v = in.value }
    }
  }
}"""
BLOCKS: list[tuple[str, Any]] = [
    ("", None),
    ('identity { type = "S" }', [{"type": "S"}]),
    ('identity { type = "S" }\nidentity {}', [{"type": "S"}, {}]),
    ('dynamic "identity" {\nfor_each = []\ncontent { type = "S" }\n}', None),
    ('dynamic "identity" {\nfor_each = [1, 2]\ncontent { type = identity.value }\n}', [{"type": 1}, {"type": 2}]),
    ('dynamic "identity" {\nfor_each = { a = 1 }\niterator = it\ncontent { type = "${it.key}${it.value}" }\n}',
     [{"type": "a1"}]),
    ('dynamic "identity" {\nfor_each = var.obj == null ? [] : [var.obj]\ncontent { type = identity.value.t }\n}',
     [{"type": "T"}]),
    ('dynamic "identity" {\nfor_each = var.nil == null ? [] : [1]\ncontent {}\n}', None),
    ('dynamic "identity" {\nfor_each = var.nil[*]\ncontent {}\n}', None),
    (NESTED, [{"in": [{"v": 1}, {"v": 2}]}]),
    ('identity { type = "S" }\ndynamic "identity" {\nfor_each = [1]\ncontent { type = "D" }\n}',
     [{"type": "S"}, {"type": "D"}]),
]  # fmt: skip
BLOCK_VARIABLES = 'variable "x" {}\nvariable "obj" { default = { t = "T" } }\nvariable "nil" { default = null }\n'


@pytest.mark.parametrize(("body", "expected"), BLOCKS, ids=[row[0][:60] for row in BLOCKS])
def test_blocks(reader: Reader, body: str, expected: object) -> None:
    reading = reader({"main.tf": BLOCK_VARIABLES + ACCOUNT % body})
    assert plain(reading, "azurerm_cognitive_account.this").get("identity") == expected


UNDECIDED_BLOCKS: list[tuple[str, list[Any]]] = [
    ("var.x ? [1] : []", [[{"v": 1}], []]),
    ("var.x == null ? [] : [var.obj.t]", [[], [{"v": "T"}]]),
    ("var.x ? [1] : [2]", [[{"v": 1}], [{"v": 2}]]),
    ("[for v in [1] : v if var.x]", [[], [{"v": 1}]]),
]


@pytest.mark.parametrize(("for_each", "expected"), UNDECIDED_BLOCKS, ids=[row[0] for row in UNDECIDED_BLOCKS])
def test_undecided_blocks(reader: Reader, for_each: str, expected: list[Any]) -> None:
    body = f'dynamic "identity" {{\nfor_each = {for_each}\ncontent {{ v = identity.value }}\n}}'
    value = at(reader({"main.tf": BLOCK_VARIABLES + ACCOUNT % body}), "azurerm_cognitive_account.this", "identity")
    assert isinstance(value.data, Unknown)
    assert [arm.plain() for arm in value.data.alternatives] == expected
    assert value.location.line == 5


def test_a_wholly_unknown_dynamic_block_is_absent_or_present(reader: Reader) -> None:
    body = 'dynamic "identity" {\nfor_each = var.x\ncontent {\ntype = "S"\nv = identity.value\n}\n}'
    value = at(reader({"main.tf": BLOCK_VARIABLES + ACCOUNT % body}), "azurerm_cognitive_account.this", "identity")
    assert isinstance(value.data, Unknown)
    absent, present = value.data.alternatives
    assert absent.data == ()
    block = present.items()[0]
    assert block.members()["type"].data == "S"
    assert not block.members()["v"].known


def test_static_blocks_stay_beside_an_unknown_dynamic_one(reader: Reader) -> None:
    body = 'rule { n = 1 }\ndynamic "rule" {\nfor_each = var.x ? [2] : []\ncontent { n = rule.value }\n}'
    value = at(reader({"main.tf": BLOCK_VARIABLES + ACCOUNT % body}), "azurerm_cognitive_account.this", "rule")
    assert isinstance(value.data, Unknown)
    assert [arm.plain() for arm in value.data.alternatives] == [[{"n": 1}, {"n": 2}], [{"n": 1}]]


# References

REFERENCES: list[tuple[str, str, tuple[str | int, ...]]] = [
    ("azurerm_a.one.id", "azurerm_a.one", ("id",)),
    ("resource.azurerm_a.one.id", "azurerm_a.one", ("id",)),
    ('azurerm_a.one["id"]', "azurerm_a.one", ("id",)),
    ("azurerm_a.one.nothing", "azurerm_a.one", ("nothing",)),
    ("azurerm_a.one.identity[0].principal_id", "azurerm_a.one", ("identity", 0, "principal_id")),
    ("azurerm_a.one.other[0].x", "azurerm_a.one", ("other", 0, "x")),
    ("local.one.id", "azurerm_a.one", ("id",)),
    ("local.one_id", "azurerm_a.one", ("id",)),
    ("azurerm_a.many[0].id", "azurerm_a.many[0]", ("id",)),
    ("azurerm_a.many.0.id", "azurerm_a.many[0]", ("id",)),
    ("one(azurerm_a.many[*].id)", "azurerm_a.many[0]", ("id",)),
    ("azurerm_a.many.*.id[0]", "azurerm_a.many[0]", ("id",)),
    ('azurerm_a.each["k"].id', 'azurerm_a.each["k"]', ("id",)),
    ("azurerm_a.each.k.id", 'azurerm_a.each["k"]', ("id",)),
    ("azurerm_a.each.id", "azurerm_a.each", ("id",)),
    ("azurerm_a.many.id", "azurerm_a.many", ("id",)),
    ("one(values(azurerm_a.each)[*].id)", 'azurerm_a.each["k"]', ("id",)),
    ("values(azurerm_a.each)[0].id", 'azurerm_a.each["k"]', ("id",)),
    ("{ for k, v in azurerm_a.each : k => v.id }.k", 'azurerm_a.each["k"]', ("id",)),
    ("[for v in azurerm_a.each : v.id][0]", 'azurerm_a.each["k"]', ("id",)),
    ("azurerm_a.maybe[0].id", "azurerm_a.maybe", ("id",)),
    ("var.x ? azurerm_a.one.id : azurerm_a.one.id", "azurerm_a.one", ("id",)),
    ("try(azurerm_a.one.id, null)", "azurerm_a.one", ("id",)),
    ("coalesce(null, azurerm_a.one.id)", "azurerm_a.one", ("id",)),
    ("data.azurerm_d.it.name", "data.azurerm_d.it", ("name",)),
    ("data.azurerm_d.it.a[0].b", "data.azurerm_d.it", ("a", 0, "b")),
    ("azurerm_a.undeclared.id", "azurerm_a.undeclared", ("id",)),
    ("module.local.id", "module.local.azurerm_a.in", ("id",)),
    ('module.each["k"].id', 'module.each["k"].azurerm_a.in', ("id",)),
    ("values(module.each)[0].id", 'module.each["k"].azurerm_a.in', ("id",)),
    ("module.local.whole.other", "module.local.azurerm_a.in", ("other",)),
    ("module.local.given_id", "azurerm_a.one", ("id",)),
    ("module.remote.out", "module.remote", ("out",)),
    ("module.remote.out.a[0]", "module.remote", ("out", "a", 0)),
    ('module.remotes["k"].out', 'module.remotes["k"]', ("out",)),
]  # fmt: skip
REFERENCE_FILES = {
    "main.tf": """
        variable "x" {}
        locals {
          one    = azurerm_a.one
          one_id = azurerm_a.one.id
        }
        resource "azurerm_a" "one" {
          name = "given"
          empty = null
          identity { type = "S" }
        }
        resource "azurerm_a" "many" { count = 1 }
        resource "azurerm_a" "each" { for_each = { k = 1 } }
        resource "azurerm_a" "maybe" { count = var.x ? 1 : 0 }
        data "azurerm_d" "it" { name = "n" }
        module "local" {
          source = "./m"
          given  = azurerm_a.one
        }
        module "each" {
          source   = "./m"
          for_each = { k = 1 }
          given    = azurerm_a.many[0]
        }
        module "remote" { source = "a/b/c" }
        module "remotes" {
          source = "a/b/c"
          for_each = { k = 1 }
        }
        """,
    "m/main.tf": """
        variable "given" {}
        resource "azurerm_a" "in" {}
        output "id" { value = azurerm_a.in.id }
        output "whole" { value = azurerm_a.in }
        output "given_id" { value = var.given.id }
        output "given_name" { value = var.given.name }
        """,
}


@pytest.mark.parametrize(("expression", "address", "path"), REFERENCES, ids=[row[0] for row in REFERENCES])
def test_references(reader: Reader, expression: str, address: str, path: tuple[str | int, ...]) -> None:
    reading = reader({**REFERENCE_FILES, "it.tf": f'output "it" {{ value = {expression} }}'})
    assert target(at(reading, "output.it", "value")) == (address, path)


CONFIGURED = [
    ("azurerm_a.one.name", "given"),
    ("azurerm_a.one.identity[0].type", "S"),
    ("azurerm_a.one.identity.0.type", "S"),
    ("module.local.given_name", "given"),
]


@pytest.mark.parametrize(("expression", "expected"), CONFIGURED, ids=[row[0] for row in CONFIGURED])
def test_configured_attributes_are_their_values(reader: Reader, expression: str, expected: object) -> None:
    reading = reader({**REFERENCE_FILES, "it.tf": f'output "it" {{ value = {expression} }}'})
    assert at(reading, "output.it", "value").data == expected


HOLDING: list[tuple[str, list[str]]] = [
    ('"x-${azurerm_a.one.id}"', ["azurerm_a.one"]),
    ("lower(azurerm_a.one.id)", ["azurerm_a.one"]),
    ("azurerm_a.maybe[*].id", ["azurerm_a.maybe"]),
    ("one(azurerm_a.maybe[*].id)", ["azurerm_a.maybe"]),
    ("var.x ? azurerm_a.one.id : azurerm_a.many[0].id", ["azurerm_a.one", "azurerm_a.many[0]"]),
    ("var.x ? azurerm_a.one.id : null", ["azurerm_a.one"]),
    ("[for v in var.x : azurerm_a.one.id]", []),
    ("azurerm_a.many[var.x].id", ["azurerm_a.many[0]"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "addresses"), HOLDING, ids=[row[0] for row in HOLDING])
def test_unknowns_say_what_flows_into_them(reader: Reader, expression: str, addresses: list[str]) -> None:
    reading = reader({**REFERENCE_FILES, "it.tf": f'output "it" {{ value = {expression} }}'})
    data = at(reading, "output.it", "value").data
    assert isinstance(data, Unknown)
    found = {reference.address for reference in data.references}
    if isinstance(data, Reference):
        found.add(data.address)
    assert found == set(addresses)


def test_references_inside_a_module_carry_its_address(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": 'module "a" {\n  source = "./m"\n  for_each = toset(["x"])\n}',
            "m/main.tf": 'resource "azurerm_a" "t" { count = 1 }\nresource "azurerm_b" "u" { t = azurerm_a.t[0].id }',
        }
    )
    assert target(at(reading, 'module.a["x"].azurerm_b.u', "t")) == ('module.a["x"].azurerm_a.t[0]', ("id",))


def test_resources_that_name_each_other_end(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": """
        resource "azurerm_a" "a" {
          n = azurerm_b.b.n
          w = azurerm_b.b
        }
        resource "azurerm_b" "b" {
          n = azurerm_a.a.n
          w = azurerm_a.a
        }
        """
        }
    )
    assert not at(reading, "azurerm_a.a", "n").known
    assert target(at(reading, "azurerm_a.a", "w")) == ("azurerm_b.b", ())
    assert sum(1 for resource in reading.resources for _ in resource.properties.walk()) < 20


# Modules


def test_nested_modules(reader: Reader) -> None:
    reading = reader(
        {
            "root/main.tf": 'variable "pna" { default = false }\nmodule "outer" {\n  source = "../outer"\n  p = var.pna\n}',
            "outer/main.tf": 'variable "p" {}\nmodule "inner" {\n  source = "./inner"\n  count = 2\n  q = var.p\n}',
            "outer/inner/main.tf": 'variable "q" { type = bool }\n' + ACCOUNT % "public_network_access_enabled = var.q",
        },
        "root",
    )
    address = "module.outer.module.inner[1].azurerm_cognitive_account.this"
    resource = by_address(reading)[address]
    value = at(reading, address, "public_network_access_enabled")
    assert value.data is False
    assert [(step.kind, step.name, step.location.path) for step in value.trail] == [
        ("argument", "var.q", "outer/main.tf"),
        ("argument", "var.p", "root/main.tf"),
        ("variable default", "var.pna", "root/main.tf"),
    ]
    assert [(call.name, call.location.path, call.location.line) for call in resource.calls] == [
        ("module.outer", "root/main.tf", 2),
        ("module.inner", "outer/main.tf", 2),
    ]
    assert resource.unit == "root"
    assert reading.files == {"root/main.tf", "outer/main.tf", "outer/inner/main.tf"}


MODULE_EXISTS = [("count = 0", False), ("count = var.x", Unknown), ("for_each = toset([])", False), ("", True)]


@pytest.mark.parametrize(("meta", "exists"), MODULE_EXISTS, ids=[row[0] for row in MODULE_EXISTS])
def test_resources_exist_as_their_module_does(reader: Reader, meta: str, exists: object) -> None:
    reading = reader(
        {
            "main.tf": f'variable "x" {{}}\nmodule "m" {{\n  source = "./m"\n  {meta}\n}}',
            "m/main.tf": ACCOUNT % "" + 'resource "azurerm_a" "none" { count = 0 }',
        }
    )
    resource = by_address(reading)["module.m.azurerm_cognitive_account.this"]
    assert isinstance(resource.exists, Unknown) if exists is Unknown else resource.exists is exists
    assert by_address(reading)["module.m.azurerm_a.none"].exists is False


REMOTE = [
    ('source = "Azure/avm-res-x/azurerm"\nversion = "~> 1.0"', "Azure/avm-res-x/azurerm", "~> 1.0"),
    ('source = "registry.terraform.io/Azure/x/azurerm"', "Azure/x/azurerm", None),
    ('source = "git::https://github.com/a/b.git//m?ref=v1"', "git::https://github.com/a/b.git//m", "v1"),
    ('source = "github.com/a/b?depth=1&ref=main"', "github.com/a/b", "main"),
]


@pytest.mark.parametrize(("body", "source", "version"), REMOTE, ids=[row[1] for row in REMOTE])
def test_remote_modules(reader: Reader, body: str, source: str, version: str | None) -> None:
    (resource,) = reader({"main.tf": f'module "m" {{\n{body}\npna = false\nx = {{ a = 1 }}\n}}'}).resources
    assert (resource.mode, resource.type, resource.version) == ("module", source, version)
    assert resource.address == "module.m"
    assert resource.properties.plain() == {"pna": False, "x": {"a": 1}}


def test_remote_module_code_in_the_tree_is_used(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": 'module "m" { source = "a/b/c" }',
            ".terraform/modules/modules.json": '{"Modules": [{"Key": "m", "Dir": ".terraform/modules/m"}]}',
            ".terraform/modules/m/main.tf": ACCOUNT % "",
        }
    )
    assert list(by_address(reading)) == ["module.m.azurerm_cognitive_account.this"]


MODULE_ERRORS = [
    ("./missing", "the module ./missing is not there"),
    ("../../x", "the module source ../../x leads out of the scanned tree"),
    ("./", "the module root calls itself"),
    ("../root", "the module root calls itself"),
]


@pytest.mark.parametrize(("source", "message"), MODULE_ERRORS, ids=[row[0] for row in MODULE_ERRORS])
def test_modules_that_cannot_be_read(reader: Reader, source: str, message: str) -> None:
    files = {"root/main.tf": f'\nmodule "m" {{ source = "{source}" }}\noutput "x" {{ value = module.m.y }}'}
    reading = reader(files, "root")
    assert [(error.path, error.line, error.message) for error in reading.errors] == [("root/main.tf", 2, message)]
    assert not at(reading, "output.x", "value").known


def test_module_explosion_is_an_error_not_a_hang(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_WORK", 20_000)
    files = {f"m{i}/main.tf": f'module "m" {{\n  source = "../m{i + 1}"\n  count = 100\n}}' for i in range(5)}
    reading = reader({**files, "m5/main.tf": ACCOUNT % ""}, "m0")
    assert any("too much work" in error.message for error in reading.errors)


# Variables


def test_tfvars_precedence(reader: Reader) -> None:
    names = ("default", "environment", "tfvars", "json", "auto", "var_file")
    declared = "".join(f'variable "{name}" {{ default = "default" }}\n' for name in names)
    outputs = "".join(f'output "{name}" {{ value = var.{name} }}\n' for name in names)

    def given(*keys: str, by: str) -> str:
        return "".join(f'{key} = "{by}"\n' for key in keys)

    reading = reader(
        {
            "main.tf": declared + outputs,
            "terraform.tfvars": given(*names[2:], by="tfvars"),
            "terraform.tfvars.json": '{"json": "json", "auto": "json", "var_file": "json"}',
            "a.auto.tfvars": given("auto", "var_file", by="wrong"),
            "b.auto.tfvars": given("auto", "var_file", by="auto"),
            "ignored.tfvars": given(*names, by="ignored"),
            "sub/prod.tfvars": given("var_file", by="var_file"),
        },
        options=Options(("sub/prod.tfvars",), {f"TF_VAR_{name}": "environment" for name in names[1:]}),
    )
    assert {name: at(reading, f"output.{name}", "value").data for name in names} == {name: name for name in names}
    assert [step.kind for step in at(reading, "output.auto", "value").trail] == ["variable file"]
    assert at(reading, "output.auto", "value").trail[0].location.path == "b.auto.tfvars"
    assert [step.kind for step in at(reading, "output.environment", "value").trail] == ["environment"]


CONVERSIONS: list[tuple[str, str, Any]] = [
    ("bool", '"true"', True),
    ("bool", '"0"', False),
    ("string", "true", "true"),
    ("string", "1", "1"),
    ("number", '"12"', 12),
    ("any", '"12"', "12"),
    ("list(string)", "[1, true]", ["1", "true"]),
    ("set(string)", '["b", "a", "b"]', ["a", "b"]),
    ("map(bool)", '{ a = "true" }', {"a": True}),
    ("tuple([string, bool])", '[1, "false"]', ["1", False]),
    ("object({ a = bool })", '{ a = "true", extra = 1 }', {"a": True}),
    ("object({ a = optional(string) })", "{}", {"a": None}),
    ('object({ a = optional(string, "x") })', "{ a = null }", {"a": "x"}),
    ("object({ a = optional(object({ b = optional(bool, true) }), {}) })", "{}", {"a": {"b": True}}),
    ("map(object({ b = optional(bool, true) }))", "{ k = {} }", {"k": {"b": True}}),
    ('"string"', '"old"', "old"),
]


@pytest.mark.parametrize(("type_", "value", "expected"), CONVERSIONS, ids=[f"{row[0]} {row[1]}" for row in CONVERSIONS])
def test_conversions(reader: Reader, type_: str, value: str, expected: object) -> None:
    source = f'variable "v" {{\n  type = {type_}\n  default = {value}\n}}\noutput "o" {{ value = var.v }}'
    assert at(reader({"main.tf": source}), "output.o", "value").plain() == expected


MISFITS = [("bool", '"maybe"'), ("object({ a = bool })", "{}"), ("list(string)", "{}"), ("map(string)", "[1]")]


@pytest.mark.parametrize(("type_", "value"), MISFITS, ids=[f"{row[0]} {row[1]}" for row in MISFITS])
def test_values_that_do_not_fit_are_unknown(reader: Reader, type_: str, value: str) -> None:
    source = f'variable "v" {{\n  type = {type_}\n  default = {value}\n}}\noutput "o" {{ value = var.v }}'
    assert not at(reader({"main.tf": source}), "output.o", "value").known


def test_nullable(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": 'module "m" {\n  source = "./m"\n  a = null\n  b = null\n}\n'
            'output "a" { value = [module.m.a] }\noutput "b" { value = module.m.b }',
            "m/main.tf": 'variable "a" { default = 1 }\nvariable "b" {\n  default = 2\n  nullable = false\n}\n'
            'output "a" { value = var.a }\noutput "b" { value = var.b }',
        }
    )
    assert at(reading, "output.a", "value").plain() == [None]
    assert at(reading, "output.b", "value").data == 2


# Providers, meta-arguments, places


def test_providers(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": 'terraform {\n  required_providers {\n    azurerm = {\n      source = "hashicorp/azurerm"\n'
            '      version = "~> 4.0"\n    }\n    mine = { source = "me/mine" }\n  }\n}\nmodule "m" { source = "./m" }\n'
            'resource "mine_x" "y" {}\nresource "azapi_x" "y" {}\nresource "google_x" "y" { provider = google-beta.eu }',
            "m/main.tf": 'terraform {\n  required_providers {\n    azurerm = ">= 3.0"\n  }\n}\n' + ACCOUNT % "",
            ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/azurerm" {\n  version = "4.1.0"\n}\n',
        }
    )
    providers = {address: resource.provider for address, resource in by_address(reading).items()}
    account = providers["module.m.azurerm_cognitive_account.this"]
    assert account is not None
    stated = (account.source, account.constraints, account.locked)
    assert stated == ("hashicorp/azurerm", ("~> 4.0", ">= 3.0"), "4.1.0")
    sources = {address: provider.source for address, provider in providers.items() if provider}
    assert sources["mine_x.y"] == "me/mine"
    assert sources["azapi_x.y"] == "Azure/azapi"
    assert sources["google_x.y"] == "hashicorp/google-beta"


IGNORED = [("[tags, identity[0].type]", ("tags", "identity")), ("all", ("all",)), ('["tags"]', ("tags",)), ("[]", ())]


@pytest.mark.parametrize(("text", "expected"), IGNORED, ids=[row[0] for row in IGNORED])
def test_ignore_changes(reader: Reader, text: str, expected: tuple[str, ...]) -> None:
    (resource,) = reader({"main.tf": ACCOUNT % f"lifecycle {{ ignore_changes = {text} }}"}).resources
    assert resource.ignore_changes == expected
    assert resource.properties.plain() == {}


def test_places(reader: Reader) -> None:
    reading = reader({"a.tf": 'resource "azurerm_a" "b" {\n  x = 1\n  y {\n    z = "é" # aiposture:ignore x\n  }\n}\n'})
    (resource,) = reading.resources
    header, whole = resource.header, resource.location
    assert (header.line, header.column, header.end_line, header.end_column) == (1, 1, 1, 25)
    assert (whole.line, whole.column, whole.end_line, whole.end_column) == (1, 1, 6, 2)
    block, z = at(reading, "azurerm_a.b", "y", 0), at(reading, "azurerm_a.b", "y", 0, "z")
    assert (block.location.line, block.location.column, block.location.end_column) == (3, 3, 4)
    assert (z.location.line, z.location.column, z.location.end_column) == (4, 9, 12)
    (comment,) = reading.comments
    assert comment.text == "# aiposture:ignore x"
    assert (comment.location.column, comment.location.end_column) == (13, 33)


def test_outputs(reader: Reader) -> None:
    source = 'output "key" {\n  value = azurerm_a.b.primary_key\n  sensitive = true\n}'
    (output,) = reader({"main.tf": source}).resources
    assert (output.mode, output.type, output.address) == ("output", "output", "output.key")
    assert target(output.properties.members()["value"]) == ("azurerm_a.b", ("primary_key",))
    assert output.properties.members()["sensitive"].data is True


# Files


def test_override_files(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": ACCOUNT % 'a = 1\nb = 1\nidentity { type = "A" }\nother {}',
            "z_override.tf": ACCOUNT % 'b = 2\nidentity { type = "B" }',
            "override.tf": ACCOUNT % "b = 3",
        }
    )
    expected = {"a": 1, "b": 2, "other": [{}], "identity": [{"type": "B"}]}
    assert plain(reading, "azurerm_cognitive_account.this") == expected


def test_tofu_hides_tf(reader: Reader) -> None:
    reading = reader({"a.tf": ACCOUNT % "x = 1", "a.tofu": ACCOUNT % "x = 2", ".hidden.tf": ACCOUNT % "", "b.tf~": "x"})
    assert plain(reading, "azurerm_cognitive_account.this") == {"x": 2}
    assert reading.files == {"a.tofu"}


def test_crlf_and_byte_order_mark(reader: Reader) -> None:
    text = '\ufeffresource "azurerm_a" "b" {\r\n  x = <<EOT\r\na\r\nEOT\r\n  y = 1\r\n}\r\n'
    reading = reader({"main.tf": text})
    assert plain(reading, "azurerm_a.b") == {"x": "a\n", "y": 1}
    assert reading.resources[0].header.column == 1


BROKEN: list[tuple[bytes, int, str]] = [
    (b'resource "azurerm_a" "ok" {}\n\nresource "azurerm_b" "x" {\n  a = [1,\n', 3, "syntax error"),
    (b'resource "azurerm_a" "ok" {}\nfoo = "\xff"\n', 2, "is not UTF-8 text"),
    (b"\xff\xfer\x00", 1, "is not UTF-8 text (it looks like UTF-16)"),
]


@pytest.mark.parametrize(("data", "line", "message"), BROKEN, ids=["recovery", "latin", "utf-16"])
def test_broken_files(reader: Reader, data: bytes, line: int, message: str) -> None:
    (error,) = reader({"main.tf": data}).errors
    assert error.line == line
    assert error.message.startswith(message)


def test_what_stands_beside_a_syntax_error_is_read(reader: Reader) -> None:
    bad = 'resource "azurerm_a" "bad" {\n  x = = 2\n}\n'
    reading = reader({"main.tf": 'resource "azurerm_a" "ok" { x = 1 }\n' + bad + ACCOUNT % "y = 1"})
    assert plain(reading, "azurerm_a.ok") == {"x": 1}
    assert plain(reading, "azurerm_cognitive_account.this") == {"y": 1}
    assert [error.line for error in reading.errors] == [3]


def test_numbers_with_exponents_do_not_lose_the_file(reader: Reader) -> None:
    reading = reader({"main.tf": ACCOUNT % 'a = 1e3\nb = "1e3"\nc = 15E-1\nd = 2'})
    assert plain(reading, "azurerm_cognitive_account.this") == {"a": 1000, "b": "1e3", "c": 1.5, "d": 2}


def test_json(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf.json": """{
        "//": "checkov:skip=CKV_1: why",
        "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "4.0"}}},
        "variable": {"pna": {"type": "bool", "default": "false"}, "raw": {"default": "${x}"}},
        "locals": {"name": "a${1 + 1}"},
        "resource": {"azurerm_cognitive_account": {"this": {
            "name": "${local.name}\\n\\\\ é",
            "public_network_access_enabled": "${var.pna}",
            "tags": {"a": "b"},
            "list": [1, "${true}", null],
            "network_acls": {"default_action": "Deny", "ip_rules": []},
            "dynamic": {"identity": {"for_each": [1], "content": {"type": "S"}}},
            "lifecycle": {"ignore_changes": ["tags"]}
        }}},
        "module": {"m": {"source": "./m", "given": {"k": "${var.pna}"}}},
        "output": {"raw": {"value": "${var.raw}"}}
    }""",
            "m/main.tf": 'variable "given" {}\nresource "azurerm_a" "b" { k = var.given.k }',
        }
    )
    assert reading.errors == ()
    resource = by_address(reading)["azurerm_cognitive_account.this"]
    assert resource.properties.plain() == {
        "name": "a2\n\\ é",
        "public_network_access_enabled": False,
        "tags": {"a": "b"},
        "list": [1, True, None],
        "network_acls": [{"default_action": "Deny", "ip_rules": []}],
        "identity": [{"type": "S"}],
    }
    assert resource.ignore_changes == ("tags",)
    assert resource.header.line == 6
    assert resource.provider is not None
    assert resource.provider.constraints == ("4.0",)
    assert plain(reading, "module.m.azurerm_a.b") == {"k": False}
    assert at(reading, "output.raw", "value").data == "${x}"
    assert [comment.location.line for comment in reading.comments] == [2]


def test_broken_json_is_an_error(reader: Reader) -> None:
    assert [error.message for error in reader({"main.tf.json": '{"a": }'}).errors] == ["is not valid JSON"]
    assert [error.message for error in reader({"main.tf.json": "1"}).errors] == ["is not a JSON object"]


FILE_FUNCTIONS = [
    'file("${path.module}/data.json")',
    'fileexists("data.json")',
    'jsondecode(file("data.json")).a',
    'templatefile("data.json", {})',
]


@pytest.mark.parametrize("expression", FILE_FUNCTIONS)
def test_what_files_hold_is_unknown(reader: Reader, expression: str) -> None:
    reading = reader({"main.tf": f'output "it" {{ value = {expression} }}', "data.json": '{"a": 1}'})
    data = at(reading, "output.it", "value").data
    assert isinstance(data, Unknown)
    assert data.reason.endswith("() reads a file outside the code")
    assert reading.files == {"main.tf"}


def test_an_empty_directory_is_empty(reader: Reader) -> None:
    assert reader({}) == Reading()


def test_the_same_name_twice_is_read_twice(reader: Reader) -> None:
    reading = reader({"a.tf": ACCOUNT % "x = 1", "b.tf": ACCOUNT % "x = 2"})
    assert [resource.properties.plain() for resource in reading.resources] == [{"x": 1}, {"x": 2}]


def test_a_second_scan_sees_changed_files(reader: Reader) -> None:
    assert plain(reader({"a.tf": ACCOUNT % "x = 1"}), "azurerm_cognitive_account.this") == {"x": 1}
    assert plain(reader({"a.tf": ACCOUNT % "x = 2"}), "azurerm_cognitive_account.this") == {"x": 2}
