"""Which files there are, which of them can matter, and which belong together.

A unit is what is deployed together. For Terraform that is a root module, a directory that no other one calls,
with the local modules below it; for Bicep a file that no other one deploys (but for tests), with the files that it
does; for ARM and CloudFormation a template. A unit is passed over only when none of its files holds a token
without which it cannot name an AI service, a link to one, or a remote module of one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from aiposture import globs
from aiposture.discover.changes import Changes, is_template
from aiposture.discover.graph import Module, Roots, find_roots
from aiposture.discover.sniffer import BICEP, TERRAFORM, VARIABLES, Blanks, Dialect, Document, Sniffer
from aiposture.discover.words import Words
from aiposture.files import Tree
from aiposture.model import SourceError

__all__ = ["Discovery", "Unit", "discover"]

_MODULE = (*TERRAFORM, *VARIABLES)
_NO_AI = "no AI service in what they are deployed with"
_NOT_CHANGED = "not concerned by what has changed"
_BICEP_PARAMETERS = ".bicepparam"
_NO_CODE = "no infrastructure code of a known kind"


class Unit(NamedTuple):
    """Something to read as a whole: a root module's directory, or the file that is deployed."""

    dialect: Dialect
    path: str


class Discovery(NamedTuple):
    """The units to read, and an account of every file that was looked at."""

    units: list[Unit]
    errors: list[SourceError]
    skipped: Counter[str]


def discover(  # noqa: PLR0913 - what is looked at, and what of it
    tree: Tree,
    paths: Iterable[str],
    *,
    tokens: Sequence[str],
    exclude: Sequence[str] = (),
    only: frozenset[str] | None = None,
    given: Sequence[str] = (),
    blanks: Blanks | None = None,
) -> Discovery:
    """The units below `paths` (relative to the tree) that can hold an AI service or a link to one.

    With `only`, files that have changed, just the units whose verdict that can change. `given` are parameter files
    that the user named: a .bicepparam file that no unit would use is one itself. Contents that are among the `blanks`
    are not read, and those that prove to be such are added.
    """
    found = Discovery([], [], Counter())
    changed = None if only is None else _changes(tree, only)
    sniffer = Sniffer(tree, Words(tokens), found.errors, () if changed is None else changed.names, blanks)
    terraform: dict[str, Module] = {}
    bicep: dict[str, Module] = {}
    for directory, names in _walk(tree, paths, exclude, found):
        below = f"{directory}/" if directory else ""
        module = [name for name in names if name.endswith(_MODULE)]
        if any(name.endswith(TERRAFORM) for name in module):
            terraform[directory] = sniffer.directory(directory, module)
        for name in names if len(module) < len(names) else ():
            if name.lower().endswith(BICEP):  # a template may be called MAIN.JSON; Terraform's suffixes are lower case
                bicep[below + name] = sniffer.bicep(below + name)
            elif is_template(name):
                _add_document(found, sniffer.document(below + name), below + name, changed)
    in_module, in_file = (None, None) if changed is None else (changed.in_module, changed.in_file)
    _add_roots(found, "terraform", find_roots(terraform, sniffer.directory_outside, changed=in_module))
    if bicep:
        from aiposture.discover.wrappers import own_entries  # noqa: PLC0415 - most repositories have no Bicep

        _add_roots(found, "bicep", find_roots(bicep, sniffer.bicep_outside, own_entries(tree, bicep), in_file))
    for path in given:
        if path.endswith(_BICEP_PARAMETERS) and path not in bicep and tree.is_file(path):
            named = sniffer.bicep(path, walked=False)
            if not any(Unit("bicep", called) in found.units for called in named.calls):
                _add_roots(found, "bicep", find_roots({path: named}, sniffer.bicep_outside, changed=in_file))
    found.units.sort()
    return found


def _changes(tree: Tree, only: frozenset[str]) -> Changes:
    """What the changed files concern. What cannot be read counts as no template; the walk tells the user."""
    sniffer = Sniffer(tree, Words(()), [])
    templates = {path for path in only if is_template(path) and tree.is_file(path)}
    return Changes.of(only, {path for path in templates if sniffer.document(path).dialect is not None})


def _add_document(found: Discovery, document: Document, path: str, changed: Changes | None) -> None:
    concerned = changed is None or document.named or changed.in_file(path)
    if document.dialect is not None and document.mentions and concerned:
        found.units.append(Unit(document.dialect, path))
    else:
        found.skipped[_NO_CODE if document.dialect is None else _NO_AI if concerned else _NOT_CHANGED] += 1


def _add_roots(found: Discovery, dialect: Dialect, roots: Roots) -> None:
    found.units.extend(Unit(dialect, root) for root in roots.relevant)
    for reason, files in ((_NO_AI, roots.passed_over), (_NOT_CHANGED, roots.unconcerned)):
        if files:
            found.skipped[reason] += files


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
    return any(globs.matches(pattern, path.lstrip("/")) for pattern in exclude)
