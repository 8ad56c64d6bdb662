"""Amazon Bedrock AgentCore: runtimes, harnesses, tools, gateways and credential providers.

Verdict rules of the AWS Security Hub standard "AI Security Best Practices v1.0.0". A runtime without an authorizer
is called with IAM credentials (SigV4): that is its default, and not anonymous.
"""

from __future__ import annotations

from collections.abc import Callable

from aiposture.model import FactValue, Resource, Unknown, Value
from aiposture.services.aws_google_cells import at, is_filled, member, objects, present, props, undocumented, word
from aiposture.services.aws_google_secrets import credentials, environment
from aiposture.services.aws_protections import Protections, computed, customer_keys, is_word, leaf, switch
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Default, Meaning, Noted, choice, required

_RUNTIME = "AWS Security Hub BedrockAgentCore.1"
_GATEWAY = "AWS Security Hub BedrockAgentCore.2"
_BROWSER = "AWS Security Hub BedrockAgentCore.5"
_INTERPRETER = "AWS Security Hub BedrockAgentCore.7"
_RECORDING = "AWS Security Hub BedrockAgentCore.6"
_GATEWAY_KEY = "AWS Security Hub BedrockAgentCore.4"
_ENGINE = "AWS sample AI/ML security assessment AG-25"
_ERRORS = "AWS sample AI/ML security assessment AG-26"
_JWT = "AgentCore developer guide, inbound authorization with a JWT"
_SECRETS = "AgentCore identity: credential providers with a secret of AWS Secrets Manager"
_OUTBOUND = "AgentCore developer guide, outbound authorization of gateway targets"
_ENVIRONMENT = "Well-Architected Generative AI Lens GENSEC05-BP01"

_MODES = choice({"VPC": "private", "PUBLIC": "public", "SANDBOX": "isolated"})

_CHECKS = (
    ("AllowedAudience", "allowed_audience"), ("AllowedClients", "allowed_clients"), ("AllowedScopes", "allowed_scopes"),
    ("CustomClaims", "custom_claim", "custom_claims"),
    ("AllowedWorkloadConfiguration", "allowed_workload_configuration"),
)  # fmt: skip
_ANY_CALLER = "every token of the issuer is accepted: no audience, client, scope or claim is asked for"
_NO_ENGINE = "callers are authenticated only, and no policy engine decides in mode ENFORCE what they may do"


def _by_token(authorizer: Value | None) -> Meaning:
    """What an authorizer for tokens asks for, besides the issuer."""
    if authorizer is None:
        return Noted("any-token", _ANY_CALLER)
    checks = [is_filled(member(each, *names)) for each in objects(authorizer) for names in _CHECKS]
    if True in checks:
        return "identified"
    return next((check for check in checks if isinstance(check, Unknown)), Noted("any-token", _ANY_CALLER))


def _jwt_cell(path: str, default: Default, source: str) -> Cell:
    """The callers of what has an authorizer for tokens at `path`, or is called with IAM credentials."""

    def callers(resource: Resource) -> Meaning:
        authorizer = at(resource, path)
        return default(resource) if callable(default) and authorizer is None else _by_token(authorizer)

    return Cell(
        props(lambda data: data if isinstance(data, Unknown) else None, path),
        callers,
        source,
        default_text="identified, by IAM credentials",
    )


def _signed(_resource: Resource) -> Meaning:
    return "identified"


def _gateway_cell(kind: str, authorizer: str, mode: str) -> Cell:
    types = choice({"NONE": "anonymous", "AWS_IAM": "identified", "CUSTOM_JWT": None, "AUTHENTICATE_ONLY": None})

    def callers(resource: Resource) -> Meaning:
        stated = word(resource, kind)
        if stated == "custom_jwt":
            return _by_token(at(resource, authorizer))
        if stated == "authenticate_only":
            enforced = word(resource, mode)
            if isinstance(enforced, Unknown):
                return enforced
            return "identified" if enforced == "enforce" else Noted("unauthorized", _NO_ENGINE)
        return stated if isinstance(stated, Unknown) else required(kind)

    return Cell(props(types, kind), callers, _GATEWAY, default_text="required")


def _runtime(type_: str, mode: str, authorizer: str, variables: str) -> Binding:
    return Binding(
        types=(type_,),
        private_network=Cell(props(_MODES, mode), undocumented(), _RUNTIME),
        callers=_jwt_cell(authorizer, _signed, _JWT),
        secrets=Several(environment(variables), (variables,), _ENVIRONMENT),
    )


def _tool(type_: str, mode: str, default: Meaning, source: str, protections: Protections | None = None) -> Binding:
    network = Cell(props(_MODES, mode), default, source)
    return Binding(types=(type_,), private_network=network, protections=protections or {})


def _records(value: Value | None) -> Meaning:
    """Whether the sessions of a browser are recorded: the recording is on, and has a place to go to."""
    for block in objects(value):
        if isinstance(block.data, Unknown):
            return block.data
        enabled, place = leaf(block, "Enabled", "enabled"), member(block, "S3Location", "s3_location")
        if isinstance(enabled, Unknown):
            return enabled
        return is_word(enabled, "true") and is_filled(place) is not False
    return False


def _recording(path: str) -> Protections:
    return computed("activity_log", path, _records, _RECORDING, "none", f"{path}.{_leaf(path, 'Enabled')}")


def _leaf(path: str, name: str) -> str:
    return name if path[0].isupper() else name.lower()


def _gateway(type_: str, kind: str, authorizer: str, mode: str, key: str, errors: str) -> Binding:  # noqa: PLR0913, PLR0917 - a row of the table
    modes: dict[str, FactValue] = {"ENFORCE": True, "LOG_ONLY": "log-only"}
    return Binding(
        types=(type_,),
        callers=_gateway_cell(kind, authorizer, mode),
        protections={
            **switch("policy_engine", mode, modes, _ENGINE),
            **customer_keys(key, source=_GATEWAY_KEY),
            **switch("error_details", errors, {"DEBUG": False}, _ERRORS, default=True),
        },
    )


_VENDORS = ("custom", "github", "google", "microsoft", "salesforce", "slack")
_CLIENT_SECRETS = tuple(f"oauth2_provider_config.{vendor}_oauth2_provider_config.client_secret" for vendor in _VENDORS)
_CFN_VENDORS = ("Atlassian", "Custom", "Github", "Google", "Included", "Linkedin", "Microsoft", "Salesforce", "Slack")
_CFN_CLIENT_SECRETS = tuple(
    f"Oauth2ProviderConfigInput.{vendor}Oauth2ProviderConfig.ClientSecret" for vendor in _CFN_VENDORS
)


def _provider(type_: str, *paths: str) -> Binding:
    return Binding(types=(type_,), secrets=Several(credentials(*paths), paths, _SECRETS))


def _signs_in_with_a_key(*paths: str) -> Callable[[Resource], bool]:
    """Whether the target says how it signs in: by a key, or by an identity."""

    def stated(resource: Resource) -> bool:
        return any(at(resource, path) is not None for path in paths)

    return stated


_KEY, _NO_KEY = True, False
_PROVIDERS = "CredentialProviderConfigurations"
_CREDENTIALS = "credential_provider_configuration"

_TARGET = Binding(
    types=("aws_bedrockagentcore_gateway_target",),
    key_auth=Cell(present(_KEY, f"{_CREDENTIALS}.api_key"), _NO_KEY, _OUTBOUND, label=_CREDENTIALS),
    key_role="stores",
    when=_signs_in_with_a_key(_CREDENTIALS),
)

_CFN_TARGET = Binding(
    types=("AWS::BedrockAgentCore::GatewayTarget",),
    key_auth=Cell(
        props(
            choice(
                {
                    "API_KEY": _KEY,
                    "GATEWAY_IAM_ROLE": _NO_KEY,
                    "CALLER_IAM_CREDENTIALS": _NO_KEY,
                    "OAUTH": _NO_KEY,
                    "JWT_PASSTHROUGH": _NO_KEY,
                }
            ),
            f"{_PROVIDERS}.0.CredentialProviderType",
        ),
        _NO_KEY,
        _OUTBOUND,
    ),
    key_role="stores",
    when=_signs_in_with_a_key(_PROVIDERS),
)

SERVICES = (
    Service(
        "aws-agentcore-runtime",
        "AgentCore runtime",
        (
            _runtime(
                "aws_bedrockagentcore_agent_runtime", "network_configuration.network_mode",
                "authorizer_configuration.custom_jwt_authorizer", "environment_variables",
            ),
            _runtime(
                "AWS::BedrockAgentCore::Runtime", "NetworkConfiguration.NetworkMode",
                "AuthorizerConfiguration.CustomJWTAuthorizer", "EnvironmentVariables",
            ),
        ),
    ),
    Service(
        "aws-agentcore-harness",
        "AgentCore harness",
        (
            _runtime(
                "aws_bedrockagentcore_harness",
                "environment.agentcore_runtime_environment.network_configuration.network_mode",
                "authorizer_configuration.custom_jwt_authorizer", "environment_variables",
            ),
            _runtime(
                "AWS::BedrockAgentCore::Harness",
                "Environment.AgentCoreRuntimeEnvironment.NetworkConfiguration.NetworkMode",
                "AuthorizerConfiguration.CustomJWTAuthorizer", "EnvironmentVariables",
            ),
        ),
    ),
    Service(
        "aws-agentcore-browser",
        "AgentCore browser",
        (
            _tool(
                "aws_bedrockagentcore_browser", "network_configuration.network_mode",
                required("network_configuration.network_mode"), _BROWSER, _recording("recording"),
            ),
            _tool(
                "AWS::BedrockAgentCore::BrowserCustom", "NetworkConfiguration.NetworkMode", "public", _BROWSER,
                _recording("RecordingConfig"),
            ),
        ),
    ),
    Service(
        "aws-agentcore-code-interpreter",
        "AgentCore code interpreter",
        (
            _tool(
                "aws_bedrockagentcore_code_interpreter", "network_configuration.network_mode",
                required("network_configuration.network_mode"), _INTERPRETER,
            ),
            _tool(
                "AWS::BedrockAgentCore::CodeInterpreterCustom", "NetworkConfiguration.NetworkMode",
                required("NetworkConfiguration.NetworkMode"), _INTERPRETER,
            ),
        ),
    ),
    Service(
        "aws-agentcore-gateway",
        "AgentCore gateway",
        (
            _gateway(
                "aws_bedrockagentcore_gateway", "authorizer_type",
                "authorizer_configuration.custom_jwt_authorizer", "policy_engine_configuration.mode", "kms_key_arn",
                "exception_level",
            ),
            _gateway(
                "AWS::BedrockAgentCore::Gateway", "AuthorizerType",
                "AuthorizerConfiguration.CustomJWTAuthorizer", "PolicyEngineConfiguration.Mode", "KmsKeyArn",
                "ExceptionLevel",
            ),
        ),
    ),
    Service("aws-agentcore-gateway-target", "AgentCore gateway target", (_TARGET, _CFN_TARGET)),
    Service(
        "aws-agentcore-credential-provider",
        "AgentCore credential provider",
        (
            _provider("aws_bedrockagentcore_api_key_credential_provider", "api_key"),
            _provider("AWS::BedrockAgentCore::ApiKeyCredentialProvider", "ApiKey"),
            _provider("aws_bedrockagentcore_oauth2_credential_provider", *_CLIENT_SECRETS),
            _provider("AWS::BedrockAgentCore::OAuth2CredentialProvider", *_CFN_CLIENT_SECRETS),
            _provider(
                "AWS::BedrockAgentCore::PaymentCredentialProvider",
                "ProviderConfigurationInput.CoinbaseCdpConfiguration.ApiKeySecret",
                "ProviderConfigurationInput.CoinbaseCdpConfiguration.WalletSecret",
                "ProviderConfigurationInput.StripePrivyConfiguration.AppSecret",
                "ProviderConfigurationInput.StripePrivyConfiguration.AuthorizationPrivateKey",
            ),
        ),
    ),
)  # fmt: skip
