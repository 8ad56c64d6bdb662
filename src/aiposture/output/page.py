"""The pages of the controls on a terminal: one control in full, or all of them in a list."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from aiposture.model import Control, Mapping
from aiposture.output.terminal import Painter

_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^)\s]+)\)")
_HEADING = re.compile(r"#{1,6} +(.+)")


def render(control: Control, *, colour: bool) -> str:
    """The page of `control`: its head, and its Markdown with headings and links made plain."""
    paint = Painter(colour)
    head = [
        paint("bold", f"{control.id} {control.title}"),
        f"slug: {control.slug}",
        f"severity: {control.severity.name.lower()}",
        f"category: {control.category}",
    ]
    if control.aliases:
        head.append(f"also known as: {', '.join(control.aliases)}")
    head += [f"maps to: {_mapping(mapping)}" for mapping in control.mappings]
    head.append(f"page: {control.url}")
    return "\n".join([*head, "", *_plain(control, paint)]) + "\n"


def listing(controls: Sequence[Control], *, colour: bool) -> str:
    """One line a control."""
    paint = Painter(colour)
    slugs = max((len(control.slug) for control in controls), default=0)
    rows = [
        f"{paint('bold', control.id)}  {control.severity.name.lower():<8}  {control.slug:<{slugs}}  {control.title}"
        for control in controls
    ]
    return "".join(f"{row}\n" for row in rows)


def listing_json(controls: Sequence[Control]) -> str:
    """What a program wants to know of the controls."""
    rows = [
        {
            "id": control.id,
            "slug": control.slug,
            "title": control.title,
            "severity": control.severity.name.lower(),
            "category": control.category,
            "summary": control.summary,
            "fix": control.fix,
            "aliases": list(control.aliases),
            "url": control.url,
        }
        for control in controls
    ]
    return json.dumps(rows, indent=2) + "\n"


def _mapping(mapping: Mapping) -> str:
    return f"{mapping.framework} {mapping.item}" + ("" if mapping.sourced else " (our own mapping)")


def _plain(control: Control, paint: Painter) -> list[str]:
    lines: list[str] = []
    in_code = False
    for line in control.doc.strip().splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            lines.append(f"    {line}".rstrip())
        elif heading := _HEADING.fullmatch(line):
            lines.append(paint("bold", heading[1].upper()))
        else:
            lines.append(_LINK.sub(r"\1 (\2)", line))
    return lines
