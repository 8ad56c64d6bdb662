from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies

from aiposture.discover import Discovery, Unit, discover
from aiposture.discover.tokens import TOKENS
from aiposture.discover.words import Words
from aiposture.files import Tree

AI = 'resource "azurerm_cognitive_account" "a" {}\n'
OTHER = 'resource "azurerm_storage_account" "a" {}\n'


def call(source: str) -> str:
    return f'module "m" {{\n  source = "{source}"\n}}\n'


def look(
    root: Path,
    files: dict[str, str | bytes],
    *paths: str,
    exclude: tuple[str, ...] = (),
    only: frozenset[str] | None = None,
    given: tuple[str, ...] = (),
) -> Discovery:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return discover(Tree(root), paths or ("",), tokens=("azurerm_cognitive",), exclude=exclude, only=only, given=given)


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        pytest.param({"a/main.tf": OTHER}, [], id="no token, no unit"),
        pytest.param({"a/main.txt": AI}, [], id="no infrastructure code"),
        pytest.param({"a/main.tf": AI}, ["a"], id="a root"),
        pytest.param({"main.tofu": AI}, [""], id="OpenTofu"),
        pytest.param({"main.tf.json": AI}, [""], id="JSON syntax"),
        pytest.param({"a/main.tf": call("../m"), "m/main.tf": AI}, ["a"], id="a called module is no root"),
        pytest.param({"a/main.tf": AI + call("../m"), "m/main.tf": OTHER}, ["a"], id="the caller mentions it"),
        pytest.param(
            {"a/main.tf": call("../m"), "b/main.tf": call("../m/"), "m/main.tf": AI}, ["a", "b"], id="two callers"
        ),
        pytest.param(
            {"a/main.tf": call("../m"), "m/main.tf": call("./n"), "m/n/main.tf": AI}, ["a"], id="through two calls"
        ),
        pytest.param({"a/main.tf": call("../b") + AI, "b/main.tf": call("../a")}, ["a"], id="a cycle is read once"),
        pytest.param({"a/main.tf": call("./") + AI}, ["a"], id="a module that calls itself"),
        pytest.param({"a/main.tf": OTHER, "a/x.tfvars": "t = [azurerm_cognitive]"}, ["a"], id="in a variable file"),
        pytest.param(
            {"a/main.tf.json": '{"module": {"m": {"source": "../m"}}}', "m/main.tf": AI}, ["a"], id="call in JSON"
        ),
        pytest.param({"a/main.tf": "\ufeff".encode("utf-16")}, ["a"], id="UTF-16 is for the reader to refuse"),
    ],
)
def test_units(tmp_path: Path, files: dict[str, str | bytes], roots: list[str]) -> None:
    assert look(tmp_path, files).units == [Unit("terraform", root) for root in roots]


def test_a_module_that_is_called_from_outside_the_paths_is_judged_alone(tmp_path: Path) -> None:
    files = {"a/main.tf": call("../m"), "m/main.tf": AI}
    assert look(tmp_path, files, "m").units == [Unit("terraform", "m")]


def test_a_called_module_outside_of_the_paths_counts(tmp_path: Path) -> None:
    files = {"a/main.tf": call("../m"), "m/main.tf": AI}
    assert look(tmp_path, files, "a").units == [Unit("terraform", "a")]


@pytest.mark.parametrize("comment", ["#", "  # ", "//"])
def test_a_module_whose_call_is_a_comment_is_judged_alone(tmp_path: Path, comment: str) -> None:
    commented = "\n".join(f"{comment} {line}" for line in call("./m").splitlines())
    files = {"main.tf": OTHER + commented, "m/main.tf": AI}
    assert look(tmp_path, files).units == [Unit("terraform", "m")]


def test_a_file_stands_for_its_directory(tmp_path: Path) -> None:
    files = {"a/main.tf": OTHER, "a/ai.tf": AI, "a/b/main.tf": AI}
    assert look(tmp_path, files, "a/main.tf").units == [Unit("terraform", "a")]


def test_every_file_that_is_passed_over_is_counted(tmp_path: Path) -> None:
    files = {"a/main.tf": AI, "b/main.tf": OTHER, "b/more.tf": OTHER, "c/main.tf": AI, "d.json": "{}"}
    found = look(tmp_path, files, exclude=("c",))
    assert found.units == [Unit("terraform", "a")]
    assert found.skipped == {
        "no AI service in what they are deployed with": 2,
        "no infrastructure code of a known kind": 1,
    }


def test_excluded_files_are_counted(tmp_path: Path) -> None:
    found = look(tmp_path, {"a/main.tf": AI, "a/skip.tf": OTHER}, exclude=("a/skip*",))
    assert found.skipped == {"excluded": 1}


def test_a_plan_is_a_unit_of_its_own(tmp_path: Path) -> None:
    plan = '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"x":"azurerm_cognitive_account"}}'
    assert look(tmp_path, {"p/plan.json": plan}).units == [Unit("terraform-plan", "p/plan.json")]


ARM = '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "x": "%s"}'


@pytest.mark.parametrize(
    ("files", "units"),
    [
        ({"a.bicep": "resource r 'Microsoft.Storage/storageAccounts@2024-01-01' = {}"}, []),
        ({"a.json": ARM % "other"}, []),
        ({"k.yaml": "kind: Deployment # azurerm_cognitive"}, []),
        ({"w.yml": "on: push\nenv: {AI: azurerm_cognitive, ARN: 'aws::x'}"}, []),
        ({"a.json": ARM % "azurerm_cognitive"}, [("arm", "a.json")]),
        ({"a.jsonc": (ARM % "azurerm_cognitive").encode("utf-16")}, [("arm", "a.jsonc")]),
        ({"a.json": ARM % "templateLink"}, [("arm", "a.json")]),
        ({"a.yaml": "Resources: {A: {Type: AWS::X, y: azurerm_cognitive}}"}, [("cloudformation", "a.yaml")]),
        ({"a.template": "AWSTemplateFormatVersion: 1 # azurerm_cognitive"}, [("cloudformation", "a.template")]),
        ({"a.bicep": "// azurerm_cognitive"}, [("bicep", "a.bicep")]),
        ({"a.bicep": "module m 'm.bicep' = {}", "m.bicep": "// azurerm_cognitive"}, [("bicep", "a.bicep")]),
        ({"a.bicep": "// azurerm_cognitive", "a.bicepparam": "using './a.bicep'"}, [("bicep", "a.bicepparam")]),
        ({"a.bicep": "module m 'br/public:avm/x:1' = {} // azurerm_cognitive"}, [("bicep", "a.bicep")]),
    ],
)
def test_units_of_the_other_dialects(
    tmp_path: Path, files: dict[str, str | bytes], units: list[tuple[str, str]]
) -> None:
    assert look(tmp_path, files).units == units


MAIN = {"main.bicep": "// azurerm_cognitive"}
CALL = "module m '../main.bicep' = {}"


@pytest.mark.parametrize(
    ("files", "entries"),
    [
        pytest.param({"app/a.bicep": CALL}, ["app/a.bicep"], id="called for use"),
        pytest.param({"app/a.bicep": CALL, "t/a.test.bicep": CALL}, ["app/a.bicep", "t/a.test.bicep"], id="and tested"),
        pytest.param({"t/a.test.bicep": CALL}, ["main.bicep", "t/a.test.bicep"], id="a test by name"),
        pytest.param({"Tests/a.bicep": CALL}, ["Tests/a.bicep", "main.bicep"], id="a test by directory"),
        pytest.param({"testing/a.bicep": CALL}, ["testing/a.bicep"], id="no test by directory"),
        pytest.param(
            {"tests/a/main.bicep": "module m 'needs.bicep' = {}", "tests/a/needs.bicep": "// azurerm_cognitive"},
            ["main.bicep", "tests/a/main.bicep"],
            id="what a test needs is a part of it",
        ),
        pytest.param(
            {"app/a.bicep": CALL, "main.parameters.json": "{}"}, ["app/a.bicep", "main.bicep"], id="a parameter file"
        ),
        pytest.param(
            {"app/a.bicep": CALL, "main.parameters.dev.json": "{}"}, ["app/a.bicep"], id="of another environment"
        ),
        pytest.param(
            {"main.bicepparam": "using 'main.bicep'", "main.parameters.json": "{}", "e2e/a.bicep": CALL},
            ["e2e/a.bicep", "main.bicepparam"],
            id="through its own .bicepparam file",
        ),
        pytest.param(
            {"base.bicepparam": "using none", "main.bicepparam": "using 'main.bicep'\nextends 'base.bicepparam'"},
            ["main.bicepparam"],
            id="a parameter file that another one extends",
        ),
        pytest.param({"app/a.bicep": f"// {CALL}"}, ["main.bicep"], id="a comment to the end of the line"),
        pytest.param({"app/a.bicep": f"/*\n{CALL}\n*/"}, ["main.bicep"], id="a comment over lines"),
        pytest.param({"app/a.bicep": f"var t = '''\n{CALL}\n'''"}, ["main.bicep"], id="a text over lines"),
        pytest.param({"app/a.bicep": f"var t = 'a/*'\n{CALL}\n// */"}, ["app/a.bicep"], id="no comment in a string"),
        pytest.param({"app/a.bicep": f"// of a/*\n{CALL}\n// */"}, ["app/a.bicep"], id="no comment in a comment"),
        pytest.param(
            {"app/a.bicep": f"var t = 'a\\'${{b({{c: '}}/*'}})}}/*'\n{CALL}\n// */"},
            ["app/a.bicep"],
            id="no comment in a string in a string",
        ),
        pytest.param({"app/a.bicep": f"/* a */\n{CALL}"}, ["app/a.bicep"], id="behind a comment"),
        pytest.param({"app/a.bicep": f"param a string\r{CALL}\r"}, ["app/a.bicep"], id="old line ends"),
        pytest.param({"app/a.bicep": f"/*\n{CALL}"}, ["main.bicep"], id="a comment that is not closed"),
        pytest.param(
            {"main.bicep": "module m 'm.bicep' = {}", "m.bicep": "module m 'main.bicep' = {}"},
            [],
            id="a cycle without a mention",
        ),
    ],
)
def test_entry_points_of_bicep(tmp_path: Path, files: dict[str, str | bytes], entries: list[str]) -> None:
    assert look(tmp_path, {**MAIN, **files}).units == [Unit("bicep", entry) for entry in entries]


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "main.tf").symlink_to("/etc/hostname")
    found = look(tmp_path, {})
    assert [error.path for error in found.errors] == ["main.tf"]


STACKS = {
    "a/main.tf": call("../m") + AI,
    "b/main.tf": AI,
    "b/prod.tfvars": "x = 1",
    "b/policies/p.json": "{}",
    "c/main.tf": call("../m") + OTHER,
    "m/main.tf": call("./n") + AI,
    "m/n/main.tf": OTHER,
    "bicep/x.bicep": "module m 'modules/y.bicep' = {} // azurerm_cognitive",
    "bicep/modules/y.bicep": "var names = loadJsonContent('../../data/names.json')",
    "bicep/z.bicep": "// azurerm_cognitive",
    "data/names.json": "{}",
    "cfn/one.yaml": "Resources: {A: {Type: AWS::X, y: azurerm_cognitive, TemplateURL: parts/two.yaml}}",
    "cfn/parts/two.yaml": "Resources: {A: {Type: AWS::X, y: azurerm_cognitive}}",
    "cfn/other.yaml": "Resources: {A: {Type: AWS::X, y: azurerm_cognitive}}",
    "arm/main.json": ARM % "azurerm_cognitive",
    "arm/main.parameters.json": "{}",
    "arm/deep/linked.json": ARM % "azurerm_cognitive",
}


@pytest.mark.parametrize(
    ("changed", "units"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param(["unknown/x.tf"], "", id="a directory that is none"),
        pytest.param(["b/main.tf"], "b", id="a root"),
        pytest.param(["b/new.tf"], "b", id="a file that is gone from a root"),
        pytest.param(["m/n/main.tf"], "a c", id="what both call"),
        pytest.param(["b/prod.tfvars"], "b", id="variables"),
        pytest.param(["b/policies/p.json"], "b", id="below a root, it may be read by it"),
        pytest.param(["bicep/x.bicep"], "bicep/x.bicep", id="Bicep"),
        pytest.param(["bicep/modules/y.bicep"], "bicep/x.bicep", id="a module of Bicep"),
        pytest.param(["bicep/modules/gone.bicep"], "", id="a module that nobody calls"),
        pytest.param(["data/names.json"], "bicep/x.bicep", id="by name"),
        pytest.param(["cfn/other.yaml"], "cfn/other.yaml", id="a template"),
        pytest.param(["cfn/parts/two.yaml"], "cfn/one.yaml cfn/parts/two.yaml", id="a template and who names it"),
        pytest.param(["arm/main.parameters.json"], "arm/main.json", id="what is nothing by itself"),
        pytest.param(["arm/deep/linked.json", "b/main.tf"], "arm/deep/linked.json b", id="two"),
        pytest.param(["arm/gone.json"], "arm/main.json", id="a template that is gone"),
        pytest.param(["x.yaml"], "", id="above everything"),
    ],
)
def test_only_what_a_change_concerns(tmp_path: Path, changed: list[str], units: str) -> None:
    found = look(tmp_path, STACKS, only=frozenset(changed))
    assert sorted(unit.path for unit in found.units) == units.split()


def test_a_change_that_is_everywhere_is_the_same_as_none(tmp_path: Path) -> None:
    everything = look(tmp_path, STACKS)
    assert look(tmp_path, STACKS, only=frozenset(STACKS)).units == everything.units
    assert look(tmp_path, STACKS, only=frozenset(STACKS)).skipped == everything.skipped


def test_what_is_not_concerned_is_counted(tmp_path: Path) -> None:
    files = {"a/main.tf": AI, "b/main.tf": AI, "c/main.tf": OTHER, "d.json": ARM % "azurerm_cognitive"}
    found = look(tmp_path, files, only=frozenset(["a/main.tf"]))
    assert found.skipped == {
        "not concerned by what has changed": 2,
        "no AI service in what they are deployed with": 1,
    }


def test_every_token_is_found() -> None:
    words = Words(TOKENS)
    for token in TOKENS:
        assert words.any_in(f"x{token}y".encode())
    assert not words.any_in(b"")
    assert not Words(()).any_in(b"text")


def test_a_part_of_a_token_is_none() -> None:
    words = Words(["AI-Agent", "llm"])
    assert not words.any_in(b"agent ai-agen i_agent ai agent ll lm")
    assert words.any_in(b"the ai-agent")
    assert words.any_in(b"LLM")


@pytest.mark.parametrize("text", ["ai-agent", "AI.Agent", "ai/agent", "Ai_Agent"])
def test_what_stands_between_the_parts_of_a_word_does_not_matter(text: str) -> None:
    assert Words(["ai-agent"]).any_in(text.encode())


@given(strategies.lists(strategies.text("abA-_/", min_size=1, max_size=9)), strategies.text("abB-_. ", max_size=40))
def test_words_are_found_as_one_by_one(tokens: list[str], text: str) -> None:
    def folded(word: str) -> str:
        return word.lower().translate(str.maketrans("-./", "___"))

    assert Words(tokens).any_in(text.encode()) == any(folded(token) in folded(text) for token in tokens)


@pytest.mark.parametrize(
    ("beside", "given", "units"),
    [
        pytest.param({"code/main.bicepparam": "using 'main.bicep'"}, "x/x.bicepparam", ["code/main.bicepparam", "x/x.bicepparam"], id="the template has its own"),
        pytest.param({"code/a.bicep": "module m 'main.bicep' = {}"}, "x/x.bicepparam", ["code/a.bicep", "x/x.bicepparam"], id="the template is a module"),
        pytest.param({}, "x/x.bicepparam", ["code/main.bicep"], id="the template takes it"),
        pytest.param({"code/x.bicepparam": "using 'main.bicep'"}, "code/x.bicepparam", ["code/x.bicepparam"], id="it is a unit as it is"),
        pytest.param({"code/main.bicepparam": "using 'main.bicep'"}, "x/no.bicepparam", ["code/main.bicepparam"], id="about no AI"),
        pytest.param({"code/main.bicepparam": "using 'main.bicep'"}, "x/gone.bicepparam", ["code/main.bicepparam"], id="not there"),
        pytest.param({"code/main.bicepparam": "using 'main.bicep'"}, "x/p.json", ["code/main.bicepparam"], id="JSON is no deployment"),
    ],
)  # fmt: skip
def test_a_parameter_file_that_the_user_names_is_a_unit_where_no_unit_takes_it(
    tmp_path: Path, beside: dict[str, str], given: str, units: list[str]
) -> None:
    files: dict[str, str | bytes] = {
        "code/main.bicep": AI,
        "x/x.bicepparam": "using '../code/main.bicep'",
        "x/no.bicepparam": "using 'other.bicep'",
        "x/other.bicep": OTHER,
        "x/p.json": '{"parameters": {}}',
        **beside,
    }
    found = look(tmp_path, files, "code", given=(given,))
    assert [unit.path for unit in found.units] == units
