"""Module calls: where the module's code is, how many instances there are, and what is given to each."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from aiposture.model import Unknown, Value
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.expand import Slot, expand
from aiposture.readers.terraform.instances import Family
from aiposture.readers.terraform.source import Span
from aiposture.readers.terraform.symbols import EvaluationError, reference
from aiposture.readers.terraform.syntax import Block
from aiposture.readers.terraform.unit import Failure, Remote, call_of

if TYPE_CHECKING:
    from aiposture.readers.terraform.scope import Argument, Scope
else:
    Argument = Scope = object  # an annotation of a named tuple must not be a text, or it is compiled

MAX_NESTING = 32
_META = frozenset({"source", "version", "providers", "count", "for_each", "depends_on"})


class ModuleCall(NamedTuple):
    """A call with its instances: scopes if the code is here, else the remote module it is, or neither if broken."""

    family: Family
    scopes: tuple[Scope, ...] = ()
    remote: Remote | None = None

    def value(self, span: Span) -> Value:
        """What `module.name` stands for. Raises EvaluationError if the module's code should be here and is not."""
        if self.remote is None and not self.scopes:
            message = f"{self.family.address} could not be read"
            raise EvaluationError(message)
        members = [self._member(number) for number in range(len(self.family.expansion.slots))]
        return self.family.value(span.text, members)

    def _member(self, number: int) -> Callable[[str, Span], Value]:
        if self.scopes:
            scope = self.scopes[number]
            return lambda name, _span: scope.output(name)
        address = self.family.address + self.family.expansion.slots[number].suffix
        return lambda name, span: Value(reference(address, (name,), span.text), span.location)


def call_module(scope: Scope, name: str, block: Block) -> ModuleCall:
    """The instances of the module that `block` calls in `scope`. What is wrong with it becomes the unit's error."""
    unit, place = scope.unit, scope.place
    family = Family(f"{place.prefix}module.{name}", expand(block.body, scope), block)
    found = unit.locate(scope.configuration.directory, f"{place.key}{name}", block)
    if isinstance(found, Remote):
        return ModuleCall(family, remote=found)
    if isinstance(found, str):
        found = _entered(scope, found)
    if isinstance(found, Failure):
        unit.error(block.header, found.message)
        return ModuleCall(family)
    configuration = unit.configuration(found)
    scopes = []
    for slot in family.expansion.slots:
        inner = place._replace(
            chain=(*place.chain, configuration),
            prefix=f"{family.address}{slot.suffix}.",
            key=f"{place.key}{name}.",
            calls=(*place.calls, call_of(block)),
            exists=both(place.exists, slot.exists),
        )
        scopes.append(scope.child(inner, arguments(scope, block, slot)))
    return ModuleCall(family, tuple(scopes))


def _entered(scope: Scope, directory: str) -> str | Failure:
    chain = scope.place.chain
    if any(configuration.directory == directory for configuration in chain):
        return Failure(f"the module {directory or '.'} calls itself")
    if len(chain) > MAX_NESTING:
        return Failure("modules are nested too deeply")
    return directory


def arguments(scope: Scope, block: Block, slot: Slot) -> Mapping[str, Argument]:
    """What a call gives to the variables of one instance, evaluated in the caller when asked for."""

    def given(name: str) -> Callable[[], Value]:
        return lambda: attempt(block.body.attributes[name].expression, scope, slot.frame)

    found = {name: ("argument", given(name)) for name in block.body.attributes if name not in _META}
    return cast("Mapping[str, Argument]", found)


def both(outer: bool | Unknown, inner: bool | Unknown) -> bool | Unknown:  # noqa: FBT001 - values, no switches
    """Whether something exists that needs both."""
    if outer is False or inner is False:
        return False
    return outer if isinstance(outer, Unknown) else inner
