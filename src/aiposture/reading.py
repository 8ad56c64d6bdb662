"""Units become readings: which reader reads what, and what they share."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, NamedTuple

from aiposture.discover import Unit
from aiposture.files import Tree
from aiposture.model import Reading, SourceError
from aiposture.usage import UsageError

if TYPE_CHECKING:
    from aiposture.cache.entries import Cache
    from aiposture.readers.bicep.compiler import Compiler


DEFECT = "is not judged because of a defect of aiposture"


class Inputs(NamedTuple):
    """What the user gives besides the code. Files are relative to the tree's root.

    `environment` holds the TF_VAR_ variables that may be used, `bicep` the path of a compiler, `restore` allows
    that compiler to fetch modules.
    """

    var_files: tuple[str, ...] = ()
    parameter_files: tuple[str, ...] = ()
    environment: Mapping[str, str] = MappingProxyType({})
    bicep: str | None = None
    restore: bool = False


class Readers:
    """All readers, as a context manager: a Bicep compiler is started when it is first needed and kept till the end.

    Readers are imported when they are first needed, too: most scans meet one dialect.
    """

    def __init__(
        self, tree: Tree, inputs: Inputs, wanted: Callable[[str], bool], *, cache_folder: str | None = None
    ) -> None:
        """`wanted` tells the types of resources that anybody asks for. What is made is kept in `cache_folder`."""
        self._cache = None if cache_folder is None else _cache(cache_folder, tree, inputs)
        self._tree = tree if self._cache is None else self._cache.tree
        self._inputs = inputs
        self._wanted = wanted
        self._open = ExitStack()
        self._compiler: Compiler | None = None
        self._without_compiler: list[str] = []

    def __enter__(self) -> "Readers":  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()
        if self._cache is not None:
            self._cache.close()

    def read(self, unit: Unit) -> Reading:
        """The resources of a unit; what cannot be read is in the reading's errors, also if the fault is ours."""
        if self._cache is None:
            return self._whole(unit)
        name = self._name(unit)
        if name is None:
            return self._whole(unit)
        return self._cache.reading(name, lambda: self._whole(unit), lambda reading: self._lasts(unit, reading))

    def _name(self, unit: Unit) -> str | None:
        """What must be the same for a unit's reading to be the same, besides the files; None if it is not known."""
        if unit.dialect != "bicep":
            return f"{unit.dialect} {unit.path}"
        compiler = self._found_compiler()
        if compiler is None:
            return None
        from aiposture.readers.bicep.session import CompilerError

        compiler.has_looked_around = False
        try:
            return f"bicep {unit.path}\0{compiler.stamp()}"
        except (CompilerError, OSError):
            return None  # compiling will say what is wrong with it

    def _lasts(self, unit: Unit, reading: Reading) -> bool:
        """Whether a reading hangs on nothing but what its name says and the files that were read."""
        if any(error.message.startswith(DEFECT) for error in reading.errors):
            return False
        if unit.dialect != "bicep" or self._compiler is None:
            return True
        return not (self._compiler.has_looked_around or reading.errors)

    def _whole(self, unit: Unit) -> Reading:
        from aiposture import services
        from aiposture.omissions import omissions

        reading = self._safely(unit)
        silent = omissions(self._tree, reading, services.wanted)
        return reading._replace(errors=(*reading.errors, *silent))

    def _safely(self, unit: Unit) -> Reading:
        try:
            return self._read(unit)
        except (UsageError, ImportError):  # nothing of the unit's: what we need is not installed
            raise
        except Exception as defect:  # noqa: BLE001 - one unit that we cannot bear must not cost the others their verdicts
            return Reading(errors=(_defect(unit, defect),))

    def _read(self, unit: Unit) -> Reading:
        if unit.dialect == "terraform":
            return self._terraform(unit.path)
        if unit.dialect == "terraform-plan":
            from aiposture.readers import terraform_plan

            return terraform_plan.read(self._tree, unit.path, wanted=self._wanted)
        if unit.dialect == "arm":
            from aiposture.readers import arm

            return arm.read(self._tree, unit.path, wanted=self._wanted, parameter_files=self._inputs.parameter_files)
        if unit.dialect == "cloudformation":
            from aiposture.readers import cloudformation

            files = self._inputs.parameter_files
            return cloudformation.read(self._tree, unit.path, wanted=self._wanted, parameter_files=files)
        return self._bicep(unit.path)

    @property
    def uncompiled(self) -> tuple[str, ...]:
        """The Bicep files that no compiler could be found for."""
        return tuple(self._without_compiler)

    def not_compiled(self) -> list[Reading]:
        """One error for all Bicep files that no compiler could be found for."""
        if not self._without_compiler:
            return []
        from aiposture.readers import bicep

        return [Reading(errors=(bicep.no_compiler(self._without_compiler, self._inputs.bicep, os.environ),))]

    def _terraform(self, directory: str) -> Reading:
        from aiposture.readers import terraform

        options = terraform.Options(self._inputs.var_files, self._inputs.environment)
        return terraform.read(self._tree, directory, wanted=self._wanted, options=options)

    def _bicep(self, path: str) -> Reading:
        from aiposture.readers import bicep

        compiler = self._found_compiler()
        if compiler is None:
            self._without_compiler.append(path)
            return Reading()
        files = self._inputs.parameter_files
        return bicep.read(self._tree, path, wanted=self._wanted, compiler=compiler, parameter_files=files)

    def _found_compiler(self) -> "Compiler | None":
        from aiposture.readers import bicep

        if self._compiler is None and not self._without_compiler:
            root, given = self._tree.root, self._inputs
            found = bicep.find_compiler(given.bicep, os.environ, outside=root, restore=given.restore)
            self._compiler = None if found is None else self._open.enter_context(found)
        return self._compiler


def _cache(folder: str, tree: Tree, inputs: Inputs) -> "Cache | None":
    """The cache in `folder`, unless others could have put something there."""
    from aiposture.cache.entries import Cache
    from aiposture.cache.folder import is_private

    if not is_private(folder, tree.root):
        return None
    settings = (inputs.var_files, inputs.parameter_files, sorted(inputs.environment.items()), inputs.restore)
    return Cache(folder, tree, repr(settings))


def _defect(unit: Unit, error: Exception) -> SourceError:
    """An exception that no reader should have let go, with the place where it came up, for a report to us."""
    from traceback import extract_tb

    *_, last = extract_tb(error.__traceback__)
    place = f"{os.path.basename(last.filename)}:{last.lineno}"
    message = f"{DEFECT} ({type(error).__name__} in {place}); please report it"
    return SourceError(unit.path or ".", 1, message)
