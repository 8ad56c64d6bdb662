"""What other tools judge wrongly on AWS and Google Cloud, and what we could: each trap with the fixtures that hold it.

The numbers are those of our notes on Checkov 3.3.30, modelmoat 0.7.0 and Prowler. A trap is a directory of fixtures, and
what is said there of resources.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from aiposture.options import ScanOptions
from aiposture.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"


class Said(NamedTuple):
    """A control's verdicts on a resource of a fixture."""

    fixture: str
    control: str
    resource: str
    verdict: str


NOTEBOOK, AGENT = "aws_sagemaker_notebook_instance", "aws_bedrockagent_agent"
TRAPS: dict[str, tuple[Said, ...]] = {
    "1 CKV_AWS_122: a default is passed in HCL and failed in a plan": (
        Said("restricted-endpoints", "AIS201", f"{NOTEBOOK}.fail_by_default", "fail"),
        Said("restricted-endpoints", "AIS201", "FailNotebookByDefault", "fail"),
        Said("traps-aws/notebook-in-a-plan", "AIS201", f"{NOTEBOOK}.filled_in", "fail"),
        Said("traps-aws/notebook-in-a-plan", "AIS201", f"{NOTEBOOK}.closed", "pass"),
    ),
    "2 CKV2_AWS_68: an administrator passes, a role of elsewhere fails": (
        Said("traps-aws/admin-role", "AIS307", f"{NOTEBOOK}.admin", "fail"),
        Said("traps-aws/admin-role", "AIS307", f"{NOTEBOOK}.limited", "pass"),
        Said("traps-aws/admin-role", "AIS307", f"{NOTEBOOK}.elsewhere", "unknown"),
        Said("traps-aws/admin-role", "AIS307", f"{NOTEBOOK}.looked_up", "unknown"),
    ),
    "3 CKV2_GCP_33: Private Service Connect fails, an empty network passes": (
        Said("traps-google/private-endpoint-spellings", "AIS101", "google_vertex_ai_endpoint.connected", "pass"),
        Said("traps-google/private-endpoint-spellings", "AIS101", "google_vertex_ai_endpoint.empty", "fail"),
    ),
    "4 CKV2_GCP_34: an index endpoint that says nothing passes": (
        Said("traps-google/silent-index-endpoint", "AIS101", "google_vertex_ai_index_endpoint.silent", "unknown"),
    ),
    "5 CKV2_GCP_27: a key without effect passes": (
        Said("traps-google/key-without-effect", "AIS501", "google_workbench_instance.google_key", "fail"),
    ),
    "6 CKV2_GCP_30: the new way to log fails": (
        Said("traps-google/logging-by-its-new-name", "AIS801", "google_dialogflow_cx_agent.new_name", "pass"),
    ),
    "7 CKV_AWS_370: a parameter without a default fails": (
        Said("network-isolation", "AIS203", "UnknownModel", "unknown"),
    ),
    "8 CKV_AWS_373, CKV_AWS_383: a branch that is not taken passes": (
        Said("traps-aws/conditional-key", "AIS501", "Agent", "fail"),
        Said("agent-guardrails", "AIS601", f"{AGENT}.fail_dynamic_over_nothing", "fail"),
        Said("agent-guardrails", "AIS601", f"{AGENT}.unknown_dynamic", "unknown"),
    ),
    "9 CKV_AWS_356: services that it does not know pass": (
        Said("scoped-rights", "AIS303", "aws_iam_policy.fail_wildcard_agentcore", "fail"),
        Said("scoped-rights", "AIS303", "aws_iam_policy.fail_wildcard_mantle", "fail"),
        Said("scoped-rights", "AIS303", "aws_iam_policy.fail_every_model", "fail"),
        Said("scoped-rights", "AIS303", "aws_iam_role_policy_attachment.fail_full_access", "fail"),
    ),
    "10 CKV_GCP: everybody is an administrator of Vertex AI and passes": (
        Said("traps-google/everybody-on-a-project", "AIS204", "google_project_iam_member.everybody", "fail"),
        Said("traps-google/everybody-on-a-project", "AIS204", "google_vertex_ai_endpoint_iam_member.everybody", "fail"),
    ),
    "11 no check at all": (
        Said("identity-based-auth", "AIS401", "FailGatewayNone", "fail"),
        Said("private-endpoints", "AIS101", "FailRuntimePublic", "fail"),
        Said("restricted-endpoints", "AIS201", "FailNetworkPolicyPublic", "fail"),
        Said("named-principals", "AIS204", "FailDataPolicy", "fail"),
        Said("restricted-endpoints", "AIS201", "FailDomainByDefault", "fail"),
        Said("traps-aws/awscc", "AIS401", "awscc_bedrockagentcore_gateway.anonymous", "fail"),
    ),
    "12 CKV_AWS_371: the number 2 fails": (
        Said("traps-aws/metadata-version", "AIS209", "AsANumber", "pass"),
        Said("traps-aws/metadata-version", "AIS209", "AsText", "pass"),
    ),
    "13 modelmoat: an endpoint in another module is missing, a way out is a way in": (
        Said("traps-aws/endpoint-in-a-module", "AIS103", "aws_lambda_function.chat", "pass"),
        Said("traps-google/way-out-is-no-way-in", "AIS101", "google_vertex_ai_reasoning_engine.agent", ""),
    ),
    "14 Prowler: every network needs all endpoints, only the strength of a filter counts": (
        Said("traps-aws/endpoint-in-a-module", "AIS103", "aws_lambda_function.chat", "pass"),
        Said("prompt-attacks", "AIS602", "aws_bedrock_guardrail.fail_detects_only", "fail"),
        Said("prompt-attacks", "AIS602", "aws_bedrock_guardrail.fail_switched_off", "fail"),
        Said("prompt-attacks", "AIS602", "aws_bedrock_guardrail.pass_high", "pass"),
    ),
    "ours: absent is not the same everywhere": (
        Said("identity-based-auth", "AIS401", "PassRuntimeByDefault", "pass"),
        Said("private-endpoints", "AIS101", "UnknownRuntimeByDefault", "unknown"),
        Said("private-endpoints", "AIS101", f"{NOTEBOOK}.fail_null", "fail"),
        Said("private-endpoints", "AIS101", f"{NOTEBOOK}.fail_empty", "fail"),
    ),
    "ours: a sandbox": (Said("private-endpoints", "AIS101", "FailInterpreterSandbox", "fail"),),
    "ours: callers with a token are no principals": (
        Said("named-principals", "AIS204", "UnknownRuntimePolicy", "unknown"),
    ),
    "ours: policies in JSON text": (
        Said("restricted-endpoints", "AIS201", "aws_opensearchserverless_security_policy.fail_public", "fail"),
        Said(
            "restricted-endpoints",
            "AIS201",
            "aws_opensearchserverless_security_policy.fail_here_document_with_holes",
            "fail",
        ),
    ),
    "ours: the odd name of awscc": (
        Said(
            "traps-aws/awscc", "AIS302", "awscc_bedrockagentcore_o_auth_2_credential_provider.literal", "fail"
        ),
    ),
    "ours: condition keys in any case": (
        Said("named-principals", "AIS204", "aws_s3vectors_vector_bucket_policy.pass_narrowed_in_any_case", "pass"),
    ),
    "ours: internet access that is off, without a subnet": (
        Said("restricted-endpoints", "AIS201", f"{NOTEBOOK}.fail_disabled_without_subnet", "fail"),
        Said("restricted-endpoints", "AIS201", "FailNotebookWithoutSubnet", "fail"),
    ),
    "ours: endpoints that stand in other code": (
        Said("traps-aws/split-stacks", "AIS103", "aws_lambda_function.chat", ""),
        Said("vpc-endpoints", "AIS103", "SkipWhereOthersMayAddOne", ""),
        Said("vpc-endpoints", "AIS103", "aws_lambda_function.skip_where_others_may_add_one", ""),
    ),
}  # fmt: skip


@cache
def _verdicts(fixture: str) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], set[str]] = {}
    for finding in scan(ScanOptions(paths=(str(FIXTURES / fixture),))).findings:
        found.setdefault((finding.control.id, finding.resource.address), set()).add(finding.verdict.value)
    return {key: " ".join(sorted(each)) for key, each in found.items()}


@pytest.mark.parametrize("trap", TRAPS)
def test_trap(trap: str) -> None:
    said = {each: _verdicts(each.fixture).get((each.control, each.resource), "") for each in TRAPS[trap]}

    assert said == {each: each.verdict for each in TRAPS[trap]}


def test_every_trap_of_others_is_here() -> None:
    # The fifteenth is a list of coverage made from the names of types: there is nothing to judge.
    assert [int(name.partition(" ")[0]) for name in TRAPS if name[0].isdigit()] == list(range(1, 15))
