"""What the ARM reader makes of templates, held against Azure's own engine (`engine/engine.py`).

A difference is our mistake until it is explained. `AIPOSTURE_SNAPSHOT_ROUNDS=500` makes up more templates than
continuous integration does.

The same comparison was run over 962 real templates, Azure's quickstarts and the modules of the Bicep registry. 882 were
compared, 2,691 resources with 29,247 values, and none differs. The engine refuses the other 80: with arguments that
nobody chose for them, an index is out of bounds, a name is empty, or a parameter does not compile. What the comparison
lets pass, and why:

| the engine | the reader | why |
|---|---|---|
| gives an expression as text | has a value or a reference | the engine leaves to the deployment what it cannot work out |
| does not expand a nested deployment whose arguments hang on it | reads it with unknown values | it says so itself |
| leaves out a member that is null | has null, or an unknown that can be null | both mean: not stated |
| gives a list without repetitions | keeps unknown members that may repeat others | `union()` cannot tell before |
| gives one value | has several alternatives, that one among them | the reader is told less |
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "engine"))

import made_up  # noqa: E402 - the line above finds it
from comparison import compare  # noqa: E402 - as above
from engine import COMPILER, NO_COMPILER, Engine, RefusedError  # noqa: E402 - as above

from aiposture.readers.arm.expressions import evaluate, functions, lambdas  # noqa: E402 - as above

needs_the_engine = pytest.mark.skipif(not COMPILER, reason=NO_COMPILER)

FIXTURES = HERE.parents[1] / "fixtures"
RECORDED = HERE.parent / "readers" / "bicep" / "recorded"
TABLE = HERE.parent / "readers" / "arm" / "expressions_cases.txt"
SCHEMA = re.compile(r"deploymenttemplate\.json", re.IGNORECASE)
ROUNDS = int(os.environ.get("AIPOSTURE_SNAPSHOT_ROUNDS", "24"))
A_TEST = 4

MODES = {
    "all-known": {"facts": True},
    "target-unknown": {"facts": False},
    "arguments-unknown": {"facts": False, "arguments": False},
}
"""What the reader is told; the engine always knows all."""

REFUSED = {
    "element-without-type": "the engine takes no resource without a type; the reader passes it over and reads the rest",
    "linked-templates": "the engine knows no place that a template came from, by which this one finds its links",
}
NOT_COMPARED = {
    "newguid": "gives another result each time",
    "utcnow": "gives another result each time",
    "uniquestring": "the reader does not work it out: the names that it makes stay symbols",
    "deployer": "the engine is not told who deploys",
    "environment": "hangs on the cloud that the engine is told of; the reader guesses none",
    "managementgroup": "only in templates of that scope",
    "reference": "the deployment decides it",
    "references": "the deployment decides it",
    "resourceinfo": "is for symbolic names; the compiler writes it in no template",
    "externalinput": "comes from outside of the code",
    "providers": "was taken out of the language",
    "pickzones": "the deployment decides it",
    "tologicalzone": "the deployment decides it",
    "tologicalzones": "the deployment decides it",
    "tophysicalzone": "the deployment decides it",
    "tophysicalzones": "the deployment decides it",
    "zones": "the deployment decides it",
}


def decoded(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")


def templates() -> list[Path]:
    return [path for path in sorted(FIXTURES.rglob("*.json*")) if SCHEMA.search(decoded(path))]


@pytest.fixture(scope="module")
def engine():
    made = Engine()
    yield made
    made.close()


@needs_the_engine
@pytest.mark.parametrize("known", MODES)
@pytest.mark.parametrize("path", templates(), ids=lambda path: path.parent.name + "/" + path.name)
def test_fixtures(path, known, engine):
    name = path.parent.name
    if name in REFUSED:
        with pytest.raises(RefusedError):
            compare(engine, decoded(path), **MODES[known])
        return
    assert compare(engine, decoded(path), **MODES[known]).differences == []


@needs_the_engine
@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_compiled_bicep_fixtures(path, engine):
    template = json.loads(path.read_text("utf-8"))["template"]
    if template is None:
        pytest.skip("the fixture is one that does not compile")

    assert compare(engine, json.dumps(template), facts=True).differences == []


@needs_the_engine
@pytest.mark.parametrize("first", range(0, ROUNDS, A_TEST))
def test_made_up_templates(first, engine):
    compared = values = unknowns = 0
    for seed in range(first, first + A_TEST):
        text = made_up.text(made_up.TemplateMaker(seed).template())
        try:
            found = [compare(engine, text, **known) for known in MODES.values()]
        except RefusedError:
            continue  # a text that came out looks like an expression where the engine reads it a second time
        assert [(seed, one.differences) for one in found if one.differences] == []
        compared += 1
        values += found[0].values
        unknowns += found[0].unknowns

    assert compared >= A_TEST // 2
    assert values > 10 * unknowns


def test_every_function_is_compared():
    known = {*functions.PURE, *functions.SCOPED, *lambdas.TABLE, *evaluate.__globals__["_LATE"]}
    shown = made_up.functions() | {name.casefold() for name in made_up.FUNCTION.findall(TABLE.read_text("utf-8"))}

    assert known - shown == set(NOT_COMPARED)


@pytest.mark.parametrize(
    ("seen", "differs"),
    [
        ([{"type": "A.b/c", "name": "n", "properties": {"a": "xy"}}], False),
        ([{"type": "A.b/c", "name": "n", "properties": {"a": "[reference('x')]"}}], False),
        ([{"type": "A.b/c", "name": "n", "properties": {"a": "z"}}], True),
        ([{"type": "A.b/c", "name": "n", "properties": {"a": "xy", "b": 1}}], True),
        ([{"type": "A.b/c", "name": "n", "properties": {}}], True),
        ([{"type": "A.b/c", "name": "m", "properties": {"a": "xy"}}], True),
        ([], True),
    ],
)
def test_the_comparison_sees_differences(seen, differs):
    resource = {"type": "A.b/c", "apiVersion": "2020-01-01", "name": "n", "properties": {"a": "[concat('x', 'y')]"}}
    template = {"$schema": made_up.SCHEMA, "contentVersion": "1.0.0.0", "resources": [resource]}

    class Seer:
        def snapshot(self, *_):
            return {"predictedResources": seen, "diagnostics": []}

    assert bool(compare(Seer(), json.dumps(template), facts=True).differences) is differs
