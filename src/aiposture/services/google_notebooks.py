"""Notebooks of Google Cloud: Workbench instances, and the older ones that provider 8 no longer has.

The blueprint terraform-google-enterprise-genai names the controls of Workbench (VAI-CO-4). An instance has an
external address and runs as the default account of Compute Engine unless the code says otherwise.
"""

from __future__ import annotations

from aiposture.model import Fact, Resource
from aiposture.services.aws_google_cells import at, present, props
from aiposture.services.aws_protections import Protections, several
from aiposture.services.google_keys import disks, keys
from aiposture.services.google_vertex import accounts
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, choice, flag

_ADDRESS = "terraform-google-enterprise-genai VAI-CO-4.7"
_ROOT = "terraform-google-enterprise-genai VAI-CO-4.3; Security Command Center posture secure AI, disableRootAccess"
_TERMINAL = "terraform-google-enterprise-genai VAI-CO-4.4; Security Command Center posture secure AI, disableTerminal"
_FILES = "terraform-google-enterprise-genai VAI-CO-4.2; Security Command Center posture secure AI, disableFileDownloads"
_UPGRADES = "terraform-google-enterprise-genai VAI-CO-4.6; Security Command Center posture secure AI"
_MODES = "terraform-google-enterprise-genai VAI-CO-4.1; Workbench documentation (proxy-mode)"
_ACCOUNT = "hashicorp/google documentation of google_workbench_instance (service_accounts); mapping is ours"

_OPEN = flag(true="disabled", false="enabled")
# Metadata are texts, and `true` counts in whatever case.
_WITHOUT = flag(true=False, false=True)


_MODE = choice({"project_editors": "project-editors", "service_account": "named", "mail": "named"})


def _root(metadata: str) -> Cell:
    return Cell(props(_WITHOUT, f"{metadata}.notebook-disable-root"), True, _ROOT)  # noqa: FBT003 - a default


def _hardening(metadata: str) -> Protections:
    """What the metadata of a machine take from its users, and whether it is upgraded by itself.

    A terminal in the browser is a shell on the machine.
    """
    on = flag(true=True, false=False)
    terminal = Cell(props(on, f"{metadata}.notebook-disable-terminal"), False, _TERMINAL)  # noqa: FBT003 - a default
    files = Cell(props(on, f"{metadata}.notebook-disable-downloads"), False, _FILES)  # noqa: FBT003 - a default
    upgrades = present(True, f"{metadata}.notebook-upgrade-schedule")  # noqa: FBT003 - a fact's value
    return {
        "shell_access": several(terminal),
        "file_downloads": several(files),
        "platform": several(Cell(upgrades, "no-schedule", _UPGRADES)),
    }


def _openers(metadata: str) -> Several:
    """Who may open the notebook, where its metadata say so."""
    path = f"{metadata}.proxy-mode"
    cell = Cell(props(_MODE, path), "named", _MODES)

    def read(resource: Resource) -> tuple[Fact, ...]:
        return () if at(resource, path) is None else (cell.read(resource),)

    return Several(read, tuple(prop.name for prop in cell.props), _MODES, cells=(cell,))


_METADATA, _OLD_METADATA = "gce_setup.0.metadata", "metadata"
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
                root_access=_root(_METADATA),
                principals=_openers(_METADATA),
                protections={
                    **_hardening(_METADATA),
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
                root_access=_root(_OLD_METADATA),
                principals=_openers(_OLD_METADATA),
                protections={**_hardening(_OLD_METADATA), **disks("disk_encryption")},
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
