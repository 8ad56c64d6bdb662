"""Looks at bytes only: nothing is parsed to find out that a file does not matter."""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal, NamedTuple

from aiposture.discover.bicep_code import code
from aiposture.discover.graph import Module
from aiposture.discover.words import Words
from aiposture.files import MissingError, Tree, UnreadableError, join
from aiposture.model import SourceError

Dialect = Literal["terraform", "terraform-plan", "arm", "bicep", "cloudformation"]

TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLES = (".tfvars", ".tfvars.json")
BICEP = (".bicep", ".bicepparam")
JSON = (".json", ".jsonc", ".template")
YAML = (".yaml", ".yml", ".template")

# Patterns are compiled when they are first called for, and kept by `re`: few repositories need all of them.

# A module's source is a literal in HCL and in JSON; a string that starts with a dot is a local path. Its name stands
# where an argument can, so that a call in a comment calls nobody.
_LOCAL_SOURCE = partial(re.compile, rb"""(?:^|[\r\n{,]|\*/)[ \t]*"?source["\s]*[=:]\s*"(\.\.?(?:/[^"]*)?)\"""")
_LOCAL = b'".'
_BICEP_MODULE = partial(re.compile, rb"(?:^|[\r\n])[ \t]*(?:module\s+\w+|using|extends)\s+'([^'\r\n:]+)'")
# A letter can be written as an escape, and a quoted text of YAML can go on in the next line: what a file mentions must
# not hide by that. Quotes and backslashes stay escaped.
_ESCAPED: partial[re.Pattern[bytes]] = partial(
    re.compile,
    rb"\\(?:u00|u\{0*|x|U000000)(2[d-fD-F]|3[0-9aA]|4[0-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aA])\}?|\\\r?\n[ \t]*",
)
_ESCAPES = (b"\\u", b"\\x", b"\\U", b"\\\n", b"\\\r")
_UTF16_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})
# What a template must hold if it deploys or includes a file that lies beside it, or hands it a file of parameters.
_LINKS = (b"templatelink", b"templateurl", b"parameterslink", b"aws::include", b"aws::serverless::application")


class Document(NamedTuple):
    """A file that is deployed by itself: its dialect, None if it is nothing of ours, and as `Module` says the rest."""

    dialect: Dialect | None
    mentions: bool = False
    named: bool = False


class Sniffer:
    """Reads files of a tree and tells what they can be."""

    def __init__(self, tree: Tree, words: Words, errors: list[SourceError], names: Sequence[bytes] = ()) -> None:
        """What cannot be read is added to `errors`.

        `names` are names of changed files, in lower case, for whoever wants to know what refers to them.
        """
        self._tree = tree
        self._words = words
        self._errors = errors
        self._names = names
        self._outside: dict[str, Module] = {}

    def directory(self, directory: str, names: Sequence[str], *, walked: bool = True) -> Module:
        """The Terraform module that the files called `names` in `directory` are."""
        calls: set[str] = set()
        mentions = named = False
        files = 0
        below = f"{directory}/" if directory else ""
        for name in names:
            data = self._read(below + name, walked=walked)
            files += name.endswith(TERRAFORM)
            mentions = mentions or self._mentions(data)
            named = named or self._names_changed(data)
            if _LOCAL in data:
                calls.update(_paths(directory, _LOCAL_SOURCE().findall(data)))
        return Module(frozenset(calls), mentions, files, named)

    def directory_outside(self, directory: str) -> Module:
        """A Terraform module that is called from the scanned paths but stands elsewhere in the tree."""
        if directory not in self._outside:
            names = [name for name in self._tree.names(directory) if name.endswith(TERRAFORM)]
            self._outside[directory] = self.directory(directory, names, walked=False)
        return self._outside[directory]

    def bicep(self, path: str, *, walked: bool = True) -> Module:
        """The Bicep file at `path`, as a module."""
        data = self._read(path, walked=walked)
        calls = _paths(path.rpartition("/")[0], _BICEP_MODULE().findall(code(data)))
        return Module(frozenset(calls), self._mentions(data), 1, self._names_changed(data))

    def bicep_outside(self, path: str) -> Module:
        """A file that a scanned Bicep file deploys but that is none of them."""
        if path not in self._outside:
            there = path.endswith(BICEP) and self._tree.is_file(path)
            self._outside[path] = (
                self.bicep(path, walked=False) if there else Module(frozenset(), mentions=True, files=0)
            )
        return self._outside[path]

    def document(self, path: str) -> Document:
        """What a JSON or YAML file is."""
        data = self._read(path)
        folded = data.lower()
        dialect = _document(path, folded, utf16=data[:2] in _UTF16_MARKS)
        if dialect is None:
            return Document(None)
        mentions = self._mentions(data) or any(link in folded for link in _LINKS)
        return Document(dialect, mentions, self._names_changed(folded))

    def _mentions(self, data: bytes) -> bool:
        # A UTF-16 file holds no token as bytes; the reader must have the chance to say that it cannot read it.
        return self._words.any_in(data) or data[:2] in _UTF16_MARKS

    def _names_changed(self, data: bytes) -> bool:
        return bool(self._names) and any(name in data.lower() for name in self._names)

    def _read(self, path: str, *, walked: bool = True) -> bytes:
        try:
            return _plain(self._tree.read_found(path) if walked else self._tree.read(path))
        except UnreadableError as error:
            # A link to a variable file that nobody has made yet: see the reader of variables.
            if not (isinstance(error, MissingError) and path.endswith(VARIABLES)):
                self._errors.append(SourceError(error.path, 1, error.reason))
            return b""


def _plain(data: bytes) -> bytes:
    if b"\\" in data and any(mark in data for mark in _ESCAPES):
        return _ESCAPED().sub(lambda found: bytes([int(found[1], 16)]) if found[1] else b"", data)
    return data


def _paths(directory: str, sources: Iterable[bytes]) -> set[str]:
    joined = (join(directory, source.decode("utf-8", "replace")) for source in sources)
    return {path for path in joined if path is not None}


def _document(path: str, folded: bytes, *, utf16: bool) -> Dialect | None:
    text = folded.replace(b"\0", b"") if utf16 else folded
    if path.lower().endswith(JSON):
        if b'"planned_values"' in text and b'"terraform_version"' in text:
            return "terraform-plan"
        if b"deploymenttemplate.json" in text:
            return "arm"
    if b"awstemplateformatversion" in text or (b"resources" in text and b"aws::" in text):
        return "cloudformation"
    return None
