"""Every fixture says its verdict in its label, and the scan has to agree, about a whole file at once.

`fixtures/<slug of a control>/**/*.tf`: the first word of a label is pass, fail, unknown or skip (the control does
not concern it). Everything else in there is scenery, and no finding may point at it. The other tables below are
about what a label cannot say: provider versions, remote modules, stories and broken code.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from aiposture import controls
from aiposture.model import Finding, Report
from aiposture.options import ScanOptions
from aiposture.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"
IDS = {rule.control.slug: rule.control.id for rule in controls.ALL}
FILES = sorted(path for slug in IDS for path in (FIXTURES / slug).rglob("*.tf"))
NAMES = [path.relative_to(FIXTURES).as_posix() for path in FILES]

LABEL = re.compile(r'^(?:resource\s+"(?P<type>[^"]+)"|(?P<mode>output|module))\s+"(?P<name>[^"]+)"', re.MULTILINE)
VERDICTS = ("pass", "fail", "unknown")

Table = dict[str, str]


@cache
def report(directory: Path, *select: str) -> Report:
    """The report on a directory, without what the environment could add."""
    # Bicep needs a compiler, which not every machine has: tests/readers/bicep reads those fixtures.
    return scan(ScanOptions(paths=(str(directory),), select=select, exclude=("*.bicep", "*.bicepparam")))


def stated(file: Path) -> Table:
    """The verdicts that the labels of a file state."""
    table = {}
    for label in LABEL.finditer(file.read_text()):
        verdict = label["name"].partition("_")[0]
        if verdict in VERDICTS:
            table[f"{label['type'] or label['mode']}.{label['name']}"] = verdict
    return table


def verdicts(findings: list[Finding]) -> Table:
    """The verdicts of findings by what a label says; all verdicts on one resource together."""
    table = defaultdict(set)
    for finding in findings:
        resource = finding.resource
        kind = resource.mode if resource.mode in {"output", "module"} else resource.declared_type
        table[f"{kind}.{resource.name}"].add(finding.verdict.value)
    return {name: " ".join(sorted(each)) for name, each in table.items()}


def addresses(findings: tuple[Finding, ...]) -> dict[str, Table]:
    """The verdicts of findings by control and address; a suppressed one says so."""
    table: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for finding in findings:
        suppressed = " suppressed" if finding.suppressed is not None else ""
        table[finding.control.id][finding.resource.address].add(finding.verdict.value + suppressed)
    return {id_: {name: " ".join(sorted(each)) for name, each in below.items()} for id_, below in table.items()}


def test_every_control_has_fixtures() -> None:
    assert {name.partition("/")[0] for name in NAMES} == set(IDS)


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_verdicts_are_as_stated(file: Path) -> None:
    slug = file.relative_to(FIXTURES).parts[0]
    found = report(file.parent, IDS[slug])
    here = [each for each in found.findings if Path(found.root, each.resource.location.path) == file]

    assert verdicts(here) == stated(file)


@pytest.mark.parametrize("slug", IDS)
def test_fixtures_are_read_without_errors(slug: str) -> None:
    found = report(FIXTURES / slug, IDS[slug])

    assert (found.errors, found.notices) == ((), ())


@pytest.mark.parametrize(
    ("directory", "by_default", "stated_open"),
    [
        ("3.25", "pass", "fail"),
        ("3.40", "pass", "fail"),
        ("3.x", "pass", "fail"),
        ("locked", "pass", "fail"),
        ("3.1", "fail", "fail"),
        ("3.10", "fail", "fail"),
        ("4.0", "fail", "fail"),
        ("5.x", "fail", "fail"),
        ("none", "fail", "fail"),
        ("without-version", "fail", "fail"),
        ("open-ended", "fail", "fail"),
        ("from-a-called-module", "pass", "fail"),
    ],
)
def test_defaults_follow_the_provider_version(directory: str, by_default: str, stated_open: str) -> None:
    found = report(FIXTURES / "provider-versions" / directory, "AIS201")

    assert verdicts(list(found.findings)) == {
        "azurerm_machine_learning_workspace.by_default": by_default,
        "azurerm_machine_learning_workspace.enabled": stated_open,
    }


REMOTE = {
    # module: AIS101, AIS201, AIS202, AIS301, AIS401
    "account_by_default": "fail fail - fail fail",
    "account_by_default_of_an_old_version": "fail fail - fail fail",
    "account_private": "pass pass - pass pass",
    "account_denied_and_bound": "pass pass pass pass pass",
    "account_any_source": "fail fail fail fail fail",
    "account_undecided": "unknown unknown - fail unknown",
    "openai_by_default": "pass pass - fail fail",
    "openai_open": "fail fail - pass pass",
    "workspace_by_default_of_an_old_version": "fail fail - pass pass",
    "workspace_by_default": "pass pass - pass pass",
    "workspace_private_in_an_old_version": "pass pass - pass pass",
    "workspace_not_private": "fail fail - pass pass",
    "search_by_default": "fail fail - fail fail",
    "search_private": "pass pass - pass pass",
    "search_user_assigned_is_dropped": "pass pass - fail pass",
    "foundry_by_default": "fail fail - pass fail",
    "foundry_private": "pass pass - pass pass",
}


def test_remote_modules_are_judged_by_their_inputs() -> None:
    ids = ("AIS101", "AIS201", "AIS202", "AIS301", "AIS401")
    found = report(FIXTURES / "remote-modules", *ids)
    table = addresses(found.findings)
    names = {name.removeprefix("module.") for below in table.values() for name in below}

    assert {name: " ".join(table.get(id_, {}).get(f"module.{name}", "-") for id_ in ids) for name in names} == REMOTE


def test_remote_modules_that_say_ai_are_named() -> None:
    found = report(FIXTURES / "remote-modules")

    assert [part.name.partition("?")[0] for part in found.not_analysed] == [
        "git::https://github.com/example/terraform-azurerm-openai-chat.git"
    ]


ACCOUNT = "azurerm_cognitive_account"
SEARCH = "azurerm_search_service"
STORIES = {
    "rag-on-azure": {
        "AIS101": {
            f"{ACCOUNT}.openai": "fail",
            f"{ACCOUNT}.documents": "fail",
            f"{ACCOUNT}.safety": "pass",
            f"{SEARCH}.documents": "pass",
            "azurerm_ai_foundry.main": "pass",
        },
        "AIS201": {
            f"{ACCOUNT}.openai": "fail",
            f"{ACCOUNT}.documents": "fail",
            f"{ACCOUNT}.safety": "pass",
            f"{SEARCH}.documents": "pass",
            "azurerm_ai_foundry.main": "pass",
        },
        "AIS202": {f"{ACCOUNT}.documents": "fail"},
        "AIS301": {
            f"{ACCOUNT}.openai": "pass",
            f"{ACCOUNT}.documents": "pass",
            f"{ACCOUNT}.safety": "fail suppressed",
            f"{SEARCH}.documents": "pass",
            "azurerm_ai_foundry.main": "pass",
            "azurerm_ai_foundry_project.chat": "fail",
        },
        "AIS401": {
            f"{ACCOUNT}.openai": "fail",
            f"{ACCOUNT}.documents": "pass",
            f"{ACCOUNT}.safety": "pass",
            f"{SEARCH}.documents": "unknown",
            "azurerm_ai_foundry.main": "fail",
        },
        "AIS402": {
            "azurerm_key_vault_secret.openai_key": "fail",
            "azurerm_linux_web_app.chat": "fail",
            f"{ACCOUNT}.documents": "pass",
            f"{ACCOUNT}.safety": "pass",
            f"{SEARCH}.documents": "pass",
        },
    },
    "private-rag": {
        **{
            control: {
                f'module.ai.{ACCOUNT}.this["openai"]': "pass",
                f'module.ai.{ACCOUNT}.this["vision"]': "pass",
                f"module.ai.{SEARCH}.this": "pass",
            }
            for control in ("AIS101", "AIS201", "AIS301", "AIS401", "AIS402")
        },
        "AIS202": {f"module.ai.{SEARCH}.this": "pass"},
    },
    "azapi-foundry": {
        "AIS101": {"azapi_resource.foundry": "pass", "azapi_resource.search": "fail"},
        "AIS201": {"azapi_resource.foundry": "pass", "azapi_resource.search": "fail"},
        "AIS301": {
            "azapi_resource.foundry": "pass",
            "azapi_resource.project": "pass",
            "azapi_resource.search": "fail",
        },
        "AIS401": {
            "azapi_resource.foundry": "pass",
            "azapi_resource.search": "fail",
            "azapi_resource.search_connection": "fail",
        },
        "AIS402": {"azapi_resource.foundry": "pass", "azapi_resource.search": "pass"},
    },
    "perimeter": {
        "AIS101": {
            f'{ACCOUNT}.this["enforced"]': "fail",
            f'{ACCOUNT}.this["enforced_any_range"]': "fail",
            f'{ACCOUNT}.this["learning"]': "fail",
            f'{ACCOUNT}.this["audit"]': "fail",
            f'{ACCOUNT}.this["undecided"]': "fail",
            f"{SEARCH}.enforced": "fail",
        },
        "AIS201": {
            f'{ACCOUNT}.this["enforced"]': "pass",
            f'{ACCOUNT}.this["enforced_any_range"]': "fail",
            f'{ACCOUNT}.this["learning"]': "fail",
            f'{ACCOUNT}.this["audit"]': "fail",
            f'{ACCOUNT}.this["undecided"]': "unknown",
            f"{SEARCH}.enforced": "pass",
        },
        "AIS202": {
            f'{ACCOUNT}.this["enforced"]': "pass",
            f'{ACCOUNT}.this["enforced_any_range"]': "fail",
            f'{ACCOUNT}.this["undecided"]': "pass",
            f"{SEARCH}.enforced": "pass",
        },
    },
}


@pytest.mark.parametrize("story", STORIES)
def test_stories(story: str) -> None:
    found = report(FIXTURES / "stacks" / story, *STORIES[story])

    assert addresses(found.findings) == STORIES[story]
    assert (found.errors, found.notices) == ((), ())


def test_the_private_story_has_nothing_to_report() -> None:
    found = report(FIXTURES / "stacks" / "private-rag")

    assert {finding.verdict.value for finding in found.findings} == {"pass"}


def test_a_suppression_keeps_its_reason() -> None:
    found = report(FIXTURES / "stacks" / "rag-on-azure")

    assert [finding.suppressed.reason for finding in found.findings if finding.suppressed is not None] == [
        "it only sees the text that it is sent, and calls nobody"
    ]


@pytest.mark.parametrize(
    ("directory", "broken"),
    [
        ("syntax-error", {"broken.tf"}),
        ("missing-module", {"main.tf"}),
        ("module-cycle", {"main.tf"}),
        ("climbing-out", {"main.tf"}),
        ("unreadable-bytes", {"bytes.tf"}),
    ],
)
def test_broken_code_is_said_and_the_rest_judged(directory: str, broken: set[str]) -> None:
    found = report(FIXTURES / "broken" / directory, "AIS201")

    assert {Path(error.path).name for error in found.errors} == broken
    assert verdicts(list(found.findings)).get(f"{ACCOUNT}.account") == "pass"


def test_nothing_fails_by_what_a_syntax_error_hides() -> None:
    found = report(FIXTURES / "broken" / "syntax-error-in-a-block", "AIS201")

    assert verdicts(list(found.findings)) == {f"{ACCOUNT}.undecided": "unknown", f"{ACCOUNT}.sound": "fail"}


def test_a_cycle_of_locals_is_unknown_and_no_more() -> None:
    found = report(FIXTURES / "broken" / "reference-cycle", "AIS201")

    assert verdicts(list(found.findings)) == {f"{ACCOUNT}.circular": "unknown", f"{ACCOUNT}.account": "pass"}


def test_an_empty_file_is_fine() -> None:
    found = report(FIXTURES / "broken" / "empty")

    assert (found.findings, found.errors) == ((), ())
