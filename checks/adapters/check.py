"""One of our controls as a check of Checkov, for all frameworks the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from checkov.common.bridgecrew.severities import Severities
from checkov.common.checks.base_check import BaseCheck
from checkov.common.checks.base_check_registry import BaseCheckRegistry
from checkov.common.models.enums import CheckCategories, CheckResult

from aiposture import controls
from aiposture.checks.adapters.run import current
from aiposture.checks.adapters.verdicts import Verdicts, worst
from aiposture.model import Category, Control, Finding, Verdict
from aiposture.output.aside import aside


class Entity(NamedTuple):
    """A resource as Checkov has it, in the file with this absolute path."""

    path: str
    type: str
    name: str
    conf: Mapping[str, Any]


Find = Callable[[Verdicts, Entity, str], Sequence[Finding]]
"""The findings on a resource of the control with this id."""

_CATEGORIES: Mapping[Category, CheckCategories] = {
    "identity": CheckCategories.IAM,
    "data security": CheckCategories.SECRETS,
    "internet exposure": CheckCategories.NETWORKING,
    "supply chain": CheckCategories.SUPPLY_CHAIN,
    "logging": CheckCategories.LOGGING,
}
_RESULTS: Mapping[Verdict, CheckResult] = {
    Verdict.PASS: CheckResult.PASSED,
    Verdict.FAIL: CheckResult.FAILED,
    Verdict.UNKNOWN: CheckResult.UNKNOWN,  # Checkov shows nothing for it
}


class ControlCheck(BaseCheck):  # type: ignore[misc]  # Checkov is not there where types are checked
    """Answers with the verdict of our own scan on the resource that Checkov asks about."""

    def __init__(self, control: Control, find: Find) -> None:
        """`find` looks the resource up, as the framework names it."""
        super().__init__(
            name=control.title,
            id=control.id,
            categories=[_CATEGORIES.get(control.category, CheckCategories.GENERAL_SECURITY)],
            supported_entities=["*"],  # a shared key may be handed to any resource
            block_type="resource",
            guideline=control.url,
        )
        self.severity = Severities[control.severity.name]
        self._find = find

    def run(
        self,
        scanned_file: str,
        entity_configuration: dict[str, Any],
        entity_name: str,
        entity_type: str,
        skip_info: Mapping[str, Any],
    ) -> dict[str, Any]:
        """The verdict, or that the resource was skipped, as Checkov hands it on; UNKNOWN for none of our business."""
        self.entity_type = entity_type
        self.entity_path = f"{scanned_file}:{entity_type}:{entity_name}"
        run = current()
        if run is None or run.verdicts is None:
            return nothing()
        try:
            entity = Entity(run.path(scanned_file), entity_type, entity_name, entity_configuration)
            found = self._find(run.verdicts, entity, self.id)
        except Exception as error:  # noqa: BLE001 - Checkov would drop the resource and exit with 0
            run.crashed(self.id, error)
            return nothing()
        run.shown.update(finding.fingerprint for finding in found)
        return result(found, skip_info.get("suppress_comment") if skip_info else None)

    def scan_entity_conf(self, conf: dict[str, Any], entity_type: str) -> CheckResult:
        """Never called, for `run` is ours; Checkov wants every check to have it."""
        raise NotImplementedError


def nothing() -> dict[str, Any]:
    """The result of a check that does not concern a resource."""
    return {"result": CheckResult.UNKNOWN, "evaluated_keys": []}


def result(findings: Sequence[Finding], skipped: str | None = None) -> dict[str, Any]:
    """The result of the findings of one control on one resource. `skipped` is the reason of Checkov's own skip."""
    if not findings:
        return nothing()
    finding = worst(findings)
    answer = {
        "result": _RESULTS[finding.verdict],
        "evaluated_keys": [] if finding.because is None else [finding.because.property.replace(".", "/")],
        "message": aside(finding.message),
    }
    if finding.verdict is Verdict.FAIL:
        if skipped is None and finding.suppressed is not None:
            skipped = finding.suppressed.reason
        if skipped is not None:
            answer.update(result=CheckResult.SKIPPED, suppress_comment=skipped or "No comment provided")
    return answer


def register_controls(registry: BaseCheckRegistry, find: Find) -> None:
    """Register a check for every control, unless that has been done: Checkov loads checks once a framework."""
    for rule in controls.ALL:
        if registry.get_check_by_id(rule.control.id) is None:
            registry.register(ControlCheck(rule.control, find))
