from __future__ import annotations

from aiposture.model import Control, Finding, Location, Resource, Severity, Value, Verdict
from aiposture.severities import Described, apply_severities

KEYS = Control("AIS401", "keys", "Keys", Severity.HIGH, "identity", "s", "f", "d")
OTHER = Control("AIS201", "other", "Other", Severity.HIGH, "identity", "s", "f", "d")
PLACE = Location("main.tf", 1, 1, 1, 2)


def finding(control, severity=Severity.HIGH):
    resource = Resource("terraform", "managed", "t", "t", "this", "t.this", "", Value({}, PLACE), PLACE, PLACE)
    return Finding(
        control=control, verdict=Verdict.FAIL, severity=severity, service="s", service_title="S", resource=resource,
        location=PLACE, message="m", reason="r", fingerprint="f", fix="f",
    )  # fmt: skip


def test_without_any_nothing_changes():
    assert apply_severities([finding(KEYS)], {}) == (finding(KEYS),)


def test_all_findings_of_a_control_take_its_severity():
    findings = [finding(KEYS), finding(KEYS, Severity.MEDIUM), finding(OTHER)]
    changed = apply_severities(findings, {"AIS401": Severity.INFO})
    assert [one.severity for one in changed] == [Severity.INFO, Severity.INFO, Severity.HIGH]
    assert [one.control.severity for one in changed] == [Severity.INFO, Severity.INFO, Severity.HIGH]


class Known:
    """A rule whose control is at hand."""

    def __init__(self, control):
        self.control = control


class Unread:
    """A rule whose control must not be asked for."""


def test_controls_take_it_too():
    described = Described([Known(KEYS), Known(OTHER)], {"AIS201": Severity.LOW})
    assert [one.severity for one in described] == [Severity.HIGH, Severity.LOW]
    assert described[1].severity == Severity.LOW
    assert described[:1] == (KEYS,)


def test_controls_are_not_read_before_they_are_looked_at():
    assert len(Described([Unread(), Unread()], {})) == 2
