"""Who may be sent by an AI service of AWS: the trust policies of its roles.

Bedrock, AgentCore and Q Business assume a role in the name of whoever asks. A condition on the account or the
resource that they are asked for keeps others out. SageMaker is left out on purpose: there the condition breaks
documented features, and roles cannot be passed across accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from aiposture.aws_policies import Statement, block_statements, statements
from aiposture.model import Fact, Origin, Resource
from aiposture.services.aws_google_cells import at
from aiposture.services.shape import Binding, Service, Several

_SOURCE = "IAM user guide, the confused deputy problem; Bedrock and AgentCore guides, service roles"

_SERVICES = frozenset(
    f"service:{name}.amazonaws.com" for name in ("bedrock", "bedrock-agentcore", "qbusiness", "application.qbusiness")
)
_GUARDS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")

_Read = Callable[[Resource], Iterable[Statement]]


def _trust(property_: str, read: _Read) -> Callable[[Resource], tuple[Fact, ...]]:
    def facts(resource: Resource) -> Iterator[Fact]:
        for statement in read(resource):
            trusted = [each for each in statement.principals if each.casefold() in _SERVICES]
            if statement.allows and trusted:
                guarded = any(key.startswith(_GUARDS) for key in statement.conditions)
                stated = ", ".join(each.partition(":")[2] for each in trusted)
                yield Fact(
                    guarded, Origin.STATED, property_, statement.location, (guarded,), note=f"it trusts {stated}"
                )

    return lambda resource: tuple(facts(resource))


def _of_document(path: str) -> _Read:
    return lambda resource: statements(at(resource, path)) or ()


def _of_blocks(resource: Resource) -> Iterable[Statement]:
    return block_statements(resource.get("statement"))


def _binding(types: tuple[str, ...], path: str, read: _Read, *, data_source: bool = False) -> Binding:
    facts = _trust(path, read)

    def trusts_one_of_ours(resource: Resource) -> bool:
        return bool(facts(resource))

    return Binding(
        types=types,
        protections={"trust": Several(facts, (path,), _SOURCE)},
        when=trusts_one_of_ours,
        data_source=data_source,
        tokens=("bedrock", "qbusiness"),
    )


SERVICES = (
    Service(
        "aws-ai-trust-policy",
        "Trust policy of an AI service's role",
        (
            _binding(("aws_iam_role",), "assume_role_policy", _of_document("assume_role_policy")),
            _binding(("aws_iam_policy_document",), "statement", _of_blocks, data_source=True),
            _binding(("AWS::IAM::Role",), "AssumeRolePolicyDocument", _of_document("AssumeRolePolicyDocument")),
        ),
    ),
)
