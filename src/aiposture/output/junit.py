"""A test report in the form of JUnit: a suite a control, a case a resource.

What the code does not decide is a skipped case with its reason; so is a suppressed finding. A file that could not
be read is an error of the first suite, which is there in every report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from aiposture.model import Control, Finding, Report, Verdict
from aiposture.output import words
from aiposture.output.counts import counts
from aiposture.output.outcome import remarks, sentence
from aiposture.output.style import Style
from aiposture.output.terminal import visible


def render(report: Report, style: Style) -> str:
    """The XML text. All verdicts are in it: a test report tells what passed, too."""
    suites = [_scan(report, style), *(_suite(control, report, style) for control in report.controls)]
    cases = [case for suite in suites for case in suite.cases]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<testsuites{_attributes(name='aiposture', **_totals(cases))}>"]
    for suite in suites:
        lines += suite.lines()
    return "\n".join([*lines, "</testsuites>", ""])


class _Case:
    """One test case: what it is called, and how it went (`failure`, `error`, `skipped`, or nothing)."""

    def __init__(self, name: str, group: str, path: str = "", line: int = 0) -> None:
        self.result = ""
        self._inner: list[str] = []
        place = {"file": path, "line": str(line)} if path else {}
        self._attributes = _attributes(name=name, classname=group, **place)

    def went(self, result: str, message: str, kind: str = "", details: Iterable[str] = ()) -> _Case:
        """Give the case a result other than passing."""
        self.result = result
        attributes = _attributes(**({"type": kind} if kind else {}), message=message)
        told = "\n".join(_text(line) for line in details)
        self._inner = [f"<{result}{attributes}>{told}</{result}>" if told else f"<{result}{attributes}/>"]
        return self

    def lines(self) -> list[str]:
        """The element."""
        if not self._inner:
            return [f"    <testcase{self._attributes}/>"]
        return [f"    <testcase{self._attributes}>", *(f"      {line}" for line in self._inner), "    </testcase>"]


class _Suite:
    """Cases that belong together, with what there is to say about them all."""

    def __init__(self, name: str, cases: list[_Case], properties: dict[str, str], told: str = "") -> None:
        self.cases = cases
        self._name = name
        self._properties = properties
        self._told = told

    def lines(self) -> Iterator[str]:
        """The element; nothing if the suite has no cases."""
        if not self.cases:
            return
        yield f"  <testsuite{_attributes(name=self._name, **_totals(self.cases))}>"
        yield "    <properties>"
        for name, value in self._properties.items():
            yield f"      <property{_attributes(name=name, value=value)}/>"
        yield "    </properties>"
        for case in self.cases:
            yield from case.lines()
        if self._told:
            yield f"    <system-out>{_text(self._told)}</system-out>"
        yield "  </testsuite>"


def _scan(report: Report, style: Style) -> _Suite:
    group = "aiposture.scan"
    cases = [
        _Case(f"{error.path}:{error.line}", group, error.path, error.line).went("error", error.message, "SourceError")
        for error in report.errors
    ] or [_Case("every file could be read", group)]
    rows = counts(report).values()
    properties = {
        "unknown": str(sum(row.unknown for row in rows)),
        "known": str(sum(row.known for row in rows)),
        "not analysed": str(len(report.not_analysed)),
        "services": str(report.services),
        "files read": str(report.files_read),
    }
    return _Suite("aiposture scan", cases, properties, " ".join([sentence(report, style.fail_on), *remarks(report)]))


def _suite(control: Control, report: Report, style: Style) -> _Suite:
    cases = [
        _case(finding) for finding in report.findings if finding.control.id == control.id and _is_in(finding, style)
    ]
    properties = {"severity": control.severity.name.lower(), "category": control.category, "page": control.url}
    return _Suite(f"{control.id} {control.title}", cases, properties)


def _is_in(finding: Finding, style: Style) -> bool:
    if finding.suppressed is not None:
        return not style.hide_suppressed
    return not finding.known


def _case(finding: Finding) -> _Case:
    place = finding.location
    group = f"{finding.control.id}.{finding.control.slug}"
    case = _Case(f"{finding.resource.address} ({finding.service_title})", group, place.path, place.line)
    if finding.suppressed is not None:
        return case.went("skipped", f"suppressed: {finding.suppressed.reason or 'no reason is given'}", "suppressed")
    if finding.verdict is Verdict.FAIL:
        return case.went("failure", finding.message, finding.severity.name.lower(), _details(finding))
    if finding.verdict is Verdict.UNKNOWN:
        why = "" if finding.because is None else f": {words.why(finding.because)}"
        return case.went("skipped", f"not decided: {finding.message}{why}", "unknown")
    return case


def _details(finding: Finding) -> Iterator[str]:
    place = finding.location
    yield f"{place.path}:{place.line}:{place.column}"
    yield f"resource: {finding.resource.address}"
    if finding.because is not None:
        yield f"why: {words.why(finding.because)}"
    yield f"fix: {finding.fix}"
    yield f"rule: {finding.control.url}"


def _totals(cases: list[_Case]) -> dict[str, str]:
    results = [case.result for case in cases]
    return {
        "tests": str(len(cases)),
        "failures": str(results.count("failure")),
        "errors": str(results.count("error")),
        "skipped": str(results.count("skipped")),
    }


def _attributes(**attributes: str) -> str:
    return "".join(f' {name}="{_text(value)}"' for name, value in attributes.items())


def _text(text: str) -> str:
    """Text as XML takes it. `visible` leaves no character that XML forbids, and no line end."""
    return escape(visible(text))
