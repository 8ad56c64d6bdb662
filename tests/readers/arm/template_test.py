"""Templates: which resources they deploy, where, whether they exist, and what they say."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiposture.model import Location, Reading, Reference, Resource, Unknown, Value
from aiposture.readers.arm import json_values, template
from aiposture.readers.arm.template import RemoteModule

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
ACCOUNT = "Microsoft.CognitiveServices/accounts"


def evaluate(document: Any, **options: Any) -> Reading:
    text = document if isinstance(document, str) else json.dumps(document, indent=1)
    options.setdefault("wanted", lambda _: True)
    return template.evaluate(json_values.parse(text.encode(), "t.json"), unit="t.json", **options)


def of(resources: Any, **members: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, "resources": resources, **members}


def account(name: str = "a", /, **members: Any) -> dict[str, Any]:
    properties = members.pop("properties", {})
    return {"type": ACCOUNT, "apiVersion": "2025-06-01", "name": name, **members, "properties": properties}


def nested(name: str, inner: Any, /, scope: str = "inner", **members: Any) -> dict[str, Any]:
    properties = {"expressionEvaluationOptions": {"scope": scope}, "template": inner}
    if "parameters" in members:
        properties["parameters"] = members.pop("parameters")
    return {"type": "Microsoft.Resources/deployments", "name": name, **members, "properties": properties}


def accounts(reading: Reading) -> list[Resource]:
    return [each for each in reading.resources if each.type.casefold() == ACCOUNT.casefold()]


def one(document: Any, **options: Any) -> Resource:
    (found,) = accounts(evaluate(document, **options))
    return found


def plain(resource: Resource, *path: str | int) -> Any:
    value = resource.get(*path)
    return None if value is None else value.plain()


@pytest.mark.parametrize(
    "document",
    [
        "[]",
        "{}",
        "1",
        {"resources": None},
        {"resources": "x"},
        of([]),
        of({}),
        of([1, None, "x", [], {}]),
        of([{"type": 1}]),
    ],
)
def test_nothing_comes_from_nothing(document) -> None:
    assert evaluate(document) == Reading()


def test_a_resource_is_what_it_says() -> None:
    text = json.dumps(of([account(kind="OpenAI", sku={"name": "S0"}, dependsOn=["x"], tags={})]), indent=1)
    found = one(text)

    assert (found.dialect, found.mode, found.type, found.name) == ("arm", "managed", ACCOUNT, "a")
    assert (found.address, found.unit, found.api_version, found.exists) == (
        f"{ACCOUNT}/a",
        "t.json",
        "2025-06-01",
        True,
    )
    assert found.properties.plain() == {
        "name": "a",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "tags": {},
        "properties": {},
    }
    assert found.header == Location("t.json", 5, 12, 5, 12 + len(ACCOUNT) + 2)
    assert (found.location.line, found.location.end_line) == (4, 17)


def test_only_wanted_types_are_given() -> None:
    reading = evaluate(of([account(), {"type": "A.b/c", "name": "c"}]), wanted=lambda type_: type_ == "A.b/c")

    assert [each.type for each in reading.resources] == ["A.b/c"]


@pytest.mark.parametrize(
    ("stated", "exists"),
    [
        (True, True), (False, False), ("[equals(1, 2)]", False), ("false", False), ("[parameters('yes')]", True),
        ("[parameters('open')]", Unknown), ("[if(parameters('open'), false(), false())]", False), ([], Unknown),
    ],
)  # fmt: skip
def test_conditions(stated, exists) -> None:
    parameters = {"yes": {"type": "bool", "defaultValue": True}, "open": {"type": "bool"}}
    found = one(of([account(condition=stated)], parameters=parameters))

    assert isinstance(found.exists, Unknown) if exists is Unknown else found.exists is exists


@pytest.mark.parametrize(
    ("child", "name", "type_", "api_version"),
    [
        ({"type": "projects", "name": "p"}, "p", f"{ACCOUNT}/projects", "2025-06-01"),
        ({"type": f"{ACCOUNT}/projects", "name": "a/p", "apiVersion": "1"}, "p", f"{ACCOUNT}/projects", "1"),
        ({"type": "projects", "name": "[concat('p', 1)]"}, "p1", f"{ACCOUNT}/projects", "2025-06-01"),
    ],
)
def test_children_inside(child, name, type_, api_version) -> None:
    _, found = evaluate(of([account(resources=[child])])).resources
    parent = found.get("parent_id")

    assert (found.type, plain(found, "name"), found.api_version) == (type_, name, api_version)
    assert found.address == f"{ACCOUNT}/projects/a/{name}"
    assert isinstance(parent.data, Reference)
    assert (parent.data.address, parent.data.path) == (f"{ACCOUNT}/a", ("id",))


@pytest.mark.parametrize(
    ("parent_name", "child_name"),
    [
        ("a", "a/p"),
        ("A", "a/p"),
        ("[parameters('n')]", "[format('{0}/{1}', parameters('n'), 'p')]"),
        ("[parameters('n')]", "[concat(parameters('n'), '/p')]"),
        ("[parameters('n')]", "[concat(parameters('n'), '/', 'p')]"),
        ("[concat(parameters('n'), '-x')]", "[format('{0}-x/p', parameters('n'))]"),
        ("[variables('name')]", "[format('{0}/p', variables('name'))]"),
    ],
)
def test_children_beside_know_their_parent(parent_name, child_name) -> None:
    resources = [account(parent_name), {"type": f"{ACCOUNT}/projects", "name": child_name}, account("other")]
    parameters = {"n": {"type": "string"}}
    parent, child, _ = evaluate(of(resources, parameters=parameters, variables={"name": "[parameters('n')]"})).resources

    assert plain(child, "name") == "p"
    assert child.get("parent_id").data.address == parent.address


def test_a_parent_can_be_told_by_what_a_child_waits_for() -> None:
    child = {"type": f"{ACCOUNT}/projects", "name": "[parameters('full')]", "dependsOn": ["a"]}
    _, found = evaluate(of([account(), child], parameters={"full": {"type": "string"}})).resources

    assert found.get("parent_id").data.address == f"{ACCOUNT}/a"


def test_a_parent_that_is_elsewhere_is_spelled_out() -> None:
    (found,) = evaluate(of([{"type": f"{ACCOUNT}/projects", "name": "elsewhere/p"}])).resources
    data = found.get("parent_id").data

    assert isinstance(data, Unknown)
    assert data.expression.endswith(f"/providers/{ACCOUNT}/elsewhere")


def test_symbolic_names() -> None:
    resources = {
        "acct": account("[parameters('n')]"),
        "acct::chat": {"type": f"{ACCOUNT}/projects", "name": "[format('{0}/chat', parameters('n'))]"},
        "old": {**account("old"), "existing": True},
        "user": {
            "type": "A.b/c",
            "name": "u",
            "key": "[listKeys('acct', '2025-06-01').key1]",
            "id": "[resourceId('A.b/c', 'u')]",
        },
    }
    acct, chat, old, user = evaluate(
        of(resources, languageVersion="2.0", parameters={"n": {"type": "string"}})
    ).resources

    assert [each.address for each in (acct, chat, old, user)] == ["acct", "acct::chat", "old", "user"]
    assert chat.get("parent_id").data.address == "acct"
    assert (acct.mode, old.mode) == ("managed", "data")
    assert (user.get("key").data.address, user.get("key").data.path) == ("acct", ("listKeys", "key1"))
    assert user.get("id").data.address == "user"


def names(reading: Reading) -> list[Any]:
    return [plain(each, "name") for each in reading.resources]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (2, ["a0", "a1"]),
        ("[length(createArray(1))]", ["a0"]),
        ("[variables('three')]", ["a0", "a1", "a2"]),
        ("2", ["a0", "a1"]),
    ],
)
def test_loops(count, expected) -> None:
    resource = account("[concat('a', copyIndex())]", copy={"name": "loop", "count": count})

    assert names(evaluate(of([resource], variables={"three": 3}))) == expected


def test_a_loop_that_does_not_turn_gives_one_resource_that_does_not_exist() -> None:
    resource = account("[concat('a', copyIndex('loop'))]", copy={"name": "loop", "count": 0})

    assert one(of([resource])).exists is False


@pytest.mark.parametrize("count", ["[parameters('n')]", -1, 801, 1.5, None, "many", []])
def test_a_loop_of_unknown_count_gives_one_resource_that_may_exist(count) -> None:
    resource = account("[concat('a', copyIndex())]", copy={"name": "loop", "count": count})
    found = one(of([resource], parameters={"n": {"type": "int"}}))

    assert isinstance(found.exists, Unknown)
    assert isinstance(found.get("name").data, Unknown)


def test_turns_of_loops_have_addresses_of_their_own() -> None:
    looped = account("[parameters('names')[copyIndex()]]", copy={"name": "accts", "count": 2})
    user = {"type": "A.b/c", "name": "u", "id": "[reference(format('accts[{0}]', 1)).id]"}
    first, second, found = evaluate(
        of({"accts": looped, "user": user}, languageVersion="2.0", parameters={"names": {"type": "array"}})
    ).resources

    assert [first.address, second.address] == ["accts[0]", "accts[1]"]
    assert found.get("id").data.address == "accts[1]"


def test_properties_variables_and_outputs_loop() -> None:
    rules = {"name": "rules", "count": 2, "input": {"value": "[concat('10.0.0.', copyIndex('rules', 1))]"}}
    document = of(
        [account(properties={"copy": [rules], "made": "[variables('made')]", "inner": "[variables('object').made]"})],
        variables={
            "copy": [{"name": "made", "count": 2, "input": "[copyIndex('made')]"}],
            "object": {"copy": [{"name": "made", "count": 1, "input": "x"}]},
        },
        outputs={"all": {"type": "array", "copy": {"count": 2, "input": "[copyIndex()]"}}},
    )
    found, output = evaluate(document).resources

    assert plain(found, "properties") == {
        "rules": [{"value": "10.0.0.1"}, {"value": "10.0.0.2"}],
        "made": [0, 1],
        "inner": ["x"],
    }
    assert plain(output, "value") == [0, 1]


def test_a_property_named_copy_is_a_property() -> None:
    assert plain(one(of([account(properties={"copy": {"a": 1}})])), "properties") == {"copy": {"a": 1}}


def test_resource_loop_and_property_loop_together() -> None:
    rules = {"name": "r", "count": 2, "input": "[format('{0}-{1}', copyIndex('r'), copyIndex())]"}
    resource = account("[concat('a', copyIndex())]", copy={"name": "l", "count": 2}, properties={"copy": [rules]})

    assert [plain(each, "properties", "r") for each in accounts(evaluate(of([resource])))] == [
        ["0-0", "1-0"],
        ["0-1", "1-1"],
    ]


PARAMETER_CASES = [
    # declaration, given, known value or the reason why it is none
    ({"type": "string", "defaultValue": "d"}, None, "d"),
    ({"type": "string", "defaultValue": "[concat('d', 1)]"}, None, "d1"),
    ({"type": "string", "defaultValue": "d"}, "g", "g"),
    ({"type": "string", "defaultValue": "[parameters('p')]"}, None, "depends on itself"),
    ({"type": "string"}, None, "parameter p has no default"),
    ({"type": "string", "nullable": True}, None, None),
    ({"$ref": "#/definitions/maybe"}, None, None),
    ({"type": "securestring", "defaultValue": "s3cret"}, None, "parameter p is secure"),
    ({"type": "secureObject"}, {"a": "s3cret"}, "parameter p is secure"),
    ({"$ref": "#/definitions/secret"}, "s3cret", "parameter p is secure"),
    ({"type": "securestring"}, None, "parameter p has no default"),
]


def constant(data: Any) -> Value:
    return json_values.parse(json.dumps(data).encode(), "p.json")


@pytest.mark.parametrize(("declaration", "passed", "expected"), PARAMETER_CASES)
def test_parameters(declaration, passed, expected) -> None:
    definitions = {"maybe": {"type": "string", "nullable": True}, "secret": {"type": "securestring"}}
    document = of(
        [account(properties={"x": "[parameters('p')]"})], parameters={"p": declaration}, definitions=definitions
    )
    found = one(document, parameters={} if passed is None else {"P": constant(passed)})
    value = found.properties.members()["properties"].members()["x"]

    assert "s3cret" not in repr(found.properties)
    assert (value.data.reason if isinstance(value.data, Unknown) else value.data) == expected


def test_allowed_values_are_what_an_unknown_parameter_can_be() -> None:
    parameters = {"p": {"type": "string", "allowedValues": ["a", "b"]}, "l": {"type": "array", "allowedValues": ["a"]}}
    found = one(of([account(properties={"p": "[parameters('p')]", "l": "[parameters('l')]"})], parameters=parameters))

    assert [arm.data for arm in found.get("properties", "p").data.alternatives] == ["a", "b"]
    assert found.get("properties", "l").data.alternatives == ()


def test_values_tell_the_way_they_came() -> None:
    inner = of(
        [account(properties={"x": "[parameters('x')]"})], parameters={"x": {"type": "string", "defaultValue": "no"}}
    )
    document = of(
        [nested("n", inner, parameters={"x": {"value": "[parameters('outer')]"}})],
        parameters={"outer": {"type": "string", "defaultValue": "yes"}},
    )
    value = one(document).get("properties", "x")

    assert value.data == "yes"
    assert [(step.kind, step.name) for step in value.trail] == [
        ("argument", "parameter x"),
        ("variable default", "parameter outer"),
    ]
    given_value = one(
        of([account(properties={"x": "[parameters('x')]"})], parameters={"x": {"type": "string"}}),
        parameters={"x": constant("f")},
    )
    trail = given_value.get("properties", "x").trail
    assert [(step.kind, step.location.path) for step in trail] == [("variable file", "p.json")]


INNER = of(
    [account(properties={"x": "[parameters('x')]", "v": "[variables('v')]"})],
    parameters={"x": {"type": "string", "defaultValue": "inner"}},
    variables={"v": "inner"},
)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"parameters": {"x": {"value": "passed"}}}, {"x": "passed", "v": "inner"}),
        ({"parameters": {"X": {"value": "[parameters('x')]"}}}, {"x": "outer", "v": "inner"}),
        ({"parameters": {}}, {"x": "inner", "v": "inner"}),
        ({"parameters": {"x": {"value": None}}}, {"x": "inner", "v": "inner"}),
        ({"parameters": "[createObject('x', createObject('value', 'whole'))]"}, {"x": "whole", "v": "inner"}),
        ({"parameters": {"x": "[if(true(), createObject('value', 'then'), createObject('value', null()))]"}}, {"x": "then", "v": "inner"}),
        ({"parameters": {"x": "[if(false(), createObject('value', 'then'), createObject('value', null()))]"}}, {"x": "inner", "v": "inner"}),
        ({"parameters": {"x": {"copy": [{"name": "value", "count": 2, "input": "[copyIndex('value')]"}]}}}, {"x": [0, 1], "v": "inner"}),
        ({"parameters": {"x": {"copy": [{"name": "value", "count": 0, "input": "a"}]}}}, {"x": [], "v": "inner"}),
        ({"scope": "outer"}, {"x": "outer", "v": "outer"}),
        ({"scope": "outer", "parameters": {"x": {"value": "passed"}}}, {"x": "outer", "v": "outer"}),
    ],
)  # fmt: skip
def test_nested_deployments(members, expected) -> None:
    document = of(
        [nested("n", INNER, **members)],
        parameters={"x": {"type": "string", "defaultValue": "outer"}},
        variables={"v": "outer"},
    )
    found = one(document)

    assert plain(found, "properties") == expected
    assert found.address == f"n/{ACCOUNT}/a"
    assert [call.name for call in found.calls] == ["nested deployment n"]
    assert found.calls[0].block.covers(found.location)


@pytest.mark.parametrize(
    ("version", "expected"),
    [(None, "outer"), ("1.0", "outer"), ("1.9", "outer"), ("2.0", "inner"), ("2.1-experimental", "inner")],
)
@pytest.mark.parametrize("own", [None, "1.0", "2.0"])
def test_the_outer_language_says_whose_the_expressions_are(version, expected, own) -> None:
    caller = nested("n", INNER if own is None else {**INNER, "languageVersion": own})
    del caller["properties"]["expressionEvaluationOptions"]
    members = {} if version is None else {"languageVersion": version}
    document = of(
        [caller], parameters={"x": {"type": "string", "defaultValue": "outer"}}, variables={"v": "outer"}, **members
    )

    assert plain(one(document), "properties") == {"x": expected, "v": expected}


def test_a_conditional_argument_keeps_both_arms() -> None:
    argument = "[if(parameters('open'), createObject('value', 'then'), createObject('value', null()))]"
    found = one(of([nested("n", INNER, parameters={"x": argument})], parameters={"open": {"type": "bool"}}))

    assert [arm.data for arm in found.get("properties", "x").data.alternatives] == ["then", "inner"]


def test_what_a_deployment_is_its_resources_are() -> None:
    inner = of([account("[concat('a', parameters('i'))]", condition=True)], parameters={"i": {"type": "int"}})
    document = of(
        [
            nested("never", inner, condition=False),
            nested("maybe", inner, condition="[parameters('open')]"),
            nested(
                "[concat('n', copyIndex())]",
                inner,
                copy={"name": "l", "count": 2},
                parameters={"i": {"value": "[copyIndex()]"}},
            ),
        ],
        parameters={"open": {"type": "bool"}},
    )
    found = {each.address: each.exists for each in accounts(evaluate(document))}

    assert next(iter(found.values())) is False
    assert isinstance(list(found.values())[1], Unknown)
    assert list(found)[2:] == [f"n0/{ACCOUNT}/a0", f"n1/{ACCOUNT}/a1"]


def test_outputs_of_deployments_are_followed() -> None:
    inner = of(
        [account("x")],
        outputs={"id": {"type": "string", "value": f"[resourceId('{ACCOUNT}', 'x')]"}, "n": {"value": 3}},
    )
    user = {"type": "A.b/c", "name": "u", "id": "[reference('n').outputs.id.value]", "n": "[reference(resourceId('Microsoft.Resources/deployments', 'n'), '2025-04-01').outputs.n.value]"}  # fmt: skip
    found = next(each for each in evaluate(of([user, nested("n", inner)])).resources if each.type == "A.b/c")

    assert found.get("id").data.address == f"n/{ACCOUNT}/x"
    assert plain(found, "n") == 3


def test_outputs_that_hang_on_themselves_are_unknown() -> None:
    def half(other: str) -> dict[str, Any]:
        inner = of(
            [], parameters={"p": {"type": "string"}}, outputs={"o": {"type": "string", "value": "[parameters('p')]"}}
        )
        return nested("ab"[other == "a"], inner, parameters={"p": {"value": f"[reference('{other}').outputs.o.value]"}})

    user = account(properties={"x": "[reference('a').outputs.o.value]"})

    assert isinstance(one(of([half("b"), half("a"), user])).get("properties", "x").data, Unknown)


def test_root_outputs_are_resources() -> None:
    outputs = {
        "a": {"type": "string", "value": "[concat('x', 1)]"},
        "b": {"type": "string", "value": "y", "condition": False},
    }
    first, second = evaluate(of([], outputs=outputs)).resources

    assert (first.mode, first.type, first.name, plain(first, "value"), first.exists) == (
        "output",
        "output",
        "a",
        "x1",
        True,
    )
    assert second.exists is False


def test_names_find_resources_across_deployments() -> None:
    inner = of(
        [{"type": "A.b/c", "name": "u", "id": f"[resourceId('{ACCOUNT}', parameters('n'))]"}],
        parameters={"n": {"type": "string"}},
    )
    document = of(
        [account("[parameters('name')]"), nested("n", inner, parameters={"n": {"value": "[parameters('name')]"}})],
        parameters={"name": {"type": "string"}},
    )
    acct, user = (each for each in evaluate(document).resources if "deployments" not in each.type)

    assert user.get("id").data.address == acct.address


def test_names_that_only_look_alike_find_nothing() -> None:
    inner = of(
        [account("[concat(parameters('n'), 'x')]"), {"type": "A.b/c", "name": "u", "id": f"[resourceId('{ACCOUNT}', concat(parameters('n'), 'x'))]"}],
        parameters={"n": {"type": "string"}},
    )  # fmt: skip
    document = of(
        [nested("one", inner, parameters={"n": {"value": "[parameters('p')]"}}), nested("two", inner, parameters={"n": {"value": "[parameters('q')]"}})],
        parameters={"p": {"type": "string"}, "q": {"type": "string"}},
    )  # fmt: skip
    users = [each for each in evaluate(document).resources if each.type == "A.b/c"]

    assert [user.get("id").data.address.partition("/")[0] for user in users] == ["one", "two"]


def test_a_later_deployment_lies_over_an_earlier_resource() -> None:
    change = nested("n", of([account(properties={"B": 2, "c": 3})]), dependsOn=[f"[resourceId('{ACCOUNT}', 'a')]"])
    found = one(of([account(properties={"a": 1, "b": 1}, identity={"type": "None"}), change]))

    assert plain(found, "properties") == {"a": 1, "b": 2, "c": 3}
    assert plain(found, "identity") == {"type": "None"}
    assert found.notes == (f"changed later in the same deployment, in n/{ACCOUNT}/a",)


@pytest.mark.parametrize(
    "members", [{}, {"dependsOn": ["other"]}, {"dependsOn": ["a"], "condition": "[parameters('open')]"}]
)
def test_resources_of_one_name_are_kept_apart_if_their_order_is_not_known(members) -> None:
    parameters = {"open": {"type": "bool"}}
    document = of([account(), account("other"), nested("n", of([account()]), **members)], parameters=parameters)

    assert [plain(each, "name") for each in accounts(evaluate(document))] == ["a", "other", "a"]


UNIQUE = "[toLower(format('x{0}', uniqueString(resourceGroup().id)))]"
PARAMETERS = {"n": {"type": "string"}, "m": {"type": "string"}}


def twice(first: str, second: str, passed: str | None = None, **members: Any) -> list[Resource]:
    """An account and a deployment that states it again, and waits for it if it is not told otherwise."""
    members.setdefault("dependsOn", [first])
    arguments = {} if passed is None else {"parameters": {"n": {"value": passed}}}
    inner = of([account(second, properties={"b": 2})], parameters={"n": {"type": "string"}})
    change = nested("upd", inner, **arguments, **members)
    return accounts(evaluate(of([account(first, properties={"b": 1}), change], parameters=PARAMETERS)))


@pytest.mark.parametrize(
    ("first", "second", "passed", "members"),
    [
        ("[parameters('n')]", "[parameters('n')]", None, {}),  # each template's own
        ("[parameters('n')]", "[parameters('n')]", "[parameters('m')]", {}),
        ("[concat('ai-', parameters('n'))]", "[concat('ai-', parameters('n'))]", None, {}),
        ("[concat('ai-', parameters('n'))]", "[concat('ai-', parameters('n'))]", "[parameters('m')]", {}),
        ("[toLower(deployment().name)]", "[toLower(deployment().name)]", "[parameters('n')]", {}),
        ("[parameters('n')]", "[parameters('n')]", "[parameters('n')]", {"dependsOn": []}),
        ("[parameters('n')]", "[parameters('n')]", "[parameters('n')]", {"resourceGroup": "other"}),
        ("[parameters('n')]", "[parameters('n')]", "[parameters('n')]", {"subscriptionId": "[parameters('m')]"}),
        ("[concat('x', newGuid())]", "[concat('x', newGuid())]", None, {}),
        ("a", "a", None, {"resourceGroup": "other"}),
        (UNIQUE, UNIQUE, None, {"resourceGroup": "other"}),
        (UNIQUE, UNIQUE.replace("'x", "'y"), None, {}),
    ],
)
def test_resources_that_may_not_be_one_are_kept_apart(first, second, passed, members) -> None:
    assert [plain(each, "properties", "b") for each in twice(first, second, passed, **members)] == [1, 2]


@pytest.mark.parametrize(
    ("first", "second", "passed", "members"),
    [
        ("a", "A", None, {}),
        ("[parameters('n')]", "[parameters('n')]", "[parameters('n')]", {}),
        ("[parameters('n')]", "[parameters('n')]", "[parameters('n')]", {"resourceGroup": "[resourceGroup().name]"}),
        ("[concat('ai-', parameters('n'))]", "[parameters('n')]", "[concat('ai-', parameters('n'))]", {}),
        ("[concat('ai-', parameters('n'))]", "[concat('ai-', parameters('n'))]", "[parameters('n')]", {}),
        (
            "[concat('ai-', toLower(parameters('n')))]",
            "[concat('ai-', parameters('n'))]",
            "[toLower(parameters('n'))]",
            {},
        ),
        (UNIQUE, "[parameters('n')]", UNIQUE, {}),
        (UNIQUE, UNIQUE, None, {}),
        (UNIQUE, UNIQUE, None, {"dependsOn": [f"[resourceId('{ACCOUNT}', {UNIQUE[1:-1]})]"]}),
    ],
)
def test_a_later_deployment_is_known_by_an_expression(first, second, passed, members) -> None:
    (found,) = twice(first, second, passed, **members)

    assert plain(found, "properties", "b") == 2


def test_names_of_the_time_are_the_same_all_over_a_template() -> None:
    time = {"t": {"type": "string", "defaultValue": "[utcNow('yyyyMMdd')]"}, "n": {"type": "string"}}
    change = nested(
        "upd",
        of([account("[parameters('n')]", properties={"b": 2})], parameters=time),
        parameters={"n": {"value": "[variables('name')]"}},
        dependsOn=[f"[resourceId('{ACCOUNT}', variables('name'))]"],
    )
    variables = {"name": "[format('ai-{0}', parameters('t'))]"}
    first = account("[variables('name')]", properties={"b": 1})
    found = one(of([first, change], parameters=time, variables=variables))

    assert plain(found, "properties", "b") == 2


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("group", [{}, {"resourceGroup": "other"}])
def test_deployments_lie_over_each_other_in_the_order_of_their_waiting(group, reverse) -> None:
    made = [nested(f"n{turn}", of([account(properties={"b": turn})]), **group) for turn in range(3)]
    made[1]["dependsOn"], made[2]["dependsOn"] = ["n0"], ["n1"]
    found = one(of(made[::-1] if reverse else made))

    assert plain(found, "properties", "b") == 2
    assert found.address.startswith("n0/")


@pytest.mark.parametrize(
    ("ids", "key"),
    [
        ("[json(format('{{''{0}'': {{}}}}', parameters('n')))]", "parameters('n')"),
        ("[createObject(parameters('n'), createObject())]", "parameters('n')"),
        ({"[parameters('n')]": {}}, "[parameters('n')]"),
    ],
)
def test_identities_with_unknown_ids_are_there(ids, key) -> None:
    found = one(of([account(identity={"userAssignedIdentities": ids})], parameters=PARAMETERS))

    assert plain(found, "identity", "userAssignedIdentities") == {key: {}}
    assert isinstance(found.get("identity", "userAssignedIdentities", "other").data, Unknown)


@pytest.mark.parametrize(
    "skips",
    [
        ["AIS201:why", "CKV_AZURE_1: other"],
        [{"id": "AIS201", "comment": "why"}, {"id": "CKV_AZURE_1", "comment": " other"}],
    ],
)
def test_skips_in_metadata_are_comments(skips) -> None:
    reading = evaluate(of([account(metadata={"checkov": skips})]))

    assert [comment.text for comment in reading.comments] == [
        "checkov:skip=AIS201:why",
        "checkov:skip=CKV_AZURE_1: other",
    ]
    assert all(reading.resources[0].location.covers(comment.location) for comment in reading.comments)


@pytest.mark.parametrize("name", ["a", "[parameters('n')]"])
@pytest.mark.parametrize(
    "scope",
    [
        f"[resourceId('{ACCOUNT}', NAME)]",
        f"[format('{ACCOUNT}/{{0}}', NAME)]",
        f"[concat('{ACCOUNT}/', NAME)]",
        f"[concat(resourceGroup().id, '/providers/{ACCOUNT}/', NAME)]",
    ],
)
def test_what_extends_a_resource_refers_to_it(name, scope) -> None:
    given = name.strip("[]") if name.startswith("[") else f"'{name}'"
    role = {"type": "Microsoft.Authorization/roleAssignments", "name": "r", "scope": scope.replace("NAME", given)}
    document = of([account(name), role], parameters={"n": {"type": "string"}})
    _, found = evaluate(document).resources

    assert found.get("scope").data.address == f"{ACCOUNT}/{name if name == 'a' else given}"


@pytest.mark.parametrize(
    "scope",
    ["a", f"{ACCOUNT}/b", "Microsoft.Search/searchServices/a", "[resourceGroup().id]", "[parameters('n')]", None, 5],
)
def test_what_extends_something_else_refers_to_nothing_here(scope) -> None:
    role = {"type": "Microsoft.Authorization/roleAssignments", "name": "r", "scope": scope}
    _, found = evaluate(of([account(), role], parameters={"n": {"type": "string"}})).resources

    assert not isinstance(found.properties.members()["scope"].data, Reference)


def test_remote_modules_are_resources_with_their_arguments() -> None:
    call = nested(
        "search", of({}), parameters={"name": {"value": "s"}, "sku": "[createObject('value', parameters('sku'))]"}
    )
    document = of(
        {"search": call}, languageVersion="2.0", parameters={"sku": {"type": "string", "defaultValue": "basic"}}
    )
    source = "br/public:avm/res/search/search-service"
    reading = evaluate(
        document, dialect="bicep", modules=lambda _: RemoteModule(source, "0.11.1"), wanted=lambda t: t == source
    )
    (found,) = reading.resources

    assert (found.mode, found.type, found.version, found.name, found.address) == (
        "module",
        source,
        "0.11.1",
        "search",
        "search",
    )
    assert found.properties.plain() == {"name": "s", "sku": "basic"}
    assert reading.not_analysed == ()


def test_bicep_addresses_are_chains_of_symbols() -> None:
    inner = of({"account": account("[parameters('n')]")}, languageVersion="2.0", parameters={"n": {"type": "string"}})
    looped = nested(
        "[format('m-{0}', copyIndex())]", inner, copy={"name": "ai", "count": 2}, parameters={"n": {"value": "x"}}
    )
    reading = evaluate(
        of({"ai": looped}, languageVersion="2.0"), dialect="bicep", wanted=lambda type_: type_ == ACCOUNT
    )

    assert [each.address for each in reading.resources] == ["ai[0].account", "ai[1].account"]
    assert [each.calls[0].name for each in reading.resources] == ["module ai", "module ai"]


def test_deep_deployments_end() -> None:
    document = of([account()])
    for _ in range(40):
        document = of([nested("n", document)])
    reading = evaluate(document)

    assert [part.reason for part in reading.not_analysed] == ["deployments are nested too deeply or are too many"]


def test_chains_of_parameters_and_variables_end() -> None:
    variables = {f"v{i}": f"[concat(variables('v{i + 1}'), 'x')]" for i in range(2000)}
    found = one(of([account(properties={"x": "[variables('v0')]"})], variables={**variables, "v2000": "end"}))

    assert found.get("properties", "x") is not None


def test_bombs_of_loops_are_defused() -> None:
    started = time.monotonic()
    inner: Any = "x"
    for name in ("a", "b", "c"):
        inner = {"copy": [{"name": name, "count": 800, "input": inner}]}
    deployments: Any = of([account("[concat('a', copyIndex())]", copy={"name": "l", "count": 800}, properties=inner)])
    for name in ("x", "y"):
        deployments = of([nested(name, deployments, copy={"name": name, "count": 800})])
    evaluate(deployments)

    assert time.monotonic() - started < 30


TEXTS = st.sampled_from(
    ["[parameters('p')]", "[variables('v')]", "[reference('n')]", "[copyIndex()]", "[resourceId('A.b/c', 'n')]", "[", "[[x]",
     "[format('{0}/{1}', parameters('p'), 'x')]", "A.b/c", "c", "n", "n/x", "Microsoft.Resources/deployments", "[null()]", ""]
)  # fmt: skip
NAMES = st.sampled_from(
    ["resources", "type", "name", "properties", "template", "parameters", "variables", "outputs", "value", "copy", "count", "input",
     "condition", "dependsOn", "existing", "p", "v", "n", "defaultValue", "functions", "members", "metadata", "checkov", "scope",
     "expressionEvaluationOptions", "templateLink", "uri", "relativePath", "reference", "apiVersion", "allowedValues", "$ref", "definitions"]
)  # fmt: skip
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 900) | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=5),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(TREES, TREES, TREES, TREES)
def test_never_crashes(resources, parameters, variables, outputs) -> None:
    document = {"resources": resources, "parameters": parameters, "variables": variables, "outputs": outputs}

    assert isinstance(evaluate(document), Reading)


def test_a_large_template_takes_no_second() -> None:
    resource = account(properties={"x": "[parameters('p')]", "y": "[concat(variables('v'), 'z')]", "text": "x" * 300})
    document = of(
        [dict(resource, name=f"a{i}") for i in range(2000)], parameters={"p": {"defaultValue": 1}}, variables={"v": "v"}
    )
    text = json.dumps(document, indent=1)
    started = time.process_time()
    reading = evaluate(text)

    assert len(text) > 1_000_000
    assert len(reading.resources) == 2000
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "count", ["[if(parameters('open'), 2, 0)]", "[length(parameters('n'))]", "[length(resourceGroup().name)]"]
)
def test_a_list_is_not_its_count(count) -> None:
    loop = {"copy": [{"name": "l", "count": count, "input": "x"}]}
    found = one(of([account(properties=loop)], parameters={"open": {"type": "bool"}, **PARAMETERS}))
    data = found.get("properties", "l").data

    assert type(data) is Unknown
    assert data.alternatives == ()
