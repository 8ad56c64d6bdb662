"""Which files there are, which of them can matter, and which belong together.

A unit is what is deployed together. For Terraform that is a root module, a directory that no other one calls,
with the local modules below it; for Bicep a file that no other one deploys (but for tests), with the files that it
does; for ARM and CloudFormation a template. A unit is passed over only when none of its files holds a token
without which it cannot name an AI service, a link to one, or a remote module of one.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from aiposture.discover.graph import Module, Roots, find_roots
from aiposture.discover.sniffer import BICEP, JSON, TERRAFORM, VARIABLES, YAML, Dialect, Sniffer
from aiposture.discover.wrappers import own_entries
from aiposture.files import Tree
from aiposture.model import SourceError

__all__ = ["Discovery", "Unit", "discover"]

_NO_AI = "no AI service in what they are deployed with"
_NO_CODE = "no infrastructure code of a known kind"


class Unit(NamedTuple):
    """Something to read as a whole: a root module's directory, or the file that is deployed."""

    dialect: Dialect
    path: str


@dataclass
class Discovery:
    """The units to read, and an account of every file that was looked at."""

    units: list[Unit] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def discover(tree: Tree, paths: Iterable[str], *, tokens: Sequence[str], exclude: Sequence[str] = ()) -> Discovery:
    """The units below `paths` (relative to the tree) that can hold an AI service or a link to one."""
    found = Discovery()
    sniffer = Sniffer(tree, tuple(token.lower().encode() for token in tokens), found.errors)
    terraform: dict[str, Module] = {}
    bicep: dict[str, Module] = {}
    for directory, names in _walk(tree, paths, exclude, found):
        below = f"{directory}/" if directory else ""
        if any(name.endswith(TERRAFORM) for name in names):
            module = [name for name in names if name.endswith((*TERRAFORM, *VARIABLES))]
            terraform[directory] = sniffer.directory(directory, module)
        for name in names:
            folded = name.lower()  # a template may be called MAIN.JSON; Terraform's own suffixes are in lower case
            if folded.endswith(BICEP):
                bicep[below + name] = sniffer.bicep(below + name)
            elif folded.endswith((*JSON, *YAML)) and not name.endswith((*TERRAFORM, *VARIABLES)):
                _add_document(found, sniffer, below + name)
    _add_roots(found, "terraform", find_roots(terraform, sniffer.directory_outside))
    _add_roots(found, "bicep", find_roots(bicep, sniffer.bicep_outside, own_entries(tree, bicep)))
    found.units.sort()
    return found


def _add_document(found: Discovery, sniffer: Sniffer, path: str) -> None:
    dialect, relevant = sniffer.document(path)
    if dialect is not None and relevant:
        found.units.append(Unit(dialect, path))
    else:
        found.skipped[_NO_CODE if dialect is None else _NO_AI] += 1


def _add_roots(found: Discovery, dialect: Dialect, roots: Roots) -> None:
    found.units.extend(Unit(dialect, root) for root in roots.relevant)
    if roots.passed_over:
        found.skipped[_NO_AI] += roots.passed_over


def _walk(
    tree: Tree, paths: Iterable[str], exclude: Sequence[str], found: Discovery
) -> Iterator[tuple[str, list[str]]]:
    seen: set[str] = set()
    for start in paths:
        if tree.is_file(start):
            # A single Terraform file stands for its directory: a module is deployed as a whole.
            directory, _, name = start.rpartition("/")
            yield directory, tree.names(directory) if name.endswith(TERRAFORM) else [name]
            continue
        for directory, names, errors in tree.walk(start, lambda path: _excluded(path, exclude)):
            found.errors.extend(SourceError(error.path, 1, error.reason) for error in errors)
            if directory in seen:
                continue
            seen.add(directory)
            kept = [name for name in names if not exclude or not _excluded(f"{directory}/{name}", exclude)]
            if len(kept) < len(names):
                found.skipped["excluded"] += len(names) - len(kept)
            yield directory, kept


def _excluded(path: str, exclude: Sequence[str]) -> bool:
    return any(fnmatch.fnmatch(path.lstrip("/"), pattern.rstrip("/")) for pattern in exclude)
