from __future__ import annotations

from junitparser import Error, Failure, JUnitXml, Skipped

from aiposture.output import junit
from aiposture.output.style import Style


def suites(report, **style):
    return {suite.name: suite for suite in JUnitXml.fromstring(junit.render(report, Style(**style)).encode())}


def results(suite):
    return [case.result[0] if case.result else None for case in suite]


def test_a_clean_scan_passes_one_case(clean):
    (suite,) = suites(clean).values()
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("aiposture scan", 1, 0, 0)


def test_a_suite_a_control(report):
    found = suites(report)
    assert list(found) == [
        "aiposture scan",
        "AIS201 Restrict Azure AI Service Endpoints",
        "AIS401 Use identity-based authentication for Azure AI Service Accounts",
    ]
    counted = [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in found.values()]
    assert counted == [(1, 0, 1, 0), (4, 2, 0, 1), (2, 1, 0, 1)]


def test_the_totals_are_those_of_the_cases(report):
    whole = JUnitXml.fromstring(junit.render(report, Style()).encode())
    given = (whole.tests, whole.failures, whole.errors, whole.skipped)
    whole.update_statistics()
    assert given == (whole.tests, whole.failures, whole.errors, whole.skipped) == (7, 3, 1, 2)


def test_every_result_is_of_its_kind(report):
    scan, endpoints, keys = suites(report).values()
    assert [type(one) for one in results(scan)] == [Error]
    assert [type(one) for one in results(endpoints)] == [Failure, Failure, Skipped, type(None)]
    assert [type(one) for one in results(keys)] == [Failure, Skipped]


def test_a_failure_tells_all(report):
    _, endpoints, _ = suites(report).values()
    failure = results(endpoints)[0]
    assert (failure.type, failure.message) == ("high", "The Azure AI services account answers to every network")
    assert failure.text.splitlines()[0] == "main.tf:7:35"
    case = next(iter(endpoints))
    assert case.classname == "AIS201.restricted-endpoints"
    assert case.name.startswith("azurerm_cognitive_account.open (")


def test_an_unknown_is_skipped_with_its_reason(clean, undecided):
    _, suite = suites(clean._replace(findings=(undecided,))).values()
    (skipped,) = results(suite)
    assert skipped.type == "unknown"
    assert "variable public has no default" in skipped.message


def test_suppressed_is_skipped_with_its_reason_or_hidden(clean, suppressed):
    odd = clean._replace(findings=(suppressed,))
    _, suite = suites(odd).values()
    assert results(suite)[0].message == "suppressed: agreed"
    assert list(suites(odd, hide_suppressed=True)) == ["aiposture scan"]


def test_the_first_suite_counts_what_is_left_open(report, exposed):
    odd = report._replace(findings=(*report.findings, exposed._replace(known=True)), base="the baseline old.json")
    properties = {one.name: one.value for one in suites(odd)["aiposture scan"].properties()}
    assert properties == {"unknown": "1", "known": "1", "not analysed": "2", "services": "4", "files read": "3"}
