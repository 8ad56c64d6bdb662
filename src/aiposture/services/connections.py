"""Connections of Foundry accounts, projects and ML workspaces: how they sign in to what they connect.

Only connections to Azure are judged: third parties have nothing but keys to offer, and `CustomKeys` names no
target. An Azure key in such a connection is found where the key is read.
"""

from __future__ import annotations

from aiposture.model import Resource, Unknown
from aiposture.services.azure import word
from aiposture.services.shape import Binding
from aiposture.services.table import Cell, Prop, choice, required

_SOURCE = "ARM schema of connections (authType); Microsoft cloud security benchmark IM-1"

AZURE_CATEGORIES = frozenset(
    {
        "adlsgen2",
        "aiservices",
        "azureblob",
        "azuredatabricksdeltalake",
        "azuredataexplorer",
        "azuremysqldb",
        "azureonelake",
        "azureopenai",
        "azurepostgresdb",
        "azuresqldb",
        "azuresqlmi",
        "azurestorageaccount",
        "azuresynapseanalytics",
        "azuretablestorage",
        "cognitivesearch",
        "cognitiveservice",
        "cosmosdb",
        "cosmosdbmongodbapi",
    }
)

_AUTH_TYPES = choice(
    {
        "aad": False,
        "managedidentity": False,
        "accountmanagedidentity": False,
        "projectmanagedidentity": False,
        "none": False,
        "apikey": True,
        "accountkey": True,
        "accesskey": True,
        "customkeys": True,
        "sas": True,
        "pat": True,
        "usernamepassword": True,
        "serviceprincipal": True,
    }
)


def _is_azure(resource: Resource) -> bool | Unknown:
    category = word(resource, "properties", "category")
    return category if isinstance(category, Unknown) else category in AZURE_CATEGORIES


def arm(*types: str) -> Binding:
    """The binding of the ARM connections `types`."""
    return Binding(
        types=types,
        key_auth=Cell((Prop("properties.authType", _AUTH_TYPES),), required("properties.authType"), _SOURCE),
        when=_is_azure,
    )
