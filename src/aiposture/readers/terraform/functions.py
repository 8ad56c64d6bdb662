"""Terraform's built-in functions, as far as they are pure.

`try`, `can` and `templatestring` evaluate their arguments in ways of their own and belong to the evaluator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from types import MappingProxyType

from aiposture.model.source import Location
from aiposture.model.values import Value
from aiposture.readers.terraform.functions_base import (
    Function,
    FunctionError,
    JsonText,
    Site,
    Undecided,
    combinations,
    measure,
)
from aiposture.readers.terraform.functions_results import placed, unknown

__all__ = ["FunctionError", "JsonText", "call", "pure"]

# The modules of the families, those that most code uses first: each is loaded when a name is in none before it.
_FAMILIES = (
    "collections", "format", "convert", "strings", "encoding", "sets", "numbers", "network", "regex", "hashes", "dates",
)  # fmt: skip


def pure() -> frozenset[str]:
    """The names of the functions that are evaluated here."""
    return frozenset(name for family in _FAMILIES for name in _table(family))


@cache
def _table(family: str) -> Mapping[str, Function]:
    table: Mapping[str, Function] = import_module(f"aiposture.readers.terraform.functions_{family}").TABLE
    return table


@cache
def _function(name: str) -> Function | None:
    if name in _IMPURE:
        return None
    tables = (_table(family) for family in _FAMILIES)
    return next((table[name] for table in tables if name in table), None)


_OUTSIDE = "reads a file outside the code"
_MOMENT = "depends on when it is run"
_RANDOM = "gives another result in each run"
_NOT_EVALUATED = "is not evaluated"
_IMPURE = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "file", "filebase64", "fileexists", "fileset", "templatefile", "filemd5", "filesha1", "filesha256",
                "filesha512", "filebase64sha256", "filebase64sha512",
            ),
            _OUTSIDE,
        ),
        **dict.fromkeys(("abspath", "pathexpand"), "depends on where it is run"),
        **dict.fromkeys(("timestamp", "plantimestamp"), _MOMENT),
        **dict.fromkeys(("uuid", "bcrypt"), _RANDOM),
        **dict.fromkeys(
            ("base64gzip", "base64gunzip", "textencodebase64", "textdecodebase64", "rsadecrypt", "issensitive", "type"),
            _NOT_EVALUATED,
        ),
    }
)  # fmt: skip


def call(name: str, args: Sequence[Value], location: Location, text: str) -> Value:
    """The value of `name(args...)`, written as `text` at `location`.

    An argument that is needed and unknown makes the result unknown, with the references of all arguments, and
    with alternatives if the unknowns have few. Values that a function only moves keep their place and trail.
    Raises FunctionError if Terraform would refuse the call.
    """
    name = name.removeprefix("core::")
    site = Site(name, location, text)
    function = _function(name)
    if function is None:
        return unknown(site, args, f"{name}() {_IMPURE.get(name, 'is not a function that is known here')}")
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        raise FunctionError(f"{name}() is called with {len(args)} arguments")
    try:
        return placed(site, function.run(site, args))
    except ArithmeticError as error:
        raise FunctionError("a number is too large") from error
    except Undecided as question:
        return unknown(site, args, question.reason, _arms(site, function, args))


def _arms(site: Site, function: Function, args: Sequence[Value]) -> tuple[Value, ...]:
    """What the call gives for each possibility of its arguments; nothing if one of them is open or an error."""
    measure(*args)
    rows = combinations(args)
    if len(rows) == 1 and all(new is old for new, old in zip(rows[0], args, strict=True)):
        return ()
    try:
        return tuple(placed(site, function.run(site, row)) for row in rows)
    except (Undecided, FunctionError, ArithmeticError):
        # An arm that fails may be caught by a try() around the call: the result is anything.
        return ()
