"""Reads one entry point: compiles it, gives the result its places, and lets the ARM reader evaluate it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from aiposture.files import UnreadableError
from aiposture.model import NotAnalysed, Reading, SourceError, Value
from aiposture.readers.arm import json_values, parameter_files
from aiposture.readers.arm.template import RemoteModule, evaluate
from aiposture.readers.bicep.comments import comments
from aiposture.readers.bicep.compiler import Compiler, CompilerError
from aiposture.readers.bicep.diagnostics import Diagnostic
from aiposture.readers.bicep.outline import Outline
from aiposture.readers.bicep.parameters import parameters
from aiposture.readers.bicep.sourcemap import SourceMap
from aiposture.readers.bicep.sources import SUFFIXES, Sources, is_remote
from aiposture.readers.bicep.standins import MARK

_MODULE_HAS_ERRORS = "BCP104"  # said at the call; the module says what is wrong itself
_OUTSIDE = (
    "is not used: a .bicepparam file is compiled together with its template, and this one stands outside of the "
    "scanned code; name a directory that holds both"
)

Wanted = Callable[[str], bool]


class Reader:
    """Reads the entry points of one tree with one compiler."""

    def __init__(self, sources: Sources, compiler: Compiler, files: tuple[str, ...] = ()) -> None:
        """`files` are JSON parameter files besides the one that stands beside a template."""
        self._sources = sources
        self._compiler = compiler
        self._parameter_files = files

    def read(self, path: str, wanted: Wanted) -> Reading:
        """The resources of an entry point."""
        files = self._sources.closure(path)
        around = Reading(
            comments=tuple(self._comments(files)),
            files=frozenset(one for one in files if self._sources.tree.is_file(one)),
        )
        file = self._sources.outline(path)
        if isinstance(file, UnreadableError):
            return around._replace(errors=(SourceError(path, 1, file.reason),))
        if file.using is not None and is_remote(file.using):
            reason = "the parameters of a template that is in a registry"
            return around._replace(not_analysed=(NotAnalysed(file.using, reason, file.location(0, 0)),))
        try:
            return self._read(path, file, around, wanted)
        except CompilerError as error:
            message = f"the Bicep compiler ({self._compiler.name}) {error.reason}"
            return around._replace(errors=(SourceError(path, 1, message),))

    def _read(self, path: str, file: Outline, around: Reading, wanted: Wanted) -> Reading:
        compiled = self._compiler.compile(self._sources, path)
        errors = list(_errors(path, compiled.errors))
        template, given = compiled.template, compiled.parameters
        if template is None and not errors:
            errors.append(SourceError(path, 1, "the Bicep compiler made no template of it, and does not say why"))
        source: Outline | None = file
        if path.endswith(".bicepparam"):
            source = self._template_of(path, file)
            if template is None and source is not None:
                # The parameters cannot be had; the template is judged without them.
                template, given = self._compiler.compile(self._sources, source.path).template, None
        if template is None or source is None:
            return around._replace(errors=tuple(dict.fromkeys(errors)))
        value = self._placed(template, source, errors)
        if path.endswith(".bicepparam"):
            stated = parameter_files.Given(parameters(self._sources, path, given, template))
            unused = (one for one in self._parameter_files if one.endswith(".bicepparam"))
            stated.errors += [SourceError(one, 1, _OUTSIDE) for one in unused if one in self._sources.tree.extra]
        else:
            stated = self._stated(path, value, template)
        reading = evaluate(
            value, unit=path, wanted=wanted, dialect="bicep", parameters=stated.values, modules=_stand_in
        )
        return Reading(
            reading.resources,
            (*around.comments, *stated.comments, *reading.comments),
            (*dict.fromkeys(errors), *stated.errors, *reading.errors),
            reading.not_analysed,
            around.files | stated.files | reading.files,
        )

    def _stated(self, path: str, value: Value, template: Mapping[str, Any]) -> parameter_files.Given:
        """What the parameter files give to the template at `path`: JSON, then those .bicepparam files that use it."""
        json_files = tuple(file for file in self._parameter_files if not file.endswith(".bicepparam"))
        stated = parameter_files.read(self._sources.tree, path, json_files, value)
        for file in self._parameter_files:
            found = self._sources.outline(file) if file.endswith(".bicepparam") else None
            if found is not None and file in self._sources.tree.extra:
                stated.errors.append(SourceError(file, 1, _OUTSIDE))
            elif isinstance(found, UnreadableError):
                stated.errors.append(SourceError(file, 1, found.reason))
            elif found is not None and found.using is not None and self._sources.resolve(file, found.using) == path:
                compiled = self._compiler.compile(self._sources, file)
                stated.errors += _errors(file, compiled.errors)
                stated.files |= {one for one in self._sources.closure(file) if self._sources.tree.is_file(one)}
                given = parameters(self._sources, file, compiled.parameters, template)
                stated.values |= {name.casefold(): one for name, one in given.items()}
        return stated

    def _placed(self, template: Mapping[str, Any], source: Outline, errors: list[SourceError]) -> Value:
        """The template with the places of its `source`; rows that have none are added to the `errors`."""
        placed = SourceMap(self._follow)
        value = placed.template(template, source)
        errors += [
            SourceError(
                path,
                1,
                f"Bicep {self._compiler.version} orders its output in a way that is not known here: resource {row} has "
                "no line. Please report this",
            )
            for path, row in placed.mismatches
        ]
        return value

    def _template_of(self, path: str, file: Outline) -> Outline | None:
        local = self._sources.resolve(path, file.using) if file.using is not None else None
        return self._sources.read(local) if local is not None else None

    def _follow(self, path: str, target: str) -> Outline | Value | None:
        local = self._sources.resolve(path, target)
        if local is None:
            return None
        if local.endswith(SUFFIXES):
            return self._sources.read(local)
        try:
            return json_values.parse(self._sources.tree.read(local), local)
        except (UnreadableError, json_values.JsonError):
            return None  # the compiler took it all the same: its places are those of the call

    def _comments(self, files: Iterable[str]) -> Iterator[Any]:
        for path in sorted(files):
            file = self._sources.read(path) if path.endswith(SUFFIXES) else None
            if file is not None:
                yield from comments(file)


def _errors(entry: str, diagnostics: Iterable[Diagnostic]) -> Iterator[SourceError]:
    told = [one for one in diagnostics if one.code != _MODULE_HAS_ERRORS]
    for one in told or diagnostics:
        yield SourceError(one.path or entry, one.line, f"{one.message} ({one.code})")


def _stand_in(row: Value) -> RemoteModule | None:
    """Which registry module a deployment calls, if its template is one of our stand-ins."""
    mark = row.get("properties", "template", "metadata", MARK)
    name = None if mark is None else mark.get("name")
    if mark is None or name is None or not isinstance(name.data, str):
        return None
    version = mark.get("version")
    return RemoteModule(name.data, version.data if version is not None and isinstance(version.data, str) else None)
