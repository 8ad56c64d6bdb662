"""The second waist: facts about AI services, without a word about dialects or controls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal, NoReturn, TypeAlias

from aiposture.model.resource import Resource
from aiposture.model.source import Location, Step
from aiposture.model.values import Scalar, Unknown

FactValue: TypeAlias = "Scalar | tuple[str | Unknown, ...] | Unknown"


class Origin(Enum):
    """How a fact's value came to be."""

    STATED = "stated"
    DEFAULT = "default"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that decides something, with where it came from.

    `property` is the property as the user would write it (`network_acls.default_action`). `location` is the
    text that decides: the stated value, or the block's header when the provider's default applies.
    `stated` is the raw value as code has it, for the message (`"Enabled"`, `true`), None if omitted;
    `default` is then what the provider takes instead, in the property's own words, None if it has none.
    `possible` are all the values it can take: one for a known value, several when a condition is unknown,
    empty when it can be anything. `note` says what the reader of a finding should know about it
    ("default of azurerm 5, the newest: no required_providers found").
    """

    value: FactValue
    origin: Origin
    property: str
    location: Location
    possible: tuple[FactValue, ...]
    stated: Scalar = None
    expression: str | None = None
    trail: tuple[Step, ...] = ()
    note: str | None = None
    default: Scalar = None

    def __bool__(self) -> NoReturn:
        raise TypeError(f"the truth of a fact was asked: {self.property}")


PublicAccess = Literal["enabled", "disabled", "perimeter"]
Identity = Literal["none", "system-assigned", "user-assigned", "user-assigned-without-ids"]


@dataclass(frozen=True, slots=True)
class Network:
    """Who can reach the service. Values: `public_access` is a PublicAccess, `default_action` "allow" or "deny",
    `sources` the addresses and ranges (IPv4, IPv6 or CIDR) that rules admit, an Unknown for each undecided one. `rules_imply_deny`: a rule closes
    the service to everybody else without a default action (AI Search)."""

    public_access: Fact | None
    default_action: Fact | None = None
    sources: Fact | None = None
    rules_imply_deny: bool = False


@dataclass(frozen=True, slots=True)
class PrivateEndpoint:
    """An inbound private endpoint that links.py found. `state` "unknown": its target is not decided."""

    state: Literal["bound", "manual", "unknown"]
    address: str
    location: Location
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Perimeter:
    """A network security perimeter association. `mode` is the folded access mode
    ("enforced", "learning", "audit"); `sources` are the inbound prefixes that its profile admits."""

    mode: Fact
    sources: Fact | None
    address: str
    location: Location


SinkKind = Literal["key vault secret", "connection", "api management", "app setting", "container", "output", "other"]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A shared key of the service handed on: `consumer` is the resource (or output) whose text at `location`
    holds the key. `attribute` is the key's attribute (`primary_access_key`, `listKeys`)."""

    consumer: Resource
    sink: SinkKind
    property: str
    attribute: str
    expression: str
    location: Location
    trail: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class AIService:
    """An AI service in the code. A facet that is None does not exist for this service: not applicable.

    `kind` is a slug (`azure-ai-services`), `title` its name for people. `endpoint_groups` are the private-link
    group ids that reach it inbound (`account`), empty if it can have none. `key_auth` is True if shared keys
    are accepted. `keys` names the attributes that give a key away (`primary_access_key`).
    The links are filled by links.py.
    """

    kind: str
    title: str
    resource: Resource
    network: Network | None = None
    endpoint_groups: tuple[str, ...] = ()
    identity: Fact | None = None
    key_auth: Fact | None = None
    keys: tuple[str, ...] = ()
    declared_endpoints: Fact | None = None  # a remote module's own private endpoints: value True / False / Unknown
    private_endpoints: tuple[PrivateEndpoint, ...] = ()
    perimeters: tuple[Perimeter, ...] = ()
    key_uses: tuple[KeyUse, ...] = ()
    notes: tuple[str, ...] = ()
