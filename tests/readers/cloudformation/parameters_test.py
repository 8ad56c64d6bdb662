"""Where the value of a parameter comes from."""

from __future__ import annotations

import json

import pytest

from aiposture.model import Unknown

TEMPLATE = """\
Parameters:
  Mode: {Type: String, Default: PUBLIC, AllowedValues: [PUBLIC, VPC]}
  Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Token: {Type: String, NoEcho: true}
  Count: {Type: Number, Default: 1}
Conditions:
  HasToken: !Not [!Equals [!Ref Token, '']]
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      Mode: !Ref Mode
      Subnets: !Ref Subnets
      Token: !Ref Token
      Count: !Ref Count
      HasToken: !If [HasToken, 1, 2]
"""

VALUES = {"Mode": "VPC", "Subnets": "a,b", "Token": "s3cret", "Count": "7"}
CLI = [{"ParameterKey": name, "ParameterValue": value} for name, value in VALUES.items()]
FORMS = {
    "aws cli": json.dumps(CLI),
    "aws cli, previous value kept": json.dumps([*CLI, {"ParameterKey": "Gone", "UsePreviousValue": True}]),
    "codepipeline": json.dumps({"Parameters": VALUES}),
    "deploy overrides": json.dumps([f"{name}={value}" for name, value in VALUES.items()]),
    "git sync": "template-file-path: t.yaml\nparameters:\n  Mode: VPC\n  Subnets: 'a,b'\n  Token: s3cret\n  Count: 7\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_parameter_file(reading, form):
    found = reading({"t.yaml": TEMPLATE, "p/prod": FORMS[form]}, parameter_files=("p/prod",))
    assert found.errors == ()
    assert found.files == {"t.yaml", "p/prod"}
    properties = found.resources[0].properties
    assert properties.get("Mode").data == "VPC"
    assert [one.data for one in properties.get("Subnets").items()] == ["a", "b"]
    assert properties.get("Count").data == 7
    assert properties.get("HasToken").data == 1
    step = properties.get("Mode").trail[0]
    assert (step.kind, step.name, step.location.path) == ("variable file", "parameter Mode", "p/prod")


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_not_kept(reading, form):
    found = reading({"t.yaml": TEMPLATE, "p/prod": FORMS[form]}, parameter_files=("p/prod",))
    assert isinstance(found.resources[0].properties.get("Token").data, Unknown)
    assert "s3cret" not in repr(found.resources)


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("t.parameters.json", True),
        ("t.params.json", True),
        ("t.parameters.yaml", True),
        ("t2.parameters.json", False),
        ("parameters.json", False),
        ("t-parameters.json", False),
        ("prod/t.parameters.json", False),
    ],
)
def test_only_a_file_of_the_same_name_counts_unasked(reading, name, used):
    found = reading({"t.yaml": TEMPLATE, name: FORMS["codepipeline"]})
    assert found.resources[0].properties.get("Mode").data == ("VPC" if used else "PUBLIC")


def test_files_that_are_asked_for_take_the_place_of_the_one_beside_and_later_ones_win(reading):
    files = {
        "t.yaml": TEMPLATE,
        "t.parameters.json": '{"Parameters": {"Count": "2", "Mode": "VPC"}}',
        "a.json": '{"Parameters": {"Count": "3"}}',
        "b.json": '{"Parameters": {"Count": "4"}}',
    }
    properties = reading(files, parameter_files=("a.json", "b.json")).resources[0].properties
    assert (properties.get("Count").data, properties.get("Mode").data) == (4, "PUBLIC")


@pytest.mark.parametrize(
    ("text", "message"), [("{", "is not valid JSON"), ('"x"', "is not a parameter file"), ("{}", "is not")]
)
def test_a_parameter_file_that_is_none_is_an_error(reading, text, message):
    (error,) = reading({"t.yaml": TEMPLATE, "p.json": text}, parameter_files=("p.json",)).errors
    assert error.path == "p.json"
    assert message in error.message


def test_a_parameter_file_that_is_not_there_is_an_error(reading):
    (error,) = reading({"t.yaml": TEMPLATE}, parameter_files=("p.json",)).errors
    assert error.path == "p.json"


def test_without_a_value(reading):
    properties = reading({"t.yaml": TEMPLATE}).resources[0].properties
    assert properties.get("Mode").data == "PUBLIC"
    assert properties.get("Subnets").data.reason == "parameter Subnets has no default"
    assert [arm.data for arm in properties.get("HasToken").data.alternatives] == [1, 2]
