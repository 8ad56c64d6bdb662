"""A hand-made scan: a small module tree, its findings, and the report on it."""

from __future__ import annotations

import pytest

from aiposture.model import (
    Call,
    Control,
    Fact,
    Finding,
    Location,
    Mapping,
    NotAnalysed,
    Notice,
    Origin,
    Related,
    Report,
    Resource,
    Severity,
    SourceError,
    Step,
    Suppression,
    Unknown,
    Value,
    Verdict,
)

FILES = {
    "main.tf": """\
variable "public" {
  default = true
}

resource "azurerm_cognitive_account" "open" {
  name                          = "open"
  public_network_access_enabled = var.public
}

resource "azurerm_search_service" "défaut" {
  name = "検索" # 全角
}

module "ai" {
  source = "./modules/ai"
}
""",
    "modules/ai/main.tf": """\
resource "azurerm_cognitive_account" "this" {
  name               = "this"
\tlocal_auth_enabled = true
}
""",
}


def place(path: str, line: int, text: str | None = None) -> Location:
    """Where `text` stands on a line of a file above; the whole line without its indentation if it is not given."""
    source = FILES[path].splitlines()[line - 1]
    text = source.strip() if text is None else text
    start = source.index(text) + 1
    return Location(path, line, start, line, start + len(text))


ENDPOINTS = Control(
    id="AIS201",
    slug="restricted-endpoints",
    title="Restrict Azure AI Service Endpoints",
    severity=Severity.HIGH,
    category="internet exposure",
    summary="An AI service should not answer to the whole internet",
    fix="Disable public network access",
    doc="# AIS201\n\nSee [the guide](https://example.org/guide).\n",
    aliases=("Azure.AI.PublicAccess",),
    mappings=(Mapping("MITRE ATLAS", "AML.T0049", sourced=False),),
)
KEYS = ENDPOINTS._replace(
    id="AIS401",
    slug="identity-based-auth",
    title="Use identity-based authentication for Azure AI Service Accounts",
    severity=Severity.MEDIUM,
    category="identity",
    summary="Shared keys should be off",
    fix="Turn local authentication off",
    aliases=("Azure.AI.DisableLocalAuth", "CKV_AZURE_236"),
    mappings=(),
)


def resource(address: str, header: Location, end_line: int, **more) -> Resource:
    """A block of a file above."""
    block = Location(header.path, header.line, 1, end_line, 2)
    kind, name = address.split(".")[-2:]
    nothing = Value({}, block)
    return Resource("terraform", "managed", kind, kind, name, address, "", nothing, block, header, **more)


@pytest.fixture
def exposed() -> Finding:
    """A failure by a variable's default."""
    header = place("main.tf", 5, 'resource "azurerm_cognitive_account" "open"')
    used = place("main.tf", 7, "var.public")
    because = Fact(
        value="enabled",
        origin=Origin.STATED,
        property="public_network_access_enabled",
        location=used,
        possible=("enabled",),
        stated=True,
        expression="var.public",
        trail=(Step("variable default", "var.public", place("main.tf", 2, "true")),),
    )
    return Finding(
        control=ENDPOINTS,
        verdict=Verdict.FAIL,
        severity=Severity.HIGH,
        service="azure-ai-services",
        service_title="Azure AI services account",
        resource=resource("azurerm_cognitive_account.open", header, 8),
        location=used,
        message="The Azure AI services account answers to every network",
        reason="public_access_enabled",
        fingerprint="f1",
        fix="Set public_network_access_enabled to false",
        because=because,
    )


@pytest.fixture
def by_default(exposed) -> Finding:
    """A failure because the provider's default applies, on a line with wide characters."""
    header = place("main.tf", 10, 'resource "azurerm_search_service" "défaut"')
    named = place("main.tf", 11, '"検索"')
    fact = Fact(
        value="enabled",
        origin=Origin.DEFAULT,
        property="public_network_access_enabled",
        location=header,
        possible=("enabled",),
        note="default of azurerm 4",
    )
    return exposed._replace(
        service="azure-ai-search",
        resource=resource("azurerm_search_service.défaut", header, 12),
        location=header,
        reason="public_access_default",
        fingerprint="f2",
        because=fact,
        related=(Related("its name", named),),
    )


@pytest.fixture
def in_module() -> Finding:
    """A failure in a called module, on a line that begins with a tab."""
    header = place("modules/ai/main.tf", 1, 'resource "azurerm_cognitive_account" "this"')
    stated = place("modules/ai/main.tf", 3, "true")
    call = Call("module.ai", place("main.tf", 14, 'module "ai"'), Location("main.tf", 14, 1, 16, 2))
    owner = resource("module.ai.azurerm_cognitive_account.this", header, 4, calls=(call,))
    switch = Fact(value=True, origin=Origin.STATED, property="local_auth_enabled", location=stated, possible=(True,))
    return Finding(
        control=KEYS,
        verdict=Verdict.FAIL,
        severity=Severity.MEDIUM,
        service="azure-ai-services",
        service_title="Azure AI services account",
        resource=owner,
        location=stated,
        message="The Azure AI services account takes shared keys",
        reason="key_auth_enabled",
        fingerprint="f3",
        fix="Set local_auth_enabled to false",
        because=switch._replace(stated=True, expression="true"),
        calls=(call,),
    )


@pytest.fixture
def undecided(exposed) -> Finding:
    """An unknown: the variable has no default."""
    unknown = Unknown("var.public", "variable public has no default")
    fact = exposed.because._replace(value=unknown, origin=Origin.UNRESOLVED, possible=(True, False), trail=())
    message = "Whether it answers to every network is not decided"
    return exposed._replace(
        verdict=Verdict.UNKNOWN, message=message, reason="undecided", fingerprint="f4", because=fact
    )


@pytest.fixture
def passed(in_module) -> Finding:
    """A pass."""
    return in_module._replace(control=ENDPOINTS, verdict=Verdict.PASS, message="It answers to nobody", fingerprint="f5")


@pytest.fixture
def suppressed(in_module) -> Finding:
    """A failure that a comment accepts."""
    return in_module._replace(suppressed=Suppression("agreed", place("main.tf", 15)), fingerprint="f6")


@pytest.fixture
def report(exposed, by_default, in_module, undecided, passed, suppressed) -> Report:
    """All of them, and everything else that a scan can tell."""
    module = Location("main.tf", 15, 12, 15, 27)
    return Report(
        findings=(exposed, by_default, undecided, in_module, passed, suppressed),
        errors=(SourceError("broken.tf", 3, "a brace is missing"),),
        not_analysed=(NotAnalysed("acme/ai/azurerm", "a remote module", module),) * 2,
        notices=(Notice("nothing here fails AIS101", place("main.tf", 11)),),
        controls=(ENDPOINTS, KEYS),
        not_applicable={ENDPOINTS.id: 1, KEYS.id: 0},
        files_read=3,
        files_skipped={"no AI service in their module": 2},
        services=4,
        seconds=0.123,
        root="/nowhere",
    )


@pytest.fixture
def clean(report) -> Report:
    """A scan that found a service and nothing wrong."""
    return report._replace(findings=(), errors=(), not_analysed=(), notices=(), services=1)


@pytest.fixture
def read_lines():
    """The lines of the files above."""
    return lambda path: FILES[path].splitlines() if path in FILES else None
