"""Templates in files of their own: which file a link means, without asking the network.

Only a relative path counts, or an address that is built from the template's own place: the link of this very
deployment, or the parameter `_artifactsLocation` that the quickstart templates pass it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from aiposture.files import join
from aiposture.model import Value
from aiposture.readers.arm import names
from aiposture.readers.arm.copies import resolve
from aiposture.readers.arm.values import folded_members, member, text_of

if TYPE_CHECKING:
    from aiposture.readers.arm.deployments import Deployment
    from aiposture.readers.arm.sites import Site

_OWN_PLACE = ("templatelink", "_artifactslocation")
_SUFFIXES = (".json", ".jsonc")
_LINKS = frozenset({"templatelink", "parameterslink"})
_MAX_STEPS = 16


def path_of(link: Value, site: Site) -> str | None:
    """The relative path that a `templateLink` or `parametersLink` names; None if it leads elsewhere."""
    relative = member(link, "relativePath")
    if relative is not None:
        return text_of(resolve(relative, site))
    return _path_in(text_of(member(link, "uri")), member(site.deployment.template, "variables"))


def chain(deployment: Deployment | None) -> list[str]:
    """The files of a deployment and of those that led to it, the nearest first."""
    paths: list[str] = []
    while deployment is not None:
        path = deployment.template.location.path
        if path not in paths:
            paths.append(path)
        deployment = deployment.parent
    return paths


def candidates(path: str, files: list[str]) -> list[str]:
    """Where a relative path can lead, as seen from each of the files."""
    found = (join(file.rpartition("/")[0], path) for file in files)
    return [each for each in found if each]


def linked_paths(template: Value) -> set[str]:
    """The files (from the tree's root) that a template or one nested in it links to by names that are literal."""
    return set(_linked_paths(template, member(template, "variables")))


def _linked_paths(value: Value, variables: Value | None) -> Iterator[str]:
    data = value.data
    if isinstance(data, tuple):
        for each in data:
            yield from _linked_paths(each, variables)
    elif isinstance(data, Mapping):
        variables = member(value, "variables") if "resources" in data and "variables" in data else variables
        for name, below in data.items():
            if name.casefold() in _LINKS:
                relative = text_of(member(below, "relativePath"))
                path = relative if relative is not None else _path_in(text_of(member(below, "uri")), variables)
                yield from candidates(path, [below.location.path]) if path else ()
            else:
                yield from _linked_paths(below, variables)


def _path_in(uri: str | None, variables: Value | None) -> str | None:
    """The one file name in an address that is built from the template's own place."""
    if uri is None or not uri.startswith("["):
        return None
    text = _spelled_out(uri, variables)
    if not any(mark in text.casefold() for mark in _OWN_PLACE):
        return None
    found = [each for each in names.literals(text) if each.partition("?")[0].casefold().endswith(_SUFFIXES)]
    return found[0].partition("?")[0].lstrip("/") if len(found) == 1 else None


def _spelled_out(text: str, variables: Value | None) -> str:
    """The expression with the expressions of the variables that it uses behind it."""
    known = folded_members(variables)
    texts, waiting, seen = [text], [text], set[str]()
    while waiting and len(texts) < _MAX_STEPS:
        for name in names.literals(waiting.pop()):
            folded = name.casefold()
            if folded in known and folded not in seen:
                seen.add(folded)
                below = text_of(known[folded][1])
                if below is not None:
                    texts.append(below if below.startswith("[") else "'" + below.replace("'", "''") + "'")
                    waiting.append(below)
    return " ".join(texts)
