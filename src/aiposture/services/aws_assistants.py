"""Amazon Kendra and Amazon Q Business: who asks, what they sign in to, and the key of what they know."""

from __future__ import annotations

from collections.abc import Mapping

from aiposture.model import Data, FactValue, Resource, Unknown
from aiposture.services.aws_google_cells import at, is_filled, props, undocumented, word
from aiposture.services.aws_protections import customer_keys, switch
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, Meaning, choice

_USERS = "Kendra developer guide, user context filtering by token"
_CALLERS = "Amazon Q Business user guide: applications with anonymous access"
_PLUGIN = "Amazon Q Business API, NoAuthConfiguration of plugins"
_CONTEXTS: dict[str, FactValue] = {"USER_TOKEN": True, "ATTRIBUTE_FILTER": False}


def _signs_in(data: Data) -> Meaning:
    """How a plugin proves to the interface that it calls who it is."""
    if isinstance(data, Unknown):
        return data
    names = {name.casefold() for name in data} if isinstance(data, Mapping) else set()
    return "no-sign-in" if "noauthconfiguration" in names else "identified" if names else None


def _is_custom(resource: Resource) -> bool:
    # What Amazon made signs in to its service in a way of its own.
    return word(resource, "Type") == "custom" or at(resource, "CustomPluginConfiguration") is not None


_IDENTITY_TYPES = choice(
    {
        "AWS_IAM_IDC": "identified",
        "AWS_IAM_IDP_SAML": "identified",
        "AWS_IAM_IDP_OIDC": "identified",
        "AWS_QUICKSIGHT_IDP": "identified",
        "ANONYMOUS": "anonymous",
    }
)


def _by_identity_center(resource: Resource) -> Meaning:
    """An application that names its identity provider authenticates by that."""
    for path in ("IdentityCenterInstanceArn", "IamIdentityProviderArn"):
        if is_filled(at(resource, path)) is not False:
            return "identified"
    return undocumented()


SERVICES = (
    Service(
        "aws-kendra-index",
        "Kendra index",
        (
            Binding(
                types=("aws_kendra_index",),
                protections={
                    **customer_keys("server_side_encryption_configuration.kms_key_id"),
                    **switch("user_identity", "user_context_policy", _CONTEXTS, _USERS),
                },
            ),
            Binding(
                types=("AWS::Kendra::Index",),
                protections={
                    **customer_keys("ServerSideEncryptionConfiguration.KmsKeyId"),
                    **switch("user_identity", "UserContextPolicy", _CONTEXTS, _USERS),
                },
            ),
        ),
    ),
    Service(
        "aws-q-business-plugin",
        "Amazon Q Business plugin",
        (
            Binding(
                types=("AWS::QBusiness::Plugin",),
                callers=Cell(props(_signs_in, "AuthConfiguration"), undocumented(), _PLUGIN),
                when=_is_custom,
            ),
        ),
    ),
    Service(
        "aws-q-business",
        "Amazon Q Business application",
        (
            # The provider only makes applications of IAM Identity Center.
            Binding(
                types=("aws_qbusiness_application",),
                callers=Cell((), "identified", _CALLERS),
                protections=customer_keys("encryption_configuration.kms_key_id"),
            ),
            Binding(
                types=("AWS::QBusiness::Application",),
                callers=Cell(
                    props(_IDENTITY_TYPES, "IdentityType"), _by_identity_center, _CALLERS,
                    default_text="identified if an identity provider is named",
                ),
                protections=customer_keys("EncryptionConfiguration.KmsKeyId"),
            ),
        ),
    ),
)  # fmt: skip
