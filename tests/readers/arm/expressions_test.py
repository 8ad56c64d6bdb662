"""What template expressions give: a table held against Azure's own engine, and unknowns, which only we have."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiposture.model import Location, Reference, Step, Unknown, Value
from aiposture.readers.arm.expressions import (
    Budget,
    Named,
    ResourceName,
    UserFunction,
    evaluate,
    evaluate_all,
)
from aiposture.readers.arm.expressions.scope import FACTS

HERE = Location("main.json", 10, 5, 10, 40)
THERE = Location("main.json", 2, 5, 2, 20)
MEMBER = Location("main.json", 3, 9, 3, 30)


def lift(data, location=THERE):
    if isinstance(data, Value):
        return data
    if isinstance(data, dict):
        return Value({name: lift(member, MEMBER) for name, member in data.items()}, location)
    if isinstance(data, list):
        return Value(tuple(lift(member, MEMBER) for member in data), location)
    return Value(data, location)


@dataclass
class Scope:
    parameters: dict = field(default_factory=dict)
    variables: dict = field(default_factory=dict)
    functions: dict = field(default_factory=dict)
    resources: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    index: object = None
    budget: Budget = field(default_factory=Budget)

    def parameter(self, name):
        return self.named(self.parameters, name, "variable default")

    def variable(self, name):
        return self.named(self.variables, name, "local")

    def named(self, values, name, kind):
        found = next((key for key in values if key.casefold() == name.casefold()), None)
        return None if found is None else Named(lift(values[found]), kind)

    def function(self, namespace, name):
        return self.functions.get(f"{namespace}.{name}")

    def copy_index(self, name):
        return None if self.index is None or name not in (None, "loop") else lift(self.index)

    def resource(self, name: ResourceName):
        key = "/".join([name.type, *(str(part.data) for part in name.names if part.known)])
        return self.resources.get(key)

    def symbol(self, name):
        return self.resources.get(name.data)

    def state(self, address):
        return self.states.get(address)

    def fact(self, name):
        assert name in FACTS
        return self.facts.get(name)


def param(name: str, *alternatives) -> Value:
    reason = f"parameter {name} has no default"
    return Value(Unknown(f"parameters('{name}')", reason, (), tuple(map(lift, alternatives))), THERE)


SCOPE = {
    "parameters": {
        "open": param("open"),
        "either": param("either", "Enabled", "Disabled"),
        "flag": param("flag"),
        "acls": {"defaultAction": "Deny", "rules": [{"value": "1.2.3.4"}], "off": None},
        "name": "acct",
    },
    "variables": {"list": ["a", param("open")]},
    "resources": {
        "Microsoft.X/accounts/acct": "accounts/acct", "account": "account", "Microsoft.X/accounts": "accounts/open",
    },
}  # fmt: skip


def run(text: str, **scope) -> Value:
    return evaluate(text, Scope(**{**SCOPE, **scope}), HERE)


def unknown_parts(value: Value) -> list[Unknown]:
    return [part.data for part in value.walk() if isinstance(part.data, Unknown)]


def cases() -> list[tuple[str, str | None]]:
    lines = Path(__file__).with_name("expressions_cases.txt").read_text("utf-8").split("\n")
    rows = [line for line in lines if line and not line.startswith("#")]
    return [tuple(row.rsplit(" => ", 1)) if not row.endswith(" !!") else (row[:-3], None) for row in rows]


@pytest.mark.parametrize("text", [text for text, expected in cases() if expected is None])
def test_what_azure_refuses_is_unknown(text):
    value = evaluate(text, Scope(), HERE)
    assert unknown_parts(value)
    assert all(part.reason and part.expression for part in unknown_parts(value))


@pytest.mark.parametrize(("text", "expected"), [case for case in cases() if case[1] is not None])
def test_value(text, expected):
    value = evaluate(text, Scope(), HERE)
    assert json.dumps(value.plain(), ensure_ascii=False) == expected
    assert value.location == HERE


@pytest.mark.parametrize(
    "text",
    [
        "[parameters('open')]",
        "[toLower(parameters('open'))]",
        "[equals(parameters('open'), 'a')]",
        "[empty(parameters('open'))]",
        "[not(parameters('open'))]",
        "[contains(variables('list'), 'b')]",
        "[and(parameters('flag'), true())]",
        "[or(parameters('flag'), false())]",
        "[parameters('missing')]",
        "[variables('missing')]",
        "[parameters(parameters('open'))]",
        "[parameters('acls').nothing]",
        "[parameters('acls').rules[7]]",
        "[parameters('name').x]",
        "[newGuid()]",
        "[utcNow()]",
        "[utcNow('u')]",
        "[uniqueString(resourceGroup().id)]",
        "[environment().suffixes.storage]",
        "[deployer().objectId]",
        "[providers('a', 'b')]",
        "[pickZones('a', 'b', 'c')]",
        "[externalInput('a', 'b')]",
        "[fail('no')]",
        "[copyIndex()]",
        "[copyIndex('other')]",
        "[nothing()]",
        "[name.space('x')]",
        "[abc]",
        "[]",
        "[']",
        "['a' 'b']",
        "[concat('a']",
        "[concat(]",
        "[1.2.3]",
        "[lambdaVariables('x')]",
        "[lambda('x', 1)]",
        "[map(createArray(1))]",
        "[if(true())]",
    ],
)
def test_unknown(text):
    value = run(text)
    assert isinstance(value.data, Unknown)
    assert not value.data.alternatives
    assert value.data.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[or(parameters('flag'), true())]", True),
        ("[and(parameters('flag'), false())]", False),
        ("[or(true(), parameters('flag'))]", True),
        ("[contains(variables('list'), 'a')]", True),
        ("[length(variables('list'))]", 2),
        ("[first(variables('list'))]", "a"),
        ("[if(parameters('flag'), 'same', 'same')]", "same"),
        ("[if(true(), 'a', parameters('open'))]", "a"),
        ("[coalesce('a', parameters('open'))]", "a"),
        ("[coalesce(resourceGroup().location, 'a')]", None),
        ("[empty(format('{0}-x', parameters('open')))]", False),
        ("[empty(resourceGroup().name)]", False),
        ("[empty(resourceId('Microsoft.X/accounts', parameters('open')))]", False),
        ("[equals(resourceId('Microsoft.X/accounts', 'acct'), '')]", False),
        ("[equals(resourceId('Microsoft.X/accounts', 'acct'), null())]", False),
        ("[equals(concat('a-', parameters('open')), 'b')]", False),
        ("[equals(parameters('open'), parameters('open'))]", True),
        ("[equals(parameters('either'), 'Other')]", False),
        ("[empty(parameters('either'))]", False),
        ("[not(equals(parameters('either'), 'Other'))]", True),
        ("[parameters('acls').DEFAULTACTION]", "Deny"),
        ("[parameters('acls')['defaultAction']]", "Deny"),
        ("[PARAMETERS('ACLS').rules[0].value]", "1.2.3.4"),
        ("[parameters('acls').off]", None),
        ("[parameters('acls').?nothing]", None),
        ("[parameters('acls')?.nothing]", None),
        ("[parameters('acls')[?'nothing']]", None),
        ("[tryGet(parameters('acls'), 'nothing')]", None),
        ("[length(map(variables('list'), lambda('x', lambdaVariables('x'))))]", 2),
        (("[map(createArray(1, 2), lambda('x', map(createArray(10), lambda('y', add(lambdaVariables('x'), "
         "lambdaVariables('y'))))))[1][0]]"), 12),
    ],
)  # fmt: skip
def test_known_all_the_same(text, expected):
    value = run(text)
    if expected is None:
        assert not isinstance(value.data, Unknown) or "location" in value.data.expression
    else:
        assert value.plain() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[if(parameters('flag'), 'Enabled', 'Disabled')]", ["Enabled", "Disabled"]),
        ("[if(parameters('flag'), if(parameters('open'), 'a', 'b'), 'b')]", ["a", "b"]),
        ("[toLower(parameters('either'))]", ["enabled", "disabled"]),
        ("[equals(parameters('either'), 'Enabled')]", [True, False]),
        ("[createObject('Enabled', 1, 'Disabled', 2)[parameters('either')]]", [1, 2]),
        ("[tryGet(createObject('Enabled', 1), parameters('either'))]", [1, None]),
        ("[coalesce(tryGet(createObject('dev', 'Disabled'), parameters('open')), 'Enabled')]", ["Disabled", "Enabled"]),
        ("[coalesce(createObject('dev', 'Disabled')[?parameters('open')], 'Enabled')]", ["Disabled", "Enabled"]),
        ("[tryGet(createArray(1, 2), length(parameters('open')))]", [1, 2, None]),
        ("[if(parameters('flag'), createObject('a', 1), createObject('a', 2)).a]", [1, 2]),
        ("[tryGet(if(parameters('flag'), createObject('a', 1), createObject()), 'a')]", [1, None]),
        ("[coalesce(if(parameters('flag'), 'a', null()), 'b')]", ["a", "b"]),
        ("[concat(parameters('either'), '-', 'x')]", ["Enabled-x", "Disabled-x"]),
        ("[format('{0}!', parameters('either'))]", ["Enabled!", "Disabled!"]),
        (("[shallowMerge(createArray(createObject('a', 1), if(parameters('flag'), createObject('a', 2), "
         "createObject())))]"), [{"a": 2}, {"a": 1}]),
        ("[bool(if(parameters('flag'), 'true', 'nonsense'))]", None),
    ],
)  # fmt: skip
def test_alternatives(text, expected):
    value = run(text)
    if expected is None:
        assert value.plain() is True  # a deployment that succeeds has taken the other arm
        return
    assert isinstance(value.data, Unknown)
    assert [arm.plain() for arm in value.data.alternatives] == expected


def test_many_optional_parts_leave_each_member_its_possibilities():
    parts = ", ".join(
        f"if(equals(parameters('open'), '{i}'), createObject('m{i}', 'on'), createObject())" for i in range(9)
    )
    value = run(f"[shallowMerge(createArray(createObject('publicNetworkAccess', 'Disabled', 'm0', 'off'), {parts}))]")
    assert value.get("publicNetworkAccess").data == "Disabled"
    assert [arm.plain() for arm in value.get("m0").data.alternatives] == ["on", "off"]
    assert [arm.plain() for arm in value.get("m3").data.alternatives] == ["on", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[concat('ai-', parameters('open'))]", "ai-${parameters('open')}"),
        ("[format('ai-{0}', parameters('open'))]", "ai-${parameters('open')}"),
        ("[format('{0}-{1}', parameters('name'), uniqueString(resourceGroup().id))]",
         "acct-${uniqueString(resourceGroup().id)}"),
        ("[toLower(concat('AI-', parameters('open')))]", "toLower('AI-${parameters(''open'')}')"),
        ("[resourceId('Microsoft.Y/things', parameters('open'))]",
         ("/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}"
         "/providers/Microsoft.Y/things/${parameters('open')}")),
        ("[resourceId('rg', 'Microsoft.Y/things/parts', 'a', 'b')]",
         "/subscriptions/${subscription().subscriptionId}/resourceGroups/rg/providers/Microsoft.Y/things/a/parts/b"),
        (("[extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', subscription().subscriptionId, "
         "parameters('open')), 'Microsoft.Y/things', 'a')]"),
         ("/subscriptions/${subscription().subscriptionId}/resourceGroups/${parameters('open')}"
         "/providers/Microsoft.Y/things/a")),
        ("[reference('nothing').a.b]", "reference('nothing').a.b"),
        ("[resourceGroup().tags['a-b']]", "resourceGroup().tags['a-b']"),
        ("[parameters('open').x[0]]", "parameters('open').x[0]"),
    ],
)  # fmt: skip
def test_expression_of_an_unknown(text, expected):
    assert run(text).data.expression == expected


@pytest.mark.parametrize(
    ("text", "address", "path"),
    [
        ("[resourceId('Microsoft.X/accounts', 'acct')]", "accounts/acct", ("id",)),
        ("[resourceId('Microsoft.X/accounts', parameters('name'))]", "accounts/acct", ("id",)),
        (("[extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', 'a', 'b'), 'Microsoft.X/accounts', "
         "'acct')]"), "accounts/acct", ("id",)),
        ("[resourceInfo('account').id]", "account", ("id",)),
        ("[reference('account').endpoint]", "account", ("endpoint",)),
        ("[reference(resourceId('Microsoft.X/accounts', 'acct'), '2024-10-01', 'Full').identity.principalId]",
         "accounts/acct", ("identity", "principalId")),
        ("[reference('/subscriptions/s/resourceGroups/g/providers/Microsoft.X/accounts/acct').a]", "accounts/acct",
         ("a",)),
        ("[listKeys(resourceId('Microsoft.X/accounts', 'acct'), '2024-10-01').key1]", "accounts/acct",
         ("listKeys", "key1")),
        ("[listAdminKeys('account', '2024').primaryKey]", "account", ("listAdminKeys", "primaryKey")),
        ("[listKeys('/subscriptions/s/resourceGroups/g/providers/Microsoft.Y/a/b', '2024').key1]",
         "/subscriptions/s/resourceGroups/g/providers/Microsoft.Y/a/b", ("listKeys", "key1")),
    ],
)  # fmt: skip
def test_references(text, address, path):
    data = run(text).data
    assert isinstance(data, Reference)
    assert (data.address, data.path) == (address, path)


def test_references_flow_into_what_is_made_of_them():
    value = run("[concat('Key ', listKeys('account', '2024').key1)]")
    assert [(ref.address, ref.path) for ref in value.data.references] == [("account", ("listKeys", "key1"))]
    chosen = run("[if(parameters('flag'), listKeys('account', '2024').key1, 'x')]")
    assert [ref.address for ref in chosen.data.references] == ["account"]


def test_outputs_of_a_nested_deployment():
    outputs = lift({"outputs": {"pna": {"value": "Disabled"}}})
    value = run("[reference('nested').outputs.pna.value]", resources={"nested": "nested"}, states={"nested": outputs})
    assert value.data == "Disabled"
    assert value.trail[-1].location == MEMBER


def test_a_step_leads_to_the_default():
    value = run("[parameters('name')]")
    assert value.location == HERE
    assert value.trail == (Step("variable default", "parameter name", THERE),)


@pytest.mark.parametrize(
    "text",
    ["[parameters('acls').defaultAction]", "[if(true(), parameters('acls').defaultAction, 'x')]",
     "[coalesce(null(), parameters('acls').defaultAction)]"],
)  # fmt: skip
def test_a_step_leads_to_the_member(text):
    value = run(text)
    assert (value.data, value.location) == ("Deny", HERE)
    assert value.trail == (Step("variable default", "parameter acls.defaultAction", MEMBER),)


def test_members_keep_their_places():
    value = run("[parameters('acls')]")
    assert value.location == HERE
    assert value.get("defaultAction").location == MEMBER
    made = run("[createObject('acls', parameters('acls'), 'pna', 'Disabled')]")
    assert made.get("pna").location == HERE
    assert made.get("acls", "defaultAction").location == MEMBER
    first = run("[first(variables('list'))]")
    assert (first.location, first.trail) == (HERE, (Step("local", "variable list", MEMBER),))


def test_the_way_of_what_is_computed():
    assert run("[toLower(parameters('name'))]").trail[0].name == "parameter name"
    decided = run("[if(equals(parameters('name'), 'acct'), 'a', 'b')]")
    assert (decided.data, decided.trail[0].name) == ("a", "parameter name")


@pytest.mark.parametrize(
    ("text", "expected"), [("[copyIndex()]", 3), ("[copyIndex('loop')]", 3), ("[copyIndex(1)]", 4),
                           ("[copyIndex('loop', 10)]", 13)]
)  # fmt: skip
def test_copy_index(text, expected):
    assert run(text, index=3).data == expected


def test_user_function():
    body = lift({"x": "[toUpper(parameters('word'))]", "[parameters('word')]": ["[parameters('other')]"]})
    functions = {"ns.shout": UserFunction(("word", "other"), body)}
    assert run("[ns.shout('a')]", functions=functions).plain() == {"x": "A", "a": [None]}
    assert isinstance(run("[ns.shout('a', 'b', 'c')]", functions=functions).data, Unknown)
    assert run("[ns.shout(parameters('name')).x]", functions=functions).data == "ACCT"


def test_a_function_that_calls_itself_ends():
    functions = {"ns.f": UserFunction(("x",), lift("[ns.f(concat(parameters('x'), 'a'))]"))}
    assert isinstance(run("[ns.f('a')]", functions=functions).data, Unknown)


def test_facts_that_are_known():
    group, subscription = {"name": "rg", "location": "westeurope"}, {"subscriptionId": "s"}
    facts = {"resourceGroup": lift(group), "subscription": lift(subscription)}
    assert run("[resourceGroup().location]", facts=facts).data == "westeurope"
    found = run("[resourceId('Microsoft.Y/a', 'b')]", facts=facts)
    assert found.data == "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Y/a/b"


def test_all_strings_of_a_tree():
    tree = lift({"a": "[parameters('name')]", "[parameters('name')]": ["[[x]", 1, None, "[parameters('open')]"]})
    value = evaluate_all(tree, Scope(**SCOPE))
    assert value.get("a").data == "acct"
    assert value.get("a").location == MEMBER
    assert [item.data for item in value.get("acct").items()[:3]] == ["[x]", 1, None]


DEEP = "[" + "concat(" * 5000 + "'a'" + ")" * 5000 + "]"
LAMBDAS = "[map(range(0, 10000), lambda('x', map(range(0, 10000), lambda('y', lambdaVariables('x')))))]"


@pytest.mark.parametrize(
    "text",
    [DEEP, "[" + "a(" * 60 + ")" * 60 + "]", LAMBDAS, "['a'" + ".b" * 500 + "]", "['" + "a" * 200_000 + "']",
     "[json('" + "[" * 5000 + "]" * 5000 + "')]", "[format('{99999999999999999999}', 1)]",
     "[format('{0,99999999}', 1)]", "[range(0, 99999999999999)]", "[mul(9223372036854775807, 2)]",
     "[json('1e999')]", "[json('NaN')]", "[substring('a', -1, 9)]", "[dateTimeAdd('9999-12-31', 'P9999999D')]",
     "[dateTimeFromEpoch(99999999999999999)]", "[base64ToString('////')]", "[cidrSubnet('10.0.0.0/8', 999, 1)]",
     "[reference()]", "[listKeys()]", "[resourceId('x', 'y')]", "[copyIndex(createArray())]"],
)  # fmt: skip
def test_bounds(text):
    value = evaluate(text, Scope(budget=Budget(work=200_000)), HERE)
    assert unknown_parts(value)


def test_doubled_values_end():
    scope = Scope(budget=Budget(work=500_000))
    value = lift("x" * 1000)
    for _ in range(40):
        scope.variables = {"v": value}
        value = evaluate("[createArray(variables('v'), variables('v'))]", scope, HERE)
    assert unknown_parts(value)
    value = lift("x" * 1000)
    for _ in range(40):
        scope.variables = {"v": value}
        value = evaluate("[concat(variables('v'), variables('v'))]", scope, HERE)
    assert unknown_parts(value)


WORDS = st.sampled_from(
    ["'", "''", "a", "(", ")", "[", "]", ".", ",", "?", "1", "-", "{0}", "${", " ", "concat", "format", "if", "map",
     "lambda", "lambdaVariables", "parameters", "'open'", "'either'", "'acls'", "createObject", "createArray", "union",
     "shallowMerge", "resourceId", "reference", "json", "true()", "null()", "tryGet", "substring", "padLeft",
     "cidrSubnet", "dateTimeAdd", "uniqueString", "items", "filter", "sort", "ns."]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map(lambda words: f"[{''.join(words)}]")))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_it(text):
    value = run(text)
    for part in value.walk():
        assert not isinstance(part.data, Unknown) or part.data.reason


NAMES = st.sampled_from(
    ["concat", "format", "if", "coalesce", "union", "shallowMerge", "createObject", "createArray", "contains", "split",
     "replace", "substring", "take", "skip", "padLeft", "join", "equals", "less", "add", "div", "min", "range",
     "string", "json", "items", "first", "last", "tryGet", "reference", "listKeys", "guid",
     "resourceId", "extensionResourceId",
     "uniqueString", "cidrSubnet", "dateTimeAdd", "bool", "int", "flatten", "intersection", "indexOf", "uri", "empty",
     "length", "toLower", "copyIndex", "environment", "resourceGroup", "subscriptionResourceId", "objectKeys"]
)  # fmt: skip
ATOMS = st.sampled_from(
    ["'a'", "''", "'Microsoft.X/accounts'", "0", "-1", "7", "true()", "null()", "parameters('open')",
     "parameters('either')", "parameters('acls')", "variables('list')", "createObject('a', 1)", "createArray('a', 2)",
     "parameters('acls').rules", "resourceGroup().id", "if(parameters('flag'), 'a', null())"]
)  # fmt: skip


def calls(inner):
    return st.builds(lambda name, args: f"{name}({', '.join(args)})", NAMES, st.lists(inner, max_size=4))


@given(st.recursive(ATOMS, calls, max_leaves=12))
@settings(max_examples=500, deadline=None)
def test_no_call_breaks_it(expression):
    value = run(f"[{expression}]")
    assert value.location == HERE
    for part in value.walk():
        assert not isinstance(part.data, Unknown) or part.data.reason


IDENTITIES = (
    "reduce(map(createArray(parameters('open')), lambda('id', createObject(format('{0}', lambdaVariables('id')), "
    "createObject()))), createObject(), lambda('cur', 'next', union(lambdaVariables('cur'), lambdaVariables('next'))))"
)
OPEN_OBJECT = "createObject('a', 1, parameters('open'), 2)"


@pytest.mark.parametrize(
    "text",
    [
        f"[length({OPEN_OBJECT})]",
        f"[items({OPEN_OBJECT})]",
        f"[objectKeys({OPEN_OBJECT})]",
        f"[string({OPEN_OBJECT})]",
        f"[contains({OPEN_OBJECT}, 'b')]",
        f"[{OPEN_OBJECT}.b]",
        f"[tryGet({OPEN_OBJECT}, 'b')]",
        f"[union({OPEN_OBJECT}, createObject('c', 3)).b]",
        f"[union({OPEN_OBJECT}, createObject('c', 3)).?b]",
        f"[mapValues({OPEN_OBJECT}, lambda('x', lambdaVariables('x'))).b]",
        f"[equals({OPEN_OBJECT}, createObject('a', 1))]",
        f"[intersection(createObject('b', 1), {OPEN_OBJECT})]",
        "[json(parameters('open'))]",
        "[json(format('{{\"a\": {0}}}', parameters('open')))]",
        "[json(concat('[\"', join(parameters('open'), '\",\"'), '\"]'))]",
        "[json(concat('[\"', base64ToString(parameters('open')), '\"]'))]",
        "[json(concat('[\"', replace(parameters('open'), ',', '\",\"'), '\"]'))]",
    ],
)
def test_what_hangs_on_an_unknown_key_is_unknown(text):
    assert isinstance(run(text).data, Unknown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"[{IDENTITIES}]", {"parameters('open')": {}}),
        (f"[empty({IDENTITIES})]", False),
        (f"[if(empty({IDENTITIES}), null(), 'x')]", "x"),
        (f"[{OPEN_OBJECT}.A]", 1),
        (f"[contains({OPEN_OBJECT}, 'A')]", True),
        (f"[union({OPEN_OBJECT}, createObject('a', 3))]", {"a": 3, "parameters('open')": 2}),
        (f"[union({OPEN_OBJECT}, {OPEN_OBJECT})]", {"a": 1, "parameters('open')": 2}),
        ("[toObject(variables('list'), lambda('x', lambdaVariables('x')))]", {"a": "a", "parameters('open')": ...}),
        ("[json(format('{{''{0}'': {{}}}}', parameters('open')))]", {"parameters('open')": {}}),
        (
            "[json(format('{{''x-{0}'': {{}}}}', substring(uniqueString(parameters('open')), 0, 4)))]",
            {"x-${substring(uniqueString(parameters('open')), 0, 4)}": {}},
        ),
        ("[json(concat('{\"/x/', parameters('open'), '\": {\"b\": 1}}'))]", {"/x/${parameters('open')}": {"b": 1}}),
        ("[json(format('{{\"a\": [true, \"{0}\"]}}', parameters('open'))).a[0]]", True),
        ("[last(json(concat('[\"', join(createArray(parameters('open'), 'b'), '\",\"'), '\"]')))]", "b"),
        ("[equals(createObject(), json(format('{{''{0}'': 1}}', parameters('open'))))]", False),
    ],
)
def test_members_with_unknown_keys_are_kept(text, expected):
    found = run(text).plain()
    if isinstance(expected, dict) and ... in expected.values():
        assert list(found) == list(expected)
    else:
        assert found == expected


@pytest.mark.parametrize("key", ["[parameters('open')]", "[format('{0}', parameters('open'))]"])
def test_members_whose_written_names_are_unknown_are_kept(key):
    value = evaluate_all(lift({key: {}, "a": 1}), Scope(**SCOPE))
    assert value.plain() == {key: {}, "a": 1}
    assert isinstance(value.get("b").data, Unknown)
    assert value.get("a").data == 1


def test_a_missing_member_knows_what_the_unknown_key_refers_to():
    value = run("[createObject(resourceId('Microsoft.X/accounts', 'acct'), 1).b]")
    assert [each.address for each in value.data.references] == ["accounts/acct"]
