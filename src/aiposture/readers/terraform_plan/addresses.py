"""Terraform addresses and traversals as plans write them: `module.a["x"].azurerm_x.y[0].id`."""

from __future__ import annotations

import re
from typing import NamedTuple

_PART = re.compile(r'\.?([\w-]+|\*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')
_LONGEST_NUMBER = 18


class Part(NamedTuple):
    """A name and the key in brackets that follows it, None if there is none."""

    name: str
    key: str | int | None = None

    def __str__(self) -> str:
        """As Terraform writes it."""
        if self.key is None:
            return self.name
        return f"{self.name}[{self.key}]" if isinstance(self.key, int) else f'{self.name}["{self.key}"]'


def parse(text: str) -> tuple[Part, ...]:
    """The parts of a traversal; what cannot be read ends it. A text key keeps its escapes."""
    parts: list[Part] = []
    offset = 0
    while match := _PART.match(text, offset):
        name, number, key = match.groups()
        if name is not None:
            parts.append(Part(name))
        elif parts and parts[-1].key is None:
            parts[-1] = Part(parts[-1].name, key if number is None else int(number[:_LONGEST_NUMBER]))
        else:
            break
        offset = match.end()
    return tuple(parts)


def join(parts: tuple[Part, ...]) -> str:
    """The address that the parts make."""
    return ".".join(map(str, parts))


def split(address: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The module calls at the head of an address (their names, with the instance), and what follows them."""
    parts, calls = parse(address), []
    while len(parts) > 1 and parts[0] == Part("module"):
        calls.append(parts[1])
        parts = parts[2:]
    return tuple(calls), parts


def in_module(calls: tuple[Part, ...], address: str = "") -> str:
    """The address as it is called from the root, when it stands in the module that the calls lead to."""
    return ".".join((*(f"module.{call}" for call in calls), *([address] if address else [])))


def attribute(parts: tuple[Part, ...]) -> tuple[str | int, ...]:
    """The path that the parts take below a resource."""
    path: list[str | int] = []
    for part in parts:
        path.append(part.name)
        if part.key is not None:
            path.append(part.key)
    return tuple(path)
