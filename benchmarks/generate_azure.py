"""Make a repository of ARM templates, or of Bicep entry points, of a given size, the same on every machine."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_PARAMETERS = {
    "prefix": {"type": "string", "defaultValue": "bench"},
    "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
    "subnetId": {"type": "string", "defaultValue": "subnet"},
    "access": {"type": "string", "defaultValue": "Disabled", "allowedValues": ["Enabled", "Disabled"]},
}
_LOCATION = "[parameters('location')]"
_BICEP = """\
param prefix string = 'bench'
param location string = resourceGroup().location
param subnetId string = 'subnet'
param access string = 'Disabled'

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {{
  name: '${{prefix}}{n}'
  location: location
  sku: {{
    name: 'Standard_LRS'
  }}
  kind: 'StorageV2'
}}

module account '../modules/account.bicep' = {{
  name: 'account-{n}'
  params: {{
    name: 'ai-{n}'
    location: location
    subnetId: subnetId
    access: access
    disableLocalAuth: {local_auth}
  }}
}}
"""
_MODULE = """\
param name string
param location string
param subnetId string
param access string
param disableLocalAuth bool

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: location
  kind: 'OpenAI'
  sku: {
    name: 'S0'
  }
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    customSubDomainName: name
    publicNetworkAccess: access
    disableLocalAuth: disableLocalAuth
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${name}'
  location: location
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: name
        properties: {
          privateLinkServiceId: account.id
          groupIds: [
            'account'
          ]
        }
      }
    ]
  }
}
"""


def generate_arm(root: Path, files: int, share: float, *, seed: int = 7) -> None:
    """Write `files` templates below `root`; `share` (0 to 1) of them hold an AI service."""
    chance = random.Random(seed)
    with_ai = set(chance.sample(range(files), round(files * share)))
    for number in range(files):
        directory = root / f"team{number // 25}" / f"app{number}"
        directory.mkdir(parents=True, exist_ok=True)
        resources = [*_others(number, chance), *(_service(number, chance) if number in with_ai else ())]
        template = {"$schema": _SCHEMA, "contentVersion": "1.0.0.0", "parameters": _PARAMETERS, "resources": resources}
        (directory / "azuredeploy.json").write_text(json.dumps(template, indent=2))


def generate_bicep(root: Path, files: int, *, seed: int = 7) -> None:
    """Write `files` entry points below `root`, each of which calls one module with an AI service."""
    chance = random.Random(seed)
    (root / "modules").mkdir(parents=True, exist_ok=True)
    (root / "modules" / "account.bicep").write_text(_MODULE)
    for number in range(files):
        directory = root / f"app{number}"
        directory.mkdir(exist_ok=True)
        text = _BICEP.format(n=number, local_auth=chance.choice(["true", "false"]))
        (directory / "main.bicep").write_text(text)


def _others(number: int, chance: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "type": "Microsoft.Storage/storageAccounts",
            "apiVersion": "2023-05-01",
            "name": f"[concat(parameters('prefix'), '{number}', copyIndex())]",
            "location": _LOCATION,
            "copy": {"name": "accounts", "count": chance.randint(1, 3)},
            "sku": {"name": chance.choice(["Standard_LRS", "Standard_ZRS"])},
            "kind": "StorageV2",
        },
        {
            "type": "Microsoft.Network/virtualNetworks",
            "apiVersion": "2024-05-01",
            "name": f"vnet-{number}",
            "location": _LOCATION,
            "properties": {"addressSpace": {"addressPrefixes": [f"[cidrSubnet('10.0.0.0/8', 16, {number % 200})]"]}},
        },
    ]


def _service(number: int, chance: random.Random) -> list[dict[str, Any]]:
    name = f"ai-{number}"
    account = f"[resourceId('Microsoft.CognitiveServices/accounts', '{name}')]"
    link = {"privateLinkServiceId": account, "groupIds": ["account"]}
    return [
        {
            "type": "Microsoft.CognitiveServices/accounts",
            "apiVersion": "2025-06-01",
            "name": name,
            "location": _LOCATION,
            "kind": "OpenAI",
            "sku": {"name": "S0"},
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "customSubDomainName": name,
                "publicNetworkAccess": "[parameters('access')]",
                "disableLocalAuth": chance.choice([True, False]),
            },
        },
        {
            "type": "Microsoft.Network/privateEndpoints",
            "apiVersion": "2024-05-01",
            "name": f"pe-{number}",
            "location": _LOCATION,
            "dependsOn": [account],
            "properties": {
                "subnet": {"id": "[parameters('subnetId')]"},
                "privateLinkServiceConnections": [{"name": name, "properties": link}],
            },
        },
    ]
