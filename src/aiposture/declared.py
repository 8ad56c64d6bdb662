"""The types of the resources that a template declares, by its shape alone: no expression is looked at.

For ARM these are the rows of `resources` (https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax),
those inside of them, and those of nested templates; for CloudFormation the members of `Resources`
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html).
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

_DEEPEST = 40
_LARGEST = 8 * 1024 * 1024  # bytes: twice what Resource Manager takes, eight times what CloudFormation does
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Patterns are compiled when they are first called for: most templates need none.
_COMMENT: partial[re.Pattern[str]] = partial(
    re.compile, r"""("[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z))|//[^\r\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)
_SECTION: partial[re.Pattern[str]] = partial(re.compile, r"^Resources:[ \t]*(?:#.*)?$", re.MULTILINE)
_ROW: partial[re.Pattern[str]] = partial(re.compile, r"(?P<indent> +)(?P<name>[A-Za-z0-9]+):[ \t]*(?:#.*)?$")
_TYPE: partial[re.Pattern[str]] = partial(
    re.compile, r"""(?P<indent> +)Type:[ \t]+["']?(?P<type>[A-Za-z0-9:]+)["']?[ \t]*(?:#.*)?$"""
)


def declared(data: bytes) -> Iterator[str]:
    """The full type of each resource in the template `data`; nothing for what is none, or larger than any is."""
    if len(data) > _LARGEST:
        return
    try:
        text = data.decode("utf-16" if data[:2] in _UTF16_MARKS else "utf-8-sig")
    except UnicodeDecodeError:
        return  # the reader tells
    if not text.lstrip().startswith(("{", "//", "/*")):
        yield from _of_lines(text)
        return
    document = _json(text)
    if not isinstance(document, dict):
        return
    if "deploymenttemplate.json" in str(document.get("$schema", "")).lower():
        yield from _of_rows(document.get("resources"), "", 0)
    elif isinstance(document.get("Resources"), dict):
        for row in document["Resources"].values():
            if isinstance(row, dict) and isinstance(row.get("Type"), str):
                yield row["Type"]


def _json(text: str) -> Any:
    """The document; None if it is no JSON. ARM's can have comments, and texts of several lines."""
    plain = _COMMENT().sub(_without, text) if "//" in text or "/*" in text else text
    try:
        return json.loads(plain, strict=False)
    except (ValueError, RecursionError):
        return None  # what is wrong with it is the reader's to say


def _without(found: re.Match[str]) -> str:
    return found[1] or ""


def _of_rows(rows: Any, parent: str, depth: int) -> Iterator[str]:
    for row in rows.values() if isinstance(rows, dict) else rows if isinstance(rows, list) else ():
        type_ = row.get("type") if isinstance(row, dict) else None
        if not isinstance(type_, str) or depth > _DEEPEST or row.get("existing") is True:
            continue
        full = f"{parent}/{type_}" if parent and not type_.lower().startswith(f"{parent.lower()}/") else type_
        yield full
        yield from _of_rows(row.get("resources"), full, depth + 1)
        properties = row.get("properties")
        template = properties.get("template") if isinstance(properties, dict) else None
        if full.lower() == "microsoft.resources/deployments" and isinstance(template, dict):
            yield from _of_rows(template.get("resources"), "", depth + 1)


def _of_lines(text: str) -> Iterator[str]:
    """The types in YAML as people write it: a line for each name and for each type."""
    start = _SECTION().search(text)
    if start is None:
        return
    names, inside = 0, 0
    row, type_ = _ROW(), _TYPE()
    for line in text[start.end() :].splitlines():
        if line[:1] not in {"", " ", "#", "\r"}:
            return  # the next section
        depth = len(line) - len(line.lstrip(" "))
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        names = names or depth
        if depth <= names:
            inside = -1 if row.match(line) is None else 0
        elif inside == 0:
            inside = depth
        found = type_.match(line) if depth == inside else None
        if found is not None:
            yield found["type"]
