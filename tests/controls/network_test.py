"""Who can reach a service: the decision table, case by case."""

from __future__ import annotations

import pytest

from aiposture.controls._network import State, exposures, reaches
from aiposture.controls._sources import reach
from aiposture.model import (
    AIService,
    Fact,
    Location,
    Network,
    Origin,
    Perimeter,
    Resource,
    Unknown,
    Value,
)

HERE = Location("main.tf", 1, 1, 1, 9)
ANYTHING = Unknown("var.x", "variable x has no default")
RESOURCE = Resource(
    "terraform", "managed", "azurerm_cognitive_account", "azurerm_cognitive_account", "a",
    "azurerm_cognitive_account.a", "", Value({}, HERE), HERE, HERE,
)  # fmt: skip


def fact(value, *possible, origin=None, name="p"):
    if value is None:
        return None
    if isinstance(value, Unknown):
        return Fact(value, origin or Origin.UNRESOLVED, name, HERE, possible)
    return Fact(value, origin or Origin.STATED, name, HERE, (value,))


def service(access="enabled", action=None, sources=None, *, implied=False, perimeters=(), kind="azure-ai-services"):
    facts = [value if isinstance(value, Fact) else fact(value) for value in (access, action, sources)]
    return AIService(kind, "The service", RESOURCE, Network(*facts, rules_imply_deny=implied), perimeters=perimeters)


def perimeter(mode, sources=None):
    mode = mode if isinstance(mode, Fact) else fact(mode)
    return Perimeter(mode, fact(sources), "association", HERE)


def states(judged):
    return {exposure.state for exposure in exposures(judged)}


ANY = ("0.0.0.0/0",)
SOME = ("203.0.113.0/24",)


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param(SOME, id="a range"),
        pytest.param(("203.0.113.7",), id="an address"),
        pytest.param(("0.0.0.0/2", "64.0.0.0/3"), id="three eighths"),
        pytest.param(("2001:db8::/32",), id="a range of version 6"),
        pytest.param(("AzureCloud", "not an address", "999.1.1.1"), id="no addresses"),
        pytest.param(("128.0.0.0/2", "128.0.0.0/2", "128.0.0.0/3"), id="the same quarter three times"),
    ],
)
def test_a_rule_for_some(sources):
    assert reach(sources) == "some"


@pytest.mark.parametrize(
    "sources",
    [
        ANY, ("0.0.0.0",), ("*",), (" 0.0.0.0/0 ",), ("::/0",), ("::/1",), ("0.0.0.0/1",),
        ("0.0.0.0/1", "128.0.0.0/1"), ("0.0.0.0/2", "64.0.0.0/2"), ("203.0.113.0/24", "0.0.0.0/0"),
        ("0.0.0.0/2", "0.0.0.0/3", "64.0.0.0/2"), ("Internet",),
    ],
)  # fmt: skip
def test_a_rule_for_anybody(sources):
    assert reach(sources) == "anybody"


def test_no_rule_admits_nobody():
    assert reach(()) == "nobody"
    assert reaches(None) == ("nobody",)


@pytest.mark.parametrize(
    ("judged", "state", "reason"),
    [
        (service("disabled"), State.DISABLED, "public_access_disabled"),
        (service("disabled", "allow"), State.DISABLED, "public_access_disabled"),
        (service("disabled", "deny", ANY), State.DISABLED, "public_access_disabled"),
        (service("enabled", "deny"), State.RESTRICTED, "firewall_deny"),
        (service("enabled", "deny", ()), State.RESTRICTED, "firewall_deny"),
        (service("enabled", "deny", SOME), State.RESTRICTED, "firewall_deny"),
        (service("enabled", None, SOME, implied=True), State.RESTRICTED, "firewall_deny"),
        (service("enabled", perimeters=(perimeter("enforced"),)), State.PERIMETER, "perimeter_enforced"),
        (service("enabled", perimeters=(perimeter("enforced", SOME),)), State.PERIMETER, "perimeter_enforced"),
        (service("perimeter", kind="azure-ai-search"), State.PERIMETER, "secured_by_perimeter"),
        (service("perimeter", perimeters=(perimeter("enforced"),)), State.PERIMETER, "perimeter_enforced"),
        (service("enabled", "deny", ANY), State.OPEN_BY_RULE, "any_source_rule"),
        (service("enabled", None, ANY, implied=True), State.OPEN_BY_RULE, "any_source_rule"),
        (service("disabled", perimeters=(perimeter("enforced", ANY),)), State.OPEN_BY_RULE, "any_source_rule"),
        (service("enabled"), State.OPEN, "public_access_enabled"),
        (service("enabled", "allow"), State.OPEN, "public_access_enabled"),
        (service("enabled", "allow", SOME), State.OPEN, "rules_without_deny"),
        (service("enabled", None, (), implied=True), State.OPEN, "public_access_enabled"),
        (service("enabled", perimeters=(perimeter("learning"),)), State.OPEN, "public_access_enabled"),
        (service("enabled", perimeters=(perimeter("audit", ANY),)), State.OPEN, "public_access_enabled"),
        (service(fact("enabled", origin=Origin.DEFAULT)), State.OPEN, "public_access_default"),
        (service(fact("enabled", origin=Origin.DEFAULT), "allow"), State.OPEN, "firewall_allow"),
        (service(None), State.OPEN, "public_access_default"),
    ],
)
def test_what_the_code_decides(judged, state, reason):
    (exposure,) = exposures(judged)
    assert (exposure.state, exposure.reason) == (state, reason)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (service(ANYTHING), {State.OPEN, State.DISABLED}),
        (service(ANYTHING, "deny"), {State.RESTRICTED, State.DISABLED}),
        (service(ANYTHING, "allow"), {State.OPEN, State.DISABLED}),
        (service("disabled", ANYTHING, ANYTHING), {State.DISABLED}),
        (service("enabled", ANYTHING), {State.OPEN, State.RESTRICTED}),
        (service("enabled", "deny", ANYTHING), {State.RESTRICTED}),
        (service("enabled", "allow", ANYTHING), {State.OPEN}),
        (service("enabled", None, ANYTHING, implied=True), {State.OPEN, State.RESTRICTED}),
        (service(fact(ANYTHING, "enabled", "disabled")), {State.OPEN, State.DISABLED}),
        (service("enabled", "deny", fact(ANYTHING, SOME, ("198.51.100.1",))), {State.RESTRICTED}),
        (service("enabled", "deny", fact(ANYTHING, SOME, ANY)), {State.RESTRICTED, State.OPEN_BY_RULE}),
        (service("enabled", perimeters=(perimeter(ANYTHING),)), {State.OPEN, State.PERIMETER}),
        (service("disabled", perimeters=(perimeter(ANYTHING),)), {State.DISABLED, State.PERIMETER}),
        (service("enabled", perimeters=(perimeter("enforced", ANYTHING),)), {State.PERIMETER}),
        (service("perimeter"), {State.PERIMETER, State.OPEN}),
        (service("perimeter", perimeters=(perimeter("learning"),)), {State.PERIMETER, State.OPEN}),
    ],
)
def test_what_the_code_leaves_open(judged, expected):
    assert states(judged) == expected


def test_no_network_no_state():
    assert exposures(service()._replace(network=None)) == ()


def test_many_possible_values_stay_few_cases():
    many = fact(ANYTHING, *((f"198.51.100.{number}",) for number in range(200)), ())
    assert len(exposures(service(ANYTHING, ANYTHING, many))) <= 64
