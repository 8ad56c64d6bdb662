"""From a deployment template, as a tree of values, to the resources that it deploys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aiposture.model import Comment, Dialect, Reading, Resource, Unknown, Value
from aiposture.readers.arm.copies import resolve
from aiposture.readers.arm.deployments import Deployment
from aiposture.readers.arm.instances import Instance, both
from aiposture.readers.arm.overlays import overlay
from aiposture.readers.arm.skips import skips
from aiposture.readers.arm.units import FindLinked, FindModule, RemoteModule, Unit
from aiposture.readers.arm.values import Given, member

__all__ = ["RemoteModule", "evaluate"]


def evaluate(  # noqa: PLR0913 - all but the template has a default
    template: Value,
    *,
    unit: str,
    wanted: Callable[[str], bool],
    dialect: Dialect = "arm",
    parameters: Mapping[str, Value] | None = None,
    linked: FindLinked | None = None,
    linked_parameters: FindLinked | None = None,
    modules: FindModule | None = None,
) -> Reading:
    """The resources of the types that are `wanted`, the data sources, remote modules and root outputs of a template.

    `parameters` are values from a parameter file, by name: plain data, or Unknown. `linked` finds the templates in
    files of their own, `linked_parameters` their parameter files, `modules` tells of a deployment resource which
    remote module it calls; what it names becomes a resource in mode "module" whose properties are the arguments.
    Nothing is raised.
    """
    made = Unit(dialect, linked, modules, linked_parameters)
    given = {name.casefold(): Given(_constant(value), "variable file") for name, value in (parameters or {}).items()}
    root = made.deploy(template, given)
    comments: list[Comment] = []
    found: list[tuple[Instance, Resource]] = []
    for deployment in made.deployments:
        for instance in deployment.instances:
            comments += skips(instance.raw)
            if wanted(instance.type):
                found.append((instance, _resource(instance, unit)))
    resources = [
        *overlay(found),
        *(_module(caller, module, unit, wanted) for caller, module in made.modules),
        *_outputs(root, unit),
    ]
    return Reading(tuple(resources), tuple(comments), (), tuple(made.not_analysed))


def _constant(value: Value) -> Callable[[], Value]:
    return lambda: value


def _resource(instance: Instance, unit: str) -> Resource:
    return Resource(
        dialect=instance.site.deployment.unit.dialect,
        mode="data" if instance.is_existing else "managed",
        type=instance.type,
        declared_type=instance.type,
        name=instance.symbol or instance.title,
        address=instance.address,
        unit=unit,
        properties=instance.properties(),
        location=instance.raw.location,
        header=instance.header.location,
        exists=instance.exists,
        calls=instance.site.deployment.calls,
        api_version=instance.api_version(),
    )


def _module(caller: Instance, module: RemoteModule, unit: str, wanted: Callable[[str], bool]) -> Resource:
    properties = Value({}, caller.raw.location)
    if wanted(module.source):
        passed = member(caller.raw, "properties", "parameters")
        arguments = {} if passed is None else resolve(passed, caller.site).members()
        values = {name: value.get("value") for name, value in arguments.items()}
        properties = properties.with_data({name: value for name, value in values.items() if value is not None})
    return Resource(
        dialect=caller.site.deployment.unit.dialect,
        mode="module",
        type=module.source,
        declared_type=module.source,
        name=caller.symbol or caller.title,
        address=caller.address,
        unit=unit,
        properties=properties,
        location=caller.raw.location,
        header=caller.header.location,
        exists=caller.exists,
        calls=caller.site.deployment.calls,
        version=module.version,
    )


def _outputs(root: Deployment, unit: str) -> Iterator[Resource]:
    declared = member(root.template, "outputs")
    for name, declaration in () if declared is None else declared.members().items():
        value = root.output(name)
        if value is not None:
            yield Resource(
                dialect=root.unit.dialect,
                mode="output",
                type="output",
                declared_type="output",
                name=name,
                address=f"outputs.{name}",
                unit=unit,
                properties=Value({"value": value}, declaration.location),
                location=declaration.location,
                header=declaration.location,
                exists=_condition(declaration, root),
            )


def _condition(declaration: Value, root: Deployment) -> bool | Unknown:
    stated = member(declaration, "condition")
    if stated is None:
        return True
    data = resolve(stated, root.site).data
    return both(data, other=True) if isinstance(data, (bool, Unknown)) else True
