"""What Checkov has no resource for: it is put into the report when a runner has run all its checks.

Checkov does not see the resources of an ARM template with symbolic names, of a Bicep or Terraform file that its parser
gives up on, or of a module that is called in a way it cannot follow; outputs and calls of remote modules are no
resources to it. And it ends with exit status 0 when a check could not judge.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from checkov.common.bridgecrew.severities import Severities, Severity
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.models.enums import CheckResult
from checkov.common.output.record import Record
from checkov.runner_filter import RunnerFilter

from aiposture import controls
from aiposture.checks.adapters.check import result
from aiposture.checks.adapters.run import Run, current
from aiposture.model import Control, Finding, Location, SourceError, Verdict
from aiposture.output.aside import aside

Name = Callable[[Finding], str]
"""What a framework calls the resource of a finding."""

_MAX_LINES = 200  # of a resource's text; a whole file may be one


class _Check(NamedTuple):
    """As much of a check as a record and Checkov's filter want to know."""

    id: str
    name: str
    severity: Severity
    guideline: str
    bc_id: None = None


INCOMPLETE = _Check(
    "AIS000",
    "Ensure aiposture can judge all code that mentions AI services",
    Severities["HIGH"],
    "https://aiposture.github.io/aiposture/checkov/#ais000",
)


def complete_reports(framework: str, name: Name) -> None:
    """Have every report of a framework completed. Graph checks come last, and Checkov guards them by no `try`."""
    registry = get_graph_checks_registry(framework)
    run_graph_checks = registry.run_checks
    if getattr(run_graph_checks, "completes_reports", False):
        return

    def run_checks(graph_connector: Any, runner_filter: RunnerFilter, report_type: str) -> Any:
        results = run_graph_checks(graph_connector, runner_filter, report_type)
        run = current()
        if run is None:
            raise RuntimeError(f"aiposture: this version of Checkov runs {report_type} in a way that we do not know")
        _complete(run, name)
        return results

    run_checks.completes_reports = True  # type: ignore[attr-defined]
    registry.run_checks = run_checks


def _complete(run: Run, name: Name) -> None:
    def key(finding: Finding) -> tuple[str, str, str, int]:
        place = finding.resource.location
        return (finding.control.id, place.path, name(finding), place.line)

    decided = [finding for finding in run.remaining() if finding.verdict is not Verdict.UNKNOWN]
    for (_, _, resource, _), group in groupby(sorted(decided, key=key), key):
        found = list(group)
        check, place = _check(found[0].control), found[0].resource.location
        if run.caller.filter.should_run_check(check, report_type=run.caller.framework, file_origin_paths=[place.path]):
            _add(run, check, resource, place, result(found))
        run.shown.update(finding.fingerprint for finding in found)
    if _wanted(run.caller.filter):
        for error in run.take_errors():
            _add_error(run, error)


def _check(control: Control) -> _Check:
    return _Check(control.id, control.title, Severities[control.severity.name], control.url)


def _wanted(chosen: RunnerFilter) -> bool:
    """Whether it matters that the verdict is incomplete: nobody said otherwise, and a control of ours is asked for."""
    if chosen.check_matches(INCOMPLETE.id, None, chosen.skip_checks):
        return False
    return any(chosen.should_run_check(_check(rule.control)) for rule in controls.ALL)


def _add_error(run: Run, error: SourceError) -> None:
    where = f"{error.path}:{error.line}: " if error.path else ""
    print(aside(f"aiposture: {where}{error.message}"), file=sys.stderr)  # noqa: T201 - Checkov has no place for it
    place = Location(error.path, error.line, 1, error.line, 1)
    answer = {"result": CheckResult.FAILED, "evaluated_keys": [], "message": aside(error.message)}
    _add(run, INCOMPLETE, error.path or run.caller.framework, place, answer)


def _add(run: Run, check: _Check, resource: str, place: Location, answer: Mapping[str, Any]) -> None:
    full = os.path.join(run.root, place.path)
    record = Record(
        check_id=check.id,
        bc_check_id=check.bc_id,
        check_name=check.name,
        check_result=answer,
        code_block=_lines(full, place),
        file_path=f"/{os.path.relpath(full, os.path.realpath(run.caller.root))}",
        file_line_range=[place.line, place.end_line],
        resource=resource,
        evaluations=None,
        check_class=__name__,
        file_abs_path=full,
        severity=check.severity,
    )
    record.set_guideline(check.guideline)
    run.caller.report.add_record(record)
    run.caller.report.add_resource(f"{full}:{resource}")


def _lines(path: str, place: Location) -> list[tuple[int, str]]:
    """The text of a resource with its line numbers; never empty, for Checkov takes the last line."""
    lines: list[str] = []
    if os.path.isfile(path):
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            lines = file.read().split("\n")
    last = min(place.end_line, place.line + _MAX_LINES)
    return [(number, f"{lines[number - 1]}\n") for number in range(place.line, last + 1) if number <= len(lines)] or [
        (place.line, "\n")
    ]
