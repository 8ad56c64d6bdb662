"""The controls on services that are built by hand."""

from __future__ import annotations

import pytest

from aiposture import controls
from aiposture.controls import (
    any_source_rules,
    identity_based_auth,
    key_consumers,
    managed_identity,
    private_endpoints,
    restricted_endpoints,
)
from aiposture.model import (
    AIService,
    Fact,
    KeyUse,
    Location,
    Network,
    Origin,
    Perimeter,
    PrivateEndpoint,
    Resource,
    Severity,
    Unknown,
    Value,
    Verdict,
)
from aiposture.usage import no_control

HERE = Location("main.tf", 3, 3, 3, 20)
HEADER = Location("main.tf", 1, 1, 1, 40)
BLOCK = Location("main.tf", 1, 1, 9, 2)
ANYTHING = Unknown("var.x", "variable x has no default")
HEADINGS = ["## What it checks", "## Why it matters", "## How to fix", "## Verdicts", "## References"]
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def resource(type_="azurerm_cognitive_account", name="a", mode="managed"):
    address = f"{type_}.{name}"
    return Resource("terraform", mode, type_, type_, name, address, "", Value({}, BLOCK), BLOCK, HEADER)


def fact(value, *possible, origin=Origin.STATED, name="p", stated=None):
    if isinstance(value, Unknown):
        return Fact(value, Origin.UNRESOLVED, name, HERE, possible)
    return Fact(value, origin, name, HEADER if origin is Origin.DEFAULT else HERE, (value,), stated)


def service(**facets):
    facets.setdefault("resource", resource())
    return AIService("azure-ai-services", "Azure AI services account", **facets)


NETS = {
    "disabled": Network(fact("disabled")),
    "restricted": Network(fact("enabled"), fact("deny")),
    "open by rule": Network(fact("enabled"), fact("deny"), fact(("0.0.0.0/0",))),
    "open": Network(fact("enabled", origin=Origin.DEFAULT)),
    "unknown": Network(fact(ANYTHING)),
    "closed anyway": Network(fact(ANYTHING), fact("deny")),
    "none": None,
}
ENDPOINTS = {
    "none": (),
    "bound": (PrivateEndpoint("bound", "pe", HERE),),
    "manual": (PrivateEndpoint("manual", "pe", HERE),),
    "unknown": (PrivateEndpoint("unknown", "pe", HERE, "its target is var.x"),),
    "manual and bound": (PrivateEndpoint("manual", "pe", HERE), PrivateEndpoint("bound", "pe2", HERE)),
}


def judged_101(endpoint, net, mode="effective", **facets):
    judged = service(
        network=NETS.get(net), endpoint_groups=("account",), private_endpoints=ENDPOINTS[endpoint], **facets
    )
    (judgement,) = private_endpoints.judge(judged, controls.Options(mode))
    return judgement


@pytest.mark.parametrize(
    ("endpoint", "net", "psrule", "policy", "effective", "strict"),
    [
        ("none", "disabled", PASS, FAIL, PASS, FAIL),
        ("bound", "disabled", PASS, PASS, PASS, PASS),
        ("bound", "restricted", FAIL, PASS, PASS, FAIL),
        ("bound", "open", FAIL, PASS, FAIL, FAIL),
        ("bound", "open by rule", FAIL, PASS, FAIL, FAIL),
        ("none", "restricted", FAIL, FAIL, FAIL, FAIL),
        ("none", "open", FAIL, FAIL, FAIL, FAIL),
        ("none", "open by rule", FAIL, FAIL, FAIL, FAIL),
        ("manual", "disabled", PASS, FAIL, PASS, FAIL),
        ("manual", "restricted", FAIL, FAIL, UNKNOWN, FAIL),
        ("manual", "open", FAIL, FAIL, FAIL, FAIL),
        ("unknown", "disabled", PASS, UNKNOWN, PASS, UNKNOWN),
        ("unknown", "restricted", FAIL, UNKNOWN, UNKNOWN, FAIL),
        ("unknown", "open", FAIL, UNKNOWN, FAIL, FAIL),
        ("none", "unknown", UNKNOWN, FAIL, UNKNOWN, FAIL),
        ("bound", "unknown", UNKNOWN, PASS, UNKNOWN, UNKNOWN),
        ("unknown", "unknown", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
        ("bound", "closed anyway", UNKNOWN, PASS, PASS, UNKNOWN),
        ("none", "closed anyway", UNKNOWN, FAIL, UNKNOWN, FAIL),
        ("manual and bound", "restricted", FAIL, PASS, PASS, FAIL),
        ("bound", "none", FAIL, PASS, PASS, FAIL),
        ("none", "none", FAIL, FAIL, FAIL, FAIL),
        ("manual", "none", FAIL, FAIL, UNKNOWN, FAIL),
        ("unknown", "none", FAIL, UNKNOWN, UNKNOWN, FAIL),
    ],
)
def test_private_endpoints(endpoint, net, psrule, policy, effective, strict):
    modes = ("psrule", "azure-policy", "effective", "strict")
    assert [judged_101(endpoint, net, mode).verdict for mode in modes] == [psrule, policy, effective, strict]


@pytest.mark.parametrize(
    ("endpoint", "net", "reason", "place"),
    [
        ("none", "disabled", "public_access_disabled", HERE),
        ("bound", "disabled", "pe_bound", HERE),
        ("bound", "open", "pe_bypassable", HEADER),
        ("none", "restricted", "no_pe", HEADER),
        ("manual", "restricted", "pe_pending_approval", HEADER),
        ("unknown", "restricted", "pe_target_unresolved", HEADER),
        ("bound", "unknown", "unresolved_value", HERE),
    ],
)
def test_private_endpoints_say_why_and_where(endpoint, net, reason, place):
    judgement = judged_101(endpoint, net)
    assert judgement.reason == reason
    assert (judgement.location or judgement.because.location) == place


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [(fact(True), PASS), (fact(False), FAIL), (fact(ANYTHING), UNKNOWN), (fact(ANYTHING, True, False), UNKNOWN)],
)
def test_a_module_declares_its_own_endpoints(declared, verdict):
    assert judged_101("none", "restricted", declared_endpoints=declared).verdict is verdict


def test_an_enforced_perimeter_is_no_endpoint():
    around = (Perimeter(fact("enforced"), None, "association", HERE),)
    assert judged_101("none", "open", perimeters=around).reason == "no_pe"
    assert judged_101("bound", "open", perimeters=around).verdict is PASS


def test_private_endpoints_do_not_concern_a_project():
    assert private_endpoints.judge(service(network=NETS["open"]), controls.Options()) == ()


def test_open_doors_with_keys_are_high():
    keys = {"key_auth": fact(True)}
    assert judged_101("none", "open", **keys).severity is Severity.HIGH
    assert judged_101("none", "restricted", **keys).severity is None
    (judgement,) = restricted_endpoints.judge(service(network=NETS["open"], **keys), controls.Options())
    assert judgement.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("net", "verdict", "reason"),
    [
        ("disabled", PASS, "public_access_disabled"),
        ("restricted", PASS, "firewall_deny"),
        ("closed anyway", PASS, "firewall_deny"),
        ("open", FAIL, "public_access_default"),
        ("open by rule", FAIL, "any_source_rule"),
        ("unknown", UNKNOWN, "unresolved_value"),
    ],
)
def test_restricted_endpoints(net, verdict, reason):
    (judgement,) = restricted_endpoints.judge(service(network=NETS[net]), controls.Options())
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_restricted_endpoints_do_not_concern_a_service_without_a_network():
    assert restricted_endpoints.judge(service(), controls.Options()) == ()


def test_messages_name_the_property_and_its_value():
    omitted = Network(fact("enabled", origin=Origin.DEFAULT, name="public_network_access_enabled"))
    (judgement,) = restricted_endpoints.judge(service(network=omitted), controls.Options())
    assert judgement.message == (
        "Azure AI services account accepts requests from any network: "
        "`public_network_access_enabled` is omitted and defaults to true"
    )
    assert "`public_network_access_enabled = false`" in judgement.fix
    (judgement,) = restricted_endpoints.judge(service(network=NETS["unknown"]), controls.Options())
    assert "`p` is `var.x`: variable x has no default" in judgement.message


def test_a_perimeter_that_nobody_sees_is_unknown():
    (judgement,) = restricted_endpoints.judge(service(network=Network(fact("perimeter"))), controls.Options())
    assert (judgement.verdict, judgement.reason) == (UNKNOWN, "perimeter_not_found")


SOME, ANY = fact(("203.0.113.0/24",), name="ip_rules"), fact(("0.0.0.0/0",), name="ip_rules")


@pytest.mark.parametrize(
    "network",
    [
        None,
        Network(fact("enabled")),
        Network(fact("enabled"), fact("deny"), fact((), origin=Origin.DEFAULT)),
        Network(fact("enabled"), fact("deny"), fact(())),
        Network(fact("disabled"), fact("deny"), ANY),
    ],
)
def test_any_source_rules_concern_only_rules_with_an_effect(network):
    assert any_source_rules.judge(service(network=network), controls.Options()) == ()


@pytest.mark.parametrize(
    ("access", "sources", "verdict"),
    [
        (fact("enabled"), SOME, PASS),
        (fact("enabled"), ANY, FAIL),
        (None, ANY, FAIL),
        (fact(ANYTHING), ANY, FAIL),
        (fact("enabled"), fact(("0.0.0.0/1", "128.0.0.0/1")), FAIL),
        (fact("enabled"), fact(ANYTHING), UNKNOWN),
        (fact("enabled"), fact(("203.0.113.1", ANYTHING)), UNKNOWN),
        (fact("enabled"), fact(("0.0.0.0/0", ANYTHING)), FAIL),
        (fact("enabled"), fact(ANYTHING, ("203.0.113.1",), ("203.0.113.2",)), PASS),
        (fact("enabled"), fact(ANYTHING, ("0.0.0.0/0",), ("0.0.0.0",)), FAIL),
    ],
)
def test_any_source_rules(access, sources, verdict):
    (judgement,) = any_source_rules.judge(service(network=Network(access, fact("deny"), sources)), controls.Options())
    assert judgement.verdict is verdict


def test_any_source_rules_of_a_perimeter_count_if_it_is_enforced():
    for mode, expected in (("learning", []), ("enforced", [FAIL])):
        around = (Perimeter(fact(mode), ANY, "association", HERE),)
        judgements = any_source_rules.judge(service(perimeters=around), controls.Options())
        assert [judgement.verdict for judgement in judgements] == expected


@pytest.mark.parametrize(
    ("identity", "verdict", "reason"),
    [
        (fact("system-assigned"), PASS, "identity_assigned"),
        (fact("user-assigned"), PASS, "identity_assigned"),
        (fact(ANYTHING, "system-assigned", "user-assigned"), PASS, "identity_assigned"),
        (fact("none", origin=Origin.DEFAULT), FAIL, "identity_missing"),
        (fact("none"), FAIL, "identity_none"),
        (fact("user-assigned-without-ids"), FAIL, "uai_without_ids"),
        (fact(ANYTHING), UNKNOWN, "unresolved_value"),
        (fact(ANYTHING, "none", "system-assigned"), UNKNOWN, "unresolved_value"),
        (fact(ANYTHING, "system-assigned", ANYTHING), UNKNOWN, "unresolved_value"),
    ],
)
def test_managed_identity(identity, verdict, reason):
    (judgement,) = managed_identity.judge(service(identity=identity), controls.Options())
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("type_", "mode", "fix"),
    [
        ("azurerm_cognitive_account", "managed", 'Add `identity { type = "SystemAssigned" }`.'),
        ("Microsoft.CognitiveServices/accounts", "managed", "Set `identity.type` to `SystemAssigned`."),
        ("Azure/openai/azurerm", "module", None),
    ],
)
def test_managed_identity_is_mended_in_the_dialect(type_, mode, fix):
    judged = service(resource=resource(type_, mode=mode), identity=fact("none", origin=Origin.DEFAULT))
    (judgement,) = managed_identity.judge(judged, controls.Options())
    assert judgement.fix == fix


@pytest.mark.parametrize(
    ("key_auth", "verdict", "reason", "severity"),
    [
        (fact(False), PASS, "key_auth_disabled", None),
        (fact(True), FAIL, "key_auth_enabled", None),
        (fact(True, origin=Origin.DEFAULT), FAIL, "key_auth_default", None),
        (fact(True, name="storage_account_access_type", stated="AccessKey"), FAIL, "key_auth_enabled", Severity.HIGH),
        (fact(True, name="properties.credentials.credentialsType"), FAIL, "key_auth_enabled", Severity.HIGH),
        (fact(ANYTHING), UNKNOWN, "unresolved_value", None),
        (fact(ANYTHING, True, False), UNKNOWN, "unresolved_value", None),
        (fact(ANYTHING, True), FAIL, "key_auth_enabled", None),
    ],
)
def test_identity_based_auth(key_auth, verdict, reason, severity):
    (judgement,) = identity_based_auth.judge(service(key_auth=key_auth), controls.Options())
    assert (judgement.verdict, judgement.reason, judgement.severity) == (verdict, reason, severity)


def test_identity_based_auth_knows_switches_that_mean_the_opposite():
    omitted = fact(True, origin=Origin.DEFAULT, name="properties.disableLocalAuth")
    (judgement,) = identity_based_auth.judge(service(key_auth=omitted), controls.Options())
    assert judgement.message.endswith("`properties.disableLocalAuth` is omitted and defaults to false")
    assert judgement.fix == "Set `properties.disableLocalAuth` to `true`."


def use(sink, line=5):
    place = Location("app.tf", line, 1, line, 9)
    return KeyUse(resource("azurerm_x", "app"), sink, "app_settings.KEY", "primary_access_key", "x.key", place)


@pytest.mark.parametrize("judge", [managed_identity.judge, identity_based_auth.judge, key_consumers.judge])
def test_no_facet_no_judgement(judge):
    assert judge(service(), controls.Options()) == ()


def test_keys_that_nobody_takes_pass():
    (judgement,) = key_consumers.judge(service(keys=("primary_access_key",)), controls.Options())
    assert (judgement.verdict, judgement.location) == (PASS, HEADER)


@pytest.mark.parametrize(
    ("sink", "severity"),
    [
        ("key vault secret", Severity.MEDIUM), ("connection", Severity.MEDIUM), ("api management", Severity.MEDIUM),
        ("app setting", Severity.HIGH), ("container", Severity.HIGH), ("output", Severity.HIGH),
        ("other", Severity.MEDIUM),
    ],
)  # fmt: skip
def test_key_consumers(sink, severity):
    handed = service(key_uses=(use(sink), use(sink, line=6)), key_auth=fact(True))
    judgements = key_consumers.judge(handed, controls.Options())
    assert [(j.verdict, j.reason, j.severity) for j in judgements] == [(FAIL, "key_handed_out", severity)] * 2
    assert [judgement.location.line for judgement in judgements] == [5, 6]
    assert judgements[0].resource.address == "azurerm_x.app"
    assert judgements[0].related[0].location == HEADER


@pytest.mark.parametrize("accepted", [True, False])
def test_a_key_that_may_not_be_handed_on_is_undecided(accepted):
    handed = service(key_uses=(use("output")._replace(certain=False), use("output", line=6)), key_auth=fact(accepted))
    undecided, failed = key_consumers.judge(handed, controls.Options())
    assert (undecided.verdict, undecided.reason, undecided.location.line) == (UNKNOWN, "unresolved_value", 5)
    assert "`app_settings.KEY` is `x.key`" in undecided.message
    assert failed.verdict is FAIL


def test_a_property_that_is_missing_is_named_once():
    gone = fact(Unknown("properties.authMode", "is required and not stated"), name="properties.authMode")
    (judgement,) = identity_based_auth.judge(service(key_auth=gone), controls.Options())
    assert judgement.message.endswith(": `properties.authMode` is required and not stated")


def test_a_key_of_a_service_without_keys_breaks_the_deployment():
    (judgement,) = key_consumers.judge(
        service(key_uses=(use("output"),), key_auth=fact(False, name="local_auth_enabled")), controls.Options()
    )
    assert judgement.reason == "key_of_disabled_auth"
    assert "400" in judgement.message
    assert judgement.because.property == "local_auth_enabled"


@pytest.mark.parametrize("rule", controls.ALL, ids=lambda rule: rule.control.id)
def test_a_control_is_a_page(rule):
    control = rule.control
    assert [line for line in control.doc.splitlines() if line.startswith("## ")] == HEADINGS
    assert control.fix.endswith(".")
    assert control.summary.endswith(".")
    for heading in HEADINGS:
        assert control.doc.split(heading)[1].split("## ")[0].strip()


def test_ids_slugs_and_aliases_name_one_control():
    ids = [rule.control.id for rule in controls.ALL]
    assert ids == [rule.id for rule in controls.ALL]
    assert ids == sorted(set(ids))
    names = [name for rule in controls.ALL for name in (rule.control.slug, *rule.control.aliases)]
    assert len(names) == len({name.casefold() for name in names})
    assert set(controls.known_ids().values()) == set(ids)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("AIS101", ["AIS101"]),
        ("ais101", ["AIS101"]),
        ("private-endpoints", ["AIS101"]),
        ("Azure.AI.PrivateEndpoints", ["AIS101"]),
        ("azr-000282", ["AIS401"]),
        ("CKV_AZURE_134", ["AIS201"]),
        ("AIS4", ["AIS401", "AIS402", "AIS403", "AIS404"]),
        ("AIS20*", [f"AIS20{number}" for number in range(1, 10)]),
        ("AIS*", [rule.control.id for rule in controls.ALL]),
        ("*", [rule.control.id for rule in controls.ALL]),
        ("", []),
        ("A", []),
        ("AIS9", []),
        ("CKV", []),
    ],
)
def test_find(name, ids):
    assert [control.id for control in controls.find(name)] == ids


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AIS11", "did you mean AIS211?"),
        ("private-endpoint", "did you mean AIS101?"),
        ("identity_based_auth", "did you mean AIS401?"),
        ("zz", "aiposture rules lists the controls"),
    ],
)
def test_a_name_that_no_control_has(name, hint):
    assert no_control(name, controls.known_ids()) == f"no control is called {name!r}; {hint}"


def test_titles_are_verbatim():
    titles = {rule.control.id: rule.control.title for rule in controls.ALL}
    assert titles["AIS101"] == "Use Azure AI Service Private Endpoints"
    assert titles["AIS201"] == "Restrict Azure AI Service Endpoints"
    assert titles["AIS301"] == "Use Managed Identity for Azure AI Service Accounts"
    assert titles["AIS401"] == "Use identity-based authentication for Azure AI Service Accounts"


def test_a_judgement_always_has_a_place():
    for net in NETS.values():
        for endpoints in ENDPOINTS.values():
            judged = service(network=net, endpoint_groups=("account",), private_endpoints=endpoints)
            for rule in controls.ALL:
                for judgement in rule.judge(judged._replace(), controls.Options()):
                    assert judgement.location is not None or judgement.because is not None


@pytest.mark.parametrize(
    ("key_auth", "ending"),
    [
        (fact(True, name="account_key"), "`account_key` is stated"),
        (fact(False, origin=Origin.DEFAULT, name="account_key"), "`account_key` is omitted"),
        (fact(True, origin=Origin.DEFAULT, name=""), "its resource type decides that"),
        (
            fact(True, origin=Origin.DEFAULT, name="properties.disableLocalAuth", stated=True)._replace(note="too old"),
            "`properties.disableLocalAuth` is true, without effect (too old)",
        ),
    ],
)
def test_messages_of_facts_that_are_no_plain_switch(key_auth, ending):
    (judgement,) = identity_based_auth.judge(service(key_auth=key_auth), controls.Options())
    assert judgement.message.endswith(ending)
    assert judgement.reason != "key_auth_default" or key_auth.property
