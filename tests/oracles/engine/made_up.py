"""Expressions and whole templates at random, the same for the same seed."""

from __future__ import annotations

import json
import random
import re
from typing import Any

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"

_LETTERS = "lambda('x', concat('k', lambdaVariables('x')))"
SHAPES: dict[str, tuple[str, ...]] = {
    "s": (
        "<w>", "concat(<s>, <s>)", "concat(<s>, <i>)", "format('{0}-{1}', <s>, <b>)", "toLower(<s>)", "toUpper(<s>)",
        "trim(<s>)", "replace(<s>, 'a', <s>)", "substring(concat('abcdef', <s>), 2, 3)", "take(<s>, <n>)",
        "skip(<s>, <n>)", "first(<s>)", "last(<s>)", "join(<a>, ',')", "base64(<s>)", "base64ToString(base64(<s>))",
        "string(<o>)", "string(<a>)", "string(<i>)", "if(<b>, <s>, <s>)", "coalesce(null(), <s>)",
        "padLeft(<s>, 5, '0')", "uriComponent(<s>)", "uriComponentToString(uriComponent(<s>))", "guid(<s>, <s>)",
        "format('{0,7}|{1,-4}|{2:D4}', <s>, <b>, <i>)", "first(createArray(<s>, 'a'))", "dataUri(<s>)",
        "dataUriToString(dataUri(<s>))", "uri('http://contoso.org/a/', <w>)",
        "dateTimeAdd('2020-04-07 14:53:14Z', 'P3DT1H', 'yyyy-MM-dd HH:mm')", "dateTimeFromEpoch(mul(<n>, 86400))",
        "cidrSubnet('10.144.0.0/20', 24, <d>)", "cidrHost('10.144.3.0/24', <d>)", "parseCidr('10.1.0.0/20').lastUsable",
        "last(createArray('x', <s>))", "indexFromEnd(createArray(<s>, 'q'), 1)",
        "coalesce(tryIndexFromEnd(<a>, 9), 'none')", "items(createObject('k', <s>))[0].value",
        "extensionResourceId('/subscriptions/x', 'Microsoft.A/b', <w1>)", "tenantResourceId('Microsoft.A/b/c', 'n', 'm')",
        "managementGroupResourceId('mg', 'Microsoft.A/b', 'n')", "resourceId('Microsoft.A/b', <w1>)",
        "subscriptionResourceId('Microsoft.A/b', <w1>)", "subscriptionResourceId('Microsoft.Resources/resourceGroups', 'g')",
        "resourceGroup().location", "concat(resourceGroup().name, <s>)", "subscription().subscriptionId",
        "tenant().tenantId", "deployment().name", "if(or(true(), <b>), <s>, fail('no'))",
        "if(equals(resourceGroup().location, <w>), <s>, <s>)", "createArray(<s>, <s>, <s>)[mod(length(<s>), 3)]",
        "coalesce(tryGet(createObject('eastus2', <s>, <w1>, <s>), <s>), <s>)",
        "coalesce(tryGet(createArray(<s>, <s>), length(<s>)), <s>)",
    ),
    "i": (
        "<n>", "add(<i>, <i>)", "sub(<i>, <i>)", "mul(<n>, <n>)", "div(<i>, -2)", "mod(<i>, 3)", "length(<s>)",
        "length(<a>)", "length(<o>)", "indexOf(<s>, <w>)", "lastIndexOf(<s>, <w>)", "indexOf(<a>, <w>)",
        "min(<i>, <i>)", "max(<i>, <i>)", "if(<b>, <i>, <i>)", "range(0, 5)[2]", "int(string(<i>))",
        "dateTimeToEpoch('2020-01-01T00:00:00Z')",
        "reduce(<a>, 0, lambda('c', 'n', add(lambdaVariables('c'), length(lambdaVariables('n')))))",
    ),
    "b": (
        "true()", "false()", "equals(<s>, <s>)", "equals(<i>, <i>)", "equals(<o>, <o>)", "equals(<a>, <a>)",
        "equals(<s>, <i>)", "not(<b>)", "and(<b>, <b>)", "or(<b>, <b>)", "contains(<s>, <w>)", "contains(<a>, <w>)",
        "contains(<o>, <w>)", "startsWith(<s>, <w>)", "endsWith(<s>, <w>)", "empty(<s>)", "empty(<a>)", "empty(<o>)",
        "less(<s>, <s>)", "lessOrEquals(<i>, <i>)", "greater(<i>, <i>)", "greaterOrEquals(<i>, <i>)", "bool('False')",
        "if(<b>, <b>, <b>)", "equals(resourceGroup().location, <w>)", "and(<b>, empty(resourceGroup().name))",
        "or(<b>, not(equals(subscription().subscriptionId, <s>)))",
    ),
    "a": (
        "createArray(<s>, <s>)", "concat(<a>, <a>)", "union(<a>, <a>)", "intersection(<a>, <a>)", "take(<a>, <n>)",
        "skip(<a>, <n>)", "split(<s>, ',')", "split(<s>, createArray('-', 'a'))",
        "map(<a>, lambda('x', concat(lambdaVariables('x'), <s>)))", "flatten(createArray(<a>, <a>))",
        "filter(<a>, lambda('x', 'i', less(lambdaVariables('i'), 2)))", "objectKeys(<o>)", "array(<s>)",
        "sort(<a>, lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "if(<b>, <a>, <a>)",
        "map(items(<o>), lambda('i', lambdaVariables('i').key))", "createArray()",
        "map(range(0, <d>), lambda('n', string(lambdaVariables('n'))))",
    ),
    "o": (
        "createObject('a', <s>, 'b', <i>)", "createObject('o', <o>, 'l', <a>, 't', <b>)",
        "union(<o>, createObject('u', <s>))", "intersection(<o>, <o>)", "shallowMerge(createArray(<o>, <o>))",
        "toObject(union(<a>, createArray('z')), lambda('x', concat('k', base64(lambdaVariables('x')))))",
        "mapValues(<o>, lambda('v', string(coalesce(lambdaVariables('v'), 'nil'))))", "if(<b>, <o>, <o>)",
        "coalesce(tryGet(createObject('o', <o>), 'O'), <o>)", "coalesce(tryGet(<o>, 'zz', 'a'), <o>)",
        "groupBy(<a>, lambda('x', concat('g', lambdaVariables('x'))))", "json('{\"q\":[1,2.5,null,\"x\"]}')",
        "base64ToJson(base64('{\"a\": 1}'))", "json('{''a'': ''b'',}')", f"createObject('m', map(<a>, {_LETTERS}))",
        "createObject(<w1>, <i>)",
    ),
}  # fmt: skip
WORDS = ("", "a", "B", "abc", "Disabled", "x-y", "10.0.0.0/24", "é", "it's", "a,b", "{0}", "[q]", " p ", "eastus2")
PLAIN = ("a", "B", "abc", "Disabled", "x-y", "k2")
OF_THE_TARGET = ("().", "ourceId(")
LEAVES = {
    "s": "<w>", "i": "<n>", "b": "equals(1, <d>)", "a": "createArray(<w>, <w>)", "o": "createObject(<w1>, createArray())",
}  # fmt: skip
FUNCTION = re.compile(r"\b([A-Za-z]\w+)\(")


def functions() -> frozenset[str]:
    """The names of all functions that the shapes call, in lower case."""
    return frozenset(name.casefold() for shapes in SHAPES.values() for one in shapes for name in FUNCTION.findall(one))


def without(*marks: str) -> dict[str, tuple[str, ...]]:
    """The shapes that contain none of the marks."""
    return {kind: tuple(one for one in SHAPES[kind] if not any(mark in one for mark in marks)) for kind in SHAPES}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Maker:
    """Expressions of a kind (text, integer, boolean, array, object) at random.

    `depth` is how many calls stand in each other at most. `names` are further expressions, by kind.
    """

    def __init__(self, seed: int | random.Random) -> None:
        self.random = seed if isinstance(seed, random.Random) else random.Random(seed)
        self.words = WORDS
        self.shapes = SHAPES
        self.names: dict[str, list[str]] = {kind: [] for kind in SHAPES}

    def make(self, kind: str, depth: int) -> str:
        choice = self.random.choice
        if kind == "w":
            return quoted(choice(self.words))
        if kind == "w1":
            return quoted(choice(PLAIN))
        if kind == "n":
            return str(choice((0, 1, 2, 5, -3, 10)))
        if kind == "d":
            return str(choice((0, 1, 2, 3)))
        if self.names[kind] and self.random.random() < 0.35:
            return self._filled(choice(self.names[kind]), depth)
        return self._filled(LEAVES[kind] if depth <= 0 else choice(self.shapes[kind]), depth)

    def _filled(self, shape: str, depth: int) -> str:
        return re.sub(r"<(\w+)>", lambda hole: self.make(hole[1], depth - 1), shape)

    def any(self, depth: int) -> str:
        return self.make(self.random.choice("sibao"), depth)


KINDS = {"s": "string", "i": "int", "b": "bool", "a": "array", "o": "object"}


class TemplateMaker:
    """Templates at random: parameters, variables, functions, loops, conditions, children, nested deployments."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def _maker(self, like: Maker | None = None) -> Maker:
        made = Maker(self.random)
        made.words = tuple(word for word in WORDS if not word.startswith("["))  # in nested templates it is read twice
        if like is not None:
            made.names = {kind: list(names) for kind, names in like.names.items()}
            made.shapes = like.shapes
        return made

    def template(self, nesting: int = 2, outer: Maker | None = None) -> dict[str, Any]:
        """A template; with `outer` its expressions are those of the template around it.

        Then it has no loops and no templates with expressions of their own: the engine reads it with those of the
        outer template, and would refuse what only makes sense inside.
        """
        maker = self._maker(outer)
        if outer is not None:
            maker.shapes = without("string(<a>)")  # what looks like an expression is read as one
        found: dict[str, Any] = {"$schema": SCHEMA, "contentVersion": "1.0.0.0"}
        if outer is None:
            found["parameters"] = self._parameters(maker)
            found["functions"] = [self._functions(maker)]
            found["variables"] = self._variables(maker)
        symbolic = self._coin(0.4)
        count = self.random.randint(2, 4)
        resources = [
            one for _ in range(count) for one in self._resource(maker, loops=outer is None, inside=not symbolic)
        ]
        if nesting > 0 and outer is None:
            resources += [
                self._deployment(maker, nesting, outer=not symbolic) for _ in range(self.random.randint(0, 2))
            ]
        found["resources"] = resources
        if symbolic:
            found["languageVersion"] = "2.0"
            found["resources"] = {f"symbol{at}": one for at, one in enumerate(resources)}
        found["outputs"] = {"o": {"type": "string", "value": f"[{maker.make('s', 2)}]"}}
        return found

    def _coin(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def _parameters(self, maker: Maker) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, type_ in KINDS.items():
            for at in range(self.random.randint(1, 2)):
                name = f"{type_}Parameter{at}"
                declared: dict[str, Any] = {"type": type_}
                if kind == "s" and self._coin(0.2):
                    declared["allowedValues"] = ["Enabled", "Disabled"]
                elif self._coin(0.8):
                    declared["defaultValue"] = f"[{maker.make(kind, 3)}]"
                found[name] = declared
                maker.names[kind].append(f"parameters('{name}')")
        return found

    def _functions(self, maker: Maker) -> dict[str, Any]:
        own = self._maker()
        own.shapes = without(*OF_THE_TARGET)  # functions know no deployment
        own.names["s"] = ["parameters('text')"]
        own.names["i"] = ["parameters('number')"]
        parameters = [{"name": "text", "type": "string"}, {"name": "number", "type": "int"}]
        members = {
            f"f{kind}": {"parameters": parameters, "output": {"type": KINDS[kind], "value": f"[{own.make(kind, 3)}]"}}
            for kind in "si"
        }
        maker.names["s"].append("my.fs(<w>, <n>)")
        maker.names["i"].append("my.fi(<w>, <n>)")
        return {"namespace": "my", "members": members}

    def _variables(self, maker: Maker) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind in self.random.choices("sibao", k=5):
            name = f"v{len(found)}{kind}"
            found[name] = f"[{maker.make(kind, 3)}]"
            maker.names[kind].append(f"variables('{name}')")
        found["whole"] = {"text": f"[{maker.make('s', 2)}]", "list": [f"[{maker.make('s', 2)}]", "text"]}
        maker.names["s"] += ["variables('whole').text", "variables('whole')['LIST'][0]", "variables('whole').list[1]"]
        found["copy"] = [self._loop("loop", maker)]
        maker.names["a"].append("variables('loop')")
        maker.names["s"].append("variables('loop')[0]")
        return found

    def _loop(self, name: str, maker: Maker) -> dict[str, Any]:
        inner = self._maker(maker)
        inner.names["i"] += [f"copyIndex('{name}')", f"copyIndex('{name}', 2)"]
        return {"name": name, "count": self.random.randint(1, 3), "input": f"[{inner.make('s', 3)}]"}

    def _resource(self, maker: Maker, *, loops: bool, inside: bool) -> list[dict[str, Any]]:
        self.count += 1
        name = f"r{self.count}"
        found: dict[str, Any] = {"type": "Microsoft.X/tops", "apiVersion": "2020-01-01", "name": name}
        own = self._maker(maker)
        if loops and self._coin(0.3):
            found["copy"] = {
                "name": f"copy{self.count}",
                "count": self.random.choice((2, 3, "[length(createArray(1, 2))]")),
            }
            found["name"] = f"[format('{name}-{{0}}', copyIndex())]"
            own.names["i"] += ["copyIndex()", "copyIndex(1)", f"copyIndex('copy{self.count}')"]
        if self._coin(0.3):
            found["condition"] = f"[{maker.make('b', 3)}]"
        if self._coin(0.3):
            found["tags"] = {"[concat('k', '1')]": f"[{own.make('s', 2)}]", "plain": "[[x]" if loops else "x"}
        found["properties"] = self._properties(own, loops=loops)
        children = (
            [self._child(own, name, loops=loops) for _ in range(self.random.randint(0, 2))]
            if "copy" not in found
            else []
        )
        within = [one for one in children if inside and self._coin()]
        if within:
            found["resources"] = [{**one, "type": "children", "name": one["name"].partition("/")[2]} for one in within]
        return [found, *(one for one in children if one not in within)]

    def _child(self, maker: Maker, parent: str, *, loops: bool) -> dict[str, Any]:
        self.count += 1
        return {
            "type": "Microsoft.X/tops/children", "apiVersion": "2020-01-01", "name": f"{parent}/c{self.count}",
            "properties": self._properties(maker, loops=loops),
        }  # fmt: skip

    def _properties(self, maker: Maker, *, loops: bool) -> dict[str, Any]:
        found: dict[str, Any] = {f"p{at}": f"[{maker.any(3)}]" for at in range(self.random.randint(1, 4))}
        found["inner"] = {"list": [f"[{maker.any(2)}]", None, True, 1.5, {"deep": f"[{maker.any(3)}]"}]}
        if loops and self._coin(0.4):
            inner = self._maker(maker)
            inner.names["i"] += ["copyIndex('each')", "copyIndex('each', 1)"]
            count = self.random.choice((1, 2, f"[length({maker.make('a', 2)})]", 0))
            found["copy"] = [{"name": "each", "count": count, "input": {"value": f"[{inner.any(3)}]"}}]
        return found

    def _deployment(self, maker: Maker, nesting: int, *, outer: bool) -> dict[str, Any]:
        self.count += 1
        properties: dict[str, Any] = {"mode": "Incremental"}
        found = {
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": f"d{self.count}",
            "properties": properties,
        }  # fmt: skip
        if self._coin(0.3):
            found["condition"] = f"[{maker.make('b', 2)}]"
        if outer and self._coin(0.3):
            properties["template"] = self.template(nesting - 1, maker)
            return found
        properties["expressionEvaluationOptions"] = {"scope": "inner"}
        inner = properties["template"] = self.template(nesting - 1)
        kinds = {type_: kind for kind, type_ in KINDS.items()}
        arguments = {}
        for name, declared in inner["parameters"].items():
            if "allowedValues" in declared:
                arguments[name] = {"value": self.random.choice(declared["allowedValues"])}
            elif "defaultValue" not in declared or self._coin(0.3):
                arguments[name] = {"value": f"[{maker.make(kinds[declared['type']], 3)}]"}
            elif declared["type"] == "array" and self._coin():
                arguments[name] = {"copy": [self._loop("value", maker)]}
            elif self._coin(0.2):
                value = maker.make(kinds[declared["type"]], 2)
                arguments[name] = (
                    f"[if({maker.make('b', 1)}, createObject('value', {value}), createObject('value', null()))]"
                )
        properties["parameters"] = arguments
        return found


def text(template: dict[str, Any]) -> str:
    return json.dumps(template, indent=1)
