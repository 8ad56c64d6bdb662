"""Organization policies of Google Cloud about AI: where the code sets one, it says what all below it may do.

Constraints and what they mean are those of Security Command Center's posture "secure AI" and of the blueprint
terraform-google-enterprise-genai. A policy that is inherited, reset or only tried out is not judged, nor is one with
several rules, whose conditions decide. A list that allows all says nothing more than no policy would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aiposture.model import Fact, FactValue, Protection, Resource, Unknown
from aiposture.services.aws_google_cells import at, objects, present, props, word
from aiposture.services.aws_protections import several
from aiposture.services.google_api_keys import AI_APIS
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, flag, required

_POSTURE = "Security Command Center posture secure AI, "
_NEW = "google_org_policy_policy"
_OLD = ("google_organization_policy", "google_folder_organization_policy", "google_project_organization_policy")
_TYPES = (_NEW, *_OLD)

_ENFORCED = ("spec.rules.enforce", "boolean_policy.enforced")
_ALL = ("spec.rules.allow_all", "list_policy.allow.all")
_NONE = ("spec.rules.deny_all", "list_policy.deny.all")
_DENIED = ("spec.rules.values.denied_values", "list_policy.deny.values")
_LISTED = ("spec.rules.values.allowed_values", "list_policy.allow.values", *_DENIED)


def _sets(constraint: str, *paths: str) -> Callable[[Resource], bool]:
    folded = constraint.casefold()

    def applies(resource: Resource) -> bool:
        if not _constraint(resource).endswith(folded) or len(objects(at(resource, "spec.rules"))) > 1:
            return False
        return any(at(resource, path) is not None for path in paths)

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


def _switch(constraint: str, *, on: FactValue, off: FactValue) -> Cell:
    """A constraint that is enforced or not."""
    return Cell(props(flag(true=on, false=off), *_ENFORCED), required(_ENFORCED[0]), f"{_POSTURE}{constraint}")


def _list(constraint: str, *, on: FactValue, off: FactValue) -> Cell:
    """A constraint that lists what is allowed or denied."""
    cells = (
        *props(flag(true=off, false=None), *_ALL),
        *props(flag(true=on, false=None), *_NONE),
        *present(on, *_LISTED),
    )
    return Cell(cells, required(_LISTED[0]), f"{_POSTURE}{constraint}")


def _listed(cell: Cell) -> Several:
    """The fact of a list, said in the words of its kind."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        fact = cell.read(resource)
        return (replace(fact, stated=fact.stated if fact.stated is not None else "a list"),)

    return Several(read, tuple(prop.name for prop in cell.props), cell.source, cells=(cell,))


def _demands_keys(resource: Resource) -> bool:
    """Whether the services that may only be used with keys of the customer are some of AI."""
    values = (at(resource, path) for path in _DENIED)
    texts = (str(each.data) for value in values for each in objects(value))
    return any(text.removeprefix("is:") in AI_APIS for text in texts)


def _protected(name: Protection, constraint: str) -> Binding:
    """A switch that takes a way out of notebooks, or keeps them up to date."""
    off: FactValue = "no-schedule" if name == "platform" else False
    return Binding(
        types=_TYPES,
        protections={name: several(_switch(constraint, on=True, off=off))},
        when=_sets(constraint, *_ENFORCED),
        tokens=_NOTEBOOKS,
    )


_NOTEBOOKS, _MODELS, _KEYS = ("ainotebooks.",), ("vertexai.",), ("restrictnoncmekservices",)
_ADDRESS, _ROOT = "ainotebooks.restrictPublicIp", "ainotebooks.disableRootAccess"
_NETWORKS, _MODES = "ainotebooks.restrictVpcNetworks", "ainotebooks.accessMode"
_ALLOWED_MODELS, _CMEK = "vertexai.allowedModels", "gcp.restrictNonCmekServices"

SERVICES = (
    Service(
        "google-org-policy",
        "Vertex AI Workbench under this organization policy",
        (
            Binding(
                types=_TYPES,
                public_access=_switch(_ADDRESS, on="disabled", off="enabled"),
                door="public address",
                when=_sets(_ADDRESS, *_ENFORCED),
                tokens=_NOTEBOOKS,
            ),
            Binding(
                types=_TYPES,
                root_access=_switch(_ROOT, on=False, off=True),
                when=_sets(_ROOT, *_ENFORCED),
                tokens=_NOTEBOOKS,
            ),
            _protected("shell_access", "ainotebooks.disableTerminal"),
            _protected("file_downloads", "ainotebooks.disableFileDownloads"),
            _protected("platform", "ainotebooks.requireAutoUpgradeSchedule"),
            Binding(
                types=_TYPES,
                private_network=_list(_NETWORKS, on="private", off="outside"),
                when=_sets(_NETWORKS, *_ALL, *_NONE, *_LISTED),
                tokens=_NOTEBOOKS,
            ),
            Binding(
                types=_TYPES,
                principals=_listed(_list(_MODES, on="named", off="any-mode")),
                when=_sets(_MODES, *_ALL, *_NONE, *_LISTED),
                tokens=_NOTEBOOKS,
            ),
        ),
    ),
    Service(
        "google-org-policy-models",
        "Vertex AI under this organization policy",
        (
            Binding(
                types=_TYPES,
                rights=_listed(_list(_ALLOWED_MODELS, on="scoped", off="every-model")),
                when=_sets(_ALLOWED_MODELS, *_ALL, *_NONE, *_LISTED),
                tokens=_MODELS,
            ),
            Binding(
                types=_TYPES,
                protections={"customer_keys": several(_list(_CMEK, on=True, off=False))},
                when=lambda resource: _sets(_CMEK, *_DENIED)(resource) and _demands_keys(resource),
                tokens=_KEYS,
            ),
        ),
    ),
)
