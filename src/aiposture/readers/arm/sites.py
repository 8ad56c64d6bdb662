"""Where an expression stands: a deployment, the values of its template, and the turns of the loops around it."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

from aiposture.model import Unknown, Value
from aiposture.readers.arm import names
from aiposture.readers.arm.expressions import Budget, Named, ResourceName, UserFunction

if TYPE_CHECKING:
    from aiposture.readers.arm.deployments import Deployment
    from aiposture.readers.arm.values import Values
else:
    Deployment = Values = object  # an annotation of a named tuple must not be a text, or it is compiled


class Turn(NamedTuple):
    """A turn of a loop: its name in lower case and its number, which can be unknown.

    `of_resource` tells the loop of a resource from one of its properties: only the first is meant by a
    `copyIndex()` without a name.
    """

    name: str
    number: Value
    of_resource: bool


class Site(NamedTuple):
    """A place for expressions. `turns` begins with the outermost loop."""

    deployment: Deployment
    values: Values
    turns: tuple[Turn, ...] = ()

    def turn(self, name: str, index: Value, *, of_resource: bool = False) -> "Site":
        """The same place in a turn of a loop."""
        return self._replace(turns=(*self.turns, Turn(name.casefold(), index, of_resource)))

    @property
    def budget(self) -> Budget:
        """What the unit may still spend."""
        return self.deployment.unit.budget

    def parameter(self, name: str) -> Named | None:
        """The value of `parameters('name')`."""
        return self.values.parameter(name)

    def variable(self, name: str) -> Named | None:
        """The value of `variables('name')`."""
        return self.values.variable(name)

    def function(self, namespace: str, name: str) -> UserFunction | None:
        """The template's own function `namespace.name`."""
        return self.values.function(namespace, name)

    def copy_index(self, name: str | None) -> Value | None:
        """The number of this turn of the loop `name`, or of the resource's own loop."""
        inner_first = self.turns[::-1]
        if name is not None:
            folded = name.casefold()
            return next((turn.number for turn in inner_first if turn.name == folded), None)
        first = next(iter(inner_first), None)
        found = next((turn for turn in inner_first if turn.of_resource), first)
        return None if found is None else found.number

    def key(self, name: Value) -> Hashable:
        """What mentions of one name in the unit have in common, although it may not be known."""
        return names.key(name, self._owner, [turn.number for turn in self.turns])

    def _owner(self, unknown: Unknown) -> int:
        """Which values an unknown one comes from: those of this template, or of one that passed it on."""
        deployment, values = self.deployment, self.values
        while deployment.parent is not None and (values.was_given(unknown) or not deployment.makes(unknown)):
            deployment = deployment.parent
            values = deployment.values
        return id(values)

    def resource(self, name: ResourceName) -> str | None:
        """The address of the resource of that type and name, in this deployment or else in its unit."""
        return self.deployment.unit.find(name, self)

    def symbol(self, name: Value) -> str | None:
        """The address of the resource that a symbolic name or a resource's name means."""
        return self.deployment.symbol(name, self)

    def state(self, address: str) -> Value | None:
        """The outputs of a nested deployment."""
        return self.deployment.unit.state(address)

    def fact(self, name: str) -> Value | None:
        """Nothing of what only the deployment knows is guessed."""
        del name
        return None
