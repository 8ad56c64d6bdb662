"""What the Azure services share: the words of their properties and the versions that decide defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiposture.model import Resource, Unknown
from aiposture.services import versions
from aiposture.services.table import Noted, Prop, arms, choice, flag

PERIMETER_UNSUPPORTED = (
    "the account's schema has no SecuredByPerimeter: only an enforced perimeter association closes the account"
)

# What `key_auth` says.
KEYS_ON: Final = True
KEYS_OFF: Final = False

PUBLIC = choice({"Enabled": "enabled", "Disabled": "disabled", "SecuredByPerimeter": "perimeter"})
PUBLIC_COGNITIVE = choice(
    {
        "Enabled": "enabled",
        "Disabled": "disabled",
        "SecuredByPerimeter": Noted("perimeter", PERIMETER_UNSUPPORTED),
    }
)
PUBLIC_FLAG = flag("enabled", "disabled")
ACTION = choice({"Allow": "allow", "Deny": "deny"})
KEYS_FLAG = flag(true=KEYS_ON, false=KEYS_OFF)
KEYS_INVERTED = flag(true=KEYS_OFF, false=KEYS_ON)

DISABLE_LOCAL_AUTH = Prop("properties.disableLocalAuth", KEYS_INVERTED)
PUBLIC_NETWORK_ACCESS = Prop("properties.publicNetworkAccess", PUBLIC)

Gate = Callable[[Resource], "str | None"]


def since_api(first: str, name: str, *, missing_in_ga_before: str | None = None) -> Gate:
    """A gate for an ARM property `name` that the API knows since the day `first`.

    `missing_in_ga_before`: versions that are no previews know it only from that day on.
    """

    def gate(resource: Resource) -> str | None:
        version = resource.api_version
        old = versions.api_before(version, first)
        if missing_in_ga_before is not None and not versions.api_is_preview(version):
            old = versions.api_before(version, missing_in_ga_before)
        return f"API version {version} is too old: it has no {name}" if old else None

    return gate


def azurerm_since(first: str, attribute: str, value: str | bool) -> Callable[[Resource], Noted]:  # noqa: FBT001 - a value
    """The default `value` of an attribute that azurerm has since version `first`."""

    def default(resource: Resource) -> Noted:
        ceiling = versions.azurerm(resource.provider)
        if ceiling.at_least(first):
            return Noted(value)
        return Noted(value, f"{ceiling.name} cannot express it: {attribute} came with {first}")

    return default


def word(resource: Resource, *path: str | int) -> str | Unknown | None:
    """A property as a lower-case word, also `true` or `false`; None if it is absent, Unknown if it can be several."""
    value = resource.get(*path)
    if value is None:
        return None
    words = {str(arm.data).casefold() if isinstance(arm.data, (str, bool)) else None for arm in arms(value)}
    if len(words) == 1:
        return words.pop()
    return value.data if isinstance(value.data, Unknown) else None
