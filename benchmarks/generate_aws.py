"""Make a repository of CloudFormation templates of a given size, the same on every machine."""

from __future__ import annotations

import random
from pathlib import Path

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Stage:
    Type: String
    Default: test
    AllowedValues: [test, prod]
  SubnetId:
    Type: AWS::EC2::Subnet::Id
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "data-{n}-${{Stage}}"
      VersioningConfiguration:
        Status: !If [IsProd, Enabled, {versioning}]
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Join ["-", [jobs, "{n}", !Ref Stage]]
      KmsMasterKeyId: alias/aws/sqs
"""
_NOTEBOOK = """\
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{Service: sagemaker.amazonaws.com}}
            Action: sts:AssumeRole
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: !GetAtt Role.Arn
      SubnetId: !Ref SubnetId
      DirectInternetAccess: {internet}
      RootAccess: !If [IsProd, Disabled, {root}]
"""


def generate_cloudformation(root: Path, files: int, share: float, *, seed: int = 7) -> None:
    """Write `files` templates below `root`; `share` (0 to 1) of them hold an AI service."""
    chance = random.Random(seed)
    with_ai = set(chance.sample(range(files), round(files * share)))
    for number in range(files):
        directory = root / f"team{number // 25}" / f"stack{number}"
        directory.mkdir(parents=True, exist_ok=True)
        text = _TEMPLATE.format(n=number, versioning=chance.choice(["Enabled", "Suspended"]))
        if number in with_ai:
            switch = ["Enabled", "Disabled"]
            text += _NOTEBOOK.format(internet=chance.choice(switch), root=chance.choice(switch))
        (directory / "template.yaml").write_text(text)
