"""What a service is to this package: a kind, and for each dialect a binding of facets to properties."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aiposture.model import AIService, Door, Fact, FactValue, KeyRole, Network, Origin, Protection, Resource, Unknown
from aiposture.services.cases import together
from aiposture.services.table import Cell

if TYPE_CHECKING:
    from aiposture.services.identity import IdentityCell
else:
    IdentityCell = object  # an annotation of a named tuple must not be a text, or it is compiled

Condition: TypeAlias = Callable[[Resource], "bool | Unknown"]


class Several(NamedTuple):
    """A facet of which a service can have several, such as the statements of a policy.

    `read` gives a fact each, in order. `properties`, `source` and `default` are for the documentation, `cells` are
    what it reads, if it is made of such.
    """

    read: Callable[[Resource], tuple[Fact, ...]]
    properties: tuple[str, ...]
    source: str
    default: str = "none"
    cells: tuple[Cell, ...] = ()


class Binding(NamedTuple):
    """The rows of a service's table for resources of `types`. A facet without a cell is not applicable.

    `when` narrows the types further; where it is Unknown the resource may be something that the controls do
    not concern. `each` is the path of a map or a list whose members are a service each, `*` standing for their key;
    a member that states `made_elsewhere` is none, and neither is one whose key `member_when` turns down.
    `data_source`: what the types only read is a service too (a policy document). `tokens` are texts, in lower case,
    one of which a file has that declares such a service, where the types alone are too common to tell.
    """

    types: tuple[str, ...]
    public_access: Cell | None = None
    default_action: Cell | None = None
    sources: Cell | None = None
    rules_imply_deny: bool = False
    endpoint_groups: tuple[str, ...] = ()
    identity: Cell | IdentityCell | None = None
    key_auth: Cell | None = None
    keys: tuple[str, ...] = ()
    declared_endpoints: Cell | None = None
    private_network: Cell | None = None
    isolation: Cell | None = None
    image_pull: Cell | None = None
    callers: Cell | None = None
    root_access: Cell | None = None
    principals: Several | None = None
    rights: Several | None = None
    secrets: Several | None = None
    protections: Mapping[Protection, Several] = MappingProxyType({})
    door: Door = "endpoint"
    key_role: KeyRole = "accepts"
    data_source: bool = False
    tokens: tuple[str, ...] = ()
    when: Condition | None = None
    each: str | None = None
    made_elsewhere: str | None = None
    member_when: Callable[[Resource, str | int], bool] | None = None
    notes: tuple[str, ...] = ()


class Service(NamedTuple):
    """An AI service. `kind` is its slug, `title` its name for people."""

    kind: str
    title: str
    bindings: tuple[Binding, ...]


class Row(NamedTuple):
    """One line of the documentation's tables."""

    kind: str
    service: str
    types: tuple[str, ...]
    facet: str
    properties: tuple[str, ...]
    default: str
    source: str


# What the controls ask of `key_auth`, and what satisfies them.
_NO_KEYS = False

_FACETS = (
    "public_access", "default_action", "sources", "identity", "key_auth", "declared_endpoints",
    "private_network", "isolation", "image_pull", "callers", "root_access",
)  # fmt: skip
_SEVERAL = ("principals", "rights", "secrets")


def describe(service: Service) -> Iterator[Row]:
    """The documentation of a service, from the table that decides."""
    for binding in service.bindings:
        for facet in _FACETS:
            cell: Cell | IdentityCell | None = getattr(binding, facet)
            if cell is not None:
                names = tuple(dict.fromkeys(prop.name for prop in cell.props))
                default = cell.describe_default()
                yield Row(service.kind, service.title, binding.types, facet, names, default, cell.source)
        for facet in _SEVERAL:
            several: Several | None = getattr(binding, facet)
            if several is not None:
                yield _row(service, binding, facet, several)
        for name, protection in binding.protections.items():
            yield _row(service, binding, name, protection)
        if binding.keys:
            yield Row(service.kind, service.title, binding.types, "keys", binding.keys, "-", "provider documentation")


def _row(service: Service, binding: Binding, facet: str, several: Several) -> Row:
    names = tuple(dict.fromkeys(several.properties))
    return Row(service.kind, service.title, binding.types, facet, names, several.default, several.source)


def services(service: Service, binding: Binding, resource: Resource) -> tuple[AIService, ...]:
    """The AI services that `resource` is, read by `binding`: none, one, or one for each member of a map."""
    found = tuple(_services(service, binding, resource))
    cases = [resource._replace(properties=case, cases=()) for case in resource.cases]
    exact = together(found, [tuple(_services(service, binding, case)) for case in cases])
    return tuple(each._replace(resource=resource) for each in exact) if cases else found


def _services(service: Service, binding: Binding, resource: Resource) -> Iterator[AIService]:
    applies = True if binding.when is None else binding.when(resource)
    if applies is False:
        return
    for member, title, doubt in _members(service, binding, resource):
        facts = _facts(service.kind, title, member, resource)
        for unknown in (applies, doubt):
            facts = _doubted(facts, unknown) if isinstance(unknown, Unknown) else facts
        yield facts


def _facts(kind: str, title: str, binding: Binding, resource: Resource) -> AIService:
    network = None
    if binding.public_access is not None:
        network = Network(
            public_access=binding.public_access.read(resource),
            default_action=_read(binding.default_action, resource),
            sources=_read(binding.sources, resource),
            rules_imply_deny=binding.rules_imply_deny,
            door=binding.door,
        )
    return AIService(
        kind=kind,
        title=title,
        resource=resource,
        network=network,
        endpoint_groups=binding.endpoint_groups,
        identity=_read(binding.identity, resource),
        key_auth=_read(binding.key_auth, resource),
        keys=binding.keys,
        declared_endpoints=_read(binding.declared_endpoints, resource),
        private_network=_read(binding.private_network, resource),
        isolation=_read(binding.isolation, resource),
        image_pull=_read(binding.image_pull, resource),
        callers=_read(binding.callers, resource),
        root_access=_read(binding.root_access, resource),
        principals=_all(binding.principals, resource),
        rights=_all(binding.rights, resource),
        secrets=_all(binding.secrets, resource),
        key_role=binding.key_role,
        protections={name: protection.read(resource) for name, protection in binding.protections.items()},
        notes=binding.notes,
    )


def _read(cell: Cell | IdentityCell | None, resource: Resource) -> Fact | None:
    return None if cell is None else cell.read(resource)


def _all(several: Several | None, resource: Resource) -> tuple[Fact, ...]:
    return () if several is None else several.read(resource)


def _doubted(service: AIService, doubt: Unknown) -> AIService:
    """`service`, which may be one that the controls do not concern: what is not safe anyway is undecided.

    Identities stay: the other kinds of a type have one of their own.
    """
    network = service.network
    if network is not None and network.public_access is not None:
        network = network._replace(public_access=_unless(network.public_access, "disabled", doubt))
    key_auth = None if service.key_auth is None else _unless(service.key_auth, _NO_KEYS, doubt)
    return service._replace(network=network, key_auth=key_auth)


def _unless(fact: Fact, safe: FactValue, doubt: Unknown) -> Fact:
    if fact.possible == (safe,):
        return fact
    return fact._replace(
        value=doubt,
        origin=Origin.UNRESOLVED,
        possible=tuple(dict.fromkeys((*fact.possible, safe))) if fact.possible else (),
        expression=doubt.expression,
        note=f"whether this concerns the resource depends on {doubt.expression or 'a value that is not known'}",
    )


def _members(service: Service, binding: Binding, resource: Resource) -> Iterator[tuple[Binding, str, Unknown | None]]:
    """The binding of each member, its title, and what puts in doubt that it is made here."""
    if binding.each is None:
        yield binding, service.title, None
        return
    path = binding.each.split(".")
    members = resource.get(*path)
    if members is None:
        return
    # Whatever the members of an unknown map are, their properties read as unknown.
    numbers = tuple(range(len(members.items())))
    keys: tuple[str | int, ...] = ("*",) if isinstance(members.data, Unknown) else numbers or tuple(members.members())
    for key in keys:
        if binding.member_when is not None and not binding.member_when(resource, key):
            continue
        elsewhere = None if binding.made_elsewhere is None else resource.get(*path, key, binding.made_elsewhere)
        if elsewhere is None or isinstance(elsewhere.data, Unknown):
            doubt = elsewhere.data if elsewhere is not None and isinstance(elsewhere.data, Unknown) else None
            yield _at(binding, key), f"{service.title} ({binding.each}.{key})", doubt


def _at(binding: Binding, key: str | int) -> Binding:
    def cell(original: Cell | None) -> Cell | None:
        return None if original is None else original.at(key)

    return binding._replace(
        public_access=cell(binding.public_access),
        default_action=cell(binding.default_action),
        sources=cell(binding.sources),
        identity=None if binding.identity is None else binding.identity.at(key),
        key_auth=cell(binding.key_auth),
        declared_endpoints=cell(binding.declared_endpoints),
    )
