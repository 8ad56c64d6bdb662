"""Who can reach a service: its network state, computed once for the controls that ask.

The order of decisions is that of Azure: an enforced perimeter overrides the service's own settings, public
access that is off makes its rules moot, and rules count only where everybody else is denied. Azure Policy
037eea7a and PSRule AZR-000280 decide the same way, but accept a rule that admits any source; here it opens
the service. A fact that is not decided stands for every value that it can take, so that an outcome is certain
exactly if all of them lead to it.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

from aiposture.controls._sources import Reach, reach
from aiposture.model import AIService, Fact, FactValue, Network, Origin, Perimeter, Unknown

_Access: TypeAlias = Literal["enabled", "disabled", "perimeter"]
_Action: TypeAlias = Literal["allow", "deny"]
_Cover: TypeAlias = Literal["none", "closed", "open"]


class State(Enum):
    """Who gets through. The first three are closed to the internet at large."""

    DISABLED = "disabled"
    PERIMETER = "perimeter"
    RESTRICTED = "restricted"
    OPEN_BY_RULE = "open by rule"
    OPEN = "open"

    @property
    def closed(self) -> bool:
        """Whether strangers are kept out."""
        return self not in {State.OPEN_BY_RULE, State.OPEN}


class Exposure(NamedTuple):
    """A state that the service can be in, why, and the fact that decides.

    `disabled`: public access is off, also where a perimeter decides.
    """

    state: State
    reason: str
    because: Fact | None
    disabled: bool = False


def exposures(service: AIService) -> tuple[Exposure, ...]:
    """All the states that the service can be in; one if the code decides, none if it has no network settings."""
    network = service.network
    if network is None:
        return ()
    found: dict[tuple[State, str, bool], Exposure] = {}
    # At most 3 * 2 * 3 * 3 combinations, whatever the facts hold: what they can be is folded to what it means.
    for access, action, sources, cover in product(
        _accesses(network.public_access), _actions(network.default_action), reaches(network.sources), _covers(service)
    ):
        for exposure in _decide(service, network, access, action, sources, cover):
            found.setdefault((exposure.state, exposure.reason, exposure.disabled), exposure)
    return tuple(found.values())


def undecided(service: AIService) -> Fact | None:
    """The first fact whose value is open, for the message of an uncertain verdict."""
    network = service.network
    facts: list[Fact | None] = []
    if network is not None:
        facts += [network.public_access, network.default_action, network.sources]
    for perimeter in service.perimeters:
        facts += [perimeter.mode, perimeter.sources]
    return next((fact for fact in facts if fact is not None and isinstance(fact.value, Unknown)), None)


def reaches(sources: Fact | None) -> tuple[Reach, ...]:
    """Whom a list of rules can admit: nobody if there is no such list."""
    if sources is None:
        return ("nobody",)
    found = [reach(value if isinstance(value, tuple) else (str(value),)) for value in sources.possible]
    # Rules that are not decided are taken for rules like others, as Azure Policy and PSRule take all of them;
    # whether one of them admits everybody is the question of the control for any-source rules.
    return tuple(dict.fromkeys(found)) or ("some", "nobody")


def may_be_enforced(perimeter: Perimeter) -> bool:
    """Whether the perimeter's rules can be in force."""
    return "enforced" in _modes(perimeter)


def _accesses(fact: Fact | None) -> tuple[_Access, ...]:
    if fact is None:
        return ("enabled",)
    every: tuple[_Access, ...] = ("enabled", "disabled", "perimeter")
    values = _values(fact, every[:2])
    return tuple(access for access in every if access in values or (access == "enabled" and values - set(every)))


def _actions(fact: Fact | None) -> tuple[_Action, ...]:
    if fact is None:
        return ("allow",)
    values = _values(fact, ("allow", "deny"))
    found: list[_Action] = []
    if values != {"deny"}:
        found.append("allow")
    if "deny" in values:
        found.append("deny")
    return tuple(found)


def _modes(perimeter: Perimeter) -> frozenset[FactValue]:
    return _values(perimeter.mode, ("enforced", "learning"))


def _values(fact: Fact, every: tuple[FactValue, ...]) -> frozenset[FactValue]:
    """What the fact can be; `every` value if it can be anything."""
    if not fact.possible or any(isinstance(value, Unknown) for value in fact.possible):
        return frozenset(every)
    return frozenset(fact.possible)


def _covers(service: AIService) -> tuple[_Cover, ...]:
    """What the perimeters do: nothing, close the service, or open it by a rule for any source."""
    if not service.perimeters:
        return ("none",)
    found: dict[_Cover, None] = {}
    certain = False
    for perimeter in service.perimeters:
        modes = _modes(perimeter)
        if "enforced" not in modes:
            continue
        certain = certain or modes == {"enforced"}
        for admitted in reaches(perimeter.sources):
            found["open" if admitted == "anybody" else "closed"] = None
    return tuple(found) if certain else ("none", *found)


def _decide(  # noqa: PLR0913, PLR0917 - one argument a fact that has a say
    service: AIService, network: Network, access: _Access, action: _Action, sources: Reach, cover: _Cover
) -> Iterator[Exposure]:
    disabled = access == "disabled"
    perimeter = next(filter(may_be_enforced, service.perimeters), None)
    if cover != "none" and perimeter is not None:
        if cover == "closed":
            yield Exposure(State.PERIMETER, "perimeter_enforced", perimeter.mode, disabled)
        else:
            yield Exposure(State.OPEN_BY_RULE, "any_source_rule", _open_rule(service), disabled)
    elif disabled:
        yield Exposure(State.DISABLED, "public_access_disabled", network.public_access, disabled)
    elif access == "perimeter":
        yield Exposure(State.PERIMETER, "secured_by_perimeter", network.public_access)
        if service.kind == "azure-ai-services":
            # Not in the schema of accounts: without an association in sight nobody knows what holds.
            yield Exposure(State.OPEN, "perimeter_not_found", network.public_access)
    else:
        yield _public(network, action, sources)


def _public(network: Network, action: _Action, sources: Reach) -> Exposure:
    """The state of a service whose public endpoint is on."""
    denied = action == "deny"
    if denied or (network.rules_imply_deny and sources != "nobody"):
        if sources == "anybody":
            return Exposure(State.OPEN_BY_RULE, "any_source_rule", network.sources)
        return Exposure(State.RESTRICTED, "firewall_deny", network.default_action if denied else network.sources)
    if sources != "nobody":
        return Exposure(State.OPEN, "rules_without_deny", _first(network.default_action, network.public_access))
    access, default_action = network.public_access, network.default_action
    if access is not None and access.origin is not Origin.DEFAULT:
        return Exposure(State.OPEN, "public_access_enabled", access)
    if default_action is not None and default_action.origin is not Origin.DEFAULT:
        return Exposure(State.OPEN, "firewall_allow", default_action)
    return Exposure(State.OPEN, "public_access_default", _first(access, default_action))


def _first(*facts: Fact | None) -> Fact | None:
    return next((fact for fact in facts if fact is not None), None)


def _open_rule(service: AIService) -> Fact | None:
    facts = (perimeter.sources for perimeter in service.perimeters if may_be_enforced(perimeter))
    return next((fact for fact in facts if "anybody" in reaches(fact)), None)
