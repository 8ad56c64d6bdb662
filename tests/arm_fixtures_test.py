"""Every ARM fixture says its verdict in the names of its resources, and the scan has to agree.

`fixtures/<slug of a control>/arm.json`: the first word of a name (of its last segment, and of an output) is pass,
fail, unknown or skip. `fixtures/traps-arm` holds what a name cannot say: each directory is in the tables below.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aiposture import controls
from aiposture.model import Report
from aiposture.options import ScanOptions
from aiposture.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"
IDS = {rule.control.slug: rule.control.id for rule in controls.ALL}
SLUGS = sorted(path.parent.name for path in FIXTURES.glob("*/arm.json"))

# A name's label, also of a loop (`[format('pass-account-{0}', copyIndex())]`) or with an unknown end.
LABEL = re.compile(
    r"^(?:\[format\(')?(?:.*/)?((?:pass|fail|unknown)-[a-z0-9-]+?)(?:/appsettings|-\{0\}'.*|-\d+|-\$\{.*)?$"
)


@cache
def report(path: Path, *select: str) -> Report:
    return scan(ScanOptions(paths=(str(path),), select=select))


def label(name: str) -> str | None:
    match = LABEL.match(name)
    return None if match is None else match[1]


def stated(document: Any) -> Iterator[str]:
    """The labels in a template, found without the reader that is on trial."""
    if isinstance(document, list):
        for each in document:
            yield from stated(each)
    elif isinstance(document, dict):
        variables, outputs = document.get("variables") or {}, document.get("outputs") or {}
        texts = [variables.get("unknownName", ""), *outputs, document.get("name") if "type" in document else ""]
        yield from (found for text in texts if isinstance(text, str) and (found := label(text)) is not None)
        for each in document.values():
            yield from stated(each)


def test_every_control_of_azure_has_a_fixture() -> None:
    assert {path.parent.name for path in FIXTURES.glob("*/azapi.tf")} == set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_verdicts_are_as_stated(slug: str) -> None:
    file = FIXTURES / slug / "arm.json"
    found = report(file, IDS[slug])
    verdicts = defaultdict(set)
    for finding in found.findings:
        name = finding.resource.name
        verdicts[label(name) or name].add(finding.verdict.value)

    assert (found.errors, found.notices) == ((), ())
    assert verdicts == {name: {name.partition("-")[0]} for name in stated(json.loads(file.read_text()))}


ACCOUNT = "Microsoft.CognitiveServices/accounts"
SEARCH = "Microsoft.Search/searchServices"
WORKSPACE = "Microsoft.MachineLearningServices/workspaces"
Table = dict[str, dict[str, str]]


def accounts(**verdicts: str) -> dict[str, str]:
    """The verdicts on accounts, by name with dashes for underscores."""
    return {f"{ACCOUNT}/{name.replace('_', '-')}": verdict for name, verdict in verdicts.items()}


TRAPS: dict[str, Table] = {
    "T01-identity-none": {"AIS301": accounts(none="fail", empty="fail", null="fail")},
    "T02-identity-type-unknown": {"AIS301": accounts(account="unknown")},
    "T04-user-assigned-without-ids": {"AIS301": accounts(account="fail")},
    "T05-deny-while-public": {"AIS201": accounts(account="pass")},
    "T06-disabled-in-lower-case": {"AIS201": accounts(account="pass"), "AIS101": accounts(account="pass")},
    "T07-expressions": {
        "AIS201": accounts(no_default="unknown", equals="pass", **{"if": "pass"}, to_upper="pass", empty="pass"),
        "AIS401": accounts(no_default="unknown", equals="pass", **{"if": "fail"}, to_upper="pass", empty="pass"),
    },
    "T09-nested-deployment-inner-scope": {
        "AIS201": {
            f"argument/{ACCOUNT}/closed-by-the-argument": "pass",
            f"default/{ACCOUNT}/default-of-the-inner-template": "pass",
            f"null/{ACCOUNT}/null-takes-the-default": "pass",
            f"outer/{ACCOUNT}/outer-value": "fail",
        },
    },
    "language-of-the-outer-template": {
        "AIS201": {f"call/{ACCOUNT}/closed-by-its-own-default": "pass"},
    },
    "T10-symbolic-names": {
        "AIS201": {
            "open": "fail",
            "closed": "pass",
            "accounts[0]": "pass",
            "accounts[1]": "fail",
            "nested/inside": "pass",
            "open_type1": "fail",
        },
        "AIS301": {
            "open": "fail",
            "closed": "pass",
            "closed::chat": "fail",
            "accounts[0]": "fail",
            "accounts[1]": "fail",
            "nested/inside": "fail",
            "open_type1": "fail",
        },
    },
    "T11-type-in-lower-case": {
        control: {"microsoft.cognitiveservices/accounts/account": "fail", f"{ACCOUNT[:-8]}Accounts/capital": closed}
        for control, closed in (("AIS101", "pass"), ("AIS201", "pass"), ("AIS301", "fail"), ("AIS401", "fail"))
    },
    "T12-condition-false": {control: accounts(unknown="fail") for control in ("AIS101", "AIS201", "AIS301", "AIS401")},
    "T14-outbound-private-endpoint": {"AIS101": {f"{WORKSPACE}/hub": "fail"}},
    "T15-inbound-private-endpoint": {"AIS101": {f"{WORKSPACE}/hub": "pass"}},
    "T16-workspace-default": {
        "AIS101": {f"{WORKSPACE}/by-default": "fail"},
        "AIS201": {f"{WORKSPACE}/by-default": "fail"},
        "AIS301": {f"{WORKSPACE}/by-default": "pass", f"{WORKSPACE}/project": "pass"},
    },
    "T17-search-identities": {
        "AIS301": {f"{SEARCH}/user-assigned": "pass", f"{SEARCH}/both": "pass", f"{SEARCH}/none": "fail"},
    },
    "T18-both-halves-of-the-internet": {
        "AIS201": {f"{SEARCH}/halves": "fail", f"{SEARCH}/large": "pass"},
        "AIS202": {f"{SEARCH}/halves": "fail", f"{SEARCH}/large": "pass"},
    },
    "T19-open-search": {control: {f"{SEARCH}/search": "fail"} for control in ("AIS101", "AIS201", "AIS301", "AIS401")},
    "T22-without-instances": {"AIS101": {}, "AIS201": {}, "AIS301": {}, "AIS401": {}},
    "T23-reopened-by-a-nested-deployment": {
        "AIS201": accounts(account="fail"),
        "AIS301": accounts(account="pass"),
        "AIS401": accounts(account="fail"),
    },
    "T24-bound-private-endpoint": {"AIS101": accounts(denied="pass", denied_without="fail")},
}

CLOSED: Table = {"AIS201": accounts(account="pass"), "AIS401": accounts(account="fail")}
"""One account, closed, with its keys on: what the files say that others cannot read."""

RENDERING: dict[str, Table] = {
    "member-of-an-object": {"AIS201": accounts(attribute="pass", nested="fail")},
    "member-of-a-list": {"AIS201": accounts(first="pass", second="fail")},
    "false-variable": {"AIS401": accounts(false="fail", true="pass")},
    "empty-list-variable": {"AIS201": {f"{SEARCH}/search": "fail"}, "AIS202": {}},
    "variable-with-a-member-value": {"AIS201": accounts(account="pass", whole="pass")},
    "concat-and-format": {"AIS201": accounts(concat="pass", format="fail")},
    "functions": {
        "AIS201": accounts(**{"not": "pass"}, create_object="pass", json="pass", null="fail", user_function="pass"),
        "AIS401": accounts(**{"not": "pass"}, create_object="fail", json="fail", null="fail", user_function="fail"),
    },
    "children": {
        "AIS301": {
            f"{ACCOUNT}/account": "pass",
            f"{ACCOUNT}/projects/account/inside": "fail",
            f"{ACCOUNT}/projects/account/beside": "pass",
        },
    },
    "element-without-type": {"AIS201": accounts(before="pass", after="fail")},
    "parameter-file": {
        "AIS201": accounts(file="pass", azd_default="pass", azd_unknown="unknown", key_vault="unknown"),
        "AIS401": accounts(file="fail", azd_default="pass", azd_unknown="fail", key_vault="fail"),
    },
    "linked-templates": {
        "AIS201": {
            f"relative/{ACCOUNT}/relative": "pass",
            f"own-address/{ACCOUNT}/own-address": "fail",
            f"artifacts/{ACCOUNT}/artifacts": "pass",
        },
    },
    "endpoint-without-depends-on": {"AIS101": {f"{ACCOUNT}/${{parameters('prefix')}}-account": "pass"}},
    "metadata-skip": {"AIS201": accounts(account="fail suppressed"), "AIS301": accounts(account="fail")},
    "comments": {**CLOSED, "AIS301": accounts(account="fail suppressed")},
    "byte-order-mark": CLOSED,
    "duplicate-members": CLOSED,
    "escapes": CLOSED,
    "jsonc": CLOSED,
    "long-name": CLOSED,
    "tabs": CLOSED,
    "text-over-several-lines": CLOSED,
    "utf-16": CLOSED,
}


def table(found: Report) -> Table:
    """The verdicts of a report by control and address; there is one on each resource."""
    verdicts: Table = defaultdict(dict)
    for finding in found.findings:
        below = verdicts[finding.control.id]
        assert finding.resource.address not in below, "two verdicts on one resource"
        suppressed = " suppressed" if finding.suppressed is not None else ""
        below[finding.resource.address] = finding.verdict.value + suppressed
    return verdicts


def test_a_suffix_in_upper_case_is_one() -> None:
    found = report(FIXTURES / "traps-arm" / "upper-case-suffix", *CLOSED)

    assert {control: table(found)[control] for control in CLOSED} == CLOSED


@pytest.mark.parametrize("trap", [*TRAPS, *RENDERING])
def test_traps(trap: str) -> None:
    expected = {**TRAPS, **RENDERING}[trap]
    found = report(FIXTURES / "traps-arm" / trap, *expected)

    assert found.errors == ()
    assert {control: table(found)[control] for control in expected} == expected


def test_no_trap_is_forgotten() -> None:
    known = {*TRAPS, *RENDERING, "copies", "upper-case-suffix"}

    assert {path.name for path in (FIXTURES / "traps-arm").iterdir()} == known


def test_loops_are_written_out() -> None:
    found = table(report(FIXTURES / "traps-arm" / "copies", "AIS201", "AIS202"))
    known = {name.rpartition("/")[2]: verdict for name, verdict in found["AIS201"].items() if "$" not in name}
    unknown = [verdict for name, verdict in found["AIS201"].items() if "$" in name]

    assert known == {"closed": "pass", "open": "fail", "rules": "pass", "variable-loop": "fail"}
    assert unknown == ["fail"]
    assert found["AIS202"] == accounts(rules="pass", variable_loop="fail")


def test_templates_that_are_not_here_are_named() -> None:
    found = report(FIXTURES / "traps-arm" / "linked-templates")

    assert {part.name.rpartition(" ")[2]: part.reason for part in found.not_analysed} == {
        "elsewhere": "its template is linked by an address outside of the scanned code",
        "missing": "its template nested/missing.json is not in the scanned code",
        "spec": "a template spec is not in the scanned code",
    }


def test_a_reason_is_kept() -> None:
    found = report(FIXTURES / "traps-arm" / "metadata-skip", "AIS201")

    assert [each.suppressed.reason for each in found.findings if each.suppressed] == ["reached from partners"]
