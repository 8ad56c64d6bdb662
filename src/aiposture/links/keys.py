"""Shared keys on their way: where a key of a service is handed to a consumer.

A key leaves a service by an attribute (`primary_access_key`), by an action that lists keys, or by a data source
that reads the service. It arrives in one of the sinks below, whose order of harm is the control's business.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from aiposture.links.addresses import without_indexes
from aiposture.links.aws_sinks import SINKS as AWS_SINKS
from aiposture.links.google_sinks import SINKS as GOOGLE_SINKS
from aiposture.links.identity import Index
from aiposture.links.names import is_literal, literal, parse_id
from aiposture.model import AIService, KeyUse, Reference, Resource, SinkKind, Unknown, Value

MAX_DEPTH = 64
_ACTION = "azapi_resource_action"
_LISTING = frozenset({"listkeys", "listadminkeys", "listquerykeys", "listchannelwithkeys", "regeneratekey"})

# fmt: off
_APP = (
    "azurerm_app_service", "azurerm_app_service_slot", "azurerm_function_app", "azurerm_function_app_slot",
    "azurerm_linux_function_app", "azurerm_linux_function_app_slot", "azurerm_linux_web_app",
    "azurerm_linux_web_app_slot", "azurerm_windows_function_app", "azurerm_windows_function_app_slot",
    "azurerm_windows_web_app", "azurerm_windows_web_app_slot", "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard", "azurerm_logic_app_workflow", "azurerm_static_web_app", "azurerm_static_site",
    "azurerm_static_web_app_function_app_registration", "azurerm_spring_cloud_java_deployment",
    "azurerm_app_configuration_key", "azurerm_bot_web_app", "azurerm_bot_service_azure_bot",
    "Microsoft.Web/sites", "Microsoft.Web/sites/config", "Microsoft.Web/sites/slots",
    "Microsoft.Web/sites/slots/config", "Microsoft.Web/staticSites", "Microsoft.Web/staticSites/config",
    "Microsoft.Logic/workflows", "Microsoft.AppConfiguration/configurationStores/keyValues",
)
_CONTAINER = (
    "azurerm_container_app", "azurerm_container_app_job", "azurerm_container_group", "azurerm_kubernetes_secret",
    "kubernetes_secret", "kubernetes_secret_v1", "kubernetes_secret_v1_data", "kubernetes_config_map",
    "kubernetes_config_map_v1", "kubernetes_deployment", "kubernetes_deployment_v1", "kubernetes_manifest",
    "kubectl_manifest", "helm_release", "Microsoft.App/containerApps", "Microsoft.App/jobs",
    "Microsoft.ContainerInstance/containerGroups",
)
_CONNECTION = (
    "azurerm_cognitive_account_connection_account_key", "azurerm_cognitive_account_connection_api_key",
    "azurerm_cognitive_account_connection_custom_keys", "azurerm_cognitive_account_project_connection_api_key",
    "azurerm_data_factory_linked_custom_service", "azurerm_data_factory_linked_service_azure_search",
    "azurerm_synapse_linked_service", "azurerm_bot_connection", "azurerm_api_connection",
    "Microsoft.CognitiveServices/accounts/connections", "Microsoft.CognitiveServices/accounts/projects/connections",
    "Microsoft.MachineLearningServices/workspaces/connections", "Microsoft.DataFactory/factories/linkedservices",
    "Microsoft.Synapse/workspaces/linkedservices", "Microsoft.Web/connections",
)
_API_MANAGEMENT = (
    "azurerm_api_management_api_operation_policy", "azurerm_api_management_api_policy",
    "azurerm_api_management_backend", "azurerm_api_management_named_value", "azurerm_api_management_policy",
    "Microsoft.ApiManagement/service/backends", "Microsoft.ApiManagement/service/namedValues",
)
_OTHER = (
    "aws_secretsmanager_secret_version", "aws_ssm_parameter", "azuredevops_variable_group",
    "azurerm_automation_variable_object", "azurerm_automation_variable_string", "databricks_secret",
    "github_actions_environment_secret", "github_actions_organization_secret", "github_actions_secret",
    "github_codespaces_secret", "github_dependabot_secret", "gitlab_group_variable", "gitlab_project_variable",
    "azurerm_linux_virtual_machine", "azurerm_linux_virtual_machine_scale_set",
    "azurerm_orchestrated_virtual_machine_scale_set",
    "azurerm_resource_group_template_deployment", "azurerm_windows_virtual_machine",
    "azurerm_windows_virtual_machine_scale_set", "azurerm_virtual_machine_extension",
    "google_secret_manager_secret_version", "local_file", "local_sensitive_file", "null_resource",
    "terraform_data", "vault_generic_secret", "vault_kv_secret_v2", "Microsoft.Automation/automationAccounts/variables",
)
# fmt: on
_KEY_VAULT = ("azurerm_key_vault_secret", "Microsoft.KeyVault/vaults/secrets")

SINKS: dict[str, SinkKind] = {
    **dict.fromkeys(_KEY_VAULT, "key vault secret"),
    **dict.fromkeys(_CONNECTION, "connection"),
    **dict.fromkeys(_API_MANAGEMENT, "api management"),
    **dict.fromkeys(_APP, "app setting"),
    **dict.fromkeys(_CONTAINER, "container"),
    **dict.fromkeys(_OTHER, "other"),
    **AWS_SINKS,
    **GOOGLE_SINKS,
    "output": "output",
}
_SINKS_FOLDED = {type_.casefold(): sink for type_, sink in SINKS.items()}


class Foreign(NamedTuple):
    """What a data source gives away when the service it reads is not in the scan."""

    kind: str
    title: str
    keys: tuple[str, ...]


_ACCOUNT = Foreign("azure-ai-services", "Azure AI services account", ("primary_access_key", "secondary_access_key"))
_SEARCH = Foreign("azure-ai-search", "Azure AI Search", ("primary_key", "secondary_key", "query_keys"))
DATA_SOURCES = {
    "azurerm_ai_services": _ACCOUNT,
    "azurerm_cognitive_account": _ACCOUNT,
    "azurerm_search_service": _SEARCH,
    "Microsoft.CognitiveServices/accounts": _ACCOUNT._replace(keys=("listKeys",)),
    "Microsoft.Search/searchServices": _SEARCH._replace(keys=("listAdminKeys", "listQueryKeys")),
}
_FOREIGN = {type_.casefold(): foreign for type_, foreign in DATA_SOURCES.items()}

WANTED = (SINKS.keys() - {"output"}) | DATA_SOURCES.keys() | {_ACTION, "azapi_resource", "azapi_update_resource"}


class Leaf(NamedTuple):
    """An undecided value inside a consumer, and the property that it is."""

    property: str
    value: Value
    unknown: Unknown


class Uses(NamedTuple):
    """Key uses by the service's position in the index, and services that only data sources speak of."""

    known: dict[int, list[KeyUse]]
    foreign: list[AIService]


def find(index: Index, resources: Sequence[Resource]) -> Uses:
    """All places where a consumer holds a key of a service; each place counts once for a service."""
    actions = _actions(resources)
    known: dict[int, list[KeyUse]] = defaultdict(list)
    foreign: dict[tuple[str, str], tuple[Resource, list[KeyUse]]] = {}
    for consumer in resources:
        sink = _sink(consumer)
        if sink is None or consumer.exists is False:
            continue
        for leaf in _leaves(consumer.properties, "", 0):
            place = _Place(consumer, sink, leaf)
            references = list(_references(leaf.unknown))
            if references and leaf.unknown.alternatives:
                keys = {(each.address, each.path) for each in references if _is_key(index, each, actions, place)}
                place = place._replace(certain=_always_holds(leaf.unknown, keys))
            for reference in references:
                _record(index, reference, actions, place, known, foreign)
    return Uses(known, [_foreign_service(data, uses) for data, uses in foreign.values()])


class _Place(NamedTuple):
    consumer: Resource
    sink: SinkKind
    leaf: Leaf
    certain: bool = True

    def use(self, attribute: str) -> KeyUse:
        value = self.leaf.value
        return KeyUse(
            self.consumer, self.sink, self.leaf.property, attribute,
            self.leaf.unknown.expression, value.location, value.trail, self.certain,
        )  # fmt: skip


def _record(  # noqa: PLR0913, PLR0917 - the two collections are what the walk fills
    index: Index,
    reference: Reference,
    actions: dict[tuple[str, str], Resource],
    place: _Place,
    known: dict[int, list[KeyUse]],
    foreign: dict[tuple[str, str], tuple[Resource, list[KeyUse]]],
) -> None:
    unit = place.consumer.unit
    for position, attribute in _givers(index, reference, actions, unit):
        _add(known[position], place.use(attribute))
    data = index.data_source(reference.address, unit) or _named_by_id(reference, place)
    if data is None or not _gives(data, reference):
        return
    behind = index.behind(data)
    for match in behind:
        _add(known[match.service], place.use(str(reference.path[0])))
    if not behind:
        _, uses = foreign.setdefault((unit, data.address), (data, []))
        _add(uses, place.use(str(reference.path[0])))


def _is_key(index: Index, reference: Reference, actions: dict[tuple[str, str], Resource], place: _Place) -> bool:
    """Whether a reference gives a key away, of a service in the scan or elsewhere."""
    if any(True for _ in _givers(index, reference, actions, place.consumer.unit)):
        return True
    data = index.data_source(reference.address, place.consumer.unit) or _named_by_id(reference, place)
    return data is not None and _gives(data, reference)


def _always_holds(unknown: Unknown, keys: Collection[tuple[str, tuple[str | int, ...]]], depth: int = 0) -> bool:
    """Whether one of `keys` (addresses and paths) is in every value that `unknown` can take."""
    if not unknown.alternatives or depth >= MAX_DEPTH:
        own = (unknown,) if isinstance(unknown, Reference) else ()
        return any((each.address, each.path) in keys for each in (*own, *unknown.references))
    return all(
        any(_always_holds(leaf.unknown, keys, depth + 1) for leaf in _leaves(arm, "", 0))
        for arm in unknown.alternatives
    )


def _givers(
    index: Index, reference: Reference, actions: dict[tuple[str, str], Resource], unit: str
) -> Iterator[tuple[int, str]]:
    """The services whose key a reference is, with the attribute or the action that gives it away."""
    if not reference.path:
        return
    attribute = reference.path[0]
    for match in index.at_address(reference.address, unit):
        if attribute in index.services[match.service].keys:
            yield match.service, str(attribute)
    action = actions.get((unit, without_indexes(reference.address)))
    target = None if action is None else action.get("resource_id")
    if action is not None and target is not None and attribute in {"output", "sensitive_output"}:
        name = action.get("action")
        for match in index.match(target, action).matches:
            yield match.service, str(name.data) if name is not None else "listKeys"


def _named_by_id(reference: Reference, place: _Place) -> Resource | None:
    """What `listKeys('/subscriptions/...')` reads, as the data source that a template does not need for it."""
    identity = parse_id(reference.address)
    if identity is None:
        return None
    where = place.leaf.value.location
    name = identity.name if is_literal(identity.name) else Unknown(identity.name, "is not decided in the code")
    members = {"name": Value(name, where)}
    if identity.group is not None:
        members["resource_group_name"] = Value(identity.group, where)
    consumer = place.consumer
    return Resource(
        dialect=consumer.dialect,
        mode="data",
        type=identity.type,
        declared_type=identity.type,
        name=identity.name,
        address=reference.address,
        unit=consumer.unit,
        properties=Value(members, where),
        location=where,
        header=where,
        calls=consumer.calls,
    )


def _gives(data: Resource, reference: Reference) -> bool:
    foreign = _FOREIGN.get(data.type.casefold())
    return foreign is not None and bool(reference.path) and reference.path[0] in foreign.keys


def _add(uses: list[KeyUse], use: KeyUse) -> None:
    """Add a use unless its place is known: both keys of a service in one expression are one finding.

    What is certain about a place outweighs what is not.
    """
    for position in range(max(len(uses) - 8, 0), len(uses)):
        known = uses[position]
        if (known.location, known.consumer.address) == (use.location, use.consumer.address):
            if use.certain and not known.certain:
                uses[position] = use
            return
    uses.append(use)


def _foreign_service(data: Resource, uses: list[KeyUse]) -> AIService:
    foreign = _FOREIGN[data.type.casefold()]
    return AIService(foreign.kind, foreign.title, data, keys=foreign.keys, key_uses=tuple(uses))


def _actions(resources: Sequence[Resource]) -> dict[tuple[str, str], Resource]:
    return {
        (resource.unit, without_indexes(resource.address)): resource
        for resource in resources
        if resource.declared_type == _ACTION and literal(resource.get("action")) in _LISTING
    }


def _sink(resource: Resource) -> SinkKind | None:
    if resource.mode == "output":
        return "output"
    return _SINKS_FOLDED.get(resource.type.casefold()) if resource.mode == "managed" else None


def _leaves(value: Value, name: str, depth: int) -> Iterator[Leaf]:
    """The outermost undecided values, so that an expression is met once and not again in its arms."""
    data = value.data
    if isinstance(data, Unknown):
        yield Leaf(name, value, data)
    elif depth < MAX_DEPTH:
        below = data if isinstance(data, tuple) else tuple(value.members().values())
        names = [name] * len(below) if isinstance(data, tuple) else [f"{name}.{key}" for key in value.members()]
        for member, member_name in zip(below, names, strict=True):
            yield from _leaves(member, member_name.removeprefix("."), depth + 1)


def _references(unknown: Unknown, depth: int = 0) -> Iterator[Reference]:
    """The references of an unknown value and of the values that it can take."""
    if isinstance(unknown, Reference):
        yield unknown
    yield from unknown.references
    if depth < MAX_DEPTH:
        for arm in unknown.alternatives:
            for leaf in _leaves(arm, "", 0):
                yield from _references(leaf.unknown, depth + 1)
