"""Template expressions held against Azure's own engine, which the Bicep compiler carries (`bicep snapshot`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from aiposture.model import Location, Unknown
from aiposture.readers.arm.expressions import Budget, evaluate

sys.path.insert(0, str(Path(__file__).parents[2] / "oracles" / "engine"))

from engine import COMPILER, NO_COMPILER, Engine, RefusedError
from made_up import OF_THE_TARGET, SCHEMA, Maker, without

pytestmark = pytest.mark.skipif(not COMPILER, reason=NO_COMPILER)

HERE = Location("main.json", 1, 1, 1, 2)


@pytest.fixture(scope="module")
def engine():
    made = Engine()
    yield made
    made.close()


class Nothing:
    """A template that holds nothing but expressions."""

    def __init__(self):
        self.budget = Budget()

    def __getattr__(self, name):
        return lambda *_: None


def ours(text):
    value = evaluate(text, Nothing(), HERE)
    return None if any(isinstance(part.data, Unknown) for part in value.walk()) else json.dumps(value.plain())


def theirs(texts, engine) -> list[str] | None:
    """What the engine makes of the expressions; None if it refuses one of them."""
    resources = [
        {"type": "Microsoft.X/y", "apiVersion": "2020-01-01", "name": f"r{number}", "properties": {"value": text}}
        for number, text in enumerate(texts)
    ]
    try:
        found = engine.snapshot({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}, {})
    except RefusedError:
        return None
    return [json.dumps(resource["properties"]["value"]) for resource in found["predictedResources"]]


def table():
    lines = Path(__file__).with_name("expressions_cases.txt").read_text("utf-8").split("\n")
    return [line.rsplit(" => ", 1) for line in lines if " => " in line and not line.startswith("#")]


def test_the_table_is_what_the_engine_says(engine):
    answers = theirs([text for text, _ in table()], engine)
    assert answers is not None
    wrong = [
        (text, expected, answer)
        for (text, expected), answer in zip(table(), answers, strict=True)
        if json.dumps(json.loads(expected)) != answer
    ]
    assert wrong == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_made_up_expressions(seed, engine):
    maker = Maker(seed)
    maker.shapes = without(*OF_THE_TARGET)
    texts = [f"[{maker.any(4)}]" for _ in range(150)]
    known = [text for text in texts if ours(text) is not None]
    assert len(known) > 0.9 * len(texts)
    compared = 0
    for text, answer in answered(known, engine):
        compared += 1
        assert (text, ours(text)) == (text, answer)
    assert compared > 0.9 * len(known)


def answered(texts, engine):
    """The expressions with the engine's answers, without those that it refuses: one of them spoils a run."""
    answers = theirs(texts, engine)
    if answers is not None:
        return list(zip(texts, answers, strict=True))
    half = len(texts) // 2
    return answered(texts[:half], engine) + answered(texts[half:], engine) if half else []
