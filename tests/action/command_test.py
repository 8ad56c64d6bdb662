"""The inputs become options and paths, and never an option that they are not."""

from __future__ import annotations

import command
import event
import inputs
import pytest

FLAGS = {
    "INPUT_RESTORE": "false",
    "INPUT_INLINE_SUPPRESSIONS": "true",
    "INPUT_ANNOTATIONS": "true",
    "INPUT_SUMMARY": "true",
    "INPUT_UPLOAD_SARIF": "false",
}
BASE = "b" * 40
PULL_REQUEST = event.Event("pull_request", {"pull_request": {"base": {"sha": BASE}, "head": {"sha": "a" * 40}}})
PUSH = event.Event("push", {})
HAS_ALL = lambda *_: ""  # noqa: E731 - a git that has every commit


def options(started_by=PUSH, git=HAS_ALL, **given: str) -> list[str]:
    environment = FLAGS | {f"INPUT_{name}": value for name, value in given.items()}
    return command.options(inputs.read(environment), started_by, git)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, ["."], id="nothing"),
        pytest.param({"PATH": "a\n  b c \n\n"}, ["a", "b c"], id="a path a line"),
        pytest.param({"PATH": "--exit-zero\n-h"}, ["./--exit-zero", "./-h"], id="paths like options"),
        pytest.param({"SELECT": "--exit-zero"}, ["--select=--exit-zero", "."], id="a value like an option"),
        pytest.param(
            {"SELECT": "AIS101,AIS201\nAIS401"}, ["--select=AIS101,AIS201", "--select=AIS401", "."], id="lists"
        ),
        pytest.param(
            {"VAR_FILES": "a.tfvars\nb.tfvars"}, ["--var-file=a.tfvars", "--var-file=b.tfvars", "."], id="files"
        ),
        pytest.param({"PARAMETER_FILES": "p.json"}, ["--parameters=p.json", "."], id="parameter files"),
        pytest.param({"RESTORE": "true", "BICEP": "/opt/bicep"}, ["--bicep=/opt/bicep", "--restore", "."], id="bicep"),
        pytest.param({"INLINE_SUPPRESSIONS": "false"}, ["--no-inline-suppressions", "."], id="no inline suppressions"),
        pytest.param({"MIN_SEVERITY": "high"}, ["--min-severity=high", "."], id="the worst only"),
        pytest.param({"FAIL_ON": "high"}, ["--fail-on=high", "."], id="fail on"),
        pytest.param({"FAIL_ON": "never"}, ["--exit-zero", "."], id="never fail"),
        pytest.param({"BASELINE": "b.json"}, ["--baseline=b.json", "."], id="baseline"),
        pytest.param({"DIFF_BASE": "main"}, ["--diff-base=main", "."], id="a revision"),
        pytest.param({"CONFIG": "none"}, ["--no-config", "."], id="no configuration"),
        pytest.param({"CONFIG": "a.toml"}, ["--config=a.toml", "."], id="a configuration"),
    ],
)
def test_options(given: dict[str, str], expected: list[str]) -> None:
    assert options(**given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, [f"--config-revision={BASE}", f"--diff-base={BASE}", "."], id="both of the base"),
        pytest.param({"DIFF_BASE": "off"}, [f"--config-revision={BASE}", "."], id="no comparison"),
        pytest.param({"DIFF_BASE": "main"}, [f"--config-revision={BASE}", "--diff-base=main", "."], id="another one"),
        pytest.param({"CONFIG": "head"}, [f"--diff-base={BASE}", "."], id="configuration of the change"),
        pytest.param({"CONFIG": "x", "DIFF_BASE": "off"}, ["--config=x", "."], id="nothing of the base"),
    ],
)
def test_options_of_a_pull_request(given: dict[str, str], expected: list[str]) -> None:
    assert options(PULL_REQUEST, **given) == expected


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"UPLOAD_SARIF": "yes"}, "the input upload-sarif is 'yes'; it can be true or false", id="flag"),
        pytest.param({"CONFIG": "base"}, "this event has none", id="no base"),
    ],
)
def test_errors(given: dict[str, str], message: str) -> None:
    with pytest.raises(inputs.InputError, match=message):
        options(**given)


def test_a_base_that_is_not_in_the_clone() -> None:
    def git(*arguments: str) -> str | None:
        return None if arguments[0] == "cat-file" else ""

    with pytest.raises(inputs.InputError, match="`fetch-depth: 0`"):
        options(PULL_REQUEST, git)
    assert options(PULL_REQUEST, git, CONFIG="head", DIFF_BASE="off") == ["."]


def test_a_directory_that_is_no_checkout() -> None:
    with pytest.raises(inputs.InputError, match="no git checkout"):
        options(PULL_REQUEST, lambda *_: None)
