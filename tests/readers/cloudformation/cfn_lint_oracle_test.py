"""Our transforms against cfn-lint's: what `Fn::ForEach` writes out, and what SAM's Globals give.

Its interpreter is named by AIPOSTURE_CFNLINT_PYTHON; without that, the tests run if `cfnlint` is installed beside us.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import pytest

INSTALL = "python -m venv V && V/bin/pip install cfn-lint, then set AIPOSTURE_CFNLINT_PYTHON=V/bin/python"

CHILD = """
import json, sys
from cfnlint.decode import decode
from cfnlint.template import Template
document, problems = decode(sys.argv[1])
template = Template(sys.argv[1], document, ["us-east-1"])
problems = list(problems) + list(template.transform() or [])
print(json.dumps({"template": template.template, "problems": [str(one) for one in problems]}, default=str))
"""

LOOPS = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'one,two'}
Mappings:
  Sets: {a: {Names: [p, q]}}
Resources:
  Fn::ForEach::FromList:
    - N
    - [x, y-z]
    - Topic&{N}:
        Type: AWS::SNS::Topic
        Properties: {TopicName: !Ref N, DisplayName: !Sub 'a-${N}'}
  Fn::ForEach::FromParameter:
    - N
    - !Ref Names
    - Queue${N}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Ref N
          Fn::ForEach::Times: [T, [Delay, Linger], {'${T}Seconds': 5}]
  Fn::ForEach::Outer:
    - X
    - [a, b]
    - Fn::ForEach::Inner:
        - Y
        - ['1', '2']
        - Log${X}${Y}:
            Type: AWS::Logs::LogGroup
            Properties: {LogGroupName: !Join ['-', [!Ref X, !Ref Y]]}
"""

SAM = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Handler: a.b
    Timeout: 5
    MemorySize: 128
    Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:a:1']
    Environment: {Variables: {MODEL: a, KEY: b}}
Resources:
  Own:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'x'
      Timeout: 10
      Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:b:1']
      Environment: {Variables: {KEY: c}}
  Bare:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: 'x'}
"""


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    interpreter = os.environ.get("AIPOSTURE_CFNLINT_PYTHON")
    if not interpreter and importlib.util.find_spec("cfnlint") is None:
        pytest.skip(f"the oracle cfn-lint is not installed: {INSTALL}")

    def transformed(text):
        path = tmp_path_factory.mktemp("oracle") / "t.yaml"
        path.write_text(text)
        command = [interpreter or sys.executable, "-c", CHILD, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        answer = json.loads(done.stdout)
        assert answer["problems"] == []
        return answer["template"]["Resources"]

    return transformed


def test_loops(oracle, reading):
    theirs = oracle(LOOPS)
    ours = {one.name: one for one in reading({"t.yaml": LOOPS}).resources}
    assert {name: one.type for name, one in ours.items()} == {name: one["Type"] for name, one in theirs.items()}
    for name, resource in theirs.items():
        stated = resource["Properties"]
        assert ours[name].properties.members().keys() == stated.keys()
        for key, value in stated.items():
            if not isinstance(value, dict):  # what it leaves as a function, we have evaluated
                assert ours[name].properties.get(key).data == value


def test_globals(oracle, reading):
    theirs = oracle(SAM)
    for resource in reading({"t.yaml": SAM}).resources:
        stated = theirs[resource.name]["Properties"]
        ours = resource.properties.plain()
        for key in ("Runtime", "Handler", "Timeout", "MemorySize", "Layers", "Environment"):
            assert ours[key] == stated[key]
