"""One stack: its names and what they stand for, evaluated when asked for."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from aiposture.model import Call, NotAnalysed, Reference, Step, Unknown, Value
from aiposture.readers.cloudformation import evaluate, logic, loops, nested, sam
from aiposture.readers.cloudformation.assumptions import NOTHING, Assumptions
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.nodes import Entry, Node, Object, object_of, text_of
from aiposture.readers.cloudformation.parameters import Argument, Parameter, parameter
from aiposture.readers.cloudformation.source import Span
from aiposture.readers.cloudformation.template import Template
from aiposture.readers.cloudformation.unit import Unit
from aiposture.readers.cloudformation.values import unknown

_STACK = "AWS::CloudFormation::Stack"


class Place(NamedTuple):
    """Where a stack stands among the others: `prefix` of its addresses, the calls that led to it."""

    prefix: str = ""
    calls: tuple[Call, ...] = ()
    exists: bool | Unknown = True
    chain: tuple[str, ...] = ()


_TOP = Place()


class Declared(NamedTuple):
    """A resource as declared; `condition` is the name of the condition that it hangs on."""

    entry: Entry
    body: Object
    type: str
    condition: str | None
    looped: bool | Unknown  # as Member.exists


class Scope:
    """One stack of a unit."""

    def __init__(self, unit: Unit, template: Template, arguments: Mapping[str, Argument], place: Place = _TOP) -> None:
        """The stack of `template` with `arguments` for its parameters, at `place` in the unit."""
        self.unit = unit
        self.template = template
        self.arguments = arguments
        self.place = place
        self._parameters: dict[str, Parameter] = {}
        self._conditions: dict[tuple[str, tuple[object, ...]], Value] = {}
        self._sections: dict[str, loops.Expanded] = {}
        self._declared: dict[str, Declared] | None = None
        self._stacks: dict[str, Scope | NotAnalysed | None] = {}
        self._open: set[tuple[str, str]] = set()  # what is being worked out, to notice circles
        self._assumed: Assumptions = NOTHING

    def evaluate(self, node: Node) -> Value:
        """The value of a node; an unknown one, with the reason, if it has none. Raises BudgetError."""
        return evaluate.evaluate(node, self)

    @contextlib.contextmanager
    def assuming(self, assumptions: Assumptions, *, only: bool = False) -> Iterator[None]:
        """Inside, these conditions are known: the arm of an Fn::If, or a resource that hangs on one."""
        before = self._assumed
        self._assumed = assumptions if only else before.joined(assumptions)
        try:
            yield
        finally:
            self._assumed = before

    @contextlib.contextmanager
    def _once(self, kind: str, name: str) -> Iterator[None]:
        if (kind, name) in self._open:
            raise MalformedError(f"{kind} {name} refers to itself")
        self._open.add((kind, name))
        try:
            yield
        finally:
            self._open.discard((kind, name))

    def section(self, name: str) -> loops.Expanded:
        """Conditions, Resources or Outputs with their loops written out. Raises MalformedError in a circle."""
        if name not in self._sections:
            nodes = {
                "Conditions": self.template.conditions,
                "Resources": self.template.resources,
                "Outputs": self.template.outputs,
            }
            with self._once("section", name):
                self._sections[name] = loops.expand(nodes[name], self.evaluate, self.unit.budget)
        return self._sections[name]

    @property
    def resources(self) -> Mapping[str, Declared]:
        """The declared resources by their logical ids, with what the Globals of SAM give them."""
        if self._declared is None:
            members = self.section("Resources").members.values()
            found = (self._resource(member) for member in members)
            self._declared = {one.entry.name: one for one in found if one is not None}
        return self._declared

    def _resource(self, member: loops.Member) -> Declared | None:
        body = object_of(member.entry.value)
        type_ = text_of(body.get("Type")) if body is not None else None
        if body is None or type_ is None:
            return None
        shared = sam.with_globals(type_, body.get("Properties"), self.template.globals)
        if shared is not None and shared is not body.get("Properties"):
            own = body.members.get("Properties")
            entry = Entry("Properties", own.key if own else member.entry.key, shared)
            body = Object(body.span, {**body.members, "Properties": entry})
        return Declared(member.entry, body, type_, text_of(body.get("Condition")), member.exists)

    def named(self, name: str, span: Span) -> Value:
        """What `Ref` gives. Raises MalformedError if nothing has that name."""
        if name == "AWS::NoValue":
            return Value(None, span.location)
        if name.startswith("AWS::"):
            return unknown(span, f"{name} is not known before deployment", (), f"${{{name}}}", filled=True)
        if name in self.template.parameters.members:
            return self._parameter(name, span)
        return Value(self._reference(name, ("Ref",), name), span.location)

    def _parameter(self, name: str, span: Span) -> Value:
        found = self._parameters.get(name)
        if found is None:
            declared = self.template.parameters.members[name]
            with self._once("parameter", name):
                found = parameter(declared, self.arguments.get(name))
            self._parameters[name] = found
        value, kind = found
        value = self._assumed.about(name, value)
        self.unit.budget.spend(len(value.items()))
        if kind is None:
            return Value(value.data, span.location)
        steps = (Step(kind, f"parameter {name}", value.location), *value.trail)
        return Value(value.data, span.location, steps[:8])

    def attribute(self, name: str, path: tuple[str, ...], span: Span) -> Value:
        """What `Fn::GetAtt` gives: the output of a nested stack if it is here. Raises MalformedError."""
        declared = self.resources.get(name)
        if declared and path[:1] == ("Outputs",) and len(path) > 1:
            stack = self.stack(declared)
            if isinstance(stack, Scope):
                return stack.output(path[1], f"{name}.{path[1]}", span)
        return Value(self._reference(name, path, f"{name}.{'.'.join(path)}"), span.location)

    def _reference(self, name: str, path: tuple[str, ...], text: str) -> Reference:
        if name not in self.resources and not self._open_ended:
            raise MalformedError(f"the template has no parameter or resource {name}")
        address = f"{self.place.prefix}{name}"
        return Reference(f"${{{text}}}", f"{address} is not deployed yet", address=address, path=path)

    @property
    def _open_ended(self) -> bool:
        """Whether a transform, or a loop over nobody knows what, can make resources that are not seen here."""
        return self.template.is_sam or bool(self.template.macros) or self.section("Resources").missing is not None

    def output(self, name: str, text: str, span: Span) -> Value:
        """The value of an output of this stack, as used at `span` in the stack around it."""
        member = self.section("Outputs").members.get(name)
        body = object_of(member.entry.value) if member else None
        node = body.get("Value") if body else None
        if node is None:
            raise MalformedError(f"the nested stack has no output {name}")
        with self._once("output", name):
            value = self.evaluate(node)
        return Value(value.data, span.location, (Step("output", text, value.location), *value.trail)[:8])

    def condition(self, name: str, span: Span) -> Value:
        """Whether a condition holds."""
        if name in self._assumed.conditions:
            return Value(self._assumed.conditions[name], span.location)
        key = name, self._assumed.key
        if key not in self._conditions:
            member = self.section("Conditions").members.get(name)
            if member is None:
                raise MalformedError(f"the template has no condition {name}")
            with self._once("condition", name):
                self._conditions[key] = logic.test(member.entry.value, self)
        value = self._conditions[key]
        return Value(value.data, span.location, value.trail)

    def mapping(self, name: str) -> Object:
        """A mapping. Raises MalformedError if there is none such."""
        found = object_of(self.template.mappings.get(name))
        if found is None:
            raise MalformedError(f"the template has no mapping {name}")
        return found

    def mapping_names(self) -> tuple[str, ...]:
        """The names of all mappings."""
        return tuple(self.template.mappings.members)

    def exists(self, declared: Declared) -> bool | Unknown:
        """Whether a resource, or the output that is written the same way, is made at all."""
        answers = [self.place.exists, declared.looped]
        if declared.condition is not None:
            answers.append(self._holds(declared.condition, declared.entry.key))
        if any(answer is False for answer in answers):
            return False
        return next((answer for answer in answers if isinstance(answer, Unknown)), True)

    def _holds(self, condition: str, span: Span) -> bool | Unknown:
        try:
            data = self.condition(condition, span).data
        except MalformedError as error:
            return Unknown(condition, str(error))
        return data if isinstance(data, (bool, Unknown)) else Unknown(condition, "is no condition")

    def given(self, declared: Declared) -> Assumptions:
        """What is known where a resource is concerned: that its own condition holds. Raises MalformedError."""
        return NOTHING if declared.condition is None else logic.implied(declared.condition, self, holds=True)

    def stack(self, declared: Declared) -> "Scope | NotAnalysed | None":
        """The nested stack that a resource is; None if it is none."""
        if declared.type not in (_STACK, sam.APPLICATION):
            return None
        name = declared.entry.name
        if name not in self._stacks:
            with self._once("nested stack", name), self.assuming(self.given(declared), only=True):
                target = nested.locate(declared, self)
            if isinstance(target, NotAnalysed):
                self._stacks[name] = target
            else:
                self._stacks[name] = self._inside(declared, target)
        return self._stacks[name]

    def _inside(self, declared: Declared, target: nested.Target) -> "Scope":
        entry = declared.entry
        call = Call(f"nested stack {entry.name}", entry.key.location, entry.span.location)
        place = Place(
            f"{self.place.prefix}{entry.name}.",
            (*self.place.calls, call),
            self.exists(declared),
            (*self.place.chain, self.template.path),
        )
        arguments = {
            name: Argument("argument", lambda node=member.value: self._argument(declared, node))  # type: ignore[misc]
            for name, member in target.parameters.members.items()
        }
        return Scope(self.unit, target.template, arguments, place)

    def _argument(self, declared: Declared, node: Node) -> Value:
        with self.assuming(self.given(declared), only=True):
            value = self.evaluate(node)
        # A list is handed on as one text, as the service does.
        if isinstance(value.data, tuple) and any(isinstance(one.data, (tuple, Mapping)) for one in value.data):
            return unknown(node.span, "is no text")
        if isinstance(value.data, Mapping):
            return unknown(node.span, "is no text")
        return value
