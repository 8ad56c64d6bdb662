import { x } from 'y.bicep'
//checkov:skip=AIS401:in bicep
resource acct 'Microsoft.CognitiveServices/accounts@2023-05-01' = {
  name: 'a'
  location: 'uksouth'
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {}
}
