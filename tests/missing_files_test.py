"""Links to files that are not there: which of them somebody still has to make, and which are an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from aiposture.model import Report
from aiposture.options import ScanOptions
from aiposture.scan import scan

CODE = """
variable "closed" {}

resource "google_workbench_instance" "a" {
  gce_setup {
    disable_public_ip = var.closed
  }
}
"""


def report(directory: Path) -> Report:
    (directory / "main.tf").write_text(CODE)
    return scan(ScanOptions(paths=(str(directory),), select=("AIS201",)))


@pytest.mark.parametrize("name", ["terraform.tfvars", "common.auto.tfvars", "common.auto.tfvars.json"])
def test_variable_file_that_nobody_has_made_yet(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to("common.tfvars")
    found = report(tmp_path)

    assert [finding.verdict.value for finding in found.findings] == ["unknown"]
    assert found.errors == ()


def test_variable_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "common.tfvars").write_text("closed = true")
    (tmp_path / "common.auto.tfvars").symlink_to("common.tfvars")
    found = report(tmp_path)

    assert [finding.verdict.value for finding in found.findings] == ["pass"]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("name", "target"),
    [("more.tf", "nowhere.tf"), ("more.auto.tfvars", "/etc/hostname"), ("more.auto.tfvars", "more.auto.tfvars")],
)
def test_code_that_is_missing_and_variables_that_must_not_be_read(tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / name).symlink_to(target)
    found = report(tmp_path)

    assert {error.path.rpartition("/")[2] for error in found.errors} == {name}
