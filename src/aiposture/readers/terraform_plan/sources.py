"""The .tf files that stand beside a plan: where a resource, and each of its arguments, is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aiposture.files import Tree, UnreadableError, join
from aiposture.model import Comment, Location
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.syntax import Block, Body, Document, parse

_SUFFIXES = (".tf", ".tofu")
_Path = Sequence["str | int"]


class Place(NamedTuple):
    """A place in a .tf file; `text` is the expression there, None if it is a block's header."""

    location: Location
    text: str | None = None


class Sources:
    """The directories of a configuration, each read when it is first asked for."""

    def __init__(self, tree: Tree) -> None:
        """`tree` is where the directories are looked up."""
        self._tree = tree
        self._directories: dict[str, Mapping[tuple[str, ...], Block]] = {}
        self._documents: dict[str, Document] = {}

    def block(self, directory: str | None, *header: str) -> Block | None:
        """The block with this header (`"resource", "azurerm_x", "y"`) in a directory, None if it is not there."""
        if directory is None:
            return None
        if directory not in self._directories:
            self._directories[directory] = self._read(directory)
        return self._directories[directory].get(header)

    @property
    def files(self) -> frozenset[str]:
        """The files that were read."""
        return frozenset(self._documents)

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments of these files that could suppress something."""
        return tuple(comment for document in self._documents.values() for comment in document.comments)

    def _read(self, directory: str) -> Mapping[tuple[str, ...], Block]:
        blocks: dict[tuple[str, ...], Block] = {}
        for name in self._tree.names(directory):
            path = join(directory, name)
            if path is None or not name.endswith(_SUFFIXES):
                continue
            try:
                content = self._tree.read(path)
            except UnreadableError:
                continue  # the plan has the values all the same, and the places then are the plan's
            self._documents[path] = parse(path, content)
            for block in self._documents[path].body.blocks:
                blocks.setdefault((block.type, *block.labels), block)
        return blocks


def place_of(block: Block, path: _Path) -> Place | None:
    """Where the argument at `path` of a block is written; None if the block does not have it.

    A member of an object is found as far as the object is written out; a dynamic block stands for all it makes.
    """
    body, header = block.body, block.header
    for depth, key in enumerate(path):
        if isinstance(key, int):
            continue  # it has chosen among the blocks, in the step before
        attribute = body.attributes.get(key)
        if attribute is not None:
            return _inside(attribute.expression, path[depth + 1 :])
        found = _nested(body, key, path[depth + 1] if len(path) > depth + 1 else 0)
        if found is None:
            return None
        header = found.header
        body = _content(found)
    return Place(header)


def _nested(body: Body, name: str, index: str | int) -> Block | None:
    written = [block for block in body.blocks if block.type == name or _makes(block, name)]
    if not written:
        return None
    return written[index] if isinstance(index, int) and index < len(written) else written[-1]


def _makes(block: Block, name: str) -> bool:
    return block.type == "dynamic" and block.labels == (name,)


def _content(block: Block) -> Body:
    contents = block.body.of_type("content") if block.type == "dynamic" else ()
    return contents[0].body if contents else block.body


def _inside(expression: ast.Expression, path: _Path) -> Place:
    for key in path:
        if isinstance(expression, ast.Call) and expression.name == "jsonencode" and len(expression.args) == 1:
            expression = expression.args[0]
        member = _member(expression, key)
        if member is None:
            break
        expression = member
    return Place(expression.span.location, expression.span.text)


def _member(expression: ast.Expression, key: str | int) -> ast.Expression | None:
    if isinstance(expression, ast.ListOf) and isinstance(key, int):
        return expression.items[key] if key < len(expression.items) else None
    if isinstance(expression, ast.ObjectOf):
        return next((value for name, value in expression.items if _named(name, key)), None)
    return None


def _named(name: ast.Expression, key: str | int) -> bool:
    if isinstance(name, ast.Literal):
        return name.data == key
    return isinstance(name, ast.Traversal) and not name.steps and name.root == key
