"""What a user can choose about the controls."""

from typing import Literal, NamedTuple, TypeAlias

PrivateEndpointMode: TypeAlias = Literal["effective", "psrule", "azure-policy", "strict"]


class Options(NamedTuple):
    """Choices between readings of a control that authorities do not share."""

    private_endpoint_mode: PrivateEndpointMode = "effective"
