"""Terraform's functions that encode values as text and decode them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NoReturn

from aiposture.model.values import Unknown, Value
from aiposture.readers.terraform.functions_base import (
    EncodedText,
    Function,
    FunctionError,
    JsonText,
    Result,
    Site,
    YamlText,
    number_text,
    parse_number,
    text,
    undecided,
    walk,
)
from aiposture.readers.terraform.functions_results import check_text
from aiposture.readers.terraform.functions_yaml import load_yaml


def _base64decode(_: Site, args: Sequence[Value]) -> Result:
    import base64  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    try:
        return base64.b64decode(text(args[0]), validate=True).decode("utf-8")
    except ValueError as error:
        raise FunctionError("the text is not base64 of UTF-8") from error


def _base64encode(_: Site, args: Sequence[Value]) -> Result:
    import base64  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    return base64.b64encode(_utf8(args[0])).decode("ascii")


def _utf8(argument: Value) -> bytes:
    try:
        return text(argument).encode("utf-8")
    except UnicodeEncodeError as error:
        raise FunctionError("the text is not Unicode") from error


def _urlencode(_: Site, args: Sequence[Value]) -> Result:
    from urllib.parse import quote_plus  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    return quote_plus(_utf8(args[0]))


def _urldecode(_: Site, args: Sequence[Value]) -> Result:
    from urllib.parse import unquote_plus  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    try:
        return unquote_plus(text(args[0]), errors="strict")
    except UnicodeDecodeError as error:
        raise FunctionError("the text is not URL-encoded UTF-8") from error


def _jsonencode(_: Site, args: Sequence[Value]) -> Result:
    """JSON as Terraform writes it, on one line; of a container it is a JsonText, even with unknown members.

    The bodies of azapi resources are written so, and a member that is unknown must not hide the others.
    """
    value = args[0]
    if isinstance(value.data, Unknown):
        raise undecided(value)
    encoded = json_text(value)
    return JsonText.of(encoded, value) if isinstance(value.data, tuple | Mapping) else encoded


def json_text(value: Value) -> str:
    """`value` as JSON; an unknown member stands there as its expression."""
    total = 0
    for part in walk(value, into_text=False):
        keys = part.data if isinstance(part.data, Mapping) else ()
        total += 4 + sum(map(len, keys)) + (len(part.data) if isinstance(part.data, str) else 0)
        check_text(total)
    return "".join(_json_pieces(value))


def _json_pieces(value: Value) -> Iterator[str]:
    data = value.data
    if isinstance(data, Mapping):
        for place, key in enumerate(sorted(data)):
            yield f"{',' if place else '{'}{_json_string(key)}:"
            yield from _json_pieces(data[key])
        yield "}" if data else "{}"
    elif isinstance(data, tuple):
        for place, member in enumerate(data):
            yield "," if place else "["
            yield from _json_pieces(member)
        yield "]" if data else "[]"
    elif isinstance(data, Unknown):
        yield _json_string(f"${{{data.expression}}}")
    elif data is None:
        yield "null"
    elif isinstance(data, bool):
        yield "true" if data else "false"
    else:
        yield _json_string(data) if isinstance(data, str) else number_text(data)


def _json_string(data: str) -> str:
    import json  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    written = json.dumps(data, ensure_ascii=False)
    for char in "<>&\u2028\u2029":  # Go's encoder keeps these out of the text
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written


def _jsondecode(_: Site, args: Sequence[Value]) -> Result:
    import json  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    data = args[0].data
    if isinstance(data, JsonText):
        return data.value
    try:
        loaded: Any = json.loads(
            text(args[0]), parse_int=parse_number, parse_float=parse_number, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise FunctionError("the text is not JSON") from error
    return _result(loaded)


def _no_constant(constant: str) -> NoReturn:
    raise FunctionError(f"the text is not JSON: {constant}")


def _result(loaded: Any) -> Result:
    """Decoded data is data of ours already."""
    result: Result = loaded
    return result


def _yamlencode(_: Site, args: Sequence[Value]) -> Result:
    value = args[0]
    if isinstance(value.data, Unknown):
        raise undecided(value)
    json_text(value)  # bounds the size
    encoded = "".join(_yaml_lines(value, "", ""))
    return YamlText.of(encoded, value) if isinstance(value.data, tuple | Mapping) else encoded


def _yaml_lines(value: Value, lead: str, indent: str) -> Iterator[str]:
    """The lines of a value; the first begins with `lead`, the others with `indent`."""
    data = value.data
    if isinstance(data, Mapping) and data:
        for place, key in enumerate(sorted(data)):
            start = f"{indent if place else lead}{_json_string(key)}:"
            yield from _yaml_member(data[key], start, indent)
    elif isinstance(data, tuple) and data:
        for place, member in enumerate(data):
            yield from _yaml_lines(member, f"{indent if place else lead}- ", f"{indent}  ")
    else:
        yield f"{lead}{''.join(_json_pieces(value))}\n"


def _yaml_member(member: Value, start: str, indent: str) -> Iterator[str]:
    if isinstance(member.data, Mapping) and member.data:
        yield f"{start}\n"
        yield from _yaml_lines(member, f"{indent}  ", f"{indent}  ")
    elif isinstance(member.data, tuple) and member.data:
        yield f"{start}\n"
        yield from _yaml_lines(member, indent, indent)
    else:
        yield from _yaml_lines(member, f"{start} ", indent)


def _yamldecode(_: Site, args: Sequence[Value]) -> Result:
    data = args[0].data
    return data.value if isinstance(data, EncodedText) else load_yaml(text(args[0]))


def _csvdecode(_: Site, args: Sequence[Value]) -> Result:
    import csv  # noqa: PLC0415 - rarely needed, and starting up is to be quick
    import io  # noqa: PLC0415 - as csv

    try:
        rows = [row for row in csv.reader(io.StringIO(text(args[0]), newline=""), strict=True) if row]
    except csv.Error as error:
        raise FunctionError("the text is not CSV") from error
    if not rows:
        raise FunctionError("the text has no header")
    header, *records = rows
    if len(set(header)) != len(header) or any(len(record) != len(header) for record in records):
        raise FunctionError("the rows do not have the columns of the header")
    return [dict(zip(header, record, strict=True)) for record in records]


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "base64decode": Function(_base64decode, 1, 1),
        "base64encode": Function(_base64encode, 1, 1),
        "csvdecode": Function(_csvdecode, 1, 1),
        "jsondecode": Function(_jsondecode, 1, 1),
        "jsonencode": Function(_jsonencode, 1, 1),
        "urldecode": Function(_urldecode, 1, 1),
        "urlencode": Function(_urlencode, 1, 1),
        "yamldecode": Function(_yamldecode, 1, 1),
        "yamlencode": Function(_yamlencode, 1, 1),
    }
)
