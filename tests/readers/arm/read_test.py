"""Templates in files: parameter files, linked templates, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aiposture.files import Tree
from aiposture.model import Reading, Unknown
from aiposture.readers import arm
from aiposture.readers.arm import json_values

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
TEMPLATE = {
    "$schema": SCHEMA,
    "parameters": {name: {"type": kind, "defaultValue": "default"} for name, kind in (("a", "string"), ("b", "bool"))},
    "resources": [{"type": "A.b/c", "name": "n", "a": "[parameters('a')]", "b": "[parameters('b')]"}],
}


def write(root: Path, files: dict[str, object]) -> Tree:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return Tree(root)


def given(**values: object) -> dict[str, object]:
    return {"parameters": {name: {"value": value} for name, value in values.items()}}


def read(tree: Tree, path: str = "main.json", *files: str) -> Reading:
    return arm.read(tree, path, wanted=lambda _: True, parameter_files=files)


@pytest.mark.parametrize("name", ["", "subscription", "managementGroup", "tenant", "SUBSCRIPTION"])
def test_templates_of_all_scopes_are_told_by_their_schema(name) -> None:
    text = json.dumps({"$schema": SCHEMA.replace("deploymentT", f"{name}DeploymentT")})

    assert arm.is_template(text.encode())
    assert arm.is_template(text.encode("utf-16"))


@pytest.mark.parametrize(
    "text", ["", "{}", '{"$schema": "https://json-schema.org/draft"}', SCHEMA.replace("Template", "Parameters")]
)
def test_other_json_is_no_template(text) -> None:
    assert not arm.is_template(text.encode())


def test_json_that_only_mentions_a_template_gives_nothing(tmp_path) -> None:
    reading = read(write(tmp_path, {"main.json": {"templates": [TEMPLATE]}}))

    assert (reading.resources, reading.errors) == ((), ())


@pytest.mark.parametrize(
    ("template", "files", "expected"),
    [
        ("main.json", {}, "default"),
        ("main.json", {"main.parameters.json": given(a="beside")}, "beside"),
        ("main.json", {"main.parameters.json": given(A="beside")["parameters"]}, "beside"),
        (
            "main.json",
            {"other.parameters.json": given(a="other"), "main.parameters.dev.json": given(a="dev")},
            "default",
        ),
        ("azuredeploy.json", {"azureDeploy.Parameters.json": given(a="beside")}, "beside"),
        ("main.jsonc", {"main.parameters.jsonc": "// c\n" + json.dumps(given(a="beside"))}, "beside"),
        ("main.json", {"main.parameters.json": given(a="${A=from azd}")}, "from azd"),
        ("main.json", {"main.parameters.json": given(a="x-${A=y}-${B:-z}")}, "x-y-z"),
        ("main.json", {"main.parameters.json": given(a="[not('an expression')]")}, "[not('an expression')]"),
    ],
)
def test_parameter_files(tmp_path, template, files, expected) -> None:
    reading = read(write(tmp_path, {template: TEMPLATE, **files}), template)

    assert reading.errors == ()
    assert reading.resources[0].get("a").data == expected


@pytest.mark.parametrize(
    "assignment",
    [{"value": "${A}"}, {"value": "x${A}"}, {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}}],
)
def test_what_a_parameter_file_does_not_decide(tmp_path, assignment) -> None:
    files = {"main.json": TEMPLATE, "main.parameters.json": {"parameters": {"a": assignment}}}

    assert isinstance(read(write(tmp_path, files)).resources[0].get("a").data, Unknown)


def test_azd_makes_texts_fit_the_type(tmp_path) -> None:
    tree = write(tmp_path, {"main.json": TEMPLATE, "main.parameters.json": given(b="${B=false}")})

    assert read(tree).resources[0].get("b").data is False


def test_later_parameter_files_win(tmp_path) -> None:
    files = {
        "main.json": TEMPLATE,
        "main.parameters.json": given(a="1"),
        "x.json": given(a="2"),
        "y.json": given(a="3"),
    }
    reading = read(write(tmp_path, files), "main.json", "x.json", "y.json")

    assert reading.resources[0].get("a").data == "3"
    assert reading.files == {"main.json", "main.parameters.json", "x.json", "y.json"}


@pytest.mark.parametrize(
    ("files", "path", "line"),
    [
        ({"main.json": '{\n"a": x'}, "main.json", 2),
        ({}, "main.json", 1),
        ({"main.json": TEMPLATE, "main.parameters.json": "{\n\n]"}, "main.parameters.json", 3),
    ],
)
def test_errors_say_where(tmp_path, files, path, line) -> None:
    errors = read(write(tmp_path, files)).errors

    assert [(error.path, error.line) for error in errors] == [(path, line)]


def link(name: str, **target: str) -> dict[str, object]:
    return {"type": "Microsoft.Resources/deployments", "name": name, "properties": {"templateLink": target}}


def test_linked_templates_are_found_from_where_they_are_linked(tmp_path) -> None:
    inner = {"$schema": SCHEMA, "resources": [link("below", relativePath="../leaf.json")]}
    files = {
        "dir/main.json": {"$schema": SCHEMA, "resources": [link("n", relativePath="nested/inner.json")]},
        "dir/nested/inner.json": inner,
        "dir/leaf.json": TEMPLATE,
    }
    reading = read(write(tmp_path, files), "dir/main.json")
    leaf = next(each for each in reading.resources if each.type == "A.b/c")

    assert (leaf.address, leaf.location.path, leaf.unit) == ("n/below/A.b/c/n", "dir/leaf.json", "dir/main.json")
    assert reading.files == set(files)


@pytest.mark.parametrize(
    "path", ["main.json", "../main.json", "../../../../etc/passwd", "/etc/passwd", "x.json", "bad.json", "other.json"]
)
def test_links_that_lead_nowhere(tmp_path, path) -> None:
    files = {
        "main.json": {"$schema": SCHEMA, "resources": [link("n", relativePath=path)]},
        "bad.json": "{",
        "other.json": "{}",
    }
    reading = read(write(tmp_path, files))

    assert [part.name for part in reading.not_analysed] == ["nested deployment n"]
    assert [error.path for error in reading.errors] == (["bad.json"] if path == "bad.json" else [])


def test_linked_paths_are_told_without_evaluation() -> None:
    document = {
        "$schema": SCHEMA,
        "variables": {"u": "[uri(deployment().properties.templateLink.uri, 'b.json')]"},
        "resources": [
            link("a", relativePath="x/a.json"),
            link("b", uri="[variables('u')]"),
            link("c", uri="https://x/c.json"),
        ],
    }

    assert arm.linked_paths(json_values.parse(json.dumps(document).encode(), "dir/main.json")) == {
        "dir/x/a.json",
        "dir/b.json",
    }


INNER = {
    "$schema": SCHEMA,
    "parameters": {"a": {"type": "string", "defaultValue": "inner"}},
    "resources": [{"type": "A.b/c", "name": "n", "a": "[parameters('a')]"}],
}


def calling(link: str) -> dict[str, object]:
    properties = {"expressionEvaluationOptions": {"scope": "inner"}, "template": INNER, "parametersLink": {"uri": link}}
    call = {"type": "Microsoft.Resources/deployments", "name": "d", "properties": properties}
    return {"$schema": SCHEMA, "resources": [call]}


@pytest.mark.parametrize("name", ["values.json", "nested/values.json"])
def test_linked_parameters_are_read(tmp_path, name) -> None:
    link = f"[uri(deployment().properties.templateLink.uri, '{name}')]"
    reading = read(write(tmp_path, {"main.json": calling(link), name: given(A="linked")}))
    (found,) = (each for each in reading.resources if each.type == "A.b/c")

    assert found.get("a").data == "linked"
    assert found.get("a").trail[0].location.path == name
    assert reading.files == {"main.json", name}


@pytest.mark.parametrize(
    "link", ["https://example.org/values.json", "[uri(deployment().properties.templateLink.uri, 'gone.json')]"]
)
def test_linked_parameters_that_are_not_here_are_unknown(tmp_path, link) -> None:
    reading = read(write(tmp_path, {"main.json": calling(link), "values.json": given(a="linked")}))
    (found,) = (each for each in reading.resources if each.type == "A.b/c")

    assert isinstance(found.get("a").data, Unknown)
    assert reading.errors == ()


def test_parameter_files_in_the_language_of_bicep_are_for_bicep(tmp_path) -> None:
    tree = write(tmp_path, {"main.json": TEMPLATE, "main.bicepparam": "using 'main.bicep'"})
    reading = read(tree, "main.json", "main.bicepparam")

    assert (reading.errors, reading.resources[0].get("a").data) == ((), "default")
