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
_DOCUMENTS: tuple[Dialect | None, ...] = (None, "arm", "cloudformation", "terraform-plan")
_UTF16_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})
# What a template must hold if it deploys or includes a file that lies beside it, or hands it a file of parameters.
_LINKS = (b"templatelink", b"templateurl", b"parameterslink", b"aws::include", b"aws::serverless::application")


class Document(NamedTuple):
    """A file that is deployed by itself: its dialect, None if it is nothing of ours, and as `Module` says the rest."""

    dialect: Dialect | None
    mentions: bool = False
    named: bool = False


class Blanks:
    """Contents that say nothing: they mention no service of ours, no link to one, and no other file.

    Each goes by the kind of file that it stands in and the name that git has for it. What is known need not be read.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        """`known` is what was found before."""
        self.known = frozenset(known)
        self.met: set[str] = set()

    def __contains__(self, content: str | None) -> bool:
        if content is None or content not in self.known:
            return False
        self.met.add(content)
        return True

    def add(self, content: str | None) -> None:
        """Remember it, if it has a name."""
        if content is not None:
            self.met.add(content)


class Sniffer:
    """Reads files of a tree and tells what they can be."""

    def __init__(
        self,
        tree: Tree,
        words: Words,
        errors: list[SourceError],
        names: Sequence[bytes] = (),
        blanks: Blanks | None = None,
    ) -> None:
        """What cannot be read is added to `errors`, and what says nothing to `blanks`; what is there is not read.

        `names` are names of changed files, in lower case, for whoever wants to know what refers to them.
        """
        self._tree = tree
        self._words = words
        self._errors = errors
        self._names = names
        self._blanks = Blanks() if blanks is None else blanks
        self._by_content = blanks is not None and not names  # a name is sought in all that there is
        self._outside: dict[str, Module] = {}

    def directory(self, directory: str, names: Sequence[str], *, walked: bool = True) -> Module:
        """The Terraform module that the files called `names` in `directory` are."""
        calls: set[str] = set()
        mentions = named = False
        files = 0
        below = f"{directory}/" if directory else ""
        for name in names:
            path = below + name
            files += name.endswith(TERRAFORM)
            content = self._content("terraform", path) if walked else None
            if content in self._blanks:
                continue
            data = self._read(path, walked=walked)
            mentions = mentions or self._mentions(data)
            named = named or self._names_changed(data)
            if _LOCAL in data:
                calls.update(_paths(directory, _LOCAL_SOURCE().findall(data)))
            elif data and not mentions:
                self._blanks.add(content)
        return Module(frozenset(calls), mentions, files, named)

    def directory_outside(self, directory: str) -> Module:
        """A Terraform module that is called from the scanned paths but stands elsewhere in the tree."""
        if directory not in self._outside:
            names = [name for name in self._tree.names(directory) if name.endswith(TERRAFORM)]
            self._outside[directory] = self.directory(directory, names, walked=False)
        return self._outside[directory]

    def bicep(self, path: str, *, walked: bool = True) -> Module:
        """The Bicep file at `path`, as a module."""
        content = self._content("bicep", path) if walked else None
        if content in self._blanks:
            return Module(frozenset(), mentions=False, files=1)
        data = self._read(path, walked=walked)
        calls = _paths(path.rpartition("/")[0], _BICEP_MODULE().findall(code(data)))
        mentions = self._mentions(data)
        if data and not (calls or mentions):
            self._blanks.add(content)
        return Module(frozenset(calls), mentions, 1, self._names_changed(data))

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
        content = self._content("json" if path.lower().endswith(JSON) else "yaml", path)
        for known in _DOCUMENTS if content is not None else ():
            if f"{content} {known}" in self._blanks:
                return Document(known)
        data = self._read(path)
        folded = data.lower()
        dialect = _document(path, folded, utf16=data[:2] in _UTF16_MARKS)
        mentions = dialect is not None and (self._mentions(data) or any(link in folded for link in _LINKS))
        if data and not mentions and content is not None:
            self._blanks.add(f"{content} {dialect}")
        return Document(dialect, mentions, dialect is not None and self._names_changed(folded))

    def _content(self, kind: str, path: str) -> str | None:
        """What the content of a file of that kind is called among the blanks; None if nothing is to be known of it."""
        name = self._tree.content_name(path) if self._by_content else None
        return None if name is None else f"{kind} {name}"

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
