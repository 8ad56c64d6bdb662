"""Who has which policies on AWS: the roles and users of a unit, by the many ways in which policies are attached.

A policy that stands elsewhere leaves open what a principal may do: PASS needs all of them, FAIL one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from aiposture.aws_policies import Statement, block_statements, policy_name, statements
from aiposture.links.addresses import without_indexes
from aiposture.links.names import kind_of, listed, literal, reference_of
from aiposture.model import Reference, Resource, Unknown, Value

_PRINCIPALS = ("aws_iam_role", "aws_iam_user", "AWS::IAM::Role", "AWS::IAM::User")
_OF_PRINCIPAL = {
    "aws_iam_role_policy": ("role", "policy"),
    "aws_iam_user_policy": ("user", "policy"),
    "AWS::IAM::RolePolicy": ("RoleName", "PolicyDocument"),
    "AWS::IAM::UserPolicy": ("UserName", "PolicyDocument"),
    "AWS::IAM::Policy": ("Roles Users", "PolicyDocument"),
    "AWS::IAM::ManagedPolicy": ("Roles Users", "PolicyDocument"),
}
_ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_user_policy_attachment": ("user", "policy_arn"),
    "aws_iam_policy_attachment": ("roles users", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}
_MANAGED = {"aws_iam_policy": "policy", "AWS::IAM::ManagedPolicy": "PolicyDocument"}
_DOCUMENT = "aws_iam_policy_document"
_NAMES = ("name", "RoleName", "UserName")

WANTED: frozenset[str] = frozenset({*_PRINCIPALS, *_OF_PRINCIPAL, *_ATTACHMENTS, *_MANAGED, "aws_iam_policy_document"})

_PRINCIPALS_FOLDED = frozenset(name.casefold() for name in _PRINCIPALS)
_OF_PRINCIPAL_FOLDED = {name.casefold(): paths for name, paths in _OF_PRINCIPAL.items()}
_MANAGED_FOLDED = {name.casefold(): path for name, path in _MANAGED.items()}

# Of the policies that AWS keeps, those that are as good as all rights.
_ADMIN = frozenset({"administratoraccess", "poweruseraccess", "iamfullaccess"})
_AWS_OWN = ":iam::aws:policy/"

AI_PREFIXES = ("bedrock", "bedrock-agentcore", "bedrock-mantle", "sagemaker", "aoss", "q", "qbusiness", "kendra")
_AI_POLICIES = ("amazonbedrock", "bedrockagentcore", "amazonsagemaker", "amazonkendra", "amazonq")


class Rights:
    """What the policies of a principal say. `complete` is False if one of them cannot be read here."""

    def __init__(self) -> None:
        """No policy is read yet."""
        self.complete = True
        self.admin: list[tuple[str, Value]] = []
        self.about_ai = False
        self.policies = 0
        self.actions: set[str] = set()  # of AI services, in lower case


class Principals:
    """The roles and users of a scan with their rights; found by what a property says about one."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        """`resources` are all those of the scan."""
        self._by_address: dict[tuple[str, str], Resource] = {}
        self._by_block: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        self._by_source: dict[tuple[object, ...], list[Resource]] = defaultdict(list)
        self._documents: dict[tuple[str, str], Resource] = {}
        self._rights: dict[tuple[str, str], Rights] = defaultdict(Rights)
        for resource in resources:
            self._know(resource)
        for resource in resources:
            if resource.exists is not False and resource.mode == "managed":
                self._read(resource)

    def find(self, value: Value | None, unit: str) -> Resource | None:
        """The role or user that a property names: by a reference, or by its literal name or ARN."""
        found = () if value is None else self._candidates(value, unit)
        return found[0] if len(found) == 1 else None

    def rights(self, principal: Resource) -> Rights:
        """What the policies of a role or user say."""
        return self._rights[principal.unit, principal.address]

    def _candidates(self, value: Value, unit: str) -> Sequence[Resource]:
        """Those whom a property can name; several if it does not say which instance it means."""
        reference = reference_of(value)
        if reference is None:
            text = literal(value)
            return self._among(value, unit) if text is None else self._by_name.get((unit, text.rpartition("/")[2]), ())
        # What names the role can also be what the role's own name is taken from.
        return self._at(reference, unit) or self._by_source.get((unit, reference.address, reference.path), ())

    def _at(self, reference: Reference, unit: str) -> Sequence[Resource]:
        exact = self._by_address.get((unit, reference.address))
        return (exact,) if exact is not None else self._by_block.get((unit, without_indexes(reference.address)), ())

    def _among(self, value: Value, unit: str) -> Sequence[Resource]:
        """Those that flow into the value: a role's name can be made of what is no role, such as a random text."""
        data = value.data
        if not isinstance(data, Unknown) or data.alternatives:
            return ()
        found = {one.address: one for reference in data.references for one in self._at(reference, unit)}
        return tuple(found.values())

    def _know(self, resource: Resource) -> None:
        kind, unit = kind_of(resource), resource.unit
        if resource.mode == "managed" and kind in _PRINCIPALS_FOLDED and resource.exists is not False:
            self._by_address[unit, resource.address] = resource
            self._by_block[unit, without_indexes(resource.address)].append(resource)
            for value in (resource.get(name) for name in _NAMES):
                text = literal(value)
                if text is not None:
                    self._by_name[unit, text].append(resource)
                if value is not None and isinstance(value.data, Reference):
                    self._by_source[unit, value.data.address, value.data.path].append(resource)
        if kind == _DOCUMENT or kind in _MANAGED_FOLDED:
            self._documents[unit, resource.address] = resource
            self._documents.setdefault((unit, without_indexes(resource.address)), resource)

    def _read(self, resource: Resource) -> None:
        kind = kind_of(resource)
        if kind in _PRINCIPALS_FOLDED:
            self._read_own(resource)
        for names, document in filter(None, (_OF_PRINCIPAL_FOLDED.get(kind),)):
            for rights in self._those(resource, names):
                self._add(rights, resource.get(document), resource)
        for names, policies in filter(None, (_ATTACHMENTS.get(kind),)):
            for rights in self._those(resource, names):
                for arn in listed(resource.get(policies)):
                    self._attach(rights, arn, resource)

    def _read_own(self, principal: Resource) -> None:
        rights = self.rights(principal)
        for path, document in (("inline_policy", "policy"), ("Policies", "PolicyDocument")):
            for policy in listed(principal.get(path)):
                self._add(rights, policy.get(document, ignore_case=True), principal)
        for name in ("managed_policy_arns", "ManagedPolicyArns"):
            for arn in listed(principal.get(name)):
                self._attach(rights, arn, principal)

    def _those(self, resource: Resource, names: str) -> Iterator[Rights]:
        """The principals that a policy is attached to; whoever it may be attached to has more than is seen."""
        for name in names.split():
            for value in listed(resource.get(name)):
                candidates = self._candidates(value, resource.unit)
                for principal in candidates:
                    if len(candidates) == 1:
                        yield self.rights(principal)
                    else:
                        self.rights(principal).complete = False

    def _attach(self, rights: Rights, arn: Value, resource: Resource) -> None:
        """A managed policy: one of AWS's own by its name, or one of this unit by its resource."""
        text = arn.spelled
        name = policy_name(text).casefold()
        if _AWS_OWN in text or text.casefold().startswith("arn:aws:iam::aws:"):
            rights.policies += 1
            rights.about_ai |= name.startswith(_AI_POLICIES)
            if name in _ADMIN:
                rights.admin.append((name, arn))
            return
        reference = reference_of(arn)
        policy = None
        if reference is not None:
            policy = self._document(reference, resource.unit)
        if policy is None:
            rights.complete = False
            return
        self._add(rights, policy.get(_MANAGED_FOLDED.get(kind_of(policy), "policy")), policy)

    def _add(self, rights: Rights, document: Value | None, resource: Resource) -> None:
        found = self._statements(document, resource.unit)
        if found is None or document is None:
            rights.complete = False
            return
        rights.policies += 1
        for statement in found:
            if statement.everything:
                place = Value(None, statement.location)
                rights.admin.append((_spelled(statement), place))
            if statement.allows:
                rights.actions.update(action.casefold() for action in statement.actions if _is_ai(action))
        rights.about_ai |= bool(rights.actions)

    def _document(self, reference: Reference, unit: str) -> Resource | None:
        exact = self._documents.get((unit, reference.address))
        return exact or self._documents.get((unit, without_indexes(reference.address)))

    def _statements(self, document: Value | None, unit: str) -> tuple[Statement, ...] | None:
        found = statements(document)
        if found is not None or document is None:
            return found
        reference = reference_of(document)
        data = None if reference is None else self._document(reference, unit)
        if data is None or kind_of(data) != _DOCUMENT:
            return None
        if data.get("source_policy_documents") is not None or data.get("override_policy_documents") is not None:
            return None
        blocks = data.get("statement")
        return None if blocks is not None and not blocks.known else block_statements(blocks)


def _is_ai(action: str) -> bool:
    service, colon, _ = action.casefold().partition(":")
    return bool(colon) and service in AI_PREFIXES


def _spelled(statement: Statement) -> str:
    actions = ", ".join(statement.actions) or f"all but {', '.join(statement.other_actions)}"
    return f"{actions} on {', '.join(statement.resources) or 'all but ' + ', '.join(statement.other_resources)}"
