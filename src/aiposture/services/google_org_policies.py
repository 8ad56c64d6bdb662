"""Organization policies of Google Cloud about AI: where the code sets one, it says what all notebooks below may do.

Constraints and what they mean are those of Security Command Center's posture "secure AI" and of the blueprint
terraform-google-enterprise-genai. A policy that is inherited, reset or only tried out is not judged, nor is one with
several rules, whose conditions decide.
"""

from __future__ import annotations

from collections.abc import Callable

from aiposture.model import Resource, Unknown
from aiposture.services.aws_google_cells import at, objects, props, word
from aiposture.services.aws_protections import several
from aiposture.services.shape import Binding, Service
from aiposture.services.table import Cell, flag, required

_POSTURE = "Security Command Center posture secure AI, "
_NEW = "google_org_policy_policy"
_OLD = ("google_organization_policy", "google_folder_organization_policy", "google_project_organization_policy")
_TITLE = "Vertex AI Workbench under this organization policy"
_TOKENS = ("ainotebooks.",)

_ENFORCED = ("spec.rules.enforce", "boolean_policy.enforced")


def _sets(constraint: str) -> Callable[[Resource], bool]:
    folded = constraint.casefold()

    def applies(resource: Resource) -> bool:
        if not _constraint(resource).endswith(folded) or len(objects(at(resource, "spec.rules"))) > 1:
            return False
        return any(at(resource, path) is not None for path in _ENFORCED)

    return applies


def _constraint(resource: Resource) -> str:
    """The name of the policy in lower case. Whose policy it is may be unknown, the constraint stands at its end."""
    name = word(resource, "name" if resource.type == _NEW else "constraint")
    if not isinstance(name, Unknown):
        return name or ""
    text = name.expression.casefold().rstrip("\"'")
    if text.endswith(("${each.key}", "${each.value}")):
        # Of a set of constraints each has an instance, whose index it is.
        return resource.address.casefold().rstrip('"]').rpartition('["')[2]
    return text


def _cell(constraint: str, *, on: str | bool, off: str | bool) -> Cell:
    read = flag(true=on, false=off)
    return Cell(props(read, *_ENFORCED), required(_ENFORCED[0]), f"{_POSTURE}{constraint}")


_ADDRESS, _ROOT, _TERMINAL = (
    "ainotebooks.restrictPublicIp",
    "ainotebooks.disableRootAccess",
    "ainotebooks.disableTerminal",
)

SERVICES = (
    Service(
        "google-org-policy",
        _TITLE,
        (
            Binding(
                types=(_NEW, *_OLD),
                public_access=_cell(_ADDRESS, on="disabled", off="enabled"),
                door="public address",
                when=_sets(_ADDRESS),
                tokens=_TOKENS,
            ),
            Binding(
                types=(_NEW, *_OLD),
                root_access=_cell(_ROOT, on=False, off=True),
                when=_sets(_ROOT),
                tokens=_TOKENS,
            ),
            Binding(
                types=(_NEW, *_OLD),
                protections={"shell_access": several(_cell(_TERMINAL, on=True, off=False))},
                when=_sets(_TERMINAL),
                tokens=_TOKENS,
            ),
        ),
    ),
)
