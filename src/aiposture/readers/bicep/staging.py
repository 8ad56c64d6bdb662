"""Puts the files of one entry point into the workspace, with registry references that the cache there answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from aiposture.files import UnreadableError, join
from aiposture.readers.bicep import extensions, references
from aiposture.readers.bicep.confinement import Edit, confinement
from aiposture.readers.bicep.outline import Outline
from aiposture.readers.bicep.references import Reference
from aiposture.readers.bicep.sources import SUFFIXES, Sources, is_remote
from aiposture.readers.bicep.standins import StandIns
from aiposture.readers.bicep.workspace import Workspace

_LOADS = frozenset({"loadTextContent", "loadFileAsBase64", "loadJsonContent", "loadYamlContent"})

Cache = Callable[[Reference], "bytes | None"]


def stage(sources: Sources, workspace: Workspace, files: Iterable[str], stand_ins: StandIns, cache: Cache) -> None:
    """Write `files` and what they load. A file that is missing stays so: the compiler says where it is asked for."""
    workspace.begin()
    for path in sorted(files):
        found = sources.read(path) if path.endswith(SUFFIXES) else None
        if found is None:
            _copy(sources, workspace, path)
            continue
        workspace.put(path, _edited(found.text, _edits(sources, workspace, found, stand_ins, cache)).encode())
        for loaded in _loaded(found):
            if (local := join(path.rpartition("/")[0], loaded)) is not None:
                _copy(sources, workspace, local)
    workspace.put_configuration("", references.configuration(sources.tree, "")[1])
    for directory in {path.rpartition("/")[0] for path in files}:
        configured, settings = references.configuration(sources.tree, directory)
        if configured is not None:
            workspace.put_configuration(configured, settings)
    workspace.finish()


def _copy(sources: Sources, workspace: Workspace, path: str) -> None:
    if path.endswith(SUFFIXES) or not sources.tree.is_file(path):
        return
    try:
        workspace.put(path, sources.tree.read(path))
    except UnreadableError:
        return  # the compiler misses it where it is used, and says so with the line


def _edits(sources: Sources, workspace: Workspace, found: Outline, stand_ins: StandIns, cache: Cache) -> Iterator[Edit]:
    settings = references.configuration(sources.tree, found.path.rpartition("/")[0])[1]
    used = [(one.target, one.target_place) for one in found.modules()]
    used += [(one.target, one.target_place) for one in found.imports]
    for target, place in used:
        if target is not None and is_remote(target):
            reference = references.parse(target, settings)
            template = cache(reference) or stand_ins.get(found.path, target).template(reference)
            yield Edit(*place, f"'{workspace.put_module(template)}'")
    stood_in: set[int] = set()
    if found.path.endswith(".bicep"):
        edits, packages = extensions.stand_ins(found, references.implicit_extensions(settings))
        for path, package in packages.items():
            workspace.put(path, package)
        stood_in = {start for start, _, _ in edits}
        yield from (Edit(*edit) for edit in edits)
    yield from (edit for edit in confinement(found) if edit.start not in stood_in)


def _edited(text: str, edits: Iterable[Edit]) -> str:
    parts: list[str] = []
    position = 0
    for edit in sorted(edits):
        if edit.start < position:
            continue  # it is about what is written over already
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join((*parts, text[position:]))


def _loaded(found: Outline) -> Iterator[str]:
    for index, token in enumerate(found.tokens[:-2]):
        if token.kind == "identifier" and token.text in _LOADS and found.tokens[index + 1].text == "(":
            path = next((one.literal for one in found.tokens[index + 2 : index + 5] if one.kind == "string"), None)
            if path is not None:
                yield path
