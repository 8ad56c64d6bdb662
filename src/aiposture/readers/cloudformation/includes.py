"""Snippets that `AWS::Include` puts into a template, where they lie in the tree.

`aws cloudformation package` takes a local `Location` and puts the file into a bucket. A snippet at the top of a
template adds sections, one beside other members adds members (its own come first), one alone stands for its value.
"""

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from aiposture.files import join
from aiposture.model import NotAnalysed
from aiposture.readers.cloudformation.budget import MAX_NESTING
from aiposture.readers.cloudformation.nodes import Call, Entry, List, Node, Object, text_of

if TYPE_CHECKING:
    from aiposture.readers.cloudformation.unit import Unit
else:
    Unit = object  # an annotation of a named tuple must not be a text, or it is compiled

NAME = "AWS::Include"
_TRANSFORM = "Fn::Transform"
_MAX_SNIPPETS = 200


class _Site(NamedTuple):
    """Where a snippet is asked for: the unit, the files that led there."""

    unit: Unit
    chain: tuple[str, ...]


def included(root: Object, unit: Unit, path: str) -> Object:
    """The template at `path` with the snippets that lie in the tree; the unit is told of those that do not."""
    if NAME not in root.span.source.text:
        return root
    site = _Site(unit, (path,))
    expanded = _expanded(_with_sections(root, site), site)
    return expanded if isinstance(expanded, Object) else root


def _with_sections(root: Object, site: _Site) -> Object:
    """The template with what its own transforms include; the other transforms stay."""
    transform = root.members.get("Transform")
    if transform is None:
        return root
    listed = transform.value.items if isinstance(transform.value, List) else (transform.value,)
    found = {one: snippet for one in listed if isinstance(snippet := _snippet(one, site), Object)}
    rest = tuple(one for one in listed if one not in found)
    members = {**root.members, "Transform": Entry("Transform", transform.key, List(transform.value.span, rest))}
    for snippet in found.values():
        members = _merged(snippet, members)
    return Object(root.span, members)


def _expanded(node: Node, site: _Site) -> Node:
    if isinstance(node, Call):
        snippet = _snippet(node.argument, site) if node.name == _TRANSFORM else None
        return snippet or Call(node.span, node.name, _expanded(node.argument, site))
    if isinstance(node, List):
        return List(node.span, tuple(_expanded(one, site) for one in node.items))
    if not isinstance(node, Object):
        return node
    transform = node.members.get(_TRANSFORM)
    snippet = None if transform is None else _snippet(transform.value, site)
    if snippet is not None and (len(node.members) == 1 or not isinstance(snippet, Object)):
        return snippet
    members = {
        name: Entry(name, entry.key, entry.value if entry is transform else _expanded(entry.value, site))
        for name, entry in node.members.items()
        if snippet is None or entry is not transform
    }
    return Object(node.span, _merged(snippet, members) if isinstance(snippet, Object) else members)


def _merged(snippet: Object, own: dict[str, Entry]) -> dict[str, Entry]:
    """The members of both; of sections that both have, the members of both."""
    members = dict(snippet.members)
    for name, entry in own.items():
        before = members.get(name)
        if before is not None and isinstance(before.value, Object) and isinstance(entry.value, Object):
            both = Object(entry.value.span, {**before.value.members, **entry.value.members})
            members[name] = Entry(name, entry.key, both)
        else:
            members[name] = entry
    return members


def _snippet(transform: Node, site: _Site) -> Node | None:
    """What a transform includes; None if it is another one, or if its file is not here."""
    if not isinstance(transform, Object) or text_of(transform.get("Name")) != NAME:
        return None
    parameters = transform.get("Parameters")
    location = parameters.get("Location") if isinstance(parameters, Object) else None
    text = text_of(location)
    if text is None or location is None:
        _leave_out(transform, site, "its location is not known")
        return None
    path = None if "://" in text else join(posixpath.dirname(site.chain[-1]), text)
    if path is None or not site.unit.tree.is_file(path):
        _leave_out(transform, site, f"{text} is not in the scanned tree")
        return None
    if path in site.chain or len(site.chain) >= MAX_NESTING or len(site.unit.documents) > _MAX_SNIPPETS:
        _leave_out(transform, site, f"{text} includes itself, or too much")
        return None
    root = site.unit.document(path).root
    return None if root is None else _expanded(root, _Site(site.unit, (*site.chain, path)))


def _leave_out(transform: Node, site: _Site, reason: str) -> None:
    site.unit.leave_out(NotAnalysed(NAME, reason, transform.span.location))
