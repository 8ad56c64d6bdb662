"""Bicep: compiled by the user's own compiler, evaluated as ARM, with lines in the file that the user wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aiposture.files import Tree
from aiposture.model import Reading, SourceError

if TYPE_CHECKING:
    from aiposture.readers.bicep.compiler import Compiler
    from aiposture.readers.bicep.sources import EntryPoint

__all__ = ["SUFFIXES", "entry_points", "find_compiler", "no_compiler", "read"]

SUFFIXES = (".bicep", ".bicepparam")

# Everything below is imported where it is used: only a scan that meets Bicep pays for it.


def entry_points(tree: Tree, paths: Iterable[str]) -> list[EntryPoint]:
    """What to compile of the Bicep files `paths` (relative to the tree), each with all the files that it reaches.

    Those that no other file names, and all parameter files; a template with a parameter file is read through it.
    """
    from aiposture.readers.bicep import sources  # noqa: PLC0415 - see above

    return sources.entry_points(tree, paths)


def find_compiler(
    explicit: str | None, environment: Mapping[str, str], *, outside: str | None = None, restore: bool = False
) -> Compiler | None:
    """The user's compiler, not yet started. `explicit` is the path that the user gave, `outside` the scanned tree.

    `restore` allows it to fetch registry modules into the user's cache. It is a context manager: keep it open for
    all entry points of a scan, so that one process compiles them all.
    """
    from aiposture.readers.bicep.compiler import Compiler  # noqa: PLC0415 - see above

    return Compiler.find(explicit, environment, outside=outside, restore=restore)


def no_compiler(files: Sequence[str], explicit: str | None, environment: Mapping[str, str]) -> SourceError:
    """The one error of a scan that met the Bicep `files` (at least one) and has no compiler for them."""
    from aiposture.readers.bicep import location  # noqa: PLC0415 - see above
    from aiposture.readers.bicep.compiler import Compiler  # noqa: PLC0415 - see above

    count = f"{len(files)} Bicep files are" if len(files) > 1 else "1 Bicep file is"
    looked = ", ".join(Compiler.places(explicit, environment))
    return SourceError(min(files), 1, f"{count} not judged: there is no Bicep compiler ({looked}); {location.INSTALL}")


def read(
    tree: Tree,
    path: str,
    *,
    wanted: Callable[[str], bool],
    compiler: Compiler,
    parameter_files: tuple[str, ...] = (),
) -> Reading:
    """The resources of the entry point `path` (a .bicep or .bicepparam file) with its modules, of the types `wanted`.

    The parameters of a .bicep file come from the file beside it (`main.parameters.json` for `main.bicep`) and then
    from `parameter_files` (JSON, paths from the tree's root), later ones winning; a .bicepparam file has its own.
    A registry module that is not on this machine is a resource in mode "module" with its arguments. What the
    compiler refuses is an error at the line that it names. Nothing is raised.
    """
    from aiposture.readers.bicep.reader import Reader  # noqa: PLC0415 - see above

    return Reader(compiler.sources(tree), compiler, parameter_files).read(path, wanted)
