"""Every row of the service tables has fixtures for every verdict that it can get.

A row is a resource type with a facet; the control that asks for the facet needs a `pass`, a `fail` and an `unknown`
on that type, and where leaving the property out fails, a `fail` whose label says `by_default`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from aiposture import services

FIXTURES = Path(__file__).parent.parent / "fixtures"
LABEL = re.compile(r'^resource\s+"([^"]+)"\s+"([^"]+)"[^\n]*\n(.*?)^}', re.MULTILINE | re.DOTALL)
AZAPI_TYPE = re.compile(r'^\s*type\s*=\s*"([^"@]+)@', re.MULTILINE)

# The control that judges a facet.
SLUGS = {"public_access": "restricted-endpoints", "identity": "managed-identity", "key_auth": "identity-based-auth"}

# Where a verdict cannot be had, why.
NOT_EXPRESSIBLE = "azurerm has no attribute for it: the verdict never changes"
BY_TYPE = "the resource type alone says how it authenticates"
REQUIRED = "leaving it out does not deploy"
"""Reasons why a cell of the table is empty."""

EMPTY: dict[tuple[str, str], dict[str, str]] = {}


def _empty(slug: str, verdicts: str, reason: str, *types: str) -> None:
    for type_ in types:
        EMPTY.setdefault((type_, slug), {}).update(dict.fromkeys(verdicts.split(), reason))


_empty("restricted-endpoints", "pass unknown", NOT_EXPRESSIBLE, "azurerm_bot_web_app")
_empty("managed-identity", "pass unknown", NOT_EXPRESSIBLE, "azurerm_healthbot")
_empty(
    "identity-based-auth", "pass unknown", NOT_EXPRESSIBLE,
    "azurerm_bot_web_app", "azurerm_bot_channels_registration", "azurerm_ai_foundry",
)  # fmt: skip
_empty(
    "identity-based-auth", "pass unknown by_default", BY_TYPE,
    "azurerm_cognitive_account_connection_api_key", "azurerm_cognitive_account_connection_account_key",
)  # fmt: skip
_empty(
    "identity-based-auth", "fail unknown by_default", BY_TYPE,
    "azurerm_cognitive_account_connection_entra_id", "azurerm_cognitive_account_connection_account_managed_identity",
)  # fmt: skip
_empty(
    "identity-based-auth", "pass fail unknown by_default", "custom keys have no Azure target and are not judged",
    "azurerm_cognitive_account_connection_custom_keys",
)  # fmt: skip
_empty(
    "identity-based-auth", "unknown", "a credential is stored or not",
    "azurerm_machine_learning_datastore_blobstorage", "azurerm_machine_learning_datastore_datalake_gen2",
    "azurerm_machine_learning_datastore_fileshare",
)  # fmt: skip
_empty(
    "managed-identity", "by_default", REQUIRED,
    "azurerm_machine_learning_workspace", "azurerm_ai_foundry", "azurerm_cognitive_account_project",
    "azurerm_video_indexer_account",
)  # fmt: skip


@cache
def fixtures(slug: str) -> dict[str, set[str]]:
    """The verdicts that the fixtures of a control state, by resource type in lower case."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in (FIXTURES / slug).rglob("*.tf"):
        for type_, name, body in LABEL.findall(file.read_text()):
            arm = AZAPI_TYPE.search(body) if type_.startswith("azapi_") else None
            key = (arm[1] if arm is not None else type_).casefold()
            found[key].add(name.partition("_")[0])
            if "by_default" in name:
                found[key].add("by_default")
    return found


CASES = sorted(
    {
        (type_, SLUGS[row.facet], row.default)
        for row in services.rows()
        if row.facet in SLUGS
        for type_ in row.types
        if "/azurerm" not in type_  # remote modules have a table of their own: fixtures_test,
        and not type_.endswith("/google")  # those of Google: traps-google/registry-modules
        and not type_.startswith("br/")  # and those of Bicep: traps-bicep/registry-modules
        and not type_.startswith(("aws_", "AWS::", "google_"))  # and so have the other clouds: aws_google_fixtures_test
    }
)


def test_there_are_rows_to_cover() -> None:
    assert len(CASES) > 40


@pytest.mark.parametrize(("type_", "slug", "default"), CASES)
def test_row_has_fixtures_for_every_verdict(type_: str, slug: str, default: str) -> None:
    wanted = {"pass", "fail", "unknown"}
    if default in {"none", "enabled", "true", "AccessKey"}:
        wanted.add("by_default")
    wanted -= EMPTY.get((type_, slug), {}).keys()

    assert wanted - fixtures(slug)[type_.casefold()] == set()


@pytest.mark.parametrize(("type_", "slug"), EMPTY)
def test_excuse_is_still_needed(type_: str, slug: str) -> None:
    assert (type_, slug) in {(each, its) for each, its, _ in CASES}
    assert fixtures(slug)[type_.casefold()].isdisjoint(EMPTY[type_, slug])


@pytest.mark.parametrize("slug", ["private-endpoints", "restricted-endpoints"])
def test_every_type_with_a_network_has_fixtures_for_its_endpoints(slug: str) -> None:
    types = {type_ for type_, its, _ in CASES if its == "restricted-endpoints"}
    without = {type_ for type_ in types if not {"pass", "fail"} & fixtures(slug)[type_.casefold()]}

    # An online endpoint is reached through the private endpoint of its workspace.
    assert without == (
        {"Microsoft.MachineLearningServices/workspaces/onlineEndpoints"} if slug == "private-endpoints" else set()
    )
