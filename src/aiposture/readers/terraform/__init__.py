"""Terraform and OpenTofu: a root module, with the local modules that it calls, as resources."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from aiposture.files import Tree
from aiposture.model import Reading, Resource
from aiposture.readers.bounds import BudgetError, deep_recursion
from aiposture.readers.terraform.configuration import nothing
from aiposture.readers.terraform.encoded import settle
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.folding import fold
from aiposture.readers.terraform.resources import resources_of
from aiposture.readers.terraform.scope import Argument, Place, Scope
from aiposture.readers.terraform.unit import Unit
from aiposture.readers.terraform.variables import Assignments, assignments

__all__ = ["Options", "read"]


class Options(NamedTuple):
    """What a run of Terraform is told besides the code.

    `var_files` are paths relative to the tree's root, `environment` holds the TF_VAR_ variables that may be used.
    """

    var_files: tuple[str, ...] = ()
    environment: Mapping[str, str] = MappingProxyType({})


def read(tree: Tree, directory: str, *, wanted: Callable[[str], bool], options: Options = Options()) -> Reading:  # noqa: B008 - immutable
    """The resources of the root module in `directory` and of the local modules below it.

    Only types for which `wanted` is true are evaluated. Every remote module call is a resource in mode "module",
    every output of the root one in mode "output". What cannot be read is in the errors; nothing is raised.
    """
    with deep_recursion():
        return _read(tree, directory, wanted, options)


def _read(tree: Tree, directory: str, wanted: Callable[[str], bool], options: Options) -> Reading:
    unit = Unit(tree, directory, wanted)
    configuration = unit.configuration(directory)
    given = assignments(tree, directory, configuration.variables, options.var_files, options.environment)
    scope = Scope(unit, Place((configuration,)), _root_arguments(unit, given))
    resources: list[Resource] = []
    try:
        for resource in resources_of(scope):
            resources.append(resource)  # noqa: PERF402 - those before the end of the budget are kept
    except BudgetError as error:
        path = configuration.files[0] if configuration.files else directory
        unit.error_at(path, str(error))
    read_all = unit.configurations
    files = [*given.files, *unit.other_files, *(path for one in read_all for path in one.files)]
    return Reading(
        resources=settle(fold(resources)),
        comments=(*(comment for one in read_all for comment in one.comments), *given.comments),
        errors=(*(error for one in read_all for error in one.errors), *given.errors, *unit.errors),
        files=frozenset(files),
    )


def _root_arguments(unit: Unit, given: Assignments) -> dict[str, Argument]:
    """Values from outside know no names of the code: they are evaluated in an empty module."""
    empty = Scope(unit, Place((nothing(),)), {})

    def evaluated(name: str) -> Argument:
        value = given.values[name]
        return value.kind, lambda: attempt(value.expression, empty)

    return {name: evaluated(name) for name in given.values}
