"""What an expression can ask its template for."""

from typing import NamedTuple, Protocol

from aiposture.model import StepKind, Value
from aiposture.readers.arm.expressions.budget import Budget


class Named(NamedTuple):
    """A parameter's or variable's value where it was written, with its own trail, and how it was given.

    The evaluator makes the step that leads from the use to `value.location`.
    """

    value: Value
    kind: StepKind


class ResourceName(NamedTuple):
    """A resource as `resourceId()` and its kin name it.

    `type` is the full type, as written; `names` are one for each segment of it and may be unknown. `subscription`
    and `group` are None if the call leaves them to the deployment. `parent` is the id of the resource (or
    management group) that an extension resource extends.
    """

    type: str
    names: tuple[Value, ...]
    subscription: Value | None = None
    group: Value | None = None
    parent: Value | None = None


class UserFunction(NamedTuple):
    """A function of the template: the names of its parameters, and its output's value as it is written."""

    parameters: tuple[str, ...]
    body: Value


class Scope(Protocol):
    """A template (or a copy of one of its resources) as seen from an expression in it.

    Names compare without case. Whoever implements this works out each parameter and variable once, and answers
    with an Unknown when one hangs on itself. None means: there is no such thing. The value of a secure parameter
    has to be an Unknown, because known values can be repeated in the text of expressions.
    """

    @property
    def budget(self) -> Budget:
        """What the evaluation of the whole unit may still spend."""
        ...

    def parameter(self, name: str) -> Named | None:
        """The value of `parameters('name')`; Unknown(expression="parameters('name')") if nothing gives it one."""
        ...

    def variable(self, name: str) -> Named | None:
        """The value of `variables('name')`."""
        ...

    def function(self, namespace: str, name: str) -> UserFunction | None:
        """The template's own function `namespace.name`."""
        ...

    def copy_index(self, name: str | None) -> Value | None:
        """The number (from 0) of this turn of the loop `name`, or of the innermost one; can be unknown."""
        ...

    def resource(self, name: ResourceName) -> str | None:
        """The address of the resource of that type and name, if it stands in this deployment (or in its unit)."""
        ...

    def symbol(self, name: Value) -> str | None:
        """The address of what `reference('name')` means: a symbolic name (`sym`, `sym[0]`), or a resource's name."""
        ...

    def state(self, address: str) -> Value | None:
        """What is known of a deployed resource's properties: `{"outputs": {...}}` of a nested deployment.

        None if nothing is known; the evaluator then gives a Reference to `address`.
        """
        ...

    def fact(self, name: str) -> Value | None:
        """What `name()` gives for one of FACTS (an object), if it is known."""
        ...


FACTS = frozenset(
    {"deployer", "deployment", "environment", "managementGroup", "resourceGroup", "subscription", "tenant"}
)
"""The functions without arguments that tell about the deployment."""
