"""The planned values of one resource, with what the plan leaves unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from aiposture.model import Data, Location, Step, Unknown, Value
from aiposture.readers.terraform_plan.document import Node
from aiposture.readers.terraform_plan.instances import below
from aiposture.readers.terraform_plan.references import SENSITIVE, UNKNOWN
from aiposture.readers.terraform_plan.sources import Place

MAX_DEPTH = 64
Path = tuple["str | int", ...]


class Marks(NamedTuple):
    """What a plan marks in a value: `after_unknown` and `after_sensitive`, each true, false or shaped like it."""

    unknown: Any
    sensitive: Any

    def below(self, key: str | int) -> Marks:
        """The marks of a member; what is sensitive as a whole is so in every part."""
        sensitive = self.sensitive if self.sensitive is True else below(self.sensitive, key)
        return Marks(below(self.unknown, key), sensitive)


class Origin(NamedTuple):
    """Where a resource's values come from.

    `place` finds a path in the source (None: it is not written there), `fallback` is the place of what is not written
    there (None: its text in the plan), `unknown` tells what a path refers to, given its text and why it is unknown.
    """

    place: Callable[[Path], Place | None]
    fallback: Location | None
    unknown: Callable[[Path, str | None, str], Unknown]


def build(node: Node | None, parent: Location, marks: Marks, origin: Origin, path: Path = ()) -> Value:
    """The value at `path`, whose text in the plan is `node` (None if the plan leaves it out, as it does the unknown).

    Sensitive text is not kept, whatever it says; a sensitive boolean is.
    """
    planned = parent if node is None else node.location
    place = origin.place(path) if path else None
    text = None if place is None else place.text
    location = (origin.fallback or planned) if place is None else place.location
    # A reader of the finding wants both: the text that decides, and the value that Terraform made of it.
    trail = () if text is None or node is None else (Step("value", "planned value", planned),)
    return Value(_data(node, planned, marks, origin, path, text), location, trail)


def _data(  # noqa: PLR0913, PLR0917 - one recursion over the value, its marks and its path
    node: Node | None, planned: Location, marks: Marks, origin: Origin, path: Path, text: str | None
) -> Data:
    plain = None if node is None else node.data
    if marks.unknown is True:
        return origin.unknown(path, text, UNKNOWN)
    if len(path) > MAX_DEPTH:
        return Unknown(text or "...", "nested too deeply")
    if isinstance(plain, str) and marks.sensitive is True:
        return origin.unknown(path, text, SENSITIVE)
    if isinstance(plain, dict) or (plain is None and isinstance(marks.unknown, dict) and marks.unknown):
        members = {} if node is None else node.members()
        marked = marks.unknown if isinstance(marks.unknown, dict) else {}
        names = (*members, *(name for name in marked if name not in members))
        return {
            name: build(members.get(name), planned, marks.below(name), origin, (*path, name))
            for name in names
            if name in members or _says(marked[name])
        }
    if isinstance(plain, list) or (plain is None and isinstance(marks.unknown, list) and marks.unknown):
        items = () if node is None else node.items()
        length = max(len(items), len(marks.unknown) if isinstance(marks.unknown, list) else 0)
        return tuple(
            build(items[index] if index < len(items) else None, planned, marks.below(index), origin, (*path, index))
            for index in range(length)
        )
    return plain if isinstance(plain, (str, bool, int, float)) else None


def _says(marks: Any) -> bool:
    """Whether marks of something that the plan leaves out mark anything: `[]`, `{}` and false do not."""
    return marks is True or (isinstance(marks, (dict, list)) and len(marks) > 0)
