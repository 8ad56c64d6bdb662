"""Azure Verified Modules for Bicep whose source is not at hand: parameter -> deciding property, and the default.

Defaults were verified at every published version. Most are secure, unlike those of the services themselves.
"""

from __future__ import annotations

from typing import Final

from aiposture.model import Data, Reference, Resource, Unknown
from aiposture.services import versions
from aiposture.services.azure import ACTION, KEYS_INVERTED, KEYS_OFF, KEYS_ON, PUBLIC, word
from aiposture.services.machine_learning import STORAGE_AUTH
from aiposture.services.machine_learning_parts import COMPUTES_WITH_LOCAL_AUTH
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Meaning, Noted, Prop, addresses, arms, filled, flag

COGNITIVE = "br/public:avm/res/cognitive-services/account"
MACHINE_LEARNING = "br/public:avm/res/machine-learning-services/workspace"
SEARCH = "br/public:avm/res/search/search-service"
AI_FOUNDRY = "br/public:avm/ptn/ai-ml/ai-foundry"

_ENDPOINTS: Final = True
_NO_ENDPOINTS: Final = False
_SUBNET = "privateEndpointSubnetResourceId"
_SYSTEM = Prop("managedIdentities.systemAssigned", flag("system-assigned", None))
_USER = Prop("managedIdentities.userAssignedResourceIds", filled("user-assigned"))


def _stated_public(data: Data) -> Meaning:
    """Reads the parameter; an empty text, the default of old versions, leaves the matter open."""
    return None if data == "" else PUBLIC(data)


def _identity_unless_stated(resource: Resource) -> str:
    return "system-assigned" if resource.get("managedIdentities") is None else "none"


def _workspace_public_by_default(resource: Resource) -> Noted:
    module = versions.module(MACHINE_LEARNING, resource.version)
    if module.at_least("0.4.0"):
        return Noted("disabled", f"default of {module.name}")
    endpoints = resource.get("privateEndpoints")
    if endpoints is not None and isinstance(endpoints.data, Unknown) and not arms(endpoints):
        return Noted(endpoints.data)
    closed = endpoints is not None and bool(endpoints.items())
    return Noted("disabled" if closed else "enabled", f"default of {module.name}: enabled without private endpoints")


def _is_private(resource: Resource) -> bool | Unknown:
    """Whether the pattern closes its account: it needs a subnet, and the settings of the network."""
    return _are_given(resource, (_SUBNET,), ("aiFoundryConfiguration", "networking"))


def _search_is_private(resource: Resource) -> bool | Unknown:
    """Whether the pattern closes its search service, which needs a subnet and a zone."""
    return _are_given(resource, (_SUBNET,), ("aiSearchConfiguration", "privateDnsZoneResourceId"))


def _search_is_made(resource: Resource) -> bool | Unknown:
    """Whether the pattern makes a search service: when it is told to make what belongs to it, and given none."""
    wished = word(resource, "includeAssociatedResources")
    if isinstance(wished, Unknown):
        return wished
    given = _are_given(resource, ("aiSearchConfiguration", "existingResourceId"))
    return given if wished == "true" and isinstance(given, Unknown) else wished == "true" and given is False


def _are_given(resource: Resource, *names: tuple[str, ...]) -> bool | Unknown:
    for name in names:
        value = resource.get(*name)
        if value is None or value.data == "":
            return False
        data = value.data
        # Another resource's id is there, although it is known only after the deployment.
        if isinstance(data, Unknown) and not isinstance(data, Reference) and not data.references:
            return data
    return True


def _foundry_public(resource: Resource) -> Meaning:
    return _unless_private(_is_private(resource))


def _search_public(resource: Resource) -> Meaning:
    return _unless_private(_search_is_private(resource))


def _search_keys(resource: Resource) -> Meaning:
    private = _search_is_private(resource)
    return private if isinstance(private, Unknown) else KEYS_OFF if private else KEYS_ON


def _unless_private(private: bool | Unknown) -> Meaning:  # noqa: FBT001 - an answer
    return private if isinstance(private, Unknown) else "disabled" if private else "enabled"


def _has_local_auth(resource: Resource, member: str | int) -> bool:
    """Whether a compute of a workspace can have a local sign-in; the others have an identity alone."""
    kind = word(resource, "computes", member, "computeType")
    return isinstance(kind, Unknown) or kind in COMPUTES_WITH_LOCAL_AUTH


def _has_no_local_auth(resource: Resource, member: str | int) -> bool:
    return not _has_local_auth(resource, member)


def _leaves_open(_data: Data) -> Meaning:
    return None


def _is_no_project(resource: Resource) -> bool | Unknown:
    kind = word(resource, "kind")
    return kind if isinstance(kind, Unknown) else kind != "project"


def _is_project(resource: Resource) -> bool:
    return word(resource, "kind") == "project"


def _declared_endpoints(source: str) -> Cell:
    return Cell((Prop("privateEndpoints", filled(_ENDPOINTS)),), _NO_ENDPOINTS, source)


_ACCOUNT = Binding(
    types=(COGNITIVE,),
    # Closed when nothing is said, unless there are network rules, which would have no effect then.
    public_access=Cell(
        (Prop("publicNetworkAccess", _stated_public), Prop("networkAcls", filled("enabled"))), "disabled", COGNITIVE
    ),
    default_action=Cell((Prop("networkAcls.defaultAction", ACTION),), "allow", COGNITIVE),
    sources=Cell((Prop("networkAcls.ipRules", addresses),), (), COGNITIVE),
    endpoint_groups=("account",),
    identity=Cell((_SYSTEM, _USER), "none", COGNITIVE),
    key_auth=Cell((Prop("disableLocalAuth", KEYS_INVERTED),), KEYS_OFF, COGNITIVE),
    declared_endpoints=_declared_endpoints(COGNITIVE),
)

_WORKSPACE_IDENTITY = Cell((_SYSTEM, _USER), _identity_unless_stated, MACHINE_LEARNING, default_text="system-assigned")
_WORKSPACE = Binding(
    types=(MACHINE_LEARNING,),
    public_access=Cell(
        (Prop("publicNetworkAccess", _stated_public),),
        _workspace_public_by_default,
        MACHINE_LEARNING,
        default_text="disabled from 0.4.0; before, enabled without private endpoints",
    ),
    default_action=Cell((Prop("ipAllowlist", filled("deny")),), "allow", MACHINE_LEARNING),
    sources=Cell((Prop("ipAllowlist", addresses),), (), MACHINE_LEARNING),
    endpoint_groups=("amlworkspace",),
    identity=_WORKSPACE_IDENTITY,
    # The module passes on what is said; when nothing is, the service's default holds.
    key_auth=Cell((Prop("systemDatastoresAuthMode", STORAGE_AUTH),), KEYS_ON, MACHINE_LEARNING),
    declared_endpoints=_declared_endpoints(MACHINE_LEARNING),
    when=_is_no_project,
)

_SEARCH = Binding(
    types=(SEARCH,),
    public_access=Cell((Prop("publicNetworkAccess", _stated_public),), "enabled", SEARCH),
    sources=Cell((Prop("networkRuleSet.ipRules", addresses),), (), SEARCH),
    rules_imply_deny=True,
    endpoint_groups=("searchService",),
    identity=Cell((_SYSTEM, _USER), "none", SEARCH),
    key_auth=Cell((Prop("disableLocalAuth", KEYS_INVERTED),), KEYS_OFF, SEARCH),
    declared_endpoints=_declared_endpoints(SEARCH),
)

# The subnet alone does not decide. Another resource's id is as good as a text.
_BY_SUBNET = Prop(_SUBNET, _leaves_open, secret=True)

_FOUNDRY = Binding(
    types=(AI_FOUNDRY,),
    public_access=Cell(
        (_BY_SUBNET,), _foundry_public, AI_FOUNDRY, default_text="enabled without privateEndpointSubnetResourceId"
    ),
    default_action=Cell((), "allow", AI_FOUNDRY, label="networkAcls.defaultAction"),
    endpoint_groups=("account",),
    identity=Cell((), "system-assigned", AI_FOUNDRY, label="identity"),
    key_auth=Cell((Prop("aiFoundryConfiguration.disableLocalAuth", KEYS_INVERTED),), KEYS_OFF, AI_FOUNDRY),
    declared_endpoints=Cell((_BY_SUBNET,), _is_private, AI_FOUNDRY, default_text="false"),
)

_FOUNDRY_SEARCH = Binding(
    types=(AI_FOUNDRY,),
    public_access=Cell(
        (_BY_SUBNET,), _search_public, AI_FOUNDRY, default_text="enabled without a subnet and a zone for it"
    ),
    endpoint_groups=("searchService",),
    identity=Cell((), "system-assigned", AI_FOUNDRY, label="identity"),
    key_auth=Cell((_BY_SUBNET,), _search_keys, AI_FOUNDRY, default_text="true without a subnet and a zone for it"),
    declared_endpoints=Cell((_BY_SUBNET,), _search_is_private, AI_FOUNDRY, default_text="false"),
    when=_search_is_made,
)

_COMPUTE_IDENTITY = Cell(
    (
        Prop("computes.*.managedIdentities.systemAssigned", flag("system-assigned", None)),
        Prop("computes.*.managedIdentities.userAssignedResourceIds", filled("user-assigned")),
    ),
    "none",
    MACHINE_LEARNING,
)
_COMPUTES = (
    Binding(
        types=(MACHINE_LEARNING,),
        identity=_COMPUTE_IDENTITY,
        key_auth=Cell((Prop("computes.*.disableLocalAuth", KEYS_INVERTED),), KEYS_ON, MACHINE_LEARNING),
        each="computes",
        member_when=_has_local_auth,
    ),
    Binding(types=(MACHINE_LEARNING,), identity=_COMPUTE_IDENTITY, each="computes", member_when=_has_no_local_auth),
)

SERVICES = (
    Service("azure-ai-services", "Azure AI services account", (_ACCOUNT, _FOUNDRY)),
    Service("azure-ml-workspace", "Azure Machine Learning workspace", (_WORKSPACE,)),
    Service(
        "azure-ai-hub-project",
        "Azure AI Foundry hub project",
        (Binding(types=(MACHINE_LEARNING,), identity=_WORKSPACE_IDENTITY, when=_is_project),),
    ),
    Service("azure-ai-search", "Azure AI Search", (_SEARCH, _FOUNDRY_SEARCH)),
    Service("azure-ml-compute", "Azure Machine Learning compute", _COMPUTES),
)
