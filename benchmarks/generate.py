"""Make a repository of Terraform files of a given size, the same on every machine."""

from __future__ import annotations

import random
from pathlib import Path

FILES_PER_MODULE = 5

_OTHER = """\
resource "azurerm_storage_account" "s{n}" {{
  name                     = "${{var.prefix}}{n}"
  resource_group_name      = var.resource_group_name
  location                 = var.location
  account_tier             = "Standard"
  account_replication_type = var.replication[{pick}]
  tags                     = merge(local.tags, {{ index = "{n}" }})
}}

resource "azurerm_virtual_network" "v{n}" {{
  name                = "vnet-{n}"
  resource_group_name = var.resource_group_name
  location            = var.location
  address_space       = [cidrsubnet("10.0.0.0/8", 8, {pick})]
}}
"""
_AI = """\
resource "azurerm_cognitive_account" "ai{n}" {{
  name                          = "ai-{n}"
  resource_group_name           = var.resource_group_name
  location                      = var.location
  kind                          = "OpenAI"
  sku_name                      = "S0"
  public_network_access_enabled = var.public
  local_auth_enabled            = {local_auth}
  custom_subdomain_name         = "ai-{n}"

  identity {{
    type = "SystemAssigned"
  }}
}}

resource "azurerm_private_endpoint" "ai{n}" {{
  name                = "pe-{n}"
  resource_group_name = var.resource_group_name
  location            = var.location
  subnet_id           = var.subnet_id

  private_service_connection {{
    name                           = "ai-{n}"
    private_connection_resource_id = azurerm_cognitive_account.ai{n}.id
    subresource_names              = ["account"]
    is_manual_connection           = false
  }}
}}
"""
_VARIABLES = """\
variable "prefix" { default = "bench" }
variable "resource_group_name" { default = "rg" }
variable "location" { default = "westeurope" }
variable "subnet_id" { default = "subnet" }
variable "public" { default = false }
variable "replication" { default = ["LRS", "ZRS", "GRS"] }
locals { tags = { owner = "bench", place = var.location } }
"""


def generate(root: Path, files: int, share: float, *, seed: int = 7) -> None:
    """Write about `files` .tf files below `root`; `share` (0 to 1) of them hold an AI service."""
    chance = random.Random(seed)
    wanted = round(files * share)
    places = [number for number in range(files) if number % FILES_PER_MODULE] or [0]
    with_ai = set(chance.sample(places, wanted))
    for number in range(files):
        module = root / f"team{number // 250}" / f"module{number // FILES_PER_MODULE}"
        module.mkdir(parents=True, exist_ok=True)
        if number in with_ai:
            local_auth = chance.choice(["true", "false"])
            (module / f"ai{number}.tf").write_text(
                ("" if number % FILES_PER_MODULE else _VARIABLES) + _AI.format(n=number, local_auth=local_auth)
            )
        elif number % FILES_PER_MODULE == 0:
            (module / "variables.tf").write_text(_VARIABLES)
        else:
            (module / f"other{number}.tf").write_text(_OTHER.format(n=number, pick=chance.randrange(3)))
