"""CloudFormation and SAM: a template, with the local templates that it nests, as resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aiposture.files import Tree
from aiposture.model import Comment, Reading, Value
from aiposture.readers.bounds import deep_recursion
from aiposture.readers.cloudformation import parameter_files
from aiposture.readers.cloudformation.nested import local_templates
from aiposture.readers.cloudformation.nodes import Object, object_of
from aiposture.readers.cloudformation.parameters import Argument
from aiposture.readers.cloudformation.resources import resources_of, skips
from aiposture.readers.cloudformation.scope import Scope
from aiposture.readers.cloudformation.sniff import is_template
from aiposture.readers.cloudformation.unit import Unit

__all__ = ["is_template", "local_templates", "read"]


def read(tree: Tree, path: str, *, wanted: Callable[[str], bool], parameter_files: tuple[str, ...] = ()) -> Reading:
    """The resources of the template at `path` and of the local templates that it nests.

    Only types for which `wanted` is true are evaluated; outputs of the root are resources in mode "output".
    Without `parameter_files` (paths relative to the tree; a later one wins) the file that has the template's own
    name counts, if there is one. What cannot be read is in the errors; nothing is raised.
    """
    with deep_recursion():
        return _read(Unit(tree, path, wanted), parameter_files)


def _read(unit: Unit, files: tuple[str, ...]) -> Reading:
    given = _given(unit, files)
    template = unit.template(unit.path)
    resources = () if template is None else tuple(resources_of(Scope(unit, template, given)))
    documents = unit.documents.values()
    return Reading(
        resources=resources,
        comments=tuple(comment for one in documents for comment in (*one.comments, *_metadata(one.root))),
        errors=(*(error for one in documents for error in one.errors), *unit.errors),
        not_analysed=tuple(unit.not_analysed),
        files=frozenset(unit.documents),
    )


def _metadata(root: object) -> Iterator[Comment]:
    resources = object_of(root.get("Resources")) if isinstance(root, Object) else None
    if resources is not None:
        yield from skips(resources)


def _given(unit: Unit, files: tuple[str, ...]) -> dict[str, Argument]:
    """The values of parameter files: of those that were asked for, else of the one with the template's name."""
    found = parameter_files.beside(unit.tree, unit.path)
    values: dict[str, Value] = {}
    for path in files or ((found,) if found else ()):
        given = parameter_files.read(unit.tree, path)
        if not given.understood and not given.document.errors and files:
            unit.error(path, 1, "is not a parameter file")
        unit.documents[path] = given.document
        values |= given.values
    return {name: Argument("variable file", lambda value=value: value) for name, value in values.items()}  # type: ignore[misc]
