"""Where keys of AI services arrive on Google Cloud. Type names are those of hashicorp/google 7."""

from __future__ import annotations

from aiposture.model import SinkKind

# fmt: off
_APP = (
    "google_cloudfunctions_function", "google_cloudfunctions2_function", "google_app_engine_standard_app_version",
    "google_app_engine_flexible_app_version",
)
_CONTAINER = (
    "google_cloud_run_service", "google_cloud_run_v2_service", "google_cloud_run_v2_job",
    "google_cloud_run_v2_worker_pool", "google_vertex_ai_reasoning_engine", "google_colab_runtime_template",
)
_CONNECTION = (
    "google_dialogflow_cx_tool", "google_dialogflow_cx_webhook", "google_agent_identity_auth_provider",
    "google_ces_toolset", "google_discovery_engine_data_connector",
)
_OTHER = (
    "google_compute_instance", "google_compute_instance_template", "google_compute_project_metadata",
    "google_compute_project_metadata_item", "google_workbench_instance", "google_notebooks_instance",
    "google_storage_bucket_object", "google_parameter_manager_parameter_version", "google_cloudbuild_trigger",
)
# fmt: on

SINKS: dict[str, SinkKind] = {
    **dict.fromkeys(_APP, "app setting"),
    **dict.fromkeys(_CONTAINER, "container"),
    **dict.fromkeys(_CONNECTION, "connection"),
    **dict.fromkeys(_OTHER, "other"),
}
