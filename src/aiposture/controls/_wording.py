"""Facts in sentences, and the advice that fits the property as the user writes it."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Fact, FactValue, Origin, Unknown

_LONGEST = 80

# Facts are folded; these properties say the same in booleans of their own.
_OPPOSITES = frozenset({"disablelocalauth"})
_TRUE = frozenset({"enabled", "true"})
_SWITCHES: tuple[FactValue, ...] = (True, False, "enabled", "disabled", "allow", "deny")


def states(fact: Fact) -> str:
    """What the code says: `` `public_network_access_enabled` is omitted and defaults to true ``."""
    if not fact.property:
        return "its resource type decides that"
    name = f"`{fact.property}`"
    if isinstance(fact.value, Unknown) and len(fact.possible) != 1:
        return f"{name} is not decided"
    if fact.origin is Origin.DEFAULT:
        return _by_default(fact, name)
    if fact.stated is not None:
        return f"{name} is {_written(fact.stated)}"
    # A secret is a fact by being there; what it is stays out of the message.
    return f"{name} is stated" if isinstance(fact.value, bool) else f"{name} is {_written(fact.value)}"


def _by_default(fact: Fact, name: str) -> str:
    if fact.stated is not None:
        # An API version that does not know the property ignores it.
        return f"{name} is {_written(fact.stated)}, without effect" + (f" ({fact.note})" if fact.note else "")
    if fact.value is False and not leaf_of(fact).endswith("_enabled") and leaf_of(fact) not in _OPPOSITES:
        return f"{name} is omitted"
    return f"{name} is omitted and defaults to {default_of(fact)}"


def says(fact: Fact) -> str:
    """What the code says, also of properties that count by being there: `` `subnet_id` is omitted ``."""
    if fact.property and not isinstance(fact.value, Unknown) and fact.stated is None:
        if fact.origin is Origin.STATED:
            return f"`{fact.property}` is stated"
        if fact.origin is Origin.DEFAULT and fact.default is None and fact.value not in _SWITCHES:
            return f"`{fact.property}` is omitted"
    return states(fact)


def default_of(fact: Fact) -> str:
    """A default in the words of its property: a switch is true or false, whatever the fact calls it."""
    if fact.default is not None:
        return str(fact.default).lower() if isinstance(fact.default, bool) else str(fact.default)
    leaf = leaf_of(fact)
    value = fact.value
    on = value is True or (isinstance(value, str) and value in _TRUE)
    if leaf in _OPPOSITES:
        return "false" if on else "true"
    if leaf.endswith("_enabled") or isinstance(value, bool):
        return "true" if on else "false"
    return str(value)


def leaf_of(fact: Fact) -> str:
    """The last name of the fact's property, in lower case."""
    return fact.property.rpartition(".")[2].casefold()


def missing(*facts: Fact | Unknown | None) -> str:
    """What is not decided: the expression and why; the first undecided fact speaks."""
    for fact in facts:
        if isinstance(fact, Unknown):
            return f"`{shortened(fact.expression)}`: {fact.reason}"
        if fact is not None and isinstance(fact.value, Unknown):
            expression = shortened(fact.value.expression or fact.expression or "")
            name = fact.property or "a setting"
            if fact.expression is None and fact.value.expression == fact.property and fact.value.reason:
                # No expression stands there: the reason speaks about the property itself.
                return f"`{name}` {fact.value.reason}"
            said = f"`{name}` is `{expression}`" if expression else f"`{name}` is not decided"
            return f"{said}: {fact.value.reason}" if fact.value.reason else said
    return "the code does not decide it"


def shortened(text: str) -> str:
    """`text` on one line, cut to what fits in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def advice(fact: Fact | None, by_property: Mapping[str, str]) -> str | None:
    """The advice for the property that decides; None if there is none of its own."""
    return None if fact is None else by_property.get(leaf_of(fact))


def _written(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Unknown):
        return shortened(value.expression)
    if isinstance(value, str):
        return f'"{shortened(value)}"'
    if isinstance(value, tuple):
        return shortened("[" + ", ".join(map(_written, value[:5])) + (", …" if len(value) > 5 else "") + "]")  # noqa: PLR2004 - five tell enough
    return str(value)
