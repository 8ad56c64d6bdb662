"""What other scanners get wrong, with the right verdicts; the table of a directory is compared at once.

`fixtures/traps` are inputs on which Checkov says something false or nothing, numbered as in the documentation.
Not here are the traps of ARM alone (T9 nested deployments, T10 symbolic names, T12 conditions) and those of
outbound access (T20, T21), which no control judges yet. `fixtures/evaluation` are the constructs of Terraform that
a chain of text replacements evaluates wrongly.
"""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

import pytest

from aiposture.options import ScanOptions
from aiposture.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"
ACCOUNT = "azurerm_cognitive_account"
SEARCH = "azurerm_search_service"
WORKSPACE = "azurerm_machine_learning_workspace"
AZAPI = "azapi_resource"

Table = dict[str, dict[str, str]]

TRAPS: dict[str, Table] = {
    "T01-identity-none": {
        "AIS301": {f"{AZAPI}.none": "fail", f"{AZAPI}.empty": "fail", f"{AZAPI}.system": "pass"},
    },
    "T02-identity-type-unknown": {"AIS301": {f"{AZAPI}.account": "unknown"}},
    "T03-dynamic-identity-empty": {"AIS301": {f"{ACCOUNT}.empty": "fail", f"{ACCOUNT}.filled": "pass"}},
    "T04-user-assigned-without-ids": {
        "AIS301": {f"{ACCOUNT}.empty": "fail", f"{ACCOUNT}.omitted": "fail", f"{ACCOUNT}.filled": "pass"},
    },
    "T05-deny-while-public": {"AIS201": {f"{ACCOUNT}.azurerm": "pass", f"{AZAPI}.azapi": "pass"}},
    "T06-disabled-in-lower-case": {"AIS201": {f"{AZAPI}.account": "pass"}, "AIS101": {f"{AZAPI}.account": "pass"}},
    "T07-expressions": {
        "AIS201": {
            f"{AZAPI}.unknown": "unknown",
            f"{AZAPI}.comparison": "pass",
            f"{AZAPI}.function": "pass",
            f"{AZAPI}.keys_refused": "fail",
            f"{AZAPI}.empty_is_enabled": "fail",
        },
        "AIS401": {
            f"{AZAPI}.unknown": "fail",
            f"{AZAPI}.comparison": "fail",
            f"{AZAPI}.function": "fail",
            f"{AZAPI}.keys_refused": "pass",
            f"{AZAPI}.empty_is_enabled": "fail",
        },
    },
    "T08-unknown-variable": {
        "AIS101": {f"{ACCOUNT}.account": "unknown"},
        "AIS201": {f"{ACCOUNT}.account": "unknown"},
        "AIS401": {f"{ACCOUNT}.account": "unknown"},
    },
    "T11-type-in-lower-case": {
        control: {f"{AZAPI}.account": "fail"} for control in ("AIS101", "AIS201", "AIS301", "AIS401")
    },
    "T13-types-that-checkov-does-not-know": {
        "AIS201": {
            "azurerm_ai_services.open": "fail",
            "azurerm_ai_foundry.open": "fail",
            f"{AZAPI}.open": "fail",
            "module.open": "fail",
        },
        "AIS301": {
            "azurerm_ai_services.open": "fail",
            "azurerm_ai_foundry.open": "pass",
            f"{AZAPI}.open": "fail",
            "azurerm_machine_learning_compute_instance.open": "fail",
            "module.open": "fail",
        },
        "AIS401": {
            "azurerm_ai_services.open": "fail",
            "azurerm_ai_foundry.open": "fail",
            f"{AZAPI}.open": "fail",
            "azurerm_machine_learning_compute_instance.open": "fail",
            "module.open": "fail",
        },
    },
    "T14-outbound-private-endpoint": {"AIS101": {f"{AZAPI}.azapi": "fail", f"{WORKSPACE}.azurerm": "fail"}},
    "T15-inbound-private-endpoint": {"AIS101": {f"{AZAPI}.azapi": "pass"}},
    "T16-workspace-default": {
        "AIS201": {f"{WORKSPACE}.by_default": "fail", f"{AZAPI}.azapi_by_default": "fail"},
        "AIS101": {f"{WORKSPACE}.by_default": "fail", f"{AZAPI}.azapi_by_default": "fail"},
    },
    "T17-search-identities": {
        "AIS301": {f"{SEARCH}.user_assigned": "pass", f"{SEARCH}.both": "pass", f"{SEARCH}.none": "fail"},
    },
    "T18-both-halves-of-the-internet": {
        "AIS201": {f"{SEARCH}.halves": "fail", f"{SEARCH}.large": "pass"},
        "AIS202": {f"{SEARCH}.halves": "fail", f"{SEARCH}.large": "pass"},
    },
    "T19-open-search": {control: {f"{AZAPI}.search": "fail"} for control in ("AIS101", "AIS201", "AIS301", "AIS401")},
    "T22-without-instances": {},
    "T23-reopened-by-an-update": {
        "AIS201": {f"{ACCOUNT}.account": "fail", f"{AZAPI}.closed_by_an_update": "pass"},
        "AIS301": {f"{ACCOUNT}.account": "pass", f"{AZAPI}.closed_by_an_update": "fail"},
        "AIS401": {f"{ACCOUNT}.account": "fail", f"{AZAPI}.closed_by_an_update": "pass"},
    },
    "T24-bound-private-endpoint": {"AIS101": {f"{ACCOUNT}.denied": "pass", f"{ACCOUNT}.denied_without": "fail"}},
}


def accounts(**verdicts: str) -> dict[str, str]:
    """The verdicts of azurerm accounts, by label."""
    return {f"{ACCOUNT}.{label}": verdict for label, verdict in verdicts.items()}


EVALUATION: dict[str, Table] = {
    "variable-files": {
        "AIS201": accounts(tfvars="pass", auto_tfvars="fail", last_auto_tfvars_wins="pass"),
        "AIS401": accounts(tfvars="fail", auto_tfvars="pass", last_auto_tfvars_wins="fail"),
    },
    "environment-variable": {"AIS201": accounts(account="unknown")},
    "local-chain": {"AIS201": accounts(account="pass")},
    "index-form": {
        "AIS201": accounts(attribute="pass", index="pass", nested_index="fail"),
        "AIS202": accounts(nested_index="fail"),
    },
    "optional-default": {
        "AIS201": {
            **accounts(account="pass", optional_without_default="pass"),
            f'{ACCOUNT}.each["a"]': "pass",
            f'{ACCOUNT}.each["b"]': "fail",
        },
    },
    "negation": {
        "AIS201": accounts(account="pass", twice="fail"),
        "AIS401": accounts(account="pass", twice="fail"),
    },
    "unknown-condition": {"AIS201": accounts(differ="unknown", agree="pass", known="pass")},
    "unknown-comparison": {
        "AIS201": {f"{AZAPI}.account": "unknown", **accounts(number="unknown", short_circuit="pass")},
    },
    "null-comparison": {
        "AIS201": accounts(null_is_null="pass", null_is_not_unknown="pass", unknown_is_not_null="unknown"),
    },
    "try": {"AIS201": accounts(fallback="pass", first_that_works="pass", present="pass", unset="unknown")},
    "coalesce": {"AIS201": accounts(second="pass", literal="fail")},
    "can": {"AIS201": accounts(cannot="pass", can_not_be_denied="pass")},
    "jsondecode": {
        "AIS201": accounts(json="pass", yaml="pass", yaml_range="pass"),
        "AIS401": accounts(json="fail", yaml="fail", yaml_range="fail"),
        "AIS202": accounts(yaml_range="pass"),
    },
    "files": {"AIS201": accounts(account="unknown", template="unknown", apart="pass")},
    "lookup": {"AIS201": accounts(present="pass", absent="fail")},
    "instances": {
        "AIS201": {
            f'{ACCOUNT}.map["west"]': "pass",
            f'{ACCOUNT}.map["north"]': "fail",
            f'{ACCOUNT}.set["west"]': "pass",
            f'{ACCOUNT}.set["north"]': "fail",
            f"{ACCOUNT}.counted[0]": "pass",
            f"{ACCOUNT}.counted[1]": "fail",
            f"{ACCOUNT}.unknown_count": "fail",
            f"{ACCOUNT}.unknown_for_each": "pass",
        },
    },
    "for-each-of-a-for-expression": {
        "AIS201": {
            f'{ACCOUNT}.account["west"]': "pass",
            f'{ACCOUNT}.account["north"]': "fail",
            f'{ACCOUNT}.grouped["closed"]': "pass",
            f'{ACCOUNT}.grouped["open"]': "fail",
        },
    },
    "module-without-instances": {"AIS201": {f"module.one[0].{ACCOUNT}.this": "fail"}},
    "dynamic-empty": {
        "AIS201": accounts(acls="fail", identity="fail"),
        "AIS301": accounts(acls="fail", identity="fail"),
    },
    "dynamic-unknown": {
        "AIS201": accounts(acls="unknown", identity="fail", closed_anyway="pass"),
        "AIS301": accounts(acls="fail", identity="unknown", closed_anyway="fail"),
    },
    "dynamic-over-a-condition": {"AIS201": accounts(account="pass"), "AIS202": accounts(account="pass")},
    "json-text": {
        "AIS201": {f"{AZAPI}.encoded": "pass", f"{AZAPI}.heredoc": "pass"},
        "AIS401": {f"{AZAPI}.encoded": "fail", f"{AZAPI}.heredoc": "pass"},
    },
    "null-is-absent": {"AIS201": accounts(literal="fail", variable="fail", network="pass"), "AIS202": {}},
    "text-for-a-bool": {
        "AIS201": accounts(false="pass", variable="pass"),
        "AIS401": accounts(false="fail", variable="fail"),
    },
    "module-qualifier": {
        "AIS101": {f"module.first.{ACCOUNT}.this": "pass", f"module.second.{ACCOUNT}.this": "fail"},
    },
    "nested-modules": {
        "AIS201": {
            f'module.platform["dev"].module.account.{ACCOUNT}.this': "fail",
            f'module.platform["prod"].module.account.{ACCOUNT}.this': "pass",
        },
    },
    "prefix-of-another-name": {"AIS201": {f"module.account.{ACCOUNT}.this": "pass"}},
    "no-leak-between-expressions": {"AIS201": accounts(account="fail", poison="fail")},
    "bombs": {
        "AIS201": accounts(power="unknown", backtracking="pass", doubled="unknown", padded="unknown", apart="pass"),
    },
    "attribute-named-for": {"AIS201": accounts(account="pass")},
    "numbers-with-an-exponent": {"AIS201": accounts(account="pass", after="pass")},
    "templates": {
        "AIS201": {
            f"{ACCOUNT}.directive": "pass",
            f"{AZAPI}.heredoc": "pass",
            f"{AZAPI}.interpolated": "pass",
        },
    },
    "override-file": {"AIS201": accounts(account="pass"), "AIS401": accounts(account="pass")},
    "tofu-file": {"AIS201": accounts(account="pass")},
    "cycle": {"AIS201": accounts(account="unknown", apart="pass")},
    "tf-json": {
        "AIS201": {
            f"{ACCOUNT}.closed": "pass",
            f"{ACCOUNT}.unset": "unknown",
            f"module.account.{ACCOUNT}.this": "fail",
        },
        "AIS301": {
            f"{ACCOUNT}.closed": "pass",
            f"{ACCOUNT}.unset": "fail",
            f"module.account.{ACCOUNT}.this": "fail",
        },
        "AIS401": {
            f"{ACCOUNT}.closed": "fail",
            f"{ACCOUNT}.unset": "fail",
            f"module.account.{ACCOUNT}.this": "fail",
        },
    },
}


def table(directory: Path, *select: str, **options: bool) -> Table:
    """The verdicts of a scan by control and address, and that there were no errors."""
    report = scan(ScanOptions(paths=(str(directory),), select=select, **options))
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for finding in report.findings:
        assert finding.resource.address not in found[finding.control.id], "two verdicts on one resource"
        found[finding.control.id][finding.resource.address] = finding.verdict.value
    assert report.errors == ()
    return {control: found.get(control, {}) for control in select} if select else dict(found)


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    expected = TRAPS[trap]

    assert table(FIXTURES / "traps" / trap, *expected) == expected


@pytest.mark.parametrize("construct", EVALUATION)
def test_evaluation(construct: str) -> None:
    expected = EVALUATION[construct]

    assert table(FIXTURES / "evaluation" / construct, *expected) == expected


@pytest.mark.parametrize(("parent", "known"), [("traps", TRAPS), ("evaluation", EVALUATION)])
def test_no_fixture_is_forgotten(parent: str, known: dict[str, Table]) -> None:
    assert {path.name for path in (FIXTURES / parent).iterdir()} == set(known)


def test_the_environment_counts_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_VAR_public_network_access_enabled", "false")
    directory = FIXTURES / "evaluation" / "environment-variable"

    assert table(directory, "AIS201") == {"AIS201": accounts(account="unknown")}
    assert table(directory, "AIS201", use_environment=True) == {"AIS201": accounts(account="pass")}


def test_bombs_are_defused_in_time() -> None:
    started = time.monotonic()
    table(FIXTURES / "evaluation" / "bombs", "AIS201")

    assert time.monotonic() - started < 10


def test_one_input_has_one_result() -> None:
    directory = FIXTURES / "evaluation" / "instances"

    assert table(directory) == table(directory)
