from __future__ import annotations

import pytest

from aiposture.model import Provider
from aiposture.services import versions


@pytest.mark.parametrize(
    ("constraints", "version", "expected"),
    [
        ((), "5.0.0", True),
        ((">= 3.0",), "5.0.0", True),
        (("!= 4.0.0",), "5.0.0", True),
        (("not a constraint",), "5.0.0", True),
        (("~> 3.40",), "3.117.1", True),
        (("~> 3.40",), "4.0.0", False),
        (("~> 3",), "4.0.0", False),
        (("~> 3.40.0",), "3.40.9", True),
        (("~> 3.40.0",), "3.41.0", False),
        (("3.24.0",), "3.24.0", True),
        (("= 3.24.0",), "3.24.1", False),
        (("<= 3.24.0",), "3.24.0", True),
        (("< 3.25.0",), "3.25.0", False),
        ((">= 3.0, < 4.0",), "4.0.0", False),
        ((">= 3.0", "< 4.0"), "4.0.0", False),
        (("<= 4.0.0", "< 4.0.0"), "4.0.0", False),
        (("~> 4.0.0-beta1",), "4.0.0", True),
    ],
)
def test_ceiling(constraints: tuple[str, ...], version: str, *, expected: bool) -> None:
    assert versions.azurerm(Provider("hashicorp/azurerm", constraints)).at_least(version) is expected


def test_the_lock_file_wins() -> None:
    ceiling = versions.azurerm(Provider("hashicorp/azurerm", ("~> 3.0",), locked="4.1.0"))
    assert ceiling.at_least("4.1.0")
    assert not ceiling.at_least("4.1.1")


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        (None, "azurerm 5, the newest: no version constraint was found"),
        (
            Provider("hashicorp/azurerm", (">= 3.0",)),
            "azurerm 5, the newest: >= 3.0 sets no upper limit and no lock file pins one",
        ),
        (Provider("hashicorp/azurerm", ("~> 3.0",)), "azurerm ~> 3.0"),
    ],
)
def test_the_name_says_why(provider: Provider | None, name: str) -> None:
    assert versions.azurerm(provider).name == name


@pytest.mark.parametrize("text", ["main", "", "v", "1.2.3.4", "a1b2c3", "9" * 5000, "1.-2", "²"])
def test_no_version(text: str) -> None:
    assert versions.parse(text) is None


@pytest.mark.parametrize(
    ("version", "expected"), [(None, True), ("main", True), ("v0.7.0", False), ("~> 0.7", True), ("~> 0.7.0", False)]
)
def test_module(version: str | None, *, expected: bool) -> None:
    assert versions.module("m", version).at_least("0.8.0") is expected
