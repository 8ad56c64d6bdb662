"""Terraform addresses: their parts, and which of them can be the same instance."""

from __future__ import annotations


def segments(address: str) -> list[tuple[str, str | None]]:
    """The address cut at its dots, each name with its index: `a.b["x.y"]` is a, b with `"x.y"`."""
    found: list[tuple[str, str | None]] = []
    name, index, at = "", None, 0
    while at < len(address):
        character = address[at]
        if character == "[":
            quoted = address.startswith('"', at + 1)
            end = address.find('"]' if quoted else "]", at + 1 + quoted)
            end = len(address) if end < 0 else end + quoted
            index = address[at + 1 : end]
            at = end + 1
            continue
        if character == ".":
            found.append((name, index))
            name, index = "", None
        else:
            name += character
        at += 1
    found.append((name, index))
    return found


def without_indexes(address: str) -> str:
    """The address of the block that all instances come from."""
    return ".".join(name for name, _ in segments(address)) if "[" in address else address


def module_of(address: str) -> str:
    """The module instance that an address lies in; "" for the root module."""
    parts = segments(address)
    path: list[str] = []
    while len(parts) > 2 and parts[0][0] == "module":  # noqa: PLR2004 - `module.m` itself lies in its caller
        path += [f"{name}[{index}]" if index is not None else name for name, index in parts[:2]]
        parts = parts[2:]
    return ".".join(path)


def compatible(one: str, other: str) -> bool:
    """Whether two addresses with the same block can be the same instance: no index contradicts another."""
    pairs = zip(segments(one), segments(other), strict=True)
    return all(a is None or b is None or a == b for (_, a), (_, b) in pairs)
