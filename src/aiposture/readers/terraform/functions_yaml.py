"""YAML as Terraform reads it: YAML 1.1's words for true and false, no sexagesimal numbers, timestamps as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from aiposture.model.values import Scalar
from aiposture.readers.terraform.functions_base import (
    MAX_DEPTH,
    MAX_MEMBERS,
    FunctionError,
    Undecided,
    parse_number,
)

if TYPE_CHECKING:
    from yaml import MappingNode, Node, ScalarNode

Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"

MAX_YAML = 256 * 1024
MAX_ALIASES = 100

_TAG = "tag:yaml.org,2002:"
_WORDS: Mapping[str, bool | None] = MappingProxyType(
    {
        **{form: True for word in ("y", "yes", "true", "on") for form in (word, word.capitalize(), word.upper())},
        **{form: False for word in ("n", "no", "false", "off") for form in (word, word.capitalize(), word.upper())},
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    }
)

_LEFT_AS_TEXT = r"[yYnN]|[-+]?(\d+|\d+\.\d*|\.\d+)[eE][-+]?\d+|[-+]?0\d+"
"""What PyYAML takes for text and Terraform does not. Other text is so because the source says `!!str`."""


def load_yaml(source: str) -> Plain:
    """The data of a YAML document. Raises FunctionError if it is none, or one made to explode."""
    import yaml  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    if len(source) > MAX_YAML:
        raise FunctionError("the YAML is too long")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check(yaml.parse(source, Loader=loader))
        node = yaml.compose(source, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FunctionError("the text is not YAML") from error
    return None if node is None else _plain(node, 0, [0])


def _check(events: Iterable[object]) -> None:
    """Bounds nesting and aliases while the parser, which does not recurse, goes over the text."""
    depth = aliases = 0
    for event in events:
        kind = type(event).__name__
        depth += kind in {"SequenceStartEvent", "MappingStartEvent"}
        depth -= kind in {"SequenceEndEvent", "MappingEndEvent"}
        aliases += kind == "AliasEvent"
        if depth > MAX_DEPTH or aliases > MAX_ALIASES:
            raise FunctionError("the YAML is nested too deeply or repeats itself too much")


def _plain(node: Node, depth: int, spent: list[int]) -> Plain:
    """A node's data. An alias is written out, so the bounds are on what is written out."""
    spent[0] += 1
    if depth > MAX_DEPTH or spent[0] > MAX_MEMBERS:
        raise FunctionError("the YAML is nested too deeply or repeats itself too much")
    import yaml  # noqa: PLC0415 - as above

    if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
        return [_plain(member, depth + 1, spent) for member in node.value]
    if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
        return _object(node, depth, spent)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    raise FunctionError(f"the YAML has the tag {node.tag[:60]}")


def _object(node: MappingNode, depth: int, spent: list[int]) -> dict[str, Plain]:
    merged: dict[str, Plain] = {}
    stated: dict[str, Plain] = {}
    for key, member in node.value:
        value = _plain(member, depth + 1, spent)
        if key.id == "scalar" and key.value == "<<" and not key.style:
            for part in reversed(value if isinstance(value, list) else [value]):
                if not isinstance(part, dict):
                    raise FunctionError("the YAML merges something that is no mapping")
                merged.update(part)
        elif key.id == "scalar":
            stated[key.value] = value
        else:
            raise FunctionError("the YAML has a key that is no string")
    return {**merged, **stated}


def _scalar(node: ScalarNode) -> Scalar:
    written: str = node.value
    explicit = node.tag.removeprefix(_TAG)
    if node.style or explicit == "binary":
        return written
    if explicit not in {"str", "bool", "int", "float", "null", "timestamp"}:
        raise FunctionError(f"the YAML has the tag {node.tag[:60]}")
    if explicit == "str" and not re.fullmatch(_LEFT_AS_TEXT, written, re.ASCII):
        return written
    return _resolve(written)


def _resolve(written: str) -> Scalar:
    """What a word without quotes means."""
    if written in _WORDS:
        return _WORDS[written]
    if re.fullmatch(r"\d{4}-\d\d?-\d\d?([Tt ].*)?", written, re.ASCII):
        raise Undecided("a timestamp in YAML is not evaluated")
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", written):
        raise FunctionError("the YAML has a number that is not finite")
    digits = written.replace("_", "")
    if re.fullmatch(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", digits, re.ASCII):
        return parse_number(digits)
    if re.fullmatch(r"-?0[bB][01]+", digits):
        return int(digits.lower().replace("0b", ""), 2)
    return written
