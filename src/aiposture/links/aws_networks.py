"""Networks of AWS: which VPC a workload runs in, which endpoints that VPC has, and whether all of it stands here.

An interface endpoint belongs to the VPC of the caller and says nothing about who calls. Endpoint and caller are mostly
declared in different places: that none is seen means nothing unless nobody else can add one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from aiposture.aws_policies import bare
from aiposture.links.addresses import without_indexes
from aiposture.links.names import kind_of, listed, literal, reference_of
from aiposture.model import Reference, Resource, Unknown, Value

_VPCS = ("aws_vpc", "AWS::EC2::VPC")
_SUBNETS = {"aws_subnet": "vpc_id", "AWS::EC2::Subnet": "VpcId"}
_ENDPOINTS = {
    "aws_vpc_endpoint": ("service_name", "vpc_id", "vpc_endpoint_type", "private_dns_enabled"),
    "AWS::EC2::VPCEndpoint": ("ServiceName", "VpcId", "VpcEndpointType", "PrivateDnsEnabled"),
}
# Other ways out of a network, and other hands in it.
_WAYS_OUT = (
    "aws_ec2_transit_gateway_vpc_attachment", "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::TransitGatewayVpcAttachment", "aws_vpc_peering_connection", "AWS::EC2::VPCPeeringConnection",
    "aws_ram_resource_association", "AWS::RAM::ResourceShare", "aws_route53_zone_association",
    "aws_route53_resolver_rule_association", "AWS::Route53Resolver::ResolverRuleAssociation",
    "aws_vpclattice_service_network_vpc_association", "AWS::VpcLattice::ServiceNetworkVpcAssociation",
    "aws_cloudformation_stack", "AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource",
    "AWS::Serverless::Application",
)  # fmt: skip
_NAMES = "aws_vpc_endpoint_service"  # looks the name of an endpoint's service up
CUSTOM = "custom::"
"""How the types of CloudFormation begin, in lower case, that can do anything."""
_TOLD = ("aws_ssm_parameter", "AWS::SSM::Parameter")

WANTED: frozenset[str] = frozenset({*_VPCS, *_SUBNETS, *_ENDPOINTS, *_WAYS_OUT, *_TOLD, _NAMES})

_VPCS_FOLDED = frozenset(name.casefold() for name in _VPCS)
_SUBNETS_FOLDED = {name.casefold(): path for name, path in _SUBNETS.items()}
_ENDPOINTS_FOLDED = {name.casefold(): paths for name, paths in _ENDPOINTS.items()}
_WAYS_OUT_FOLDED = frozenset(name.casefold() for name in _WAYS_OUT)
_TOLD_FOLDED = frozenset(name.casefold() for name in _TOLD)


class Endpoint(NamedTuple):
    """A VPC endpoint: the name of its service, and its VPC, None if that is not decided.

    `kind` is "interface" or "gateway" in lower case, None if that is not decided, `private_dns` what the code says.
    """

    resource: Resource
    service: str
    vpc: str | None
    kind: str | None
    private_dns: Value | None


class Networks:
    """The networks of a scan, unit by unit."""

    def __init__(self, resources: Sequence[Resource], partial: AbstractSet[str]) -> None:
        """`resources` are all those of the scan; of the units in `partial` something was not read."""
        self._subnets: dict[tuple[str, str], Resource] = {}
        self._vpcs: set[tuple[str, str]] = set()
        self._told: dict[str, set[str]] = defaultdict(set)
        self._open = set(partial)
        self._endpoints: dict[str, list[Endpoint]] = defaultdict(list)
        self._names: dict[tuple[str, str], str] = {}
        present = [each for each in resources if each.exists is not False]
        for resource in present:
            self._know(resource)
        for resource in present:
            paths = _ENDPOINTS_FOLDED.get(kind_of(resource))
            if paths is not None and resource.mode == "managed":
                name, vpc, kind, dns = (resource.get(path) for path in paths)
                known = "gateway" if kind is None else literal(kind)
                found = Endpoint(resource, self._name(name, resource.unit), self._vpc(vpc, resource.unit), known, dns)
                self._endpoints[resource.unit].append(found)

    def _know(self, resource: Resource) -> None:
        kind, unit = kind_of(resource), resource.unit
        if resource.mode == "module" or kind in _WAYS_OUT_FOLDED or kind.startswith(CUSTOM):
            self._open.add(unit)
        if resource.mode == "output" or kind in _TOLD_FOLDED:
            told = (reference for value in resource.properties.walk() for reference in _references(value))
            self._told[unit].update(without_indexes(each.address) for each in told)
        if kind in _SUBNETS_FOLDED and resource.mode == "managed":
            self._subnets[unit, resource.address] = resource
            self._subnets.setdefault((unit, without_indexes(resource.address)), resource)
        if kind == _NAMES and resource.mode == "data":
            service = literal(resource.get("service"))
            if service is not None:
                self._names[unit, without_indexes(resource.address)] = f"com.amazonaws.region.{service}"
        if kind in _VPCS_FOLDED and resource.mode == "managed" and resource.exists is True:
            self._vpcs.add((unit, without_indexes(resource.address)))

    def _name(self, value: Value | None, unit: str) -> str:
        reference = None if value is None else reference_of(value)
        looked_up = None if reference is None else self._names.get((unit, without_indexes(reference.address)))
        return looked_up or _text(value)

    def vpc_of(self, subnets: Value | None, unit: str) -> str | None:
        """The VPC of a workload in these subnets, by its address or by the expression that stands for it."""
        found = {self._vpc_of_subnet(each, unit) for each in listed(subnets)}
        return found.pop() if len(found) == 1 else None

    def _vpc_of_subnet(self, value: Value, unit: str) -> str | None:
        reference = reference_of(value)
        if reference is None:
            return None
        address = reference.address
        subnet = self._subnets.get((unit, address)) or self._subnets.get((unit, without_indexes(address)))
        return None if subnet is None else self._vpc(subnet.get(_SUBNETS_FOLDED[kind_of(subnet)]), unit)

    def _vpc(self, value: Value | None, unit: str) -> str | None:
        if value is None:
            return None
        reference = reference_of(value)
        if reference is not None and (unit, without_indexes(reference.address)) in self._vpcs:
            return without_indexes(reference.address)
        return None if isinstance(value.data, Unknown) and value.data.alternatives else _text(value)

    def endpoints(self, unit: str) -> Sequence[Endpoint]:
        """The VPC endpoints of a unit."""
        return self._endpoints.get(unit, ())

    def are_apart(self, one: str | None, other: str | None, unit: str) -> bool:
        """Whether two VPCs are surely not the same: a parameter can stand for any."""
        return one != other and all(each is not None and self._is_decided(each, unit) for each in (one, other))

    def _is_decided(self, vpc: str, unit: str) -> bool:
        return (unit, vpc) in self._vpcs or vpc.startswith("vpc-")

    def is_closed(self, vpc: str | None, unit: str) -> bool:
        """Whether nobody outside of the unit can give the VPC an endpoint: it is declared here, and nobody is told."""
        if vpc is None or (unit, vpc) not in self._vpcs or unit in self._open:
            return False
        told = self._told[unit]
        subnets = {
            without_indexes(address)
            for (place, address), subnet in self._subnets.items()
            if place == unit and self._vpc(subnet.get(_SUBNETS_FOLDED[kind_of(subnet)]), unit) == vpc
        }
        return vpc not in told and not subnets & told


def _references(value: Value) -> Iterator[Reference]:
    if isinstance(value.data, Unknown):
        yield from (each for each in (value.data, *value.data.references) if isinstance(each, Reference))


def _text(value: Value | None) -> str:
    if value is None:
        return ""
    return bare(value.data.expression) if isinstance(value.data, Unknown) else str(value.data)
