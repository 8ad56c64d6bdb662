"""Google Cloud: which control decides each rule of our catalogue, shown by fixtures, and why the others are not there.

Google publishes no control set for Vertex AI. The catalogue was put together from Security Command Center's posture
"secure AI", the blueprint terraform-google-enterprise-genai, Prowler, and rules of ours. All of it is Terraform.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from aiposture import controls, services

FIXTURES = Path(__file__).parent.parent / "fixtures"
SLUGS = {rule.control.id: rule.control.slug for rule in controls.ALL}
LABEL = re.compile(r'^resource\s+"(google_\w+)"\s+"([a-z]+)_?\w*"', re.MULTILINE)

WORKBENCH, POLICY = "google_workbench_instance", "google_org_policy_policy"
KEYS = ("endpoint", "index", "index_endpoint", "dataset", "featurestore", "tensorboard", "reasoning_engine")

DECIDED: dict[str, tuple[str, str]] = {
    "PE-01": ("AIS101", "google_vertex_ai_endpoint"),
    "PE-02": ("AIS101", "google_vertex_ai_endpoint_with_model_garden_deployment"),
    "PE-03": ("AIS101", "google_vertex_ai_index_endpoint"),
    "PE-04": ("AIS101", "google_vertex_ai_feature_online_store"),
    "PE-05": ("AIS101", WORKBENCH),
    "PE-06": ("AIS101", "google_vertex_ai_persistent_resource"),
    "PE-06 pipelines": ("AIS101", "google_colab_schedule"),
    "RE-01": ("AIS201", WORKBENCH),
    "RE-02": ("AIS201", "google_colab_runtime_template"),
    "RE-03": ("AIS204", "google_vertex_ai_endpoint_iam_member"),
    "RE-03 on projects": ("AIS204", "google_project_iam_member"),
    "RE-03 whole policies": ("AIS204", "google_vertex_ai_endpoint_iam_policy"),
    "RE-04": ("AIS201", "google_discovery_engine_widget_config"),
    "RE-05 root": ("AIS205", WORKBENCH),
    "RE-05 terminal": ("AIS208", WORKBENCH),
    "RE-05 downloads": ("AIS503", WORKBENCH),
    "RE-05 upgrade schedule": ("AIS701", WORKBENCH),
    "RE-05 proxy mode": ("AIS204", WORKBENCH),
    "RE-06": ("AIS201", "google_access_context_manager_service_perimeter"),
    "RE-07 restrictPublicIp": ("AIS201", POLICY),
    "RE-07 restrictVpcNetworks": ("AIS101", POLICY),
    "RE-07 accessMode": ("AIS204", POLICY),
    "RE-07 disableRootAccess": ("AIS205", POLICY),
    "RE-07 disableTerminal": ("AIS208", POLICY),
    "RE-07 disableFileDownloads": ("AIS503", POLICY),
    "RE-07 requireAutoUpgradeSchedule": ("AIS701", POLICY),
    "RE-07 allowedModels": ("AIS303", POLICY),
    "RE-07 restrictNonCmekServices": ("AIS501", POLICY),
    "MI-01": ("AIS301", "google_vertex_ai_reasoning_engine"),
    "MI-02": ("AIS301", WORKBENCH),
    "MI-03": ("AIS301", "google_vertex_ai_persistent_resource"),
    "MI-03 colab": ("AIS301", "google_colab_notebook_execution"),
    "MI-03 pipelines": ("AIS301", "google_colab_schedule"),
    "MI-04": ("AIS302", "google_vertex_ai_reasoning_engine"),
    "MI-05 keys": ("AIS304", "google_service_account_key"),
    "MI-05 roles": ("AIS307", "google_vertex_ai_reasoning_engine"),
    "IA-01": ("AIS401", "google_apikeys_key"),
    "IA-02": ("AIS401", "google_project_service"),
    "IA-03 webhooks": ("AIS401", "google_dialogflow_cx_webhook"),
    "IA-03 tools": ("AIS302", "google_dialogflow_cx_tool"),
    "IA-03 widgets": ("AIS401", "google_ces_deployment"),
    "IA-03 toolsets": ("AIS302", "google_ces_toolset"),
    "IA-04": ("AIS302", "google_agent_identity_auth_provider"),
    **{f"DATA-01 {name}": ("AIS501", f"google_vertex_ai_{name}") for name in KEYS},
    "DATA-01 persistent resource": ("AIS501", "google_vertex_ai_persistent_resource"),
    "DATA-01 colab": ("AIS501", "google_colab_runtime_template"),
    "DATA-01 search": ("AIS501", "google_discovery_engine_data_store"),
    "DATA-01 notebooks": ("AIS501", WORKBENCH),
    "DATA-02 buckets": ("AIS204", "google_storage_bucket_iam_member"),
    "DATA-02 datasets": ("AIS204", "google_bigquery_dataset"),
    "GRD-01": ("AIS601", "google_model_armor_floorsetting"),
    "GRD-01 attacks": ("AIS602", "google_model_armor_template"),
    "GRD-01 conversational agents": ("AIS602", "google_ces_guardrail"),
    "LOG-01": ("AIS801", "google_dialogflow_cx_agent"),
    "LOG-01 conversational agents": ("AIS801", "google_ces_app"),
}

# The one verdict that is not there, and why.
ONE_SIDED = {
    "RE-07 restrictNonCmekServices": "a list of services that does not name AI is about other services",
    "IA-02": "where the Gemini API is not switched on, nothing says so",
    "MI-05 keys": "an account that nobody made a key for needs no praise",
    "IA-04": "what passes there is what passes at webhooks",
    "DATA-02 datasets": "what passes there is what passes at buckets",
    "MI-04": "an agent without secrets in its environment has nothing to show",
}

NOT_DECIDED = {
    "google_vertex_ai_cache_config": "a cache of a day is no lack; who needs none of it knows that himself",
    "google_vertex_ai_rag_engine_config": "it has a size, and nothing about security",
    "google_vertex_ai_deployment_resource_pool": "it has machines, and nothing about security",
    "google_vertex_ai_model_garden_enable_model": "it accepts the terms of a model",
    "google_vertex_ai_semantic_governance_policy_engine": "it has no property but its place",
    "google_vertex_ai_agent_anomaly_detection_scope": "it names what is looked at, and not what has to be",
    "google_ces_agent": "its guardrails can be those of its app, which lie outside of what Terraform can join",
    "google_ces_tool": "what it calls is code or another service of the project",
    "google_ces_security_settings": "origins that tools may call are right or wrong by what is meant",
    "google_discovery_engine_acl_config": "it names who tells users apart, not whether data has owners",
    "google_discovery_engine_chat_engine": "its stores are judged, and it has no key of its own",
    "google_discovery_engine_recommendation_engine": "its stores are judged, and it has no key of its own",
    "google_colab_runtime": "its template is judged",
    "google_vertex_ai_custom_job": "the provider has no such type: jobs are started by code",
}

CONSTRAINTS_NOT_DECIDED = {
    "ainotebooks.environmentOptions": "which images are good is not in the list that names them",
    "vertexai.disableGenAIGoogleSearchGrounding": "what models may be grounded on is a decision about content",
    "vertexai.genAIGroundingSources": "what models may be grounded on is a decision about content",
    "gcp.restrictCmekCryptoKeyProjects": "it says where keys are kept, and not that there are any",
    "iam.managed.disableServiceAccountApiKeyCreation": "what exactly it stops is not documented well enough",
}


@cache
def fixtures(slug: str) -> frozenset[tuple[str, str]]:
    return frozenset(LABEL.findall((FIXTURES / slug / "google.tf").read_text(encoding="utf-8")))


@pytest.mark.parametrize("rule", DECIDED)
def test_rule_is_decided(rule: str) -> None:
    control, type_ = DECIDED[rule]
    found = {verdict for name, verdict in fixtures(SLUGS[control]) if name == type_}

    assert found & {"pass", "fail"}
    assert (rule in ONE_SIDED) == (not {"pass", "fail"} <= found)


def test_all_rules_are_there() -> None:
    groups = {"PE": 6, "RE": 7, "MI": 5, "IA": 4, "DATA": 2, "GRD": 1, "LOG": 1}
    wanted = {f"{group}-{number:02}" for group, count in groups.items() for number in range(1, count + 1)}

    assert {rule.partition(" ")[0] for rule in DECIDED} == wanted
    assert ONE_SIDED.keys() <= DECIDED.keys()


def test_what_is_not_decided_is_in_no_table() -> None:
    types = {type_ for row in services.rows() for type_ in row.types}

    assert types & NOT_DECIDED.keys() == set()
    assert all((*NOT_DECIDED.values(), *CONSTRAINTS_NOT_DECIDED.values()))
