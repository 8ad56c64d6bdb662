"""The rules in cfn-lint itself, as a user runs it.

Its interpreter is named by AIPOSTURE_CFNLINT_PYTHON; without that, the tests run if cfn-lint is installed beside us.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from aiposture import controls
from aiposture.model import Severity

ROOT = Path(__file__).parents[2]
RULES = ROOT / "cfnlint_rules"
TEMPLATES = sorted(ROOT.glob("fixtures/**/cloudformation.*"))
NAMED = os.environ.get("AIPOSTURE_CFNLINT_PYTHON")
BESIDE = shutil.which("cfn-lint", path=str(Path(sys.executable).parent))
LINTER = str(Path(NAMED).parent / "cfn-lint") if NAMED else BESIDE

pytestmark = pytest.mark.skipif(LINTER is None, reason="cfn-lint is not installed; set AIPOSTURE_CFNLINT_PYTHON")

NUMBERS = {
    f"{'E' if rule.control.severity >= Severity.HIGH else 'W'}9{rule.control.id[3:]}": rule.control.id
    for rule in controls.ALL
}

OPEN = """\
Resources:
  Box:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::123456789012:role/box
      SubnetId: subnet-1
      RootAccess: Enabled
      DirectInternetAccess: Disabled
"""
PARAMETER = """\
Parameters:
  Root: {Type: String}
""" + OPEN.replace("RootAccess: Enabled", "RootAccess: !Ref Root")
PARENT = """\
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: ./{child}}}
"""


class Match(NamedTuple):
    rule: str
    path: str
    place: tuple[int, int, int, int]
    message: str


class Done(NamedTuple):
    status: int
    matches: list[Match]
    errors: str


@pytest.fixture
def lint(tmp_path):
    """Run cfn-lint with our rules alone; `rules` is what --append-rules is given."""

    def run(*arguments: str, rules: str = str(RULES), stdin: str = "", path: str = "") -> Done:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
        environment |= {"PYTHONPATH": path} if path else {}
        command = [str(LINTER), *arguments, "--format", "json", "--append-rules", rules]
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
            timeout=300,
        )
        found = json.loads(done.stdout) if done.stdout.startswith("[") else []
        return Done(done.returncode, [read(one) for one in found], done.stderr)

    return run


def read(match) -> Match:
    span = match["Location"]
    place = (span["Start"]["LineNumber"], span["Start"]["ColumnNumber"],
             span["End"]["LineNumber"], span["End"]["ColumnNumber"])  # fmt: skip
    return Match(match["Rule"]["Id"], match["Filename"], place, match["Message"])


def ours(done: Done) -> list[Match]:
    return [match for match in done.matches if re.fullmatch(r"[EWI]9\d{3}", match.rule)]


def of_root(done: Done) -> list[tuple[str, str, int]]:
    """What is said about AIS205, and what could not be judged: rule, file, line."""
    rules = ("E9205", "I9205", "E9000")
    return sorted((one.rule, Path(one.path).name, one.place[0]) for one in ours(done) if one.rule in rules)


@pytest.fixture
def write(tmp_path):
    def file(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return str(path)

    return file


JSON = {"Type": "AWS::SageMaker::NotebookInstance", "Properties": {"RootAccess": "Enabled"}}
METADATA = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9205]}}}\n    Properties"
CASES = {
    "plain.yaml": ("Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n", None),
    "closed.yaml": (OPEN.replace("Enabled", "Disabled"), None),
    "undecided.yaml": (PARAMETER, None),
    "comment.yaml": (OPEN.replace("Enabled", "Enabled # aiposture:ignore[AIS205] a lab"), None),
    "metadata.yaml": (OPEN.replace("    Properties", METADATA), None),
    "open.yaml": (OPEN, ("E9205", 8)),
    "open.json": (json.dumps({"Resources": {"Box": JSON}}, indent=1), ("E9205", 6)),
    "parent.yaml": (PARENT.format(child="child/open.yaml"), ("E9205", 2)),
    "stepmother.yaml": (PARENT.format(child="child/broken.yaml"), ("E9000", 1)),
}


def test_a_table_of_templates(lint, write):
    write("child/open.yaml", OPEN)
    write("child/broken.yaml", "Resources: [\n")
    done = lint(*(write(name, text) for name, (text, _) in CASES.items()))
    expected = [(said[0], name, said[1]) for name, (_, said) in CASES.items() if said]
    assert of_root(done) == sorted(expected)
    assert done.status & 2
    messages = {Path(one.path).name: one.message for one in ours(done) if one.rule in {"E9205", "E9000"}}
    assert messages["parent.yaml"].endswith("(child/open.yaml:8)")
    assert "child/broken.yaml" in messages["stepmother.yaml"]
    assert messages["open.yaml"] == messages["open.json"]


def test_it_finds_in_all_fixtures_what_aiposture_finds(lint, tmp_path):
    paths = list(map(str, TEMPLATES))
    assert len(paths) > 9
    arguments = [sys.executable, "-m", "aiposture", "check", *paths, "--format", "json", "--exit-zero", "--no-config"]
    said = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300)
    report = json.loads(said.stdout)
    assert report["errors"] == []
    expected = sorted(expected_matches(report))
    done = lint(*paths, "--include-checks", "I9")
    found = sorted((one.rule, str(Path(one.path).relative_to(ROOT)), one.place, one.message) for one in ours(done))
    assert found == expected
    assert {rule[0] for rule, *_ in expected} == {"E", "W", "I"}
    assert not [match for match in done.matches if match.rule == "E0002"]


def expected_matches(report):
    rules = {control: number for number, control in NUMBERS.items()}
    for one in report["results"]:
        if one["verdict"] == "pass" or one["suppressed"]:
            continue
        number = rules[one["control"]]
        rule = f"I{number[1:]}" if one["verdict"] == "unknown" else number
        where = one["location"]
        place = (where["line"], where["column"], where["end_line"], where["end_column"])
        yield rule, where["path"], place, f"{one['message']} [{one['resource']['address']}]"


def test_undecided_is_told_if_asked_for(lint, write):
    assert of_root(lint(write("a.yaml", PARAMETER), "--include-checks", "I9205")) == [("I9205", "a.yaml", 10)]


def test_parameter_files_decide(lint, write):
    given = write("open.json", '[{"ParameterKey": "Root", "ParameterValue": "Enabled"}]')
    done = lint(write("a.yaml", PARAMETER), "--parameter-files", given)
    if "unrecognized arguments" in done.errors:
        pytest.skip("this cfn-lint knows no parameter files")
    assert ("E9205", "a.yaml", 10) in of_root(done)


def test_standard_input_is_an_error(lint):
    assert [one.rule for one in ours(lint(stdin=OPEN))] == ["E9000"]


def test_without_aiposture_it_refuses_to_start(lint, tmp_path, write):
    shutil.copytree(RULES, tmp_path / "alone")
    done = lint(write("open.yaml", OPEN), rules=str(tmp_path / "alone"))
    assert done.status not in {0, 2, 4, 8}
    assert "No module named 'aiposture'" in done.errors


@pytest.mark.parametrize("name", ["aiposture.cfnlint_rules", "aiposture/cfnlint_rules"])
def test_installed_it_is_found_by_name_and_by_directory(name, lint, tmp_path, write):
    site = tmp_path / "site"
    shutil.copytree(ROOT / "src" / "aiposture", site / "aiposture", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(RULES, site / "aiposture" / "cfnlint_rules")
    rules = str(site / name) if "/" in name else name
    done = lint(write("open.yaml", OPEN), rules=rules, path=str(site))
    assert of_root(done) == [("E9205", "open.yaml", 8)], done.errors


def test_every_control_has_its_rules(tmp_path):
    command = [str(LINTER), "--list-rules", "--append-rules", str(RULES)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path, env=environment)
    assert set(re.findall(r"^[EWI]9\d{3}", done.stdout, re.MULTILINE)) == {
        "E9000", *NUMBERS, *(f"I{number[1:]}" for number in NUMBERS),
    }  # fmt: skip


def test_the_page_names_rules_that_exist():
    named = set(re.findall(r"\b[EWI]9[1-9]\d\d\b", (ROOT / "docs" / "cfn-lint.md").read_text("utf-8")))
    assert len(named) > 1
    assert named <= {*NUMBERS, *(f"I{number[1:]}" for number in NUMBERS)}
