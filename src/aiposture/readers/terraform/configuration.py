"""One directory of Terraform files, as declarations."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from aiposture.files import Tree, UnreadableError
from aiposture.model import Comment, SourceError
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform import json_syntax, syntax
from aiposture.readers.terraform.syntax import EMPTY, Attribute, Block, Body, Document

SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")


class Requirement(NamedTuple):
    """An entry of `required_providers`."""

    source: str | None
    version: str | None


class Configuration(NamedTuple):
    """The declarations of one directory. Resources are in the order of the files; the rest goes by name."""

    directory: str
    variables: Mapping[str, Block]
    locals: Mapping[str, Attribute]
    outputs: Mapping[str, Block]
    resources: Mapping[tuple[str, str, str], Block]  # by mode ("managed", "data"), type and name
    repeated: tuple[Block, ...]  # resources that another file declares too, under the same name
    modules: Mapping[str, Block]
    requirements: Mapping[str, Requirement]  # by local name
    comments: tuple[Comment, ...]
    errors: tuple[SourceError, ...]
    files: tuple[str, ...]


def files_of(tree: Tree, directory: str) -> tuple[list[str], list[str]]:
    """The names of a directory's configuration files, and of its override files, in the order they apply."""
    names = [name for name in tree.names(directory) if name.endswith(SUFFIXES) and _is_ours(name)]
    hidden = {name.replace(".tofu", ".tf") for name in names if name.endswith((".tofu", ".tofu.json"))}
    names = [name for name in names if name not in hidden]
    overrides = [name for name in names if _is_override(name)]
    return [name for name in names if name not in overrides], overrides


def _is_ours(name: str) -> bool:
    """Not hidden. Of an editor's backups Terraform passes over `#main.tf#` and `main.tf~`, and reads `#main.tf`."""
    return not name.startswith(".")


def _is_override(name: str) -> bool:
    stem = name.split(".", 1)[0] if name.count(".") == 1 else name[: -len(_suffix(name))]
    return stem == "override" or stem.endswith("_override")


def _suffix(name: str) -> str:
    return next(suffix for suffix in SUFFIXES if name.endswith(suffix))


def parse_file(tree: Tree, path: str, parsers: Mapping[str, Callable[[str, bytes], Document]]) -> Document:
    """A file, by the parser for its suffix. What cannot be read is an error of the document."""
    try:
        data = tree.read(path)
    except UnreadableError as error:
        return Document(EMPTY, errors=(SourceError(path, 1, error.reason),))
    parse = next(parser for suffix, parser in parsers.items() if path.endswith(suffix))
    return parse(path, data)


_PARSERS = {".json": json_syntax.parse, "": syntax.parse}


def load(tree: Tree, directory: str) -> Configuration:
    """All Terraform files of a directory, with override files applied. An empty one if there are none.

    A module that many root modules call is parsed once a scan.
    """
    return tree.once(f"terraform {directory}", lambda: _load(tree, directory))


def _load(tree: Tree, directory: str) -> Configuration:
    ordinary, overrides = files_of(tree, directory)
    collector = _Collector(directory)
    for names, override in ((ordinary, False), (overrides, True)):
        for name in names:
            path = f"{directory}/{name}" if directory else name
            collector.add(path, parse_file(tree, path, _PARSERS), override=override)
    return collector.result()


def nothing() -> Configuration:
    """The configuration of a directory without files."""
    return _Collector("").result()


class _Collector:
    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._variables: dict[str, Block] = {}
        self._locals: dict[str, Attribute] = {}
        self._outputs: dict[str, Block] = {}
        self._resources: dict[tuple[str, str, str], Block] = {}
        self._repeated: list[Block] = []
        self._modules: dict[str, Block] = {}
        self._requirements: dict[str, Requirement] = {}
        self._comments: list[Comment] = []
        self._errors: list[SourceError] = []
        self._files: list[str] = []

    def add(self, path: str, document: Document, *, override: bool) -> None:
        self._files.append(path)
        self._comments += document.comments
        self._errors += document.errors
        for block in document.body.blocks:
            self._add_block(block, override=override)

    def _add_block(self, block: Block, *, override: bool) -> None:
        labels = block.labels
        if block.type in ("resource", "data") and len(labels) == 2:  # noqa: PLR2004 - type and name
            self._add_resource(block, override=override)
        elif block.type == "locals":
            for name, attribute in block.body.attributes.items():
                if override or name not in self._locals:
                    self._locals[name] = attribute
        elif block.type == "terraform":
            self._requirements.update(_requirements(block))
        elif len(labels) == 1:
            known = {"variable": self._variables, "output": self._outputs, "module": self._modules}.get(block.type)
            if known is not None:
                known[labels[0]] = _merged(known.get(labels[0]), block, override=override)

    def _add_resource(self, block: Block, *, override: bool) -> None:
        key = ("managed" if block.type == "resource" else "data", *block.labels)
        first = self._resources.get((key[0], key[1], key[2]))
        if first is not None and not override:
            self._repeated.append(block)
        else:
            self._resources[key[0], key[1], key[2]] = _merged(first, block, override=override)

    def result(self) -> Configuration:
        return Configuration(
            self._directory,
            self._variables,
            self._locals,
            self._outputs,
            self._resources,
            tuple(self._repeated),
            self._modules,
            self._requirements,
            tuple(self._comments),
            tuple(self._errors),
            tuple(self._files),
        )


def _merged(first: Block | None, block: Block, *, override: bool) -> Block:
    if first is None:
        return block
    if not override:
        return first
    spans = first.header_span, first.span
    return Block(first.type, first.labels, spans, lambda: first.body.overridden(block.body))


def _requirements(block: Block) -> Iterator[tuple[str, Requirement]]:
    for required in block.body.of_type("required_providers"):
        for name, attribute in required.body.attributes.items():
            yield name, _requirement(attribute.expression)


def _requirement(node: ast.Expression) -> Requirement:
    if isinstance(node, ast.Literal) and isinstance(node.data, str):
        return Requirement(None, node.data)
    if not isinstance(node, ast.ObjectOf):
        return Requirement(None, None)
    stated = {
        key.data: value.data
        for key, value in node.items
        if isinstance(key, ast.Literal) and isinstance(value, ast.Literal) and isinstance(value.data, str)
    }
    return Requirement(stated.get("source"), stated.get("version"))


def literal_text(body: Body, name: str) -> str | None:
    """An attribute that must be a plain string for Terraform to accept it (`source`, `version`)."""
    attribute = body.attributes.get(name)
    if attribute is None:
        return None
    node = attribute.expression
    return node.data if isinstance(node, ast.Literal) and isinstance(node.data, str) else None
