"""The way of a workload in a VPC to the AI service that it calls: seen, surely missing, or nobody knows."""

from __future__ import annotations

import pytest

from aiposture.options import ScanOptions
from aiposture.scan import scan

BASE = """
variable "vpc" {}
variable "service" {}
data "aws_region" "current" {}

resource "aws_vpc" "main" {}
resource "aws_vpc" "other" {}

resource "aws_subnet" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_iam_role" "chat" {
  name               = "chat"
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "chat" {
  role   = aws_iam_role.chat.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "bedrock:InvokeModel", Resource = "arn:a:bedrock:b" }] })
}

resource "aws_lambda_function" "chat" {
  function_name = "chat"
  role          = aws_iam_role.chat.arn

  vpc_config {
    subnet_ids = [aws_subnet.main.id]
  }
}
"""

ENDPOINT = """
resource "aws_vpc_endpoint" "e" {{
  vpc_id              = {vpc}
  service_name        = "{name}"
  vpc_endpoint_type   = "{kind}"
  private_dns_enabled = {dns}
  {more}
}}
"""


def endpoint(name, vpc="aws_vpc.main.id", kind="Interface", *, dns="true", more=""):
    return ENDPOINT.format(vpc=vpc, name=name, kind=kind, dns=dns, more=more)


ROWS = {
    "nothing": ("", "fail"),
    # seen
    "by its name": (endpoint("com.amazonaws.us-east-1.bedrock-runtime"), "pass"),
    "in a region that is not known": (endpoint("com.amazonaws.${data.aws_region.current.name}.bedrock-runtime"), "pass"),
    "the one of FIPS": (endpoint("com.amazonaws.us-east-1.bedrock-runtime-fips"), "pass"),
    "in China": (endpoint("cn.com.amazonaws.cn-north-1.bedrock-runtime"), "pass"),
    "in a VPC that is not decided": (endpoint("com.amazonaws.us-east-1.bedrock-runtime", "var.vpc"), "pass"),
    # seen, and of no use
    "of a gateway": (endpoint("com.amazonaws.us-east-1.bedrock-runtime", kind="Gateway"), "fail"),
    "without its names": (endpoint("com.amazonaws.us-east-1.bedrock-runtime", dns="false"), "fail"),
    "in another VPC": (endpoint("com.amazonaws.us-east-1.bedrock-runtime", "aws_vpc.other.id"), "fail"),
    "for the control plane": (endpoint("com.amazonaws.us-east-1.bedrock"), "fail"),
    "for agents": (endpoint("com.amazonaws.us-east-1.bedrock-agent-runtime"), "fail"),
    "that is not made": (endpoint("com.amazonaws.us-east-1.bedrock-runtime", more="count = 0"), "fail"),
    # nobody knows
    "for what is not decided": (endpoint("com.amazonaws.us-east-1.${var.service}"), ""),
    "under a name that is not decided": (endpoint("${var.service}"), ""),
    "that is made somewhere": (
        endpoint("com.amazonaws.us-east-1.bedrock-runtime", more='count = var.vpc == "x" ? 1 : 0'),
        "",
    ),
    "others are told of the VPC": ('output "vpc" { value = aws_vpc.main.id }', ""),
    "others are told of the subnets": ('output "subnets" { value = { a = [aws_subnet.main.id] } }', ""),
    "others read of it": (
        'resource "aws_ssm_parameter" "v" {\n name = "v"\n type = "String"\n value = aws_vpc.main.id\n}',
        "",
    ),
    "others are told of another VPC": ('output "vpc" { value = aws_vpc.other.id }', "fail"),
    "a module of elsewhere": ('module "m" {\n source = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints"\n}', ""),
    "a module that is not here": ('module "m" {\n source = "./gone"\n}', ""),
    "a transit gateway": ('resource "aws_ec2_transit_gateway_vpc_attachment" "t" {\n vpc_id = aws_vpc.main.id\n}', ""),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_terraform(tmp_path, row):
    more, expected = ROWS[row]
    (tmp_path / "main.tf").write_text(BASE + more)
    found = scan(ScanOptions(paths=(str(tmp_path),), select=("AIS103",))).findings
    assert " ".join(finding.verdict.value for finding in found) == expected
    assert {finding.service for finding in found} <= {"aws-ai-vpc-workload"}


TEMPLATE = """
Parameters:
  Subnet: {Type: String}
  InVpc: {Type: String}
Conditions:
  IsInVpc: !Equals [!Ref InVpc, yes]
Resources:
  Main: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Main, CidrBlock: 10.0.0.0/24}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: []}
      Policies:
        - PolicyName: call
          PolicyDocument: {Statement: [{Effect: Allow, Action: 'sagemaker:InvokeEndpoint', Resource: 'arn:a:b'}]}
  Task: {Type: AWS::ECS::TaskDefinition, Properties: {TaskRoleArn: !GetAtt Role.Arn}}
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: %s}}
"""

STACKS = {
    "a VPC of its own": ("[!Ref Private]", "", "fail"),
    "a subnet of elsewhere": ("[!Ref Subnet]", "", ""),
    "subnets of elsewhere": ("!Split [',', !ImportValue subnets]", "", ""),
    "perhaps none": ("!If [IsInVpc, [!Ref Private], !Ref AWS::NoValue]", "", ""),
    "a custom resource": ("[!Ref Private]", "  C: {Type: Custom::Endpoints, Properties: {ServiceToken: a}}\n", ""),
    "a nested stack": (
        "[!Ref Private]",
        "  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x/y'}}\n",
        "",
    ),
    "an export": ("[!Ref Private]", "Outputs: {V: {Value: !Ref Main}}\n", ""),
    "a macro": ("[!Ref Private]", "Transform: Mine\n", ""),
}


@pytest.mark.parametrize("row", STACKS)
def test_cloudformation(tmp_path, row):
    subnets, more, expected = STACKS[row]
    (tmp_path / "template.yaml").write_text(TEMPLATE % subnets + more)
    found = scan(ScanOptions(paths=(str(tmp_path),), select=("AIS103",))).findings
    assert " ".join(finding.verdict.value for finding in found) == expected
    assert {finding.service for finding in found} <= {"aws-ai-vpc-workload"}


SERVERLESS = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Main: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Private: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Main, CidrBlock: 10.0.0.0/24}}
  Chat:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: pass
      VpcConfig: {SubnetIds: [!Ref Private]}
      Policies: %s
"""


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("[{Statement: [{Effect: Allow, Action: 'bedrock:InvokeModel', Resource: 'arn:a:b'}]}]", "fail"),
        ("[AWSLambdaBasicExecutionRole, {S3ReadPolicy: {BucketName: a}}]", ""),
    ],
)
def test_serverless(tmp_path, policies, expected):
    (tmp_path / "template.yaml").write_text(SERVERLESS % policies)
    found = scan(ScanOptions(paths=(str(tmp_path),), select=("AIS103",))).findings
    assert " ".join(finding.verdict.value for finding in found) == expected
    assert {finding.service for finding in found} <= {"aws-ai-vpc-workload"}
