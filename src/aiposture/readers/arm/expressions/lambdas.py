"""Functions that take a function: map, filter, reduce and their kin."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    FunctionError,
    Result,
    Site,
    Undecided,
    boolean,
    key_of,
    mapping,
    members,
    open_key,
    text,
)
from aiposture.readers.arm.expressions.containers import named
from aiposture.readers.arm.expressions.open_objects import rebuilt


class Lambda(NamedTuple):
    """A lambda of an expression: the number of its parameters, and what it gives for arguments."""

    parameters: int
    apply: Callable[[Sequence[Value]], Value]

    def __call__(self, *args: Value) -> Value:
        """The result; arguments that the lambda does not name are left out."""
        return self.apply(args[: self.parameters])


class LambdaFunction(NamedTuple):
    """A function over a collection: `run` gets the collection, what else there is, and its lambdas."""

    name: str
    run: Callable[[Site, Value, Sequence[Value], Sequence[Lambda]], Result]
    values: int
    least: int
    most: int


def _indexed(site: Site, value: Value) -> Iterable[tuple[Value, Value]]:
    return ((member, Value(number, site.location)) for number, member in enumerate(members(value)))


def map_(site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """Each member's result."""
    return [lambdas[0](member, number) for member, number in _indexed(site, value)]


def filter_(site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """The members for which the lambda is true."""
    return [member for member, number in _indexed(site, value) if boolean(lambdas[0](member, number))]


def reduce(site: Site, value: Value, initial: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """All members put together."""
    result = initial[0]
    for member, number in _indexed(site, value):
        result = lambdas[0](result, member, number)
    return result


def sort(_site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """The members in the order that the lambda (is the first before the second?) says."""

    def compare(left: Value, right: Value) -> int:
        if boolean(lambdas[0](left, right)):
            return -1
        return 1 if boolean(lambdas[0](right, left)) else 0

    return sorted(members(value), key=functools.cmp_to_key(compare))


def to_object(_site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """An object with a name and a value for each member."""
    of = lambdas[1] if len(lambdas) > 1 else Lambda(1, lambda args: args[0])
    pairs: list[tuple[Value, Value]] = []
    names: set[str] = set()
    for member in members(value):
        name = lambdas[0](member)
        if open_key(name) is None:
            folded = text(name).casefold()
            if folded in names:
                raise FunctionError("two members have the same name")
            names.add(folded)
        pairs.append((name, of(member)))
    return named(pairs)


def group_by(_site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """An object of arrays: the members by what the lambda gives."""
    groups: dict[str, list[Value]] = {}
    for member in members(value):
        name = text(lambdas[0](member))
        groups.setdefault(key_of(groups, name) or name, []).append(member)
    return groups


def map_values(_site: Site, value: Value, _: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """The object with each value replaced by its result."""
    data = mapping(value)
    return rebuilt(data, {name: lambdas[0](member) for name, member in data.items()})


TABLE: Mapping[str, LambdaFunction] = {
    function.name.casefold(): function
    for function in (
        LambdaFunction("map", map_, 1, 1, 1),
        LambdaFunction("filter", filter_, 1, 1, 1),
        LambdaFunction("reduce", reduce, 2, 1, 1),
        LambdaFunction("sort", sort, 1, 1, 1),
        LambdaFunction("toObject", to_object, 1, 1, 2),
        LambdaFunction("groupBy", group_by, 1, 1, 1),
        LambdaFunction("mapValues", map_values, 1, 1, 1),
    )
}


def run(site: Site, function: LambdaFunction, values: Sequence[Value], lambdas: Sequence[Lambda]) -> Result:
    """Run a function over a collection. Raises FunctionError and Undecided."""
    if len(values) != function.values or not function.least <= len(lambdas) <= function.most:
        raise FunctionError(f"{function.name}() is called with other arguments")
    data = values[0].data
    if isinstance(data, Unknown):
        raise Undecided(data.reason)
    if isinstance(data, tuple | Mapping):
        site.budget.spend(len(data))
    return function.run(site, values[0], values[1:], lambdas)
