"""Objects of which some keys are not known, such as the ids of identities that are parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiposture.model import Data, Reference, Unknown, Value


class OpenObject(dict[str, Value]):
    """An object that is known but for some of its keys.

    `unnamed` are these keys: the member stands under the text that is the key here. An unknown key is taken for one
    that no other member has. As it can be any key besides, a member that is not here reads as unknown, not as absent.
    """

    def __init__(self, members: Mapping[str, Value], unnamed: Mapping[str, Unknown]) -> None:
        """`unnamed` has at least one key, and all of them are in `members`."""
        super().__init__(members)
        self.unnamed = unnamed

    @property
    def open(self) -> Unknown:
        """What a member is that is not here."""
        first = next(iter(self.unnamed.values()))
        found = [ref for key in self.unnamed.values() for ref in (key, *key.references) if isinstance(ref, Reference)]
        bare = (each.replace(references=(), alternatives=()) for each in found)
        return Unknown(first.expression, first.reason, tuple(dict.fromkeys(bare)))

    def get(self, key: str, default: Any = None) -> Any:
        """The member as it reads."""
        del default  # nothing is known to be absent
        return self[key] if key in self else Value(self.open, self[next(iter(self.unnamed))].location)


def object_of(members: Mapping[str, Value], unnamed: Mapping[str, Unknown]) -> Mapping[str, Value]:
    """An object, open only if it has to be."""
    return OpenObject(members, unnamed) if unnamed else members


def rebuilt(data: Mapping[str, Any], members: Mapping[str, Value]) -> Mapping[str, Value]:
    """`members` with the doubts of `data` about its keys."""
    return object_of(members, unnamed_of(data))


def unnamed_of(data: Data | Mapping[str, Any]) -> Mapping[str, Unknown]:
    """The keys of an object that are not known, by the names under which their members stand."""
    return data.unnamed if isinstance(data, OpenObject) else {}
