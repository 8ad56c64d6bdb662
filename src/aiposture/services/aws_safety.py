"""What keeps models of Bedrock from saying or doing what they should not: guardrails, and agents that have one."""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Unknown, Value
from aiposture.services.aws_google_cells import is_filled, member, objects
from aiposture.services.aws_protections import Protections, computed, is_word, leaf
from aiposture.services.table import Meaning

_AGENT = "Well-Architected Generative AI Lens GENSEC02-BP01"
_PROMPTS = "Well-Architected Generative AI Lens GENSEC04-BP02"
_PERSONAL = "Prowler, guardrails with a filter for sensitive information"


def agent_guardrail(path: str) -> Protections:
    """Whether an agent has a guardrail; one that is a draft can change under it."""
    return computed("guardrail", path, _guardrail, _AGENT, "none")


def _guardrail(value: Value | None) -> Meaning:
    for block in objects(value):
        if isinstance(block.data, Unknown):
            return block.data
        named = is_filled(member(block, "GuardrailIdentifier", "guardrail_identifier", "guardrail_arn"))
        if isinstance(named, Unknown):
            # A guardrail that the code names by a variable is one.
            named = True
        if named:
            return "draft" if is_word(leaf(block, "GuardrailVersion", "guardrail_version"), "draft") else True
    return False


def prompt_attacks(path: str) -> Protections:
    """Whether a guardrail blocks attacks by prompts: its filter is on, has a strength and acts."""
    return computed("prompt_attack_filter", path, _blocks_attacks, _PROMPTS, "none")


def _blocks_attacks(value: Value | None) -> Meaning:
    return _any([_blocks(each) for each in objects(value)])


def _any(verdicts: Sequence[bool | Unknown]) -> bool | Unknown:
    """Whether one of several is true; undecided if one of them could be."""
    if any(verdict is True for verdict in verdicts):
        return True
    return next((verdict for verdict in verdicts if isinstance(verdict, Unknown)), False)


def _blocks(filter_: Value) -> bool | Unknown:
    kind = leaf(filter_, "Type", "type")
    if isinstance(filter_.data, Unknown):
        return filter_.data
    if isinstance(kind, Unknown):
        return kind
    if not is_word(kind, "prompt_attack"):
        return False
    strength = leaf(filter_, "InputStrength", "input_strength")
    action = leaf(filter_, "InputAction", "input_action")
    enabled = leaf(filter_, "InputEnabled", "input_enabled")
    if is_word(strength, "none") or is_word(action, "none") or is_word(enabled, "false"):
        return False
    return next((each for each in (strength, action, enabled) if isinstance(each, Unknown)), True)


def personal_data(path: str) -> Protections:
    """Whether a guardrail looks for personal data."""
    return computed("personal_data_filter", path, _looks_for_personal_data, _PERSONAL, "none")


def _looks_for_personal_data(value: Value | None) -> Meaning:
    kinds = (("PiiEntitiesConfig", "pii_entities_config"), ("RegexesConfig", "regexes_config"))
    filters = [each for block in objects(value) for names in kinds for each in objects(member(block, *names))]
    undecided = [block.data for block in objects(value) if isinstance(block.data, Unknown)]
    return _any([*(_acts(each) for each in filters), *undecided])


def _acts(filter_: Value) -> bool | Unknown:
    if isinstance(filter_.data, Unknown):
        return filter_.data
    action = leaf(filter_, "Action", "action")
    return action if isinstance(action, Unknown) else not is_word(action, "none")
