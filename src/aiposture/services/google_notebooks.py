"""Notebooks of Google Cloud: Workbench instances and Colab Enterprise runtimes.

The blueprint terraform-google-enterprise-genai names the controls of Workbench (VAI-CO-4). An instance has an
external address and runs as the default account of Compute Engine unless the code says otherwise.
"""

from __future__ import annotations

from aiposture.model import Data, Unknown
from aiposture.services.aws_google_cells import props, undocumented
from aiposture.services.aws_google_secrets import environment
from aiposture.services.google_vertex import accounts
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, Meaning, flag

_ADDRESS = "terraform-google-enterprise-genai VAI-CO-4.7"
_ROOT = "terraform-google-enterprise-genai VAI-CO-4.1; Security Command Center posture secure AI, disableRootAccess"
_ACCOUNT = "hashicorp/google documentation of google_workbench_instance (service_accounts); mapping is ours"
_INTERNET = "hashicorp/google documentation of google_colab_runtime_template; mapping is ours"


def _without_root(data: Data) -> Meaning:
    """Metadata are texts, and `true` counts in whatever case."""
    if isinstance(data, Unknown):
        return data
    return str(data).strip().casefold() != "true"


SERVICES = (
    Service(
        "google-workbench",
        "Vertex AI Workbench instance",
        (
            Binding(
                types=("google_workbench_instance",),
                public_access=Cell(
                    props(flag(true="disabled", false="enabled"), "gce_setup.disable_public_ip"), "enabled", _ADDRESS
                ),
                door="public address",
                identity=Cell(accounts("gce_setup.service_accounts.email"), "default-account", _ACCOUNT),
                root_access=Cell(
                    props(_without_root, "gce_setup.0.metadata.notebook-disable-root"),
                    True,  # noqa: FBT003 - a default, not a switch
                    _ROOT,
                ),
            ),
        ),
    ),
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
            ),
        ),
    ),
)
