"""Keep the files of AI notebooks where they are.

## What it checks

That users of a Vertex AI Workbench notebook cannot download files from it: the metadata `notebook-disable-downloads`,
or the organization policy `ainotebooks.disableFileDownloads` for all notebooks below it.

## Why it matters

A notebook reads the data that models are trained and grounded on. Whoever opens it in a browser can take along what
he has read with two clicks, past every control of the network and of the bucket.

## How to fix

Set the metadata `notebook-disable-downloads` to `true`. Give people a bucket of the project for what they need to
hand on.

## Verdicts

- pass: downloads are off (`downloads_disabled`).
- fail: they are not, by statement or by omission (`downloads_enabled`).
- unknown: the switch is not decided by the code.
- not applicable: the service has no such switch.

## References

- terraform-google-enterprise-genai VAI-CO-4.2
- Security Command Center posture secure AI, ainotebooks.disableFileDownloads
- https://cloud.google.com/vertex-ai/docs/workbench/instances/manage-metadata
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS503",
    slug="notebook-downloads",
    title="Keep the Files of AI Notebooks from Being Downloaded",
    severity=Severity.LOW,
    category="data security",
    summary="Users of the notebook cannot download files from it.",
    fix="Turn file downloads of the notebook off.",
    doc=__doc__ or "",
    mappings=(
        Mapping("NIST SP 800-53 r5", "AC-3", sourced=True, source="Security Command Center posture secure AI"),
        Mapping("NIST SP 800-53 r5", "AC-20", sourced=True, source="terraform-google-enterprise-genai VAI-CO-4.2"),
        Mapping("MITRE ATLAS", "AML.T0025", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "notebook-disable-downloads": 'Set `notebook-disable-downloads = "true"` in the metadata of the notebook.',
    "enforce": 'Set `enforce = "TRUE"`.',
}

_WORDS = Words(
    has="keeps its files",
    reason="downloads_disabled",
    lacks=Lack("lets its users download files", "downloads_enabled"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a notebook whose users can download files, as the posture of Security Command Center does."""
    del options
    return _protection.judge(service, "file_downloads", _WORDS, FIXES)
