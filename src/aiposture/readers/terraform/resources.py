"""From module instances to resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.model import Mode, Resource, Unknown, Value
from aiposture.readers.terraform import blocks
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.calls import ModuleCall, both
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.symbols import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiposture.readers.terraform.instances import Instance
    from aiposture.readers.terraform.scope import Scope
    from aiposture.readers.terraform.syntax import Block


def resources_of(scope: Scope) -> Iterator[Resource]:
    """All wanted resources of a root module and of the modules below it, the calls of remote modules, its outputs."""
    yield from _module(scope)
    for name, block in scope.configuration.outputs.items():
        yield _output(scope, name, block)


def _module(scope: Scope) -> Iterator[Resource]:
    wanted = scope.unit.wanted
    for (mode, type_, name), block in scope.configuration.resources.items():
        if wanted(type_):
            try:
                _, instances = scope.family(mode, type_, name)
            except EvaluationError as error:
                scope.unit.error(block.header, str(error))
                continue
            yield from (_resource(scope, instance) for instance in instances)
    for block in scope.configuration.repeated:
        if wanted(block.labels[0]):
            yield from (_resource(scope, instance) for instance in scope.repeated(block))
    for name, block in scope.configuration.modules.items():
        yield from _call(scope, name, block)


def _call(scope: Scope, name: str, block: Block) -> Iterator[Resource]:
    unit = scope.unit
    found = unit.locate(scope.configuration.directory, f"{scope.place.key}{name}", block)
    if isinstance(found, str) and not unit.holds_wanted(found, f"{scope.place.key}{name}."):
        return
    try:
        call = scope.module(name)
    except EvaluationError as error:
        unit.error(block.header, str(error))
        return
    for inner in call.scopes:
        yield from _module(inner)
    if call.remote:
        yield from _remote(scope, name, call)


def _resource(scope: Scope, instance: Instance) -> Resource:
    block = instance.block
    properties = instance.properties()
    scope.budget.spend_on(properties)
    mode: Mode = "data" if block.type == "data" else "managed"
    return Resource(
        dialect="terraform",
        mode=mode,
        type=block.labels[0],
        declared_type=block.labels[0],
        name=block.labels[1],
        address=instance.address,
        unit=scope.unit.root,
        properties=properties,
        location=block.location,
        header=block.header,
        exists=both(scope.place.exists, instance.slot.exists),
        calls=scope.place.calls,
        provider=scope.unit.provider(scope.place.chain, block),
        ignore_changes=_ignore_changes(block),
    )


def _remote(scope: Scope, name: str, call: ModuleCall) -> Iterator[Resource]:
    family, remote = call.family, call.remote
    assert remote is not None  # noqa: S101 - the caller's check, for the type checker
    block = family.block
    for slot in family.expansion.slots:
        address = family.address + slot.suffix
        site = blocks.Site(scope, slot.frame, address)
        members: dict[str, Value] = {}
        if scope.unit.wanted(remote.source):
            for argument, nested in blocks.names(block.body).items():
                value = blocks.property_of(block.body, argument, site, nested)
                if value is not None and argument not in ("source", "version"):
                    members[argument] = value
        scope.budget.spend_on(*members.values())
        yield Resource(
            dialect="terraform",
            mode="module",
            type=remote.source,
            declared_type=remote.source,
            name=name,
            address=address,
            unit=scope.unit.root,
            properties=Value(members, block.header),
            location=block.location,
            header=block.header,
            exists=both(scope.place.exists, slot.exists),
            calls=scope.place.calls,
            version=remote.version,
        )


def _output(scope: Scope, name: str, block: Block) -> Resource:
    members: dict[str, Value] = {}
    if "value" in block.body.attributes:
        try:
            members["value"] = scope.output(name)
        except EvaluationError as error:
            node = block.body.attributes["value"].expression
            members["value"] = Value(Unknown(node.span.text, str(error)), node.span.location)
    scope.budget.spend_on(*members.values())
    sensitive = block.body.attributes.get("sensitive")
    if sensitive:
        members["sensitive"] = attempt(sensitive.expression, scope)
    return Resource(
        dialect="terraform",
        mode="output",
        type="output",
        declared_type="output",
        name=name,
        address=f"output.{name}",
        unit=scope.unit.root,
        properties=Value(members, block.header),
        location=block.location,
        header=block.header,
    )


def _ignore_changes(block: Block) -> tuple[str, ...]:
    names = []
    for lifecycle in block.body.of_type("lifecycle"):
        attribute = lifecycle.body.attributes.get("ignore_changes")
        if attribute is None:
            continue
        node = attribute.expression
        names += [_name(item) for item in (node.items if isinstance(node, ast.ListOf) else (node,))]
    return tuple(name for name in names if name)


def _name(node: ast.Expression) -> str:
    if isinstance(node, ast.Traversal) and isinstance(node.root, str):
        return node.root
    return str(node.data) if isinstance(node, ast.Literal) else ""
