terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }
  }
}
resource "azurerm_cognitive_account" "a" {
  #checkov:skip=AIS401:keys are needed until March
  name                = "a"
  location            = "uksouth"
  resource_group_name = "rg"
  kind                = "OpenAI"
  sku_name            = "S0"
}
# aiposture:ignore[AIS301] not yet
resource "azurerm_cognitive_account" "b" {
  name                = "b"
  location            = "uksouth"
  resource_group_name = "rg"
  kind                = "OpenAI"
  sku_name            = "S0"
}
module "m" {
  #checkov:skip=AIS201:closed elsewhere
  source = "./m"
}
resource "azurerm_resource_group" "rg" {
  #checkov:skip=AIS401:none of its business
  name = "rg"
  location = "uksouth"
}
output "key" {
  value = azurerm_cognitive_account.a.primary_access_key
}
