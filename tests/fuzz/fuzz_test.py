"""Broken inputs, some thousands in a run: nothing but an error of the file may come of them. See tools/fuzz.py."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parents[2] / "tools/fuzz.py")
assert _spec is not None
assert _spec.loader is not None
fuzz = importlib.util.module_from_spec(_spec)
sys.modules["fuzz"] = fuzz
_spec.loader.exec_module(fuzz)

SECONDS = 20  # of the processor, for one input

numbers = st.integers(min_value=0, max_value=(1 << 30) - 1)
edits = st.lists(st.tuples(numbers, numbers, numbers, numbers), min_size=1, max_size=5)


@pytest.fixture(autouse=True)
def _no_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("HOME", "/nonexistent")
    monkeypatch.delenv("AIPOSTURE_BICEP", raising=False)


def test_every_reader_has_seeds() -> None:
    from fuzzing.seeds import _MAKERS
    from fuzzing.targets import TARGETS

    assert set(fuzz.READERS) == set(TARGETS) == set(_MAKERS)


@pytest.mark.parametrize("reader", fuzz.READERS)
@settings(
    max_examples=80, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip
@given(which=numbers, edits=edits)
def test_edited_fixtures(reader: str, which: int, edits: list[tuple[int, int, int, int]]) -> None:
    from fuzzing.seeds import seeds

    pool = seeds(reader)
    assert pool
    seed = pool[which % len(pool)]
    fuzz.timed(reader, {seed.path: fuzz.edits.edited(pool, seed, edits)}, SECONDS, scanned=which % 10 == 0)


@pytest.mark.parametrize("reader", fuzz.READERS)
def test_random_fixtures(reader: str) -> None:
    for number in range(250):
        chance = random.Random(f"{reader} {number}")
        files = fuzz.generate(reader, iter(lambda chance=chance: chance.randrange(1 << 30), None))
        fuzz.timed(reader, files, SECONDS, scanned=number % 20 == 0)


@pytest.mark.parametrize(
    ("reader", "name", "text"),
    [
        ("terraform", "main.tf", "x = " + "!" * 10_000 + "true\n# cognitive"),
        ("terraform", "main.tf", 'data "aws_iam_policy_document" "a" {\n  statement = ["bedrock", 1]\n}\nresource "aws_bedrockagentcore_agent_runtime" "a" {}\n'),
        ("cloudformation", "t.yaml", 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  M:\n    Type: AWS::SageMaker::Model\n    Properties:\n      Containers:\n        - ImageConfig: {RepositoryAccessMode: !Ref X}\nParameters: {X: {Type: String}}\n'),
    ],
    ids=["negations", "statements that are none", "an undecided mode of an image"],
)  # fmt: skip
def test_what_was_found_once(reader: str, name: str, text: str) -> None:
    for scanned in (False, True):
        fuzz.timed(reader, {name: text.encode()}, SECONDS, scanned=scanned)
