"""A module instance: what its names stand for, worked out when asked for, and once."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from aiposture.model import Call, Reference, StepKind, Unknown, Value
from aiposture.readers.bounds import BudgetError
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.budget import Budget
from aiposture.readers.terraform.calls import ModuleCall, call_module
from aiposture.readers.terraform.configuration import Configuration
from aiposture.readers.terraform.containers import Path
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.expand import expand
from aiposture.readers.terraform.frames import Named
from aiposture.readers.terraform.instances import Family, Instance
from aiposture.readers.terraform.source import Span
from aiposture.readers.terraform.symbols import EvaluationError
from aiposture.readers.terraform.syntax import Block
from aiposture.readers.terraform.type_constraints import convert
from aiposture.readers.terraform.unit import Unit

Argument = tuple["StepKind", Callable[[], Value]]
_MODES = MappingProxyType({"data": "data", "ephemeral": "ephemeral", "resource": "managed"})


class Place(NamedTuple):
    """Where a module instance stands in its unit.

    `prefix` begins its addresses (`module.a["x"].`), `key` its calls in `terraform init`'s manifest (`a.`),
    `chain` are the configurations from the root down to its own.
    """

    chain: tuple[Configuration, ...]
    prefix: str = ""
    key: str = ""
    calls: tuple[Call, ...] = ()
    exists: bool | Unknown = True


class Scope:
    """One instance of a module."""

    def __init__(self, unit: Unit, place: Place, arguments: Mapping[str, Argument]) -> None:
        """`arguments` are the values given to its variables."""
        self.unit = unit
        self.place = place
        self.configuration = place.chain[-1]
        self.calls: dict[str, ModuleCall] = {}
        self._arguments = arguments
        self._memo: dict[tuple[str, str], Value] = {}
        self._busy: set[tuple[str, ...]] = set()
        self._families: dict[tuple[str, str, str], tuple[Family, tuple[Instance, ...]]] = {}
        self._family_values: dict[tuple[str, str, str, str], Value] = {}

    @property
    def budget(self) -> Budget:
        """What the unit may still spend."""
        return self.unit.budget

    def named(self, root: str, steps: Sequence[ast.TraversalStep], span: Span) -> Named:
        """What the beginning of a traversal stands for. Raises EvaluationError."""
        first = steps[0].name if steps and isinstance(steps[0], ast.Attribute) else None
        if first is None:
            message = f"{span.text} is no value"
            raise EvaluationError(message)
        if root == "var":
            value, kind = self.variable(first)
            return Named(value, kind, 1)
        if root == "local":
            return Named(self.local(first), "local", 1)
        if root == "module":
            return Named(self.module(first).value(span), "output", 1)
        if root in ("path", "terraform", "tofu", "self", "each", "count"):
            return Named(self._builtin(root, first, span), "value", 1)
        return self._resource_named(root, steps, span)

    def variable(self, name: str) -> tuple[Value, StepKind]:
        """A variable's value where it was given, and how it was given."""
        declaration = self.configuration.variables.get(name)
        argument = self._arguments.get(name)
        if declaration is None:
            message = f"variable {name} is not declared"
            raise EvaluationError(message)
        span = declaration.header_span
        value = self._once(("var", name), f"var.{name}", span, lambda: self._given(name, declaration))
        kind: StepKind = "variable default"
        default = declaration.body.attributes.get("default")
        if argument and (default is None or not default.span.location.covers(value.location)):
            kind = argument[0]
        elif default is None:
            kind = "value"
        return value, kind

    def _given(self, name: str, declaration: Block) -> Value:
        attributes = declaration.body.attributes
        argument = self._arguments.get(name)
        value = argument[1]() if argument else None
        default = attributes.get("default")
        if value is None or (value.data is None and default is not None and not self._nullable(declaration)):
            if default is None:
                reason = f"variable {name} has no default"
                return Value(Unknown(f"var.{name}", reason), declaration.header)
            value = attempt(default.expression, self)
        type_ = attributes.get("type")
        return convert(value, type_.expression, lambda node: attempt(node, self)) if type_ else value

    def _nullable(self, declaration: Block) -> bool:
        attribute = declaration.body.attributes.get("nullable")
        node = attribute.expression if attribute else None
        return not (isinstance(node, ast.Literal) and node.data in (False, "false"))

    def local(self, name: str) -> Value:
        """A local's value where it is defined. Raises EvaluationError."""
        attribute = self.configuration.locals.get(name)
        if attribute is None:
            message = f"local.{name} is not declared"
            raise EvaluationError(message)
        node = attribute.expression
        return self._once(("local", name), f"local.{name}", node.span, lambda: attempt(node, self))

    def output(self, name: str) -> Value:
        """An output's value where it is defined. Raises EvaluationError."""
        block = self.configuration.outputs.get(name)
        attribute = block.body.attributes.get("value") if block else None
        if attribute is None:
            message = f"the module has no output {name}"
            raise EvaluationError(message)
        node = attribute.expression
        return self._once(("output", name), f"output.{name}", node.span, lambda: attempt(node, self))

    def _once(self, key: tuple[str, str], text: str, span: Span, compute: Callable[[], Value]) -> Value:
        if key in self._memo:
            return self._memo[key]
        self._enter(key, text)
        try:
            value = compute()
            self.budget.check_size(value)
        except (EvaluationError, BudgetError) as error:
            value = Value(Unknown(text, str(error)), span.location)
        finally:
            self._busy.discard(key)
        self._memo[key] = value
        return value

    def module(self, name: str) -> ModuleCall:
        """A module call. Raises EvaluationError if there is none."""
        block = self.configuration.modules.get(name)
        if block is None:
            message = f"module.{name} is not declared"
            raise EvaluationError(message)
        if name not in self.calls:
            self._enter(("module", name), f"module.{name}")
            try:
                self.calls[name] = call_module(self, name, block)
            finally:
                self._busy.discard(("module", name))
        return self.calls[name]

    def _enter(self, key: tuple[str, ...], text: str) -> None:
        if key in self._busy:
            message = f"{text} refers to itself"
            raise EvaluationError(message)
        self._busy.add(key)

    def child(self, place: Place, arguments: Mapping[str, Argument]) -> "Scope":
        """An instance of a module that this one calls."""
        self.budget.spend(25)
        return Scope(self.unit, place, arguments)

    def family(self, mode: str, type_: str, name: str) -> tuple[Family, tuple[Instance, ...]]:
        """The instances of a declared resource. Raises EvaluationError if their number hangs on themselves."""
        key = (mode, type_, name)
        if key not in self._families:
            self._enter(key, f"{type_}.{name}")
            try:
                self._families[key] = self._new_family(self.configuration.resources[key], mode)
            finally:
                self._busy.discard(key)
        return self._families[key]

    def _new_family(self, block: Block, mode: str) -> tuple[Family, tuple[Instance, ...]]:
        expansion = expand(block.body, self)
        address = f"{self.place.prefix}{'data.' if mode == 'data' else ''}{block.labels[0]}.{block.labels[1]}"
        instances = tuple(Instance(self, block, slot, address + slot.suffix) for slot in expansion.slots)
        return Family(address, expansion, block), instances

    def repeated(self, block: Block) -> tuple[Instance, ...]:
        """The instances of a resource whose name is taken already."""
        return self._new_family(block, "managed" if block.type == "resource" else "data")[1]

    def _resource_named(self, root: str, steps: Sequence[ast.TraversalStep], span: Span) -> Named:
        taken = 2 if root in _MODES else 1
        names = [step.name for step in steps[:taken] if isinstance(step, ast.Attribute)]
        if len(names) < taken:
            message = f"{span.text} is no value"
            raise EvaluationError(message)
        type_, name = names if taken > 1 else (root, names[0])
        mode = _MODES.get(root, "managed")
        if (mode, type_, name) not in self.configuration.resources:
            address = f"{type_}.{name}" if mode == "managed" else f"{mode}.{type_}.{name}"
            return Named(self._undeclared(address, steps[taken - 1]), "value", taken)
        family, instances = self.family(mode, type_, name)
        text = steps[taken - 1].span.text
        following = steps[taken] if len(steps) > taken else None
        key = (mode, type_, name, text)
        if key not in self._family_values:  # each of many references would build it anew for all of many instances
            self._family_values[key] = family.value(text, [instance.member for instance in instances])
        value = self._family_values[key]
        if isinstance(following, ast.Attribute) and _needs_key(value, following.name):
            value = Value(_plain_reference(family.address, (), text), value.location)
        return Named(value, "value", taken)

    def _undeclared(self, address: str, step: ast.TraversalStep) -> Value:
        if "_" not in address.split(".", 1)[0] and not address.startswith(("data.", "ephemeral.")):
            message = f"{address} is no value"
            raise EvaluationError(message)
        unknown = _plain_reference(self.place.prefix + address, (), step.span.text)
        return Value(unknown.replace(reason=f"{address} is not declared"), step.span.location)

    def _builtin(self, root: str, name: str, span: Span) -> Value:
        if root == "path" and name in ("module", "root", "cwd"):
            return Value(self._module_path if name == "module" else ".", span.location)
        reasons = {"each": "there is no for_each", "count": "there is no count", "self": "is only known in an apply"}
        reason = reasons.get(root, "depends on where it is run")
        return Value(Unknown(f"{root}.{name}", reason), span.location)

    @cached_property
    def _module_path(self) -> str:
        """The module's directory as seen from the root module's, which is where Terraform runs."""
        return posixpath.relpath(f"/{self.configuration.directory}", f"/{self.unit.root}")


def _needs_key(value: Value, name: str) -> bool:
    """Whether `.name` behind a resource with count or for_each lacks the key that it should have."""
    if isinstance(value.data, tuple):
        return True
    return isinstance(value.data, Mapping) and name not in value.data


def _plain_reference(address: str, path: Path, text: str) -> Reference:
    return Reference(text, f"{address} is not deployed yet", address=address, path=path)
