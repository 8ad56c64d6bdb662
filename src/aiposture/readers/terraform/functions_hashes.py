"""Terraform's hash functions over texts (those over files read files and are not evaluated)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import Function, FunctionError, Result, Site, text

_NAMESPACES = frozenset({"dns", "url", "oid", "x500"})


def _hex(site: Site, args: Sequence[Value]) -> Result:
    return _digest(site.name, args[0]).hex()


def _base64(site: Site, args: Sequence[Value]) -> Result:
    import base64  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    return base64.b64encode(_digest(site.name.removeprefix("base64"), args[0])).decode("ascii")


def _digest(algorithm: str, argument: Value) -> bytes:
    import hashlib  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    return hashlib.new(algorithm, text(argument).encode("utf-8", "replace"), usedforsecurity=False).digest()


def _uuidv5(_: Site, args: Sequence[Value]) -> Result:
    import uuid  # noqa: PLC0415 - rarely needed, and starting up is to be quick

    namespace, name = text(args[0]), text(args[1]).encode("utf-8", "replace").decode("utf-8")
    if namespace in _NAMESPACES:
        return str(uuid.uuid5(getattr(uuid, f"NAMESPACE_{namespace.upper()}"), name))
    try:
        return str(uuid.uuid5(uuid.UUID(namespace), name))
    except ValueError as error:
        raise FunctionError("the namespace is not a UUID") from error


TABLE: Mapping[str, Function] = MappingProxyType(
    {
        "base64sha256": Function(_base64, 1, 1),
        "base64sha512": Function(_base64, 1, 1),
        "md5": Function(_hex, 1, 1),
        "sha1": Function(_hex, 1, 1),
        "sha256": Function(_hex, 1, 1),
        "sha512": Function(_hex, 1, 1),
        "uuidv5": Function(_uuidv5, 2, 2),
    }
)
