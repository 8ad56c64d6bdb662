"""Organization policies of Google Cloud about AI: where the code sets one, it says what all below it may do.

Constraints and what they mean are those of Security Command Center's posture "secure AI" and of the blueprint
terraform-google-enterprise-genai. A policy that is inherited, reset or only tried out is not judged, nor is one with
several rules, whose conditions decide. A list that allows all says nothing more than no policy would.

The module terraform-google-modules/org-policy/google makes such policies; what it does without `enforce` was read at
its tags 3.0 to 7.3: it enforces, and denies all where there is no list.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from aiposture.model import Fact, FactValue, Protection, Resource, Unknown
from aiposture.services.aws_google_cells import at, objects, present, props, word
from aiposture.services.aws_protections import several
from aiposture.services.google_api_keys import AI_APIS
from aiposture.services.shape import Binding, Service, Several
from aiposture.services.table import Cell, flag, required

_POSTURE = "Security Command Center posture secure AI, "


class _Policies(NamedTuple):
    """Types of organization policies, with the properties that hold their name, their switch and their lists."""

    types: tuple[str, ...]
    name: str
    enforced: str
    allows_all: str
    denies_all: str
    allowed: str
    denied: str

    @property
    def listed(self) -> tuple[str, ...]:
        """The properties of which a policy with a list has one."""
        return self.allows_all, self.denies_all, self.allowed, self.denied


_NEW = _Policies(
    types=("google_org_policy_policy",),
    name="name",
    enforced="spec.rules.enforce",
    allows_all="spec.rules.allow_all",
    denies_all="spec.rules.deny_all",
    allowed="spec.rules.values.allowed_values",
    denied="spec.rules.values.denied_values",
)
_OLD = _Policies(
    types=(
        "google_organization_policy",
        "google_folder_organization_policy",
        "google_project_organization_policy",
    ),
    name="constraint",
    enforced="boolean_policy.enforced",
    allows_all="list_policy.allow.all",
    denies_all="list_policy.deny.all",
    allowed="list_policy.allow.values",
    denied="list_policy.deny.values",
)


_MODULE = _Policies(
    types=("terraform-google-modules/org-policy/google",),
    name="constraint",
    enforced="enforce",
    allows_all="enforce",
    denies_all="enforce",
    allowed="allow",
    denied="deny",
)


def _sets(policies: _Policies, constraint: str, *paths: str) -> Callable[[Resource], bool]:
    folded = constraint.casefold()

    def applies(resource: Resource) -> bool:
        if not _constraint(resource, policies).endswith(folded) or len(objects(at(resource, "spec.rules"))) > 1:
            return False
        return policies is _MODULE or any(at(resource, path) is not None for path in paths)

    return applies


def _constraint(resource: Resource, policies: _Policies) -> str:
    """The name of the policy in lower case. Whose policy it is may be unknown, the constraint stands at its end."""
    name = word(resource, policies.name)
    if not isinstance(name, Unknown):
        return name or ""
    text = name.expression.casefold().rstrip("\"'")
    if text.endswith(("${each.key}", "${each.value}")):
        # Of a set of constraints each has an instance, whose index it is.
        return resource.address.casefold().rstrip('"]').rpartition('["')[2]
    return text


def _switch(policies: _Policies, constraint: str, *, on: FactValue, off: FactValue) -> Cell:
    """A constraint that is enforced or not."""
    path = policies.enforced
    default = on if policies is _MODULE else required(path)
    return Cell(props(flag(true=on, false=off), path), default, f"{_POSTURE}{constraint}")


def _list(policies: _Policies, constraint: str, *, on: FactValue, off: FactValue) -> Cell:
    """A constraint that lists what is allowed or denied."""
    if policies is _MODULE:
        asked = (*present(on, policies.allowed, policies.denied), *props(flag(true=on, false=off), policies.enforced))
        return Cell(asked, on, f"{_POSTURE}{constraint}")
    cells = (
        *props(flag(true=off, false=None), policies.allows_all),
        *props(flag(true=on, false=None), policies.denies_all),
        *present(on, policies.allowed, policies.denied),
    )
    return Cell(cells, required(policies.allowed), f"{_POSTURE}{constraint}")


def _facts(cell: Cell) -> Several:
    """The fact of a list, said in words."""

    def read(resource: Resource) -> tuple[Fact, ...]:
        fact = cell.read(resource)
        return (fact._replace(stated=fact.stated if fact.stated is not None else "a list"),)

    return Several(read, tuple(prop.name for prop in cell.props), cell.source, cells=(cell,))


_NOTEBOOKS, _MODELS, _KEYS = ("ainotebooks.",), ("vertexai.",), ("restrictnoncmekservices",)
_ADDRESS, _ROOT = "ainotebooks.restrictPublicIp", "ainotebooks.disableRootAccess"
_NETWORKS, _MODES = "ainotebooks.restrictVpcNetworks", "ainotebooks.accessMode"
_ALLOWED_MODELS, _CMEK = "vertexai.allowedModels", "gcp.restrictNonCmekServices"
_SWITCHES: dict[Protection, tuple[str, FactValue]] = {
    "shell_access": ("ainotebooks.disableTerminal", False),
    "file_downloads": ("ainotebooks.disableFileDownloads", False),
    "platform": ("ainotebooks.requireAutoUpgradeSchedule", "no-schedule"),
}


def _of_notebooks(policies: _Policies) -> Iterator[Binding]:
    yield Binding(
        types=policies.types,
        public_access=_switch(policies, _ADDRESS, on="disabled", off="enabled"),
        door="public address",
        when=_sets(policies, _ADDRESS, policies.enforced),
        tokens=_NOTEBOOKS,
    )
    yield Binding(
        types=policies.types,
        root_access=_switch(policies, _ROOT, on=False, off=True),
        when=_sets(policies, _ROOT, policies.enforced),
        tokens=_NOTEBOOKS,
    )
    for name, (constraint, off) in _SWITCHES.items():
        yield Binding(
            types=policies.types,
            protections={name: several(_switch(policies, constraint, on=True, off=off))},
            when=_sets(policies, constraint, policies.enforced),
            tokens=_NOTEBOOKS,
        )
    yield Binding(
        types=policies.types,
        private_network=_list(policies, _NETWORKS, on="private", off="outside"),
        when=_sets(policies, _NETWORKS, *policies.listed),
        tokens=_NOTEBOOKS,
    )
    yield Binding(
        types=policies.types,
        principals=_facts(_list(policies, _MODES, on="named", off="any-mode")),
        when=_sets(policies, _MODES, *policies.listed),
        tokens=_NOTEBOOKS,
    )


def _of_models(policies: _Policies) -> Iterator[Binding]:
    demands_keys = _sets(policies, _CMEK, policies.denied)
    yield Binding(
        types=policies.types,
        rights=_facts(_list(policies, _ALLOWED_MODELS, on="scoped", off="every-model")),
        when=_sets(policies, _ALLOWED_MODELS, *policies.listed),
        tokens=_MODELS,
    )
    yield Binding(
        types=policies.types,
        protections={"customer_keys": several(Cell(present(True, policies.denied), False, f"{_POSTURE}{_CMEK}"))},  # noqa: FBT003 - values
        when=lambda resource: demands_keys(resource) and _names_ai(resource, policies.denied),
        tokens=_KEYS,
    )


def _names_ai(resource: Resource, path: str) -> bool:
    """Whether the services that may only be used with keys of the customer are some of AI."""
    texts = (str(each.data) for each in objects(at(resource, path)))
    return any(text.removeprefix("is:") in AI_APIS for text in texts)


def _services(*dialects: _Policies) -> tuple[Service, ...]:
    return (
        Service(
            "google-org-policy",
            "Vertex AI Workbench under this organization policy",
            tuple(binding for policies in dialects for binding in _of_notebooks(policies)),
        ),
        Service(
            "google-org-policy-models",
            "Vertex AI under this organization policy",
            tuple(binding for policies in dialects for binding in _of_models(policies)),
        ),
    )


SERVICES = _services(_NEW, _OLD)
MODULES = _services(_MODULE)
