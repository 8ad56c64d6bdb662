"""Expressions: what they are worth, or why nobody can know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aiposture.files import Tree
from aiposture.model import Reference, Unknown, Value
from aiposture.readers.terraform import budget, read

PREAMBLE = r"""
variable "nodef" {}
variable "nodefb" { type = bool }
variable "nullv" { default = null }
variable "pna" { default = false }
variable "text" { default = "txt" }
variable "list" { default = ["a", "b"] }
variable "obj" {
  type = object({
    pna = optional(bool, false), name = string, inner = optional(object({ n = optional(number, 3) }), {})
  })
  default = { name = "n" }
}
variable "plain" { default = { pna = false, "the key" = 1 } }
locals {
  la      = var.pna
  lb      = local.la
  map     = { b = 2, a = 1 }
  cycle1  = local.cycle2
  cycle2  = local.cycle1
  arms    = var.nodef == "x" ? { n = 1 } : { n = 2 }
  maybe   = var.nodef == "x" ? { n = 1 } : null
}
"""


def value_of(tmp_path: Path, expression: str, preamble: str = PREAMBLE) -> Value:
    (tmp_path / "main.tf").write_text(f'{preamble}\noutput "it" {{\n  value = {expression}\n}}\n', encoding="utf-8")
    reading = read(Tree(tmp_path), "", wanted=lambda _: False)
    assert reading.errors == ()
    (output,) = reading.resources
    value = output.properties.members()["value"]
    assert value.location.path == "main.tf"
    return value


KNOWN: list[tuple[str, Any]] = [
    # literals
    ("1", 1),
    ("1.5", 1.5),
    ("1e3", 1000),
    ("1.5e-3", 0.0015),
    ("-2", -2),
    ("true", True),
    ("null", None),
    ('""', ""),
    ('"a"', "a"),
    (r'"\n\t\"\\\u00e9$${x}%%{y}"', '\n\t"\\é${x}%{y}'),
    ('" a "', " a "),
    ("[]", []),
    ('[1, "b", [true],]', [1, "b", [True]]),
    ('{ a = 1, "b" = 2, (var.text) = 3, "x${var.text}" = 4, d : 5, 6 = 7, true = 8 }',
     {"a": 1, "b": 2, "txt": 3, "xtxt": 4, "d": 5, "6": 7, "true": 8}),
    # operators
    ("1 + 2 * 3 - 4", 3),
    ("10 / 4", 2.5),
    ("10 / 5", 2),
    ("-7 % 3", -1),
    ("7 % 3", 1),
    ('"2" + 3', 5),
    ("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3", True),
    ("1 - 2 - 3", -4),
    ("(1 - (2 - 3)) * 2", 4),
    ("-1 + 2", 1),
    ("!true || true", True),
    ("true || false && false", True),
    ("1 == 1.0", True),
    ('"1" == 1', False),
    ('"true" == true', False),
    ("true == 1", False),
    ("[1, {a = 2}] == [1, {a = 2}]", True),
    ("[1, var.nodef] == [2, 3]", False),
    ("null == null", True),
    ("1 != 2", True),
    ("!local.la", True),
    # variables and locals
    ("var.pna", False),
    ("local.lb", False),
    ("!var.pna", True),
    ("var.obj.pna", False),
    ('var.obj["pna"]', False),
    ('var.plain["the key"]', 1),
    ("var.obj.inner.n", 3),
    ("var.obj", {"pna": False, "name": "n", "inner": {"n": 3}}),
    ("var.nullv", None),
    ("var.nullv == null ? false : true", False),
    ("var.list[1]", "b"),
    ("var.list.1", "b"),
    # conditionals
    ("var.pna ? 1 : 2", 2),
    ("false ? 1 : true ? 2 : 3", 2),
    ("false ? 1 : false ? 2 : true ? 3 : 4", 3),
    ("true ? 1 : true ? 2 : 3", 1),
    ("true ? false ? 1 : 2 : 3", 2),
    ("true && false ? 1 : 2", 2),
    ("var.nodefb ? 1 : 1", 1),
    ('"true" ? 1 : 2', 1),
    # what decides although the rest is unknown
    ("false && var.nodefb", False),
    ("var.nodefb && false", False),
    ("true || var.nodefb", True),
    ("var.nodefb || true", True),
    # try, can, functions
    ("try(var.obj.missing, false)", False),
    ("try(var.obj.name, false)", "n"),
    ("try(var.nullv.a.b, [], 1)", []),
    ("can(var.obj.missing)", False),
    ("can(var.obj.name)", True),
    ('coalesce(var.nullv, "d")', "d"),
    ('lookup(var.plain, "pna", true)', False),
    ('jsondecode("{\\"a\\": [1, true]}").a[0]', 1),
    ("merge({ a = 1 }, { b = 2 })", {"a": 1, "b": 2}),
    ("max([1, 5, 2]...)", 5),
    ("jsondecode(jsonencode({ a = var.pna })).a", False),
    ("length(var.list)", 2),
    # traversals
    ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
    ("[{ a = [3] }, { a = [4] }][*].a[0]", [3, 4]),
    ("[{ a = 1 }, { a = 2 }].*.a[0]", 1),
    ("var.nullv[*]", []),
    ("var.text[*]", ["txt"]),
    ("var.plain[*].pna", [False]),
    ("(var.plain).pna", False),
    # for
    ("[for v in var.list : upper(v)]", ["A", "B"]),
    ('[for i, v in var.list : i if v == "b"]', [1]),
    ('[for k, v in local.map : "${k}${v}"]', ["a1", "b2"]),
    ("{ for k, v in local.map : v => k }", {"1": "a", "2": "b"}),
    ('{ for v in ["aa", "ab", "b"] : substr(v, 0, 1) => v... }', {"a": ["aa", "ab"], "b": ["b"]}),
    ("[for a in [1, 2] : [for b in [10, 20] : a + b]]", [[11, 21], [12, 22]]),
    # templates
    ('"${var.pna}"', False),
    ('"<${var.pna}>"', "<false>"),
    ('"a${1 + 1}b${var.text}"', "a2btxt"),
    ('"%{ if var.pna }yes%{ else }no%{ endif }"', "no"),
    ('"%{ if true }yes%{ endif }!"', "yes!"),
    ('"%{ for v in var.list }<${v}>%{ endfor }"', "<a><b>"),
    ('"%{ for i, v in var.list }${i}${v} %{ endfor ~}  x"', "0a 1b x"),
    ('"a  ${~ var.text ~}  b"', "atxtb"),
    ('"  ${var.text}  "', "  txt  "),
    ("<<EOT\n one\n  ${var.text}\nEOT\n", " one\n  txt\n"),
    ("<<-EOT\n    one\n      ${var.text}\n\n    \\n $${x}\n    EOT\n", "one\n  txt\n\n\\n ${x}\n"),
    ("<<-EOT\n  %{ if true ~}\n  yes\n  %{ endif ~}\n  EOT\n", "yes\n"),
    ("path.module", "."),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), KNOWN, ids=[row[0] for row in KNOWN])
def test_known(tmp_path: Path, expression: str, expected: object) -> None:
    got = value_of(tmp_path, expression).plain()
    assert got == expected
    assert type(got) is type(expected)


NO_DEFAULT = "variable nodef has no default"
UNKNOWN: list[tuple[str, str, list[Any]]] = [
    ("var.nodef", NO_DEFAULT, []),
    ("!var.nodefb", "variable nodefb has no default", []),
    ("var.nodef.a[0]", NO_DEFAULT, []),
    ("var.nodef == null", NO_DEFAULT, []),
    ("var.nodef ? true : false", NO_DEFAULT, [True, False]),
    ('var.nodef == true ? "Disabled" : "Enabled"', NO_DEFAULT, ["Disabled", "Enabled"]),
    ('"x-${var.nodef ? 1 : 2}"', NO_DEFAULT, ["x-1", "x-2"]),
    ('(var.nodef ? "a" : "b") == "a"', NO_DEFAULT, [True, False]),
    ("!(var.nodefb ? true : false)", "variable nodefb has no default", [False, True]),
    ("var.nodef ? 1 : var.nodefb ? 2 : 3", NO_DEFAULT, [1, 2, 3]),
    ("local.arms.n", NO_DEFAULT, [1, 2]),
    ("try(local.maybe.n, 7)", NO_DEFAULT, [1, 7]),
    ("[1, 2][var.nodef]", NO_DEFAULT, [1, 2]),
    ("[for v in [1, 2] : v if v == 1 || var.nodefb]", "variable nodefb has no default", [[1], [1, 2]]),
    ("[for v in var.nodef : v]", NO_DEFAULT, []),
    ('"a${var.nodef}"', NO_DEFAULT, []),
    ('"a${lookup({}, var.nodef, var.nodef)}"', NO_DEFAULT, []),
    ("1 + var.nodef", NO_DEFAULT, []),
    ("upper(var.nodef)", NO_DEFAULT, []),
    ("var.nodefb && true", "variable nodefb has no default", []),
    ("max(var.nodef...)", NO_DEFAULT, []),
    ("try(var.nodef.x, 1)", NO_DEFAULT, []),
    ("var.other", "variable other is not declared", []),
    ("local.other", "local.other is not declared", []),
    ("local.cycle1", "local.cycle1 refers to itself", []),
    ("var.obj.missing", "var.obj has no attribute missing", []),
    ("var.nullv.a", "var.nullv is null", []),
    ("[1][3]", "a list of 1 has no member 3", []),
    ("1 / 0", "division by zero", []),
    ("terraform.workspace", "depends on where it is run", []),
    ("provider::a::b(1)", "provider::a::b() is a function of a provider", []),
    ("each.key", "there is no for_each", []),
    ("foo", "foo is no value", []),
]


@pytest.mark.parametrize(("expression", "reason", "alternatives"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_unknown(tmp_path: Path, expression: str, reason: str, alternatives: list[object]) -> None:
    data = value_of(tmp_path, expression).data
    assert isinstance(data, Unknown)
    assert not isinstance(data, Reference)
    assert data.reason == reason
    assert [value.plain() for value in data.alternatives] == alternatives


def test_a_failing_member_leaves_the_others_known(tmp_path: Path) -> None:
    members = value_of(tmp_path, "{ a = var.obj.missing, b = 1 }").members()
    assert not members["a"].known
    assert members["b"].data == 1


def test_places_and_trails(tmp_path: Path) -> None:
    value = value_of(tmp_path, "local.lb")
    assert [(step.kind, step.name, step.location.line) for step in value.trail] == [
        ("local", "local.lb", 17),
        ("local", "local.la", 16),
        ("variable default", "var.pna", 5),
    ]
    assert (value.location.column, value.location.end_column) == (11, 19)


def test_a_member_says_where_it_was_written(tmp_path: Path) -> None:
    value = value_of(tmp_path, "var.plain.pna")
    assert [(step.kind, step.name, step.location.line, step.location.column) for step in value.trail] == [
        ("variable default", "var.plain.pna", 14, 38)
    ]


def test_columns_count_characters(tmp_path: Path) -> None:
    value = value_of(tmp_path, '["é😀", 1]').items()[1]
    assert (value.location.column, value.location.end_column) == (18, 19)


BOMBS = [
    "local.l40",
    "local.s60",
    "local.n40",
    "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]",
    "[" * 2000 + "]" * 2000,
    "(" * 500 + "1" + ")" * 500,
    " + ".join(["1"] * 3000),
    "true ? 1 : " * 1000 + "2",
    "local.deep0",
]
BOMB_LOCALS = (
    'locals {\n  l0 = [1, 2]\n  s0 = "aaaaaaaaaa"\n  n0 = 99\n  deep999 = 1\n'
    + "".join(f"  l{i} = [local.l{i - 1}, local.l{i - 1}]\n" for i in range(1, 41))
    + "".join(f'  s{i} = "${{local.s{i - 1}}}${{local.s{i - 1}}}"\n' for i in range(1, 61))
    + "".join(f"  n{i} = local.n{i - 1} * local.n{i - 1}\n" for i in range(1, 41))
    + "".join(f"  deep{i} = local.deep{i + 1}\n" for i in range(999))
    + "}\n"
)


@pytest.mark.parametrize("expression", BOMBS, ids=[bomb[:30] for bomb in BOMBS])
def test_bombs_do_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expression: str) -> None:
    monkeypatch.setattr(budget, "MAX_WORK", 20_000)
    (tmp_path / "main.tf").write_text(f'{BOMB_LOCALS}\noutput "it" {{\n  value = {expression}\n}}\n')
    reading = read(Tree(tmp_path), "", wanted=lambda _: False)
    assert sum(1 for resource in reading.resources for _ in resource.properties.walk()) < 200_000
    assert {error.message for error in reading.errors} <= {"the code takes too much work to evaluate"}
