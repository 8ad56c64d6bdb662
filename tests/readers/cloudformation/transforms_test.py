"""What transforms do: Fn::ForEach, SAM's Globals, macros."""

from __future__ import annotations

import pytest

LOOP = """
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'one,t-wo'}
  Free: {Type: CommaDelimitedList}
Mappings:
  Sets: {a: {Names: [p, q]}}
Resources:
  Fn::ForEach::Agents:
    - Name
    - %s
    - Agent&{Name}:
        Type: AWS::Bedrock::Agent
        Properties:
          Own: !Ref Name
          Text: ${Name}-x
          Sub: !Sub ${Name}-${AWS::Region}
          Other: !GetAtt Agent&{Name}.Arn
"""


@pytest.mark.parametrize(
    ("collection", "names", "own"),
    [
        ("[one, t-wo]", ["Agentone", "Agenttwo"], ["one", "t-wo"]),
        ("!Ref Names", ["Agentone", "Agenttwo"], ["one", "t-wo"]),
        ("[!Ref Names]", ["Agentone", "Agenttwo"], ["one", "t-wo"]),
        ("!FindInMap [Sets, a, Names]", ["Agentp", "Agentq"], ["p", "q"]),
        ("[1, true]", ["Agent1", "Agenttrue"], [1, True]),
        ("[]", [], []),
    ],
)
def test_a_loop_over_what_is_known(reading, collection, names, own):
    found = reading({"t.yaml": LOOP % collection})
    assert [one.name for one in found.resources] == names
    assert [one.properties.get("Own").data for one in found.resources] == own
    assert [one.properties.get("Other").data.address for one in found.resources] == names
    assert found.not_analysed == ()


def test_texts_in_a_loop(reading):
    first, second = reading({"t.yaml": LOOP % "!Ref Names"}).resources
    assert first.properties.get("Text").data == "one-x"
    assert second.properties.get("Sub").data.expression == "t-wo-${AWS::Region}"
    assert first.header.line == 12


@pytest.mark.parametrize("collection", ["!Ref Free", "!Ref AWS::NotificationARNs", "nonsense"])
def test_a_loop_over_what_is_not_known(reading, collection):
    found = reading({"t.yaml": LOOP % collection})
    (resource,) = found.resources
    assert not isinstance(resource.exists, bool)
    assert not resource.properties.get("Own").known
    assert "there can be more resources" in found.not_analysed[0].reason


def test_a_malformed_loop_is_said(reading):
    (part,) = reading({"t.yaml": "Resources:\n  Fn::ForEach::L: [a, b]\n"}).not_analysed
    assert "Fn::ForEach::L is malformed" in part.reason


def test_loops_in_loops_and_everywhere(reading):
    text = """
    Conditions:
      Fn::ForEach::C: [N, [a, b], {'Is${N}': !Equals [!Sub '${N}', a]}]
    Resources:
      Fn::ForEach::Outer:
        - X
        - [a, b]
        - Fn::ForEach::Inner:
            - Y
            - [1, 2]
            - R${X}${Y}:
                Type: AWS::Bedrock::Agent
                Condition: Is${X}
                Properties:
                  Fn::ForEach::P: [Z, [Up, Down], {'${Z}Key': !Sub '${X}${Y}${Z}'}]
    Outputs:
      Fn::ForEach::O: [X, [a], {'Out${X}': {Value: !GetAtt [!Sub 'R${X}1', Arn]}}]
    """
    found = reading({"t.yaml": text}).resources
    resources = [one for one in found if one.mode == "managed"]
    assert [(one.name, one.exists) for one in resources] == [
        ("Ra1", True), ("Ra2", True), ("Rb1", False), ("Rb2", False),
    ]  # fmt: skip
    assert resources[1].properties.plain() == {"UpKey": "a2Up", "DownKey": "a2Down"}
    assert [(one.address, one.get("value").data.address) for one in found[4:]] == [("output.Outa", "Ra1")]


SAM = """
Transform: [AWS::Serverless-2016-10-31]
Globals:
  Function:
    Runtime: python3.12
    Timeout: 5
    Layers: [shared]
    Environment:
      Variables: {MODEL: a, KEY: b}
    VpcConfig: !If [x, y, z]
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Timeout: 10
      Layers: [own]
      VpcConfig: {SubnetIds: [a]}
      Environment:
        Variables: {KEY: c, ROLE: !GetAtt FRole.Arn}
  Bare: {Type: AWS::Serverless::Function}
  Lambda: {Type: AWS::Lambda::Function, Properties: {}}
"""


def test_globals_are_merged(reading):
    function, bare, other = reading({"t.yaml": SAM}).resources
    plain = function.properties.plain()
    role = plain["Environment"]["Variables"].pop("ROLE")
    assert plain == {
        "Runtime": "python3.12",
        "Timeout": 10,
        "Layers": ["shared", "own"],
        "Environment": {"Variables": {"MODEL": "a", "KEY": "c"}},
        "VpcConfig": {"SubnetIds": ["a"]},
    }
    assert (role.address, role.path) == ("FRole", ("Arn",))
    assert bare.properties.get("Timeout").data == 5
    assert function.properties.get("Environment", "Variables", "MODEL").location.line == 9
    assert other.properties.plain() == {}


def test_without_the_transform_globals_are_nothing(reading):
    function, *_ = reading({"t.yaml": SAM.replace("Transform:", "Metadata:")}).resources
    assert function.properties.get("Runtime") is None


def test_macros_are_said(reading):
    text = "Transform: [Mine, AWS::LanguageExtensions, {Name: AWS::Include}]\n"
    text += "Resources: {A: {Type: A::B::C, Properties: {X: !Ref Made}}}\n"
    found = reading({"t.yaml": text})
    assert [one.name for one in found.not_analysed] == ["AWS::Include", "Mine"]
    assert found.resources[0].properties.get("X").data.address == "Made"


def test_modules_and_types_that_are_no_text_are_said(reading):
    text = "Resources: {A: {Type: 'My::Own::Thing::MODULE'}, B: {Type: !Rain::Module x}, C: {Type: X::Y::Z}}"
    found = reading({"t.yaml": text})
    assert [one.name for one in found.not_analysed] == ["B", "My::Own::Thing::MODULE"]
    assert [one.name for one in found.resources] == ["A", "C"]


def test_outputs(reading):
    text = """
    Conditions: {Never: !Equals [1, 2]}
    Resources: {A: {Type: AWS::Bedrock::Agent}}
    Outputs:
      Arn: {Value: !GetAtt A.Arn, Export: {Name: shared-agent}}
      Off: {Condition: Never, Value: x}
      Odd: 1
    """
    _, arn, off = reading({"t.yaml": text}).resources
    assert (arn.mode, arn.type, arn.name, arn.address) == ("output", "output", "Arn", "output.Arn")
    assert (arn.get("value").data.address, arn.get("export").data) == ("A", "shared-agent")
    assert off.exists is False


def test_only_wanted_types_are_given(reading):
    text = "Resources: {A: {Type: AWS::Bedrock::Agent}, B: {Type: AWS::S3::Bucket}}"
    found = reading({"t.yaml": text}, wanted=lambda type_: type_ == "AWS::Bedrock::Agent")
    assert [(one.name, one.declared_type, one.dialect) for one in found.resources] == [
        ("A", "AWS::Bedrock::Agent", "cloudformation")
    ]


SNIPPETS = {
    "top.yaml": "Resources: {FromTop: {Type: AWS::Bedrock::Agent}}\nConditions: {No: !Equals [1, 2]}\n",
    "more/resources.yaml": """
        Snippet:
          Type: AWS::Bedrock::Agent
          Properties:
            AgentName: snippet
            Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./properties.json}}
        """,
    "more/properties.json": '{"FoundationModel": "m", "AgentName": "overridden"}',
    "value.yaml": "GuardrailIdentifier: g\nGuardrailVersion: '1'\n",
    "list.yaml": "[a, b]\n",
    "loop.yaml": "Fn::Transform: {Name: AWS::Include, Parameters: {Location: loop.yaml}}\n",
}


def include(location):
    return f"{{Name: AWS::Include, Parameters: {{Location: {location}}}}}"


def test_snippets_of_the_tree_are_included(reading):
    text = f"""
    Transform: [AWS::LanguageExtensions, {include("top.yaml")}]
    Resources:
      Own: {{Type: AWS::Bedrock::Agent, Condition: No}}
      Value:
        Type: AWS::Bedrock::Agent
        Properties:
          GuardrailConfiguration: {{Fn::Transform: {include("./value.yaml")}}}
          Names: !Transform {include("list.yaml")}
      Fn::Transform: {include("more/resources.yaml")}
    """
    found = reading({"t.yaml": text, **SNIPPETS})
    resources = {one.name: one for one in found.resources}
    assert sorted(resources) == ["FromTop", "Own", "Snippet", "Value"]
    assert resources["Own"].exists is False
    assert resources["Snippet"].properties.plain() == {"FoundationModel": "m", "AgentName": "snippet"}
    assert resources["Snippet"].header.path == "more/resources.yaml"
    assert resources["Value"].properties.plain() == {
        "GuardrailConfiguration": {"GuardrailIdentifier": "g", "GuardrailVersion": "1"},
        "Names": ["a", "b"],
    }
    assert (found.errors, found.not_analysed) == ((), ())
    assert found.files >= {"t.yaml", "top.yaml", "more/resources.yaml", "more/properties.json"}


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("s3://bucket/snippet.yaml", "s3://bucket/snippet.yaml is not in the scanned tree"),
        ("gone.yaml", "gone.yaml is not in the scanned tree"),
        ("../../outside.yaml", "../../outside.yaml is not in the scanned tree"),
        ("loop.yaml", "loop.yaml includes itself, or too much"),
        ("!Sub 's3://${AWS::Region}/x'", "its location is not known"),
    ],
)
def test_other_snippets_are_named(reading, location, reason):
    text = f"""
    Resources:
      A:
        Type: AWS::Bedrock::Agent
        Properties: {{Fn::Transform: {include(location)}}}
    """
    found = reading({"t.yaml": text, **SNIPPETS})
    assert [(part.name, part.reason) for part in found.not_analysed] == [("AWS::Include", reason)]
    assert not found.resources[0].get("GuardrailConfiguration").known
