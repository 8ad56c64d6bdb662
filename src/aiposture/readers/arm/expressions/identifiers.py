"""Functions that make identifiers of texts."""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Unknown, Value
from aiposture.readers.arm.expressions.arguments import Function, Result, Site, spoken, table
from aiposture.readers.arm.expressions.unknowns import call_text, unknown

_NAMESPACE = "11fb06fb-712d-4ddd-98c7-e71bbd588830"  # that of Azure Resource Manager


def _joined(args: Sequence[Value]) -> str:
    return "-".join(spoken(arg) for arg in args)


def guid(site: Site, args: Sequence[Value]) -> Result:
    """The same UUID for the same texts; not known, but no empty text, if one of these is not known."""
    if _open(args):
        return unknown(call_text(site, args), site.location, args, something=True)
    import uuid  # noqa: PLC0415 - few templates make identifiers

    return str(uuid.uuid5(uuid.UUID(_NAMESPACE), _joined(args)))


def unique_string(site: Site, args: Sequence[Value]) -> Result:
    """The same hash for the same texts, of 13 characters; it stays a symbol."""
    reason = "" if _open(args) else "uniqueString() is not worked out"
    return unknown(call_text(site, args), site.location, args, reason, something=True)


def _open(args: Sequence[Value]) -> bool:
    """Whether an argument is simply unknown; one with alternatives is for the caller to go through."""
    return any(isinstance(arg.data, Unknown) and not arg.data.alternatives for arg in args)


def new_guid(site: Site, _: Sequence[Value]) -> Result:
    """Another UUID each time."""
    return unknown("newGuid()", site.location, (), "newGuid() gives another result each time", something=True)


def utc_now(site: Site, args: Sequence[Value]) -> Result:
    """The moment of deployment."""
    return unknown(call_text(site, args), site.location, args, "utcNow() is the time of deployment", something=True)


TABLE = table(
    Function("guid", guid, 1, None),
    Function("uniqueString", unique_string, 1, None),
    Function("newGuid", new_guid, 0, 0),
    Function("utcNow", utc_now, 0, 1),
)
