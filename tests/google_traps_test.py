"""Google Cloud: what other tools judge wrongly, and code that only looks like AI, each with its right verdicts."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from aiposture.options import ScanOptions
from aiposture.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures" / "traps-google"

ENDPOINT = {"AIS501": "fail"}
WORKBENCH = {
    "AIS201": "fail",
    "AIS205": "fail",
    "AIS208": "fail",
    "AIS301": "fail",
    "AIS503": "fail",
    "AIS701": "fail",
}
NOTEBOOK = {**dict.fromkeys(WORKBENCH, "pass"), "AIS307": "unknown", "AIS501": "pass"}
TRAPS: dict[str, dict[str, dict[str, str]]] = {
    "private-endpoint-spellings": {
        "google_vertex_ai_endpoint.connected": {**ENDPOINT, "AIS101": "pass"},
        "google_vertex_ai_endpoint.empty": {**ENDPOINT, "AIS101": "fail"},
        "google_vertex_ai_endpoint.null_by_variable": {**ENDPOINT, "AIS101": "fail"},
        "google_vertex_ai_endpoint.sometimes": {**ENDPOINT, "AIS101": "fail"},
    },
    "silent-index-endpoint": {
        "google_vertex_ai_index_endpoint.silent": {**ENDPOINT, "AIS101": "unknown", "AIS201": "unknown"}
    },
    "key-without-effect": {"google_workbench_instance.google_key": {**WORKBENCH, "AIS501": "fail"}},
    "logging-by-its-new-name": {"google_dialogflow_cx_agent.new_name": {"AIS801": "pass"}},
    "everybody-on-a-project": {
        "google_project_iam_member.everybody": {"AIS204": "fail"},
        "google_vertex_ai_endpoint_iam_member.everybody": {"AIS204": "fail"},
    },
    "way-out-is-no-way-in": {"google_vertex_ai_reasoning_engine.agent": {"AIS301": "pass", "AIS501": "fail"}},
    "beta-provider": {
        "google_workbench_instance.beta": {
            "AIS201": "pass",
            "AIS205": "pass",
            "AIS208": "pass",
            "AIS301": "fail",
            "AIS501": "fail",
            "AIS503": "fail",
            "AIS701": "fail",
        }
    },
    "not-about-ai": {},
    # Blocks that the provider computes could be dynamic ones, which a plan does not list.
    "computed-in-plan": {
        "google_workbench_instance.computed": {**WORKBENCH, "AIS301": "unknown", "AIS501": "unknown"},
        "google_vertex_ai_index_endpoint.computed": {**ENDPOINT, "AIS101": "unknown", "AIS201": "unknown"},
    },
    "registry-modules": {
        'module.switches["ainotebooks.disableRootAccess"]': {"AIS205": "pass"},
        "module.enforced_by_default": {"AIS503": "pass"},
        "module.lifted": {"AIS201": "fail"},
        "module.networks": {"AIS101": "pass"},
        "module.all_networks": {"AIS101": "fail"},
        "module.keys": {"AIS501": "pass"},
        "module.perimeter": {"AIS201": "pass"},
    },
    "perimeter-elsewhere": {"google_ces_app.agent": {"AIS801": "pass"}},
    "perimeter-without-ai": {
        "google_vertex_ai_index.main": {"AIS501": "pass"},
        "google_access_context_manager_service_perimeter.with": {"AIS201": "pass"},
        "google_access_context_manager_service_perimeter.without": {"AIS201": "fail"},
        "google_access_context_manager_service_perimeter.by_variable": {"AIS201": "unknown"},
    },
    "private-path/endpoint": {"google_notebooks_instance.main": {**NOTEBOOK, "AIS101": "pass"}},
    "private-path/module-from-elsewhere": {"google_notebooks_instance.main": NOTEBOOK},
    "private-path/undecided-rule": {"google_notebooks_instance.main": NOTEBOOK},
    "private-path/closed": {"google_notebooks_instance.main": {**NOTEBOOK, "AIS101": "fail"}},
    "default-search-key": {
        "google_discovery_engine_data_store.in_us": {"AIS501": "pass"},
        "google_discovery_engine_data_store.in_eu": {"AIS501": "fail"},
    },
    "split-stacks": {
        "google_vertex_ai_reasoning_engine.agent": {"AIS301": "pass", "AIS307": "unknown", "AIS501": "pass"}
    },
}


def test_no_trap_is_forgotten() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == {trap.partition("/")[0] for trap in TRAPS}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(trap: str) -> None:
    found = scan(ScanOptions(paths=(str(FIXTURES / trap),)))
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for finding in found.findings:
        table[finding.resource.address][finding.control.id] = finding.verdict.value

    assert dict(table) == TRAPS[trap]
    assert (found.errors, found.notices) == ((), ())
