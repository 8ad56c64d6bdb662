from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from aiposture.model import Call, Comment, Control, Finding, Location, Resource, Severity, Suppression, Value, Verdict
from aiposture.policy import Allowance, PathIgnore, Policy
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
    return made._replace(**changes)


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
    endpoints = finding(control=CONTROL._replace(id="AIS201"))
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


OFF = "aiposture:ignore[AIS401] #disable-diagnostics"  # as Bicep's readers pass it on, over all its lines


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        pytest.param({"line": 1, "end_line": 30}, True, id="over the whole block"),
        pytest.param({"line": 1, "end_line": 15}, True, id="to the deciding line"),
        pytest.param({"line": 1, "end_line": 10}, True, id="to the header"),
        pytest.param({"line": 14, "end_line": 30}, True, id="from within the block on"),
        pytest.param({"line": 1, "end_line": 30, "path": "root.tf"}, True, id="over the call"),
        pytest.param({"line": 1, "end_line": 8}, False, id="restored before the block"),
        pytest.param({"line": 21, "end_line": 30}, False, id="after the block"),
        pytest.param({"line": 6, "end_line": 30, "path": "root.tf"}, False, id="begins within the call"),
        pytest.param({"line": 10, "end_line": 30, "path": "root.tf"}, False, id="after the call"),
        pytest.param({"line": 1, "end_line": 30, "path": "other.tf"}, False, id="another file"),
    ],
)
def test_what_is_switched_off_over_lines(at, holds):
    findings, notices = apply([finding()], [comment(OFF, **at)], KNOWN)
    assert reasons(findings) == (["#disable-diagnostics"] if holds else [None])
    assert bool(notices) is not holds


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
        ("# checkov:skip=AIS410:typo", "no control is called 'AIS410'; did you mean AIS401?"),
        ("# aiposture:ignore[restricted-endpoint]", "no control is called 'restricted-endpoint'; did you mean AIS201?"),
        ("# aiposture:ignore[zzz] what", "no control is called 'zzz'; aiposture rules lists the controls"),
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


# Until when, and why

TODAY = date(2027, 3, 31)


def under(policy, *comments, findings=None, judged=None):
    return apply([finding()] if findings is None else findings, comments, KNOWN, judged, policy)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# aiposture:ignore[AIS401] until=2027-03-31 the last day", "the last day"),
        ("# aiposture:ignore[AIS401]: until=2027-04-01 a colon", "a colon"),
        ("# aiposture:ignore[AIS401] UNTIL=2027-04-01 capitals", "capitals"),
        ("# checkov:skip=AIS401:until=2028-01-01 as Checkov has it", "as Checkov has it"),
        ("/* aiposture:ignore[AIS401] until=2027-04-01 */", ""),
        ("# aiposture:ignore[AIS401] not until=2020-01-01", "not until=2020-01-01"),
        ("# aiposture:ignore[AIS401] until we meet", "until we meet"),
    ],
)
def test_holds_until_its_last_day(text, reason):
    findings, notices = under(Policy(today=TODAY), comment(text))
    assert (reasons(findings), notices) == ([reason], ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# aiposture:ignore[AIS401] until=2027-03-30 over", "held until 2027-03-30 and does no longer"),
        ("# checkov:skip=AIS401:until=2026-12-31 over", "held until 2026-12-31 and does no longer"),
        ("# aiposture:ignore[AIS401] until=2027-13-01 no month", "'2027-13-01' is no date"),
        ("# aiposture:ignore[AIS401] until=31.03.2028 no order", "'31.03.2028' is no date"),
        ("# aiposture:ignore[AIS401] until=20280331 no lines", "'20280331' is no date"),
        ("# aiposture:ignore[AIS401] until= 2028-03-31 a blank", "'' is no date"),
    ],
)
def test_does_not_hold_and_says_so(text, message):
    skip = comment(text)
    findings, (notice,) = under(Policy(today=TODAY), skip)
    assert reasons(findings) == [None]
    assert message in notice.message
    assert notice.location == skip.location


def test_today_is_today():
    today = datetime.now(timezone.utc).date()
    for last_day, expected in ((today + timedelta(days=1), ["ok"]), (today - timedelta(days=1), [None])):
        findings, _ = under(Policy(), comment(f"# aiposture:ignore[AIS401] until={last_day} ok"))
        assert reasons(findings) == expected


def test_what_expired_with_nothing_to_suppress_is_unused():
    _, (notice,) = under(Policy(today=TODAY), comment("# aiposture:ignore[AIS401] until=2020-01-01 ok"), findings=[])
    assert "nothing here fails AIS401" in notice.message


@pytest.mark.parametrize(
    "text", ["# checkov:skip=AIS401", "# aiposture:ignore[AIS401]", "# aiposture:ignore[AIS401] until=2027-12-31"]
)
def test_a_reason_may_be_required(text):
    rules = Policy(require_reason=True, today=TODAY)
    findings, (notice,) = under(rules, comment(text))
    assert reasons(findings) == [None]
    assert "needs a reason" in notice.message
    joint = ":" if text.startswith("# checkov:skip=AIS401") else " "
    findings, notices = under(rules, comment(f"{text}{joint}because"))
    assert (reasons(findings), notices) == (["because"], ())


def test_a_weak_comment_leaves_it_to_a_good_one():
    weak = comment("# aiposture:ignore[AIS401] until=2020-01-01 over", line=11)
    findings, (notice,) = under(Policy(today=TODAY), weak, comment("# aiposture:ignore[AIS401] ok"))
    assert reasons(findings) == ["ok"]
    assert notice.location == weak.location


def test_comments_can_be_forbidden():
    findings, notices = under(Policy(inline=False), comment("# aiposture:ignore[AIS401] ok"))
    assert (reasons(findings), notices) == ([None], ())


# The configuration

PLACE = Location("aiposture.toml", 7, 1, 7, 2)


def allowance(**changes):
    return Allowance(("AIS401",), "", "", "agreed", None, PLACE)._replace(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"controls": ("AIS201",)}, id="another control"),
        pytest.param({"resource": "t.that"}, id="another resource"),
        pytest.param({"resource": "t"}, id="a part of its address"),
        pytest.param({"path": "other"}, id="another path"),
        pytest.param({"path": "main"}, id="a part of its path"),
        pytest.param({"resource": "t.this", "path": "other"}, id="the resource, elsewhere"),
    ],
)
def test_an_allowance_must_not_suppress(changes):
    findings, (notice,) = under(Policy(allowed=(allowance(**changes),), today=TODAY), judged={"AIS201", "AIS401"})
    assert reasons(findings) == [None]
    assert (notice.message, notice.location) == ("the allowance suppresses nothing: remove it", PLACE)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="everywhere"),
        pytest.param({"controls": ("AIS201", "AIS401")}, id="several controls"),
        pytest.param({"resource": "t.this"}, id="the resource"),
        pytest.param({"resource": "t.*"}, id="a pattern"),
        pytest.param({"path": "main.tf"}, id="the file"),
        pytest.param({"path": "root.tf"}, id="the file of the call"),
        pytest.param({"path": "*.tf", "resource": "*.this"}, id="both"),
        pytest.param({"expires": TODAY}, id="its last day"),
    ],
)
@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.UNKNOWN])
def test_an_allowance_suppresses(changes, verdict):
    (one,), notices = under(Policy(allowed=(allowance(**changes),), today=TODAY), findings=[finding(verdict)])
    assert one.suppressed == Suppression("agreed", PLACE, "configuration")
    assert notices == ()


def test_an_allowance_speaks_of_the_file_that_decides():
    elsewhere = finding(location=Location("shared/locals.tf", 3, 1, 3, 2))
    (one,), _ = under(Policy(allowed=(allowance(path="shared"),)), findings=[elsewhere])
    assert one.suppressed is not None


def test_a_bracket_of_an_address_is_a_bracket():
    instance = finding().resource._replace(address='t.this["eu"]')
    for pattern, expected in (('t.this["eu"]', True), ("t.this[*]", True), ("t.this[e]", False)):
        (one,), _ = under(Policy(allowed=(allowance(resource=pattern),)), findings=[finding(resource=instance)])
        assert (one.suppressed is not None) is expected


def test_an_allowance_expires():
    rules = Policy(allowed=(allowance(expires=date(2027, 3, 30)),), today=TODAY, whole=False)
    for findings in ([finding()], []):
        results, (notice,) = under(rules, findings=findings)
        assert reasons(results) == [None] * len(findings)
        assert "held until 2027-03-30 and does no longer" in notice.message
        assert notice.location == PLACE


@pytest.mark.parametrize(
    ("policy", "judged"),
    [
        pytest.param({"whole": False}, None, id="a part was scanned"),
        pytest.param({}, {"AIS201"}, id="its control did not run"),
    ],
)
def test_an_allowance_is_not_unused_if_nobody_looked(policy, judged):
    assert under(Policy(allowed=(allowance(),), **policy), findings=[], judged=judged) == ((), ())


def test_a_comment_goes_before_the_configuration():
    (one,), notices = under(Policy(allowed=(allowance(),)), comment("# aiposture:ignore[AIS401] nearer"))
    assert one.suppressed == Suppression("nearer", comment("# aiposture:ignore[AIS401] nearer").location)
    assert notices == ()


def test_a_pass_stays_a_pass():
    rules = Policy(allowed=(allowance(),), per_path_ignores=(PathIgnore("**", ("AIS401",), PLACE),), whole=False)
    assert reasons(under(rules, findings=[finding(Verdict.PASS)])[0]) == [None]


@pytest.mark.parametrize(
    ("glob", "controls", "expected"),
    [
        ("other/**", ("AIS401",), None),
        ("**", ("AIS201",), None),
        ("*.tf", ("AIS401",), "per-path-ignores of *.tf"),
        ("root.tf", ("AIS201", "AIS401"), "per-path-ignores of root.tf"),
    ],
)
def test_ignores_for_paths(glob, controls, expected):
    (one,), notices = under(Policy(per_path_ignores=(PathIgnore(glob, controls, PLACE),)))
    assert reasons([one]) == [expected]
    assert notices == ()
    assert expected is None or (one.suppressed.kind, one.suppressed.location) == ("configuration", PLACE)


def test_patterns_are_relative_to_the_configuration():
    for directory, expected in (("/repo/infra", None), ("/repo", "agreed"), ("/", None)):
        rules = Policy(allowed=(allowance(path="/main.tf"),), root="/repo", directory=directory)
        assert reasons(under(rules)[0]) == [expected]


def test_many_allowances_take_no_time():
    rules = Policy(
        allowed=tuple(allowance(resource=f"t.{number}", path="a/**/b") for number in range(500)), whole=False
    )
    findings, _ = under(rules, findings=[finding()] * 500)
    assert reasons(findings) == [None] * 500
