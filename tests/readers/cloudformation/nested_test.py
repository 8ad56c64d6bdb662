"""Nested stacks, evaluated with the parameters that they are given."""

from __future__ import annotations

import json

from aiposture.model import Reference, Unknown

ROOT = """\
Parameters:
  Mode: {Type: String, Default: PUBLIC}
  Free: {Type: String}
Conditions:
  Never: !Equals [1, 2]
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/child.yaml
      Parameters:
        Mode: !Ref Mode
        Vpc: !Ref Vpc
        Free: !Ref Free
        Subnets: !Join [',', [a, b]]
  Off:
    Type: AWS::CloudFormation::Stack
    Condition: Never
    Properties: {TemplateURL: ./nested/child.yaml}
  Away:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://example.com/x.yaml}
  Open:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !Sub 'https://${Free}/x.yaml'}
  Lost:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./lost.yaml}
  Climbing:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ../../etc/passwd}
  User:
    Type: AWS::Bedrock::Agent
    Properties:
      Known: !GetAtt Child.Outputs.Mode
      Arn: !Sub '${Child.Outputs.Arn}'
      None: !GetAtt Child.Outputs.Gone
      Away: !GetAtt Away.Outputs.X
"""

CHILD = """\
Parameters:
  Mode: {Type: String, Default: VPC}
  Vpc: {Type: String, Default: ''}
  Free: {Type: String, Default: x}
  Subnets: {Type: CommaDelimitedList, Default: ''}
Conditions:
  HasVpc: !Not [!Equals [!Ref Vpc, '']]
Resources:
  # checkov:skip=AIS101:in the child
  Agent:
    Type: AWS::Bedrock::Agent
    Properties:
      Mode: !Ref Mode
      Vpc: !Ref Vpc
      HasVpc: !If [HasVpc, 1, 2]
      Free: !Ref Free
      Subnets: !Ref Subnets
      Self: !GetAtt Agent.Arn
Outputs:
  Mode: {Value: !Ref Mode}
  Arn: {Value: !GetAtt Agent.Arn}
"""


def read(reading):
    found = reading({"stacks/t.yaml": ROOT, "stacks/nested/child.yaml": CHILD}, wanted=lambda type_: "Agent" in type_)
    return found, {one.address: one for one in found.resources}


def test_addresses_calls_and_existence(reading):
    found, resources = read(reading)
    assert set(resources) == {"Child.Agent", "Off.Agent", "User"}
    agent = resources["Child.Agent"]
    assert (agent.name, agent.unit, agent.header.path) == ("Agent", "stacks/t.yaml", "stacks/nested/child.yaml")
    (call,) = agent.calls
    assert (call.name, call.location.path, call.location.line) == ("nested stack Child", "stacks/t.yaml", 8)
    assert (call.block.line, call.block.end_line) == (8, 16)
    assert (agent.exists, resources["Off.Agent"].exists) == (True, False)
    assert found.errors == ()
    assert found.files == {"stacks/t.yaml", "stacks/nested/child.yaml"}
    assert [one.text for one in found.comments] == ["# checkov:skip=AIS101:in the child"]


def test_parameters_are_handed_on(reading):
    _, resources = read(reading)
    properties = resources["Child.Agent"].properties
    assert properties.get("Mode").data == "PUBLIC"
    assert [(one.kind, one.name) for one in properties.get("Mode").trail] == [
        ("argument", "parameter Mode"),
        ("variable default", "parameter Mode"),
    ]
    assert properties.get("Vpc").data.address == "Vpc"
    assert properties.get("HasVpc").data == 1
    assert isinstance(properties.get("Free").data, Unknown)
    assert [one.data for one in properties.get("Subnets").items()] == ["a", "b"]
    assert properties.get("Self").data.address == "Child.Agent"
    assert resources["Off.Agent"].properties.get("Mode").data == "VPC"


def test_outputs_come_back(reading):
    _, resources = read(reading)
    properties = resources["User"].properties
    assert properties.get("Known").data == "PUBLIC"
    assert [one.name for one in properties.get("Known").trail][:2] == ["Child.Mode", "parameter Mode"]
    data = properties.get("Arn").data
    assert isinstance(data, Reference)
    assert (data.address, data.path) == ("Child.Agent", ("Arn",))
    assert properties.get("None").data.reason == "the nested stack has no output Gone"
    assert properties.get("Away").data.path == ("Outputs", "X")


def test_what_is_not_here_is_said(reading):
    found, _ = read(reading)
    assert {one.name: one.reason for one in found.not_analysed} == {
        "Away": "the template of the nested stack is not in the scanned tree: https://example.com/x.yaml",
        "Open": "the template of the nested stack is not known: parameter Free has no default",
        "Lost": "there is no file ./lost.yaml",
        "Climbing": "there is no file ../../etc/passwd",
    }


def test_a_stack_that_nests_itself(reading):
    text = "Resources: {A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml}}}"
    (one,) = reading({"t.yaml": text}).not_analysed
    assert one.reason == "t.yaml nests itself"


def test_stacks_that_feed_each_other(reading):
    root = """
    Resources:
      A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml, Parameters: {P: !GetAtt B.Outputs.P}}}
      B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml, Parameters: {P: !GetAtt A.Outputs.P}}}
    """
    child = """
    Parameters: {P: {Type: String}}
    Resources: {G: {Type: AWS::Bedrock::Agent, Properties: {P: !Ref P}}}
    Outputs: {P: {Value: !Ref P}}
    """
    found = reading({"t.yaml": root, "c.yaml": child}, wanted=lambda type_: "Agent" in type_)
    assert [one.properties.get("P").data.reason for one in found.resources] == ["parameter P refers to itself"] * 2


def test_many_stacks_are_bounded(reading):
    def stacks(target):
        return json.dumps(
            {
                "Resources": {
                    f"S{n}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": target}}
                    for n in range(30)
                }
            }
        )

    files = {f"t{n}.json": stacks(f"t{n + 1}.json") for n in range(10)}
    found = reading({**files, "t10.json": "{}"})
    assert {one.message for one in found.errors} == {"more than 200 nested stacks are not read"}


def test_broken_nested_template(reading):
    text = "Resources: {A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}}"
    found = reading({"t.yaml": text, "c.yaml": "a: ["})
    assert [(one.path, one.line) for one in found.errors] == [("c.yaml", 1)]


def test_cdk_names_the_file_in_its_metadata(reading):
    root = {
        "Resources": {
            "Inner": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {
                    "TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x.json"]]}
                },
                "Metadata": {
                    "aws:cdk:path": "App/Inner.NestedStack",
                    "aws:asset:path": "Inner.nested.template.json",
                    "aws:asset:property": "TemplateURL",
                },
            }
        }
    }
    child = {"Resources": {"Agent": {"Type": "AWS::Bedrock::Agent"}}}
    files = {"cdk.out/App.template.json": json.dumps(root), "cdk.out/Inner.nested.template.json": json.dumps(child)}
    found = reading(files, wanted=lambda type_: "Agent" in type_)
    assert [one.address for one in found.resources] == ["Inner.Agent"]


def test_sam_applications(reading):
    root = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      App: {Type: AWS::Serverless::Application, Properties: {Location: c.yaml, Parameters: {P: x}}}
      Store: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: a, SemanticVersion: 1.0.0}}}
    """
    child = "Parameters: {P: {Type: String}}\nResources: {G: {Type: AWS::Bedrock::Agent, Properties: {P: !Ref P}}}\n"
    found = reading({"t.yaml": root, "c.yaml": child}, wanted=lambda type_: "Agent" in type_)
    assert [one.properties.get("P").data for one in found.resources] == ["x"]
    assert [one.name for one in found.not_analysed] == ["Store"]
