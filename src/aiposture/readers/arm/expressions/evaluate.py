"""Skeleton."""

from __future__ import annotations

from aiposture.model import Location, Value
from aiposture.readers.arm.expressions.scope import Scope


def evaluate(text: str, scope: Scope, location: Location) -> Value:
    """The value of a string of a template: its text, or what its expression gives. Never raises."""
    return Value(text, location)


def evaluate_all(value: Value, scope: Scope) -> Value:
    """`value` with every string in it evaluated, names of members too. Never raises."""
    return value
