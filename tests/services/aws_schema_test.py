"""Every property of CloudFormation that a table names is one, with the spelling and the values of its schema.

The schemas are those that cfn-lint ships. They are found where cfn-lint is installed, or where the environment
variable AIPOSTURE_CFNLINT_PYTHON names an interpreter that has it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aiposture import services
from aiposture.links import attached, aws_networks, aws_paths, aws_principals, aws_roles
from aiposture.services.table import Cell, Choice

# Their schema is one of the transform, not of a region.
OF_THE_TRANSFORM = {"AWS::Serverless::Function", "AWS::Serverless::StateMachine"}
# Objects whose members are anything.
FREE = {"Environment", "EnvironmentVariables", "Variables"}


@cache
def _package() -> Path | None:
    named = os.environ.get("AIPOSTURE_CFNLINT_PYTHON")
    if named:
        tell = "import cfnlint; print(cfnlint.__path__[0])"
        return Path(subprocess.run([named, "-c", tell], capture_output=True, text=True, check=True).stdout.strip())
    found = importlib.util.find_spec("cfnlint")
    return Path(found.origin).parent if found is not None and found.origin else None


@cache
def _schema(type_: str) -> dict[str, Any]:
    package = _package()
    if package is None:
        pytest.skip("cfn-lint is not installed")
    schemas = package / "data" / "schemas"
    names = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    return json.loads((schemas / "resources" / f"{names[type_]}.json").read_text())


def _resolved(root: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = root["definitions"][node["$ref"].rpartition("/")[2]]
    return node


def _find(type_: str, path: str) -> dict[str, Any] | None:
    """The schema of the property at `path`; None if there is no such property."""
    root = _schema(type_)
    node = root
    for part in path.split("."):
        node = _resolved(root, node)
        while node.get("type") == "array":
            node = _resolved(root, node["items"])
        if part.isdigit():
            continue
        if part not in node.get("properties", {}):
            return None
        node = node["properties"][part]
    return _resolved(root, node)


PROPERTIES = sorted(
    {
        (type_, name)
        for row in services.rows()
        for type_ in row.types
        if type_.startswith("AWS::") and type_ not in OF_THE_TRANSFORM
        for name in row.properties
    }
)


def _of_links() -> set[tuple[str, str]]:
    """What links read of CloudFormation's types."""
    tables: list[dict[str, Any]] = [
        aws_networks._SUBNETS, aws_networks._ENDPOINTS, attached._LOG_SOURCES, attached._WEB_ACLS,
        aws_principals._OF_PRINCIPAL, aws_principals._MANAGED, aws_roles._ROLES,
    ]  # fmt: skip
    found = set()
    for table in tables:
        for type_, names in table.items():
            listed = (names,) if isinstance(names, str) else (".".join(names),) if table is aws_roles._ROLES else names
            found |= {(type_, name) for each in listed for name in (each.split() if " " in each else (each,))}
    for type_, paths in aws_paths._WORKLOADS.items():
        found.add((type_, ".".join(map(str, paths.subnets))))
        found.add((type_, paths.task[0]) if paths.task else (type_, paths.role[0]))
    return {(type_, name) for type_, name in found if type_.startswith("AWS::") and type_ not in OF_THE_TRANSFORM}


@pytest.mark.parametrize(("type_", "name"), sorted(_of_links()))
def test_property_of_a_link_exists(type_: str, name: str) -> None:
    assert _find(type_, name) is not None


def test_there_are_properties_to_look_at() -> None:
    assert len(PROPERTIES) > 60


@pytest.mark.parametrize(("type_", "name"), PROPERTIES)
def test_property_exists(type_: str, name: str) -> None:
    parts = name.split(".")
    cut = next((at for at, part in enumerate(parts) if part in FREE), len(parts))

    assert _find(type_, ".".join(parts[: cut + 1])) is not None


CELLS = [
    (type_, prop.path, prop.read)
    for service in services.all_services()
    for binding in service.bindings
    for type_ in binding.types
    if type_.startswith("AWS::")
    for facet in ("public_access", "private_network", "isolation", "image_pull", "callers", "root_access", "key_auth")
    if isinstance(cell := getattr(binding, facet), Cell)
    for prop in cell.props
    if isinstance(prop.read, Choice)
] + [
    (type_, prop.path, prop.read)
    for service in services.all_services()
    for binding in service.bindings
    for type_ in binding.types
    if type_.startswith("AWS::")
    for protection in binding.protections.values()
    for cell in protection.cells
    for prop in cell.props
    if isinstance(prop.read, Choice)
]


@pytest.mark.parametrize(("type_", "path", "read"), CELLS, ids=[f"{type_}-{path}" for type_, path, _ in CELLS])
def test_every_value_of_an_enumeration_is_known(type_: str, path: str, read: Choice) -> None:
    schema = _find(type_, path)
    assert schema is not None
    values = schema.get("enum") or [value for each in schema.get("oneOf", ()) for value in each.get("enum", ())]
    words = {word.casefold() for word in read._spelled}

    # An endpoint of EC2 has kinds that no AI service offers.
    assert {value for value in values if value.casefold() not in words} <= {
        "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel",
    }  # fmt: skip
    if schema.get("type") == "boolean":
        assert words == {"true", "false"}
