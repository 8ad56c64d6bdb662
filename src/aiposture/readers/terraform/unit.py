"""What all modules of one unit share: the files, the bounds, and which module is where."""

import json
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from aiposture import files
from aiposture.model import Call, Location, Provider, SourceError
from aiposture.readers.terraform import syntax
from aiposture.readers.terraform.budget import Budget
from aiposture.readers.terraform.configuration import Configuration, literal_text, load, parse_file
from aiposture.readers.terraform.syntax import Block

_HOST = re.compile(r"^registry\.(terraform\.io|opentofu\.org)/")
_REF = re.compile(r"[?&]ref=([^&]*)")


class Remote(NamedTuple):
    """A module whose code is not here: its source without the version, and the version."""

    source: str
    version: str | None


class Failure(NamedTuple):
    """A module that should be here and is not."""

    message: str


class Unit:
    """One root module being read."""

    def __init__(self, tree: files.Tree, root: str, wanted: Callable[[str], bool]) -> None:
        """`root` is the directory of the module in the `tree`; `wanted` tells the types that matter."""
        self.tree = tree
        self.root = root
        self.wanted = wanted
        self.budget = Budget()
        self.errors: list[SourceError] = []
        self.other_files: list[str] = []
        self._configurations: dict[str, Configuration] = {}
        self._directories: dict[str, bool] = {}
        self._holding: dict[tuple[str, str], bool] = {}
        self._manifest: Mapping[str, str] | None = None
        self._locks: Mapping[str, str] | None = None

    def configuration(self, directory: str) -> Configuration:
        """The declarations of a directory."""
        if directory not in self._configurations:
            self._configurations[directory] = load(self.tree, directory)
        return self._configurations[directory]

    @property
    def configurations(self) -> Sequence[Configuration]:
        """All that were read."""
        return tuple(self._configurations.values())

    def error(self, location: Location, message: str) -> None:
        """Note an error, once."""
        self.error_at(location.path, message, location.line)

    def error_at(self, path: str, message: str, line: int = 1) -> None:
        """Note an error of a file, once."""
        error = SourceError(path, line, message)
        if error not in self.errors:
            self.errors.append(error)

    def locate(self, directory: str, key: str, block: Block) -> str | Remote | Failure:
        """The directory of the module that `block` calls from `directory`, or what it is instead.

        `key` names the call as `terraform init` does in its manifest (`a.b`).
        """
        source = literal_text(block.body, "source")
        if source is None:
            return Failure(f"module {block.labels[0]} has no literal source")
        if not source.startswith(("./", "../")) and source not in (".", ".."):
            vendored = self._vendored(key)
            return vendored if vendored is not None else _remote(source, literal_text(block.body, "version"))
        found = files.join(directory, source)
        if found is None:
            return Failure(f"the module source {source} leads out of the scanned tree")
        if not self._is_dir(found):
            return Failure(f"the module {source} is not there")
        return found

    def _vendored(self, key: str) -> str | None:
        """Where `terraform init` has put the code of a remote module, if it is in the tree."""
        directory = self._modules.get(key)
        found = files.join(self.root, directory) if directory else None
        return found if found is not None and self._is_dir(found) else None

    def _is_dir(self, directory: str) -> bool:
        if directory not in self._directories:
            self._directories[directory] = self.tree.is_dir(directory)
        return self._directories[directory]

    @property
    def _modules(self) -> Mapping[str, str]:
        """The directories of the calls that `terraform init` has written down, by their keys."""
        if self._manifest is None:
            self._manifest = self._read_manifest()
        return self._manifest

    def _read_manifest(self) -> dict[str, str]:
        path = posixpath.join(self.root, ".terraform/modules/modules.json")
        if not self.tree.is_file(path):
            return {}
        try:
            modules = json.loads(self.tree.read(path)).get("Modules", [])
            return {str(module["Key"]): str(module["Dir"]) for module in modules}
        except (files.UnreadableError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self.errors.append(SourceError(path, 1, f"is no manifest of modules: {error}"))
            return {}

    def holds_wanted(self, directory: str, key: str = "") -> bool:
        """Whether any module below `directory` declares something that is wanted, or calls a remote module."""
        start = self._known_as(directory, key)
        if start not in self._holding:
            self._holding[start] = self._reaches_wanted(directory, key)
        return self._holding[start]

    def _reaches_wanted(self, directory: str, key: str) -> bool:
        seen: set[tuple[str, str]] = set()
        waiting = [(directory, key)]
        while waiting:
            directory, key = waiting.pop()
            # Two calls of one module are told apart only where the manifest does: modules that call others
            # twice would otherwise double at each step.
            if (known := self._known_as(directory, key)) in seen:
                continue
            seen.add(known)
            configuration = self.configuration(directory)
            if any(self.wanted(type_) for _, type_, _ in configuration.resources):
                return True
            for name, block in configuration.modules.items():
                found = self.locate(directory, f"{key}{name}", block)
                if not isinstance(found, str):
                    return True
                waiting.append((found, f"{key}{name}."))
        return False

    def _known_as(self, directory: str, key: str) -> tuple[str, str]:
        return directory, key if any(name.startswith(key) for name in self._modules) else ""

    def provider(self, chain: Sequence[Configuration], block: Block) -> Provider:
        """The provider of a resource in the last of `chain`, the configurations from the root down."""
        name = _provider_name(block)
        required = chain[-1].requirements.get(name)
        source = _source(name, required.source if required else None)
        constraints = []
        for configuration in chain:
            for local_name, requirement in configuration.requirements.items():
                if requirement.version and _source(local_name, requirement.source).lower() == source.lower():
                    constraints.append(requirement.version)
        return Provider(source, tuple(dict.fromkeys(constraints)), self._locked(source))

    def _locked(self, source: str) -> str | None:
        if self._locks is None:
            self._locks = self._read_locks()
        return self._locks.get(source.lower())

    def _read_locks(self) -> dict[str, str]:
        path = posixpath.join(self.root, ".terraform.lock.hcl")
        if not self.tree.is_file(path):
            return {}
        self.other_files.append(path)
        document = parse_file(self.tree, path, {"": syntax.parse})
        self.errors += document.errors
        locks = {}
        for block in document.body.of_type("provider"):
            version = literal_text(block.body, "version")
            if block.labels and version:
                locks[_HOST.sub("", block.labels[0]).lower()] = version
        return locks


def _provider_name(block: Block) -> str:
    attribute = block.body.attributes.get("provider")
    if attribute is not None:
        return attribute.expression.span.text.strip('"').split(".", 1)[0].strip()
    return block.labels[0].split("_", 1)[0]


def _source(name: str, source: str | None) -> str:
    if source is not None:
        source = _HOST.sub("", source)
        return source if "/" in source else f"hashicorp/{source}"
    return "Azure/azapi" if name == "azapi" else f"hashicorp/{name}"


def _remote(source: str, version: str | None) -> Remote:
    path, _, query = source.partition("?")
    ref = _REF.search(f"?{query}") if query else None
    return Remote(_HOST.sub("", path), version or (ref[1] if ref else None))


def call_of(block: Block) -> Call:
    """A module call as a step on the way to a resource."""
    return Call(f"module.{block.labels[0]}", block.header, block.location)
