"""Knowledge bases and where they keep what they know: reached privately or not.

Only a store that stands in the same unit tells. OpenSearch Serverless joins by name alone: a network policy is about
the collections whose names its rules match, and one that lets the internet in outweighs the others.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from aiposture.aws_policies import bare, documents
from aiposture.links.addresses import without_indexes
from aiposture.links.names import kind_of, reference_of
from aiposture.model import AIService, Fact, Origin, Resource, Unknown, Value

_T = TypeVar("_T")

_KIND = "aws-bedrock-knowledge-base"

_STORES = {
    "aws_bedrockagent_knowledge_base": (
        ("storage_configuration", 0, "opensearch_serverless_configuration", 0, "collection_arn"),
        ("storage_configuration", 0, "opensearch_managed_cluster_configuration", 0, "domain_arn"),
        ("storage_configuration", 0, "neptune_analytics_configuration", 0, "graph_arn"),
    ),
    "AWS::Bedrock::KnowledgeBase": (
        ("StorageConfiguration", "OpensearchServerlessConfiguration", "CollectionArn"),
        ("StorageConfiguration", "OpensearchManagedClusterConfiguration", "DomainArn"),
        ("StorageConfiguration", "NeptuneAnalyticsConfiguration", "GraphArn"),
    ),
}
_COLLECTIONS = {"aws_opensearchserverless_collection": "name", "AWS::OpenSearchServerless::Collection": "Name"}
_POLICIES = {
    "aws_opensearchserverless_security_policy": ("type", "policy"),
    "AWS::OpenSearchServerless::SecurityPolicy": ("Type", "Policy"),
}
_DOMAINS = {"aws_opensearch_domain": "vpc_options", "AWS::OpenSearchService::Domain": "VPCOptions"}
_GRAPHS = {"aws_neptunegraph_graph": "public_connectivity", "AWS::NeptuneGraph::Graph": "PublicConnectivity"}

_AWSCC = ("awscc_opensearchserverless_collection", "awscc_opensearchservice_domain", "awscc_neptunegraph_graph")
WANTED: frozenset[str] = frozenset({*_COLLECTIONS, *_POLICIES, *_DOMAINS, *_GRAPHS, *_AWSCC})
_STORE_TYPES = frozenset(name.casefold() for name in WANTED)


class _Rule(NamedTuple):
    """Which collections a network policy is about, and whether the internet reaches them; None if unknown."""

    pattern: str
    public: bool | None


def connect(services: Sequence[AIService], resources: Sequence[Resource]) -> list[AIService]:
    """The services; knowledge bases with how their store is reached, where that can be told."""
    if not any(service.kind == _KIND for service in services):
        return list(services)
    stores = {(each.unit, without_indexes(each.address)): each for each in resources if kind_of(each) in _STORE_TYPES}
    rules: dict[str, list[_Rule]] = defaultdict(list)
    for resource in stores.values():
        if resource.exists is not False:
            rules[resource.unit].extend(_rules(resource))
    return [_connected(service, stores, rules) for service in services]


def _connected(service: AIService, stores: dict[tuple[str, str], Resource], rules: dict[str, list[_Rule]]) -> AIService:
    resource = service.resource
    for path in _of(_STORES, resource, ()) if service.kind == _KIND and service.private_network is None else ():
        value = resource.get(*path)
        reference = None if value is None else reference_of(value)
        store = None if reference is None else stores.get((resource.unit, without_indexes(reference.address)))
        private = None if store is None else _is_private(store, rules[resource.unit])
        if value is not None and store is not None and private is not None:
            name = ".".join(part for part in path if isinstance(part, str))
            return service._replace(private_network=_fact(name, value, store, private=private))
    return service


def _is_private(store: Resource, rules: Sequence[_Rule]) -> bool | None:
    collection, domain, graph = (_of(table, store, "") for table in (_COLLECTIONS, _DOMAINS, _GRAPHS))
    if collection:
        name = _text(store.get(collection))
        found = [rule.public for rule in rules if name and _matches(rule.pattern, f"collection/{name}")]
        if True in found:
            return False
        return None if None in found or not found else True
    if domain:
        options = store.get(domain)
        if options is not None and not options.known:
            return None
        return options is not None and options.data != ()
    switch = store.get(graph) if graph else None
    if switch is None:
        return True if graph else None
    return None if not switch.known else str(switch.data).casefold() != "true"


def _rules(resource: Resource) -> Iterator[_Rule]:
    kind, policy = _of(_POLICIES, resource, ("", ""))
    if not kind or _text(resource.get(kind)).casefold() != "network":
        return
    value = resource.get(policy)
    for document in () if value is None else documents(value):
        for rule in document if isinstance(document, list) else ():
            yield from _of_rule(rule)


def _of_rule(rule: Any) -> Iterator[_Rule]:
    if not isinstance(rule, dict):
        return
    said = str(rule.get("AllowFromPublic", "false")).casefold()
    public = None if said.startswith("${") else said == "true"
    for each in rule.get("Rules", ()) if isinstance(rule.get("Rules"), list) else ():
        if isinstance(each, dict) and str(each.get("ResourceType", "")).casefold() == "collection":
            for pattern in each.get("Resource", ()) if isinstance(each.get("Resource"), list) else ():
                yield _Rule(bare(str(pattern)), public)


def _of(table: Mapping[str, _T], resource: Resource, otherwise: _T) -> _T:
    """The entry of a resource's type, however awscc spells it."""
    kind = kind_of(resource)
    return next((entry for name, entry in table.items() if name.casefold() == kind), otherwise)


def _matches(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _text(value: Value | None) -> str:
    """A name as a policy spells it: what is not decided stands in it as `${expression}`."""
    if value is None:
        return ""
    if isinstance(value.data, Unknown):
        text = value.data.expression.strip().strip('"')
        return text if "${" in text else f"${{{text}}}"
    return str(value.data)


def _fact(name: str, value: Value, store: Resource, *, private: bool) -> Fact:
    meaning = "private" if private else "outside"
    note = None if private else f"{store.address} is reached from the internet"
    return Fact(
        meaning, Origin.STATED, name, value.location, (meaning,), stated=store.address, trail=value.trail, note=note
    )
