"""Which files are templates."""

from __future__ import annotations

import json

import pytest

from aiposture.readers.cloudformation import is_template, local_templates

AGENT = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n"


def indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


OTHERS = {
    "nothing": "",
    "blank lines and comments": "\n# Resources: AWS::\n\n",
    "kubernetes": "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - resources: {limits: {cpu: 1}}\n",
    "kubernetes with a template inside": f"apiVersion: v1\nkind: ConfigMap\ndata:\n  t: |\n    {indented(AGENT, 4)}",
    "github workflow": "on: push\njobs:\n  a:\n    steps:\n      - run: echo AWS::Region Resources\n",
    "docker compose": "services:\n  a:\n    image: b\n    deploy: {resources: {limits: {cpus: '1'}}}\n",
    "serverless framework": f"service: a\nresources:\n  {indented(AGENT, 2)}",
    "cloudformation guard test": f"- name: a\n  input:\n    {indented(AGENT, 4)}",
    "cloud control resource schema": json.dumps({"typeName": "AWS::Bedrock::Agent", "properties": {"Resources": {}}}),
    "cdk tree": json.dumps(
        {"tree": {"attributes": {"aws:cdk:cloudformation:type": "AWS::S3::Bucket", "Resources": 1}}}
    ),
    "findings about resources": json.dumps({"Resources": [{"Type": "AWS::S3::Bucket"}]}),
    "arm": json.dumps({"$schema": "deploymentTemplate.json#", "resources": [], "parameters": {}}),
    "openapi": json.dumps({"openapi": "3.0.0", "x-amazon": {"Fn::Sub": "${AWS::Region}"}, "Resources of": "AWS::"}),
    "resources of no type": "Resources:\n  - a\n",
    "bytes": b"\x89PNG\r\n\x1a\n\x00Resources\xff",
    "half of utf-16": b"\xff\xfeR",
}

TEMPLATES = {
    "only resources": AGENT,
    "with a version": "AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n",
    "with a document start": f"---\n# what\n{AGENT}",
    "indented as a whole": "  " + AGENT.replace("\n", "\n  "),
    "quoted section": AGENT.replace("Resources:", '"Resources":'),
    "windows lines": AGENT.replace("\n", "\r\n"),
    "byte order mark": b"\xef\xbb\xbf" + AGENT.encode(),
    "utf-16": AGENT.encode("utf-16"),
    "sam": "Transform: AWS::Serverless-2016-10-31\nResources: {}\n",
    "custom types only": AGENT.replace("AWS::Bedrock::Agent", "Custom::Bedrock"),
    "json": json.dumps({"Resources": {"A": {"Type": "AWS::Bedrock::Agent"}}}),
    "json that is broken": '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {',
    "yaml in braces": "{Resources: {A: {Type: AWS::Bedrock::Agent}}}",
    "with templating": "{% if x %}\nResources:\n  A: {Type: 'AWS::Bedrock::Agent'}\n{% endif %}",
    "yaml that is broken": f"{AGENT}\t- [\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_passed_over(name):
    text = OTHERS[name]
    assert not is_template(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template(name):
    text = TEMPLATES[name]
    assert is_template(text if isinstance(text, bytes) else text.encode())


def test_local_templates_are_named_without_parsing():
    data = b"""
    A: {TemplateURL: ./network/vpc.yaml}
    B:
      TemplateURL: "../shared/agent.json"
    C:
      TemplateURL: https://example.com/x.yaml
    D:
      TemplateURL: ../../../outside.yaml
    E:
      Location: 'app/template.yaml'
      TemplateURL: !Sub "https://${Bucket}/x.yaml"
    "aws:asset:path": "Nested.nested.template.json"
    """
    assert local_templates(data, "stacks") == {
        "stacks/network/vpc.yaml",
        "shared/agent.json",
        "stacks/app/template.yaml",
        "stacks/Nested.nested.template.json",
    }


def test_a_file_that_is_no_text_names_nothing():
    assert local_templates(b"\xff\xff", "") == frozenset()
