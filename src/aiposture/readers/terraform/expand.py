"""`count` and `for_each`: how many instances a resource or a module call has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from aiposture.model import Location, Unknown, Value
from aiposture.readers.terraform import operators
from aiposture.readers.terraform.budget import MAX_INSTANCES
from aiposture.readers.terraform.containers import PartialObject
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.expressions import Conditional, Expression
from aiposture.readers.terraform.frames import NO_FRAME, Frame, Scope
from aiposture.readers.terraform.loops import Entry, entries
from aiposture.readers.terraform.symbols import EvaluationError, choose
from aiposture.readers.terraform.syntax import Body

Form = Literal["one", "count", "for_each"]


class Slot(NamedTuple):
    """One instance: its key in the address, what `each` and `count` are in it, and whether it exists."""

    key: str | int | None
    frame: Frame
    exists: bool | Unknown = True

    @property
    def suffix(self) -> str:
        """The key as addresses have it."""
        if self.key is None:
            return ""
        return f"[{self.key}]" if isinstance(self.key, int) else f'["{self.key}"]'


class Expansion(NamedTuple):
    """All instances. `decided` says whether their number and keys are known; none at all is one that does not exist.

    `at_most_one` says of an undecided one that there are zero or one.
    """

    form: Form
    slots: tuple[Slot, ...]
    decided: bool = True
    at_most_one: bool = False

    @property
    def existing(self) -> tuple[Slot, ...]:
        """The slots that surely exist, if that is decided."""
        return tuple(slot for slot in self.slots if slot.exists is True) if self.decided else ()


_ONE = Expansion("one", (Slot(None, NO_FRAME),))


def expand(body: Body, scope: Scope) -> Expansion:
    """The instances that the block with this body has in `scope`."""
    count, for_each = body.attributes.get("count"), body.attributes.get("for_each")
    if count is not None:
        return _expand("count", count.expression, scope, _count)
    if for_each is not None:
        return _expand("for_each", for_each.expression, scope, _for_each)
    return _ONE


def _expand(
    form: Form, node: Expression, scope: Scope, slots_of: Callable[[Value], tuple[Slot, ...] | None]
) -> Expansion:
    value = attempt(node, scope)
    try:
        if isinstance(value.data, Unknown):
            return _undecided(form, node, value, scope, slots_of)
        if isinstance(value.data, PartialObject) and value.data.open is not None:
            return _unnamed(form, node, value)
        slots = slots_of(value)
    except EvaluationError as error:
        return _open(form, node, str(error))
    if slots is None:
        return _open(form, node, "the keys are not known")
    scope.budget.spend(len(slots))
    if not slots:
        return Expansion(form, (Slot(None, _unknown_frame(form, value.location, value), exists=False),))
    return Expansion(form, slots)


def _open(form: Form, node: Expression, reason: str) -> Expansion:
    unknown = Value(Unknown(node.span.text, reason), node.span.location)
    assert isinstance(unknown.data, Unknown)  # noqa: S101 - for the type checker
    return Expansion(form, (Slot(None, _unknown_frame(form, unknown.location, unknown), unknown.data),), decided=False)


def _unnamed(form: Form, node: Expression, value: Value) -> Expansion:
    """One instance that stands for all, of which some have a key that is not known."""
    found = list(entries(value))
    doubts = [entry.doubt for entry in found if entry.doubt is not None]
    exists: bool | Unknown = doubts[0] if len(doubts) == len(found) else True
    each = {
        "key": choose(node.span, [entry.key for entry in found], ()),
        "value": choose(node.span, [entry.value for entry in found], ()),
    }
    slot = Slot(None, Frame({"each": Value(each, value.location)}), exists)
    return Expansion(form, (slot,), decided=False, at_most_one=len(found) == 1)


def _undecided(
    form: Form, node: Expression, value: Value, scope: Scope, slots_of: Callable[[Value], tuple[Slot, ...] | None]
) -> Expansion:
    """One instance that stands for all, bound to the only element if there is at most one."""
    assert isinstance(value.data, Unknown)  # noqa: S101 - the caller's check, for the type checker
    exists: bool | Unknown = value.data
    frame = _unknown_frame(form, value.location, value)
    known = [slots_of(arm) if arm.known else None for arm in value.data.alternatives]
    slots = [each for each in known if each is not None]
    if not slots or len(slots) < len(known):
        return Expansion(form, (Slot(None, frame, exists),), decided=False)
    if all(any(slot.exists is True for slot in each) for each in slots):
        exists = True
    at_most_one = all(len(each) <= 1 for each in slots)
    if at_most_one and any(slots):
        frame = _either([each[0].frame for each in slots if each], node, value)
    if isinstance(node, Conditional):
        then, otherwise = (_is_none(arm, scope, slots_of) for arm in (node.then, node.otherwise))
        if then is not otherwise:
            frame = frame.holding(node.condition.span.text, holds=otherwise)
    return Expansion(form, (Slot(None, frame, exists),), decided=False, at_most_one=at_most_one)


def _is_none(arm: Expression, scope: Scope, slots_of: Callable[[Value], tuple[Slot, ...] | None]) -> bool:
    """Whether an arm of the condition surely gives no instance."""
    value = attempt(arm, scope)
    return value.known and slots_of(value) == ()


def _either(frames: Sequence[Frame], node: Expression, because: Value) -> Frame:
    """What `each` or `count` is in the only instance, which is another one in each arm."""
    if len(frames) == 1:
        return frames[0]
    names = {}
    for name, first in frames[0].names.items():
        choices = [frame.names[name].members() for frame in frames]
        members = {part: choose(node.span, [each[part] for each in choices], (because,)) for part in first.members()}
        names[name] = Value(members, first.location)
    return Frame(names)


def _unknown_frame(form: Form, location: Location, value: Value) -> Frame:
    reason = value.data.reason if isinstance(value.data, Unknown) else f"there is no instance: {form} gives none"

    def unknown(expression: str) -> Value:
        return Value(Unknown(expression, reason), location)

    if form == "count":
        return Frame({"count": Value({"index": unknown("count.index")}, location)})
    each = {"key": unknown("each.key"), "value": unknown("each.value")}
    return Frame({"each": Value(each, location)})


def _count(value: Value) -> tuple[Slot, ...]:
    number = operators.number(value)
    if not isinstance(number, int) or number < 0:
        message = "count must be a whole number"
        raise EvaluationError(message)
    _check_instances(number)
    location = value.location
    return tuple(
        Slot(index, Frame({"count": Value({"index": Value(index, location)}, location)})) for index in range(number)
    )


def _check_instances(number: int) -> None:
    if number > MAX_INSTANCES:
        message = f"more than {MAX_INSTANCES} instances"
        raise EvaluationError(message)


def _for_each(value: Value) -> tuple[Slot, ...] | None:
    data = value.data
    if isinstance(data, PartialObject) and data.open is not None:
        return None
    if isinstance(data, Mapping):
        _check_instances(len(data))
        return tuple(map(_each, entries(value)))
    if not isinstance(data, tuple):
        message = "for_each must be a map or a set"
        raise EvaluationError(message)
    _check_instances(len(data))
    if not all(member.known for member in data):
        return None
    keys: dict[str, Value] = {}
    for member in data:
        if not isinstance(member.data, (str, int, float)):
            message = "for_each must be a set of strings"
            raise EvaluationError(message)
        keys.setdefault(str(member.data), member)
    return tuple(_each(Entry(Value(key, keys[key].location), keys[key])) for key in sorted(keys))


def _each(entry: Entry) -> Slot:
    exists = True if entry.doubt is None else entry.doubt
    each = Value({"key": entry.key, "value": entry.value}, entry.value.location)
    return Slot(str(entry.key.data), Frame({"each": each}), exists)
