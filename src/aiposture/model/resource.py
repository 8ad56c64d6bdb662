"""The first waist: what the code says, without a word about AI or controls."""

from typing import Literal, NamedTuple

from aiposture.model.source import Call, Comment, Location, NotAnalysed, SourceError
from aiposture.model.values import Unknown, Value

Dialect = Literal["terraform", "terraform-plan", "arm", "bicep", "cloudformation"]
Mode = Literal["managed", "data", "module", "output"]
Cloud = Literal["azure", "aws", "google"]

_CLOUDS: tuple[tuple[Cloud, tuple[str, ...]], ...] = (
    ("azure", ("azurerm_", "azapi_", "microsoft.")),
    ("aws", ("aws_", "awscc_", "aws::", "custom::")),
    ("google", ("google_",)),
)


def cloud_of(type_: str) -> Cloud | None:
    """The cloud that a type is of, by what its name begins with; None for all others, and for remote modules."""
    folded = type_.casefold()
    return next((cloud for cloud, prefixes in _CLOUDS if folded.startswith(prefixes)), None)


class Provider(NamedTuple):
    """The provider that defaults depend on: its source (`hashicorp/azurerm`), the version constraints
    of all `required_providers` that apply, and the version in the lock file.
    """

    source: str
    constraints: tuple[str, ...] = ()
    locked: str | None = None


class Resource(NamedTuple):
    """One resource instance of a deployment.

    `type` is the folded type: azurerm's own (`azurerm_search_service`), the ARM type for azapi, ARM and
    Bicep (`Microsoft.Search/searchServices`), the module source for a remote module's call in mode "module"
    (`Azure/avm-res-search-searchservice/azurerm`), `output` in mode "output". `declared_type` is what the
    code says. `properties` is an object, or an undecided choice of some; a nested block is a list of objects, as
    Terraform has it.
    `header` is the block's first line, `location` all of it. `exists` is False for `count = 0`.
    `cases` are all that the properties can be together, where several of them hang on conditions that are not
    decided; empty if there is nothing to tell apart.
    """

    dialect: Dialect
    mode: Mode
    type: str
    declared_type: str
    name: str
    address: str
    unit: str
    properties: Value
    location: Location
    header: Location
    exists: bool | Unknown = True
    calls: tuple[Call, ...] = ()
    provider: Provider | None = None
    api_version: str | None = None
    version: str | None = None  # a remote module's `version` argument, or its `?ref=`
    ignore_changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cases: tuple[Value, ...] = ()

    @property
    def shown_type(self) -> str:
        """The type for people: as the code has it, but that of azapi, which says nothing."""
        return self.declared_type if self.declared_type.startswith("awscc_") else self.type

    def get(self, *path: str | int) -> Value | None:
        """The value at `path`: None if absent or null.

        ARM's property names compare without case, CloudFormation's because awscc spells them in its own way.
        """
        return self.properties.get(*path, ignore_case="/" in self.type or "::" in self.type)


class Reading(NamedTuple):
    """What a reader made of one unit."""

    resources: tuple[Resource, ...] = ()
    comments: tuple[Comment, ...] = ()
    errors: tuple[SourceError, ...] = ()
    not_analysed: tuple[NotAnalysed, ...] = ()
    files: frozenset[str] = frozenset()
