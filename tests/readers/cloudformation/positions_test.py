"""Every value stands where the file has it: lines and characters from 1, the end exclusive."""

from __future__ import annotations

import json

import pytest

from aiposture.model import Location

YAML = """\
# 😀
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Properties:
      Plain: some words
      'Quoted': "q"
      Smile: 😀 then
      Flow: {A: 1, B: [x, y]}
      Block: |
        one
        two

      Short: !Ref Agent
      Long:
        Fn::Sub: ${Agent}
      List:
        - a
        - B: c
          D: e

      Many: several
        lines
      Empty:
  Last: {Type: AWS::Bedrock::Agent}
"""

PLACES = [
    (("Plain",), (6, 14, 6, 24)),
    (("Quoted",), (7, 17, 7, 20)),
    (("Smile",), (8, 14, 8, 20)),
    (("Flow",), (9, 13, 9, 30)),
    (("Flow", "A"), (9, 17, 9, 18)),
    (("Flow", "B", 1), (9, 27, 9, 28)),
    (("Block",), (10, 14, 12, 12)),
    (("Short",), (14, 14, 14, 24)),
    (("Long",), (16, 9, 16, 26)),
    (("List",), (18, 9, 20, 15)),
    (("List", 1), (19, 11, 20, 15)),
    (("List", 1, "D"), (20, 14, 20, 15)),
    (("Many",), (22, 13, 23, 14)),
]


@pytest.mark.parametrize(("path", "place"), PLACES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_yaml(reading, path, place, newline):
    agent, _ = reading({"t.yaml": YAML.replace("\n", newline).encode()}).resources
    assert agent.properties.get(*path).location == Location("t.yaml", *place)


def test_a_resource(reading):
    agent, last = reading({"t.yaml": YAML}).resources
    assert agent.header == Location("t.yaml", 3, 3, 3, 8)
    assert agent.location == Location("t.yaml", 3, 3, 24, 13)
    assert agent.properties.location == Location("t.yaml", 6, 7, 24, 13)
    assert last.location == Location("t.yaml", 25, 3, 25, 36)


def test_without_the_c_parser_the_places_are_the_same(reading, monkeypatch):
    import yaml

    with_it = reading({"t.yaml": YAML}).resources
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert reading({"t.yaml": YAML}).resources == with_it


def test_json(reading):
    text = '\ufeff{\n\t"Resources": {\n    "Agent" : {"Type": "AWS::Bedrock::Agent",\n "Properties": {"😀": "x\\ty", '
    text += '"A": [1 , {"Ref": "Agent"}]}}}}\n'
    (agent,) = reading({"t.json": text}).resources
    assert agent.header == Location("t.json", 3, 5, 3, 12)
    assert agent.location == Location("t.json", 3, 5, 4, 59)
    assert agent.properties.get("😀").location == Location("t.json", 4, 22, 4, 28)
    assert agent.properties.get("A").location == Location("t.json", 4, 35, 4, 57)
    assert agent.properties.get("A", 1).location == Location("t.json", 4, 40, 4, 56)


@pytest.mark.parametrize("name", ["t.json", "t.yaml"])
def test_json_data(reading, name):
    data = {"B": [1, -2.5, True, None, "é\n"], "C": {}, "D": [], "E": 1e30}
    template = {"Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": data}}}
    (resource,) = reading({name: json.dumps(template, indent=1)}).resources
    assert resource.properties.plain() == data


def test_a_value_tells_the_way_it_came(property_of):
    sections = """
    Parameters:
      Mode: {Type: String, Default: PUBLIC}
    Conditions:
      Open: !Equals [!Ref Mode, PUBLIC]
    Mappings:
      Modes: {a: {Net: VPC}}
    """
    value = property_of("!Ref Mode", sections)
    assert [(one.kind, one.name, one.location.line) for one in value.trail] == [
        ("variable default", "parameter Mode", 3)
    ]
    value = property_of("!If [Open, yes-it-is, x]", sections)
    assert [one.name for one in value.trail] == ["parameter Mode"]
    value = property_of("!FindInMap [Modes, a, Net]", sections)
    assert [(one.name, one.location.line) for one in value.trail] == [("mapping Modes.a.Net", 7)]
    value = property_of("!Sub 'x-${Mode}'", sections)
    assert [one.name for one in value.trail] == ["parameter Mode"]
