"""What the properties of a resource can be together, where several of them hang on conditions."""

from __future__ import annotations

import pytest

from tests.readers.cloudformation.conftest import flat

TEMPLATE = """
Parameters:
  Free: {Type: String}
  One: {Type: String, AllowedValues: [a, b, c]}
  Key: {Type: String}
  Secret: {Type: String, NoEcho: true}
Conditions:
  Prod: !Equals [!Ref Free, prod]
  Dev: !Equals [dev, !Ref Free]
  NotProd: !Not [!Condition Prod]
  IsA: !Equals [!Ref One, a]
  IsB: !Equals [!Ref One, b]
  HasKey: !Not [!Equals [!Ref Key, '']]
  Either: !Or [!Condition Prod, !Condition Dev]
  Both: !And [!Condition Prod, !Condition HasKey]
  Known: !Equals [1, 1]
  IsSecret: !Equals [!Ref Secret, hunter2]
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Condition: %s
    Properties: {P: %s, Q: %s}
"""

ROWS = [
    # nothing to tell apart
    ("Known", "!If [Prod, 1, 2]", "3", []),
    ("Known", "!If [Known, 1, 2]", "!If [Known, 3, 4]", []),
    ("Prod", "!If [Prod, 1, 2]", "!If [NotProd, 3, 4]", []),
    ("Known", "!If [Gone, 1, 2]", "!If [Gone, 3, 4]", []),
    # the same condition, and its opposite
    ("Known", "!If [Prod, 1, 2]", "!If [Prod, 3, 4]", [(1, 3), (2, 4)]),
    ("Known", "!If [Prod, 1, 2]", "!If [NotProd, 3, 4]", [(1, 4), (2, 3)]),
    ("Known", "!If [Prod, 1, 2]", "!If [Prod, !Ref AWS::NoValue, 4]", [(1, None), (2, 4)]),
    # conditions about the same parameter
    ("Known", "!If [Prod, 1, 2]", "!If [Dev, 3, 4]", [(1, 4), (2, 3), (2, 4)]),
    ("Known", "!If [IsA, 1, 2]", "!If [IsB, 3, 4]", [(1, 4), (2, 3), (2, 4)]),
    ("IsA", "!If [IsB, 1, 2]", "!Ref One", []),
    # conditions made of others
    ("Known", "!If [Either, 1, 2]", "!If [Prod, 3, 4]", [(1, 3), (1, 4), (2, 4)]),
    ("NotProd", "!If [Either, 1, 2]", "!If [Dev, 3, 4]", [(1, 3), (2, 4)]),
    ("Known", "!If [Both, 1, 2]", "!If [HasKey, 3, 4]", [(1, 3), (2, 3), (2, 4)]),
    # independent ones
    ("Known", "!If [Prod, 1, 2]", "!If [HasKey, 3, 4]", [(1, 3), (1, 4), (2, 3), (2, 4)]),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "one", "other", "expected"), ROWS)
def test_cases(reading, condition, one, other, expected):
    (resource,) = reading({"t.yaml": TEMPLATE % (condition, one, other)}).resources
    assert [(flat(case.get("P")), flat(case.get("Q"))) for case in resource.cases] == expected


GUARDED = [
    ("IsA", "!Ref One", "a"),
    ("IsB", "!Sub 'x-${One}'", "x-b"),
    ("Prod", "!Ref Free", "prod"),
    ("NotProd", "!Ref Free", "?${Free}"),
    ("Known", "!If [IsA, x, !Ref One]", "x | b | c"),
    ("IsSecret", "!Ref Secret", "?${Secret}"),
]


@pytest.mark.parametrize(("condition", "value", "expected"), GUARDED)
def test_a_condition_says_something_about_the_parameter_that_it_compares(reading, condition, value, expected):
    (resource,) = reading({"t.yaml": TEMPLATE % (condition, value, "1")}).resources
    assert flat(resource.properties.get("P")) == expected


@pytest.mark.parametrize(("condition", "filled"), [("HasKey", True), ("Both", True), ("Known", False)])
def test_a_parameter_that_is_not_empty_where_a_resource_exists(reading, condition, filled):
    (resource,) = reading({"t.yaml": TEMPLATE % (condition, "!Ref Key", "1")}).resources
    assert resource.properties.get("P").data.filled is filled


def test_too_many_cases_are_not_told_apart(reading):
    names = [f"C{number}" for number in range(5)]
    parameters = "\n".join(f"  {name}: {{Type: String}}" for name in names)
    conditions = "\n".join(f"  {name}: !Equals [!Ref {name}, x]" for name in names)
    choices = ", ".join(f"{name}: !If [{name}, 1, 2]" for name in names)
    text = (
        f"Parameters:\n{parameters}\nConditions:\n{conditions}\nResources:\n  A: {{Type: T, Properties: {{{choices}}}}}"
    )
    (resource,) = reading({"t.yaml": text}).resources
    assert resource.cases == ()
