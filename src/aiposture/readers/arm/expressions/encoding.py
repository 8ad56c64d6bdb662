"""Functions that encode, decode and parse text."""

from __future__ import annotations

import base64
import binascii
import urllib.parse
from collections.abc import Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import (
    Function,
    FunctionError,
    Result,
    Site,
    Undecided,
    check_length,
    table,
    text,
)
from aiposture.readers.arm.expressions.loose_json import read, read_partly

_UNRESERVED = "-_.~"
_RESERVED = "/:?#[]@!$&'()*+,;="
_RESPELLED = frozenset('%\\|^"<>`')  # the engine changes these in ways of its own
_PORTS = {"http": ":80", "https": ":443"}
_TEXT_A_STEP = 16  # characters that are parsed in the time of one evaluation


def json_(site: Site, args: Sequence[Value]) -> Result:
    """What a JSON text says, also if parts of its strings are not known."""
    if isinstance(args[0].data, Unknown):
        return read_partly(site, args[0])  # type: ignore[no-any-return]
    return _read(site, text(args[0]))


def base64_(_: Site, args: Sequence[Value]) -> Result:
    """Encoded."""
    return base64.b64encode(_bytes(args[0])).decode()


def base64_to_string(_: Site, args: Sequence[Value]) -> Result:
    """Decoded."""
    return _decoded(text(args[0]))


def base64_to_json(site: Site, args: Sequence[Value]) -> Result:
    """Decoded and parsed."""
    return _read(site, _decoded(text(args[0])))


def _read(site: Site, written: str) -> Result:
    site.budget.spend(len(written) // _TEXT_A_STEP)
    return read(written)  # type: ignore[no-any-return]


def _bytes(value: Value) -> bytes:
    return text(value).encode("utf-8", "replace")


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise FunctionError("an argument is no base64 text") from error


def data_uri(_: Site, args: Sequence[Value]) -> Result:
    """A text as a data URI."""
    return f"data:text/plain;charset=utf-8;base64,{base64.b64encode(_bytes(args[0])).decode()}"


def data_uri_to_string(_: Site, args: Sequence[Value]) -> Result:
    """A data URI's text."""
    head, comma, body = text(args[0]).partition(",")
    if not comma or not head.lower().startswith("data:"):
        raise FunctionError("an argument is no data URI")
    if head.lower().endswith(";base64"):
        return _decoded(body)
    if ";" in head:
        raise Undecided("such a data URI is not read")
    return urllib.parse.unquote(body)


def uri(_: Site, args: Sequence[Value]) -> Result:
    """An address relative to another, in the form that browsers give addresses."""
    base, relative = (text(arg).strip() for arg in args)
    climbs = "//" in relative and ".." in relative
    if climbs or any(character in _RESPELLED for character in base + relative):
        raise Undecided("such an address is not worked out")
    if not all(urllib.parse.urlsplit(base)[:2]):
        raise FunctionError("the first argument is no address")
    scheme, host, *rest = urllib.parse.urlsplit(urllib.parse.urljoin(base, relative))
    host = host.lower().removesuffix(_PORTS.get(scheme, ""))
    path, query, fragment = (urllib.parse.quote(part, safe=_RESERVED + _UNRESERVED) for part in rest)
    return urllib.parse.urlunsplit((scheme, host, path or "/", query, fragment))


def uri_component(_: Site, args: Sequence[Value]) -> Result:
    """Percent-encoded."""
    encoded = urllib.parse.quote(_bytes(args[0]), safe=_UNRESERVED)
    check_length(len(encoded))
    return encoded


def uri_component_to_string(_: Site, args: Sequence[Value]) -> Result:
    """Percent-decoded."""
    return urllib.parse.unquote(text(args[0]))


TABLE = table(
    Function("json", json_, 1, 1),
    Function("base64", base64_, 1, 1),
    Function("base64ToString", base64_to_string, 1, 1),
    Function("base64ToJson", base64_to_json, 1, 1),
    Function("dataUri", data_uri, 1, 1),
    Function("dataUriToString", data_uri_to_string, 1, 1),
    Function("uri", uri, 2, 2),
    Function("uriComponent", uri_component, 1, 1),
    Function("uriComponentToString", uri_component_to_string, 1, 1),
)
