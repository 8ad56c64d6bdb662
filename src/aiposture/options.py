"""What to scan and how to judge."""

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from aiposture import controls
from aiposture.model import Severity
from aiposture.policy import Policy
from aiposture.sharding.shards import Part

# Which units there are, where the code lies, and with what it is compiled changes no judgement.
_NO_SETTINGS = frozenset({"paths", "shard", "cache_folder", "bicep", "policy"})


class ScanOptions(NamedTuple):
    """What to scan and how to judge. Paths are as the user's shell sees them.

    `severities` replaces the severity of controls, by their ids; `policy` says which suppressions hold; `shard`
    which part of the units is judged. What is read is kept in `cache_folder`, if there is one.
    """

    paths: tuple[str, ...] = (".",)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    parameter_files: tuple[str, ...] = ()
    use_environment: bool = False
    bicep: str | None = None
    restore: bool = False
    private_endpoint_mode: controls.PrivateEndpointMode = "effective"
    exclude: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = MappingProxyType({})
    policy: Policy = Policy()
    shard: Part | None = None
    cache_folder: str | None = None


def digest(options: ScanOptions, root: str) -> str:
    """The settings that decide what is said of a unit, as a short text that is the same only for the same ones."""
    policy = options.policy
    directory = os.path.relpath(policy.directory, root) if policy.directory else ""
    settings = {name: setting for name, setting in options._asdict().items() if name not in _NO_SETTINGS}
    settings["severities"] = sorted(options.severities.items())
    text = repr((sorted(settings.items()), policy._replace(root="", directory=directory)))
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
