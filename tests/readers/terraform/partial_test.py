"""Objects of which some keys are doubtful, sets, and arms that fail: what stays certain, and what does not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from aiposture.model import Reading, Reference, Resource, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[..., Reading]

PREAMBLE = """
variable "x" {}
variable "y" {}
variable "text" { type = string }
resource "azurerm_a" "one" { name = "n" }
locals {
  given    = { a = 1, b = var.y, n = null }
  chosen   = { a = 1, b = var.x ? 2 : null }
  partial  = { for k, v in { a = 1, b = 2 } : k => v if k == "a" || var.x }
  two      = { for k, v in { a = 1, b = 2, c = 3 } : k => v if k == "a" || var.x == k }
  unnamed  = { (azurerm_a.one.id) = { deep = 1 } }
  named    = { a = 1, (azurerm_a.one.id) = 2 }
  maybe    = var.x ? { n = 1 } : null
  flags    = var.x ? { n = true } : null
  nothing  = var.x ? "t" : null
  some_set = toset(["b", "a"])
}
"""


def value_of(reader: Reader, expression: str) -> Value:
    (output,) = [
        resource
        for resource in reader({"main.tf": f'{PREAMBLE}output "it" {{\n  value = {expression}\n}}\n'}).resources
        if resource.mode == "output"
    ]
    return output.properties.members()["value"]


def shown(value: Value | None) -> Any:
    """Plain data, with the alternatives of an unknown as a set-like tuple, or `...` if it can be anything."""
    if value is None:
        return "absent"
    if isinstance(value.data, Unknown):
        arms = tuple(shown(arm) for arm in value.data.alternatives)
        return ("either", *arms) if arms else ...
    if isinstance(value.data, tuple):
        return [shown(member) for member in value.data]
    if isinstance(value.data, dict):
        return {name: shown(member) for name, member in value.data.items()}
    return value.data


MEMBERS: list[tuple[str, dict[str, Any]]] = [
    # nothing is doubtful
    ('{ for k, v in local.given : k => v if k != "n" }', {"a": 1, "b": ..., "n": "absent"}),
    ("{ for k, v in { a = 1, n = null } : k => v if v != null }", {"a": 1, "n": "absent"}),
    # what is doubtful leaves the rest alone
    ("{ for k, v in local.given : k => v if v != null }", {"a": 1, "b": ..., "n": "absent"}),
    ("{ for k, v in local.chosen : k => v if v != null }", {"a": 1, "b": ("either", 2, "absent")}),
    ("local.partial", {"a": 1, "b": ("either", 2, "absent"), "c": "absent"}),
    ("{ for k, v in local.partial : upper(k) => v + 1 }", {"A": 2, "B": ("either", 3, "absent"), "a": "absent"}),
    ('{ for n in range(30) : "k${n}" => n if n == 0 || var.x }', {"k0": 0, "k29": ("either", 29, "absent")}),
    ("merge({ b = 9, c = 3 }, local.partial)", {"a": 1, "b": ("either", 2, 9), "c": 3}),
    ("merge(local.partial, { b = 9 })", {"a": 1, "b": 9}),
    ("merge(local.partial, local.partial)", {"a": 1, "b": ("either", 2, "absent")}),
    ("tomap(local.partial)", {"a": 1, "b": ("either", 2, "absent")}),
    ("coalesce(null, local.partial)", {"a": 1, "b": ("either", 2, "absent")}),
    ("try(local.partial, {})", {"a": 1, "b": ("either", 2, "absent")}),
    ("jsondecode(jsonencode(local.partial))", {"a": 1, "b": ("either", 2, "absent")}),
    ("[local.partial][0]", {"a": 1, "b": ("either", 2, "absent")}),
    # two rows of one key: a plan that succeeds has one of them
    ('{ for v in [1, 2] : "k" => v if v == var.x }', {"k": ("either", 2, 1, "absent")}),
    ('{ for v in [1, 2] : "k" => v if v == 1 || var.x }', {"k": 1}),
    # unknown keys
    ("local.unnamed", {"other": ...}),
    ("local.named", {"a": 1, "other": ...}),
    ("merge({ b = 3 }, local.named)", {"a": 1, "b": 3, "other": ...}),
    ("{ for k, v in local.named : k => v }", {"a": 1, "other": ...}),
    ('{ for v in [azurerm_a.one.id, "b"] : v => true }', {"b": True, "other": ...}),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), MEMBERS, ids=[row[0] for row in MEMBERS])
@pytest.mark.parametrize("ignore_case", [False, True])
def test_members(reader: Reader, expression: str, expected: dict[str, Any], *, ignore_case: bool) -> None:
    value = value_of(reader, expression)
    assert value.known
    for name, member in expected.items():
        if name.lower() in expected and name.upper() in expected and ignore_case:
            continue
        assert _read(value.get(name, ignore_case=ignore_case)) == member, name


def _read(value: Value | None) -> Any:
    """As `shown`, where null and absent are one, as they are for those who read properties."""
    plain = shown(value)
    return tuple("absent" if arm is None else arm for arm in plain) if isinstance(plain, tuple) else plain


EXPRESSIONS: list[tuple[str, Any]] = [
    # what is asked for is there in a plan that succeeds, but not inside of try
    ("local.partial.a", 1),
    ("local.partial.b", 2),
    ('local.partial["b"]', 2),
    ("try(local.partial.a, 7)", 1),
    ("try(local.partial.b, 7)", ("either", 2, 7)),
    ("can(local.partial.a)", True),
    ("can(local.partial.b)", ...),
    ('lookup(local.partial, "a", 7)', 1),
    ('lookup(local.partial, "b", 7)', ("either", 2, 7)),
    ('lookup(local.partial, "c", 7)', 7),
    ('lookup(local.named, "a", 7)', 1),
    ('lookup(local.named, "c", 7)', ...),
    ("local.named.other", ...),
    # functions over all members
    ("keys(local.partial)", ("either", ["a"], ["a", "b"])),
    ("values(local.partial)", ("either", [1], [1, 2])),
    ("length(local.partial)", ("either", 1, 2)),
    ("length(local.partial) > 0", True),
    ("length(local.partial) > 1", ("either", False, True)),
    ("length(local.unnamed)", 1),
    ("keys(local.named)", ...),
    ("values(local.named)", ...),
    ('"${jsonencode(local.partial)}"', ...),
    ('"${jsonencode(local.unnamed)}!"', ...),
    # comparisons and loops
    ("local.partial == { a = 1 }", ...),
    ("local.unnamed == {}", ...),
    ("local.partial == null", False),
    ("local.partial != null", True),
    ("[for k, v in local.partial : v]", ("either", [1], [1, 2])),
    ('[for k, v in local.partial : v if k == "a"]', [1]),
    ("[for k, v in local.named : v]", [1, 2]),
    ("[for k, v in local.unnamed : v.deep]", [1]),
    ('"%{ for k, v in local.partial }${k}%{ endfor }"', ...),
    ('"%{ for k, v in local.unnamed }${v.deep}%{ endfor }"', "1"),
    ('{ for k, v in local.partial : "g" => v... }', ("either", {"g": [1]}, {"g": [1, 2]})),
    # sets are their own keys, lists are not
    ('{ for k, v in toset(["a"]) : k => v }', {"a": "a"}),
    ('{ for k, v in tolist(["a"]) : k => v }', {"0": "a"}),
    ('{ for k, v in ["a"] : k => v }', {"0": "a"}),
    ("{ for k, v in local.some_set : k => v }", {"a": "a", "b": "b"}),
    ("{ for k, v in tolist(local.some_set) : k => v }", {"0": "a", "1": "b"}),
    ('{ for k, v in setunion(["a"], ["b"]) : k => v }', {"a": "a", "b": "b"}),
    ('{ for k, v in setsubtract(["a", "b"], ["b"]) : k => v }', {"a": "a"}),
    ("{ for k, v in concat(local.some_set, []) : k => v }", {"0": "a", "1": "b"}),
    ("{ for k, v in sort(local.some_set) : k => v }", {"0": "a", "1": "b"}),
    ("{ for k, v in try(local.some_set, []) : k => v }", {"a": "a", "b": "b"}),
    ('"%{ for k, v in toset(["a"]) }${k}${v}%{ endfor }"', "aa"),
    ('try(local.some_set[0], "no")', "no"),
    ("tolist(local.some_set)[0]", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS, ids=[row[0] for row in EXPRESSIONS])
def test_expressions(reader: Reader, expression: str, expected: object) -> None:
    assert shown(value_of(reader, expression)) == expected


FAILURES: list[tuple[str, Any]] = [
    # outside of try, a plan that succeeds has not taken the arm that fails
    ("local.maybe.n", 1),
    ("!local.flags.n", False),
    ('"<${local.nothing}>"', "<t>"),
    # inside of try, the arm that fails leads on to the next argument
    ("try(local.maybe.n, 7)", ("either", 1, 7)),
    ("try(local.maybe.n.deeper, 7)", 7),
    ('try(!local.flags.n, "else")', ("either", False, "else")),
    ('try(!(var.x ? true : null), "else")', ("either", False, "else")),
    ('try(1 + (var.x ? 1 : null), "else")', ("either", 2, "else")),
    ('try((var.x ? 1 : null) < 2, "else")', ("either", True, "else")),
    ('try(local.flags.n || true, "else")', ("either", True, "else")),
    ('try(local.flags.n && true, "else")', ("either", True, "else")),
    ('try("<${local.nothing}>", "else")', ("either", "<t>", "else")),
    ("try(var.x ? local.given.missing : 1, 2)", ("either", 1, 2)),
    ("try([local.maybe.n], [])", ("either", [1], [])),
    ("try({ a = local.maybe.n, b = 2 }, null)", ("either", {"a": 1, "b": 2}, None)),
    ('try(coalesce("a", local.maybe.n), "else")', ("either", "a", "else")),
    ("try(merge({ a = 1 }, { b = local.maybe.n }), {})", ("either", {"a": 1, "b": 1}, {})),
    ('try([for v in local.maybe : v], "else")', ("either", [1], "else")),
    ('try(local.maybe[*].n, "else")', ("either", [1], [])),
    ("try(try(local.maybe.n, local.flags.n), 7)", ("either", 1, True, 7)),
    ("can(!local.flags.n)", ...),
    ("can([local.maybe.n])", ...),
    ("can([local.given.a])", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), FAILURES, ids=[row[0] for row in FAILURES])
def test_arms_that_fail(reader: Reader, expression: str, expected: object) -> None:
    assert shown(value_of(reader, expression)) == expected


def test_unknown_keys_count_as_members(reader: Reader) -> None:
    value = value_of(reader, "local.unnamed")
    assert len(value.members()) == 1
    other = value.get("other")
    assert other is not None
    assert isinstance(other.data, Unknown)
    assert [(one.address, one.path) for one in other.data.references] == [("azurerm_a.one", ("id",))]


BOMBS = [
    '{ for n in range(1000) : "k" => n if var.x }',
    '{ for n in range(1000) : "k${n}" => n if var.x }',
    "{ for n in range(1000) : var.x => n }",
    "{ for n in range(100000) : var.x => n }",
    "merge([for n in range(900) : { for k, v in { a = n } : k => v if var.x }]...)",
    'keys({ for n in range(1000) : "k${n}" => n if var.x })',
    "[for k, v in { for n in range(1000) : n => n if var.x } : k]",
    "length({ for n in range(1000) : n => n if var.x })",
]


@pytest.mark.parametrize("expression", BOMBS)
def test_many_doubts_do_not_go_off(reader: Reader, expression: str) -> None:
    started = time.monotonic()
    value = value_of(reader, expression)
    assert time.monotonic() - started < 5
    assert sum(1 for _ in value.walk()) < 5000


# Resources


def resources(reader: Reader, body: str, type_: str = "azurerm_b") -> dict[str, Resource]:
    reading = reader({"main.tf": f'{PREAMBLE}resource "{type_}" "it" {{\n{body}\n}}\n'})
    assert reading.errors == ()
    return {resource.address: resource for resource in reading.resources if resource.type != "azurerm_a"}


FOR_EACH: list[tuple[str, dict[str, tuple[object, Any]]]] = [
    ("local.partial", {'azurerm_b.it["a"]': (True, 1), 'azurerm_b.it["b"]': (Unknown, 2)}),
    ('{ for k, v in local.partial : k => v if k == "b" }', {'azurerm_b.it["b"]': (Unknown, 2)}),
    ("local.unnamed", {"azurerm_b.it": (True, {"deep": 1})}),
    ("local.named", {"azurerm_b.it": (True, ("either", 1, 2))}),
    ("{ for k, v in local.unnamed : k => v.deep if var.x }", {"azurerm_b.it": (Unknown, 1)}),
    ("var.x ? { a = 1 } : {}", {"azurerm_b.it": (Unknown, 1)}),
    ("var.x ? { a = 1 } : { b = 2 }", {"azurerm_b.it": (True, ("either", 1, 2))}),
    ("var.x ? { a = 1 } : { a = 1, b = 2 }", {"azurerm_b.it": (True, ...)}),
    ('toset(["a"])', {'azurerm_b.it["a"]': (True, "a")}),
]  # fmt: skip


@pytest.mark.parametrize(("for_each", "expected"), FOR_EACH, ids=[row[0] for row in FOR_EACH])
def test_for_each(reader: Reader, for_each: str, expected: dict[str, tuple[object, Any]]) -> None:
    found = resources(reader, f"for_each = {for_each}\nv = each.value")
    assert {
        address: (Unknown if isinstance(resource.exists, Unknown) else resource.exists, shown(resource.get("v")))
        for address, resource in found.items()
    } == expected


def test_doubtful_instances_are_doubtful_members(reader: Reader) -> None:
    reading = reader(
        {
            "main.tf": PREAMBLE + 'resource "azurerm_b" "it" { for_each = local.partial }\n'
            'output "sure" { value = azurerm_b.it["a"].id }\noutput "keys" { value = keys(azurerm_b.it) }\n'
            'output "tried" { value = try(azurerm_b.it["b"].id, "none") }\n'
        }
    )
    found = {resource.name: resource.properties.members()["value"] for resource in reading.resources
             if resource.mode == "output"}  # fmt: skip
    assert isinstance(found["sure"].data, Reference)
    assert found["sure"].data.address == 'azurerm_b.it["a"]'
    assert shown(found["keys"]) == ("either", ["a"], ["a", "b"])
    assert shown(found["tried"]) == ("either", ..., "none")


DYNAMIC: list[tuple[str, Any]] = [
    ('{ for k, v in local.partial : k => v if k == "a" }', [{"v": 1}]),
    ("local.partial", ("either", [{"v": 1}], [{"v": 1}, {"v": 2}])),
    ("local.named", [{"v": 1}, {"v": 2}]),
    ("{ for k, v in { a = 1 } : k => v if var.x }", ("either", [], [{"v": 1}])),
    ("{ for n in range(9) : n => n if n == 0 || var.x }", ...),
    ('toset(["a"])', [{"v": "a"}]),
]  # fmt: skip


@pytest.mark.parametrize(("for_each", "expected"), DYNAMIC, ids=[row[0] for row in DYNAMIC])
def test_dynamic_blocks(reader: Reader, for_each: str, expected: object) -> None:
    body = f'dynamic "setting" {{\nfor_each = {for_each}\ncontent {{ v = setting.value }}\n}}'
    assert shown(resources(reader, body)["azurerm_b.it"].get("setting")) == expected


CONVERTED: list[tuple[str, str, Any]] = [
    ("map(string)", "local.partial", {"a": "1", "b": ("either", "2", None)}),
    ("object({ a = string, b = optional(string) })", "local.partial", {"a": "1", "b": ("either", "2", None)}),
    ('object({ a = string, b = optional(string, "d") })', "local.partial", {"a": "1", "b": ("either", "2", "d")}),
    ("object({ a = string, b = string })", "local.partial", {"a": "1", "b": "2"}),
    ("object({ a = string, c = optional(string) })", "local.named", {"a": "1", "c": ...}),
    ("object({ b = optional(number, 9) })", "local.chosen", {"b": ("either", 2, 9)}),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "given", "expected"), CONVERTED, ids=[f"{row[0]} {row[1]}" for row in CONVERTED])
def test_conversions(reader: Reader, type_: str, given: str, expected: object) -> None:
    reading = reader(
        {
            "main.tf": f'{PREAMBLE}module "m" {{\n  source = "./m"\n  given = {given}\n}}\n',
            "m/main.tf": f'variable "given" {{ type = {type_} }}\nresource "azurerm_b" "it" {{ v = var.given }}',
        }
    )
    (found,) = [resource for resource in reading.resources if resource.type == "azurerm_b"]
    assert shown(found.get("v")) == expected


def test_sets_stay_sets_by_their_type(reader: Reader) -> None:
    declared = 'variable "v" {\n  type = set(string)\n  default = ["a"]\n}\n'
    source = declared + 'output "o" { value = { for k, v in var.v : k => v } }'
    (output,) = reader({"main.tf": source}).resources
    assert output.properties.plain() == {"value": {"a": "a"}}


AZAPI = """
  type = "Microsoft.CognitiveServices/accounts@2025-06-01"
  name = "n"
  body = { for k, v in {
    kind       = "OpenAI"
    tags       = var.text
    identity   = { type = "UserAssigned", userAssignedIdentities = { (azurerm_a.one.id) = {} } }
    properties = { for k, v in {
      disableLocalAuth    = try(!var.y, false)
      publicNetworkAccess = "Disabled"
      fqdns               = var.x ? ["a"] : null
    } : k => v if v != null }
  } : k => v if v != null }
  sensitive_body = { for k, v in { properties = { apiProperties = { key = "k" } } } : k => v if var.x }
"""


def test_azapi_bodies_keep_what_is_certain(reader: Reader) -> None:
    account = resources(reader, AZAPI, "azapi_resource")["azapi_resource.it"]
    assert shown(account.get("kind")) == "OpenAI"
    assert shown(account.get("properties", "publicnetworkaccess")) == "Disabled"
    assert shown(account.get("properties", "fqdns")) == ("either", ["a"], None)
    assert shown(account.get("properties", "apiProperties", "key")) == ("either", None, "k")
    assert shown(account.get("properties", "absent")) == "absent"
    identities = account.get("identity", "userAssignedIdentities")
    assert identities is not None
    assert len(identities.members()) == 1


# Places


def places(value: Value) -> list[tuple[str, int]]:
    assert value.location.path == "main.tf"
    return [("", value.location.line), *((step.name, step.location.line) for step in value.trail)]


LOOPS = """variable "auth" { default = true }
variable "x" {}
locals {
  suffix = "s"
  settings = { one = { deep = var.auth } }
}
resource "azurerm_b" "it" {
  for_each = local.settings
  plain    = { for k, v in {
    name = "a-${var.x}"
    auth = !var.auth
    deep = { auth = var.auth }
  } : k => v if v != null }
  below    = [for v in [{ auth = var.auth }] : v.auth]
  text     = "%{ for v in [var.auth] }${v}%{ endfor }"
  each     = each.value.deep
  key      = each.key
  dynamic "block" {
    for_each = [{ auth = var.auth }]
    content {
      auth = block.value.auth
    }
  }
}
"""
PLACES: list[tuple[tuple[str | int, ...], list[tuple[str, int]]]] = [
    # what a loop hands on stays where it is written, and the condition has no part in it
    (("plain", "auth"), [("", 11), ("var.auth", 1)]),
    (("plain", "deep", "auth"), [("", 12), ("var.auth", 1)]),
    (("below", 0), [("", 14), ("var.auth", 1)]),
    (("text",), [("", 15), ("var.auth", 1)]),
    # each and a dynamic block's iterator stand in the resource; one step leads to where the member is written
    (("each",), [("", 16), ("each.value.deep", 5), ("var.auth", 1)]),
    (("key",), [("", 17), ("each.key", 5)]),
    (("block", 0, "auth"), [("", 21), ("block.value.auth", 19), ("var.auth", 1)]),
]


@pytest.mark.parametrize(("path", "expected"), PLACES, ids=[".".join(map(str, row[0])) for row in PLACES])
def test_places_in_loops(reader: Reader, path: tuple[str | int, ...], expected: list[tuple[str, int]]) -> None:
    value = reader({"main.tf": LOOPS}).resources[0].get(*path)
    assert value is not None
    assert places(value) == expected


# Encoded texts

ENCODED = [
    ("jsonencode({ a = 1 })", '{"a":1}'),
    ("[jsonencode({ a = 1 })]", ['{"a":1}']),
    ("jsonencode({ a = var.x })", ...),
    ("yamlencode({ a = var.x })", ...),
    ("[jsonencode({ a = var.x })]", [...]),
    ("{ s = { t = jsonencode([azurerm_a.one.key]) } }", {"s": {"t": ...}}),
    ('var.x ? jsonencode({ a = azurerm_a.one.key }) : "none"', ("either", ..., "none")),
    ("jsonencode(local.unnamed)", ...),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), ENCODED, ids=[row[0] for row in ENCODED])
def test_encoded_texts_with_holes_are_unknown(reader: Reader, expression: str, expected: object) -> None:
    assert shown(resources(reader, f"v = {expression}")["azurerm_b.it"].get("v")) == expected


def test_encoded_texts_say_what_flows_into_them(reader: Reader) -> None:
    value = resources(reader, "v = jsonencode({ e = 1, k = azurerm_a.one.key })")["azurerm_b.it"].get("v")
    assert value is not None
    assert isinstance(value.data, Unknown)
    assert value.data.expression == '{"e":1,"k":"${azurerm_a.one.key}"}'
    assert value.data.reason == "azurerm_a.one is not deployed yet"
    assert [(one.address, one.path) for one in value.data.references] == [("azurerm_a.one", ("key",))]
