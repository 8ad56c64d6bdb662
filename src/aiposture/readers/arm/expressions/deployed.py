"""What is only known after deployment: the state of resources, their keys, and facts about the deployment."""

from __future__ import annotations

from collections.abc import Sequence

from aiposture.model import Reference, Unknown, Value
from aiposture.readers.arm.expressions.arguments import Site
from aiposture.readers.arm.expressions.resources import named_by
from aiposture.readers.arm.expressions.scope import Scope
from aiposture.readers.arm.expressions.unknowns import call_text, references_of, trail_of, unknown


def reference(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`reference(name or id, [api version], ['Full'])`: a resource's properties, or with 'Full' all of it."""
    address = _address(scope, args[0])
    if address is None:
        return unknown(call_text(site, args), site.location, args, "is known after deployment")
    full = any(isinstance(arg.data, str) and arg.data.casefold() == "full" for arg in args[1:])
    state = scope.state(address)
    if state is None:
        return _referred(site, args, address, ())
    return Value({"properties": state}, site.location) if full else state


def references(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`references(symbolic name, ['Full'])`: the resources of a loop."""
    address = _symbol(scope, args[0])
    because = list(args)
    if address is not None:
        because.append(_referred(site, args, address, ()))
    return unknown(call_text(site, args), site.location, because, "is known after deployment")


def resource_info(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`resourceInfo(symbolic name)`: the id, the name and the type."""
    address = _symbol(scope, args[0])
    if address is None:
        return unknown(call_text(site, args), site.location, args, "no such resource stands in the template")
    return _referred(site, args, address, ())


def list_(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`listKeys(id, api version)` and its kin. What is elsewhere is referred to by its id."""
    address = _address(scope, args[0]) if args else None
    if address is None and args and named_by(args[0]) is not None:
        data = args[0].data
        address = data.expression if isinstance(data, Unknown) else str(data)
    if address is None:
        return unknown(call_text(site, args), site.location, args, "is known after deployment")
    return _referred(site, args, address, (site.name,))


def fact(site: Site, scope: Scope, args: Sequence[Value]) -> Value:
    """`resourceGroup()` and the other FACTS."""
    known = None if args else scope.fact(site.name)
    if known is not None:
        return known
    return unknown(call_text(site, args), site.location, args, "the deployment decides it", something=True)


def outside(site: Site, _: Scope, args: Sequence[Value]) -> Value:
    """What depends on Azure, on the moment or on what surrounds the deployment."""
    return unknown(call_text(site, args), site.location, args, f"{site.name}() is only known in a deployment")


def fail(site: Site, _: Scope, args: Sequence[Value]) -> Value:
    """`fail(message)`: the deployment stops."""
    return unknown(call_text(site, args), site.location, args, "fail() stops the deployment")


def _referred(site: Site, args: Sequence[Value], address: str, path: tuple[str, ...]) -> Value:
    also = tuple(ref for ref in references_of(*args) if ref.address != address)
    data = Reference(call_text(site, args), f"{address} is not deployed yet", also, (), address, path)
    return Value(data, site.location, trail_of(*args))


def _address(scope: Scope, target: Value) -> str | None:
    """The address of the resource that an id or a name means, if it stands in the deployment."""
    data = target.data
    if isinstance(data, Reference):
        return data.address if data.path == ("id",) or not data.path else None
    name = named_by(target)
    return scope.resource(name) if name is not None else _symbol(scope, target)


def _symbol(scope: Scope, name: Value) -> str | None:
    return scope.symbol(name) if isinstance(name.data, str | Unknown) else None
