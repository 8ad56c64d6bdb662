"""The values that a .bicepparam file gives, at the places where it gives them. Secrets are not among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aiposture.model import Unknown, Value
from aiposture.readers.bicep.environment import from_outside
from aiposture.readers.bicep.outline import Named, Outline
from aiposture.readers.bicep.sourcemap import Page
from aiposture.readers.bicep.sources import Sources
from aiposture.readers.bicep.syntax import Syntax

_SECURE = frozenset({"securestring", "secureobject"})


def parameters(
    sources: Sources, path: str, compiled: Mapping[str, Any] | None, template: Mapping[str, Any]
) -> dict[str, Value]:
    """The value of every parameter that the file `path` (or one that it extends) states.

    `compiled` is what the compiler made of the file; None if it refused it, and then every value is unknown.
    A secure parameter's value, and one that is read from outside of the code, are unknown too.
    """
    values = (compiled or {}).get("parameters")
    found: dict[str, Value] = {}
    for file, named in _stated(sources, path):
        if named.name in found:
            continue
        syntax = named.value if named.value is not None else Syntax("expression", named.start, named.end)
        entry = values.get(named.name) if isinstance(values, dict) else None
        reason = _withheld(file, named.name, entry, template)
        page = Page(file)
        if reason is not None or not isinstance(entry, dict):
            unknown = Unknown(f"param {named.name}", reason or "is not known")
            found[named.name] = Value(unknown, page.at(syntax.start, syntax.end))
        else:
            found[named.name] = page.value(entry["value"], syntax)
    return found


def _stated(sources: Sources, path: str) -> Iterator[tuple[Outline, Named]]:
    """The parameters of the file, then those of the files that it extends."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop(0)
        file = sources.read(current) if current not in seen else None
        seen.add(current)
        if file is not None:
            yield from ((file, one) for one in file.named if one.kind == "param")
            waiting += [local for target in file.extends if (local := sources.resolve(current, target)) is not None]


def _withheld(file: Outline, name: str, entry: object, template: Mapping[str, Any]) -> str | None:
    """Why a parameter's value is not given on."""
    if name in from_outside(file):
        return "its value comes from outside of the code"
    declared = template.get("parameters")
    parameter = declared.get(name) if isinstance(declared, dict) else None
    if isinstance(parameter, dict) and str(parameter.get("type", "")).casefold() in _SECURE:
        return "is secure, its value is not read"
    if not isinstance(entry, dict):
        return "the parameter file does not compile"
    return None if "value" in entry else "its value is only known at deployment"
