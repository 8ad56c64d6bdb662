"""Which version of a provider, module or API a resource will meet: defaults depend on it.

Terraform installs what the lock file says, else the newest version that all constraints allow. So a set of
constraints is read as a ceiling, and what is not determinable is the newest.
"""

from collections.abc import Iterable
from typing import NamedTuple

from aiposture.model import Provider

NEWEST_AZURERM = "5"

_OPERATORS = ("~>", ">=", "<=", "!=", "=", ">", "<")
_MAX_DIGITS = 9


class Ceiling(NamedTuple):
    """The highest version that can be met: below `bound`, or equal to it if `inclusive`; no `bound`, no limit.

    `name` says it to people: "azurerm 4.12.0 (lock file)".
    """

    bound: tuple[int, ...] | None
    inclusive: bool
    name: str

    def at_least(self, version: str) -> bool:
        """Whether the highest version that can be met is `version` or newer."""
        wanted = parse(version)
        if self.bound is None or wanted is None:
            return True
        return wanted <= self.bound if self.inclusive else wanted < self.bound


def parse(text: str) -> tuple[int, ...] | None:
    """The three numbers of a version ("v0.8", "5.0.0-beta1"); None if it is none (a branch, a commit)."""
    numbers = text.strip().removeprefix("v").partition("-")[0].partition("+")[0].split(".")
    if len(numbers) > len("xyz") or not all(part.isascii() and part.isdigit() for part in numbers):
        return None
    if any(len(part) > _MAX_DIGITS for part in numbers):
        return None
    return tuple(int(part) for part in (*numbers, "0", "0")[:3])


def azurerm(provider: Provider | None) -> Ceiling:
    """The azurerm version that a resource of `provider` is deployed with."""
    if provider is not None and provider.locked is not None:
        locked = parse(provider.locked)
        if locked is not None:
            return Ceiling(locked, inclusive=True, name=f"azurerm {provider.locked} (lock file)")
    constraints = provider.constraints if provider is not None else ()
    text = ", ".join(constraints)
    ceiling = _lowest(constraints)
    if ceiling is None:
        why = f"{text} sets no upper limit and no lock file pins one" if text else "no version constraint was found"
        return Ceiling(None, inclusive=False, name=f"azurerm {NEWEST_AZURERM}, the newest: {why}")
    return Ceiling(*ceiling, name=f"azurerm {text}")


def module(source: str, version: str | None) -> Ceiling:
    """The version of the module `source` that a call with this `version` argument or `?ref=` uses."""
    ceiling = _lowest((version,)) if version is not None else None
    if ceiling is None:
        why = f"{version} sets no upper limit" if version is not None else "the call names no version"
        return Ceiling(None, inclusive=False, name=f"{source}, the newest: {why}")
    return Ceiling(*ceiling, name=f"{source} {version}")


def api_before(api_version: str | None, first: str) -> bool:
    """Whether an API version ("2021-04-30-preview") is older than the one whose day is `first`.

    An API version that is not known counts as new: nothing is claimed from it.
    """
    return api_version is not None and api_version[: len("yyyy-mm-dd")] < first


def api_is_preview(api_version: str | None) -> bool:
    """Whether an API version is a preview; one that is not known may be."""
    return api_version is None or "preview" in api_version.casefold()


def _lowest(constraints: Iterable[str]) -> tuple[tuple[int, ...], bool] | None:
    bounds = [
        bound
        for constraint in constraints
        for clause in constraint.split(",")
        if (bound := _upper(clause.strip())) is not None
    ]
    return min(bounds, default=None)  # at the same number the exclusive bound is the lower one: False < True


def _upper(clause: str) -> tuple[tuple[int, ...], bool] | None:
    operator = next((known for known in _OPERATORS if clause.startswith(known)), "")
    text = clause.removeprefix(operator).strip()
    version = parse(text)
    if version is None:
        return None
    if operator in {"", "=", "<="}:
        return version, True
    if operator == "<":
        return version, False
    if operator == "~>":
        stated = text.partition("-")[0].count(".") + 1
        return (version[0], version[1] + 1, 0) if stated > len("xy") else (version[0] + 1, 0, 0), False
    return None
