"""Do not run notebooks, agents and models as administrators.

## What it checks

That the role of a notebook, a Studio domain, a model, an agent, an AgentCore runtime, gateway or tool, or of a
knowledge base allows less than every action on everything. Its inline policies, its attached policies and the managed
ones that AWS calls so are read: `AdministratorAccess`, `PowerUserAccess`, `IAMFullAccess`. On Google Cloud it is the
service account of an agent or a notebook, and the roles that the same code grants to it. On Azure these are the role
assignments to the identity of a service, in Terraform also to one of its user-assigned identities.

A role that Bedrock, AgentCore or Q Business may take on counts by itself if nothing in the code has it: the agent
that gets it is made elsewhere. It fails if it is an administrator, and is passed over otherwise.

## Why it matters

A notebook runs what its users write and install, an agent does what its prompts make it do. As an administrator each
of them is one sentence away from the whole account.

## How to fix

Write a policy with the actions and resources that the workload needs, and detach the managed one.

## Verdicts

- pass: the role stands in the code, and none of its policies allows everything (`rights_limited`).
- fail: one of them does (`admin_rights`), also where it says so by `NotAction` or `NotResource`. On Google Cloud
  these are `roles/owner`, `roles/editor` and `roles/aiplatform.admin`. On Azure they are Owner, Contributor and User
  Access Administrator for a resource group or more (`broad_role`, medium); on a single resource they pass.
- unknown: the role stands elsewhere, or one of its policies does; which role of Azure it is, or for what, is not
  decided.
- not applicable: the service has no role, on Azure none in the code.

## References

- Well-Architected Generative AI Lens, GENSEC05-BP01; Security pillar, SEC03-BP02
- https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
- https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
"""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.controls import _protection
from aiposture.controls._options import Options
from aiposture.controls._protection import Lack, Words
from aiposture.model import AIService, Control, Judgement, Mapping, Severity

CONTROL = Control(
    id="AIS307",
    slug="admin-rights",
    title="Keep Administrator Rights from AI Workloads",
    severity=Severity.HIGH,
    category="identity",
    summary="The workload's role is no administrator.",
    fix="Write a policy with what the workload needs, and take the broad one away.",
    doc=__doc__ or "",
    aliases=("CKV2_AWS_68",),
    mappings=(
        Mapping("AWS Generative AI Lens", "GENSEC05-BP01", sourced=True, source="Well-Architected"),
        Mapping("OWASP LLM 2025", "LLM06", sourced=False),
        Mapping("MITRE ATLAS", "AML.T0053", sourced=False),
    ),
)

FIXES: dict[str, str] = {}

_WORDS = Words(
    has="has a role with limited rights",
    reason="rights_limited",
    lacks=Lack("runs as an administrator", "admin_rights"),
    between={"broad-role": Lack("may change what is around it", "broad_role", Severity.MEDIUM)},
)


def judge(service: AIService, options: Options) -> Sequence[Judgement]:
    """Fail a workload whose role may do everything; a role that stands elsewhere is not decided."""
    del options
    return _protection.judge(service, "role_rights", _WORDS, FIXES)
