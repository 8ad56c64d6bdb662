"""One run of one of Checkov's runners: what it scans, what we say about it, and what of that it has shown.

Checkov tells a check the resource and no more: not the directory that is scanned, not the paths that are left out.
The runner that calls knows, so it is looked up among the callers.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from threading import Lock
from types import FrameType
from typing import Any, NamedTuple

from checkov.common.output.report import Report
from checkov.common.runners.base_runner import BaseRunner, filter_ignored_paths
from checkov.runner_filter import RunnerFilter

from aiposture.checks.adapters.verdicts import Verdicts, verdicts
from aiposture.model import Call, Finding, SourceError

DIALECTS: Mapping[str, frozenset[str]] = {
    "terraform": frozenset({"terraform"}),
    "terraform_json": frozenset({"terraform"}),
    "terraform_plan": frozenset({"terraform-plan"}),
    "arm": frozenset({"arm"}),
    "bicep": frozenset({"bicep"}),
    "cloudformation": frozenset({"cloudformation"}),
}
"""What is ours in each of Checkov's frameworks that has our checks."""

_AS_FOUND = frozenset({"arm", "bicep"})
"""Frameworks that name a file to a check as they found it; the others name it from the root on."""

_INSTALL = "pip install aiposture, into the Python environment that Checkov runs in"
_LOCK = Lock()


class Caller(NamedTuple):
    """What a runner was called with. `report` is what it gathers its results in; it tells one run from another."""

    framework: str
    root: str
    files: tuple[str, ...]
    filter: RunnerFilter
    report: Report


class Run:
    """A runner's work from its first check to its last."""

    def __init__(self, caller: Caller) -> None:
        """Scans at once. What goes wrong is kept in `problems`: raised inside of a check, it would be lost."""
        self.caller = caller
        self.shown: set[str] = set()
        self.problems: list[SourceError] = []
        self.verdicts: Verdicts | None = None
        self._errors_taken = False
        paths = caller.files or (caller.root,)
        try:
            self.verdicts = verdicts(paths, DIALECTS[caller.framework], caller.filter.var_files or ())
        except ImportError as error:
            self._fail(f"Checkov's own dependencies are not enough to read the code: {error}; {_INSTALL}")
        except Exception as error:  # noqa: BLE001 - Checkov would go on as if nothing had failed
            traceback.print_exc()
            self._fail(f"{type(error).__name__}: {error}; this is a defect of aiposture, please report it")

    def crashed(self, control: str, error: Exception) -> None:
        """Keep that a check could not judge."""
        traceback.print_exception(type(error), error, error.__traceback__)
        self._fail(f"{control}: {type(error).__name__}: {error}; this is a defect of aiposture, please report it")

    def _fail(self, message: str) -> None:
        self.problems.append(SourceError("", 1, message))

    @property
    def root(self) -> str:
        """The directory that the paths of findings and errors are relative to."""
        return os.path.realpath(self.caller.root) if self.verdicts is None else self.verdicts.report.root

    def path(self, scanned_file: str) -> str:
        """The absolute path of a file as the runner names it to a check."""
        if self.caller.framework not in _AS_FOUND:
            scanned_file = os.path.join(self.caller.root, scanned_file.lstrip("/\\"))
        return os.path.realpath(scanned_file)

    def remaining(self) -> list[Finding]:
        """The findings in the runner's own files that no check has shown."""
        if self.verdicts is None:
            return []
        ours = (finding for finding in self.verdicts.findings if finding.fingerprint not in self.shown)
        return [finding for finding in ours if self._scans(self.verdicts.path(finding), finding.calls)]

    def take_errors(self) -> list[SourceError]:
        """What could not be read in the runner's own files, and what else has made the verdict incomplete; once."""
        taken, self.problems = self.problems, []
        if self.verdicts is not None and not self._errors_taken:
            self._errors_taken = True
            taken += [error for error in self.verdicts.report.errors if self._concerns(error)]
        return taken

    def _concerns(self, error: SourceError) -> bool:
        if self.verdicts is None or error.path in self.verdicts.of_others:
            return False
        return self.caller.framework in _frameworks(error.path) and self._kept(os.path.join(self.root, error.path))

    def _scans(self, path: str, calls: Sequence[Call]) -> bool:
        """Whether a file is the runner's: of its kind, asked for, and not left out by the user."""
        if self.caller.framework not in _frameworks(path):
            return False
        if self.caller.files:  # what a file calls is its own
            places = {path, *(os.path.join(self.root, call.location.path) for call in calls)}
            return not places.isdisjoint(os.path.realpath(file) for file in self.caller.files)
        return self._kept(path)

    def _kept(self, path: str) -> bool:
        """Whether Checkov would come to a file by walking, as it leaves out hidden and excluded ones."""
        directory = self.caller.root
        for part in PurePath(os.path.relpath(path, os.path.realpath(directory))).parts:
            names = [part]
            if part != os.pardir:  # a module outside of the root is read all the same
                filter_ignored_paths(directory, names, self.caller.filter.excluded_paths)
            if not names:
                return False
            directory = os.path.join(directory, part)
        return True


def _frameworks(path: str) -> tuple[str, ...]:
    """Checkov's frameworks that a file belongs to, by its name."""
    name = path.lower()
    if name.endswith((".tf.json", ".tofu.json")):
        return ("terraform_json",)
    if name.endswith((".bicep", ".bicepparam")):
        return ("bicep",)
    if name.endswith((".json", ".jsonc", ".yaml", ".yml", ".template")) and not name.endswith(".tfvars.json"):
        return ("arm", "cloudformation", "terraform_plan")
    return ("terraform",)


_runs: dict[str, Run] = {}


def current(frame: FrameType | None = None) -> Run | None:
    """The run that the caller is part of; None if there is no runner of ours among the callers."""
    caller = find_caller(frame or sys._getframe(1))  # noqa: SLF001 - the only way to the callers
    if caller is None:
        return None
    with _LOCK:
        known = _runs.get(caller.framework)
    if known is not None and known.caller.report is caller.report:
        return known
    run = Run(caller)
    with _LOCK:
        _runs[caller.framework] = run
    return run


def find_caller(frame: FrameType | None) -> Caller | None:
    """What the nearest runner above `frame` was called with."""
    while frame is not None:
        if frame.f_code.co_name == "run":
            known: dict[str, Any] = frame.f_locals
            runner, report = known.get("self"), known.get("report")
            if isinstance(runner, BaseRunner) and isinstance(report, Report) and runner.check_type in DIALECTS:
                return _caller(runner.check_type, known, report)
        frame = frame.f_back
    return None


def _caller(framework: str, known: Mapping[str, Any], report: Report) -> Caller:
    root, files = str(known.get("root_folder") or ""), tuple(known.get("files") or ())
    # Given both, Checkov looks at the directory alone; given files only, it takes their root from them.
    if root and files and root != os.path.split(os.path.commonprefix(files))[0]:  # noqa: RUF071 - as Checkov does
        files = ()
    # Without a root, Checkov names a file as it is seen from the working directory.
    return Caller(framework, root or os.getcwd(), files, known["runner_filter"], report)
