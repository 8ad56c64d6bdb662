"""Parameter files: `*.parameters.json` as Azure Resource Manager and the Azure Developer CLI (azd) take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from aiposture.files import Tree, UnreadableError
from aiposture.model import Comment, SourceError, Unknown, Value
from aiposture.readers.arm import json_values
from aiposture.readers.arm.values import folded_members, member

_SUFFIXES = (".parameters.json", ".parameters.jsonc")
# azd puts the environment's value in, or the default: ${NAME}, ${NAME=default}, ${NAME:-default}.
_VARIABLE = re.compile(r"\$\{(\w+)(?:(?::-|:=|=|-)([^}]*))?\}")
_WORDS: Mapping[str, bool] = {"true": True, "false": False}


class Given:
    """What the parameter files of a template hold: its values by folded name, and what the reading shall tell."""

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """`values` are those that are given already."""
        self.values = dict(values or {})
        self.comments: list[Comment] = []
        self.errors: list[SourceError] = []
        self.files: set[str] = set()


def read(tree: Tree, path: str, others: Iterable[str], template: Value) -> Given:
    """What the file beside the `template` at `path` and then `others` give to its parameters, later ones winning."""
    given = Given()
    own = beside(tree, path)
    for file in (*([] if own is None else [own]), *others):
        given.files.add(file)
        try:
            document = json_values.parse_document(tree.read(file), file)
        except UnreadableError as error:
            given.errors.append(SourceError(file, 1, error.reason))
        except json_values.JsonError as error:
            given.errors.append(SourceError(file, error.line, error.message))
        else:
            given.comments += document.comments
            given.values |= {name.casefold(): value for name, value in assignments(document.value, template)}
    return given


def beside(tree: Tree, path: str) -> str | None:
    """The parameter file that belongs to the template at `path`: the one of the same stem, in its directory."""
    directory, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0].casefold()
    wanted = {f"{stem}{suffix}" for suffix in _SUFFIXES}
    found = next((each for each in tree.names(directory) if each.casefold() in wanted), None)
    return None if found is None else f"{directory}/{found}" if directory else found


def assignments(document: Value, template: Value) -> Iterator[tuple[str, Value]]:
    """What a parameter file gives to the parameters of a template, by name."""
    stated = member(document, "parameters")
    types = folded_members(member(template, "parameters"))
    for name, assignment in (document if stated is None else stated).members().items():
        value = _value(assignment)
        if value is not None:
            declared = types.get(name.casefold())
            type_ = None if declared is None else member(declared[1], "type")
            yield name, _in_environment(value, str(type_.data).casefold() if type_ is not None else "")


def _value(assignment: Value) -> Value | None:
    if member(assignment, "reference") is not None:
        return assignment.with_data(Unknown("(secure)", "is a secret of a key vault"))
    return member(assignment, "value")


def _in_environment(value: Value, type_: str) -> Value:
    """The value with azd's variables replaced by their defaults; without a default it is Unknown."""
    data = value.data
    if isinstance(data, tuple):
        return value.with_data(tuple(_in_environment(each, "") for each in data))
    if isinstance(data, Mapping):
        return value.with_data({name: _in_environment(each, "") for name, each in data.items()})
    if not isinstance(data, str) or "${" not in data:
        return value
    missing = next((match[1] for match in _VARIABLE.finditer(data) if match[2] is None), None)
    if missing is not None:
        return value.with_data(Unknown(data, f"environment variable {missing} has no default"))
    return value.with_data(_typed(_VARIABLE.sub(lambda match: match[2] or "", data), type_))


def _typed(text: str, type_: str) -> str | bool | int:
    """A text as azd makes it fit the type of its parameter."""
    if type_ == "bool":
        return _WORDS.get(text.strip().casefold(), text)
    is_number = type_ == "int" and text.strip().removeprefix("-").isdecimal() and len(text) < len("10000000000000000")
    return int(text) if is_number else text
