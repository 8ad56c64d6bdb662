"""Template expressions held against Azure's own engine, which the Bicep compiler carries (`bicep snapshot`)."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from aiposture.model import Location, Unknown
from aiposture.readers.arm.expressions import Budget, evaluate

COMPILER = os.environ.get("AIPOSTURE_BICEP") or shutil.which("bicep")
pytestmark = pytest.mark.skipif(not COMPILER, reason="no Bicep compiler: neither AIPOSTURE_BICEP nor bicep on PATH")

HERE = Location("main.json", 1, 1, 1, 2)
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


class Nothing:
    """A template that holds nothing but expressions."""

    def __init__(self):
        self.budget = Budget()

    def __getattr__(self, name):
        return lambda *_: None


def ours(text):
    value = evaluate(text, Nothing(), HERE)
    return None if any(isinstance(part.data, Unknown) for part in value.walk()) else json.dumps(value.plain())


def theirs(texts, folder: Path) -> list[str] | None:
    """What the engine makes of the expressions; None if it refuses one of them."""
    resources = [
        {"type": "Microsoft.X/y", "apiVersion": "2020-01-01", "name": f"r{number}", "properties": {"value": text}}
        for number, text in enumerate(texts)
    ]
    template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(template), "utf-8")
    (folder / "x.bicepparam").write_text("using './template.json'\n", "utf-8")
    snapshot = folder / "x.snapshot.json"
    snapshot.unlink(missing_ok=True)
    subprocess.run(
        [COMPILER, "snapshot", str(folder / "x.bicepparam"), "--mode", "overwrite"],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    if not snapshot.exists():
        return None
    found = json.loads(snapshot.read_text("utf-8"))["predictedResources"]
    return [json.dumps(resource["properties"]["value"]) for resource in found]


def table():
    lines = Path(__file__).with_name("expressions_cases.txt").read_text("utf-8").split("\n")
    return [line.rsplit(" => ", 1) for line in lines if " => " in line and not line.startswith("#")]


def test_the_table_is_what_the_engine_says(tmp_path):
    answers = theirs([text for text, _ in table()], tmp_path)
    assert answers is not None
    wrong = [
        (text, expected, answer)
        for (text, expected), answer in zip(table(), answers, strict=True)
        if json.dumps(json.loads(expected)) != answer
    ]
    assert wrong == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_made_up_expressions(seed, tmp_path):
    maker = Maker(seed)
    texts = [f"[{maker.any(4)}]" for _ in range(150)]
    known = [text for text in texts if ours(text) is not None]
    assert len(known) > 0.9 * len(texts)
    compared = 0
    for text, answer in answered(known, tmp_path):
        compared += 1
        assert (text, ours(text)) == (text, answer)
    assert compared > 0.9 * len(known)


def answered(texts, folder):
    """The expressions with the engine's answers, without those that it refuses: one of them spoils a run."""
    answers = theirs(texts, folder)
    if answers is not None:
        return list(zip(texts, answers, strict=True))
    half = len(texts) // 2
    return answered(texts[:half], folder) + answered(texts[half:], folder) if half else []


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Maker:
    """Expressions of a type at random. `depth` is how many calls stand in each other at most."""

    WORDS = ("", "a", "B", "abc", "Disabled", "x-y", "10.0.0.0/24", "é", "it's", "a,b", "{0}", "[q]", " p ")

    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, depth, *shapes):
        """One of some shapes, whose placeholders are types."""
        shape = self.random.choice(shapes)
        out = []
        for part in shape.split("<"):
            kind, closed, rest = part.partition(">")
            out.append(getattr(self, kind)(depth - 1) + rest if closed else part)
        return "".join(out)

    def any(self, depth):
        return self.random.choice([self.s, self.i, self.b, self.a, self.o])(depth)

    def w(self, _depth):
        return quoted(self.random.choice(self.WORDS))

    def n(self, _depth):
        return str(self.random.choice([0, 1, 2, 5, -3, 10]))

    def s(self, depth):
        if depth <= 0:
            return self.w(depth)
        return self.one(
            depth, "<w>", "concat(<s>, <s>)", "concat(<s>, <i>)", "format('{0}-{1}', <s>, <b>)", "toLower(<s>)",
            "toUpper(<s>)", "trim(<s>)", "replace(<s>, 'a', <s>)", "substring(concat('abcdef', <s>), 2, 3)",
            "take(<s>, <n>)", "skip(<s>, <n>)", "first(<s>)", "last(<s>)", "join(<a>, ',')", "base64(<s>)",
            "base64ToString(base64(<s>))", "string(<o>)", "string(<a>)", "string(<i>)", "if(<b>, <s>, <s>)",
            "coalesce(null(), <s>)", "padLeft(<s>, 5, '0')", "uriComponent(<s>)", "guid(<s>, <s>)",
            "format('{0,7}|{1,-4}|{2:D4}', <s>, <b>, <i>)", "first(createArray(<s>, 'a'))",
        )  # fmt: skip

    def i(self, depth):
        if depth <= 0:
            return self.n(depth)
        return self.one(
            depth, "<n>", "add(<i>, <i>)", "sub(<i>, <i>)", "mul(<i>, <i>)", "div(<i>, -2)", "mod(<i>, 3)",
            "length(<s>)", "length(<a>)", "length(<o>)", "indexOf(<s>, <w>)", "lastIndexOf(<s>, <w>)",
            "indexOf(<a>, <w>)", "min(<i>, <i>)", "max(<i>, <i>)", "if(<b>, <i>, <i>)", "range(0, 5)[2]",
            "reduce(<a>, 0, lambda('c', 'n', add(lambdaVariables('c'), length(lambdaVariables('n')))))",
        )  # fmt: skip

    def b(self, depth):
        if depth <= 0:
            return self.random.choice(["true()", "false()"])
        return self.one(
            depth, "true()", "equals(<s>, <s>)", "equals(<i>, <i>)", "equals(<o>, <o>)", "equals(<a>, <a>)",
            "equals(<s>, <i>)", "not(<b>)", "and(<b>, <b>)", "or(<b>, <b>)", "contains(<s>, <w>)",
            "contains(<a>, <w>)", "contains(<o>, <w>)", "startsWith(<s>, <w>)", "endsWith(<s>, <w>)", "empty(<s>)",
            "empty(<a>)", "empty(<o>)", "less(<s>, <s>)", "greaterOrEquals(<i>, <i>)", "bool('False')",
            "if(<b>, <b>, <b>)",
        )  # fmt: skip

    def a(self, depth):
        if depth <= 0:
            return "createArray(" + ", ".join(self.w(0) for _ in range(self.random.randint(0, 3))) + ")"
        return self.one(
            depth, "createArray(<s>, <s>)", "concat(<a>, <a>)", "union(<a>, <a>)", "intersection(<a>, <a>)",
            "take(<a>, <n>)", "skip(<a>, <n>)", "split(<s>, ',')", "split(<s>, createArray('-', 'a'))",
            "map(<a>, lambda('x', concat(lambdaVariables('x'), <s>)))", "flatten(createArray(<a>, <a>))",
            "filter(<a>, lambda('x', 'i', less(lambdaVariables('i'), 2)))", "objectKeys(<o>)", "array(<s>)",
            "sort(<a>, lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", "if(<b>, <a>, <a>)",
            "map(items(<o>), lambda('i', lambdaVariables('i').key))",
        )  # fmt: skip

    def o(self, depth):
        if depth <= 0:
            members = ("", "'a', 1", "'B', 'x', 'a', createArray()", "'a', createObject('c', true())", "'n', null()")
            return f"createObject({self.random.choice(members)})"
        return self.one(
            depth, "createObject('a', <s>, 'b', <i>)", "createObject('o', <o>, 'l', <a>, 't', <b>)",
            "union(<o>, createObject('u', <s>))", "intersection(<o>, <o>)", "shallowMerge(createArray(<o>, <o>))",
            "toObject(union(<a>, createArray('z')), lambda('x', concat('k', base64(lambdaVariables('x')))))",
            "mapValues(<o>, lambda('v', string(coalesce(lambdaVariables('v'), 'nil'))))", "if(<b>, <o>, <o>)",
            "coalesce(tryGet(createObject('o', <o>), 'O'), <o>)", "coalesce(tryGet(<o>, 'zz', 'a'), <o>)",
            "groupBy(<a>, lambda('x', concat('g', lambdaVariables('x'))))", "json('{\"q\":[1,2.5,null,\"x\"]}')",
        )  # fmt: skip
