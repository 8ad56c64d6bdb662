"""The checks in Checkov as a user meets them: the program is started, and what it prints and exits with is looked at.

AIPOSTURE_CHECKOV_PYTHON is an interpreter that has the newest Checkov that docs/checkov.md names, and
AIPOSTURE_OLDEST_CHECKOV_PYTHON one that has the oldest. Neither has aiposture or anything that it needs.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

HOME = Path(__file__).resolve().parents[2]
SCENE = Path(__file__).with_name("checkov")
NEWEST, OLDEST = "AIPOSTURE_CHECKOV_PYTHON", "AIPOSTURE_OLDEST_CHECKOV_PYTHON"
FRAMEWORKS = ("terraform", "terraform_json", "terraform_plan", "arm", "bicep", "cloudformation")
UNBOUNDED = "evaluation/bombs"  # Checkov's own evaluation takes minutes there; docs/checkov.md says so
DIALECTS = {"terraform_json": "terraform", "terraform_plan": "terraform-plan"}
RESULTS = {"pass": "PASSED", "fail": "FAILED"}
BICEP = shutil.which("bicep") is not None or "AIPOSTURE_BICEP" in os.environ


def interpreter(name: str) -> str:
    if name not in os.environ:
        pytest.skip(f"no interpreter with Checkov: set {name}, as .ci/run does")
    return os.environ[name]


@pytest.fixture(params=[NEWEST, OLDEST], ids=["newest", "oldest"])
def python(request) -> str:
    return interpreter(request.param)


@pytest.fixture(scope="session")
def needed(tmp_path_factory) -> Path:
    """A directory with what aiposture needs beyond Checkov, for the interpreter of the newest one; made once."""
    python, base = interpreter(NEWEST), tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "needed-by-aiposture"
    try:
        shared.mkdir()
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not (shared / "done").exists():
            assert time.monotonic() < deadline, "another worker did not install what aiposture needs"
            time.sleep(0.2)
    else:
        try:
            _install(python, shared)
        finally:
            (shared / "done").touch()  # without it, the other workers would wait for long
    return shared


def _install(python: str, target: Path) -> None:
    from packaging.requirements import Requirement  # pytest needs it, too

    declared = map(Requirement, metadata.requires("aiposture") or ())
    names = [str(one) for one in declared if "extra" not in str(one.marker) and one.name != "PyYAML"]
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), *names]
    subprocess.run(pip, check=True, timeout=300)


class Done(NamedTuple):
    status: int
    out: str
    error: str

    def records(self, *ids: str) -> list[tuple[str, str, str, str, tuple[int, int]]]:
        """(framework, id, result, resource, lines) of each record."""
        return sorted(
            (framework, one["check_id"], one["check_result"]["result"], one["resource"], tuple(one["file_line_range"]))
            for framework, one in self.all_records()
            if not ids or one["check_id"] in ids
        )

    def all_records(self) -> list[tuple[str, dict]]:
        reports = json.loads(self.out)
        return [
            (report["check_type"], one)
            for report in (reports if isinstance(reports, list) else [reports])
            if "results" in report
            for kind in ("passed_checks", "failed_checks", "skipped_checks")
            for one in report["results"][kind]
        ]


def checkov(
    python: str,
    *arguments: str,
    cwd: Path,
    path: tuple[Path, ...] = (),
    checks: Path | None = HOME / "checks",
    one_process: bool = True,
) -> Done:
    """Start Checkov in `cwd`, which is its home as well; by default its frameworks do not run in children."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith(("CKV", "BC_", "PYTHON", "CHECKOV"))
    }
    environment |= {
        "HOME": str(cwd),
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        "BC_SKIP_MAPPING": "TRUE",
    }
    if one_process:
        environment["CHECKOV_PARALLELIZATION_TYPE"] = "none"
    given = ["--external-checks-dir", str(checks)] if checks else []
    done = subprocess.run(  # noqa: PLW1510 - the status is what is asked for
        [python, "-m", "checkov.main", "--skip-download", *given, *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def scene(tmp_path) -> Path:
    """A directory with one service in every language, some of which Checkov does not see."""
    target = tmp_path / "scene"
    shutil.copytree(SCENE, target)
    if not BICEP:
        for file in target.glob("*.bicep"):
            file.unlink()
    return target


TERRAFORM = [
    ("terraform", "AIS401", "FAILED", "azurerm_cognitive_account.b", (15, 21)),
    ("terraform", "AIS401", "FAILED", "module.m.azurerm_cognitive_account.c", (1, 7)),
    ("terraform", "AIS401", "SKIPPED", "azurerm_cognitive_account.a", (6, 13)),
]
ARM = [
    ("arm", "AIS401", "FAILED", "Microsoft.CognitiveServices/accounts.account", (6, 14)),
    ("arm", "AIS401", "FAILED", "Microsoft.CognitiveServices/accounts.two", (15, 23)),
    ("arm", "AIS401", "SKIPPED", "Microsoft.CognitiveServices/accounts.one", (5, 14)),
]
CLOUDFORMATION = [("cloudformation", "AIS401", "SKIPPED", "AWS::BedrockAgentCore::Gateway.Gate", (3, 14))]
BICEP_ROWS = [("bicep", "AIS401", "SKIPPED", "Microsoft.CognitiveServices/accounts.acct", (3, 9))] if BICEP else []
EVERYTHING = sorted(ARM + BICEP_ROWS + CLOUDFORMATION + TERRAFORM)


def test_one_control_in_all_frameworks(python, scene, needed):
    # As a user starts it: every framework is a child process.
    done = checkov(python, "-d", ".", "-c", "AIS401", "-o", "json", cwd=scene, path=(needed,), one_process=False)
    assert done.records() == EVERYTHING
    assert done.status == 1
    record = next(one for _, one in done.all_records() if one["resource"] == "azurerm_cognitive_account.b")
    assert record["severity"] == "MEDIUM"
    assert record["guideline"] == "https://aiposture.github.io/aiposture/controls/AIS401/"
    assert record["file_path"] == "/main.tf"
    assert record["code_block"][0] == [15, 'resource "azurerm_cognitive_account" "b" {\n']
    assert not record.get("details")


def test_skips(scene, needed):
    done = checkov(interpreter(NEWEST), "-d", ".", "-c", "AIS*", "-o", "json", cwd=scene, path=(needed,))
    skips = {
        (one["check_id"], one["resource"].rpartition(".")[2], one["check_result"]["suppress_comment"])
        for _, one in done.all_records()
        if one["check_result"]["result"] == "SKIPPED"
    }
    assert skips == {
        ("AIS401", "a", "keys are needed until March"),
        ("AIS301", "b", "not yet"),
        ("AIS201", "c", "closed elsewhere"),
        ("AIS401", "one", "native"),
        ("AIS401", "Gate", "native skip"),
        *([("AIS401", "acct", "in bicep")] if BICEP else []),
    }
    # A key that leaves by an output: Checkov has no checks for outputs.
    assert ("terraform", "AIS402", "FAILED", "output.key", (31, 33)) in done.records()


def test_a_file_is_judged_with_what_stands_beside_it(scene, needed):
    (scene / "other.tf").write_text('resource "azurerm_cognitive_account" "elsewhere" {}\n')
    done = checkov(interpreter(NEWEST), "-f", "main.tf", "-c", "AIS401", "-o", "json", cwd=scene, path=(needed,))
    assert done.records() == TERRAFORM


def test_skip_path(scene, needed):
    shutil.copytree(scene / "m", scene / "vendored" / "code")
    shutil.copytree(scene / "m", scene / ".hidden")
    arguments = ("-d", ".", "-c", "AIS401", "--framework", "terraform", "--skip-path", "vendored", "-o", "json")
    done = checkov(interpreter(NEWEST), *arguments, cwd=scene, path=(needed,))
    assert done.records() == TERRAFORM


def test_formats_and_filters(scene, needed, tmp_path):
    out = tmp_path / "out"
    arguments = ("-d", ".", "-c", "AIS*", "--skip-check", "AIS402", "--framework", "terraform", "arm")
    formats = ("-o", "json", "-o", "sarif", "-o", "junitxml", "--output-file-path", str(out))
    done = checkov(interpreter(NEWEST), *arguments, *formats, cwd=scene, path=(needed,))
    assert done.status == 1, done.error
    shown = Done(0, (out / "results_json.json").read_text(), "").records()
    assert {record[1] for record in shown} == {"AIS101", "AIS201", "AIS301", "AIS401"}
    _valid_sarif(out / "results_sarif.sarif")
    assert (out / "results_junitxml.xml").read_text().count("<testcase") == len(shown)


def _valid_sarif(file: Path) -> None:
    log = json.loads(file.read_text())
    results = [result for run in log["runs"] for result in run["results"]]
    assert {result["ruleId"] for result in results} >= {"AIS401"}
    for result in results:
        assert all(isinstance(one, dict) and "artifactLocation" in one for one in result["attachments"])
        (place,) = [location["physicalLocation"] for location in result["locations"]]
        assert (file.parents[1] / "scene" / place["artifactLocation"]["uri"].removeprefix("scene/")).is_file()
        assert 1 <= place["region"]["startLine"] <= place["region"]["endLine"]
    if "AIPOSTURE_SARIF_MULTITOOL" in os.environ:
        command = [os.environ["AIPOSTURE_SARIF_MULTITOOL"], "validate", str(file), "--rule-kind", "Sarif"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
        assert not re.findall(r": error .*", done.stdout), done.stdout


def test_a_baseline_leaves_nothing(scene, needed):
    arguments = ("-d", ".", "-c", "AIS*", "--framework", "terraform", "arm", "-o", "json")
    first = checkov(interpreter(NEWEST), *arguments, "--create-baseline", cwd=scene, path=(needed,))
    assert first.status == 1
    second = checkov(interpreter(NEWEST), *arguments, "--baseline", ".checkov.baseline", cwd=scene, path=(needed,))
    assert second.status == 0
    assert not [record for record in second.records() if record[2] == "FAILED"]


def test_severity_selects(scene, needed):
    arguments = ("-d", ".", "-c", "HIGH", "--framework", "terraform", "-o", "json")
    done = checkov(interpreter(NEWEST), *arguments, cwd=scene, path=(needed,))
    assert {record[1] for record in done.records()} == {"AIS402"}


def installed(target: Path) -> Path:
    """The package as a wheel lays it out."""
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HOME / "src/aiposture", target / "aiposture", ignore=leave)
    shutil.copytree(HOME / "checks", target / "aiposture/checks", ignore=leave)
    return target


def test_the_installed_checks(scene, needed, tmp_path):
    site = installed(tmp_path / "site")
    arguments = ("-d", ".", "-c", "AIS401", "--framework", "terraform", "-o", "json")
    directory = subprocess.run(
        [sys.executable, "-m", "aiposture", "checks-dir"], check=False, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(site)}, cwd=tmp_path,
    )  # fmt: skip
    assert directory.stdout.strip() == str(site / "aiposture/checks"), directory.stderr
    checks = Path(directory.stdout.strip())
    done = checkov(interpreter(NEWEST), *arguments, cwd=scene, path=(site, needed), checks=checks)
    assert done.records() == TERRAFORM


def test_checks_from_git(scene, needed, tmp_path):
    repository = tmp_path / "repository"
    shutil.copytree(HOME / "checks", repository, ignore=shutil.ignore_patterns("__pycache__"))
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", "Checks"]):
        subprocess.run(["git", *command], cwd=repository, check=True, timeout=60)
    site = installed(tmp_path / "site")
    given = ("--external-checks-git", f"file://{repository}")
    arguments = ("-d", str(scene), "-c", "AIS401", "--framework", "terraform", "-o", "json")
    done = checkov(interpreter(NEWEST), *given, *arguments, cwd=tmp_path, path=(site, needed), checks=None)
    assert done.records() == TERRAFORM, done.error


def test_importing_the_package_registers_the_checks(scene, needed, tmp_path):
    site = installed(tmp_path / "site")
    program = """
import aiposture.checks
from checkov.runner_filter import RunnerFilter
from checkov.terraform.runner import Runner
report = Runner().run(root_folder=".", runner_filter=RunnerFilter(framework=["terraform"], checks=["AIS401"]))
print(sorted((record.resource, record.check_result["result"].value) for record in report.get_all_records()))
"""
    done = subprocess.run(
        [interpreter(NEWEST), "-c", program], check=False, capture_output=True, text=True, timeout=120, cwd=scene,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(needed)])},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == [repr(sorted((row[3], row[2]) for row in TERRAFORM))], done.stderr


class TestWhatCannotBeJudgedIsLoud:
    def test_with_nothing_but_checkov(self, python, scene):
        done = checkov(python, "-d", ".", "-c", "AIS401", "-o", "json", cwd=scene, one_process=False)
        assert done.status == 1
        assert "pip install aiposture" in done.error
        shown = {record[:3] for record in done.records()}
        assert ("terraform", "AIS000", "FAILED") in shown
        assert ("arm", "AIS000", "FAILED") in shown

    def test_but_not_where_nothing_is_to_be_judged(self, tmp_path):
        (tmp_path / "main.tf").write_text('resource "azurerm_resource_group" "this" {}\n')
        done = checkov(interpreter(NEWEST), "-d", ".", "-c", "AIS401", "-o", "json", cwd=tmp_path, one_process=False)
        assert (done.status, done.records()) == (0, [])
        assert "aiposture" not in done.error

    def test_checks_that_cannot_be_loaded(self, python, scene, needed, tmp_path):
        broken = self.changed(tmp_path, "model/__init__.py", "raise ValueError('no')")
        arguments = ("-d", ".", "-c", "AIS401", "--framework", "terraform", "arm", "-o", "json")
        done = checkov(python, *arguments, cwd=scene, path=(needed,), checks=broken, one_process=False)
        assert done.status == 1
        assert {record[:3] for record in done.records()} == {
            ("terraform", "AIS000", "FAILED"),
            ("arm", "AIS000", "FAILED"),
        }
        assert "aiposture: the AIS checks cannot be loaded (ValueError: no); pip install aiposture" in done.error

    def test_a_defect_while_judging(self, scene, needed, tmp_path):
        broken = self.changed(tmp_path, "suppress.py", "def weigh(*_, **__): raise ValueError('no')")
        arguments = ("-d", ".", "-c", "AIS401", "--framework", "terraform", "-o", "json")
        done = checkov(interpreter(NEWEST), *arguments, cwd=scene, path=(needed,), checks=broken)
        assert done.status == 1
        assert [record[:3] for record in done.records()] == [("terraform", "AIS000", "FAILED")]
        assert "this is a defect of aiposture" in done.error

    def test_a_file_that_cannot_be_read(self, scene, needed):
        (scene / "broken.tf").write_text('resource "azurerm_cognitive_account" "x" {\n  name = \n')
        (scene / "m" / "broken.tf").write_text('resource "azurerm_search_service" "x" {\n  name = \n')
        arguments = ("-d", ".", "-c", "AIS401", "--framework", "terraform", "-o", "json")
        done = checkov(interpreter(NEWEST), *arguments, cwd=scene, path=(needed,))
        assert done.status == 1
        assert {record[3] for record in done.records("AIS000")} == {"broken.tf", "m/broken.tf"}
        assert "aiposture: broken.tf:" in done.error
        quiet = checkov(interpreter(NEWEST), *arguments, "--skip-check", "AIS000", cwd=scene, path=(needed,))
        assert not quiet.records("AIS000")

    @staticmethod
    def changed(directory: Path, module: str, line: str) -> Path:
        """A checkout with one more line at the end of a module."""
        for name in ("src", "checks"):
            shutil.copytree(HOME / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        with (directory / "src/aiposture" / module).open("a") as file:
            file.write(f"\n{line}\n")
        return directory / "checks"


@pytest.mark.parametrize(
    ("version", "parts"),
    [(NEWEST, None), (OLDEST, ("traps-arm", "plans", "stacks"))],
    ids=["newest, all fixtures", "oldest, templates, plans and stacks"],
)
def test_one_verdict_in_checkov_and_in_the_command_line(version, parts, needed, tmp_path):
    """Every pass and every failure, by control, file, resource and line."""
    python, root = interpreter(version), tmp_path / "fixtures"
    leave = shutil.ignore_patterns("__pycache__", *(() if BICEP else ("*.bicep", "*.bicepparam")))
    for part in parts or [path.name for path in (HOME / "fixtures").iterdir() if path.is_dir()]:
        shutil.copytree(HOME / "fixtures" / part, root / part, ignore=leave)
    shutil.rmtree(root / UNBOUNDED, ignore_errors=True)
    command = [sys.executable, "-m", "aiposture", "check", str(root), "--no-config", "--format", "json", "--exit-zero"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as ours:
        arguments = ("-d", str(root), "-c", "AIS*", "--framework", *FRAMEWORKS, "-o", "json")
        done = checkov(python, *arguments, cwd=tmp_path, path=(needed,))
        report = json.loads(ours.communicate()[0])
    expected, errors = _of_the_command_line(report)
    shown = _of_checkov(done, root)
    assert len(expected) > 500
    assert Counter(shown) - Counter(expected) == Counter(expected) - Counter(shown) == Counter()
    assert {
        (one["file_path"].lstrip("/"), one["file_line_range"][0])
        for _, one in done.all_records()
        if one["check_id"] == "AIS000"
    } == errors


def _of_the_command_line(report: dict) -> tuple[set[tuple], set[tuple[str, int]]]:
    rows = set()
    # Checkov has one result a resource and check: where a part of a resource fails, the parts that pass do not show.
    failed = {_of_resource(finding) for finding in report["results"] if finding["verdict"] == "fail"}
    for finding in report["results"]:
        if finding["verdict"] == "fail" or (finding["verdict"] in RESULTS and _of_resource(finding) not in failed):
            resource = finding["resource"]
            verdict = "SKIPPED" if finding["suppressed"] else RESULTS[finding["verdict"]]
            rows.add(
                (
                    resource["dialect"],
                    finding["control"],
                    verdict,
                    *_where(resource["dialect"], resource["path"], resource["line"], resource["address"]),
                )
            )
    return rows, {(error["path"], error["line"]) for error in report["errors"]}


def _of_resource(finding: dict) -> tuple[str, str, str, str]:
    resource = finding["resource"]
    return finding["control"], resource["dialect"], resource["path"], resource["address"]


def _of_checkov(done: Done, root: Path) -> set[tuple]:
    rows = set()
    for framework, one in done.all_records():
        if one["check_id"] != "AIS000":
            dialect = DIALECTS.get(framework, framework)
            path = os.path.relpath(one["file_abs_path"], root)
            rows.add(
                (
                    dialect,
                    one["check_id"],
                    one["check_result"]["result"],
                    *_where(dialect, path, one["file_line_range"][0], one["resource"]),
                )
            )
    return rows


def _where(dialect: str, path: str, line: int, address: str) -> tuple[object, ...]:
    """What both must agree on: the address where Checkov has our names, the line where it does not guess it."""
    if dialect == "terraform-plan":
        return (address,)
    return (path, line, address) if dialect == "terraform" else (path, line)


def test_messages_hold_no_secrets(needed, tmp_path):
    for name, text in _canaries().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    arguments = ("-d", ".", "-c", "AIS*", "--framework", "terraform", "cloudformation", "arm", "-o", "json")
    done = checkov(interpreter(NEWEST), *arguments, cwd=tmp_path, path=(needed,))
    messages = re.findall(r'"message": "([^\n]*)"', done.out)
    assert any("(sensitive)" in message for message in messages)
    assert [message for message in messages if "CANARY" in message] == []


def _canaries() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location("canaries", HOME / "tests/hostile/canaries.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FILES
