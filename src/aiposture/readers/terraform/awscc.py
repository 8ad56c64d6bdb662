"""Resources of the awscc provider as what they are: CloudFormation's, with the names in snake case.

`awscc_sagemaker_notebook_instance` with `subnet_id` becomes `AWS::sagemaker::NotebookInstance` with `SubnetId`. The
rule is generic, and it cannot know how CloudFormation spells acronyms (`CustomJWTAuthorizer`): types and properties
of CloudFormation are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiposture.model import Data, Resource, Unknown, Value

_PREFIX = "awscc_"
_MAX_DEPTH = 64

# Maps whose keys are the user's own words.
_FREE = frozenset({"environment", "environment_variables", "tags", "variables", "custom_parameters", "parameters"})


def fold(resources: Sequence[Resource]) -> list[Resource]:
    """The resources, those of awscc with the types and the properties of CloudFormation."""
    return [_folded(resource) if resource.type.startswith(_PREFIX) else resource for resource in resources]


def _folded(resource: Resource) -> Resource:
    service, _, name = resource.type.removeprefix(_PREFIX).partition("_")
    properties = _spelled(resource.properties, 0)
    return resource._replace(type=f"AWS::{service}::{_pascal(name)}", properties=properties)


def _spelled(value: Value, depth: int) -> Value:
    data: Data = value.data
    if depth > _MAX_DEPTH:
        return value
    if isinstance(data, Mapping):
        data = {
            _pascal(key): member if key in _FREE and _is_free(member) else _spelled(member, depth + 1)
            for key, member in data.items()
        }
    elif isinstance(data, tuple):
        data = tuple(_spelled(member, depth + 1) for member in data)
    elif isinstance(data, Unknown) and data.alternatives:
        data = data.replace(alternatives=tuple(_spelled(member, depth + 1) for member in data.alternatives))
    return value.with_data(data)


def _is_free(member: Value) -> bool:
    """A map of texts. What has objects below, such as the environment of an agent, has properties."""
    below = member.members().values()
    return not any(isinstance(each.data, (Mapping, tuple)) for each in below)


def _pascal(name: str) -> str:
    """`vpc_endpoint_type` as `VpcEndpointType`; what is no name in snake case stays."""
    if name != name.lower() or not name.replace("_", "").isalnum():
        return name
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
