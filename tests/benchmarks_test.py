from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest

from aiposture.files import Tree
from aiposture.options import ScanOptions
from aiposture.readers import bicep
from aiposture.scan import scan

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import scale
from generate import generate
from generate_aws import generate_cloudformation
from generate_azure import generate_arm, generate_bicep
from measure import Input, Row, Run, exponent, table
from run import real


@pytest.mark.parametrize(("files", "share", "expected"), [(100, 0.02, 2), (100, 0.0, 0), (250, 0.1, 25)])
def test_the_generated_repository_has_the_size_and_share_asked_for(
    tmp_path: Path, files: int, share: float, expected: int
) -> None:
    generate(tmp_path, files, share)
    written = sorted(tmp_path.rglob("*.tf"))
    assert len(written) == files
    assert sum("azurerm_cognitive_account" in path.read_text() for path in written) == expected


def test_the_generated_repository_is_the_same_every_time(tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        generate(tmp_path / name, 60, 0.1)
        files = sorted((tmp_path / name).rglob("*.tf"))
        contents.append([(path.relative_to(tmp_path / name), path.read_text()) for path in files])
    assert contents[0] == contents[1]


@pytest.mark.parametrize(("files", "share", "expected"), [(130, 0.02, 3), (130, 0.0, 0)])
def test_the_generated_templates_have_the_size_and_share_asked_for(tmp_path, files, share, expected) -> None:
    generate_arm(tmp_path, files, share)
    report = scan(ScanOptions(paths=(str(tmp_path),)))

    assert len(list(tmp_path.rglob("*.json"))) == files
    assert report.errors == ()
    assert len({finding.resource.address for finding in report.findings}) == expected


@pytest.mark.parametrize(("share", "expected"), [(0.02, 6), (0.0, 0)])
def test_the_generated_stacks_have_the_size_and_share_asked_for(tmp_path, share, expected) -> None:
    generate_cloudformation(tmp_path, 300, share)
    report = scan(ScanOptions(paths=(str(tmp_path),), select=("AIS205",)))

    assert len(list(tmp_path.rglob("*.yaml"))) == 300
    assert report.errors == ()
    assert len(report.findings) == expected


def test_the_generated_entry_points_share_a_module(tmp_path) -> None:
    generate_bicep(tmp_path, 20)
    tree = Tree(tmp_path)
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.bicep")]

    assert len(paths) == 21
    assert [len(entry.files) for entry in bicep.entry_points(tree, paths)] == [2] * 20


def test_scale_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert scale.main(["--sizes", "10,100", "--shards", "2", "--runs", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| ")] == [
        "files", "10", "100", "100 files", "whole", "2 shards",
    ]  # fmt: skip


def test_a_table_has_columns_only_for_what_was_measured() -> None:
    ours, theirs = (Run(1.0, 20.0), Run(3.0, 30.0), Run(2.0, 20.0)), (Run(20.0, 200.0),) * 3
    plain = table([Row("one file", ours), Row("more", ours, theirs)])
    assert plain.splitlines() == [
        "| input | aiposture | Checkov | times faster | memory (aiposture / Checkov) |",
        "|---|---|---|---|---|",
        "| one file | 2.00 s | - | - | 20 MiB / - |",
        "| more | 2.00 s | 20.0 s | 10 | 20 / 200 MiB |",
    ]
    full = table([Row("a", ours, theirs, trivy=theirs, floor=(Run(0.5, 1.0),) * 3), Row("b", ours)])
    assert full.splitlines()[2].endswith("| 20.00 s | 0.500 s | 4.0 |")
    assert full.splitlines()[3].endswith("| - | - | - |")


@pytest.mark.parametrize(("seconds", "expected"), [(10.1, 1.0), (100.1, 2.0)])
def test_growth_is_told_without_the_start(seconds: float, expected: float) -> None:
    assert exponent((10, 1.1), (100, seconds), 0.1) == pytest.approx(expected)


def test_a_tree_can_name_its_framework(tmp_path: Path) -> None:
    assert real(f"arm:{tmp_path}") == Input(tmp_path.name, tmp_path.resolve(), "arm")
    assert real(str(tmp_path)).framework == "terraform"
    with pytest.raises(argparse.ArgumentTypeError, match="is no directory"):
        real("arm:nowhere")
