"""The controls: what is asked of every AI service. This is the list, in the order in which they are shown."""

from __future__ import annotations

from aiposture.controls._options import Options, PrivateEndpointMode
from aiposture.controls._rule import Judge, Rule
from aiposture.model import Control

__all__ = ["ALL", "Judge", "Options", "PrivateEndpointMode", "Rule", "find", "known_ids"]

ALL: tuple[Rule, ...] = (
    Rule(
        "AIS101",
        "private_endpoints",
        reads=("public_access", "default_action", "sources", "declared_endpoints", "private_network"),
    ),
    Rule("AIS102", "model_images", reads=("image_pull",)),
    Rule("AIS103", "vpc_endpoints", reads=("vpc_endpoint",)),
    Rule("AIS201", "restricted_endpoints", reads=("public_access", "default_action", "sources")),
    Rule("AIS202", "any_source_rules", reads=("sources",)),
    Rule("AIS203", "network_isolation", reads=("isolation",)),
    Rule("AIS204", "named_principals", reads=("principals",)),
    Rule("AIS205", "notebook_root_access", reads=("root_access",)),
    Rule("AIS206", "gateway_policies", reads=("policy_engine",)),
    Rule("AIS207", "endpoint_policies", reads=("endpoint_policy",)),
    Rule("AIS208", "shell_access", reads=("shell_access",)),
    Rule("AIS209", "instance_metadata", reads=("metadata_tokens",)),
    Rule("AIS210", "error_details", reads=("error_details",)),
    Rule("AIS211", "web_firewalls", reads=("web_firewall",)),
    Rule("AIS301", "managed_identity", reads=("identity",)),
    Rule("AIS302", "plaintext_secrets", reads=("secrets",)),
    Rule("AIS303", "scoped_rights", reads=("rights",)),
    Rule("AIS304", "access_keys", reads=("roles_not_keys",)),
    Rule("AIS305", "agent_roles", reads=("own_role",)),
    Rule("AIS306", "trust_policies", reads=("trust",)),
    Rule("AIS307", "admin_rights", reads=("role_rights",)),
    Rule("AIS401", "identity_based_auth", reads=("key_auth", "callers")),
    Rule("AIS402", "key_consumers", reads=("keys",)),
    Rule("AIS403", "bearer_tokens", reads=("bearer_tokens",)),
    Rule("AIS404", "user_identity", reads=("user_identity",)),
    Rule("AIS501", "encryption_keys", reads=("customer_keys",)),
    Rule("AIS502", "traffic_encryption", reads=("traffic_encryption",)),
    Rule("AIS503", "notebook_downloads", reads=("file_downloads",)),
    Rule("AIS601", "agent_guardrails", reads=("guardrail",)),
    Rule("AIS602", "prompt_attacks", reads=("prompt_attack_filter",)),
    Rule("AIS603", "personal_data", reads=("personal_data_filter",)),
    Rule("AIS701", "notebook_platforms", reads=("platform",)),
    Rule("AIS801", "activity_logs", reads=("activity_log",)),
    Rule("AIS802", "endpoint_instances", reads=("instances",)),
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
