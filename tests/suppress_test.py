from __future__ import annotations

from dataclasses import replace

import pytest

from aiposture.model import Call, Comment, Control, Finding, Location, Resource, Severity, Value, Verdict
from aiposture.suppress import apply

KNOWN = {
    "AIS201": "AIS201",
    "restricted-endpoints": "AIS201",
    "Azure.AI.PublicAccess": "AIS201",
    "CKV_AZURE_134": "AIS201",
    "AIS401": "AIS401",
    "identity-based-auth": "AIS401",
}
CONTROL = Control("AIS401", "identity-based-auth", "Keys", Severity.HIGH, "identity", "s", "f", "d")
BLOCK = Location("main.tf", 10, 1, 20, 2)
HEADER = Location("main.tf", 10, 1, 10, 44)
VALUE = Location("main.tf", 15, 30, 15, 34)
CALL = Call("module.ai", Location("root.tf", 5, 1, 5, 12), Location("root.tf", 5, 1, 9, 2))


def finding(verdict=Verdict.FAIL, location=VALUE, **changes):
    resource = Resource(
        "terraform", "managed", "t", "t", "this", "t.this", "", Value({}, BLOCK), BLOCK, HEADER, calls=(CALL,)
    )
    made = Finding(
        control=CONTROL, verdict=verdict, severity=Severity.HIGH, service="s", service_title="S", resource=resource,
        location=location, message="m", reason="r", fingerprint="f", fix="f", calls=(CALL,),
    )  # fmt: skip
    return replace(made, **changes)


def comment(text, line=12, column=3, path="main.tf", end_line=None):
    end = line if end_line is None else end_line
    return Comment(text, Location(path, line, column, end, column + len(text)))


def reasons(findings):
    return [None if one.suppressed is None else one.suppressed.reason for one in findings]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("# nothing to see", {}, id="no directive"),
        pytest.param("# checkov:skip=CKV_AZURE_134:no", {}, id="another tool's id"),
        pytest.param("# checkov:skip=AIS201:no", {}, id="another control"),
        pytest.param("# checkov:skip=AIS401:no", {"line": 21}, id="below the block"),
        pytest.param("# checkov:skip=AIS401:no", {"line": 20, "column": 3}, id="behind the closing brace"),
        pytest.param("# checkov:skip=AIS401:no", {"line": 8}, id="a line between"),
        pytest.param("# checkov:skip=AIS401:no", {"line": 9, "column": 3}, id="ends the line above"),
        pytest.param("# checkov:skip=AIS401:no", {"path": "other.tf"}, id="another file"),
        pytest.param("# checkov:skip=AIS401:no", {"path": "root.tf", "line": 10}, id="below the call"),
        pytest.param("# aiposture:ignore all of it", {}, id="no ids"),
        pytest.param("# aiposture:ignore[] all of it", {}, id="empty ids"),
        pytest.param("# aiposture:ignore[AIS999] no", {}, id="unknown id"),
        pytest.param("# AIS401", {}, id="a mention"),
    ],
)
def test_must_not_suppress(text, at):
    findings, _ = apply([finding()], [comment(text, **at)], KNOWN)
    assert reasons(findings) == [None]


@pytest.mark.parametrize("text", ["# checkov:skip=AIS401:ok", "# aiposture:ignore[AIS401] ok"])
@pytest.mark.parametrize(
    "at",
    [
        pytest.param({"line": 10, "column": 46}, id="on the header line"),
        pytest.param({"line": 12}, id="in the block"),
        pytest.param({"line": 15, "column": 36}, id="on the attribute's line"),
        pytest.param({"line": 9, "column": 1}, id="right above the block"),
        pytest.param({"path": "root.tf", "line": 7}, id="in the module call"),
        pytest.param({"path": "root.tf", "line": 4, "column": 1}, id="right above the module call"),
    ],
)
def test_places(text, at):
    findings, notices = apply([finding()], [comment(text, **at)], KNOWN)
    assert reasons(findings) == ["ok"]
    assert notices == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# checkov:skip=AIS401", ""),
        ("# checkov:skip=AIS401:a reason: with a colon", "a reason: with a colon"),
        ("# checkov:skip=AIS201,AIS401: both", "both"),
        ("// checkov:skip=CKV_AZURE_134,AIS401:shared", "shared"),
        ("/* checkov:skip=AIS401:block comment */", "block comment"),
        ("/* one\n   aiposture:ignore[AIS401] two\n   three */", "two"),
        ("# aiposture:ignore[AIS401]", ""),
        ("# aiposture:ignore[AIS201, AIS401] both", "both"),
        ("# aiposture:ignore[ais401]: small letters", "small letters"),
        ("# aiposture:ignore[identity-based-auth] a slug", "a slug"),
        ("#aiposture:ignore[AIS401]tight", "tight"),
    ],
)
def test_syntax(text, reason):
    findings, _ = apply([finding()], [comment(text)], KNOWN, judged={"AIS401"})
    assert reasons(findings) == [reason]


def test_an_alias_of_a_peer_works_in_our_syntax():
    endpoints = finding(control=replace(CONTROL, id="AIS201"))
    for name in ("Azure.AI.PublicAccess", "CKV_AZURE_134"):
        findings, notices = apply([endpoints], [comment(f"# aiposture:ignore[{name}] ok")], KNOWN)
        assert (reasons(findings), notices) == (["ok"], ())


def test_comments_may_be_stacked_above_the_block():
    stack = [
        comment("# checkov:skip=AIS401:ok", line=8, column=1),
        comment("/* checkov:skip=AIS201:other */", line=9, column=1),
    ]
    findings, _ = apply([finding()], stack, KNOWN)
    assert reasons(findings) == ["ok"]


def test_a_comment_at_a_deciding_line_outside_of_the_block():
    elsewhere = finding(location=Location("locals.tf", 3, 12, 3, 16))
    for line, column in ((3, 20), (2, 3)):
        at = comment("# checkov:skip=AIS401:ok", line=line, column=column, path="locals.tf")
        findings, notices = apply([elsewhere], [at], KNOWN)
        assert (reasons(findings), notices) == (["ok"], ())


def test_unknown_is_suppressed_and_a_pass_is_not():
    skip = comment("# checkov:skip=AIS401:ok")
    findings, notices = apply([finding(Verdict.UNKNOWN), finding(Verdict.PASS)], [skip], KNOWN)
    assert reasons(findings) == ["ok", None]
    assert notices == ()


@pytest.mark.parametrize("findings", [[], [finding(Verdict.PASS)]], ids=["no finding", "a pass"])
def test_unused_suppressions_are_noticed(findings):
    skip = comment("# checkov:skip=AIS401:ok")
    _, (notice,) = apply(findings, [skip, skip], KNOWN)
    assert notice.location == skip.location
    assert "nothing here fails AIS401" in notice.message


def test_a_control_that_did_not_run_has_no_unused_suppression():
    assert apply([], [comment("# checkov:skip=AIS401:ok")], KNOWN, judged={"AIS201"}) == ((), ())


def test_each_id_of_a_list_is_used_or_not():
    _, notices = apply([finding()], [comment("# aiposture:ignore[AIS201,AIS401] ok")], KNOWN)
    assert [("AIS201" in notice.message, "AIS401" in notice.message) for notice in notices] == [(True, False)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# checkov:skip=AIS410:typo", "no control is called AIS410; did you mean AIS401?"),
        ("# aiposture:ignore[restricted-endpoint]", "no control is called restricted-endpoint; did you mean AIS201?"),
        ("# aiposture:ignore[zzz] what", "no control is called zzz; aiposture rules lists the controls"),
    ],
)
def test_unknown_ids_are_noticed(text, message):
    _, (notice,) = apply([], [comment(text)], KNOWN)
    assert notice.message == message


def test_missing_ids_are_noticed():
    _, (notice,) = apply([finding()], [comment("# aiposture:ignore because")], KNOWN)
    assert "needs the ids" in notice.message


def test_many_comments_and_findings_take_no_time():
    comments = [comment("# checkov:skip=AIS401:ok", line=line) for line in range(1, 20_000)]
    findings, _ = apply([finding()] * 2_000, comments, KNOWN)
    assert reasons(findings) == ["ok"] * 2_000
