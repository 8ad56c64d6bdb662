from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from aiposture import baseline
from aiposture.baseline import BaselineError, Entry
from aiposture.model import Control, Finding, Location, Resource, Severity, Suppression, Value, Verdict

MANUAL = (Path(__file__).resolve().parents[1] / "docs/baseline.md").read_text(encoding="utf-8")
BLOCK = Location("infra/main.tf", 10, 1, 20, 2)


def finding(control_id="AIS401", address="t.this", fingerprint="f1", path="infra/main.tf", line=10, **changes):
    block = BLOCK._replace(path=path, line=line)
    control = Control(control_id, control_id.lower(), "Title", Severity.HIGH, "identity", "s", "f", "d")
    resource = Resource("terraform", "managed", "t", "t", "this", address, "", Value({}, block), block, block)
    made = Finding(
        control=control, verdict=Verdict.FAIL, severity=Severity.HIGH, service="s", service_title="S",
        resource=resource, location=block, message="m", reason="r", fingerprint=fingerprint, fix="f",
    )  # fmt: skip
    return made._replace(**changes)


def written(*findings):
    return baseline.read(baseline.render(findings).encode(), "b.json")


def checkov(*ids, file="/main.tf", resource="t.this"):
    document = {"failed_checks": [{"file": file, "findings": [{"resource": resource, "check_ids": list(ids)}]}]}
    return baseline.read(json.dumps(document, indent=4).encode(), ".checkov.baseline")


def known(findings, known_before, **scope):
    marked, stale = baseline.mark(findings, known_before, **scope)
    return [one.known for one in marked], stale


# Known or new

BEFORE = finding()


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(finding(fingerprint="f2"), id="another property"),
        pytest.param(finding("AIS201", fingerprint="f2"), id="another control"),
        pytest.param(finding(address="t.that", fingerprint="f2"), id="another resource"),
        pytest.param(finding(path="other.tf", fingerprint="f2"), id="another file"),
    ],
)
def test_must_not_be_known(now):
    assert known([now], written(BEFORE)) == ([False], 1)


def test_is_known_after_lines_have_moved():
    assert known([finding(line=99, message="in other words")], written(BEFORE)) == ([True], 0)


def test_a_second_finding_does_not_hide_behind_the_first():
    key, second = finding("AIS402", fingerprint="f1"), finding("AIS402", fingerprint="f2", line=5)
    assert known([second, key], written(key)) == ([False, True], 0)
    assert known([second, key], checkov("AIS402", file="/infra/main.tf"))[0].count(True) == 1
    assert known([second, key], written(key, second)) == ([True, True], 0)
    assert known([key], written(key, second)) == ([True], 1)


def test_a_fixed_finding_makes_no_room_for_another_one():
    assert known([finding("AIS402", fingerprint="f2")], written(finding("AIS402", fingerprint="f1"))) == ([False], 1)


def test_the_same_fingerprint_twice_counts_twice():
    assert known([BEFORE, BEFORE], written(BEFORE)) == ([True, False], 0)


def test_what_is_suppressed_is_neither_known_nor_written():
    suppressed = finding(suppressed=Suppression("ok", BLOCK))
    assert known([suppressed], written(BEFORE)) == ([False], 1)
    assert written(suppressed).entries == ()
    assert baseline.of([suppressed]).entries == ()


def test_a_pass_is_neither_known_nor_written():
    fixed = finding(verdict=Verdict.PASS)
    assert known([fixed], written(BEFORE)) == ([False], 1)
    assert written(fixed).entries == ()


def test_what_nobody_can_decide_any_more_is_no_stale_entry():
    assert known([finding(verdict=Verdict.UNKNOWN)], written(BEFORE)) == ([True], 0)


def test_what_was_undecided_and_fails_now_is_new():
    undecided = finding(verdict=Verdict.UNKNOWN)
    assert written(undecided).entries == ()
    assert known([BEFORE], baseline.of([undecided])) == ([False], 0)
    assert known([undecided], baseline.of([undecided])) == ([True], 0)


def test_a_failure_takes_the_entry_before_what_is_undecided():
    assert known([finding(verdict=Verdict.UNKNOWN), BEFORE], written(BEFORE)) == ([False, True], 0)


def test_known_stays_known():
    marked, _ = baseline.mark([finding(known=True)], written())
    assert [one.known for one in marked] == [True]


def test_findings_keep_their_order():
    findings = [finding(fingerprint=str(number)) for number in range(9)]
    marked, _ = baseline.mark(findings, written(*findings[::2]))
    assert [one.fingerprint for one in marked] == [str(number) for number in range(9)]
    assert [one.known for one in marked] == [True, False] * 4 + [True]


# Entries that match nothing any more


@pytest.mark.parametrize(
    ("scope", "stale"),
    [
        ({}, 1),
        ({"judged": {"AIS401"}}, 1),
        ({"judged": {"AIS201"}}, 0),
        ({"paths": ("infra",)}, 1),
        ({"paths": ("infra/main.tf",)}, 1),
        ({"paths": ("apps", "infra")}, 1),
        ({"paths": ("inf",)}, 0),
        ({"paths": ("apps",)}, 0),
        ({"paths": ()}, 0),
    ],
)
def test_an_entry_is_stale_only_if_somebody_looked(scope, stale):
    assert known([], written(BEFORE), **scope) == ([], stale)


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "1 entry of the baseline b.json matches no finding any more: drop it with --write-baseline b.json"),
        (2, "2 entries of the baseline b.json match no finding any more: drop them with --write-baseline b.json"),
    ],
)
def test_stale_entries_are_told(number, sentence):
    assert baseline.stale_sentence(number, "b.json") == sentence


# The file


def test_the_file_has_the_shape_of_checkovs():
    findings = [
        finding("AIS402", "t.b", "f3"), finding("AIS402", "t.b", "f2"), finding("AIS201", "t.b", "f4"),
        finding("AIS401", "t.a", "f1"), finding("AIS401", "t.a", "f5", path="a.bicep"),
    ]  # fmt: skip
    text = baseline.render(findings)
    assert json.loads(text) == {
        "fingerprints": "aiposture/v1",
        "failed_checks": [
            {
                "file": "/a.bicep",
                "findings": [{"resource": "t.a", "check_ids": ["AIS401"], "fingerprints": {"AIS401": ["f5"]}}],
            },
            {
                "file": "/infra/main.tf",
                "findings": [
                    {"resource": "t.a", "check_ids": ["AIS401"], "fingerprints": {"AIS401": ["f1"]}},
                    {
                        "resource": "t.b",
                        "check_ids": ["AIS201", "AIS402", "AIS402"],
                        "fingerprints": {"AIS201": ["f4"], "AIS402": ["f2", "f3"]},
                    },
                ],
            },
        ],
    }
    assert text.endswith("}\n")
    assert text == baseline.render(findings[::-1])
    assert known(findings, written(*findings)) == ([True] * 5, 0)


def test_no_line_is_in_it():
    assert baseline.render([finding(line=1)]) == baseline.render([finding(line=7)])


def test_no_findings_make_an_empty_file():
    assert json.loads(baseline.render([])) == {"fingerprints": "aiposture/v1", "failed_checks": []}


@pytest.mark.parametrize("address", ['t.this["ü/\\"x"]', "t.\udcff", "", "t.\n"])
def test_odd_names_come_back(address):
    assert known([finding(address=address)], written(finding(address=address))) == ([True], 0)


def test_an_entry_that_a_person_takes_out_is_out():
    text = baseline.render([finding("AIS402", fingerprint="f1"), finding("AIS402", fingerprint="f2")])
    document = json.loads(text)
    del document["failed_checks"][0]["findings"][0]["check_ids"][0]
    assert baseline.read(json.dumps(document).encode(), "b").entries == (
        Entry("infra/main.tf", "t.this", "AIS402", "f1"),
    )


def test_fingerprints_of_another_version_are_not_compared():
    text = baseline.render([finding("AIS402", fingerprint="f1"), finding("AIS402", fingerprint="f2")])
    before = baseline.read(text.replace("aiposture/v1", "aiposture/v0").encode(), "b")
    now = [finding("AIS402", fingerprint=name) for name in ("n1", "n2", "n3")]
    assert known(now, before) == ([True, True, False], 0)


# Checkov's


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(checkov("CKV_AZURE_134", "CKV_AZURE_236"), ([False], 0), id="other ids"),
        pytest.param(checkov("AIS401", resource="t.that"), ([False], 1), id="another resource"),
        pytest.param(checkov("AIS401", file="/ain.tf"), ([False], 1), id="the end of a name"),
        pytest.param(checkov("AIS401", file="/apps/main.tf"), ([False], 1), id="another directory"),
        pytest.param(checkov("AIS401", "CKV_AZURE_134"), ([True], 0), id="from a directory below"),
        pytest.param(checkov("AIS401", file="/infra/main.tf"), ([True], 0), id="from the root"),
        pytest.param(checkov("AIS401", file="infra/main.tf"), ([True], 0), id="without a slash"),
    ],
)
def test_a_baseline_of_checkov(before, expected):
    assert known([finding()], before) == expected


def test_the_whole_path_goes_before_its_end():
    before = checkov("AIS401")
    findings = [finding(path="infra/main.tf"), finding(path="main.tf")]
    assert known(findings, before) == ([False, True], 0)


# What is wrong


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no JSON"),
        (b"{", "is no JSON"),
        (b"\xff\xfe\x00", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b"[]", "'fingerprints' is looked for in something that is no object"),
        (b"{}", "'failed_checks' is missing"),
        (b'{"failed_checks": {}}', "'failed_checks' is missing, or has the wrong type"),
        (b'{"failed_checks": [1]}', "'file' is looked for in something that is no object"),
        (b'{"failed_checks": [{"file": 1}]}', "'file' is missing, or has the wrong type"),
        (b'{"failed_checks": [{"file": "/a"}]}', "'findings' is missing"),
        (b'{"failed_checks": [{"file": "/a", "findings": [{}]}]}', "'resource' is missing"),
        (b'{"failed_checks": [{"file": "/a", "findings": [{"resource": "t"}]}]}', "'check_ids' is missing"),
        (
            b'{"failed_checks": [{"file": "/a", "findings": [{"resource": "t", "check_ids": [1]}]}]}',
            "a member of 'check_ids' is no string",
        ),
        (
            baseline.render([finding(fingerprint="f1")]).replace('"f1"', "[]").encode(),
            "a fingerprint is no string",
        ),
    ],
)
def test_a_baseline_that_is_none(data, message):
    with pytest.raises(BaselineError) as caught:
        baseline.read(data, "b.json")
    assert message in str(caught.value)
    assert "the baseline 'b.json'" in str(caught.value)
    assert "--write-baseline b.json" in str(caught.value)


def test_a_baseline_that_is_not_there(tmp_path):
    path = str(tmp_path / "b.json")
    with pytest.raises(BaselineError, match=r"there is no baseline .*--write-baseline"):
        baseline.load(path)
    os.mkfifo(path)
    with pytest.raises(BaselineError, match="is not a regular file"):
        baseline.load(path)


def test_a_baseline_that_is_there(tmp_path):
    (tmp_path / "b.json").write_text(baseline.render([BEFORE]))
    (tmp_path / "link.json").symlink_to("b.json")
    assert known([BEFORE], baseline.load(str(tmp_path / "link.json"))) == ([True], 0)


def test_many_findings_take_no_time():
    findings = [finding(fingerprint=str(number)) for number in range(20_000)]
    assert sum(known(findings, written(*findings))[0]) == 20_000
    assert known(findings, checkov(*["AIS401"] * 10_000))[0].count(True) == 10_000


def test_the_manual_shows_such_a_file():
    (text,) = re.findall(r"^```json\n(.*?)^```", MANUAL, re.MULTILINE | re.DOTALL)
    (entry,) = baseline.read(text.encode(), "b").entries
    shown = finding(entry.control_id, entry.resource, entry.fingerprint, entry.path)
    assert baseline.render([shown]) == text
