"""What resources are called: ids of Azure, literal or with expressions in them, and names that are expressions."""

import itertools
from typing import NamedTuple

from aiposture.model import Reference, Resource, Unknown, Value

NAMESPACES = (
    "Microsoft.BotService",
    "Microsoft.CognitiveServices",
    "Microsoft.MachineLearningServices",
    "Microsoft.Search",
    "Microsoft.VideoIndexer",
)
"""The resource providers of all services that an id can name."""

# Names that hold the same expression are the same name only if it means one thing in the whole module instance.
_STABLE_SYMBOLS = ("var.", "local.", "random_", "data.")
_PER_INSTANCE_SYMBOLS = ("each.", "count.")


# Words that begin expressions but no resource's address.
_NO_RESOURCES = frozenset({"var", "local", "module", "each", "count", "data", "path", "self"})


class ResourceId(NamedTuple):
    """The parts of a resource id that tell resources apart, in lower case; `name` may be a template."""

    type: str
    name: str
    group: str | None


def parse_id(text: str) -> ResourceId | None:
    """The resource that an id names, literal or a template with `${...}` in it; None if the text is no id."""
    start = text.casefold().rfind("/providers/")
    if start < 0:
        return None
    parts = _parts(text[start + len("/providers/") :])
    if len(parts) < 3 or len(parts) % 2 == 0:  # noqa: PLR2004 - a namespace, then pairs of type and name
        return None
    type_ = "/".join([parts[0], *parts[1::2]]).casefold()
    before = _parts(text[:start])
    groups = [after for key, after in itertools.pairwise(before) if key.casefold() == "resourcegroups"]
    group = groups[0].casefold() if groups and is_literal(groups[0]) else None
    name = parts[-1]
    return ResourceId(type_, name.casefold() if is_literal(name) else name, group)


def _parts(text: str) -> list[str]:
    """`text` cut at slashes that stand outside of `${...}`, up to the quote that ends a template."""
    parts = [""]
    depth = 0
    for character in text:
        if depth == 0 and character in '"\n, )':
            break
        depth += (character == "{") - (character == "}" and depth > 0)
        if character == "/" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part]


def is_literal(name: str) -> bool:
    """Whether a part of an id is text, and no expression that stands for text."""
    return not any(mark in name for mark in "${%<")


def name_owner(name: str) -> str | None:
    """The address whose name a template takes: `${azurerm_x.y.name}` is the name of azurerm_x.y."""
    text = name.removeprefix("${").removesuffix("}").strip()
    head, _, last = text.rpartition(".")
    plain = all(character.isalnum() or character in '_.-[]"' for character in head)
    is_address = last == "name" and plain and "." in head and head.partition(".")[0] not in _NO_RESOURCES
    return head if is_address and name.startswith("${") else None


def literal(value: Value | None) -> str | None:
    """The text of a value in lower case; None if it is absent, unknown or no text."""
    return value.data.casefold() if value is not None and isinstance(value.data, str) else None


def symbol(value: Value | None) -> str | None:
    """The expression of an unknown value, if it means the same wherever it stands in a module instance."""
    if value is None or not isinstance(value.data, Unknown):
        return None
    return stable(value.data.expression)


def stable(expression: str) -> str | None:
    """An expression without its quotes and braces; None if it can differ between instances of a module."""
    text = expression.strip().removeprefix('"').removesuffix('"')
    if text.startswith("${") and text.endswith("}") and text.count("${") == 1:
        text = text[2:-1].strip()
    stable = any(mark in text for mark in _STABLE_SYMBOLS) and not any(mark in text for mark in _PER_INSTANCE_SYMBOLS)
    return text if stable else None


def reference_of(value: Value) -> Reference | None:
    """The one resource that a value stands for or is made from; None if there is none, or several."""
    data = value.data
    if isinstance(data, Reference) and data.address:
        return data
    if isinstance(data, Unknown) and not data.alternatives:
        addresses = {each.address: each for each in data.references if each.address}
        return next(iter(addresses.values())) if len(addresses) == 1 else None
    return None


def listed(value: Value | None) -> tuple[Value, ...]:
    """The members of a list, or the one value that stands for it."""
    if value is None:
        return ()
    return value.data if isinstance(value.data, tuple) else (value,)


def kind_of(resource: Resource) -> str:
    """The type in lower case: types of CloudFormation that come from awscc are spelled in its way."""
    return resource.type.casefold()
