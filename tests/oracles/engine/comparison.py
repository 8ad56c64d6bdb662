"""What the ARM reader makes of a template, held against what the engine makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from engine import FACTS, Engine

from aiposture.model import Data, Location, Unknown, Value
from aiposture.readers.arm import json_values
from aiposture.readers.arm.expressions.open_objects import unnamed_of
from aiposture.readers.arm.instances import Instance
from aiposture.readers.arm.sites import Site
from aiposture.readers.arm.units import Unit
from aiposture.readers.arm.values import Given

HERE = Location("parameters", 1, 1, 1, 2)
# The parent and the scope of a resource are for the reader's users; the engine puts them into the id.
OWN = frozenset({"name", "parent_id", "scope"})
MAX_DEPTH = 8
_NOT_EXPANDED = "NestedDeploymentShortCircuited"


@dataclass
class Comparison:
    """What was compared, and the differences in words. `whole`: the engine expanded all nested deployments."""

    whole: bool = True
    differences: list[str] = field(default_factory=list)
    resources: int = 0
    values: int = 0
    unknowns: int = 0


def compare(engine: Engine, text: str, *, facts: bool, arguments: bool = True) -> Comparison:
    """Compare the resources of a template. With `facts` the reader knows the target of the deployment too.

    Without `arguments` it is not told the parameters that the engine needs: what it then says must hold for those.
    Raises RefusedError if the engine does not take the template.
    """
    template = json_values.parse(text.encode(), "t.json")
    document = template.plain()
    given = required(document)
    snapshot = engine.snapshot(document, given)
    found = Comparison(whole=not any(_NOT_EXPANDED in str(one) for one in snapshot["diagnostics"]))
    of_group = "deploymenttemplate.json" in document["$schema"].rpartition("/")[2].casefold()[:23]
    known = given if arguments else {}
    _match(_instances(template, known, facts=facts and of_group), snapshot["predictedResources"], found)
    return found


def required(document: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each parameter that needs one: the place that the template came from is not known here either."""
    found: dict[str, Any] = {}
    for name, declaration in (document.get("parameters") or {}).items():
        stated = _declared(declaration, document)
        if "templateLink" in str(stated.get("defaultValue")):
            found[name] = "https://contoso.org/templates/"
        elif "defaultValue" not in stated and not stated.get("nullable"):
            found[name] = _example(name, stated, document)
    return found


def _declared(declaration: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    stated = {**declaration}
    while "$ref" in stated:
        stated = {**document["definitions"][stated.pop("$ref").rpartition("/")[2]], **stated}
    return stated


def _example(name: str, stated: Mapping[str, Any], document: Mapping[str, Any], depth: int = 0) -> Any:
    kind, allowed = str(stated.get("type")).casefold(), stated.get("allowedValues")
    if kind == "array":
        return []
    if allowed:
        return allowed[0]
    if kind in {"string", "securestring"}:
        return f"given{name}".ljust(stated.get("minLength", 0), "x")[: stated.get("maxLength", 90)]
    members = {name: _declared(one, document) for name, one in (stated.get("properties") or {}).items()}
    needed = {name: one for name, one in members.items() if not one.get("nullable") and depth < MAX_DEPTH}
    made = {name: _example(name, one, document, depth + 1) for name, one in needed.items()}
    return {"int": stated.get("minValue", 1), "bool": False}.get(kind, made)


def value_of(data: Any) -> Value:
    """Plain data as a value."""
    if isinstance(data, dict):
        return Value({name: value_of(one) for name, one in data.items()}, HERE)
    return Value(tuple(map(value_of, data)) if isinstance(data, list) else data, HERE)


def _instances(template: Value, given: Mapping[str, Any], *, facts: bool) -> list[tuple[Instance, Value]]:
    known = {name: value_of(fact) for name, fact in FACTS.items()} if facts else {}
    with mock.patch.object(Site, "fact", lambda _, name: known.get(name)):
        unit = Unit("arm", None, None)
        values = {name: value_of(one) for name, one in given.items()}
        unit.deploy(template, {name.casefold(): _given(one) for name, one in values.items()})
        found = [one for each in unit.deployments for one in each.instances]
        shown = [one for one in found if not one.is_deployment and not one.is_existing and one.exists is not False]
        shown = [one for one in shown if one.raw.get("import") is None and one.raw.get("extension") is None]
        return [(one, one.properties()) for one in shown if one.title]  # all that is looked at is worked out here


def _given(value: Value) -> Given:
    return Given(lambda: value, "variable file")


def _match(ours: list[tuple[Instance, Value]], predicted: list[dict[str, Any]], found: Comparison) -> None:
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in predicted:
        if "name" not in one:
            continue  # what an extension deploys is no resource of Azure
        by_name[one["type"].casefold(), str(one["name"]).casefold()].append(one)
    named = set()
    open_types = set()
    for instance, properties in ours:
        key = (instance.type.casefold(), instance.title.casefold())
        is_open = any(isinstance(name.data, Unknown) for name in instance.names)
        if is_open:
            open_types.add(key[0])
            same_type = [one for (type_, _), group in by_name.items() if type_ == key[0] for one in group]
            candidates = same_type if instance.exists is True and found.whole else []
        else:
            named.add(key)
            candidates = by_name.get(key, [])
        if candidates:
            found.resources += 1
            tries = [list(_of_resource(properties, one, found)) for one in candidates]
            found.differences += [f"{instance.address}: {one}" for one in min(tries, key=len)]
        elif instance.exists is True and found.whole and not is_open:
            found.differences.append(f"{instance.address}: the engine does not deploy it")
    missing = [key for key in by_name if key not in named and key[0] not in open_types]
    found.differences += [f"{' '.join(key)}: only the engine deploys it" for key in missing]


def _of_resource(properties: Value, theirs: Mapping[str, Any], found: Comparison) -> Iterator[str]:
    folded = {name.casefold(): one for name, one in theirs.items()}
    for name, value in properties.members().items():
        if name.casefold() in folded and name not in OWN:
            yield from _differences(value, folded[name.casefold()], name, found)
        elif name not in OWN and not _can_be_null(value.data):
            yield f"{name}: only we have it"


def _can_be_null(data: Data) -> bool:
    if isinstance(data, Unknown):
        return not data.alternatives or any(_can_be_null(one.data) for one in data.alternatives)
    return data is None


def _differences(ours: Value, theirs: Any, path: str, found: Comparison) -> Iterator[str]:
    if isinstance(theirs, str) and theirs.startswith("[") and theirs.endswith("]") and ours.data != theirs:
        return  # the engine leaves it to the deployment
    data = ours.data
    if isinstance(data, Unknown):
        found.unknowns += 1
        if data.alternatives and all(list(_differences(one, theirs, path, found)) for one in data.alternatives):
            yield f"{path}: {theirs!r} is none of {[one.plain() for one in data.alternatives]!r}"
    elif isinstance(data, Mapping) and isinstance(theirs, dict):
        yield from _of_objects(data, theirs, path, found)
    elif isinstance(data, tuple) and isinstance(theirs, list) and len(data) == len(theirs):
        for index, (one, other) in enumerate(zip(data, theirs, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]", found)
    elif isinstance(data, tuple) and isinstance(theirs, list) and _repeats(data, theirs, found):
        found.unknowns += 1
    else:
        found.values += 1
        if type(data) is not type(theirs) or data != theirs:
            yield f"{path}: {ours.plain()!r} instead of {theirs!r}"


def _repeats(ours: Sequence[Value], theirs: list[Any], found: Comparison) -> bool:
    """Whether the lists are the same but for unknown members of ours: `union()` keeps what may repeat another."""
    waiting = list(theirs)
    for one in ours:
        if waiting and not list(_differences(one, waiting[0], "", found)):
            waiting.pop(0)
        elif not isinstance(one.data, Unknown):
            return False
    return not waiting


def _of_objects(ours: Mapping[str, Value], theirs: dict[str, Any], path: str, found: Comparison) -> Iterator[str]:
    unnamed = unnamed_of(ours)
    for name, value in ours.items():
        if name in theirs:
            yield from _differences(value, theirs[name], f"{path}.{name}", found)
        elif name not in unnamed:
            yield f"{path}.{name}: only we have it"
    if not unnamed:
        yield from (f"{path}.{name}: only the engine has it" for name in theirs if name not in ours)
