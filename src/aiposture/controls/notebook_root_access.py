"""Deny root access to the users of a notebook.

## What it checks

That users of a SageMaker notebook instance or of a Vertex AI Workbench instance do not become root on it.

## Why it matters

Root on the instance is root over what the administrator put there: lifecycle scripts, agents that watch it, the
credentials of the instance's role. A notebook that runs somebody else's code hands all of that to the code.

## How to fix

Set `RootAccess` to `Disabled` on SageMaker; lifecycle scripts still run as root. On Workbench set the metadata
`notebook-disable-root` to `true`.

## Verdicts

- pass: root access is off (`no_root_access`).
- fail: it is on (`root_access`), which is the default where nothing is said.
- unknown: the switch is not decided by the code.
- not applicable: the service is no notebook.

## References

- AWS Security Hub SageMaker.3
- Security Command Center posture secure AI, ainotebooks.disableRootAccess
- https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls._combine import by_value
from aiposture.controls._options import Options
from aiposture.controls._wording import advice, missing, says
from aiposture.model import AIService, Control, Fact, FactValue, Judgement, Mapping, Severity, Verdict

CONTROL = Control(
    id="AIS205",
    slug="notebook-root-access",
    title="Deny Root Access to AI Notebooks",
    severity=Severity.HIGH,
    category="identity",
    summary="Users of the notebook are not root on it.",
    fix="Turn root access off.",
    doc=__doc__ or "",
    aliases=("SageMaker.3", "CKV_AWS_307"),
    mappings=(
        Mapping("NIST SP 800-53 r5", "AC-6(2)", sourced=True, source="Security Command Center posture secure AI"),
        Mapping("MITRE ATLAS", "AML.T0012", sourced=False),
    ),
)

FIXES = {
    "root_access": 'Set `root_access = "Disabled"`.',
    "rootaccess": "Set `RootAccess` to `Disabled`.",
    "enforce": 'Set `enforce = "TRUE"`.',
    "notebook-disable-root": 'Set `notebook-disable-root = "true"` in the metadata of `gce_setup`.',
}


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a notebook whose users are root, as Security Hub SageMaker.3 does."""
    del options
    fact = service.root_access
    if fact is None:
        return ()
    return (by_value(fact, lambda value: _judgement(service, fact, value), lambda: _unknown(service, fact)),)


def _judgement(service: AIService, fact: Fact, value: FactValue) -> Judgement:
    if value is False:
        message = f"Users of {service.title} are not root on it: {says(fact)}"
        return Judgement(Verdict.PASS, "no_root_access", message, fact)
    return Judgement(
        verdict=Verdict.FAIL,
        reason="root_access",
        message=f"Users of {service.title} can be root on it: {says(fact)}",
        because=fact,
        fix=advice(fact, FIXES),
    )


def _unknown(service: AIService, fact: Fact) -> Judgement:
    message = f"Cannot tell whether users of {service.title} can be root on it: {missing(fact)}"
    return Judgement(Verdict.UNKNOWN, "unresolved_value", message, fact)
