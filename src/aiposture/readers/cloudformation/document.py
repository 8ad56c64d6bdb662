"""One file as a node, with its comments and what is wrong with it."""

from typing import NamedTuple

from aiposture.files import Tree, UnreadableError
from aiposture.model import Comment, SourceError
from aiposture.readers.cloudformation import json_syntax, yaml_syntax
from aiposture.readers.cloudformation.nodes import Node
from aiposture.readers.cloudformation.source import Source, SyntaxProblem, decode

MAX_BYTES = 8 * 1024 * 1024
"""CloudFormation takes 1 MiB; a template before packaging can be larger."""


class Document(NamedTuple):
    """A file that was read. `root` is None if it could not be."""

    path: str
    root: Node | None = None
    comments: tuple[Comment, ...] = ()
    errors: tuple[SourceError, ...] = ()


def load(tree: Tree, path: str) -> Document:
    """The node of a YAML or JSON file of the tree. Never raises."""
    try:
        data = tree.read(path)
    except UnreadableError as error:
        return Document(path, errors=(SourceError(path, 1, error.reason),))
    if len(data) > MAX_BYTES:
        return Document(path, errors=(SourceError(path, 1, "is larger than any template is"),))
    try:
        return _parse(Source(path, decode(data)))
    except SyntaxProblem as problem:
        return Document(path, errors=(SourceError(path, problem.line, problem.message),))


def _parse(source: Source) -> Document:
    if not source.text.lstrip().startswith(("{", "[")):
        return Document(source.path, *yaml_syntax.parse(source))
    try:
        return Document(source.path, *json_syntax.parse(source))
    except SyntaxProblem as problem:
        # YAML has braces too, and allows comments and names without quotes there.
        try:
            return Document(source.path, *yaml_syntax.parse(source))
        except SyntaxProblem:
            raise problem from None
