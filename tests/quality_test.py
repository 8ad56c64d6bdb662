"""What is demanded of the code itself: lint, types, import directions, generated documentation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((BIN / "ruff", "check", "."), id="lint"),
        pytest.param((BIN / "ruff", "format", "--check", "."), id="format"),
        pytest.param((BIN / "mypy",), id="types"),
        pytest.param((BIN / "lint-imports",), id="import directions"),
        pytest.param((sys.executable, "tools/generate_docs.py", "--check"), id="generated documentation"),
    ],
)
def test_the_checkout_is_clean(command: tuple[str, ...]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
