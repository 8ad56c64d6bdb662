"""Calls of registry modules whose source is not at hand: input -> deciding property, and the module's default.

Defaults were verified at every published tag. A module's default is not its provider's: some are secure.
"""

from __future__ import annotations

from typing import Final

from aiposture.model import Resource, Unknown
from aiposture.services import bicep_modules, google_org_policies, versions
from aiposture.services.azure import ACTION, KEYS_FLAG, KEYS_INVERTED, KEYS_OFF, KEYS_ON, PUBLIC_FLAG, word
from aiposture.services.identity import IdentityCell
from aiposture.services.machine_learning import STORAGE_AUTH
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Noted, Prop, addresses, filled, flag

COGNITIVE = "Azure/avm-res-cognitiveservices-account/azurerm"
MACHINE_LEARNING = "Azure/avm-res-machinelearningservices-workspace/azurerm"
SEARCH = "Azure/avm-res-search-searchservice/azurerm"
AI_FOUNDRY = "Azure/avm-ptn-aiml-ai-foundry/azurerm"
LANDING_ZONE = "Azure/avm-ptn-aiml-landing-zone/azurerm"
OPENAI = "Azure/openai/azurerm"

_INVERTED_PUBLIC = flag("disabled", "enabled")
_SYSTEM = flag("system-assigned", None)  # false leaves it to the user-assigned ones
_ENDPOINTS: Final = True
_NO_ENDPOINTS: Final = False


def _managed_identities(source: str, *, default: str = "none", user_assigned: bool = True) -> Cell:
    props = [Prop("managed_identities.system_assigned", _SYSTEM)]
    if user_assigned:
        props.append(Prop("managed_identities.user_assigned_resource_ids", filled("user-assigned")))
    return Cell(tuple(props), default, source)


def _declared_endpoints(source: str, path: str = "private_endpoints") -> Cell:
    return Cell((Prop(path, filled(_ENDPOINTS)),), _NO_ENDPOINTS, source)


_COGNITIVE = Binding(
    types=(COGNITIVE,),
    # Null up to 0.5, which is the provider's default, true; true from 0.6 on.
    public_access=Cell((Prop("public_network_access_enabled", PUBLIC_FLAG),), "enabled", COGNITIVE),
    default_action=Cell((Prop("network_acls.default_action", ACTION),), "allow", COGNITIVE),
    sources=Cell((Prop("network_acls.ip_rules", addresses),), (), COGNITIVE),
    endpoint_groups=("account",),
    identity=_managed_identities(COGNITIVE),
    key_auth=Cell((Prop("local_auth_enabled", KEYS_FLAG),), KEYS_ON, COGNITIVE),
    keys=("primary_access_key", "secondary_access_key"),
    declared_endpoints=_declared_endpoints(COGNITIVE),
)

_OPENAI = Binding(
    types=(OPENAI,),
    public_access=Cell((Prop("public_network_access_enabled", PUBLIC_FLAG),), "disabled", OPENAI),
    default_action=Cell((Prop("network_acls.0.default_action", ACTION),), "allow", OPENAI),
    sources=Cell((Prop("network_acls.0.ip_rules", addresses),), (), OPENAI),
    endpoint_groups=("account",),
    identity=IdentityCell(OPENAI, types=("identity.type",), ids=("identity.identity_ids",)),
    key_auth=Cell((Prop("local_auth_enabled", KEYS_FLAG),), KEYS_ON, OPENAI),
    keys=("openai_primary_key", "openai_secondary_key"),
    declared_endpoints=_declared_endpoints(OPENAI, "private_endpoint"),
)


def _workspace_public_by_default(resource: Resource) -> Noted:
    module = versions.module(MACHINE_LEARNING, resource.version)
    return Noted("disabled" if module.at_least("0.8.0") else "enabled", f"default of {module.name}")


def _workspace_keys_by_default(resource: Resource) -> Noted:
    module = versions.module(MACHINE_LEARNING, resource.version)
    if module.at_least("0.3.4"):
        return Noted(KEYS_OFF, f"default of {module.name}")
    return Noted(KEYS_ON, f"{module.name} cannot express it: storage_access_type came with 0.3.4")


def _is_no_project(resource: Resource) -> bool | Unknown:
    kind = word(resource, "kind")
    return kind if isinstance(kind, Unknown) else kind != "project"


def _is_project(resource: Resource) -> bool:
    return word(resource, "kind") == "project"


def _zone_search_is_deployed(resource: Resource) -> bool | Unknown:
    deploy = word(resource, "ks_ai_search_definition", "deploy")
    return deploy if isinstance(deploy, Unknown) else deploy != "false"


_WORKSPACE_IDENTITY = _managed_identities(MACHINE_LEARNING, default="system-assigned")
_WORKSPACE = Binding(
    types=(MACHINE_LEARNING,),
    public_access=Cell(
        # The deprecated is_private wins when it is stated.
        (Prop("is_private", _INVERTED_PUBLIC), Prop("public_network_access_enabled", PUBLIC_FLAG)),
        _workspace_public_by_default,
        MACHINE_LEARNING,
        default_text="disabled from 0.8.0, enabled before",
    ),
    default_action=Cell((Prop("ip_allowlist", filled("deny")),), "allow", MACHINE_LEARNING),
    sources=Cell((Prop("ip_allowlist", addresses),), (), MACHINE_LEARNING),
    endpoint_groups=("amlworkspace",),
    identity=_WORKSPACE_IDENTITY,
    key_auth=Cell(
        (Prop("storage_access_type", STORAGE_AUTH),),
        _workspace_keys_by_default,
        MACHINE_LEARNING,
        default_text="identity from 0.3.4, AccessKey before",
    ),
    declared_endpoints=_declared_endpoints(MACHINE_LEARNING),
    when=_is_no_project,
)

_SEARCH = Binding(
    types=(SEARCH,),
    public_access=Cell((Prop("public_network_access_enabled", PUBLIC_FLAG),), "enabled", SEARCH),
    sources=Cell((Prop("allowed_ips", addresses),), (), SEARCH),
    rules_imply_deny=True,
    endpoint_groups=("searchService",),
    # User-assigned identities alone end in no identity at all.
    identity=_managed_identities(SEARCH, user_assigned=False),
    key_auth=Cell((Prop("local_authentication_enabled", KEYS_FLAG),), KEYS_ON, SEARCH),
    keys=("primary_key", "secondary_key", "query_keys"),
    declared_endpoints=_declared_endpoints(SEARCH),
)


def _foundry_account(module: str, prefix: str, public_access: Cell, endpoints: Cell) -> Binding:
    account = f"{prefix}ai_foundry"

    def identity_by_default(resource: Resource) -> str:
        stated = resource.get(*account.split("."), "managed_identities", "system_assigned")
        return "system-assigned" if stated is None else "none"

    return Binding(
        types=(module,),
        public_access=public_access,
        default_action=Cell((Prop(f"{account}.network_acls.default_action", ACTION),), "allow", module),
        sources=Cell((Prop(f"{account}.network_acls.ip_rules", addresses),), (), module),
        endpoint_groups=("account",),
        identity=Cell(
            (
                Prop(f"{account}.managed_identities.system_assigned", _SYSTEM),
                Prop(f"{account}.managed_identities.user_assigned_resource_ids", filled("user-assigned")),
            ),
            identity_by_default,
            module,
            default_text="system-assigned",
        ),
        key_auth=Cell((Prop(f"{account}.disable_local_auth", KEYS_INVERTED),), KEYS_ON, module),
        declared_endpoints=endpoints,
    )


def _foundry_search(module: str, prefix: str, public_access: Cell, endpoints: Cell) -> Binding:
    """The search services that a Foundry module makes itself: only with `create_byor`, and not for existing ones."""

    def created(resource: Resource) -> bool | Unknown:
        byor = word(resource, *f"{prefix}create_byor".split("."))
        return byor if isinstance(byor, Unknown) else byor == "true"

    return Binding(
        types=(module,),
        public_access=public_access,
        endpoint_groups=("searchService",),
        identity=Cell((), "system-assigned", module, label="identity"),
        key_auth=Cell(
            (Prop(f"{prefix}ai_search_definition.*.local_authentication_enabled", KEYS_FLAG),), KEYS_ON, module
        ),
        declared_endpoints=endpoints,
        when=created,
        each=f"{prefix}ai_search_definition",
        made_elsewhere="existing_resource_id",
    )


_BY_ENDPOINTS = Prop("create_private_endpoints", _INVERTED_PUBLIC)
_FOUNDRY_ENDPOINTS = Cell(
    (Prop("create_private_endpoints", flag(_ENDPOINTS, _NO_ENDPOINTS)),), _NO_ENDPOINTS, AI_FOUNDRY
)
_ZONE_ENDPOINTS = Cell((), _ENDPOINTS, LANDING_ZONE, label="private_endpoints")

_ZONE_SEARCH = Binding(
    types=(LANDING_ZONE,),
    public_access=Cell(
        (Prop("ks_ai_search_definition.public_network_access_enabled", PUBLIC_FLAG),), "disabled", LANDING_ZONE
    ),
    endpoint_groups=("searchService",),
    identity=Cell((), Noted("none", "the module cannot express it"), LANDING_ZONE, label="identity"),
    key_auth=Cell((Prop("ks_ai_search_definition.local_authentication_enabled", KEYS_FLAG),), KEYS_ON, LANDING_ZONE),
    declared_endpoints=_ZONE_ENDPOINTS,
    when=_zone_search_is_deployed,
)

SERVICES = (
    Service(
        "azure-ai-services",
        "Azure AI services account",
        (
            _COGNITIVE,
            _OPENAI,
            _foundry_account(
                AI_FOUNDRY,
                "",
                Cell(
                    (Prop("ai_foundry.public_network_access_enabled", PUBLIC_FLAG), _BY_ENDPOINTS),
                    "enabled",
                    AI_FOUNDRY,
                ),
                _FOUNDRY_ENDPOINTS,
            ),
            _foundry_account(
                LANDING_ZONE,
                "ai_foundry_definition.",
                Cell(
                    (Prop("ai_foundry_definition.ai_foundry.public_network_access_enabled", PUBLIC_FLAG),),
                    "disabled",
                    LANDING_ZONE,
                ),
                _ZONE_ENDPOINTS,
            ),
        ),
    ),
    Service("azure-ml-workspace", "Azure Machine Learning workspace", (_WORKSPACE,)),
    Service(
        "azure-ai-hub-project",
        "Azure AI Foundry hub project",
        (Binding(types=(MACHINE_LEARNING,), identity=_WORKSPACE_IDENTITY, when=_is_project),),
    ),
    Service(
        "azure-ai-search",
        "Azure AI Search",
        (
            _SEARCH,
            _foundry_search(AI_FOUNDRY, "", Cell((_BY_ENDPOINTS,), "enabled", AI_FOUNDRY), _FOUNDRY_ENDPOINTS),
            _foundry_search(
                LANDING_ZONE,
                "ai_foundry_definition.",
                Cell((), "disabled", LANDING_ZONE, label="public_network_access_enabled"),
                _ZONE_ENDPOINTS,
            ),
            _ZONE_SEARCH,
        ),
    ),
    *bicep_modules.SERVICES,
    *google_org_policies.MODULES,
)
