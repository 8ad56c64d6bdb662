"""Which files there are, which of them can matter, and which belong together.

A unit is what is deployed together. For Terraform that is a root module, a directory that no other one calls,
with the local modules below it. A unit is passed over only when none of its files holds a token without
which it cannot name an AI service, a link to one, or a remote module of one.
"""

from __future__ import annotations

import fnmatch
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from aiposture.files import Tree, UnreadableError, join
from aiposture.model import SourceError

TERRAFORM_SUFFIXES = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLE_SUFFIXES = (".tfvars", ".tfvars.json")
_PLAN_MARK = b'"planned_values"'
# A module's source is a literal in HCL and in JSON; a string that starts with a dot is a local path.
_LOCAL_SOURCE = re.compile(rb"""source["\s]*[=:]\s*"(\.\.?(?:/[^"]*)?)\"""")


class Unit(NamedTuple):
    """Something to read as a whole: a root module's directory, or a plan file."""

    dialect: Literal["terraform", "terraform-plan"]
    path: str


@dataclass
class Discovery:
    """The units to read, and an account of every file that was looked at."""

    units: list[Unit] = field(default_factory=list)
    errors: list[SourceError] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


@dataclass
class _Module:
    """A directory of Terraform files: what it calls, and whether it mentions anything of ours."""

    calls: frozenset[str]
    mentions: bool
    files: int


def discover(tree: Tree, paths: Iterable[str], *, tokens: Sequence[str], exclude: Sequence[str] = ()) -> Discovery:
    """The units below `paths` (relative to the tree) that can hold an AI service or a link to one."""
    found = Discovery()
    sniffer = _Sniffer(tree, tuple(token.lower().encode() for token in tokens), found)
    modules: dict[str, _Module] = {}
    for directory, names in _walk(tree, paths, exclude, found):
        terraform = [name for name in names if name.endswith(TERRAFORM_SUFFIXES)]
        if terraform:
            variables = [name for name in names if name.endswith(VARIABLE_SUFFIXES)]
            modules[directory] = sniffer.module(directory, terraform, variables)
        for name in names:
            if name.endswith(".json") and not name.endswith((*TERRAFORM_SUFFIXES, *VARIABLE_SUFFIXES)):
                path = f"{directory}/{name}" if directory else name
                if sniffer.is_plan(path):
                    found.units.append(Unit("terraform-plan", path))
    found.units.extend(Unit("terraform", root) for root in _relevant_roots(modules, sniffer, found))
    found.units.sort()
    return found


def _walk(
    tree: Tree, paths: Iterable[str], exclude: Sequence[str], found: Discovery
) -> Iterator[tuple[str, list[str]]]:
    seen: set[str] = set()
    for start in paths:
        if tree.is_file(start):
            # A single file stands for its directory: a module is deployed as a whole.
            directory, _, name = start.rpartition("/")
            yield directory, [name] if name.endswith(".json") else tree.names(directory)
            continue
        for directory, names, errors in tree.walk(start, lambda name: _excluded(name, exclude)):
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


def _relevant_roots(modules: dict[str, _Module], sniffer: _Sniffer, found: Discovery) -> list[str]:
    called = {callee for directory, module in modules.items() for callee in module.calls if callee != directory}
    roots = [directory for directory in modules if directory not in called]
    reached: set[str] = set()
    relevant = []
    for root in [*roots, *sorted(called & modules.keys())]:
        # A called directory that no root reaches stands in a cycle of calls; it is read for its own sake.
        if root in reached:
            continue
        closure = _closure(root, modules, sniffer)
        reached |= closure.keys()
        if any(module.mentions for module in closure.values()):
            relevant.append(root)
    kept = {directory for root in relevant for directory in _closure(root, modules, sniffer)}
    passed_over = sum(module.files for directory, module in modules.items() if directory not in kept)
    if passed_over:
        found.skipped["no AI service in their module"] += passed_over
    return relevant


def _closure(root: str, modules: dict[str, _Module], sniffer: _Sniffer) -> dict[str, _Module]:
    closure: dict[str, _Module] = {}
    waiting = [root]
    while waiting:
        directory = waiting.pop()
        if directory in closure:
            continue
        module = modules.get(directory) or sniffer.module_outside(directory)
        closure[directory] = module
        waiting.extend(module.calls - closure.keys())
    return closure


@dataclass
class _Sniffer:
    """Looks at bytes only: nothing is parsed to find out that a file does not matter."""

    tree: Tree
    tokens: tuple[bytes, ...]
    found: Discovery
    outside: dict[str, _Module] = field(default_factory=dict)

    def module(
        self, directory: str, terraform: Sequence[str], variables: Sequence[str], *, walked: bool = True
    ) -> _Module:
        calls: set[str] = set()
        mentions = False
        for name in (*terraform, *variables):
            data = self._read(f"{directory}/{name}" if directory else name, walked=walked)
            mentions = mentions or self._mentions(data)
            if b"source" in data:
                sources = (match.decode("utf-8", "replace") for match in _LOCAL_SOURCE.findall(data))
                calls.update(path for source in sources if (path := join(directory, source)) is not None)
        return _Module(frozenset(calls), mentions, len(terraform))

    def module_outside(self, directory: str) -> _Module:
        """A module that is called from the scanned paths but stands elsewhere in the tree."""
        if directory not in self.outside:
            names = [name for name in self.tree.names(directory) if name.endswith(TERRAFORM_SUFFIXES)]
            self.outside[directory] = self.module(directory, names, (), walked=False)
        return self.outside[directory]

    def is_plan(self, path: str) -> bool:
        data = self._read(path)
        if _PLAN_MARK not in data or b'"terraform_version"' not in data:
            self.found.skipped["no infrastructure code of a known kind"] += 1
            return False
        if not self._mentions(data):
            self.found.skipped["no AI service in their module"] += 1
            return False
        return True

    def _mentions(self, data: bytes) -> bool:
        # A UTF-16 file holds no token as bytes; the reader must have the chance to say that it cannot read it.
        folded = data.lower()
        return any(token in folded for token in self.tokens) or data[:2] in {b"\xff\xfe", b"\xfe\xff"}

    def _read(self, path: str, *, walked: bool = True) -> bytes:
        try:
            return self.tree.read_found(path) if walked else self.tree.read(path)
        except UnreadableError as error:
            self.found.errors.append(SourceError(error.path, 1, error.reason))
            return b""
