"""Managed policies that Terraform looks up before it attaches them: `data.aws_iam_policy.x.arn` is followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aiposture.model import Reference, Resource, Step, Value

_LOOKUP = "aws_iam_policy"
_ATTACHING = ("policy_arn", "policy_arns", "managed_policy_arns", "permissions_boundary")

# Policies of AWS's own are the only ones with such names that anybody looks up by name.
_OWN = (
    "Amazon",
    "AWS",
    "BedrockAgentCore",
    "AdministratorAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "ReadOnlyAccess",
)


def follow(resources: Sequence[Resource]) -> Sequence[Resource]:
    """The resources; where one attaches a policy that a data source of its unit names, with that policy's ARN."""
    found = {
        (each.unit, each.address): arn
        for each in resources
        if each.mode == "data" and each.type == _LOOKUP
        for arn in _arn(each)
    }
    if not found:
        return resources
    return [_followed(each, found) if each.type.startswith("aws_iam_") else each for each in resources]


def _arn(lookup: Resource) -> Iterator[Value]:
    for name in ("arn", "name"):
        value = lookup.get(name)
        if value is not None and isinstance(value.data, str):
            if name == "arn":
                yield value
            elif value.data.startswith(_OWN):
                yield value.with_data(f"arn:aws:iam::aws:policy/{value.data}")
            return


def _followed(resource: Resource, found: Mapping[tuple[str, str], Value]) -> Resource:
    properties = dict(resource.properties.members())
    for name in _ATTACHING:
        value = properties.get(name)
        if value is not None:
            properties[name] = _named(value, resource.unit, found)
    if properties == resource.properties.members():
        return resource
    return resource._replace(properties=resource.properties.with_data(properties))


def _named(value: Value, unit: str, found: Mapping[tuple[str, str], Value]) -> Value:
    data = value.data
    if isinstance(data, tuple):
        return value.with_data(tuple(_named(each, unit, found) for each in data))
    if isinstance(data, Reference) and data.path == ("arn",):
        arn = found.get((unit, data.address))
        if arn is not None:
            step = Step("value", data.address, arn.location)
            return Value(arn.data, value.location, (step, *arn.trail, *value.trail))
    return value
