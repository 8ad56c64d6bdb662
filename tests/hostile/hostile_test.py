"""Whatever a repository holds: the scan ends in time, says what it could not read, and judges the rest.

Each batch of cases is one scan in a process that may use so many seconds and so much memory; beside the cases lies code
that must be judged whatever happens.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("cases", Path(__file__).with_name("cases.py"))
assert _spec is not None
assert _spec.loader is not None
cases = importlib.util.module_from_spec(_spec)
sys.modules["cases"] = cases
_spec.loader.exec_module(cases)

SECONDS = 40  # of the processor, for a batch or a heavy case
MEMORY = 2 << 30
CASES = [*cases.TERRAFORM, *cases.DOCUMENTS, *cases.FILES]
LIGHT = [case for case in CASES if case.name not in cases.HEAVY]
A_BATCH = 16
BATCHES = [LIGHT[at : at + A_BATCH] for at in range(0, len(LIGHT), A_BATCH)]
BATCHES += [[case] for case in CASES if case.name in cases.HEAVY]


def limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check(directory: Path, *arguments: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "aiposture", "check", str(directory), "--no-progress", *arguments],
        capture_output=True,
        text=True,
        timeout=15 * SECONDS,  # of wall time: other tests run beside this one
        preexec_fn=limits,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        cwd=directory,
    )


def judged(result: subprocess.CompletedProcess[str]) -> dict:
    assert result.returncode in (0, 1, 2), result.stderr[-2000:]
    assert "Traceback" not in result.stderr, result.stderr[-2000:]
    return json.loads(result.stdout)


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()  # the tree ends here
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside/main.tf").write_text(cases.ACCOUNT % ("beside", ""))
    (tmp_path / "case").mkdir()
    return tmp_path


@pytest.mark.parametrize("batch", BATCHES, ids=[f"{batch[0].name}..{batch[-1].name}" for batch in BATCHES])
def test_hostile(scene: Path, batch) -> None:
    for case in batch:
        directory = scene / "case" / case.name
        directory.mkdir()
        case.build(directory)
    result = check(scene, "--format", "json")
    report = judged(result)
    wrong = {case.name: problem for case in batch if (problem := problem_of(case, report))}

    assert wrong == {}
    assert any(found["resource"]["address"].endswith(".beside") for found in report["results"])
    assert result.returncode == (2 if any(case.error is not None for case in batch) else 1)
    assert not (scene / "pwned").exists()


def problem_of(case, report: dict) -> str | None:
    """What the report should not say of a case, or say besides."""
    above = f"case/{case.name}"
    errors = [each["message"] for each in report["errors"] if f"{each['path']}/".startswith(f"{above}/")]
    if (case.error is None) != (errors == []):
        return f"errors: {errors}"
    if case.error is not None and not any(re.search(case.error, message) for message in errors):
        return f"errors: {errors}"
    found = any(each["location"]["path"].startswith(f"{above}/") for each in report["results"])
    return None if case.judged in {found, None} else f"judged: {found}"


def test_unreadable_files(scene: Path) -> None:
    cases.forbidden(scene / "case")
    without_rights: tuple[str, ...] = ()
    if os.geteuid() == 0:  # root may read everything, unless it gives that right away
        if (setpriv := shutil.which("setpriv")) is None:
            pytest.skip("root reads every file, and there is no setpriv here")
        without_rights = (setpriv, "--bounding-set", "-dac_override,-dac_read_search")
    report = judged(check(scene, "--format", "json", prefix=without_rights))
    assert [(error["path"], error["message"]) for error in report["errors"]] == [
        ("case/main.tf", "cannot be opened: Permission denied")
    ]
    assert report["results"]


@pytest.mark.parametrize(
    ("change", "error"), [("vanishes", "cannot be opened"), ("grows", "changed while"), ("shrinks", "changed while")]
)
def test_a_file_that_changes_while_it_is_read(
    scene: Path, monkeypatch: pytest.MonkeyPatch, change: str, error: str
) -> None:
    from aiposture import files
    from aiposture.options import ScanOptions
    from aiposture.scan import scan

    path = scene / "case/main.tf"
    path.write_text(cases.ACCOUNT % ("a", ""))
    opened, looked_at = os.open, os.fstat

    def vanishing(name, *arguments, **named):
        if str(name).endswith("case/main.tf"):
            path.unlink()
        return opened(name, *arguments, **named)

    def changing(descriptor):
        status = looked_at(descriptor)
        if path.stat().st_ino == status.st_ino:
            os.truncate(path, 10 if change == "shrinks" else 1000)
        return status

    monkeypatch.setattr(files.os, "open", vanishing if change == "vanishes" else opened)
    monkeypatch.setattr(files.os, "fstat", looked_at if change == "vanishes" else changing)
    report = scan(ScanOptions(paths=(str(scene),)))
    monkeypatch.undo()
    assert any(finding.resource.address.endswith(".beside") for finding in report.findings)
    assert any(each.path == "case/main.tf" and error in each.message for each in report.errors)
