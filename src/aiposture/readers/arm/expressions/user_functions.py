"""A template's own function, as seen from inside of it."""

from collections.abc import Mapping
from typing import NamedTuple

from aiposture.model import Value
from aiposture.readers.arm.expressions.budget import Budget
from aiposture.readers.arm.expressions.scope import Named, ResourceName, Scope, UserFunction


class FunctionScope(NamedTuple):
    """The scope of a function's output: its own parameters, and what the template around it knows."""

    outer: Scope
    arguments: Mapping[str, Value]

    @property
    def budget(self) -> Budget:
        """The unit's."""
        return self.outer.budget

    def parameter(self, name: str) -> Named | None:
        """An argument of the call."""
        value = self.arguments.get(name.casefold())
        return None if value is None else Named(value, "argument")

    def variable(self, name: str) -> Named | None:
        """The template's."""
        return self.outer.variable(name)

    def function(self, namespace: str, name: str) -> UserFunction | None:
        """The template's."""
        return self.outer.function(namespace, name)

    def copy_index(self, name: str | None) -> Value | None:
        """A function stands in no loop."""
        del name
        return None

    def resource(self, name: ResourceName) -> str | None:
        """The template's."""
        return self.outer.resource(name)

    def symbol(self, name: Value) -> str | None:
        """The template's."""
        return self.outer.symbol(name)

    def state(self, address: str) -> Value | None:
        """The template's."""
        return self.outer.state(address)

    def fact(self, name: str) -> Value | None:
        """The template's."""
        return self.outer.fact(name)
