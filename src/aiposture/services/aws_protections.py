"""What protects an AI service of AWS, as parts of its table: keys, encryption, logs, guardrails and the like.

Each function gives the entry of one protection for a binding's `protections`. True is protected, False is not, a
word lies between; where nothing can be protected (a feature group without an online store) there is no fact.
Verdict rules of the AWS Security Hub standard "AI Security Best Practices v1.0.0" where the source says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from aiposture.model import Data, Fact, FactValue, Origin, Protection, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, member, objects, present, props, undocumented
from aiposture.services.shape import Several
from aiposture.services.table import Cell, Meaning, Noted, arms, choice, flag

Protections: TypeAlias = Mapping[Protection, Several]
Applies: TypeAlias = Callable[[Resource], bool]

_ON = flag(true=True, false=False)
AWS_KEYS = "AWS Key Management Service: data keys of your own for this service"
_TRAFFIC = "AWS Security Hub SageMaker.9, .10, .13, .15, .22"
_NOTEBOOK_PLATFORMS = "AWS Security Hub SageMaker.8; platforms as of November 2026"
_METADATA = "SageMaker developer guide, instance metadata service of notebooks"

# Their disks come with the machine and are encrypted by it: SageMaker refuses a key for the volume.
_LOCAL_STORAGE = re.compile(
    r"ml\.(?:[a-z]+\d+[a-z]*d[a-z]*|g4dn|g4ad|g5|g6e?|gr6|g7e?|p3dn|p4de?|p5e?n?|p6\S*|trn\d\w*|dl1)\."
)

# AWS names the retired ones in "Amazon Linux 2 notebook instances" and "JupyterLab versioning".
_PLATFORMS = choice(
    {
        "notebook-al2-v3": True,
        "notebook-al2023-v1": True,
        "notebook-al1-v1": False,
        "notebook-al2-v1": False,
        "notebook-al2-v2": False,
    }
)


def _always(_resource: Resource) -> bool:
    return True


def several(*cells: Cell, when: Applies = _always) -> Several:
    """The facts of `cells`, if the resource can have them."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        return tuple(cell.read(resource) for cell in cells) if when(resource) else ()

    return Several(
        read,
        tuple(prop.name for cell in cells for prop in cell.props),
        "; ".join(dict.fromkeys(cell.source for cell in cells)),
        default=cells[0].describe_default(),
        cells=cells,
    )


def customer_keys(*paths: str, source: str = AWS_KEYS, when: Applies = _always) -> Protections:
    """Each of `paths` names a key of the customer's own; without one AWS encrypts with a key of its own."""
    cells = (Cell(present(True, path), False, source) for path in paths)  # noqa: FBT003 - values, not switches
    return {"customer_keys": several(*cells, when=when)}


def volume_key(path: str, *instance_types: str) -> Protections:
    """The key of a machine's volume, which machines with disks of their own cannot have."""

    def has_volumes(resource: Resource) -> bool:
        types = [value.data for kind in instance_types for value in values_at(resource, kind)]
        return not types or not all(isinstance(each, str) and _LOCAL_STORAGE.match(each) for each in types)

    return customer_keys(path, when=has_volumes)


def traffic_encryption(path: str) -> Protections:
    """Whether what the machines of a job send each other is encrypted."""
    cell = Cell(props(_ON, path), False, _TRAFFIC)  # noqa: FBT003 - a default, not a switch
    return {"traffic_encryption": several(cell)}


def platform(path: str) -> Protections:
    """Whether the operating system of a notebook still gets updates."""
    return {"platform": several(Cell(props(_PLATFORMS, path), undocumented(), _NOTEBOOK_PLATFORMS))}


def metadata_tokens(path: str) -> Protections:
    """Whether the metadata of a notebook's machine asks for a token; the version is written as a number or a text."""

    def version(data: Data) -> Meaning:
        if isinstance(data, Unknown):
            return data
        word = str(data).strip()
        return word == "2" if word in {"1", "2"} else Unknown(word, "is not a version that is known")

    return {"metadata_tokens": several(Cell(props(version, path), False, _METADATA))}  # noqa: FBT003 - a default


def switch(
    name: Protection, path: str, words: Mapping[str, FactValue], source: str, *, default: Meaning = False
) -> Protections:
    """A protection that one property's word decides; without it there is none, unless `default` says otherwise."""
    return {name: several(Cell(props(choice(words), path), default, source))}


def computed(
    name: Protection, path: str, judge: Callable[[Value | None], Meaning], source: str, default: str, *also: str
) -> Protections:
    """A protection that the whole value at `path` decides, if it is there and if it is not."""
    return {name: Several(lambda resource: (_decided(resource, path, judge),), (path, *also), source, default=default)}


def _decided(resource: Resource, path: str, judge: Callable[[Value | None], Meaning]) -> Fact:
    """What `judge` makes of each value that can stand at `path`."""
    value = at(resource, path)
    cases: Sequence[Value | None] = (None,) if value is None else arms(value) or (value,)
    meanings = [_value(judge(case if case is None or case.data is not None else None)) for case in cases]
    unknown = next((each for each in meanings if isinstance(each, Unknown)), None)
    possible = () if unknown is not None else tuple(dict.fromkeys(meanings))
    decided = possible[0] if len(possible) == 1 else Unknown(path, "depends on a condition")
    decided = decided if unknown is None else unknown
    origin = Origin.DEFAULT if value is None else Origin.STATED
    return Fact(
        value=decided,
        origin=origin if len(possible) == 1 else Origin.UNRESOLVED,
        property=path,
        location=resource.header if value is None else value.location,
        possible=possible,
        trail=() if value is None else value.trail,
        expression=value.data.expression if value is not None and isinstance(value.data, Unknown) else None,
    )


def _value(meaning: Meaning) -> FactValue:
    return meaning.value if isinstance(meaning, Noted) else meaning


def values_at(resource: Resource, path: str) -> tuple[Value, ...]:
    """All values at `path`, through every block or object of a list on the way."""
    values: tuple[Value, ...] = (resource.properties,)
    for part in path.split("."):
        below = (member(each, part) for value in values for each in objects(value))
        values = tuple(value for value in below if value is not None and value.data is not None)
    return values


def leaf(value: Value, *names: str) -> Data:
    """The data of the first member called one of `names`; None if there is none."""
    found = member(value, *names)
    return None if found is None else found.data


def is_word(data: Data, *words: str) -> bool:
    """Whether the data is one of `words`, whatever its case."""
    return isinstance(data, (str, bool)) and str(data).casefold() in words
