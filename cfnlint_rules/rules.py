"""One rule of cfn-lint a control; the verdicts are those of `aiposture check` on the same file.

cfn-lint keeps the numbers from 9000 for rules that are not its own, and a rule's letter is its severity. So AIS401 is
E9401 if a failure is critical or high, and W9401 below that. I9401 tells that the code does not decide; informational
rules run when they are asked for (`--include-checks I9401`). E9000 says that a template could not be judged.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cfnlint.rules import CloudFormationLintRule, RuleMatch

if find_spec("aiposture") is None:  # a checkout that is not installed; without it the import fails, and cfn-lint tells
    sys.path.append(str(Path(__file__).resolve().parents[1] / "src"))

from aiposture import controls, services
from aiposture.files import Tree, within
from aiposture.lines import line_reader
from aiposture.model import Control, Finding, Location, Report, Severity, Verdict
from aiposture.options import ScanOptions
from aiposture.output.aside import aside
from aiposture.output.quoted import without_secrets
from aiposture.scan import scan
from aiposture.usage import UsageError

if TYPE_CHECKING:
    from cfnlint.template import Template

_GUIDE = "https://aiposture.github.io/aiposture/cfn-lint/"
_TAGS = ["security", "ai"]
_TOP = Location("", 1, 1, 1, 2)


class UnjudgedError(Exception):
    """A template that cannot be judged at all; the text says why."""


class _Rule(CloudFormationLintRule):
    """What all rules share. cfn-lint ignores a rule without an id."""

    source_url = _GUIDE
    tags = _TAGS

    def initialize(self, cfn: Template) -> None:
        """Forget the last template: cfn-lint initializes all rules before it runs the first."""
        super().initialize(cfn)
        _scan.cache_clear()

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """The matches in one template; E9000 tells when there can be none."""
        try:
            judged = _judge(cfn)
        except UnjudgedError:
            return
        for finding in judged.report.findings:
            if self.concerns(finding):
                yield _match(finding, judged.path)

    def concerns(self, finding: Finding) -> bool:
        """Whether a finding is of this rule."""
        raise NotImplementedError


class Unjudged(_Rule):
    """E9000: no other rule's silence means anything when this one speaks."""

    id = "E9000"
    shortdesc = "A template that aiposture cannot judge"
    description = "The template, or a part of it, cannot be read, so the rules of aiposture say nothing about it"

    def match(self, cfn: Template) -> Iterator[RuleMatch]:
        """One match an error."""
        try:
            judged = _judge(cfn)
        except UnjudgedError as error:
            yield RuleMatch([], str(error))
            return
        for one in judged.report.errors:
            place = Location(one.path, one.line, 1, one.line, 2) if one.path == judged.path else _TOP
            yield RuleMatch([], aside(f"{one.message} ({one.path}:{one.line})"), location=_position(place))


def _rules(control: Control) -> Iterator[type[_Rule]]:
    """The rule of a control, and the one for what is undecided."""
    number = int(control.id.removeprefix("AIS")) + 9000
    letter = "E" if control.severity >= Severity.HIGH else "W"
    common = {
        "source_url": control.url,
        "tags": [*_TAGS, control.category.replace(" ", "-"), control.id],
    }
    yield type(f"{control.id}Failed", (_Rule,), {
        **common,
        "__doc__": f"{control.id}, where it fails.",
        "id": f"{letter}{number}",
        "shortdesc": f"{control.id} {control.title}",
        "description": f"{control.summary.rstrip('.')}. {control.fix.rstrip('.')}.",
        "concerns": lambda _, finding: _is(finding, control, Verdict.FAIL),
    })  # fmt: skip
    yield type(f"{control.id}Undecided", (_Rule,), {
        **common,
        "__doc__": f"{control.id}, where the code does not decide.",
        "id": f"I{number}",
        "shortdesc": f"{control.id} is not decided by the code",
        "description": f"Whether this holds depends on a value that is not in the code: {control.title}",
        "concerns": lambda _, finding: _is(finding, control, Verdict.UNKNOWN),
    })  # fmt: skip


def _is(finding: Finding, control: Control, verdict: Verdict) -> bool:
    return finding.control.id == control.id and finding.verdict is verdict and finding.suppressed is None


class _Judged(NamedTuple):
    """The report on a template, and what the report calls the template itself."""

    report: Report
    path: str


def _judge(cfn: Template) -> _Judged:
    """Raises UnjudgedError."""
    if not cfn.filename:
        raise UnjudgedError("aiposture judges files; give cfn-lint the name of the template instead of its text")
    # The first versions know no parameter files.
    sets = getattr(cfn.context, "parameter_sets", None) or ()
    try:
        report = _scan(cfn.filename, tuple(one.source for one in sets if one.source))
    except UsageError as error:
        raise UnjudgedError(f"aiposture cannot judge this: {error}") from error
    if not report.files_read and not report.errors and (kind := _ai_resource(cfn)):
        raise UnjudgedError(f"aiposture does not take this for a CloudFormation template, yet there is a {kind} in it")
    return _Judged(report, within(os.path.realpath(cfn.filename), report.root))


@lru_cache(maxsize=1)
def _scan(path: str, parameter_files: tuple[str, ...]) -> Report:
    """One scan for all rules."""
    report = scan(ScanOptions(paths=(path,), parameter_files=parameter_files))
    return without_secrets(report, line_reader(Tree(report.root)))


def _ai_resource(cfn: Template) -> str | None:
    kinds = (attributes.get("Type") for attributes in cfn.get_resources().values())
    return next((kind for kind in kinds if isinstance(kind, str) and services.wanted(kind)), None)


def _match(finding: Finding, path: str) -> RuleMatch:
    """A finding at its own place, or in a nested template at the resource that deploys it."""
    resource, place = finding.resource, finding.location
    places = (place, *(call.location for call in finding.calls), resource.header)
    shown = next((one for one in places if one.path == path), _TOP)
    elsewhere = "" if place.path == path else f" ({place.path}:{place.line})"
    # cfn-lint finds by this name what the template's own metadata ignores.
    name = next((call.name for call in finding.calls), resource.name)
    message = f"{finding.message} [{resource.address}]{elsewhere}"
    return RuleMatch(["Resources", name], aside(message), location=_position(shown))


def _position(place: Location) -> tuple[int, int, int, int]:
    """A place as cfn-lint wants it: from 0."""
    return (place.line - 1, place.column - 1, place.end_line - 1, place.end_column - 1)


def _all() -> Iterator[type[_Rule]]:
    yield Unjudged
    for rule in controls.ALL:
        yield from _rules(rule.control)


RULES = {rule.__name__: rule for rule in _all()}
"""All of them by the names of their classes: cfn-lint takes them from the namespace of this module."""

globals().update(RULES)
