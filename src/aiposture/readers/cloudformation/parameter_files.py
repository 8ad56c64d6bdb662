"""Files with a template's parameters, in the forms that the AWS CLI, CodePipeline and Git sync read."""

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from aiposture.files import Tree
from aiposture.model import Value
from aiposture.readers.cloudformation import document
from aiposture.readers.cloudformation.document import Document
from aiposture.readers.cloudformation.nodes import List, Node, Object, Scalar, object_of, text_of
from aiposture.readers.cloudformation.values import plain_text

_SUFFIXES = tuple(f".{word}.{extension}" for word in ("parameters", "params") for extension in ("json", "yaml", "yml"))


class Given(NamedTuple):
    """What a parameter file says; `understood` is False if it has no form that we know."""

    document: Document
    values: dict[str, Value]
    understood: bool


def beside(tree: Tree, path: str) -> str | None:
    """The parameter file that has the template's own name: `agent.parameters.json` of `agent.yaml`."""
    stem, _ = posixpath.splitext(path)
    return next((stem + suffix for suffix in _SUFFIXES if tree.is_file(stem + suffix)), None)


def read(tree: Tree, path: str) -> Given:
    """The values in a parameter file. Never raises; what cannot be read is in the document's errors."""
    found = document.load(tree, path)
    entries = _entries(found.root)
    values = {} if entries is None else {name: value for name, node in entries if (value := _value(node)) is not None}
    return Given(found, values, entries is not None)


def _entries(root: Node | None) -> list[tuple[str, Node]] | None:
    """The names and the nodes of their values; None if this is no parameter file."""
    if isinstance(root, Object):
        for name in ("Parameters", "parameters"):
            section = object_of(root.get(name))
            if section is not None:
                return [(entry.name, entry.value) for entry in section.members.values()]
    elif isinstance(root, List):
        return list(_of_list(root))
    return None


def _of_list(root: List) -> Iterator[tuple[str, Node]]:
    for item in root.items:
        if isinstance(item, Object):
            name, value = text_of(item.get("ParameterKey")), item.get("ParameterValue")
            if name is not None and value is not None:
                yield name, value
        elif isinstance(item, Scalar):
            name, equals, text = item.text.partition("=")
            if equals:
                yield name, Scalar(item.span, text, text)


def _value(node: Node) -> Value | None:
    location = node.span.location
    if isinstance(node, Scalar):
        return Value(plain_text(node.data) if isinstance(node.data, bool) else node.text, location)
    if isinstance(node, List) and all(isinstance(item, Scalar) for item in node.items):
        texts = (Value(item.text, item.span.location) for item in node.items if isinstance(item, Scalar))
        return Value(tuple(texts), location)
    return None
