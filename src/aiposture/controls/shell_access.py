"""Give nobody a shell on the machines of models and notebooks.

## What it checks

That the variants of a SageMaker endpoint do not let Systems Manager open sessions on their instances, and that
notebooks of Vertex AI Workbench have no terminal.

## Why it matters

A session on the instance sees the model, each request and each answer, and what the role of the endpoint may do. It
is made for debugging, and easily left on. A terminal in a notebook is such a session too.

## How to fix

Leave `EnableSSMAccess` out, or set it to false. Debug in an account of its own. On Workbench set the
metadata `notebook-disable-terminal` to `true`.

## Verdicts

- pass: it is off, or nothing is said on SageMaker (`no_shell_access`).
- fail: it is on (`shell_access`), which is the default on Workbench.
- unknown: the switch is not decided by the code.
- not applicable: the service has no such switch; variants without servers have no machine.

## References

- https://docs.aws.amazon.com/sagemaker/latest/dg/ssm-access.html
- Security Command Center posture secure AI, ainotebooks.disableTerminal
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS208",
    slug="shell-access",
    title="Deny Shell Access to Model Endpoints and Notebooks",
    severity=Severity.LOW,
    category="identity",
    summary="Nobody gets a shell on the machines.",
    fix="Turn the access of Systems Manager off, or the terminal of the notebook.",
    doc=__doc__ or "",
    mappings=(
        Mapping("NIST SP 800-53 r5", "AC-3", sourced=True, source="Security Command Center posture secure AI"),
        Mapping("NIST SP 800-53 r5", "AC-6", sourced=True, source="Security Command Center posture secure AI"),
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
    ),
)

FIXES: dict[str, str] = {
    "enable_ssm_access": "Set `enable_ssm_access = false`.",
    "enforce": 'Set `enforce = "TRUE"`.',
    "notebook-disable-terminal": 'Set `notebook-disable-terminal = "true"` in the metadata of the notebook.',
    "enablessmaccess": "Set `EnableSSMAccess` to `false`.",
}

_WORDS = Words(
    has="gives nobody a shell on its machines",
    reason="no_shell_access",
    lacks=Lack("lets sessions be opened on its machines", "shell_access"),
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail each variant whose machines can be logged in to."""
    del options
    return _protection.judge(service, "shell_access", _WORDS, FIXES)
