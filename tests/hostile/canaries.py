"""Code full of secrets, in every dialect: each says CANARY and a number, and none may be printed."""

from __future__ import annotations

FILES = {
    "tf/main.tf": r"""variable "openai_api_key" {
  default = "CANARY01hunter2hunter2"
}
variable "k" {
  sensitive = true
  default   = "CANARY02hunter2hunter2"
}
locals {
  k2 = "CANARY03hunter2hunter2"
  conn = "Endpoint=sb://x;SharedAccessKeyName=a;SharedAccessKey=CANARY04hunter2hunter2="
}
resource "azurerm_cognitive_account" "a" {
  name = "a"
  kind = "OpenAI"
  primary_access_key = "CANARY05hunter2hunter2"
  public_network_access_enabled = var.openai_api_key != ""

  customer_managed_key { identity_client_id = local.k2 }
  tags = { api_key = "CANARY08hunter2hunter2", token = local.conn }
}
resource "azurerm_linux_web_app" "w" {
  name = "w"
  app_settings = { OPENAI_API_KEY = azurerm_cognitive_account.a.primary_access_key, OTHER_KEY = "CANARY09hunter2hunter2", PASSWORD = "CANARY10 with space" }
}
resource "azurerm_key_vault_secret" "s" {
  name  = "s"
  value = coalesce(azurerm_cognitive_account.a.primary_access_key, "CANARY11hunter2hunter2")
}
output "keys" {
  value = [azurerm_cognitive_account.a.primary_access_key, "CANARY12hunter2hunter2"]
}
resource "aws_bedrockagentcore_agent_runtime" "r" {
  environment_variables = { OPENAI_API_KEY = var.openai_api_key, ANTHROPIC_API_KEY = "CANARY13hunter2hunter2", HF_TOKEN = local.k2 }
  network_configuration { network_mode = "PUBLIC" }
}
resource "aws_sagemaker_model" "m" {
  primary_container {
    image = "x"
    environment = {
      OPENAI_API_KEY = "CANARY14hunter2hunter2"
      HF_TOKEN = <<-EOT
        CANARY15hunter2hunter2
      EOT
    }
  }
}
""",
    "tf/terraform.tfvars": r"""openai_api_key = "CANARY16hunter2hunter2"
""",
    "arm/t.json": r"""{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
 "parameters": {"apiKey": {"type": "securestring",
    "defaultValue": "CANARY20hunter2hunter2"}},
 "variables": {"adminPassword": "CANARY21hunter2hunter2"},
 "resources": [
  {"type": "Microsoft.CognitiveServices/accounts", "apiVersion": "2024-10-01", "name": "a", "kind": "OpenAI",
   "properties": {"disableLocalAuth": "[equals(parameters('apiKey'), 'x')]",
   "apiKey": "CANARY23hunter2hunter2"}},
  {"type": "Microsoft.CognitiveServices/accounts/connections", "apiVersion": "2025-06-01", "name": "a/c",
   "properties": {"authType": "ApiKey", "category": "AzureOpenAI", "target": "x",
     "credentials": {"key": "CANARY24hunter2hunter2"}}},
  {"type": "Microsoft.Web/sites", "apiVersion": "2022-03-01", "name": "w", "properties": {"siteConfig": {"appSettings": [
     {"name": "OPENAI_KEY", "value": "[concat('CANARY25hunter2', listKeys(resourceId('Microsoft.CognitiveServices/accounts','a'),'2024-10-01').key1)]"},
     {"name": "OTHER", "value": "[listKeys(resourceId('Microsoft.CognitiveServices/accounts','a'),'2024-10-01').key1]"},
     {
       "name": "PASSWORD",
       "value": "CANARY26hunter2hunter2"
     }]}}},
  {"type": "Microsoft.KeyVault/vaults/secrets", "apiVersion": "2022-07-01", "name": "v/s",
     "properties": {"value": "[concat('CANARY27hunter2', listKeys(resourceId('Microsoft.CognitiveServices/accounts','a'),'2024-10-01').key1)]"}}
 ],
 "outputs": {"key": {"type": "string", "value": "[format('{0}CANARY28', listKeys(resourceId('Microsoft.CognitiveServices/accounts','a'),'2024-10-01').key1)]"}}
}""",
    "cfn/t.yaml": r"""AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  ApiKey:
    Type: String
    NoEcho: true
    Default: CANARY30hunter2hunter2
  Other:
    Type: String
    Default: CANARY31hunter2hunter2
Resources:
  Runtime:
    Type: AWS::BedrockAgentCore::Runtime
    Properties:
      AgentRuntimeName: x
      NetworkConfiguration: {NetworkMode: PUBLIC}
      EnvironmentVariables:
        OPENAI_API_KEY: CANARY32hunter2hunter2
        ANTHROPIC_API_KEY: !Ref ApiKey
        HF_TOKEN: !Ref Other
        COHERE_API_KEY: !Join ["", [CANARY33hunter2, hunter2]]
        GROQ_API_KEY: |
          CANARY34hunter2hunter2
        MISTRAL_API_KEY:
          CANARY35hunter2hunter2
  Model:
    Type: AWS::SageMaker::Model
    Properties:
      ExecutionRoleArn: x
      PrimaryContainer: {Image: x, Environment: {OPENAI_API_KEY: CANARY36hunter2hunter2, HF_TOKEN: "CANARY37hunter2hunter2"}}
""",
    "cfn/p.json": r"""{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Model":{"Type":"AWS::SageMaker::Model","Properties":{"ExecutionRoleArn":"x","PrimaryContainer":{"Image":"x","Environment":{"OPENAI_API_KEY":"CANARY40hunter2hunter2","HF_TOKEN":"CANARY41hunter2hunter2"}}}}}}""",
}

# The line that cannot be read is the one with the secret.
BROKEN = {
    "a/main.tf": 'resource "azurerm_cognitive_account" "a" {\n  api_key = "CANARY50hunter2hunter2" "x"\n}\n',
    "b/main.tf.json": '{"resource": {"azurerm_cognitive_account": {"a": {"api_key": "CANARY51hunter2hunter2" x}}}}',
    "c/t.json": '{"$schema": "deploymentTemplate.json#", "resources": [{"type": "Microsoft.CognitiveServices/accounts",\n"apiKey": "CANARY52hunter2hunter2" "x"}]}',
    "d/t.yaml": "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n    Type: AWS::SageMaker::Model\n    ApiKey: 'CANARY53hunter2hunter2' x\n",
    "e/plan.json": '{"terraform_version": "1.9.0", "format_version": "1.2", "planned_values": {"x": "azurerm_cognitive_account",\n"apiKey": "CANARY54hunter2hunter2" "x"}}',
    "f/main.tf": 'resource "azurerm_cognitive_account" "a" {}\nvariable "k" {}\n',
    "f/terraform.tfvars": 'api_key = "CANARY55hunter2hunter2" "x"\n',
    "g/main.tf": 'resource "azurerm_cognitive_account" "a" {\n  kind = "CANARY56hunter2hunter2\n}\n# aiposture:ignore[AIS401] CANARY57',
}
