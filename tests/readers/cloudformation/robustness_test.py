"""Whatever a file holds, reading it ends, and ends well."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiposture.files import Tree
from aiposture.readers import cloudformation

NAMES = st.sampled_from(
    ["Ref", "Fn::Sub", "Fn::GetAtt", "Fn::If", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::Cidr",
     "Fn::Base64", "Fn::ToJsonString", "Fn::Length", "Fn::ForEach::L", "Fn::Transform", "Fn::And", "Fn::Or",
     "Fn::Not", "Fn::Equals", "Fn::ImportValue", "Fn::GetAZs", "Condition", "P", "R", "C", "Type", "Default",
     "Properties", "Value", "Metadata", "TemplateURL", "AllowedValues", "Parameters"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 400), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["P", "R", "C", "M", "R.Arn", "${P}", "${R.Arn}", "${!x}", "AWS::NoValue", "AWS::Region", "a", "", ",",
         "t.json", "AWS::Bedrock::Agent", "AWS::CloudFormation::Stack", "AWS::Serverless::Function",
         "AWS::Serverless-2016-10-31", "10.0.0.0/16", "{{resolve:ssm:x}}", "CommaDelimitedList", "Number", "0"]
    ),
)  # fmt: skip
DATA = st.recursive(
    LEAVES,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(NAMES, below, max_size=4)),
    max_leaves=25,
)
SECTION = st.one_of(
    DATA, st.dictionaries(st.sampled_from(["P", "R", "C", "M", "a", "Fn::ForEach::L"]), DATA, max_size=4)
)
TYPES = ["AWS::Bedrock::Agent", "AWS::CloudFormation::Stack", "AWS::Serverless::Function"]
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(
        st.sampled_from(["P", "R", "S", "Fn::ForEach::L"]),
        st.one_of(DATA, st.fixed_dictionaries(
            {"Type": st.sampled_from(TYPES)},
            optional={"Properties": DATA, "Condition": DATA, "Metadata": DATA},
        )), max_size=4,
    )},
    optional=dict.fromkeys(
        ("Parameters", "Conditions", "Mappings", "Outputs", "Globals", "Transform", "Fn::Transform"), SECTION
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("templates")


def read(directory, data: bytes, name: str):
    (directory / name).write_bytes(data)
    cloudformation.is_template(data)
    cloudformation.local_templates(data, "")
    found = cloudformation.read(Tree(directory), name, wanted=lambda _type: True)
    for resource in found.resources:
        assert hasattr(resource.properties.data, "items")
        assert all(part.location.path for part in resource.properties.walk())
    return found


@given(TEMPLATES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_template(directory, template):
    assert not read(directory, json.dumps(template).encode(), "t.json").errors or template


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes(directory, data):
    found = read(directory, b"Resources:\n" + data, "t.yaml")
    assert isinstance(found.errors, tuple)


@given(st.text("[]{}:,-&*!|>#'\" \n\tab<%?", max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_yaml(directory, text):
    found = read(
        directory, f"Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      {text}\n".encode(), "t.yaml"
    )
    assert found.errors or found.resources


@given(st.text('[]{}:,"\\ 1e-.truefalsn', max_size=40))
@settings(max_examples=500, deadline=None)
def test_any_json(text):
    from aiposture.readers.cloudformation import json_syntax
    from aiposture.readers.cloudformation.source import Source, SyntaxProblem

    try:
        json.loads(text, strict=False)
        valid = True
    except ValueError:
        valid = False
    try:
        json_syntax.parse(Source("t.json", text))
        accepted = True
    except SyntaxProblem:
        accepted = False
    assert accepted == valid
