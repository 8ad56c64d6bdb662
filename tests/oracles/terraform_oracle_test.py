"""Our Terraform evaluator against Trivy's (PyPI `tfparse`), on generated expressions.

The oracle is an independent implementation that is built on HashiCorp's own HCL and functions. It gives null for
what it cannot evaluate. It can abort its process, so it runs in a child. Its interpreter is named by
AIPOSTURE_TFPARSE_PYTHON; without that, the tests run if `tfparse` is installed beside us.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aiposture.files import Tree
from aiposture.model.values import Unknown
from aiposture.readers.terraform import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

INSTALL = "python -m venv V && V/bin/pip install tfparse, then set AIPOSTURE_TFPARSE_PYTHON=V/bin/python"

CHILD = """
import json, sys
import tfparse
loaded = tfparse.load_from_path(sys.argv[1])
print(json.dumps(loaded.get("azurerm_cognitive_account", [{}])[0]))
"""

PREAMBLE = """
variable "text" { default = "Disabled" }
variable "number" { default = 3 }
variable "flag" { default = false }
variable "list" { default = ["b", "a", "b"] }
variable "object" { default = { kind = "OpenAI", rules = ["10.0.0.0/8"], public = false } }
variable "open" { type = string }
variable "open_flag" { type = bool }
locals {
  text   = "x-${var.text}"
  number = var.number + 1
  flag   = !var.flag
  list   = concat(var.list, ["c"])
  object = merge(var.object, { kind = "TextAnalytics" })
}
"""

Plain = object


@pytest.fixture(autouse=True)
def _oracle() -> None:
    interpreter()


def interpreter() -> str:
    """The interpreter that has the oracle; skips the test if there is none."""
    named = os.environ.get("AIPOSTURE_TFPARSE_PYTHON")
    if named:
        return named
    if importlib.util.find_spec("tfparse") is None:
        pytest.skip(f"the oracle tfparse is not installed: {INSTALL}")
    return sys.executable


def configuration(expressions: Sequence[str]) -> str:
    attributes = "\n".join(f"  a{place} = {expression}" for place, expression in enumerate(expressions))
    return f'{PREAMBLE}\nresource "azurerm_cognitive_account" "this" {{\n{attributes}\n}}\n'


def ours(directory: Path, count: int) -> list[Plain]:
    reading = read(Tree(directory), "", wanted=lambda kind: kind == "azurerm_cognitive_account")
    (resource,) = reading.resources
    members = resource.properties.members()
    return [flat(members[f"a{place}"].plain()) for place in range(count)]


def theirs(directory: Path, count: int) -> list[Plain]:
    done = subprocess.run(
        [interpreter(), "-c", CHILD, str(directory)], capture_output=True, text=True, timeout=120, check=True
    )
    resource: Mapping[str, Plain] = json.loads(done.stdout)
    return [flat(resource.get(f"a{place}")) for place in range(count)]


def flat(data: Plain) -> Plain:
    """Data with null for everything unknown, as the oracle has it, and one form for each number."""
    if isinstance(data, Unknown):
        return None
    if isinstance(data, dict):
        return None if "__attribute__" in data else {key: flat(member) for key, member in sorted(data.items())}
    if isinstance(data, list):
        return [flat(member) for member in data]
    return round(data, 9) if isinstance(data, float) else data


def both(directory: Path, expressions: Sequence[str]) -> tuple[dict[str, Plain], dict[str, Plain]]:
    (directory / "main.tf").write_text(configuration(expressions), encoding="utf-8")
    count = len(expressions)
    return (
        dict(zip(expressions, ours(directory, count), strict=True)),
        dict(zip(expressions, theirs(directory, count), strict=True)),
    )


def same(left: Plain, right: Plain) -> bool:
    return json.dumps(left) == json.dumps(right)  # tells 1 from true


def compatible(left: Plain, right: Plain) -> bool:
    """Whether nothing that one side knows contradicts what the other knows."""
    if left is None or right is None or (isinstance(right, str) and "${" in right):
        return True
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(compatible, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(compatible(left[key], right[key]) for key in left)
    return same(left, right)


def one(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


def filled(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The template with its `<name>` fields drawn; braces belong to Terraform."""

    def fill(drawn: Mapping[str, str]) -> str:
        whole = template
        for name, part in drawn.items():
            whole = whole.replace(f"<{name}>", part)
        return whole

    return st.fixed_dictionaries(parts).map(fill)


class Grammar:
    """Expressions of each type, nested to a depth. A subclass can grow them from other leaves."""

    TEXT_LEAVES = one(
        '"a"', '""', '"Enabled"', '"a-b_C d"', "var.text", "local.text", "var.object.kind", 'var.object["kind"]'
    )
    NUMBER_LEAVES = one("0", "1", "7", "-2", "2.5", "var.number", "local.number", "length(var.list)")
    FLAG_LEAVES = one("true", "false", "var.flag", "local.flag", "local.object.public")
    LIST_LEAVES = one("[]", '["a"]', '["b", "a", "", "b"]', "var.list", "local.list", "var.object.rules")
    MAP_LEAVES = one("{}", '{ a = "x", b = "y" }', '{ "a" = "z", c = "w" }')

    def texts(self, depth: int) -> st.SearchStrategy[str]:
        if depth == 0:
            return self.TEXT_LEAVES
        text, number, flag, items, table = (
            self.texts(depth - 1),
            self.numbers(0),
            self.flags(depth - 1),
            self.lists(depth - 1),
            self.maps(0),
        )
        return st.one_of(
            self.TEXT_LEAVES,
            filled("<f>(<t>)", f=one("upper", "lower", "title", "trimspace", "strrev", "chomp", "tostring"), t=text),
            filled("<f>(<t>)", f=one("base64encode", "md5", "sha256", "urlencode", "jsonencode"), t=text),
            filled('<f>(<t>, "<c>")', f=one("trim", "trimprefix", "trimsuffix"), t=text, c=one("a", "D", "En", "x-")),
            filled('"<p>${<t>}-${<n>}"', p=one("", "p", "$${x}"), t=text, n=number),
            filled('"%{ if <c> }y%{ else }${<t>}%{ endif }"', c=flag, t=text),
            filled("<c> ? <t> : <u>", c=flag, t=text, u=text).map(lambda whole: f"({whole})"),
            filled('join("<s>", <l>)', s=one("", "-", ", "), l=items),
            filled('replace(<t>, "<a>", "<b>")', t=text, a=one("a", "/[a-z]/", "/(.)b/"), b=one("", "z", "<$1>")),
            filled("substr(<t>, <o>, <n>)", t=text, o=one("0", "1", "-2"), n=one("1", "2", "-1")),
            filled(
                'format("<f>", <t>, <n>)',
                f=one("%s/%d", "%5s|%03d", "%v %v", "%-4s%x"),
                t=text,
                n=one("1", "12", "300"),
            ),
            filled('coalesce(<t>, "d")', t=text),
            filled('lookup(<m>, "<k>", <t>)', m=table, k=one("a", "c", "q"), t=text),
            filled("try(<m>.<k>, <t>)", m=table, k=one("a", "c", "q"), t=text),
            filled("element(<l>, <n>)", l=one("var.list", "local.list", '["q"]'), n=one("0", "1", "5")),
            filled('cidrsubnet("10.0.0.0/8", <n>, <m>)', n=one("4", "8"), m=one("0", "3")),
            filled("{ true = <t>, false = <u> }[<c>]", t=text, u=text, c=flag),
        )

    def numbers(self, depth: int) -> st.SearchStrategy[str]:
        if depth == 0:
            return self.NUMBER_LEAVES
        number = self.numbers(depth - 1)
        return st.one_of(
            self.NUMBER_LEAVES,
            filled("(<a> <o> <b>)", a=number, o=one("+", "-", "*"), b=number),
            filled("(<a> <o> <b>)", a=number, o=one("/", "%"), b=one("2", "3", "-4")),
            filled("<f>(<a>)", f=one("abs", "ceil", "floor"), a=number),
            filled("<f>(<a>, <b>)", f=one("max", "min"), a=number, b=number),
            filled("length(<l>)", l=self.lists(depth - 1)),
            filled("length(<t>)", t=self.texts(depth - 1)),
            filled("sum([for i, v in <l> : i])", l=one("var.list", "local.list")),
            filled("pow(<a>, <b>)", a=one("2", "3"), b=one("0", "2", "5")),
            filled('parseint("<a>", 16)', a=one("ff", "10")),
        )

    def flags(self, depth: int) -> st.SearchStrategy[str]:
        if depth == 0:
            return self.FLAG_LEAVES
        flag, text, number = self.flags(depth - 1), self.texts(depth - 1), self.numbers(depth - 1)
        return st.one_of(
            self.FLAG_LEAVES,
            filled("(<a> <o> <b>)", a=flag, o=one("&&", "||", "==", "!="), b=flag),
            filled("!<a>", a=flag),
            filled("(<a> <o> <b>)", a=number, o=one("<", ">", "<=", ">=", "==", "!="), b=number),
            filled("(<a> <o> <b>)", a=text, o=one("==", "!="), b=text),
            filled('contains(<l>, "<e>")', l=self.lists(depth - 1), e=one("a", "z")),
            filled('<f>(<t>, "<e>")', f=one("startswith", "endswith", "strcontains"), t=text, e=one("", "a", "x")),
            filled('can(regex("<r>", <t>))', r=one("^[a-z]+$", "b|D", "^$"), t=text),
            filled("alltrue([<a>, <b>])", a=flag, b=flag),
            filled("anytrue([<a>, <b>])", a=flag, b=flag),
            filled('tobool("<a>")', a=one("true", "false")),
        )

    def lists(self, depth: int) -> st.SearchStrategy[str]:
        if depth == 0:
            return self.LIST_LEAVES
        items, text, table = self.lists(depth - 1), self.texts(depth - 1), self.maps(depth - 1)
        return st.one_of(
            self.LIST_LEAVES,
            filled("[<t>, <u>]", t=text, u=text),
            filled("<f>(<l>)", f=one("distinct", "reverse", "sort", "compact", "flatten", "tolist"), l=items),
            filled("concat(tolist(<l>), tolist(<m>))", l=items, m=items),
            filled("<f>(<l>, <m>)", f=one("setunion", "setintersection", "setsubtract"), l=items, m=items),
            filled("flatten([<l>, [<m>]])", l=items, m=items),
            filled('split("<s>", <t>)', s=one("-", ",", "a"), t=text),
            filled("<f>(<m>)", f=one("keys", "values"), m=table),
            filled("[for v in <l> : upper(v)]", l=items),
            filled('[for v in <l> : v if v != "a"]', l=items),
            filled('[for k, v in <m> : "${k}=${jsonencode(v)}"]', m=table),
            filled('formatlist("%s!", <l>)', l=items),
            filled("(<c> ? tolist(<l>) : tolist(<m>))", c=self.flags(depth - 1), l=items, m=items),
            filled("[for v in <l> : { n = v }][*].n", l=items),
            filled('regexall("[a-z]", <t>)', t=text),
            filled("jsondecode(jsonencode(<l>))", l=items),
            filled("yamldecode(yamlencode(<l>))", l=items),
        )

    def maps(self, depth: int) -> st.SearchStrategy[str]:
        if depth == 0:
            return self.MAP_LEAVES
        table, items = self.maps(depth - 1), self.lists(depth - 1)
        return st.one_of(
            self.MAP_LEAVES,
            filled("merge(<m>, <n>)", m=table, n=table),
            filled('zipmap(["p", "q"], [<t>, <u>])', t=self.texts(depth - 1), u=self.texts(depth - 1)),
            filled("{ for k, v in <m> : upper(k) => v }", m=table),
            filled("{ for i, v in tolist(<l>) : i => v }", l=items),
            filled("{ for v in <l> : v => length(v)... }", l=items),
            filled('tomap({ a = <t>, "b-c" = <u> })', t=self.texts(depth - 1), u=self.texts(depth - 1)),
            filled("jsondecode(jsonencode(<m>))", m=table),
            filled("transpose({ a = <l>, b = <k> })", l=items, k=items),
        )

    def any(self) -> st.SearchStrategy[str]:
        """An expression of any type."""
        return st.one_of(self.texts(2), self.numbers(2), self.flags(2), self.lists(2), self.maps(2))


class OpenGrammar(Grammar):
    """Expressions in which something is often unknown."""

    TEXT_LEAVES = one('"a"', '""', "var.open", "var.text")
    FLAG_LEAVES = one("true", "false", "var.open_flag", "var.flag")
    LIST_LEAVES = one('["a", var.open]', "var.list", "[]", "[var.open]")
    MAP_LEAVES = one('{ a = var.open, b = "x" }', '{ c = "y" }')


GENERATED = settings(
    max_examples=int(os.environ.get("AIPOSTURE_ORACLE_EXAMPLES", "20")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # each step of shrinking would start a child
    suppress_health_check=list(HealthCheck),
)


def fifty(expressions: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Enough to make starting a child worth it."""
    return st.lists(expressions, min_size=50, max_size=50, unique=True)


@GENERATED
@given(expressions=fifty(Grammar().any()))
def test_generated_expressions(tmp_path_factory: pytest.TempPathFactory, expressions: list[str]) -> None:
    mine, oracle = both(tmp_path_factory.mktemp("oracle"), expressions)
    assert {e: (mine[e], oracle[e]) for e in expressions if not same(mine[e], oracle[e])} == {}


@GENERATED
@given(expressions=fifty(OpenGrammar().any()))
def test_what_both_know_is_the_same(tmp_path_factory: pytest.TempPathFactory, expressions: list[str]) -> None:
    mine, oracle = both(tmp_path_factory.mktemp("oracle"), expressions)
    judged = [e for e in expressions if "merge(" not in e]  # see DISAGREEMENTS
    assert {e: (mine[e], oracle[e]) for e in judged if not compatible(mine[e], oracle[e])} == {}


DISAGREEMENTS = {
    # expression: (ours, the oracle's, why)
    '[for k, v in { a = ["x"] } : "${k}=${v}"]': (
        [None], ["a="], "a list in a template is an error in Terraform; the oracle leaves it out of the text",
    ),
    '"p${var.open}-${1}"': (
        None, "p${var.open}-", "the text is unknown; the oracle gives a part of it",
    ),
    'concat(["a"], toset(["b"]))': (
        ["a", "b"], None, "Terraform refuses a set here; we do not tell a set from a list, and refuse less",
    ),
    'formatlist("%s!", ["a", var.open])': (
        ["a!", None], None, "Terraform knows the first member too; the oracle gives up the whole",
    ),
    'startswith(var.open, "")': (
        None, True, "true of every text that is not null; we ask for both arguments first",
    ),
    'merge({ c = "y" }, { for v in ["a", var.open] : "k" => v if v != "a" })': (
        {"c": "y", "k": None}, {"c": "y"}, "a member that may be there is an unknown one; the oracle drops it",
    ),
    "alltrue([var.open_flag, false])": (
        False, None, "one false member decides",
    ),
}  # fmt: skip


def test_the_known_disagreements_are_still_there(tmp_path: Path) -> None:
    mine, oracle = both(tmp_path, list(DISAGREEMENTS))
    assert {e: (mine[e], oracle[e]) for e in DISAGREEMENTS} == {e: row[:2] for e, row in DISAGREEMENTS.items()}
