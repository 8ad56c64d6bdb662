"""Stand-ins: what the compiler gets for a registry module that is not on this machine.

A missing module makes the compiler print nothing at all, and looking for it takes the network. A stand-in has the
parameters that callers pass and the outputs that they read, so that the rest of the template compiles; the row of
the call comes out with all its arguments. The user's own cache is asked first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiposture.readers.bicep.diagnostics import Diagnostic
from aiposture.readers.bicep.outline import Declaration, Outline
from aiposture.readers.bicep.references import Reference
from aiposture.readers.bicep.sources import is_remote

MARK = "aiposture:stand-in"
"""The metadata entry by which a compiled template tells that it is one of ours."""

_SCHEMAS = {
    "resourceGroup": "2019-04-01/deploymentTemplate.json",
    "subscription": "2018-05-01/subscriptionDeploymentTemplate.json",
    "managementGroup": "2019-08-01/managementGroupDeploymentTemplate.json",
    "tenant": "2019-08-01/tenantDeploymentTemplate.json",
}
_OUTPUTS = re.compile(r"\boutputs\s*!?\s*(?:\.\s*\??\s*(\w+)|\[\s*\??\s*'(\w+)')")
_QUOTED = re.compile(r'"([^"]*)"')
_MAX_MODULE_BYTES = 64 * 1024 * 1024


@dataclass
class StandIn:
    """What callers ask of a module: `types` maps imported names to the kind of definition that they need."""

    parameters: set[str] = field(default_factory=set)
    outputs: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    scope: str | None = None

    def template(self, reference: Reference) -> bytes:
        """The compiled module that stands in, in the form that is found in a registry."""
        marked: dict[str, Any] = {"name": reference.name, "version": reference.tag}
        found: dict[str, Any] = {
            "$schema": f"https://schema.management.azure.com/schemas/{_SCHEMAS[self.scope or 'resourceGroup']}#",
            "languageVersion": "2.0",
            "contentVersion": "1.0.0.0",
            "metadata": {MARK: marked},
            "definitions": {
                name: {"type": kind, "metadata": {"__bicep_export!": True}} for name, kind in sorted(self.types.items())
            },
            "parameters": {name: {"nullable": True} for name in sorted(self.parameters)},
            "resources": {},
            "outputs": {name: {"value": ""} for name in sorted(self.outputs)},
        }
        if self.functions:
            output = {"type": "string", "value": ""}
            exported = {"parameters": [], "output": output, "metadata": {"__bicep_export!": True}}
            members = dict.fromkeys(sorted(self.functions), exported)
            found["functions"] = [{"namespace": "__bicep", "members": members}]
        return json.dumps(found, sort_keys=True).encode()


class StandIns:
    """The stand-ins of one entry point, by the target as the code writes it."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        """`outlines` are those of all the files that will be compiled together."""
        self._outlines = {one.path: one for one in outlines}
        self._found: dict[tuple[str, str], StandIn] = {}
        for one in self._outlines.values():
            self._collect(one)

    def get(self, path: str, target: str) -> StandIn:
        """The stand-in for `target` in the file `path`: an alias can mean something else in each directory."""
        return self._found.setdefault((path.rpartition("/")[0], target), StandIn())

    def _collect(self, found: Outline) -> None:
        outputs = {first or second for first, second in _OUTPUTS.findall(found.text)}
        for module in _remote_modules(found):
            stand_in = self.get(found.path, module.target or "")
            stand_in.outputs |= outputs
            parameters = module.body.member("params")
            if parameters is not None:
                stand_in.parameters |= {one.name for one in parameters.value.innermost.members if one.name is not None}
            if module.body.member("scope") is None and stand_in.scope is None and found.scope in _SCHEMAS:
                stand_in.scope = found.scope
        for one in found.imports:
            if is_remote(one.target):
                stand_in = self.get(found.path, one.target)
                names = one.names
                if one.alias is not None:
                    names = tuple(re.findall(rf"\b{re.escape(one.alias)}\s*\.\s*(\w+)", found.text))
                for name in names:
                    if re.search(rf"\b{re.escape(name)}\s*\(", found.text):
                        stand_in.functions.add(name)
                    else:
                        stand_in.types.setdefault(name, "object")

    def repair(self, diagnostics: Iterable[Diagnostic]) -> bool:
        """Add what the compiler misses in a stand-in; whether that was anything. Paths are the tree's."""
        return sum(self._repair(one) for one in diagnostics) > 0

    def _repair(self, diagnostic: Diagnostic) -> bool:
        path = diagnostic.path
        found = self._outlines.get(path)
        if found is None:
            return False
        quoted = _QUOTED.findall(diagnostic.message)
        modules = _remote_modules(found)
        here = [one for one in modules if _holds(found, one, diagnostic.line)]
        if diagnostic.code == "BCP037" and quoted[1:2] == ["params"]:
            return sum(_add(self.get(path, one.target or "").parameters, quoted[0]) for one in here) > 0
        if diagnostic.code in {"BCP052", "BCP053"} and quoted[:1] == ["outputs"] and len(quoted) > 1:
            return sum(_add(self.get(path, one.target or "").outputs, quoted[1]) for one in modules) > 0
        if diagnostic.code == "BCP134":
            permitted = next((scope for scope in quoted[:1] if scope in _SCHEMAS), None)
            return sum(self._rescope(self.get(path, one.target or ""), permitted) for one in here) > 0
        return diagnostic.code in {"BCP033", "BCP036"} and self._retype(found, diagnostic, quoted)

    def _rescope(self, stand_in: StandIn, scope: str | None) -> bool:
        if scope is None or stand_in.scope == scope:
            return False
        stand_in.scope = scope
        return True

    def _retype(self, found: Outline, diagnostic: Diagnostic, quoted: list[str]) -> bool:
        """An imported type that is no object after all: the compiler says what the value given to it is."""
        kind = _kind(quoted[-1]) if quoted else None
        line = found.text[slice(*found.lines.line_span(diagnostic.line))]
        changed = False
        for one in found.imports:
            stand_in = self.get(found.path, one.target) if is_remote(one.target) else None
            for name in one.names if stand_in is not None else ():
                if stand_in is not None and kind is not None and re.search(rf"\b{re.escape(name)}\b", line):
                    changed |= stand_in.types.get(name) != kind
                    stand_in.types[name] = kind
        return changed


def _remote_modules(found: Outline) -> list[Declaration]:
    return [one for one in found.modules() if one.target is not None and is_remote(one.target)]


def _holds(found: Outline, declaration: Declaration, line: int) -> bool:
    place = found.location(declaration.start, declaration.end)
    return place.line <= line <= place.end_line


def _add(names: set[str], name: str) -> bool:
    if name in names:
        return False
    names.add(name)
    return True


def _kind(type_text: str) -> str | None:
    if type_text.startswith("'") or type_text == "string":
        return "string"
    if type_text.endswith("]"):
        return "array"
    return type_text if type_text in {"bool", "int", "object"} else None


def cached(reference: Reference, environment: Mapping[str, str]) -> bytes | None:
    """The module as the user's own Bicep cache has it; None if it is not there."""
    home = environment.get("HOME") or environment.get("USERPROFILE")
    if home is None or reference.host is None or reference.repository is None or reference.tag is None:
        return None
    parts = (reference.host.replace(":", "$"), reference.repository.replace("/", "$"))
    if any(part in {"", ".", ".."} or "/" in part or "\\" in part or "\0" in part for part in (*parts, reference.tag)):
        return None
    directory = Path(home, ".bicep", "br", *parts)
    tag = reference.tag.replace(":", "#")
    # The name goes on with a mask of the tag's upper-case letters.
    try:
        for folder in sorted(directory.iterdir()):
            file = folder / "main.json"
            if (folder.name == tag or folder.name.startswith(f"{tag}$")) and file.is_file():
                return file.read_bytes() if file.stat().st_size <= _MAX_MODULE_BYTES else None
    except OSError:
        return None
    return None
