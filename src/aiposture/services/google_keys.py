"""Keys of the customer on Google Cloud: where data of an AI service can be encrypted with one.

Security Command Center has such a rule for Vertex AI in its posture "secure AI, extended" (vertexAI*CMEKDisabled).
Property names are those of the documentation of hashicorp/google 7. The disks of a notebook have a switch beside
the key, and the key counts for nothing without it.
"""

from __future__ import annotations

from aiposture.model import Fact, Origin, Protection, Resource
from aiposture.services.aws_google_cells import props, word
from aiposture.services.aws_protections import Protections, customer_keys, several
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, choice

SPEC = "encryption_spec.kms_key_name"

_SOURCE = "Security Command Center posture secure AI, vertexAI*CMEKDisabled"
_DISKS = "hashicorp/google documentation: disk_encryption defaults to GMEK; mapping is ours"
_SEARCH = "Vertex AI Search documentation: customer-managed keys in the multi-regions US and EU; mapping is ours"

_NAME: Protection = "customer_keys"
_CMEK = choice({"CMEK": True, "GMEK": False, "DISK_ENCRYPTION_UNSPECIFIED": False})

# What only keeps data: nothing else is asked of it.
_STORES = (
    ("index", "Vertex AI index", "google_vertex_ai_index"),
    ("dataset", "Vertex AI dataset", "google_vertex_ai_dataset"),
    ("legacy-feature-store", "Vertex AI feature store", "google_vertex_ai_featurestore"),
    ("tensorboard", "Vertex AI TensorBoard", "google_vertex_ai_tensorboard"),
    ("metadata-store", "Vertex AI metadata store", "google_vertex_ai_metadata_store"),
)


def keys(*paths: str) -> Protections:
    """Each of `paths` names a key of Cloud KMS; without one Google encrypts with a key of its own."""
    return customer_keys(*paths, source=_SOURCE)


def disks(*paths: str) -> Protections:
    """Each of `paths` switches the encryption of a disk to the customer's key; all that say nothing are one fact."""
    cells = several(*(Cell(props(_CMEK, path), False, _DISKS) for path in paths))  # noqa: FBT003 - a default

    def read(resource: Resource) -> tuple[Fact, ...]:
        facts = cells.read(resource)
        silent = [fact for fact in facts if fact.origin is Origin.DEFAULT]
        return tuple(fact for fact in facts if fact not in silent[1:])

    return {_NAME: cells._replace(read=read)}


def _can_have_a_key(resource: Resource) -> bool:
    """Vertex AI Search takes keys in its multi-regions only, and not in `global`."""
    return word(resource, "location") in {"us", "eu"}


SERVICES = (
    *(
        Service(f"google-vertex-{slug}", title, (Binding(types=(declared,), protections=keys(SPEC)),))
        for slug, title, declared in _STORES
    ),
    Service(
        "google-search",
        "Vertex AI Search",
        (
            Binding(
                types=(
                    "google_discovery_engine_data_store",
                    "google_discovery_engine_search_engine",
                    "google_discovery_engine_data_connector",
                ),
                protections=customer_keys("kms_key_name", source=_SEARCH, when=_can_have_a_key),
            ),
        ),
    ),
)
