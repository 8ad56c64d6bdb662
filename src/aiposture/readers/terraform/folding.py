"""Resources of generic providers, which hand on what their platform knows: as resources of that platform."""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Resource


def fold(resources: Sequence[Resource]) -> list[Resource]:
    """The resources, those of azapi as their ARM types, those of awscc as their CloudFormation types."""
    folded = list(resources)
    # Most code has neither; then nobody waits for their tables.
    if any(resource.declared_type.startswith("azapi_") for resource in folded):
        from aiposture.readers.terraform import azapi  # noqa: PLC0415

        folded = azapi.fold(folded)
    if any(resource.declared_type.startswith("awscc_") for resource in folded):
        from aiposture.readers.terraform import awscc  # noqa: PLC0415

        folded = awscc.fold(folded)
    return folded
