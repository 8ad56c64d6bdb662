"""Azure Resource Manager templates: JSON with expressions in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiposture.files import Tree, UnreadableError
from aiposture.model import Reading, SourceError

if TYPE_CHECKING:
    from aiposture.model import Value

__all__ = ["is_template", "linked_paths", "read"]

_MARK = b"deploymenttemplate.json"


def is_template(data: bytes) -> bool:
    """Whether a JSON file can be a deployment template, of whichever scope, by a look at its bytes."""
    folded = data.replace(b"\0", b"").lower() if b"\0" in data[:4] else data.lower()
    return _MARK in folded


def read(tree: Tree, path: str, *, wanted: Callable[[str], bool], parameter_files: tuple[str, ...] = ()) -> Reading:
    """The resources of the template at `path` with those of the deployments that it leads to, of the types `wanted`.

    Its parameters come from the file beside it (`main.parameters.json` for `main.json`) and then from
    `parameter_files` (paths from the tree's root), later ones winning. A JSON file that is no template gives an
    empty reading; one that cannot be read gives an error in it. Nothing is raised.
    """
    from aiposture.readers.arm.reader import Reader  # noqa: PLC0415 - only a scan that meets a template pays for it

    try:
        data = tree.read(path)
    except UnreadableError as error:
        return Reading(errors=(SourceError(path, 1, error.reason),), files=frozenset({path}))
    return Reader(tree, path, parameter_files).read(data, wanted)


def linked_paths(template: Value) -> set[str]:
    """The files (from the tree's root) that a template links to by literal names: they are read with it."""
    from aiposture.readers.arm.linked import linked_paths as found  # noqa: PLC0415 - as above

    return found(template)
