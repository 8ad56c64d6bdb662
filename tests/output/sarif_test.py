from __future__ import annotations

import json as plain_json
import os
import re
import subprocess

import pytest

from aiposture.model import Location, Verdict
from aiposture.output import sarif
from aiposture.output.style import Style

EVERYTHING = tuple(Verdict)


def run_of(report, read_lines, show=(Verdict.FAIL,)):
    (run,) = plain_json.loads(sarif.render(report, Style(read_lines=read_lines, show=show)))["runs"]
    return run


def locations(node):
    if isinstance(node, dict):
        if "physicalLocation" in node:
            yield node["physicalLocation"]
        node = list(node.values())
    if isinstance(node, list):
        for member in node:
            yield from locations(member)


def test_a_clean_scan_has_rules_and_no_results(clean, read_lines):
    run = run_of(clean, read_lines)
    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["AIS201", "AIS401"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_snapshot(report, read_lines, snapshot):
    text = sarif.render(report, Style(read_lines=read_lines, show=EVERYTHING))
    snapshot(re.sub(r'("(?:semanticVersion|fullName)": ").*?"', r'\1..."', text), "report.sarif")


def test_errors_make_the_execution_unsuccessful(report, read_lines):
    (invocation,) = run_of(report, read_lines)["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [notification["level"] for notification in invocation["toolExecutionNotifications"]]
    assert levels == ["error", "note", "note"]


def test_only_what_is_shown_is_in_it(report, read_lines):
    assert {result["kind"] for result in run_of(report, read_lines)["results"]} == {"fail"}
    kinds = [(result["kind"], result["level"]) for result in run_of(report, read_lines, EVERYTHING)["results"]]
    assert kinds == [
        ("fail", "error"), ("fail", "error"), ("open", "none"), ("fail", "warning"), ("pass", "none"),
        ("fail", "warning"),
    ]  # fmt: skip


def test_every_region_is_one_line_and_not_empty(report, read_lines, exposed):
    block = exposed._replace(location=exposed.resource.location)
    run = run_of(report._replace(findings=(*report.findings, block)), read_lines, EVERYTHING)
    regions = [location["region"] for location in locations(run)]
    assert regions
    assert all(region["startLine"] == region["endLine"] for region in regions)
    assert all(region["startColumn"] < region["endColumn"] for region in regions)
    header = run["results"][-1]["locations"][0]["physicalLocation"]["region"]
    assert header["endColumn"] == len('resource "azurerm_cognitive_account" "open" {') + 1


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("main.tf", "main.tf"),
        ("a b/ü.tf", "a%20b/%C3%BC.tf"),
        ("c:d/100%.tf", "c%3Ad/100%25.tf"),
        ("caf\udce9.tf", "caf%E9.tf"),
        ("a#b?.tf", "a%23b%3F.tf"),
    ],
)
def test_uris_are_plain_paths(path, uri, report, exposed):
    finding = exposed._replace(location=Location(path, 1, 1, 1, 2))
    run = run_of(report._replace(findings=(finding,)), lambda _: None)
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri}


def test_code_flows_go_from_the_origin_to_the_use(report, read_lines):
    value, _, call, _ = run_of(report, read_lines)["results"]
    assert flow(value) == [("main.tf", 2), ("main.tf", 7)]
    assert flow(call) == [("main.tf", 14), ("modules/ai/main.tf", 1)]


def flow(result):
    (code_flow,) = result["codeFlows"]
    (thread,) = code_flow["threadFlows"]
    places = [stop["location"]["physicalLocation"] for stop in thread["locations"]]
    return [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places]


def test_suppressed_results_stay_and_say_why(report, read_lines):
    (last,) = [result for result in run_of(report, read_lines)["results"] if "suppressions" in result]
    (suppression,) = last["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == ("inSource", "agreed")


def test_fingerprints_are_ours(report, read_lines):
    prints = [result["partialFingerprints"] for result in run_of(report, read_lines)["results"]]
    assert prints == [{"aiposture/v1": name} for name in ("f1", "f2", "f3", "f6")]


@pytest.mark.skipif("AIPOSTURE_SARIF_MULTITOOL" not in os.environ, reason="AIPOSTURE_SARIF_MULTITOOL is not set")
@pytest.mark.parametrize("name", ["report", "clean"])
def test_the_official_validator_accepts_it(name, request, read_lines, tmp_path):
    file = tmp_path / "results.sarif"
    file.write_text(sarif.render(request.getfixturevalue(name), Style(read_lines=read_lines, show=EVERYTHING)), "utf-8")
    command = [os.environ["AIPOSTURE_SARIF_MULTITOOL"], "validate", str(file), "--rule-kind", "Sarif;Ghas"]
    command += ["-o", str(tmp_path / "out.sarif"), "--log", "ForceOverwrite", "--level", "Error;Warning"]
    command += ["--kind", "Fail;Open;Review"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    # Its exit status is 0 with errors, too. SARIF2006 asks the network whether a URI can be reached.
    problems = re.findall(r"^.*(?:error|warning) (?:SARIF|GH|JSON)\w+:.*$", done.stdout, re.MULTILINE)
    assert [problem for problem in problems if "SARIF2006" not in problem] == []
    assert (tmp_path / "out.sarif").is_file(), done.stdout + done.stderr


def test_without_a_base_nothing_has_a_state(report, read_lines):
    assert not any("baselineState" in result for result in run_of(report, read_lines)["results"])


def test_with_a_base_everything_has_a_state(report, read_lines, exposed, by_default):
    odd = report._replace(findings=(exposed._replace(known=True), by_default), base="revision 1a2b3c (main)")
    assert [result["baselineState"] for result in run_of(odd, read_lines)["results"]] == ["unchanged", "new"]


def test_a_suppression_by_configuration_is_external(report, read_lines, suppressed):
    by_configuration = suppressed._replace(suppressed=suppressed.suppressed._replace(kind="configuration"))
    (result,) = run_of(report._replace(findings=(by_configuration,)), read_lines)["results"]
    assert result["suppressions"][0]["kind"] == "external"
