"""Service accounts of Google Cloud: what the code grants to them, which workloads run as them, and their keys.

Grants add up, and others may stand elsewhere: PASS says that those which stand here are narrow. An account without
any grant here is one whose rights are given elsewhere. A role of one's own is about AI if one of its permissions is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from aiposture.google_grants import LEVELS, is_ai_permission, is_ai_role
from aiposture.links.google_references import Named
from aiposture.links.names import listed, literal, reference_of
from aiposture.model import AIService, Fact, Resource, Unknown, Value

_ACCOUNT, _KEY = "google_service_account", "google_service_account_key"
_GRANTS = frozenset(f"{level}_iam_{kind}" for level in LEVELS for kind in ("member", "binding"))
_ROLES = frozenset({"google_project_iam_custom_role", "google_organization_iam_custom_role"})
WANTED: frozenset[str] = _GRANTS | _ROLES | {_ACCOUNT, _KEY}

_BROAD = frozenset({"roles/owner", "roles/editor", "roles/aiplatform.admin"})

_KIND, _TITLE = "google-ai-account", "Service account with rights on AI services"

# Whose account is asked for, by the property that names it.
ACCOUNTS: dict[str, tuple[str | int, ...]] = {
    "google_vertex_ai_reasoning_engine": ("spec", 0, "service_account"),
    "google_workbench_instance": ("gce_setup", 0, "service_accounts", 0, "email"),
    "google_notebooks_instance": ("service_account",),
    "google_colab_notebook_execution": ("service_account",),
}


class _Rights:
    """The roles that an account has here, each with the place of its grant."""

    def __init__(self) -> None:
        self.roles: list[tuple[str, Value]] = []
        self.about_ai = False

    @property
    def broad(self) -> tuple[str, Value] | None:
        return next((each for each in self.roles if each[0] in _BROAD), None)


class Accounts:
    """The service accounts of a scan with their grants."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        """`resources` are all those of the scan."""
        self._accounts = {
            (each.unit, each.address): each
            for each in resources
            if each.type == _ACCOUNT and each.mode == "managed" and each.exists is not False
        }
        self._rights: dict[tuple[str, str], _Rights] = defaultdict(_Rights)
        self._own_roles = Named(resources, _ROLES)
        for resource in resources:
            if resource.type in _GRANTS and resource.mode == "managed" and resource.exists is not False:
                self._read(resource)

    def find(self, value: Value | None, unit: str) -> Resource | None:
        """The account of the unit that a property names; None if it stands elsewhere, or could be several."""
        reference = None if value is None else reference_of(value)
        return None if reference is None else self._accounts.get((unit, reference.address))

    def rights(self, account: Resource) -> _Rights:
        """What the code grants to an account."""
        return self._rights[account.unit, account.address]

    def _read(self, grant: Resource) -> None:
        role = grant.get("role")
        name = literal(role)
        own = self._own_roles.find(role, grant.unit) if name is None else None
        if role is None or (name is None and own is None):
            return
        about_ai = is_ai_role(name) if own is None else any(map(is_ai_permission, listed(own.get("permissions"))))
        for member in listed(grant.get("members")) or listed(grant.get("member")):
            account = self.find(member, grant.unit)
            if account is not None:
                rights = self.rights(account)
                rights.roles.append((name or "a role of its own", role))
                rights.about_ai |= about_ai


def keys(resources: Sequence[Resource], accounts: Accounts) -> list[AIService]:
    """The accounts with rights on AI services for which the code makes a key."""
    return [
        AIService(
            _KIND, _TITLE, resource, keys=("private_key",), protections={"roles_not_keys": (_key(value, account),)}
        )
        for resource in resources
        if resource.type == _KEY and resource.mode == "managed" and resource.exists is not False
        for value in listed(resource.get("service_account_id"))
        for account in (accounts.find(value, resource.unit),)
        if account is not None and accounts.rights(account).about_ai
    ]


def connect(services: Sequence[AIService], accounts: Accounts) -> list[AIService]:
    """The services with what the accounts that they run as may do."""
    return [_connected(service, accounts) for service in services]


def _connected(service: AIService, accounts: Accounts) -> AIService:
    path = ACCOUNTS.get(service.resource.type)
    value = None if path is None else service.resource.get(*path)
    if path is None or value is None or service.identity is None or service.identity.value != "own-role":
        return service
    name = ".".join(part for part in path if isinstance(part, str))
    fact = _role_rights(name, value, accounts, service.resource.unit)
    return service._replace(protections={**service.protections, "role_rights": (fact,)})


def _role_rights(name: str, value: Value, accounts: Accounts, unit: str) -> Fact:
    account = accounts.find(value, unit)
    if account is None:
        return Fact.of(name, value, Unknown(value.spelled, "the account stands elsewhere"))
    rights = accounts.rights(account)
    if rights.broad is not None:
        role, place = rights.broad
        where = f"{role}, line {place.location.line}"
        return Fact.of(name, value, False)._replace(stated=account.address, note=where)  # noqa: FBT003 - a fact's value
    if not rights.roles:
        return Fact.of(name, value, Unknown(value.spelled, f"no grant to {account.address} stands here"))
    return Fact.of(name, value, True)._replace(stated=account.address)  # noqa: FBT003 - a fact's value


def _key(value: Value, account: Resource) -> Fact:
    return Fact.of("service_account_id", value, False)._replace(stated=account.address)  # noqa: FBT003 - a fact's value
