"""Instances of resources: properties that are evaluated when asked for, and what references to them give."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from aiposture.model import Data, Reference, Unknown, Value
from aiposture.readers.terraform import blocks
from aiposture.readers.terraform.containers import incomplete, object_of
from aiposture.readers.terraform.expand import Expansion, Slot
from aiposture.readers.terraform.frames import Scope
from aiposture.readers.terraform.source import Span
from aiposture.readers.terraform.symbols import EvaluationError, Whole, reference
from aiposture.readers.terraform.syntax import Block

_BROKEN = Unknown("", "there is a syntax error in its block")


class Instance:
    """One instance of a resource or data source."""

    def __init__(self, scope: Scope, block: Block, slot: Slot, address: str) -> None:
        """`address` is the full one, with the key."""
        self.block = block
        self.slot = slot
        self.address = address
        self._site = blocks.Site(scope, slot.frame, address)
        self._properties: dict[str, Value | None] = {}
        self._names: dict[str, list[Block]] | None = None
        self._busy: set[str] = set()

    def property_of(self, name: str) -> Value | None:
        """An attribute, or nested blocks; None if not configured. Raises EvaluationError if it refers to itself."""
        if name in self._busy:
            message = f"{self.address}.{name} refers to itself"
            raise EvaluationError(message)
        if name not in self._properties:
            self._busy.add(name)
            try:
                nested = self._nested().get(name, ())
                self._properties[name] = blocks.property_of(self.block.body, name, self._site, nested)
            finally:
                self._busy.discard(name)
        return self._properties[name]

    def properties(self) -> Value:
        """All that is configured."""
        members = {name: self.property_of(name) for name in self._nested()}
        found = Value({name: value for name, value in members.items() if value is not None}, self.block.header)
        return incomplete(found, _BROKEN) if self.block.broken else found

    def _nested(self) -> dict[str, list[Block]]:
        if self._names is None:
            self._names = blocks.names(self.block.body)
        return self._names

    def member(self, name: str, span: Span) -> Value:
        """What `resource.name` is: the configured value, or else a reference."""
        itself = reference(self.address, (name,), span.text)
        configured = None if self.block.type == "data" else self.property_of(name)
        if configured is None or configured.data is None:
            return Value(itself, span.location)
        if isinstance(configured.data, Unknown) and not isinstance(configured.data, Reference):
            data = configured.data.replace(references=(itself, *configured.data.references))
            return configured.with_data(data)
        return configured


class Family(NamedTuple):
    """All instances of one block: of a resource, or of a module call."""

    address: str  # without a key
    expansion: Expansion
    block: Block

    def value(self, text: str, members: Sequence[Callable[[str, Span], Value]]) -> Value:
        """What the bare name stands for: one instance, a list by `count`, a map by `for_each`, or an unknown number.

        `members` gives the attributes of each slot, in the order of the slots.
        """
        location = self.block.location
        slots = self.expansion.slots
        if not self.expansion.decided:
            at_most_one = self.expansion.at_most_one
            reason = _reason(slots[0].exists) or f"{self.address} is not deployed yet"
            whole = Whole(text, reason, (), (), self.address, member=members[0], many=True, at_most_one=at_most_one)
            return Value(whole, location)

        def one(number: int) -> Value:
            address = self.address + slots[number].suffix
            whole = Whole(text, f"{address} is not deployed yet", address=address, member=members[number])
            return Value(whole, location)

        existing = [number for number, slot in enumerate(slots) if slot.exists is not False]
        data: Data
        if self.expansion.form == "one":
            return one(0)
        if self.expansion.form == "count":
            data = tuple(one(number) for number in existing)
        else:
            doubts = {str(slot.key): slot.exists for slot in slots if isinstance(slot.exists, Unknown)}
            data = object_of({str(slots[number].key): one(number) for number in existing}, doubts, {})
        return Value(data, location)


def _reason(exists: bool | Unknown) -> str:  # noqa: FBT001 - a value, no switch
    return exists.reason if isinstance(exists, Unknown) else ""
