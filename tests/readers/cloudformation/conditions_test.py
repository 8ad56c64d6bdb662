"""Conditions in three values, and what follows from one for another."""

from __future__ import annotations

import pytest

SECTIONS = """
Parameters:
  Free: {Type: String}
  One: {Type: String, AllowedValues: [a, b]}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  List: {Type: CommaDelimitedList, Default: 'a,b'}
"""

VERDICTS = [
    # undecided
    ("!Equals [!Ref Free, x]", None),
    ("!Equals [!Ref One, a]", None),
    ("!Equals [!Ref AWS::Region, us-east-1]", None),
    ("!Equals [!Ref Secret, x]", None),
    ("!Equals [!Sub 'a${Free}', x]", None),
    ("!Not [!Equals [!Ref Free, x]]", None),
    ("!And [!Equals [1, 1], !Equals [!Ref Free, x]]", None),
    ("!Or [!Equals [1, 2], !Equals [!Ref Free, x]]", None),
    ("!Equals [a]", None),
    ("!Contains [[a], a]", None),
    ("{Condition: Gone}", None),
    ("[a]", None),
    # decided
    ("!Equals [a, a]", True),
    ("!Equals [true, 'true']", True),
    ("!Equals ['True', 'true']", False),
    ("!Equals [1, '1']", True),
    ("!Equals [!Ref List, [a, b]]", True),
    ("!Equals [!Join ['', !Ref List], ab]", True),
    ("!Equals [!Select [0, !Ref List], a]", True),
    ("!Equals [!Ref One, c]", False),
    ("!Equals [!Ref Secret, '']", False),
    ("!Equals [!Ref AWS::Region, '']", False),
    ("!Equals [!Sub 'a${Free}', '']", False),
    ("!And [!Equals [!Ref Free, x], !Equals [1, 2]]", False),
    ("!Or [!Equals [!Ref Free, x], !Equals [1, 1]]", True),
    ("!And [!Contains [[a], a], !Equals [1, 2]]", False),
    ("!Not [!Equals [1, 1]]", False),
    ("{'Fn::And': [{'Fn::Not': [{'Fn::Equals': [1, 2]}]}, {Condition: Yes}]}", True),
    ("{Condition: Yes}", True),
    ("!Condition Yes", True),
]


@pytest.mark.parametrize(("written", "expected"), [pytest.param(*row, id=row[0]) for row in VERDICTS])
def test_verdict(reading, written, expected):
    text = f"""{SECTIONS}
Conditions:
  Yes: !Equals [1, 1]
  Subject: {written}
Resources:
  A: {{Type: AWS::Bedrock::Agent, Condition: Subject}}
"""
    exists = reading({"t.yaml": text}).resources[0].exists
    assert (exists if isinstance(exists, bool) else None) is expected


CORRELATED = """
Parameters:
  Free: {Type: String}
Conditions:
  Prod: !Equals [!Ref Free, prod]
  Dev: !Not [!Condition Prod]
  Both: !And [!Condition Prod, !Equals [!Ref AWS::Region, x]]
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Condition: %s
    Properties: {P: !If [Prod, prod, dev]}
"""


@pytest.mark.parametrize(("condition", "value"), [("Prod", "prod"), ("Dev", "dev"), ("Both", "prod")])
def test_a_resource_that_exists_says_something_about_conditions(reading, condition, value):
    (resource,) = reading({"t.yaml": CORRELATED % condition}).resources
    assert resource.properties.get("P").data == value


def test_what_holds_for_one_resource_says_nothing_about_the_next(reading):
    text = CORRELATED % "Prod" + "  B: {Type: AWS::Bedrock::Agent, Properties: {P: !If [Prod, prod, dev]}}\n"
    _, other = reading({"t.yaml": text}).resources
    assert [arm.data for arm in other.properties.get("P").data.alternatives] == ["prod", "dev"]
