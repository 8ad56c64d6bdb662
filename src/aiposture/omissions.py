"""The last check that nothing was passed over in silence: a resource that stands in a file and came out of no reader.

It compares what a reader gave with the text of the files, read in a simpler way, so it shares none of the reader's
mistakes. A resource with `count = 0` is given by the reader as one that is absent, and a file with an error has said so
already. What is no resource of the deployment is none here: a comment, a policy's rule, a parameter, a reference.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from aiposture.files import Tree, UnreadableError, join
from aiposture.model import Reading, Resource, SourceError

Wanted = Callable[[str], bool]
Resources = Sequence[Resource]

# Patterns are compiled when they are first called for, and kept by `re`: few scans need all of them.
_TERRAFORM: partial[re.Pattern[bytes]] = partial(
    re.compile, rb'^[ \t]*resource[ \t]+"([a-z0-9_]+)"[ \t]+"[^"\n]*"[ \t]*\{', re.MULTILINE
)
_NO_TERRAFORM: partial[re.Pattern[bytes]] = partial(
    re.compile, rb"/\*.*?\*/|<<[-~]?(\w+)\r?\n.*?^[ \t]*\1\b", re.DOTALL | re.MULTILINE
)
_BICEP: partial[re.Pattern[bytes]] = partial(
    re.compile, rb"^[ \t]*resource[ \t]+\w+[ \t]+'([\w.]+/[\w./-]+)@[^'\n]*'[ \t]*=", re.MULTILINE
)
_NAMING: partial[re.Pattern[bytes]] = partial(
    re.compile, rb"(?:^|[\n}* \t])(module[ \t]+\w+|using|extends|from)[ \t]+'([^'\n:]+)'"
)
_NO_BICEP: partial[re.Pattern[bytes]] = partial(re.compile, rb"/\*.*?\*/|'''.*?'''", re.DOTALL)
_MOST_OPENINGS = 500
_TEMPLATES = (".json", ".jsonc", ".yaml", ".yml", ".template")
_OVERRIDES = ("override.tf", "_override.tf", "override.tofu", "_override.tofu")  # they change what stands elsewhere


class _Mention(NamedTuple):
    line: int
    type: str


def omissions(tree: Tree, reading: Reading, wanted: Wanted) -> Iterator[SourceError]:
    """An error for each resource of a wanted type in a file that no resource of `reading` stands for."""
    told = {error.path for error in reading.errors}
    for path in sorted(reading.files - told - _imported(tree, reading.files)):
        found = _finder(path)
        if found is None or (path.endswith(".bicep") and told):
            continue  # a template that does not compile has none of its modules' resources
        try:
            data = tree.read(path)
        except UnreadableError:
            continue  # the reader has told, or it was there a moment ago
        for line, type_ in found(path, data, reading.resources, wanted):
            yield SourceError(path, line, f"mentions {type_} here, but nothing could be read of it")


def _imported(tree: Tree, paths: Collection[str]) -> set[str]:
    """The Bicep files that others take types, constants or functions from, and that nobody deploys."""
    deployed: set[str | None] = set()
    imported: set[str | None] = set()
    for path in paths:
        try:
            data = tree.read(path) if path.endswith((".bicep", ".bicepparam")) else b""
        except UnreadableError:
            continue  # the reader has told, or it was there a moment ago
        for found in _NAMING().finditer(data):
            named = imported if found[1] == b"from" else deployed
            named.add(join(path.rpartition("/")[0], found[2].decode("utf-8", "replace")))
    return {path for path in imported - deployed if path is not None}


def _finder(path: str) -> Callable[[str, bytes, Resources, Wanted], Iterator[_Mention]] | None:
    folded = path.lower()
    if folded.endswith((".tf", ".tofu")):
        return None if folded.endswith(_OVERRIDES) else _of_terraform
    if folded.endswith(".bicep"):
        return _of_bicep
    return _of_template if folded.endswith(_TEMPLATES) and not folded.endswith(".tf.json") else None


def _of_terraform(path: str, data: bytes, given: Resources, wanted: Wanted) -> Iterator[_Mention]:
    lines = {resource.header.line for resource in given if resource.header.path == path}
    for mention in _headers(data, _TERRAFORM(), (b"/*", b"<<"), _NO_TERRAFORM):
        if wanted(mention.type) and mention.line not in lines:
            yield mention


def _of_bicep(path: str, data: bytes, given: Resources, wanted: Wanted) -> Iterator[_Mention]:
    # What a later deployment states again, in another file, is given once: then lines tell nothing.
    places: dict[str, set[tuple[str, int]]] = {}
    for resource in given:
        places.setdefault(resource.declared_type.casefold(), set()).add((resource.header.path, resource.header.line))
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # as the reader counts them
    for mention in _headers(lines, _BICEP(), (b"/*", b"'''"), _NO_BICEP):
        found = places.get(mention.type.casefold(), set())
        lost = (path, mention.line) not in found and all(file == path for file, _ in found)
        if lost and wanted(mention.type):
            yield mention


def _headers(
    data: bytes, header: re.Pattern[bytes], openings: tuple[bytes, ...], no_code: partial[re.Pattern[bytes]]
) -> Iterator[_Mention]:
    number = sum(map(data.count, openings))
    if number > _MOST_OPENINGS:
        return  # each one that is not closed would be searched to the end of the file
    code = no_code().sub(lambda found: b"\n" * found[0].count(b"\n"), data) if number else data
    line, at = 1, 0
    for found in header.finditer(code):
        line += code.count(b"\n", at, found.start(1))
        at = found.start(1)
        yield _Mention(line, found[1].decode())


def _of_template(path: str, data: bytes, given: Resources, wanted: Wanted) -> Iterator[_Mention]:
    from aiposture.declared import declared  # noqa: PLC0415 - only a scan that meets a template pays for it

    # A resource of ARM can be declared several times, in several files, and is given once: so types are compared there.
    read = Counter(one.declared_type.casefold() for one in {one.header: one for one in given}.values())
    stated = Counter(type_ for type_ in declared(data) if wanted(type_))
    for type_, times in stated.items():
        number = read[type_.casefold()]
        if number == 0 or ("::" in type_ and times > number):
            yield _Mention(_line(data, type_, [one for one in given if one.header.path == path]), type_)


def _line(data: bytes, type_: str, given: Resources) -> int:
    """The first line with the end of the type that stands in no resource of `given`."""
    stretches = [(one.location.line, one.location.end_line) for one in given if one.declared_type == type_]
    name = re.escape(re.split("[/:]", type_)[-1].encode())
    line, at = 1, 0
    for found in re.finditer(name + rb"""(?:["'\s]|\Z)""", data, re.IGNORECASE):
        line += data.count(b"\n", at, found.start())
        at = found.start()
        if not any(first <= line <= last for first, last in stretches):
            return line
    return 1
