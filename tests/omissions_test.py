"""A resource of an AI type that stands in a file and comes out of no reader is an error; what is none is no error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aiposture import services
from aiposture.discover import discover
from aiposture.files import Tree
from aiposture.model import Location, Reading, Resource, SourceError, Value
from aiposture.omissions import omissions
from aiposture.reading import Inputs, Readers

FIXTURES = Path(__file__).parent.parent / "fixtures"
HEADER = 'resource "azurerm_cognitive_account" "a" {\n'
ACCOUNT = "Microsoft.CognitiveServices/accounts"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """What is read of the fixtures, but for those that need a compiler."""
    tree = Tree(FIXTURES)
    units = [unit for unit in discover(tree, [""], tokens=("",)).units if unit.dialect != "bicep"]
    with Readers(tree, Inputs(), services.wanted) as readers:
        return [readers.read(unit) for unit in units]


def test_the_fixtures_leave_nothing_out(readings: list[Reading]) -> None:
    assert len(readings) > 100
    assert [error for reading in readings for error in reading.errors if error.message.startswith("mentions")] == []


def test_what_the_fixtures_hold_would_be_missed(readings: list[Reading]) -> None:
    """Without its resources, a reading has an error in each file that declares an AI service."""
    tree = Tree(FIXTURES)
    missed = {"json": 0, "yaml": 0, "tf": 0}
    for reading in readings:
        suffix = next(iter(sorted(reading.files)), "").rpartition(".")[2]
        given = {
            one.header.path
            for one in reading.resources
            if one.mode == "managed" and services.wanted(one.declared_type) and one.dialect != "terraform-plan"
        } - {error.path for error in reading.errors}
        told = {error.path for error in omissions(tree, reading._replace(resources=()), services.wanted)}
        if suffix in missed and given:
            missed[suffix] += 1
            # A generated resource (`Fn::ForEach`, an inner template in a macro) has no row that a simple look finds.
            hidden = {path for path in given - told if b"ForEach" in tree.read(path) or path.endswith(".tf.json")}
            assert given - told == hidden, reading.files
    assert min(missed.values()) > 5


def arm(**sections: object) -> str:
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": [], **sections}, indent=1)


CFN = "AWSTemplateFormatVersion: '2010-09-09'\n"
NOTEBOOK = "AWS::SageMaker::NotebookInstance"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.tf", "# " + HEADER),
        ("main.tf", "/*\n" + HEADER + "}\n*/"),
        ("main.tf", "x = <<-EOT\n" + HEADER + "}\nEOT\n"),
        ("main.tf", 'data "azurerm_cognitive_account" "a" {\n}'),
        ("main.tf", 'resource "azurerm_resource_group" "a" {\n}'),
        ("main.tf", "removed {\n  from = azurerm_cognitive_account.a\n}"),
        ("main.tf", 'variable "x" {\n  default = "resource \\"azurerm_cognitive_account\\" \\"a\\" {"\n}'),
        ("t.json", arm(parameters={"type": {"type": "string", "defaultValue": ACCOUNT}})),
        ("t.json", arm(parameters={"row": {"type": "object", "defaultValue": {"type": ACCOUNT, "name": "a"}}})),
        ("t.json", arm(metadata={"description": f'"type": "{ACCOUNT}"'})),
        ("t.json", arm(resources={"a": {"existing": True, "type": ACCOUNT, "name": "a"}}, languageVersion="2.0")),
        ("t.json", arm(outputs={"o": {"type": "string", "value": f"[reference(resourceId('{ACCOUNT}', 'a')).endpoint]"}})),
        (
            "t.json",
            arm(resources=[{
                "type": "Microsoft.Authorization/policyDefinitions",
                "name": "p",
                "properties": {"policyRule": {
                    "if": {"field": "type", "equals": ACCOUNT},
                    "then": {"effect": "deployIfNotExists", "details": {"type": ACCOUNT, "deployment": {"properties": {"template": json.loads(arm(resources=[{"type": ACCOUNT, "name": "a"}]))}}}},
                }},
            }]),
        ),
        ("t.parameters.json", json.dumps({"parameters": {"a": {"value": [{"type": ACCOUNT}]}}})),
        ("package.json", json.dumps({"resources": [{"type": ACCOUNT}], "Resources": [{"Type": NOTEBOOK}]})),
        ("main.bicep", f"// resource a '{ACCOUNT}@2024-10-01' = {{"),
        ("main.bicep", f"/*\nresource a '{ACCOUNT}@2024-10-01' = {{\n*/"),
        ("main.bicep", f"var x = '''\nresource a '{ACCOUNT}@2024-10-01' = {{\n'''"),
        ("main.bicep", f"resource a '{ACCOUNT}@2024-10-01' existing = {{"),
        ("main.bicep", f"var id = resourceId('{ACCOUNT}', 'a')\nparam t resourceInput<'{ACCOUNT}@2024-10-01'>.name"),
        ("t.yaml", f"{CFN}Parameters:\n  T:\n    Type: String\n    Default: {NOTEBOOK}\n"),
        ("t.yaml", f"{CFN}Resources:\n  # N:\n  #   Type: {NOTEBOOK}\n  B:\n    Type: AWS::S3::Bucket\n"),
        ("t.yaml", f"{CFN}Resources:\n  F:\n    Type: AWS::SNS::Topic\n    Properties:\n      Code: |\n        Resources:\n          N:\n            Type: {NOTEBOOK}\n"),
        ("t.yaml", f"{CFN}Resources:\n  R:\n    Type: AWS::Config::ConfigRule\n    Properties:\n      Scope:\n        Type: {NOTEBOOK}\n"),
        ("t.yaml", f"{CFN}Metadata:\n  Doc:\n    Type: {NOTEBOOK}\nResources:\n  B:\n    Type: AWS::S3::Bucket\nOutputs:\n  O:\n    Type: {NOTEBOOK}\n"),
        ("t.json", json.dumps({"Resources": {"R": {"Type": "AWS::S3::Bucket", "Properties": {"Type": NOTEBOOK}}}, "Mappings": {"M": {"Type": NOTEBOOK}}})),
    ],
)  # fmt: skip
def test_what_is_no_resource(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert list(omissions(Tree(tmp_path), Reading(files=frozenset({name})), services.wanted)) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "type_"),
    [
        ("main.tf", "/* a\nb */\n" + HEADER + "}\n", 3, "azurerm_cognitive_account"),
        ("t.json", arm(resources=[{"name": "a", "type": ACCOUNT}]), 7, ACCOUNT),
        ("t.json", arm(resources={"a": {"name": "a", "type": ACCOUNT}}), 7, ACCOUNT),
        ("t.json", arm(resources=[{"type": "Microsoft.Resources/deployments", "properties": {"template": json.loads(arm(resources=[{"type": ACCOUNT}]))}}]), 13, ACCOUNT),
        ("main.bicep", f"// x\nresource a '{ACCOUNT}@2024-10-01' = if (b) {{\n}}\n", 2, ACCOUNT),
        ("t.yaml", f"{CFN}Resources:\n  # x\n  B:\n    Type: AWS::S3::Bucket\n  N:\n    Properties: {{}}\n    Type: '{NOTEBOOK}' # x\n", 8, NOTEBOOK),
        ("t.json", json.dumps({"Resources": {"R": {"Type": NOTEBOOK}}}, indent=1), 4, NOTEBOOK),
    ],
)  # fmt: skip
def test_what_no_reader_gave(tmp_path: Path, name: str, text: str, line: int, type_: str) -> None:
    (tmp_path / name).write_text(text)
    reading = Reading(files=frozenset({name}))
    error = SourceError(name, line, f"mentions {type_} here, but nothing could be read of it")
    assert list(omissions(Tree(tmp_path), reading, services.wanted)) == [error]
    told = Reading(files=reading.files, errors=(SourceError(name, 1, "syntax error"),))
    assert list(omissions(Tree(tmp_path), told, services.wanted)) == []


def account_at(path: str, line: int) -> Resource:
    place = Location(path, line, 1, line, 9)
    return Resource("bicep", "managed", ACCOUNT, ACCOUNT, "a", "a", "main.bicep", Value({}, place), place, place)


@pytest.mark.parametrize(
    ("given", "lost"),
    [
        ([("main.bicep", 1), ("main.bicep", 3)], []),
        ([("main.bicep", 1)], [("main.bicep", 3)]),
        ([("main.bicep", 3), ("main.bicep", 3)], [("main.bicep", 1)]),
        ([("main.bicep", 1), ("m.bicep", 1)], []),  # what is missing can be an update of what is made in the module
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_bicep_file_that_has_lost_one_of_a_type(
    tmp_path: Path, given: list[tuple[str, int]], lost: list[tuple[str, int]], end: str
) -> None:
    text = f"resource a '{ACCOUNT}@2024-10-01' = {{\n}}\nresource b '{ACCOUNT}@2024-10-01' = if (x) {{\n}}\n"
    (tmp_path / "main.bicep").write_bytes(text.replace("\n", end).encode())
    reading = Reading(tuple(account_at(*place) for place in given), files=frozenset({"main.bicep"}))
    told = [(error.path, error.line) for error in omissions(Tree(tmp_path), reading, services.wanted)]
    assert told == lost


def test_a_bicep_file_that_is_only_imported_deploys_nothing(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text("import { a } from 'shared.bicep'\n")
    (tmp_path / "shared.bicep").write_text(f"@export()\nvar a = 1\nresource a '{ACCOUNT}@2024-10-01' = {{\n}}\n")
    reading = Reading(files=frozenset({"main.bicep", "shared.bicep"}))
    assert list(omissions(Tree(tmp_path), reading, services.wanted)) == []
    (tmp_path / "main.bicep").write_text("import { a } from 'shared.bicep'\nmodule m 'shared.bicep' = {\n}\n")
    assert [error.path for error in omissions(Tree(tmp_path), reading, services.wanted)] == ["shared.bicep"]


def test_a_hostile_text_costs_little(tmp_path: Path) -> None:
    import time

    texts = {
        "a.tf": "<<a\n" * 90_000,
        "b.bicep": "/*" * 90_000,
        "c.yaml": "Resources:\n" * 90_000,
        "d.json": "[" * 200_000,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    started = time.process_time()
    assert list(omissions(Tree(tmp_path), Reading(files=frozenset(texts)), services.wanted)) == []
    assert time.process_time() - started < 5
