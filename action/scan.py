"""Scans once, and tells GitHub: annotations, job summary, outputs. The last step of the Action gives the verdict."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import command
import event
import inputs
import runner

FINDINGS = 1
INCOMPLETE = 2
_STATUSES = (0, FINDINGS, INCOMPLETE)
# -I keeps the scanned repository and PYTHON* off the path of imports.
_PYTHON = ("-I", "-X", "utf8", "-m", "aiposture")
# A runner of GitHub's starts with an empty cache, and one of your own shares its home with the jobs of others.
_CHECK = ("check", "--format=github", "--no-progress", "--hide-suppressed", "--no-cache")
_PREFIX = "aiposture: error: "


class Counts(NamedTuple):
    """What the outputs tell of the verdicts that nothing suppresses."""

    failed: int
    new: int
    unknown: int


def main() -> int:
    """Scan and report. The scan's exit status is the output `exit-code`; this step only fails if it cannot say so."""
    started_by = event.read(os.environ)
    try:
        given = inputs.read(os.environ)
        directory = _working_directory(given.working_directory)
        target = _sarif_target(given.sarif_file)
        options = command.options(given, started_by, event.git_in(directory))
    except inputs.InputError as error:
        message = str(error)
        runner.annotate("error", f"{message[:1].upper()}{message[1:]}.")
        runner.set_output("exit-code", INCOMPLETE)
        return 0
    # The Action may be used more than once in a job, so each use has a directory of its own.
    reports = command.reports_in(Path(tempfile.mkdtemp(prefix="aiposture-", dir=os.environ["RUNNER_TEMP"])))
    status = _scan(options, reports, directory, annotations=given.annotations)
    runner.set_output("exit-code", status)
    if given.summary and reports.markdown.is_file():
        runner.add_summary(reports.markdown.read_text("utf-8"))
    if reports.sarif.is_file():
        runner.set_output("sarif-file", str(_categorised(reports.sarif, given.category, target)))
    runner.set_output("upload", "true" if given.upload_sarif and _can_upload(started_by, status) else "false")
    return 0


def _working_directory(name: str) -> Path:
    directory = Path(os.environ["GITHUB_WORKSPACE"], name)
    if not directory.is_dir():
        raise inputs.InputError(f"the input working-directory is {name!r}, and that is no directory")
    return directory


def _sarif_target(name: str) -> Path | None:
    """Where the user wants the SARIF report. The checkout may be a stranger's, and must not lead it elsewhere."""
    if not name:
        return None
    workspace = Path(os.environ["GITHUB_WORKSPACE"]).resolve()
    target = Path(os.path.normpath(workspace / name))
    if target.is_relative_to(workspace) and target.resolve() != target:
        raise inputs.InputError(f"the input sarif-file is {name!r}, and that leads through a symbolic link")
    return target


def _scan(options: list[str], reports: command.Reports, directory: Path, *, annotations: bool) -> int:
    """Run aiposture, show what it says, set the outputs that count, and return its exit status."""
    done = subprocess.run(  # noqa: S603 - no shell, and command.options lets no input become an option
        [os.environ["AIPOSTURE_PYTHON"], *_PYTHON, *_CHECK, *command.outputs(reports), *options],
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    with runner.commands_stopped():
        sys.stdout.write(done.stderr)
        if reports.text.is_file():
            sys.stdout.write(reports.text.read_text("utf-8"))
    if annotations:
        # The format escapes what the scanned code says.
        sys.stdout.write(done.stdout)
    counts = _count(json.loads(reports.json.read_text("utf-8"))) if reports.json.is_file() else None
    # Python itself exits with 1 when it fails: findings are only believed if there are some.
    if counts is None or done.returncode not in _STATUSES or (done.returncode == FINDINGS and counts.new == 0):
        said = done.stderr.strip().splitlines() or [f"its exit status is {done.returncode}"]
        runner.annotate("error", f"There is no verdict: {said[-1].removeprefix(_PREFIX)}")
        return INCOMPLETE
    runner.set_output("findings", counts.failed)
    runner.set_output("new-findings", counts.new)
    runner.set_output("unknown", counts.unknown)
    return done.returncode


def _count(report: dict[str, Any]) -> Counts:
    counting = [result for result in report["results"] if result["suppressed"] is None]
    failed = [result for result in counting if result["verdict"] == "fail"]
    return Counts(
        failed=len(failed),
        new=sum(not result["known"] for result in failed),
        unknown=sum(result["verdict"] == "unknown" for result in counting),
    )


def _categorised(path: Path, category: str, target: Path | None) -> Path:
    """The SARIF report at its place, with the category in it: what the file says, GitHub takes before all else."""
    report = json.loads(path.read_text("utf-8"))
    for run in report["runs"]:
        run["automationDetails"] = {"id": f"{category.rstrip('/')}/"}
    place = target or path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(report), "utf-8")
    return place


def _can_upload(started_by: event.Event, status: int) -> bool:
    obstacle = event.upload_obstacle(started_by)
    if obstacle is None and status == INCOMPLETE:
        obstacle = "GitHub would close the alerts that an incomplete scan does not repeat"
    if obstacle is not None:
        runner.annotate("notice", f"Results are not uploaded to code scanning: {obstacle}.")
    return obstacle is None


if __name__ == "__main__":
    raise SystemExit(main())
