"""The readers of code, each given its input."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from aiposture.files import join
from aiposture.readers import arm, bicep, cloudformation, terraform, terraform_plan
from aiposture.readers.bicep import extensions, references
from aiposture.readers.bicep.comments import comments
from aiposture.readers.bicep.compiler import Compiled
from aiposture.readers.bicep.environment import environment_variables
from aiposture.readers.bicep.reader import Reader
from aiposture.readers.bicep.sources import Sources
from aiposture.readers.bicep.standins import StandIns
from fuzzing.expected import Files, check_line, judged, number_of, wanted
from fuzzing.memory import MemoryTree

_BESIDE = {
    "m/main.tf": b'variable "x" {}\nresource "azurerm_search_service" "s" {\n  name = var.x\n}\noutput "y" { value = var.x }\n',
    "main.tf": b'variable "k" {}\nvariable "n" {\n  type = number\n  default = 1\n}\nvariable "o" {\n  type = object({ a = optional(list(string), []), b = bool })\n}\n'
    b'variable "l" {\n  type = set(string)\n}\nresource "azurerm_cognitive_account" "a" {\n  for_each = var.l\n  kind = var.k\n  name = var.o.a[0]\n'
    b'  local_auth_enabled = var.o.b\n  sku_name = "${var.n}"\n  tags = var.o\n}\n',
}


def terraform_input(files: Files) -> None:
    held = {"m/main.tf": _BESIDE["m/main.tf"], **files}
    tree = MemoryTree(held=held)
    judged(tree, held, terraform.read(tree, "", wanted=wanted))


def variables_input(files: Files) -> None:
    terraform_input({"main.tf": _BESIDE["main.tf"], **files})


def plan_input(files: Files) -> None:
    tree = MemoryTree(held=files)
    for path in files:
        terraform_plan.is_plan(files[path])
        judged(tree, files, terraform_plan.read(tree, path, wanted=wanted))


def arm_input(files: Files) -> None:
    tree = MemoryTree(held=files)
    for path in files:
        arm.is_template(files[path])
        judged(tree, files, arm.read(tree, path, wanted=wanted))


TEMPLATE: dict[str, Any] = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {
        "k": {"type": "string"}, "n": {"type": "int", "defaultValue": 2}, "o": {"type": "object", "defaultValue": {"a": [1, {"b": "c"}]}},
        "s": {"type": "securestring"}, "x": {"type": "bool", "defaultValue": False},
    },
    "variables": {"v": "[concat(parameters('k'), 'x')]", "w": [1, 2, 3]},
    "functions": [{"namespace": "f", "members": {"g": {"parameters": [{"name": "p", "type": "string"}], "output": {"type": "string", "value": "[toLower(parameters('p'))]"}}}}],
    "resources": [{
        "type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "[parameters('k')]", "kind": "OpenAI",
        "tags": "[parameters('o')]", "properties": {"disableLocalAuth": "[parameters('x')]", "publicNetworkAccess": "@"},
    }],
}  # fmt: skip


def arm_expressions_input(files: Files) -> None:
    for data in files.values():
        row = TEMPLATE["resources"][0]
        properties = {**row["properties"], "publicNetworkAccess": data.decode("latin-1")}
        document = {**TEMPLATE, "resources": [{**row, "properties": properties, "name": data[:200].decode("latin-1")}]}
        arm_input({"t.json": json.dumps(document).encode()})


def arm_parameters_input(files: Files) -> None:
    held = {**files, "t.json": json.dumps(TEMPLATE).encode()}
    tree = MemoryTree(held=held)
    judged(tree, held, arm.read(tree, "t.json", wanted=wanted, parameter_files=tuple(files)))


def cloudformation_input(files: Files) -> None:
    tree = MemoryTree(held=files)
    for path in files:
        cloudformation.is_template(files[path])
        judged(tree, files, cloudformation.read(tree, path, wanted=wanted))


STACK = b"""AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  K: {Type: String, Default: x}
  L: {Type: CommaDelimitedList, Default: "a,b"}
  N: {Type: Number, Default: 1}
Conditions: {C: !Equals [!Ref K, x]}
Resources:
  R:
    Type: AWS::SageMaker::NotebookInstance
    Properties: {DirectInternetAccess: !If [C, !Ref K, !Select [0, !Ref L]], InstanceType: !Sub "ml.${N}"}
"""


def cloudformation_parameters_input(files: Files) -> None:
    held = {**files, "t.yaml": STACK}
    tree = MemoryTree(held=held)
    judged(tree, held, cloudformation.read(tree, "t.yaml", wanted=wanted, parameter_files=tuple(files)))


class _Compiler:
    """Says of every file what a real compiler has said of a fixture: what is compiled is then strange, not broken."""

    name = "recorded"
    version = "0.49.2"

    def __init__(self, template: object, parameters: object = None) -> None:
        self._made = Compiled(template, parameters, ())  # type: ignore[arg-type]

    def compile(self, sources: object, path: str) -> Compiled:
        del sources, path
        return self._made


@cache
def _recorded() -> tuple[Any, ...]:
    from fuzzing.seeds import seeds

    return tuple(seed.data for seed in seeds("bicep-templates"))


MODULE = b"param kind string = 'OpenAI'\nparam x string\nresource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  kind: kind\n}\n"


def bicep_input(files: Files) -> None:
    held = {"main.bicep": MODULE, **files}
    kept = _recorded()
    _mapped(
        held, kept[number_of(files) % len(kept)], {"parameters": {"kind": {"value": "x"}, "o": {"value": {"a": [1]}}}}
    )


def bicep_templates_input(files: Files) -> None:
    for data in files.values():
        try:
            template = json.loads(data)
        except (ValueError, RecursionError):
            continue  # the compiler writes JSON
        if isinstance(template, dict):
            _mapped({"main.bicep": MODULE}, template, None)


def _mapped(files: Files, template: object, parameters: object) -> None:
    """All that is read of Bicep without its compiler, and what is made of the compiler's answer."""
    tree = MemoryTree(held=files)
    bicep.entry_points(tree, list(files))
    sources = Sources(tree)
    for path in files:
        outline = sources.read(path)
        if outline is None:
            continue
        for found in comments(outline):
            check_line(files, found.location.path, found.location.end_line)
        environment_variables([outline])
        settings = references.configuration(tree, "")[1]
        edits, _ = extensions.stand_ins(outline, references.implicit_extensions(settings))
        list(edits)
        StandIns([outline])
        for target, _ in outline.targets():
            join("", target)
            if target.startswith(("br:", "br/", "ts:", "ts/")):
                references.parse(target, settings)
        judged(tree, files, Reader(sources, _Compiler(template, parameters)).read(path, wanted))  # type: ignore[arg-type]
