"""Colab Enterprise: templates of runtimes, and what runs notebooks and pipelines by itself."""

from __future__ import annotations

from aiposture.model import Resource
from aiposture.services.aws_google_cells import at, present, props, undocumented
from aiposture.services.aws_google_secrets import environment
from aiposture.services.google_keys import SPEC, keys
from aiposture.services.google_vertex import accounts
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, flag

_INTERNET = "hashicorp/google documentation of google_colab_runtime_template; mapping is ours"
_RUNS_AS = "hashicorp/google documentation of google_colab_notebook_execution; mapping is ours"
_PIPELINE_AS = "hashicorp/google documentation of google_colab_schedule (pipeline_job); mapping is ours"
_TRAINING = "Security Command Center posture secure AI, ainotebooks.restrictVpcNetworks"

_NOTEBOOK_REQUEST = "create_notebook_execution_job_request"
_PIPELINE_REQUEST = "create_pipeline_job_request"
_NOTEBOOK = f"{_NOTEBOOK_REQUEST}.notebook_execution_job"
_PIPELINE = f"{_PIPELINE_REQUEST}.pipeline_job"


def _runs_as(below: str) -> Cell:
    """A notebook that runs by itself does so as an account, or as a person of the code's choice."""
    people = present("own-role", f"{below}execution_user")
    return Cell((*accounts(f"{below}service_account"), *people), undocumented(), _RUNS_AS)


def _runs_a_pipeline(resource: Resource) -> bool:
    return at(resource, _PIPELINE_REQUEST) is not None


def _runs_a_notebook(resource: Resource) -> bool:
    return at(resource, _NOTEBOOK_REQUEST) is not None


SERVICES = (
    Service(
        "google-colab-runtime",
        "Colab Enterprise runtime template",
        (
            Binding(
                types=("google_colab_runtime_template",),
                public_access=Cell(
                    props(flag(true="enabled", false="disabled"), "network_spec.enable_internet_access"),
                    undocumented(),
                    _INTERNET,
                ),
                door="internet access",
                secrets=Several(environment("software_config.env"), ("software_config.env",), _INTERNET),
                protections=keys(SPEC),
            ),
        ),
    ),
    Service(
        "google-colab-execution",
        "Colab Enterprise notebook execution",
        (
            Binding(types=("google_colab_notebook_execution",), identity=_runs_as("")),
            Binding(
                types=("google_colab_schedule",),
                identity=_runs_as(f"{_NOTEBOOK}."),
                protections=keys(f"{_NOTEBOOK}.{SPEC}"),
                when=_runs_a_notebook,
            ),
        ),
    ),
    Service(
        "google-vertex-pipeline",
        "Vertex AI pipeline on a schedule",
        (
            Binding(
                types=("google_colab_schedule",),
                private_network=Cell(
                    present("private", f"{_PIPELINE}.network", f"{_PIPELINE}.psc_interface_config"),
                    "outside",
                    _TRAINING,
                ),
                identity=Cell(accounts(f"{_PIPELINE}.service_account"), "default-account", _PIPELINE_AS),
                protections=keys(f"{_PIPELINE}.{SPEC}"),
                when=_runs_a_pipeline,
            ),
        ),
    ),
)
