from __future__ import annotations

import json as plain_json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import aiposture
from aiposture.output import json
from aiposture.output.style import Style

SCHEMA = plain_json.loads((Path(aiposture.__file__).parent / "output" / "results.schema.json").read_text("utf-8"))


def errors(document):
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["report", "clean"])
def test_reports_keep_the_contract(name, request):
    assert errors(plain_json.loads(json.render(request.getfixturevalue(name), Style()))) == []


@pytest.mark.parametrize("path", [("version",), ("results", 0, "because", "origin"), ("summary", "controls", "AIS201")])
def test_the_schema_notices_what_is_missing(path, report):
    document = plain_json.loads(json.render(report, Style()))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    assert len(errors(document)) == (0 if path[-1] == "AIS201" else 1)


def test_the_schema_refuses_what_the_contract_does_not_know(report):
    document = plain_json.loads(json.render(report, Style()))
    document["results"][0]["extra"] = 1
    assert len(errors(document)) == 1


def test_snapshot(report, snapshot):
    snapshot(json.render(report, Style()), "report.json")


def test_all_verdicts_are_in_it(report):
    results = plain_json.loads(json.render(report, Style()))["results"]
    assert sorted(result["verdict"] for result in results) == ["fail", "fail", "fail", "fail", "pass", "unknown"]


def test_neither_order_nor_time_changes_a_byte(report):
    turned = report._replace(
        findings=report.findings[::-1],
        controls=report.controls[::-1],
        not_analysed=report.not_analysed[::-1],
        seconds=99.0,
    )
    assert json.render(turned, Style()) == json.render(report, Style())


def test_an_unknown_is_null_with_its_expression(report, undecided):
    (result,) = plain_json.loads(json.render(report._replace(findings=(undecided,)), Style()))["results"]
    assert result["because"]["value"] is None
    assert result["because"]["expression"] == "var.public"


def test_secrets_are_masked(report, exposed):
    fact = exposed.because._replace(property="api_key", value="hunter2", stated="hunter2", expression='"hunter2"')
    assert "hunter2" not in json.render(report._replace(findings=(exposed._replace(because=fact),)), Style())


def test_a_path_that_is_no_utf8_is_still_written(report, exposed):
    location = exposed.location._replace(path="caf\udce9.tf")
    odd = report._replace(findings=(exposed._replace(location=location),))
    (result,) = plain_json.loads(json.render(odd, Style()))["results"]
    assert result["location"]["path"] == "caf\udce9.tf"


def test_what_is_known_is_told_and_counted(report, exposed, by_default):
    odd = report._replace(findings=(exposed._replace(known=True), by_default), base="revision 1a2b3c (main)")
    document = plain_json.loads(json.render(odd, Style()))
    assert errors(document) == []
    assert [result["known"] for result in document["results"]] == [True, False]
    assert document["summary"]["base"] == "revision 1a2b3c (main)"
    counted = document["summary"]["controls"]["AIS201"]
    assert (counted["fail"], counted["known"]) == (1, 1)


def test_hidden_suppressions_stay_counted(report):
    document = plain_json.loads(json.render(report, Style(hide_suppressed=True)))
    assert not any(result["suppressed"] for result in document["results"])
    assert document["summary"]["controls"]["AIS401"]["suppressed"] == 1
