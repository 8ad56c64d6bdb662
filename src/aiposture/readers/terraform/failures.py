"""Values inside of `try` and `can`, of which some arms cannot be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiposture.model import Data, Unknown, Value
from aiposture.readers.terraform.containers import presents, rebuilt
from aiposture.readers.terraform.symbols import Failed, trail_of


def fails(value: Value) -> bool:
    """Whether it can be that the value cannot be evaluated."""
    return without_failures(value) is not value


def without_failures(value: Value) -> Value | None:
    """The value without the arms that fail, at all depths: None if nothing is left, itself if nothing fails."""
    data = value.data
    if isinstance(data, Failed):
        return None
    if isinstance(data, Unknown):
        return _of_unknown(value, data)
    if isinstance(data, tuple):
        return _of_container(value, data, type(data))
    if isinstance(data, Mapping):
        members = presents(data)

        def remade(kept: tuple[Value, ...]) -> Data:
            return rebuilt(data, dict(zip(members, kept, strict=True)))

        return _of_container(value, tuple(members.values()), remade)
    return value


def _of_unknown(value: Value, data: Unknown) -> Value | None:
    arms = [without_failures(arm) for arm in data.alternatives]
    kept = tuple(arm for arm in arms if arm is not None)
    if len(kept) == len(arms) and all(new is old for new, old in zip(kept, data.alternatives, strict=True)):
        return value
    if not kept:
        return None
    if len(kept) == 1:
        return Value(kept[0].data, value.location, trail_of(kept[0], value))
    return value.with_data(data.replace(alternatives=kept))


def _of_container(
    value: Value, members: tuple[Value, ...], remade: Callable[[tuple[Value, ...]], Data]
) -> Value | None:
    kept: list[Value] = []
    for member in members:
        sound = without_failures(member)
        if sound is None:
            return None
        kept.append(sound)
    if all(new is old for new, old in zip(kept, members, strict=True)):
        return value
    return value.with_data(remade(tuple(kept)))
