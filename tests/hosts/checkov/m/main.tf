resource "azurerm_cognitive_account" "c" {
  name                = "c"
  location            = "uksouth"
  resource_group_name = "rg"
  kind                = "OpenAI"
  sku_name            = "S0"
}
