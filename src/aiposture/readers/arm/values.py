"""The parameters, variables and functions of one template, each worked out once and only when asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from aiposture.model import Location, Reference, StepKind, Unknown, Value
from aiposture.readers.arm.copies import Turning, loop_named, resolve
from aiposture.readers.arm.expressions import Named, UserFunction

_SECURE = frozenset({"securestring", "secureobject"})
_MAX_REFERENCES = 8
_OWN = ("reference(", "references(", "list", "deployment(")  # what these give hangs on the template that asks
_DIFFERING = ("parameters(", "utcnow(", "newguid(", "(secure)")


class Given(NamedTuple):
    """A parameter's value from outside, evaluated when asked for; it is None where nothing was given after all."""

    value: Callable[[], Value | None]
    kind: StepKind


def member(value: Value | None, *path: str) -> Value | None:
    """The member of an object as it is written, null included; ARM's names compare without case."""
    for name in path:
        if value is None:
            return None
        members = value.members()
        folded = name.casefold()
        exact = members.get(name)
        value = exact if exact is not None else next((v for k, v in members.items() if k.casefold() == folded), None)
    return value


def text_of(value: Value | None) -> str | None:
    """The text of a value, None if it is no text."""
    return value.data if value is not None and isinstance(value.data, str) else None


def items_of(value: Value | None) -> tuple[Value, ...]:
    """The members of a list that may not be there."""
    return () if value is None else value.items()


def folded_members(value: Value | None) -> dict[str, tuple[str, Value]]:
    """The members of an object by their names in lower case; of equal names the last counts."""
    return {} if value is None else {name.casefold(): (name, below) for name, below in value.members().items()}


class Values:
    """What `parameters()`, `variables()` and user functions give in a template."""

    def __init__(self, template: Value, given: Mapping[str, Given], home: Callable[[], Turning]) -> None:
        """`given` is by parameter name in lower case. `home` is the template as seen from its own expressions."""
        self._given = given
        self._home = home
        self._definitions = member(template, "definitions")
        self._parameters = folded_members(member(template, "parameters"))
        self._variables = folded_members(member(template, "variables"))
        self._loops = {name.casefold(): loop for name, loop in _loops(self._variables.pop("copy", None))}
        self._functions = dict(_functions(member(template, "functions")))
        self._known: dict[tuple[str, str], Named | None] = {}
        self._asked: set[tuple[str, str]] = set()

    def parameter(self, name: str) -> Named | None:
        """The value of a parameter: given, by default, or Unknown; None if there is no such parameter."""
        return self._once("parameters", name, self._parameter)

    def variable(self, name: str) -> Named | None:
        """The value of a variable; None if there is no such variable."""
        return self._once("variables", name, self._variable)

    def function(self, namespace: str, name: str) -> UserFunction | None:
        """A function of the template."""
        return self._functions.get((namespace.casefold(), name.casefold()))

    def was_given(self, unknown: Unknown) -> bool:
        """Whether a value was handed to this template from outside."""
        passed = (known for (kind, name), known in self._known.items() if kind == "parameters" and name in self._given)
        return any(known is not None and known.value.data is unknown for known in passed)

    def made(self, unknown: Unknown) -> bool:
        """Whether a value hangs on what this template has of its own, and not only on what it was given."""
        text = unknown.expression.casefold()
        return any(mark in text for mark in _OWN) or any(part in text for part in self._open_parts())

    def _open_parts(self) -> Iterator[str]:
        """The texts of its own parameters that are not known and can differ from those of other templates."""
        for (kind, name), known in self._known.items():
            data = None if known is None or kind != "parameters" or name in self._given else known.value.data
            if isinstance(data, Unknown) and any(mark in data.expression.casefold() for mark in _DIFFERING):
                yield data.expression.casefold()

    def _once(self, kind: str, name: str, work: Callable[[str], Named | None]) -> Named | None:
        key = (kind, name.casefold())
        if key in self._known:
            return self._known[key]
        if key in self._asked:
            declared = (self._parameters if kind == "parameters" else self._variables).get(key[1])
            place = declared[1].location if declared is not None else Location("", 1, 1, 1, 1)
            return Named(Value(Unknown(f"{kind}('{name}')", "depends on itself"), place), "value")
        self._asked.add(key)
        try:
            self._known[key] = work(key[1])
        finally:
            self._asked.discard(key)
        return self._known[key]

    def _variable(self, name: str) -> Named | None:
        if name in self._variables:
            return Named(resolve(self._variables[name][1], self._home()), "local")
        loop = self._loops.get(name)
        return None if loop is None else Named(loop_named(loop, self._home()), "local")

    def _parameter(self, name: str) -> Named | None:
        if name not in self._parameters:
            return None
        written, declaration = self._parameters[name]
        named = self._stated(name, declaration)
        if named is None:
            named = Named(self._undecided(written, declaration), "value")
        return named._replace(value=_concealed(named.value, written)) if self._is_secure(declaration) else named

    def _stated(self, name: str, declaration: Value) -> Named | None:
        default = member(declaration, "defaultValue")
        given = self._given.get(name)
        value = None if given is None else given.value()
        if given is not None and value is not None:
            return Named(self._without_nulls(value, default), given.kind)
        return None if default is None else Named(resolve(default, self._home()), "variable default")

    def _without_nulls(self, value: Value, default: Value | None) -> Value:
        """Null is what a caller passes to get the default."""
        if default is None:
            return value
        if value.data is None:
            return resolve(default, self._home())
        data = value.data
        if isinstance(data, Unknown) and any(arm.data is None for arm in data.alternatives):
            filled = resolve(default, self._home())
            arms = tuple(filled if arm.data is None else arm for arm in data.alternatives)
            return value.with_data(data.replace(alternatives=arms))
        return value

    def _undecided(self, name: str, declaration: Value) -> Value:
        if self._declared(declaration, "nullable") is True:
            return declaration.with_data(None)
        allowed = member(self._type(declaration), "allowedValues")
        whole = str(self._declared(declaration, "type")).casefold() != "array"  # else they are allowed members
        arms = items_of(allowed) if whole else ()
        return declaration.with_data(
            Unknown(f"parameters('{name}')", f"parameter {name} has no default", alternatives=arms),
        )

    def _is_secure(self, declaration: Value) -> bool:
        return str(self._declared(declaration, "type")).casefold() in _SECURE

    def _declared(self, declaration: Value, name: str) -> object:
        stated = member(declaration, name)
        found = stated if stated is not None else member(self._type(declaration), name)
        return None if found is None else found.data

    def _type(self, declaration: Value) -> Value:
        """The definition that a parameter's type names, or the declaration itself."""
        seen: set[str] = set()
        while (target := text_of(member(declaration, "$ref"))) is not None and target not in seen:
            seen.add(target)
            definition = member(self._definitions, target.rpartition("/")[2])
            if definition is None:
                break
            declaration = definition
        return declaration


def _concealed(value: Value, name: str) -> Value:
    """A secret, of which only the resources that flow into it are told."""
    data = value.data
    if data is None or isinstance(data, Reference):
        return value
    if isinstance(data, Unknown) and not data.alternatives:
        return value
    references = {reference for part in value.walk() for reference in _references(part)}
    hidden = Unknown("(secure)", f"parameter {name} is secure", tuple(references)[:_MAX_REFERENCES])
    return value.with_data(hidden)


def _references(value: Value) -> tuple[Reference, ...]:
    data = value.data
    if isinstance(data, Reference):
        return (data, *data.references)
    return data.references if isinstance(data, Unknown) else ()


def _loops(copy: tuple[str, Value] | None) -> Iterator[tuple[str, Value]]:
    for loop in items_of(None if copy is None else copy[1]):
        name = text_of(member(loop, "name"))
        if name is not None:
            yield name, loop


def _functions(value: Value | None) -> Iterator[tuple[tuple[str, str], UserFunction]]:
    for group in items_of(value):
        namespace = text_of(member(group, "namespace")) or ""
        for name, declaration in folded_members(member(group, "members")).values():
            body = member(declaration, "output", "value")
            parameters = member(declaration, "parameters")
            names = (text_of(member(each, "name")) for each in items_of(parameters))
            if body is not None:
                function = UserFunction(tuple(each for each in names if each is not None), body)
                yield (namespace.casefold(), name.casefold()), function
