from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiposture.readers.bicep.outline import outline

SOURCE = """\
targetScope = 'subscription'

import { a, b as c } from 'types.bicep'
import * as d from 'br/public:x:1'

@description('''
resource inText 'Microsoft.X/y@1' = {
''')
@secure()
param key string
param list string[] = [
  'a'
]
param either ('a' | 'b') = 'a'
type thing = {
  resource: string
}
func f(x string) string => 'a ${x}'
var object = { resource: 'x' }
var long = true
  ? 'a'
  : 'b'

// resource commentedOut 'Microsoft.X/y@1' = {}
resource parent 'Microsoft.X/y@2020-01-01' = {
  name: 'n', location: 'l'
  'quoted-key': 1
  properties: any({
    rules: [for (rule, index) in rules: {
      value: rule
    }]
  })
  resource child 'z' = if (long) {
    name: 'c'
    resource grand 'w@2021-01-01' = [for n in (long ? a : b): {
      name: n
    }]
  }
}
@batchSize(2)
module loop './m.bicep' = [for i in long ? a : b: if (i > 0) {
  params: {
    i: i
  }
}]
resource there 'Microsoft.X/y@2020-01-01' existing = {
  name: 'there'
}
output id string = parent.id
"""


def test_declarations() -> None:
    found = outline("main.bicep", SOURCE)
    parent, loop, there = found.declarations
    (child,) = parent.children
    (grand,) = child.children

    assert (found.scope, [one.name for one in found.named if one.kind == "param"]) == (
        "subscription",
        ["key", "list", "either"],
    )
    assert [(one.path, one.target, one.api_version) for one in (parent, child, grand)] == [
        ("parent", "Microsoft.X/y", "2020-01-01"),
        ("parent::child", "Microsoft.X/y/z", "2020-01-01"),
        ("parent::child::grand", "Microsoft.X/y/z/w", "2021-01-01"),
    ]
    assert [(one.loop, one.conditional, one.existing) for one in (parent, child, grand, loop, there)] == [
        (False, False, False),
        (False, True, False),
        (True, False, False),
        (True, True, False),
        (False, False, True),
    ]


def test_members_and_their_places() -> None:
    found = outline("main.bicep", SOURCE)
    parent, loop, _ = found.declarations
    rules = parent.body.member("properties").value.member("rules").value
    value = rules.innermost.member("value").value

    assert [one.name for one in parent.body.members] == ["name", "location", "quoted-key", "properties"]
    assert (rules.shape, SOURCE[value.start : value.end]) == ("loop", "rule")
    assert [one.name for one in loop.body.member("params").value.members] == ["i"]
    assert found.location(parent.start, parent.header_end).line == 25
    assert SOURCE[parent.start : parent.header_end] == "resource parent 'Microsoft.X/y@2020-01-01' = {"
    assert SOURCE[loop.decorated_from : loop.start] == "@batchSize(2)\n"


def test_names_values_and_imports() -> None:
    found = outline("main.bicep", SOURCE)
    key, long = found.find("param", "key"), found.find("var", "long")

    assert (key.decorators, key.value) == ({"description", "secure"}, None)
    assert SOURCE[long.value.start : long.value.end].split() == ["true", "?", "'a'", ":", "'b'"]
    assert [(one.target, one.names, one.alias) for one in found.imports] == [
        ("types.bicep", ("a", "b"), None),
        ("br/public:x:1", (), "d"),
    ]
    assert [target for target, _ in found.targets()] == ["./m.bicep", "types.bicep", "br/public:x:1"]


def test_parameter_file() -> None:
    found = outline("x.bicepparam", "using './main.bicep'\nextends 'base.bicepparam'\nparam a = {\n  b: 1\n}\n")

    assert (found.using, found.extends) == ("./main.bicep", ("base.bicepparam",))
    assert found.find("param", "a").value.member("b") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "resource",
        "resource x",
        "resource x 'T'",
        "resource x 'T' = ",
        "resource x 'T@1' = {",
        "resource x 'T@1' = [for",
        "resource x 'T@1' = [for a in b: {",
        "module x ''' ",
        "param",
        "import {",
        "}}}]])",
        "resource x '${a}' = {}",
        "@",
        "@a.b.",
        "{" * 3000 + "}" * 3000,
        "resource a 'b@1' = " + "{ c: " * 3000,
        "var x = " + "any(" * 3000 + ")" * 3000,
    ],
    ids=range(18),
)
def test_broken_text_has_an_outline(text: str) -> None:
    assert outline("x.bicep", text).text == text


@given(st.lists(st.sampled_from(SOURCE.replace("\n", " \n ").split(" ")), max_size=40).map(" ".join))
def test_shuffled_text_has_an_outline(text: str) -> None:
    assert outline("x.bicep", text).text == text
