"""The second waist: facts about AI services, without a word about dialects or controls."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from aiposture.model.resource import Resource
from aiposture.model.source import Location, Step
from aiposture.model.values import Scalar, Unknown, Value

FactValue: TypeAlias = Scalar | tuple[str | Unknown, ...] | Unknown


class Origin(Enum):
    """How a fact's value came to be."""

    STATED = "stated"
    DEFAULT = "default"
    UNRESOLVED = "unresolved"


class Fact(NamedTuple):
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

    @classmethod
    def of(cls, name: str, value: Value, meaning: FactValue) -> "Fact":
        """The fact that the property `name`, which is stated, has `meaning`; it is not decided if that is Unknown."""
        unknown = isinstance(meaning, Unknown)
        return cls(
            value=meaning,
            origin=Origin.UNRESOLVED if unknown else Origin.STATED,
            property=name,
            location=value.location,
            possible=() if unknown else (meaning,),
            trail=value.trail,
        )


PublicAccess = Literal["enabled", "disabled", "perimeter"]
Identity = Literal[
    "none", "system-assigned", "user-assigned", "user-assigned-without-ids",
    "own-role",  # an IAM role or a service account that the code names
    "default-account",  # the default service account, which everything in the project shares
    "shared-agent",  # the agent of the cloud, which all services of its kind share
]  # fmt: skip

Door = Literal["endpoint", "internet access", "public address", "portal", "perimeter"]
"""What a service's public access is: an endpoint for callers, its own way out, an address of its own, a page that
people sign in to, or a perimeter around a project."""

PrivateNetwork = Literal[
    "private",
    "no-path",  # in a network of the customer that has no private path to the cloud's APIs
    "isolated",  # in no network of the customer, and without a way to the internet
    "outside",  # in the provider's network
    "public",  # in the provider's network, with the internet open
]

Callers = Literal[
    "identified",
    "any-token",  # every token of the issuer is accepted, whomever it was made for
    "unauthorized",  # callers are known, and nothing decides what each may do
    "anonymous",
    "no-sign-in",  # it is a caller itself, of something that asks nobody who they are
    "no-credentials",  # it is a caller itself, and shows nothing that says so
]

Principals = Literal["named", "any-account", "anyone"]

Rights = Literal["scoped", "every-model", "broad", "wildcard", "full-access"]

Protection = Literal[
    "customer_keys",  # data is encrypted with keys of the customer
    "traffic_encryption",  # so is what the machines of a job send each other
    "activity_log",
    "instances",  # more than one machine answers
    "platform",  # the machine's system still gets updates
    "guardrail",
    "prompt_attack_filter",
    "personal_data_filter",
    "policy_engine",  # a policy decides what each caller may do
    "endpoint_policy",  # a policy limits what may pass a private endpoint
    "shell_access",  # nobody gets a shell on the machine
    "file_downloads",  # files stay on the machine
    "metadata_tokens",  # the machine's metadata asks for a token
    "user_identity",  # each user has only rights and documents of his own
    "bearer_tokens",  # nobody may make or use keys at will
    "trust",  # the cloud's service can only be sent by the customer
    "roles_not_keys",  # no access key stands for a workload
    "own_role",  # no other agent has the role
    "role_rights",  # the role is no administrator
    "vpc_endpoint",  # a workload's way to the service stays in its network
    "error_details",  # callers are not told what went wrong inside
    "web_firewall",  # requests pass a web application firewall
]
"""A protection that a service has or lacks; the facet of one control each."""

KeyRole = Literal["accepts", "stores", "is"]
"""What a service has to do with a shared key: callers may show one, it signs in with one, or it is one itself."""


class Network(NamedTuple):
    """Who can reach the service. Values: `public_access` is a PublicAccess, `default_action` "allow" or "deny",
    `sources` the addresses and ranges (IPv4, IPv6 or CIDR) that rules admit, an Unknown for each undecided one.
    `rules_imply_deny`: a rule closes the service to everybody else without a default action (AI Search).
    `door` says what `public_access` opens.
    """

    public_access: Fact | None
    default_action: Fact | None = None
    sources: Fact | None = None
    rules_imply_deny: bool = False
    door: Door = "endpoint"


class PrivateEndpoint(NamedTuple):
    """An inbound private endpoint that links.py found. `state` "unknown": its target is not decided."""

    state: Literal["bound", "manual", "unknown"]
    address: str
    location: Location
    note: str | None = None


class Perimeter(NamedTuple):
    """A network security perimeter association. `mode` is the folded access mode
    ("enforced", "learning", "audit"); `sources` are the inbound prefixes that its profile admits.
    """

    mode: Fact
    sources: Fact | None
    address: str
    location: Location


SinkKind = Literal["key vault secret", "connection", "api management", "app setting", "container", "output", "other"]


class KeyUse(NamedTuple):
    """A shared key of the service handed on: `consumer` is the resource (or output) whose text at `location`
    holds the key. `attribute` is the key's attribute (`primary_access_key`, `listKeys`). It is not `certain` if the
    text can also come out without any key: a condition that the code does not decide.
    """

    consumer: Resource
    sink: SinkKind
    property: str
    attribute: str
    expression: str
    location: Location
    trail: tuple[Step, ...] = ()
    certain: bool = True


class AIService(NamedTuple):
    """An AI service in the code. A facet that is None does not exist for this service: not applicable.

    `kind` is a slug (`azure-ai-services`), `title` its name for people. `endpoint_groups` are the private-link
    group ids that reach it inbound (`account`), empty if it can have none. `key_auth` is True if shared keys
    are accepted. `keys` names the attributes that give a key away (`primary_access_key`).
    The links are filled by links.py.

    Facets of AWS and Google Cloud, where a private network is a property and not a resource of its own:
    `private_network` is a PrivateNetwork, `isolation` True if the workload's containers can make no network calls,
    `image_pull` "private" or "public": how container images are fetched. `callers` is a Callers, `root_access` True
    if users of a notebook are root. One fact a statement or a member: `principals` (Principals) are those whom a
    policy lets in, `rights` (Rights) what it lets them do. `secrets` is True for a secret that stands in the code.
    `key_role` is what `key_auth` means. `protections` has what is simply there or not, a fact for each place where it
    can be: True if it is, False if it is not, a word of the service's table for what lies between.
    """

    kind: str
    title: str
    resource: Resource
    network: Network | None = None
    endpoint_groups: tuple[str, ...] = ()
    identity: Fact | None = None
    key_auth: Fact | None = None
    keys: tuple[str, ...] = ()
    private_network: Fact | None = None
    isolation: Fact | None = None
    image_pull: Fact | None = None
    callers: Fact | None = None
    root_access: Fact | None = None
    principals: tuple[Fact, ...] = ()
    rights: tuple[Fact, ...] = ()
    secrets: tuple[Fact, ...] = ()
    key_role: KeyRole = "accepts"
    protections: Mapping[Protection, tuple[Fact, ...]] = MappingProxyType({})
    declared_endpoints: Fact | None = None  # a remote module's own private endpoints: value True / False / Unknown
    private_endpoints: tuple[PrivateEndpoint, ...] = ()
    perimeters: tuple[Perimeter, ...] = ()
    key_uses: tuple[KeyUse, ...] = ()
    notes: tuple[str, ...] = ()
