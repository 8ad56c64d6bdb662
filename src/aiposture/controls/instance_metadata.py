"""Protect the credentials of a notebook's role from requests that it is tricked into.

## What it checks

That a SageMaker notebook instance asks for version 2 of the metadata service, which answers only who has got a token
before.

## Why it matters

The metadata service hands out the credentials of the instance's role. Version 1 gives them to every simple request: a
library or a page that makes the notebook fetch an address is enough.

## How to fix

Set `MinimumInstanceMetadataServiceVersion` to 2.

## Verdicts

- pass: version 2 is asked for, as a number or as text (`metadata_token_required`).
- fail: version 1 is allowed, by statement or by omission (`metadata_without_token`).
- unknown: the version is not decided by the code.
- not applicable: the service is no notebook instance.

## References

- https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS209",
    slug="instance-metadata",
    title="Ask for Tokens at the Metadata Service of AI Notebooks",
    severity=Severity.MEDIUM,
    category="identity",
    summary="The notebook's metadata service asks for a token.",
    fix="Ask for version 2 of the instance metadata service.",
    doc=__doc__ or "",
    aliases=("CKV_AWS_371",),
    mappings=(Mapping("MITRE ATLAS", "AML.T0055", sourced=False),),
)

FIXES: dict[str, str] = {
    "minimum_instance_metadata_service_version": 'Set `minimum_instance_metadata_service_version = "2"`.',
    "minimuminstancemetadataserviceversion": "Set `MinimumInstanceMetadataServiceVersion` to `2`.",
}

_WORDS = Words(
    has="asks for a token at its metadata service",
    reason="metadata_token_required",
    lacks=Lack("hands out its credentials without a token", "metadata_without_token"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a notebook whose metadata service answers without a token."""
    del options
    return _protection.judge(service, "metadata_tokens", _WORDS, FIXES)
