"""What Checkov resolves wrongly or not at all in CloudFormation (measured with 3.3.30), and what it is."""

from __future__ import annotations

import pytest

SECTIONS = """
Parameters:
  Five: {Type: Number, Default: 5}
  True: {Type: String, Default: true}
  Mode: {Type: String, Default: prod}
  Empty: {Type: String, Default: ''}
  Free: {Type: String}
Conditions:
  Prod: !Equals [!Ref Mode, prod]
  Three: !And [!Condition Prod, !Equals [!Ref Five, 5], !Not [!Equals [!Ref Mode, dev]]]
  AnyOf: !Or [!Equals [!Ref Mode, dev], !Equals [!Ref Mode, test], !Condition Prod]
  HasKey: !Not [!Equals [!Ref Empty, '']]
  Free: !Equals [!Ref Free, x]
Mappings:
  Map: {prod: {Text: t, No: false}, dev: {Text: u, No: true}}
"""

ROWS = [
    ("Ref to a defaulted number", "!Ref Five", 5),
    ("Ref to a defaulted text", "!Ref 'True'", "true"),
    ("Ref to an empty default", "!Ref Empty", ""),
    ("Ref without default", "!Ref Free", "?${Free}"),
    ("pseudo parameter", "!Ref AWS::Partition", "?${AWS::Partition}"),
    ("If, known, text arms", "!If [Prod, a, b]", "a"),
    ("If, known, object arms", "!If [Prod, {a: 1}, {b: 2}]", {"a": 1}),
    ("If, known, truth arms", "!If [Prod, false, true]", False),
    ("If, known, list arms", "!If [Prod, [1], [2]]", [1]),
    ("If to NoValue", "!If [HasKey, x, !Ref AWS::NoValue]", None),
    ("And with three operands", "!If [Three, yes-it-is, x]", "yes-it-is"),
    ("Or with three operands", "!If [AnyOf, yes-it-is, x]", "yes-it-is"),
    ("condition on an empty default", "!If [HasKey, x, y]", "y"),
    ("FindInMap with literal keys", "!FindInMap [Map, prod, Text]", "t"),
    ("FindInMap of false", "!FindInMap [Map, prod, 'No']", False),
    ("FindInMap with a Ref", "!FindInMap [Map, !Ref Mode, Text]", "t"),
    ("Join", "!Join ['-', [a, !Ref Mode]]", "a-prod"),
    ("Select", "!Select [1, [a, b]]", "b"),
    ("Sub, all known", "!Sub 'x-${Mode}'", "x-prod"),
    ("Sub, partly known", "!Sub '${Free}-${Mode}'", "?${Free}-prod"),
    ("Sub with a map", "!Sub ['${A}', {A: !Ref Mode}]", "prod"),
    ("one name the beginning of another", "{KmsKey: !Sub '${Mode}', KmsKeyArn: !Sub 'arn:${Mode}'}",
     {"KmsKey": "prod", "KmsKeyArn": "arn:prod"}),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_value(plain, written, expected):
    found = plain(written, SECTIONS)
    assert found == expected
    assert type(found) is type(expected)


def test_a_resource_under_a_condition(reading):
    found = reading(
        {
            "t.yaml": SECTIONS
            + """
Resources:
  Always: {Type: AWS::Bedrock::Agent}
  No: {Type: AWS::Bedrock::Agent, Condition: HasKey}
  Yes: {Type: AWS::Bedrock::Agent, Condition: Prod}
  Maybe: {Type: AWS::Bedrock::Agent, Condition: Free}
  Wrong: {Type: AWS::Bedrock::Agent, Condition: Gone}
"""
        }
    )
    exists = {one.name: one.exists if isinstance(one.exists, bool) else one.exists.reason for one in found.resources}
    assert exists == {
        "Always": True,
        "No": False,
        "Yes": True,
        "Maybe": "parameter Free has no default",
        "Wrong": "the template has no condition Gone",
    }


def test_properties_hold_nothing_but_properties(reading):
    (resource,) = reading(
        {"t.yaml": "Resources: {A: {Type: AWS::Bedrock::Agent, DeletionPolicy: Retain, Properties: {B: 1}}}"}
    ).resources
    assert resource.properties.plain() == {"B": 1}
