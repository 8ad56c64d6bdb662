"""The instances that a plan makes, and which of their attributes only the apply decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aiposture.model import Reference
from aiposture.readers.terraform_plan import addresses


class Instances:
    """What exists after the plan: resources with their marks of unknown attributes, and module instances."""

    def __init__(self, unknown: Mapping[str, Any], modules: Iterable[str]) -> None:
        """`unknown` holds `after_unknown` per resource address, `modules` the addresses of module instances."""
        self.unknown = unknown
        self._by_stem: dict[str, list[str]] = {}
        for address in (*unknown, *modules):
            self._by_stem.setdefault(_stem(address), []).append(address)

    def address(self, stem: str, key: str | int | None, near: str | int | None) -> str:
        """The address of an instance of `stem`: with `key`, else the only one, else the one with the asker's key.

        If none of these is there the address stays without a key: it is not decided which instance is meant.
        """
        if key is not None:
            return str(addresses.Part(stem, key))
        every = self._by_stem.get(stem, [])
        if len(every) == 1:
            return every[0]
        same = str(addresses.Part(stem, near))
        return same if same in every else stem

    def is_unknown(self, reference: Reference) -> bool:
        """Whether only the apply decides the attribute. A data source outside the plan has been read: it is known."""
        if reference.address not in self.unknown:
            return addresses.split(reference.address)[1][:1] != (addresses.Part("data"),)
        marks = self.unknown[reference.address]
        for key in reference.path:
            if marks is True:
                return True
            marks = below(marks, key)
        return _holds_true(marks)


def below(container: Any, key: str | int) -> Any:
    """The member or element `key` of plain JSON data, None if it has none."""
    if isinstance(container, dict):
        return container.get(str(key))
    if isinstance(container, list) and isinstance(key, int) and key < len(container):
        return container[key]
    return None


def _holds_true(marks: Any) -> bool:
    pending = [marks]
    while pending:
        mark = pending.pop()
        if mark is True:
            return True
        pending.extend(mark.values() if isinstance(mark, dict) else mark if isinstance(mark, list) else ())
    return False


def _stem(address: str) -> str:
    if not address.endswith("]"):
        return address
    parts = addresses.parse(address)
    return addresses.join((*parts[:-1], addresses.Part(parts[-1].name))) if parts else address
