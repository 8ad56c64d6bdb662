from __future__ import annotations

from pathlib import Path

import pytest

from aiposture.model import Reading
from aiposture.options import ScanOptions
from aiposture.readers import arm, terraform
from aiposture.scan import scan
from aiposture.usage import UsageError

ACCOUNT = """
variable "keys" {}
resource "azurerm_cognitive_account" "a" {
  kind               = "OpenAI"
  local_auth_enabled = var.keys
}
"""


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with code, and one with variable files beside it."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text(ACCOUNT)
    (tmp_path / "env").mkdir()
    (tmp_path / "env/prod.tfvars").write_text("keys = false")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _verdicts(*var_files: str) -> list[str]:
    report = scan(ScanOptions(paths=("infra",), select=("AIS401",), var_files=var_files))
    assert not report.errors
    return [finding.verdict.value for finding in report.findings]


@pytest.mark.usefixtures("beside")
def test_a_variable_file_beside_the_scanned_directory_is_read() -> None:
    assert _verdicts() == ["unknown"]
    assert _verdicts("env/prod.tfvars") == ["pass"]
    assert _verdicts("./infra/../env/prod.tfvars") == ["pass"]


def test_an_absolute_path_is_read(beside: Path) -> None:
    assert _verdicts(str(beside / "env/prod.tfvars")) == ["pass"]


def test_a_file_of_the_tree_at_the_same_path_is_not_taken_for_it(beside: Path) -> None:
    (beside / "infra/env").mkdir()
    (beside / "infra/env/prod.tfvars").write_text("keys = true")
    assert _verdicts("env/prod.tfvars") == ["pass"]
    assert _verdicts("infra/env/prod.tfvars") == ["fail"]


@pytest.mark.usefixtures("beside")
def test_a_variable_file_that_does_not_exist_is_an_error_of_usage() -> None:
    with pytest.raises(UsageError, match="there is no variable file"):
        _verdicts("env/absent.tfvars")


def test_a_parameter_file_beside_the_scanned_directory_is_read(beside: Path) -> None:
    (beside / "arm").mkdir()
    (beside / "arm/t.json").write_text(
        """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "parameters": {"off": {"type": "bool"}}, "resources": [{
        "type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI",
        "properties": {"disableLocalAuth": "[parameters('off')]"}}]}"""
    )
    (beside / "env/p.json").write_text('{"parameters": {"off": {"value": true}}}')
    report = scan(ScanOptions(paths=("arm",), select=("AIS401",), parameter_files=("env/p.json",)))
    assert [finding.verdict.value for finding in report.findings] == ["pass"]


def test_a_defect_of_one_reader_costs_the_others_nothing(beside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret")

    (beside / "infra/t.json").write_text(
        '{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",'
        ' "resources": [{"type": "Microsoft.Search/searchServices"}]}'
    )
    monkeypatch.setattr(arm, "read", breaks)
    report = scan(ScanOptions(paths=("infra",), select=("AIS401",)))
    (error,) = report.errors
    assert (error.path, error.line) == ("t.json", 1)
    assert "defect of aiposture (RuntimeError in scan_test.py:" in error.message
    assert "secret" not in error.message
    assert [finding.verdict.value for finding in report.findings] == ["unknown"]


@pytest.mark.usefixtures("beside")
def test_a_resource_that_comes_out_of_no_reader_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terraform, "read", lambda *_args, **_options: Reading(files=frozenset({"main.tf"})))
    (error,) = scan(ScanOptions(paths=("infra",))).errors
    assert (error.path, error.line) == ("main.tf", 3)
    assert "azurerm_cognitive_account" in error.message
