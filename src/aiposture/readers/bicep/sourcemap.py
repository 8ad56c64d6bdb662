"""Gives the compiled template the places of the .bicep files: each value stands where the user wrote it.

The compiler tells no lines. It does keep an order: nested resources first, those deepest inside before their
parents, then the resources of the file, then its modules, each in the order of the source; `existing` ones are left
out. A template of language version 2.0 even names its resources by their symbols. So rows and declarations are
laid side by side and must agree in type and version; where they do not, the place is the file and a mismatch is
reported, never a wrong line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiposture.model import Location, Unknown, Value
from aiposture.readers.bicep.outline import Declaration, Outline
from aiposture.readers.bicep.syntax import Syntax

MODULE_TYPE = "microsoft.resources/deployments"
_MAX_DEPTH = 200
_MAX_CALLS = 50  # the compiler refuses cycles; this is for what was no compiler

Follow = Callable[[str, str], "Outline | Value | None"]
"""(the file, the target of a `module` in it) -> the local module's outline, an ARM template's value, or None."""


@dataclass
class SourceMap:
    """Relocates compiled templates. `mapped` counts the rows that have a declaration, `mismatches` names the others."""

    follow: Follow
    mapped: int = 0
    mismatches: list[tuple[str, str]] = field(default_factory=list)

    def template(self, compiled: Mapping[str, Any], source: Outline, depth: int = 0) -> Value:
        """The template that was compiled from `source`."""
        page = Page(source)
        members: dict[str, Value] = {}
        for key, value in compiled.items():
            if key == "resources":
                members[key] = self._resources(value, page, depth)
            elif key == "parameters" and isinstance(value, dict):
                members[key] = Value({name: _parameter(page, name, one) for name, one in value.items()}, page.file)
            elif key == "variables" and isinstance(value, dict):
                members[key] = Value(dict(_variables(page, value)), page.file)
            elif key == "outputs" and isinstance(value, dict):
                members[key] = Value({name: _output(page, name, one) for name, one in value.items()}, page.file)
            else:
                members[key] = everywhere(value, page.file)
        return Value(members, page.file)

    def _resources(self, rows: object, page: Page, depth: int) -> Value:
        if isinstance(rows, dict):
            by_path = {one.path: one for one in _all(page.source.declarations)}
            keyed = {key: self._checked(row, by_path.get(key), page, depth, key) for key, row in rows.items()}
            return Value(keyed, page.file)
        if not isinstance(rows, list):
            return everywhere(rows, page.file)
        order = list(emission_order(page.source.declarations))
        fits = len(order) == len(rows) and all(_agrees(row, one) for row, one in zip(rows, order, strict=True))
        found = order if fits else [_by_itself(row, page.source) for row in rows]
        pairs = enumerate(zip(rows, found, strict=True))
        placed = [self._checked(row, one, page, depth, str(at)) for at, (row, one) in pairs]
        symbols = [one.path for one in found if one is not None]
        if len(set(symbols)) < len(rows):
            return Value(tuple(placed), page.file)
        # Named by their symbols, as in the newer form: that is what the user calls them.
        return Value(dict(zip(symbols, placed, strict=True)), page.file)

    def _checked(self, row: object, declaration: Declaration | None, page: Page, depth: int, key: str) -> Value:
        if not isinstance(row, dict) or declaration is None or not _agrees(row, declaration):
            self.mismatches.append((page.source.path, key))
            return everywhere(row, page.file)
        self.mapped += 1
        return self._row(row, declaration, page, depth)

    def _row(self, row: dict[str, Any], declaration: Declaration, page: Page, depth: int) -> Value:
        header = page.at(declaration.start, declaration.header_end)
        body = declaration.body
        members: dict[str, Value] = {}
        for key, value in row.items():
            member = body.member(key)
            if key == "apiVersion":
                members[key] = everywhere(value, page.at(*declaration.target_place))
            elif key == "condition":
                condition = declaration.value.condition or body.condition
                members[key] = everywhere(value, header if condition is None else page.at(*condition))
            elif declaration.kind == "module" and key == "properties" and isinstance(value, dict):
                members[key] = self._call(value, declaration, page, depth, header)
            elif key == "properties" and ("import" in row or "extension" in row):
                members[key] = page.value(value, body)
            elif member is not None and key not in {"copy", "existing", "type"}:
                members[key] = page.value(value, member.value)
            else:
                members[key] = everywhere(value, header)
        return Value(members, page.at(declaration.start, declaration.end))

    def _call(
        self, properties: dict[str, Any], declaration: Declaration, page: Page, depth: int, header: Location
    ) -> Value:
        members: dict[str, Value] = {}
        for key, value in properties.items():
            if key == "parameters" and isinstance(value, dict):
                members[key] = _arguments(value, declaration, page, header)
            elif key == "template" and isinstance(value, dict):
                members[key] = self._called(value, declaration, page, depth, header)
            else:
                members[key] = everywhere(value, header)
        return Value(members, header)

    def _called(
        self, template: dict[str, Any], declaration: Declaration, page: Page, depth: int, header: Location
    ) -> Value:
        """The module's template: in its own file if that is local, else all of it at the call."""
        found = self.follow(page.source.path, declaration.target or "") if depth < _MAX_CALLS else None
        if isinstance(found, Outline):
            return self.template(template, found, depth + 1)
        return everywhere(template, header) if found is None else found


class Page:
    """One source file, from which places are cut."""

    def __init__(self, source: Outline) -> None:
        """`file` is the place of what stands nowhere in particular."""
        self.source = source
        self.file = source.location(0, 0)

    def at(self, start: int, end: int) -> Location:
        """The place of a stretch of the file."""
        return self.source.location(start, end)

    def value(self, value: object, syntax: Syntax) -> Value:
        """`value` with the places of the text that it was compiled from, as deep as both have the same shape."""
        here = self.at(syntax.start, syntax.end)
        if isinstance(value, dict) and syntax.shape == "object":
            return Value(dict(self._members(value, syntax, here)), here)
        if isinstance(value, list) and syntax.shape == "list" and len(value) == len(syntax.items):
            return Value(tuple(self.value(one, item) for one, item in zip(value, syntax.items, strict=True)), here)
        return everywhere(value, here)

    def _members(self, value: dict[str, Any], syntax: Syntax, here: Location) -> Iterator[tuple[str, Value]]:
        for key, one in value.items():
            member = syntax.member(key)
            if key == "copy" and member is None and isinstance(one, list):
                yield key, Value(tuple(self._loop(entry, syntax, here) for entry in one), here)
            elif member is not None:
                yield key, self.value(one, member.value)
            else:
                yield key, everywhere(one, here)

    def _loop(self, entry: object, syntax: Syntax, here: Location) -> Value:
        """A property that is a loop: `{name, count, input}` in the list `copy`."""
        name = entry.get("name") if isinstance(entry, dict) else None
        member = syntax.member(name) if isinstance(name, str) else None
        if not isinstance(entry, dict) or member is None:
            return everywhere(entry, here)
        place = self.at(member.value.start, member.value.end)
        return Value({key: self._turn(key, one, member.value, place) for key, one in entry.items()}, place)

    def _turn(self, key: str, value: object, loop: Syntax, place: Location) -> Value:
        return self.value(value, loop.innermost) if key == "input" else everywhere(value, place)

    def loop(self, entry: object, value: Syntax) -> Value:
        """As `_loop`, for the loop `value` itself."""
        place = self.at(value.start, value.end)
        if not isinstance(entry, dict):
            return everywhere(entry, place)
        return Value({key: self._turn(key, one, value, place) for key, one in entry.items()}, place)


def everywhere(value: object, place: Location, depth: int = 0) -> Value:
    """`value` with all that is in it at one place; what is nested deeper than any template is not known."""
    if isinstance(value, (dict, list)) and depth > _MAX_DEPTH:
        return Value(Unknown("…", "is nested too deeply"), place)
    if isinstance(value, dict):
        return Value({str(key): everywhere(one, place, depth + 1) for key, one in value.items()}, place)
    if isinstance(value, list):
        return Value(tuple(everywhere(one, place, depth + 1) for one in value), place)
    return Value(value if isinstance(value, (bool, int, float, str)) else None, place)


def emission_order(declarations: tuple[Declaration, ...]) -> Iterator[Declaration]:
    """The declarations of a file in the order in which the compiler writes an array of resources."""
    resources = [one for one in declarations if one.kind == "resource"]
    for one in resources:
        yield from (child for child in _nested(one) if not child.existing)
    yield from (one for one in resources if not one.existing)
    yield from (one for one in declarations if one.kind == "module")


def _nested(parent: Declaration) -> Iterator[Declaration]:
    for child in parent.children:
        yield from _nested(child)
    yield from parent.children


def _all(declarations: tuple[Declaration, ...]) -> Iterator[Declaration]:
    for one in declarations:
        yield one
        yield from _all(one.children)


def _agrees(row: object, declaration: Declaration) -> bool:
    """Whether a compiled row can be that declaration: the type without regard to case, and the version."""
    if not isinstance(row, dict):
        return False
    type_ = str(row.get("type", "")).casefold()
    if declaration.kind == "module":
        return type_ == MODULE_TYPE
    name, _, version = type_.partition("@")  # an extension's type keeps its version
    stated = (declaration.target or "").casefold()
    return name == stated and str(row.get("apiVersion") or version).casefold() in {
        (declaration.api_version or "").casefold(),
        "",
    }


def _by_itself(row: object, source: Outline) -> Declaration | None:
    """The only declaration that a row can be; a loop's name is its symbol."""
    loop = row.get("copy") if isinstance(row, dict) else None
    name = loop.get("name") if isinstance(loop, dict) else None
    alike = [one for one in _all(source.declarations) if not one.existing and _agrees(row, one)]
    named = [one for one in alike if one.path == name]
    return named[0] if len(named) == 1 else alike[0] if len(alike) == 1 else None


def _arguments(parameters: dict[str, Any], declaration: Declaration, page: Page, header: Location) -> Value:
    stated = declaration.body.member("params")
    syntax = stated.value.innermost if stated is not None else None
    members: dict[str, Value] = {}
    for name, argument in parameters.items():
        member = syntax.member(name) if syntax is not None else None
        if member is None:
            members[name] = everywhere(argument, header)
        elif isinstance(argument, dict):
            place = page.at(member.value.start, member.value.end)
            members[name] = Value({key: page.value(one, member.value) for key, one in argument.items()}, place)
        else:  # an expression that makes the whole argument, for one that can be null
            members[name] = page.value(argument, member.value)
    return Value(members, header if stated is None else page.at(stated.value.start, stated.value.end))


def _parameter(page: Page, name: str, compiled: object) -> Value:
    named = page.source.find("param", name)
    if named is None or not isinstance(compiled, dict):
        return everywhere(compiled, page.file)
    here = page.at(named.start, named.end)
    default = named.value
    members = {
        key: page.value(one, default) if key == "defaultValue" and default is not None else everywhere(one, here)
        for key, one in compiled.items()
    }
    return Value(members, here)


def _variables(page: Page, compiled: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    for name, value in compiled.items():
        named = page.source.find("var", name)
        if name == "copy" and named is None and isinstance(value, list):
            yield name, Value(tuple(_variable_loop(page, entry) for entry in value), page.file)
        elif named is not None and named.value is not None:
            yield name, page.value(value, named.value)
        else:
            yield name, everywhere(value, page.file)


def _variable_loop(page: Page, entry: object) -> Value:
    name = entry.get("name") if isinstance(entry, dict) else None
    named = page.source.find("var", name) if isinstance(name, str) else None
    if named is None or named.value is None:
        return everywhere(entry, page.file)
    return page.loop(entry, named.value)


def _output(page: Page, name: str, compiled: object) -> Value:
    named = page.source.find("output", name)
    if named is None or not isinstance(compiled, dict):
        return everywhere(compiled, page.file)
    here = page.at(named.start, named.end)
    members: dict[str, Value] = {}
    for key, one in compiled.items():
        if key == "value" and named.value is not None:
            members[key] = page.value(one, named.value)
        elif key == "copy" and named.value is not None:
            members[key] = page.loop(one, named.value)
        else:
            members[key] = everywhere(one, here)
    return Value(members, here)
