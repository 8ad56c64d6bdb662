"""Notebooks of Google Cloud: Workbench instances, and the older ones that provider 8 no longer has.

The blueprint terraform-google-enterprise-genai names the controls of Workbench (VAI-CO-4). An instance has an
external address and runs as the default account of Compute Engine unless the code says otherwise.
"""

from __future__ import annotations

from aiposture.services.aws_google_cells import props
from aiposture.services.aws_protections import Protections, several
from aiposture.services.google_keys import disks, keys
from aiposture.services.google_vertex import accounts
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, flag

_ADDRESS = "terraform-google-enterprise-genai VAI-CO-4.7"
_ROOT = "terraform-google-enterprise-genai VAI-CO-4.3; Security Command Center posture secure AI, disableRootAccess"
_TERMINAL = "terraform-google-enterprise-genai VAI-CO-4.4; Security Command Center posture secure AI, disableTerminal"
_ACCOUNT = "hashicorp/google documentation of google_workbench_instance (service_accounts); mapping is ours"

_OPEN = flag(true="disabled", false="enabled")
# Metadata are texts, and `true` counts in whatever case.
_WITHOUT = flag(true=False, false=True)


def _root(path: str) -> Cell:
    return Cell(props(_WITHOUT, path), True, _ROOT)  # noqa: FBT003 - a default, not a switch


def _terminal(path: str) -> Protections:
    """A terminal in the browser is a shell on the machine."""
    cell = Cell(props(flag(true=True, false=False), path), False, _TERMINAL)  # noqa: FBT003 - a default
    return {"shell_access": several(cell)}


_RUNTIME = "virtual_machine.virtual_machine_config"

SERVICES = (
    Service(
        "google-workbench",
        "Vertex AI Workbench instance",
        (
            Binding(
                types=("google_workbench_instance",),
                public_access=Cell(props(_OPEN, "gce_setup.disable_public_ip"), "enabled", _ADDRESS),
                door="public address",
                identity=Cell(accounts("gce_setup.service_accounts.email"), "default-account", _ACCOUNT),
                root_access=_root("gce_setup.0.metadata.notebook-disable-root"),
                protections={
                    **_terminal("gce_setup.0.metadata.notebook-disable-terminal"),
                    **disks("gce_setup.boot_disk.disk_encryption", "gce_setup.data_disks.disk_encryption"),
                },
            ),
        ),
    ),
    Service(
        "google-notebook",
        "Vertex AI user-managed notebook",
        (
            Binding(
                types=("google_notebooks_instance",),
                public_access=Cell(props(_OPEN, "no_public_ip"), "enabled", _ADDRESS),
                door="public address",
                identity=Cell(accounts("service_account"), "default-account", _ACCOUNT),
                root_access=_root("metadata.notebook-disable-root"),
                protections={**_terminal("metadata.notebook-disable-terminal"), **disks("disk_encryption")},
            ),
        ),
    ),
    Service(
        "google-notebook-runtime",
        "Vertex AI managed notebook",
        (
            Binding(
                types=("google_notebooks_runtime",),
                public_access=Cell(props(_OPEN, f"{_RUNTIME}.internal_ip_only"), "enabled", _ADDRESS),
                door="public address",
                protections=keys(f"{_RUNTIME}.encryption_config.kms_key"),
            ),
        ),
    ),
)
