"""Nested stacks: which template a resource names, if it is here."""

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from aiposture.files import join
from aiposture.model import NotAnalysed, Unknown, Value
from aiposture.readers.cloudformation import sam
from aiposture.readers.cloudformation.budget import MAX_NESTING, MalformedError
from aiposture.readers.cloudformation.nodes import Node, Object, object_of, text_of
from aiposture.readers.cloudformation.source import SyntaxProblem, decode
from aiposture.readers.cloudformation.template import Template

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.scope import Declared, Scope

_LOCAL = re.compile(
    r"""["']?(?:TemplateURL|Location|aws:asset:path)["']?\s*:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'{}\[\],!&*#]+))"""
)
_EXTENSIONS = (".yaml", ".yml", ".json", ".template")


class Target(NamedTuple):
    """A nested template that is here, and the parameters that it is given."""

    template: Template
    parameters: Object


def local_templates(data: bytes, directory: str) -> frozenset[str]:
    """The paths (relative to the tree) that a template in `directory` may nest, from its bytes alone.

    For those who must know which templates belong together before anything is parsed: it names too many
    rather than too few.
    """
    try:
        text = decode(data)
    except SyntaxProblem:
        return frozenset()
    paths = ("".join(found) for found in _LOCAL.findall(text))
    joined = (_local(directory, path) for path in paths if path.endswith(_EXTENSIONS))
    return frozenset(path for path in joined if path is not None)


def locate(declared: "Declared", scope: "Scope") -> Target | NotAnalysed:
    """The template that a nested stack is made of, or that it is not judged and why."""
    properties = object_of(declared.body.get("Properties"))
    url = _url(declared, properties, scope)
    path = None if isinstance(url, Unknown) else _local(posixpath.dirname(scope.template.path), url)
    if path is None or not scope.unit.tree.is_file(path):
        return _elsewhere(declared, url)
    place = scope.place
    if path == scope.template.path or path in place.chain or len(place.chain) >= MAX_NESTING:
        return NotAnalysed(declared.entry.name, f"{path} nests itself", declared.entry.key.location)
    try:
        template = scope.unit.template(path)
    except MalformedError as error:
        scope.unit.error(declared.entry.key.source.path, declared.entry.key.location.line, str(error))
        return NotAnalysed(declared.entry.name, str(error), declared.entry.key.location)
    if template is None:
        return NotAnalysed(declared.entry.name, f"{path} cannot be read", declared.entry.key.location)
    parameters = object_of(properties.get("Parameters")) if properties else None
    return Target(template, parameters or Object(declared.entry.key, {}))


def _url(declared: "Declared", properties: Object | None, scope: "Scope") -> str | Unknown:
    """The text that says where the template is."""
    metadata = object_of(declared.body.get("Metadata"))
    asset = text_of(metadata.get("aws:asset:path")) if metadata else None
    if asset is not None:
        return asset  # CDK: the URL is in the bucket of its bootstrap, the file beside this one
    name = "Location" if declared.type == sam.APPLICATION else "TemplateURL"
    node: Node | None = properties.get(name) if properties else None
    value = Value(None, declared.entry.key.location) if node is None else scope.evaluate(node)
    if isinstance(value.data, (str, Unknown)):
        return value.data
    return Unknown(name, "it names no template")


def _local(directory: str, url: str) -> str | None:
    if "://" in url or not url:
        return None
    return join(directory, url)


def _elsewhere(declared: "Declared", url: str | Unknown) -> NotAnalysed:
    if isinstance(url, Unknown):
        reason = f"the template of the nested stack is not known: {url.reason}"
    elif "://" in url:
        reason = f"the template of the nested stack is not in the scanned tree: {url}"
    else:
        reason = f"there is no file {url}"
    return NotAnalysed(declared.entry.name, reason, declared.entry.key.location)
