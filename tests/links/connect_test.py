"""Endpoints, perimeters and keys, joined to services that are built by hand."""

from __future__ import annotations

import time

import pytest

from aiposture import links
from aiposture.links.addresses import compatible, module_of, segments, without_indexes
from aiposture.links.names import parse_id
from aiposture.model import AIService, Fact, Location, Origin, Reference, Resource, Unknown, Value

HERE = Location("main.tf", 5, 5, 5, 30)
HEADER = Location("main.tf", 1, 1, 1, 40)
BLOCK = Location("main.tf", 1, 1, 99, 2)
ACCOUNT_ID = "/subscriptions/0/resourceGroups/RG/providers/Microsoft.CognitiveServices/accounts/Acme"
GROUPS = {
    "azurerm_cognitive_account": ("account",),
    "azurerm_search_service": ("searchService",),
    "azurerm_machine_learning_workspace": ("amlworkspace",),
    "Microsoft.CognitiveServices/accounts": ("account",),
    "Azure/avm-res-cognitiveservices-account/azurerm": ("account",),
}
KEYS = {
    "azurerm_cognitive_account": ("primary_access_key", "secondary_access_key"),
    "azurerm_search_service": ("primary_key", "secondary_key", "query_keys"),
}


def value(data, place=HERE):
    if isinstance(data, Value):
        return data
    if isinstance(data, dict):
        return Value({name: value(member) for name, member in data.items()}, place)
    if isinstance(data, (list, tuple)):
        return Value(tuple(value(member) for member in data), place)
    return Value(data, place)


def resource(address, properties=None, *, unit="", mode="managed", exists=True, type_=None, declared=None):
    parts = [name for name, _ in segments(address)]
    declared = declared or type_ or parts[-2]
    return Resource(
        "terraform", mode, type_ or declared, declared, parts[-1], address, unit,
        value(properties or {}), BLOCK, HEADER, exists,
    )  # fmt: skip


def service(address="azurerm_cognitive_account.a", properties=None, **options):
    found = resource(address, properties, **options)
    return AIService("kind", "Title", found, endpoint_groups=GROUPS.get(found.type, ()), keys=KEYS.get(found.type, ()))


def ref(address, *path):
    return Reference(
        f"{address}.{'.'.join(map(str, path))}", "known after apply", address=address, path=path or ("id",)
    )


def unknown(expression, *references, alternatives=()):
    return Unknown(expression, "not decided", references, tuple(value(each) for each in alternatives))


def endpoint(target, groups=("account",), manual=False, address="azurerm_private_endpoint.pe", **options):
    connection = {"private_connection_resource_id": target, "is_manual_connection": manual}
    if groups is not None:
        connection["subresource_names"] = groups
    return resource(address, {"private_service_connection": [connection]}, **options)


def states(services, resources):
    """The states of each service's endpoints."""
    return [
        [e.state for e in s.private_endpoints]
        for s in links.connect(services, [*(s.resource for s in services), *resources])
    ]


A, B = "azurerm_cognitive_account.a", "azurerm_cognitive_account.b"


@pytest.mark.parametrize(
    "pe",
    [
        pytest.param(endpoint(ref(B)), id="of another account"),
        pytest.param(endpoint(ref(A), unit="other"), id="in another unit"),
        pytest.param(endpoint(ref(A), exists=False), id="with count 0"),
        pytest.param(endpoint(ref(A), groups=("blob",)), id="to another sub-resource"),
        pytest.param(endpoint(ref("azurerm_storage_account.a")), id="of a storage account"),
        pytest.param(endpoint(unknown("x", ref("azurerm_storage_account.a"))), id="of an expression over storage"),
        pytest.param(endpoint(ref(A, "identity", 0, "principal_id")), id="of an attribute that is no id"),
        pytest.param(endpoint(ACCOUNT_ID.replace("Acme", "other")), id="of another literal id"),
        pytest.param(endpoint(ACCOUNT_ID.replace("/RG/", "/elsewhere/")), id="in another resource group"),
        pytest.param(endpoint(ACCOUNT_ID + "/projects/p"), id="of a project"),
        pytest.param(endpoint(ACCOUNT_ID.replace("CognitiveServices/accounts", "Search/searchServices")), id="search"),
        pytest.param(endpoint("no id at all"), id="of nonsense"),
        pytest.param(endpoint(None), id="of null"),
        pytest.param(endpoint(ref("module.m", "account_id")), id="of a remote module"),
        pytest.param(endpoint(unknown("var.id"), groups=("searchService",)), id="of anything with a search group"),
        pytest.param(endpoint(ref("data.azurerm_cognitive_account.d")), id="of a data source that is not there"),
        pytest.param(resource("azurerm_private_endpoint.pe"), id="without a connection"),
        pytest.param(
            resource("azurerm_search_shared_private_link_service.s", {"target_resource_id": unknown("var.id")}),
            id="outbound to anywhere",
        ),
        pytest.param(resource("azurerm_storage_account.a", {"x": ref(A)}), id="that is none"),
    ],
)
def test_no_endpoint(pe):
    assert states([service(A, {"name": "acme", "resource_group_name": "rg"})], [pe]) == [[]]


@pytest.mark.parametrize(
    ("target", "state"),
    [
        (ref(A), "bound"),
        (ref(A + "[0]"), "bound"),
        (unknown("one(x[*].id)", ref(A)), "bound"),
        (unknown("coalesce(x.id, null)", alternatives=(ref(A), None)), "bound"),
        (unknown("c ? a : b", alternatives=(ref(A), ref(A + "[0]"))), "bound"),
        (unknown("c ? a : b", alternatives=(ref(A), ref("azurerm_storage_account.s"))), "unknown"),
        (unknown("c ? a : var.b", alternatives=(ref(A), unknown("var.b"))), "unknown"),
        (ACCOUNT_ID, "bound"),
        (ACCOUNT_ID.upper(), "bound"),
        (unknown('"${var.rg}/providers/Microsoft.CognitiveServices/accounts/acme"'), "bound"),
        (unknown('"/x/${var.a}/providers/Microsoft.CognitiveServices/accounts/${x.a.name}"', ref(A, "name")), "bound"),
        (unknown('"/x/${d}/providers/microsoft.cognitiveservices/accounts/${var.n}"', ref("data.d.e", "s")), "unknown"),
        (unknown('format("%s/providers/Microsoft.CognitiveServices/accounts/%s", a, b)'), "unknown"),
        (unknown("var.target"), "unknown"),
    ],
)
def test_endpoint_targets(target, state):
    judged = service(A, {"name": "acme", "resource_group_name": "rg"})
    assert states([judged], [endpoint(target)]) == [[state]]


@pytest.mark.parametrize("groups", [("account",), ("ACCOUNT",), None, [], unknown("var.groups"), [unknown("var.g")]])
def test_sub_resources_that_fit(groups):
    assert states([service()], [endpoint(ref(A), groups)]) == [["bound"]]


@pytest.mark.parametrize(
    ("manual", "state"),
    [(False, "bound"), ("false", "bound"), (True, "manual"), ("true", "manual"), (unknown("m"), "manual")],
)
def test_approval(manual, state):
    assert states([service()], [endpoint(ref(A), manual=manual)]) == [[state]]


def test_a_conditional_endpoint_is_bound_and_says_so():
    (judged,) = links.connect([service()], [endpoint(ref(A), exists=unknown("var.on ? 1 : 0"))])
    (found,) = judged.private_endpoints
    assert found.state == "bound"
    assert found.note == "it exists only under a condition: var.on ? 1 : 0"
    assert found.location == HERE


@pytest.mark.parametrize(
    ("target", "first", "second"),
    [
        (ref('azurerm_cognitive_account.a["x"]'), ["bound"], []),
        (ref('azurerm_cognitive_account.a["y"]'), [], ["bound"]),
        (ref('azurerm_cognitive_account.a["z"]'), [], []),
        (ref("azurerm_cognitive_account.a"), ["unknown"], ["unknown"]),
    ],
)
def test_instances(target, first, second):
    both = [service('azurerm_cognitive_account.a["x"]'), service('azurerm_cognitive_account.a["y"]')]
    assert states(both, [endpoint(target)]) == [first, second]


def test_an_instance_of_a_module():
    both = [
        service('module.m["a.b"].azurerm_cognitive_account.a'),
        service('module.m["c"].azurerm_cognitive_account.a'),
    ]
    assert states(both, [endpoint(ref('module.m["a.b"].azurerm_cognitive_account.a'))]) == [["bound"], []]


def test_a_literal_id_reaches_across_units_and_says_so():
    judged = [service(A, {"name": "ACME"}, unit="services")]
    (found,) = links.connect(judged, [endpoint(ACCOUNT_ID, unit="network")])[0].private_endpoints
    assert found.state == "bound"
    assert "across the scan" in found.note


def test_a_literal_id_prefers_its_own_unit_and_doubts_namesakes():
    near, far, third = (service(A, {"name": "acme"}, unit=unit) for unit in ("near", "far", "third"))
    assert states([near, far], [endpoint(ACCOUNT_ID, unit="near")]) == [["bound"], []]
    assert states([far, third], [endpoint(ACCOUNT_ID, unit="near")]) == [["unknown"], ["unknown"]]


@pytest.mark.parametrize(
    ("name", "data_name", "found"),
    [
        ("acme", "acme", ["bound"]),
        ("acme", "other", []),
        (unknown("var.name"), unknown("var.name"), ["bound"]),
        (unknown("var.name"), unknown("var.other"), []),
        (unknown("each.value.name"), unknown("each.value.name"), []),
        (unknown("(known after apply)"), unknown("(known after apply)"), []),
    ],
)
def test_a_data_source_leads_to_the_service_by_name(name, data_name, found):
    data = resource("data.azurerm_cognitive_account.d", {"name": data_name}, mode="data")
    assert states([service(A, {"name": name})], [data, endpoint(ref("data.azurerm_cognitive_account.d"))]) == [found]


@pytest.mark.parametrize("prefix", ["", 'module.m["k"].'])
def test_a_templated_name_that_is_taken_from_the_service(prefix):
    target = unknown(
        f'"${{data.d.e.s}}/providers/Microsoft.CognitiveServices/accounts/${{{A}.name}}"', ref("data.d.e", "s")
    )
    both = [service(prefix + A, {"name": "acme"}), service(prefix + B, {"name": "other"})]
    assert states(both, [endpoint(target, address=f"{prefix}azurerm_private_endpoint.pe")]) == [["bound"], []]


def test_a_templated_name_that_is_the_service_s_own_expression():
    target = unknown('"/subscriptions/0/providers/Microsoft.CognitiveServices/accounts/${var.name}"')
    both = [service(A, {"name": unknown("var.name")}), service(B, {"name": unknown("var.b")})]
    assert states(both, [endpoint(target)]) == [["bound"], []]


@pytest.mark.parametrize(
    ("name", "state"), [("privateLinkServiceConnections", "bound"), ("manualPrivateLinkServiceConnections", "manual")]
)
def test_arm_endpoints(name, state):
    connection = {"properties": {"privateLinkServiceId": ref("azapi_resource.a"), "groupIds": ["account"]}}
    pe = resource(
        "azapi_resource.pe", {"properties": {name: [connection]}},
        type_="microsoft.network/PrivateEndpoints", declared="azapi_resource",
    )  # fmt: skip
    judged = service("azapi_resource.a", type_="Microsoft.CognitiveServices/accounts", declared="azapi_resource")
    assert states([judged], [pe]) == [[state]]


@pytest.mark.parametrize(
    ("status", "found"),
    [("Approved", ["bound"]), ("Pending", ["manual"]), ("Rejected", []), (unknown("s"), ["manual"])],
)
def test_an_approved_connection_counts_as_an_endpoint(status, found):
    approval = resource(
        "azapi_resource.c",
        {"parent_id": ref(A), "properties": {"privateLinkServiceConnectionState": {"status": status}}},
        type_="Microsoft.CognitiveServices/accounts/privateEndpointConnections", declared="azapi_resource",
    )  # fmt: skip
    assert states([service()], [approval]) == [found]


def test_an_endpoint_module():
    call = resource(
        "module.pe", {"private_connection_resource_id": ref(A), "subresource_names": ["account"]},
        type_="Azure/avm-res-network-privateendpoint/azurerm", mode="module",
    )  # fmt: skip
    assert states([service()], [call]) == [["bound"]]


@pytest.mark.parametrize(("output", "found"), [("resource_id", ["bound"]), ("id", ["bound"]), ("endpoint", [])])
def test_a_service_that_a_remote_module_makes(output, found):
    judged = service("module.ai", type_="Azure/avm-res-cognitiveservices-account/azurerm", mode="module")
    assert states([judged], [endpoint(ref("module.ai", output))]) == [found]


def test_a_managed_endpoint_of_another_service_waits_for_approval():
    managed = resource("azurerm_data_factory_managed_private_endpoint.m", {"target_resource_id": ref(A)})
    assert states([service()], [managed]) == [["manual"]]


def test_an_undecided_endpoint_stays_in_its_unit_and_counts_once():
    pes = [endpoint(unknown("var.id"), address=f"azurerm_private_endpoint.pe{n}") for n in range(3)]
    assert states([service(), service(B, unit="other")], pes) == [["unknown"], []]


def test_an_undecided_block():
    pe = resource("azurerm_private_endpoint.pe", {"private_service_connection": unknown("var.connections")})
    assert states([service()], [pe]) == [["unknown"]]


# Perimeters


def perimeter(properties, rules=(), **options):
    association = resource("azurerm_network_security_perimeter_association.n", properties, **options)
    return links.connect([service()], [association, *rules])[0].perimeters


PROFILE = ref("azurerm_network_security_perimeter_profile.p")


def rule(direction, prefixes, profile=PROFILE, name="r"):
    return resource(
        f"azurerm_network_security_perimeter_access_rule.{name}",
        {"direction": direction, "address_prefixes": prefixes, "network_security_perimeter_profile_id": profile},
    )


@pytest.mark.parametrize(
    ("properties", "options"),
    [
        ({"resource_id": ref(B), "access_mode": "Enforced"}, {}),
        ({"resource_id": ref(A), "access_mode": "Enforced"}, {"exists": False}),
        ({"resource_id": unknown("var.id"), "access_mode": "Enforced"}, {}),
        ({"access_mode": "Enforced"}, {}),
    ],
)
def test_no_perimeter(properties, options):
    assert perimeter(properties, **options) == ()


@pytest.mark.parametrize(
    ("mode", "expected", "origin"),
    [
        ("Enforced", "enforced", Origin.STATED),
        ("Learning", "learning", Origin.STATED),
        (None, "learning", Origin.DEFAULT),
    ],
)
def test_modes(mode, expected, origin):
    (found,) = perimeter({"resource_id": ref(A), "access_mode": mode})
    assert (found.mode.value, found.mode.origin, found.mode.possible) == (expected, origin, (expected,))
    assert found.sources is None


def test_modes_that_are_not_decided():
    (found,) = perimeter({"resource_id": ref(A), "access_mode": unknown("m", alternatives=("Enforced", "Audit"))})
    assert found.mode.possible == ("enforced", "audit")
    (found,) = perimeter({"resource_id": ref(A), "access_mode": "Enforced"}, exists=unknown("c"))
    assert isinstance(found.mode.value, Unknown)
    assert found.mode.possible == ()


def test_inbound_rules_of_the_profile():
    rules = [
        rule("Inbound", ["203.0.113.0/24"]),
        rule("Inbound", ["198.51.100.0/24"], name="s"),
        rule("Outbound", ["0.0.0.0/0"], name="o"),
        rule("Inbound", ["0.0.0.0/0"], ref("azurerm_network_security_perimeter_profile.q"), name="q"),
    ]
    properties = {
        "resource_id": ref(A), "access_mode": "Enforced", "network_security_perimeter_profile_id": PROFILE,
    }  # fmt: skip
    (found,) = perimeter(properties, rules)
    assert isinstance(found.sources, Fact)
    assert found.sources.value == ("203.0.113.0/24", "198.51.100.0/24")
    (found,) = perimeter(properties, [rule("Inbound", unknown("var.prefixes"))])
    assert found.sources.possible == ()


def test_arm_perimeters():
    association = resource(
        "azapi_resource.n",
        {"properties": {
            "privateLinkResource": {"id": ref(A)}, "accessMode": "Enforced", "profile": {"id": ref("azapi_resource.p")},
        }},
        type_="Microsoft.Network/networkSecurityPerimeters/resourceAssociations", declared="azapi_resource",
    )  # fmt: skip
    access = resource(
        "azapi_resource.r",
        {"parent_id": ref("azapi_resource.p"), "properties": {"direction": "Inbound", "addressPrefixes": ["::/0"]}},
        type_="Microsoft.Network/networkSecurityPerimeters/profiles/accessRules", declared="azapi_resource",
    )  # fmt: skip
    (judged,) = links.connect([service()], [association, access])
    assert [(p.mode.value, p.sources.value) for p in judged.perimeters] == [("enforced", ("::/0",))]


# Keys

KEY = ref(A, "primary_access_key")


def uses(*resources, services=None):
    judged = [service()] if services is None else services
    return [
        (use.sink, use.property, use.attribute, use.consumer.address)
        for found in links.connect(judged, [*(s.resource for s in judged), *resources])
        for use in found.key_uses
    ]


@pytest.mark.parametrize(
    "consumer",
    [
        resource("azurerm_linux_web_app.w", {"app_settings": {"E": ref(A, "endpoint")}}),
        resource("azurerm_linux_web_app.w", {"app_settings": {"K": "literal"}}),
        resource("azurerm_linux_web_app.w", {"app_settings": {"K": ref(B, "primary_access_key")}}),
        resource("azurerm_linux_web_app.w", {"app_settings": {"K": KEY}}, exists=False),
        resource("azurerm_linux_web_app.w", {"app_settings": {"K": KEY}}, unit="other"),
        resource("data.azurerm_key_vault_secret.s", {"value": KEY}, mode="data"),
        resource("azurerm_role_assignment.r", {"scope": KEY}),
    ],
)
def test_no_key_use(consumer):
    assert uses(consumer) == []


@pytest.mark.parametrize(
    ("consumer", "sink", "name"),
    [
        (resource("azurerm_key_vault_secret.s", {"value": KEY}), "key vault secret", "value"),
        (resource("azurerm_linux_web_app.w", {"app_settings": {"K": KEY}}), "app setting", "app_settings.K"),
        (resource("azurerm_container_app.c", {"secret": [{"value": KEY}]}), "container", "secret.value"),
        (resource("kubernetes_secret_v1.k", {"data": {"k": unknown("base64encode(x)", KEY)}}), "container", "data.k"),
        (resource("azurerm_api_management_named_value.n", {"value": KEY}), "api management", "value"),
        (
            resource("azurerm_cognitive_account_connection_api_key.c", {"api_key": KEY}), "connection", "api_key",
        ),
        (resource("output.k", {"value": KEY}, mode="output", type_="output"), "output", "value"),
        (resource("github_actions_secret.g", {"plaintext_value": KEY}), "other", "plaintext_value"),
        (
            resource(
                "azapi_resource.w", {"properties": {"siteConfig": {"appSettings": [{"value": KEY}]}}},
                type_="microsoft.web/sites", declared="azapi_resource",
            ),
            "app setting", "properties.siteConfig.appSettings.value",
        ),
    ],
)  # fmt: skip
def test_key_uses(consumer, sink, name):
    assert uses(consumer) == [(sink, name, "primary_access_key", consumer.address)]


def test_a_key_in_one_arm_of_a_condition_counts_once():
    either = unknown("c ? x : y", KEY, ref(A, "secondary_access_key"), alternatives=(KEY, "none"))
    assert len(uses(resource("azurerm_key_vault_secret.s", {"value": either}))) == 1
    arms = unknown("c ? x : y", alternatives=(KEY, "none"))
    assert len(uses(resource("azurerm_key_vault_secret.s", {"value": arms}))) == 1


@pytest.mark.parametrize(
    ("data", "certain"),
    [
        (unknown("c ? x : y", KEY, alternatives=(KEY, "")), False),
        (unknown("c ? x : y", alternatives=(KEY, unknown("var.k"))), False),
        (unknown("c ? x : y", alternatives=({"k": KEY}, {})), False),
        (unknown("c ? x : d ? x : y", alternatives=(KEY, unknown("d ? x : y", alternatives=(KEY, "")))), False),
        (KEY, True),
        (unknown("base64encode(x)", KEY), True),
        (unknown("c ? x : y", alternatives=(KEY, ref(A, "secondary_access_key"))), True),
        (unknown("c ? x : y", alternatives=({"k": KEY}, {"k": KEY, "l": ""})), True),
    ],
)
def test_a_key_in_some_arms_is_not_certain(data, certain):
    (found,) = links.connect([service()], [resource("azurerm_key_vault_secret.s", {"value": data})])
    assert [use.certain for use in found.key_uses] == [certain]


def test_query_keys():
    judged = service("azurerm_search_service.s")
    key = ref("azurerm_search_service.s", "query_keys", 0, "key")
    assert uses(resource("azurerm_key_vault_secret.s", {"value": key}), services=[judged]) == [
        ("key vault secret", "value", "query_keys", "azurerm_key_vault_secret.s")
    ]


@pytest.mark.parametrize("prefix", ["", "data.", "ephemeral."])
@pytest.mark.parametrize(("action", "count"), [("listKeys", 1), ("listAdminKeys", 1), ("restart", 0)])
def test_actions_that_list_keys(prefix, action, count):
    address = f"{prefix}azapi_resource_action.k"
    listing = resource(
        address, {"resource_id": ref(A), "action": action}, declared="azapi_resource_action",
        mode="data" if prefix == "data." else "managed",
    )  # fmt: skip
    secret = resource("azurerm_key_vault_secret.s", {"value": unknown("jsondecode(x).key1", ref(address, "output"))})
    assert [use[2] for use in uses(listing, secret)] == [action] * count


def test_a_data_source_of_a_service_in_the_scan():
    data = resource("data.azurerm_cognitive_account.d", {"name": "acme"}, mode="data", unit="app")
    secret = resource(
        "azurerm_key_vault_secret.s",
        {"value": ref("data.azurerm_cognitive_account.d", "primary_access_key")},
        unit="app",
    )
    connected = links.connect([service(A, {"name": "Acme"}, unit="ai")], [data, secret])
    assert [len(found.key_uses) for found in connected] == [1]


def test_a_data_source_of_a_service_elsewhere_is_a_service_without_facets():
    data = resource("data.azurerm_search_service.d", {"name": "acme"}, mode="data")
    unused = resource("data.azurerm_search_service.e", {"name": "acme"}, mode="data")
    secret = resource("azurerm_key_vault_secret.s", {"value": ref("data.azurerm_search_service.d", "primary_key")})
    (found,) = links.connect([], [data, unused, secret])
    assert found.resource is data
    assert (found.network, found.identity, found.key_auth) == (None, None, None)
    assert [use.consumer.address for use in found.key_uses] == ["azurerm_key_vault_secret.s"]


# Addresses and ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ACCOUNT_ID, ("microsoft.cognitiveservices/accounts", "acme", "rg")),
        (ACCOUNT_ID + "/projects/P", ("microsoft.cognitiveservices/accounts/projects", "p", "rg")),
        ('"${a.b}/providers/Microsoft.Search/searchServices/${var.x["a/b"]}"',
         ("microsoft.search/searchservices", '${var.x["a/b"]}', None)),
        ("/providers/Microsoft.Search", None),
        ("/providers/Microsoft.Search/searchServices", None),
        ("", None),
        ("/providers/", None),
        ("${" * 50, None),
    ],
)  # fmt: skip
def test_parse_id(text, expected):
    assert parse_id(text) == expected


def test_addresses():
    address = 'module.a["x.y]z"].module.b[0].azurerm_x.n["k"]'
    assert without_indexes(address) == "module.a.module.b.azurerm_x.n"
    assert module_of(address) == 'module.a["x.y]z"].module.b[0]'
    assert module_of("azurerm_x.n") == module_of("module.m") == ""
    assert compatible(address, 'module.a.module.b.azurerm_x.n["k"]')
    assert not compatible("azurerm_x.n[0]", "azurerm_x.n[1]")
    assert segments("a[") == [("a", "")]


def test_thousands_of_links_take_no_time():
    count = 3000
    services = [service(f"azurerm_cognitive_account.a{n}", {"name": f"n{n}"}) for n in range(count)]
    resources = [
        endpoint(ref(f"azurerm_cognitive_account.a{n}"), address=f"azurerm_private_endpoint.p{n}") for n in range(count)
    ]
    resources += [endpoint(unknown("var.id"), address=f"azurerm_private_endpoint.q{n}") for n in range(count)]
    resources += [
        resource(
            f"azurerm_key_vault_secret.s{n}", {"value": ref(f"azurerm_cognitive_account.a{n}", "primary_access_key")}
        )
        for n in range(count)
    ]
    started = time.perf_counter()
    connected = links.connect(services, resources)
    assert all(len(found.key_uses) == 1 and len(found.private_endpoints) == 2 for found in connected)
    assert time.perf_counter() - started < 5
