"""A stand-in for extensions (`extension microsoftGraphV1`), which are packages in a registry as modules are.

What an extension deploys is no resource of Azure, so that nothing is lost but the compiler's checks of it: the
stand-in takes every type with every property.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aiposture.readers.bicep.outline import Declaration, Extension, Outline

_ALWAYS = frozenset({"az", "sys"})
_BUILT_IN = _ALWAYS | {"kubernetes"}
_OF_AZURE = re.compile(r"\d{4}-\d\d-\d\d(?:-\w+)?")


class StandIns(NamedTuple):
    """What to write into a file (from where to where, and what), and the packages that it then asks for.

    `packages` are by their paths, seen from the root of the sources. No line is added but at the end.
    """

    edits: tuple[tuple[int, int, str], ...]
    packages: dict[str, bytes]


def stand_ins(found: Outline, implicit: tuple[str, ...]) -> StandIns:
    """The stand-ins for all extensions of a file that would have to be fetched.

    `implicit` are the extensions that the configuration adds to every file. The first takes all types that are none
    of Azure's: whose they are is not told, and no two may have the same.
    """
    names = {one.name for one in found.extensions}
    edits: list[tuple[int, int, str]] = []
    packages: dict[str, bytes] = {}
    upwards = "./" if "/" not in found.path else "../" * found.path.count("/")

    def target() -> str:
        package = _package(() if packages else _types(found))
        path = f".aiposture-extensions/{hashlib.sha256(package).hexdigest()[:32]}.tgz"
        packages[path] = package
        return f"'{upwards}{path}'"

    for one in found.extensions:
        if one.name not in _BUILT_IN:
            edits += _edits(one, target())
    end = len(found.text)
    for name in dict.fromkeys(implicit):
        if name not in names | _ALWAYS:
            edits.append((end, end, f"\nextension {name if name in _BUILT_IN else f'{target()} as {name}'}"))
    return StandIns(tuple(edits), packages)


def _edits(one: Extension, target: str) -> Iterator[tuple[int, int, str]]:
    yield one.start, one.end, target
    if one.closed is not None:
        yield one.closed, one.closed, f" as {_alias(one)}"


def _alias(extension: Extension) -> str:
    """The name of an extension in the file; one that is named by its address has that of the package."""
    if extension.name.isidentifier():
        return extension.name
    last = extension.name.rpartition("/")[2].partition(":")[0].partition("@")[0].partition(".")[0]
    return last if last.isidentifier() else "extension"


def _types(found: Outline) -> tuple[str, ...]:
    """The types of a file that are none of Azure's, whose versions are dates."""
    pairs = ((one.target, one.api_version) for one in _all(found.declarations) if one.kind == "resource")
    return tuple(
        sorted({f"{name}@{version}" for name, version in pairs if version and not _OF_AZURE.fullmatch(version)})
    )


def _all(declarations: tuple[Declaration, ...]) -> Iterator[Declaration]:
    for one in declarations:
        yield one
        yield from _all(one.children)


@cache
def _package(types: tuple[str, ...]) -> bytes:
    """The stand-in as the compiler takes it: an archive in which the archive of the types lies."""
    body = {"$ref": "#/1"}
    listed = [
        {"$type": "AnyType"},
        {"$type": "ObjectType", "name": "body", "properties": {}, "additionalProperties": {"$ref": "#/0"}},
        *({"$type": "ResourceType", "name": name, "scopeType": 0, "body": body, "flags": 0} for name in types),
    ]
    index = {
        "resources": {name: {"$ref": f"types.json#/{number}"} for number, name in enumerate(types, start=2)},
        "resourceFunctions": {},
        "settings": {
            "name": "StandIn",
            "version": "0.0.1",
            "isSingleton": False,
            "configurationType": {"$ref": "types.json#/1"},
        },
    }
    inner = _archive({"index.json": json.dumps(index).encode(), "types.json": json.dumps(listed).encode()})
    return _archive({"types.tgz": inner})


def _archive(files: dict[str, bytes]) -> bytes:
    import gzip  # noqa: PLC0415 - few templates use extensions
    import tarfile  # noqa: PLC0415 - few templates use extensions

    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()
