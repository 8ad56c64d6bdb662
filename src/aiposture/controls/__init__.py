"""The controls: what is asked of every AI service. This is the list, in the order in which they are shown."""

from __future__ import annotations

from aiposture.controls import (
    access_keys,
    activity_logs,
    admin_rights,
    agent_guardrails,
    agent_roles,
    any_source_rules,
    bearer_tokens,
    encryption_keys,
    endpoint_instances,
    endpoint_policies,
    error_details,
    gateway_policies,
    identity_based_auth,
    instance_metadata,
    key_consumers,
    managed_identity,
    model_images,
    named_principals,
    network_isolation,
    notebook_downloads,
    notebook_platforms,
    notebook_root_access,
    personal_data,
    plaintext_secrets,
    private_endpoints,
    prompt_attacks,
    restricted_endpoints,
    scoped_rights,
    shell_access,
    traffic_encryption,
    trust_policies,
    user_identity,
    vpc_endpoints,
    web_firewalls,
)
from aiposture.controls._options import Options, PrivateEndpointMode
from aiposture.controls._rule import Judge, Rule
from aiposture.model import Control

__all__ = ["ALL", "Judge", "Options", "PrivateEndpointMode", "Rule", "find", "known_ids"]

ALL: tuple[Rule, ...] = (
    Rule(
        private_endpoints.CONTROL,
        private_endpoints.judge,
        reads=("public_access", "default_action", "sources", "declared_endpoints", "private_network"),
    ),
    Rule(model_images.CONTROL, model_images.judge, reads=("image_pull",)),
    Rule(vpc_endpoints.CONTROL, vpc_endpoints.judge, reads=("vpc_endpoint",)),
    Rule(
        restricted_endpoints.CONTROL, restricted_endpoints.judge, reads=("public_access", "default_action", "sources")
    ),
    Rule(any_source_rules.CONTROL, any_source_rules.judge, reads=("sources",)),
    Rule(network_isolation.CONTROL, network_isolation.judge, reads=("isolation",)),
    Rule(named_principals.CONTROL, named_principals.judge, reads=("principals",)),
    Rule(notebook_root_access.CONTROL, notebook_root_access.judge, reads=("root_access",)),
    Rule(gateway_policies.CONTROL, gateway_policies.judge, reads=("policy_engine",)),
    Rule(endpoint_policies.CONTROL, endpoint_policies.judge, reads=("endpoint_policy",)),
    Rule(shell_access.CONTROL, shell_access.judge, reads=("shell_access",)),
    Rule(instance_metadata.CONTROL, instance_metadata.judge, reads=("metadata_tokens",)),
    Rule(error_details.CONTROL, error_details.judge, reads=("error_details",)),
    Rule(web_firewalls.CONTROL, web_firewalls.judge, reads=("web_firewall",)),
    Rule(managed_identity.CONTROL, managed_identity.judge, reads=("identity",)),
    Rule(plaintext_secrets.CONTROL, plaintext_secrets.judge, reads=("secrets",)),
    Rule(scoped_rights.CONTROL, scoped_rights.judge, reads=("rights",)),
    Rule(access_keys.CONTROL, access_keys.judge, reads=("roles_not_keys",)),
    Rule(agent_roles.CONTROL, agent_roles.judge, reads=("own_role",)),
    Rule(trust_policies.CONTROL, trust_policies.judge, reads=("trust",)),
    Rule(admin_rights.CONTROL, admin_rights.judge, reads=("role_rights",)),
    Rule(identity_based_auth.CONTROL, identity_based_auth.judge, reads=("key_auth", "callers")),
    Rule(key_consumers.CONTROL, key_consumers.judge, reads=("keys",)),
    Rule(bearer_tokens.CONTROL, bearer_tokens.judge, reads=("bearer_tokens",)),
    Rule(user_identity.CONTROL, user_identity.judge, reads=("user_identity",)),
    Rule(encryption_keys.CONTROL, encryption_keys.judge, reads=("customer_keys",)),
    Rule(traffic_encryption.CONTROL, traffic_encryption.judge, reads=("traffic_encryption",)),
    Rule(notebook_downloads.CONTROL, notebook_downloads.judge, reads=("file_downloads",)),
    Rule(agent_guardrails.CONTROL, agent_guardrails.judge, reads=("guardrail",)),
    Rule(prompt_attacks.CONTROL, prompt_attacks.judge, reads=("prompt_attack_filter",)),
    Rule(personal_data.CONTROL, personal_data.judge, reads=("personal_data_filter",)),
    Rule(notebook_platforms.CONTROL, notebook_platforms.judge, reads=("platform",)),
    Rule(activity_logs.CONTROL, activity_logs.judge, reads=("activity_log",)),
    Rule(endpoint_instances.CONTROL, endpoint_instances.judge, reads=("instances",)),
)

_SHORTEST_PREFIX = 3


def find(name: str) -> tuple[Control, ...]:
    """The controls that `name` means: an id, a slug, an alias of a peer, or a prefix of ids (`AIS4`, `AIS*`).

    Case does not matter. Empty if there is none.
    """
    wanted = name.strip().casefold()
    exact = tuple(rule.control for rule in ALL if wanted in _names(rule.control))
    if exact:
        return exact
    prefix = wanted.removesuffix("*")
    if len(prefix) < _SHORTEST_PREFIX:
        return tuple(rule.control for rule in ALL) if wanted == "*" else ()
    return tuple(rule.control for rule in ALL if rule.control.id.casefold().startswith(prefix))


def known_ids() -> dict[str, str]:
    """Every name of a control that a suppression can use (id, slug, alias of a peer), with the control's id."""
    return {
        name: rule.control.id for rule in ALL for name in (rule.control.id, rule.control.slug, *rule.control.aliases)
    }


def _names(control: Control) -> frozenset[str]:
    return frozenset(text.casefold() for text in (control.id, control.slug, *control.aliases))
