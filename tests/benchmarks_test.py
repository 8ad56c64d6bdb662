from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

from generate import generate


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
