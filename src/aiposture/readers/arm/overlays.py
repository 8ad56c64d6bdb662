"""Resources that are deployed twice: first made, then changed by a deployment that waits for the first."""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping

from aiposture.model import Reference, Resource, Unknown, Value
from aiposture.readers.arm.copies import resolve
from aiposture.readers.arm.expressions.open_objects import object_of, unnamed_of
from aiposture.readers.arm.instances import Instance
from aiposture.readers.arm.sites import Site
from aiposture.readers.arm.values import member

_MAX_WAITS = 100
_NOTE = "changed later in the same deployment"
_TARGETS = ("subscriptionId", "resourceGroup", "scope")
_HERE = frozenset({"resourcegroup().name", "subscription().subscriptionid"})

# Texts that can stand for two different values of one template. (The time is the same all over a template.)
_CHANGING = ("copyindex(", "lambdavariables(", "newguid(", "(secure)", "…")
# Functions whose result hangs on nothing but their arguments and the target of the deployment.
_SAME_EVERYWHERE = frozenset(
    {"concat", "format", "guid", "resourcegroup", "substring", "subscription", "take", "tolower", "toupper",
     "uniquestring"}
)  # fmt: skip


def overlay(found: Iterable[tuple[Instance, Resource]]) -> list[Resource]:
    """The resources; one that a later deployment states again has the later properties over its own.

    Names tell that two mean the same: equal texts, or expressions that give the same wherever they stand. Where
    the order is not known, both are kept.
    """
    pairs = list(found)
    resources = {index: resource for index, (_, resource) in enumerate(pairs)}
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, (instance, _) in enumerate(pairs):
        if instance.exists is True and not instance.is_existing:
            groups[_identity(instance)].append(index)
    groups.pop(None, None)
    dependencies: dict[int, list[Instance]] = {}
    for group in groups.values():
        if len(group) > 1:
            _merge_group({index: pairs[index][0] for index in group}, resources, dependencies)
    return list(resources.values())


def _merge_group(
    group: Mapping[int, Instance], resources: dict[int, Resource], dependencies: dict[int, list[Instance]]
) -> None:
    """Lay those resources of one name over the first that wait for it, in the order in which they are deployed."""
    makers: dict[int, int] = {}  # by what can be waited for
    for index, instance in group.items():
        for each in (instance, *_callers(instance)):
            makers.setdefault(id(each), index)
    waits = {
        index: {makers[each] for each in _waits_for(instance, dependencies) if each in makers} - {index}
        for index, instance in group.items()
    }
    for later in sorted(group, key=lambda index: len(waits[index])):
        earlier = next((index for index in sorted(waits[later]) if index in resources), None)
        if earlier is not None:
            resources[earlier] = _merged(resources[earlier], resources.pop(later))


def _callers(instance: Instance) -> Iterator[Instance]:
    """The deployments around a resource, the nearest first."""
    caller = instance.site.deployment.caller
    while caller is not None:
        yield caller
        caller = caller.site.deployment.caller


def _waits_for(instance: Instance, dependencies: dict[int, list[Instance]]) -> set[int]:
    """What a resource and the deployments around it wait for, by identity, also what these wait for in turn."""
    around = [instance, *_callers(instance)]
    own = {id(each) for each in around}
    found: set[int] = set()
    pending = around
    while pending and len(found) < _MAX_WAITS:
        each = pending.pop()
        if id(each) not in dependencies:
            dependencies[id(each)] = each.dependencies()
        new = [other for other in dependencies[id(each)] if id(other) not in found and id(other) not in own]
        found.update(id(other) for other in new)
        pending += new
    return found


def _identity(instance: Instance) -> Hashable:
    """What two statements of one resource have in common: type, name and target; None if that cannot be told."""
    names = tuple(_key(each, instance.site) for each in instance.names)
    if None in names or "" in names:
        return None
    own_scope = member(instance.raw, "scope")
    scope = None if own_scope is None else _key(resolve(own_scope, instance.site), instance.site)
    return instance.type.casefold(), names, scope, _target(instance)


def _target(instance: Instance) -> Hashable:
    """Where the deployments around a resource deploy to, as far as they say so."""
    target: dict[str, Hashable] = {}
    for caller in _callers(instance):
        for name in _TARGETS:
            stated = member(caller.raw, name)
            if stated is not None and name not in target:
                key = _key(resolve(stated, caller.site), caller.site)
                if key not in _HERE:
                    target[name] = id(caller) if key is None else key
    return tuple(sorted(target.items(), key=lambda item: item[0]))


def _key(value: Value, site: Site) -> Hashable:
    """What equal values have in common, also unknown ones; None if that cannot be told."""
    data = value.data
    if isinstance(data, Reference):
        return data.address, data.path
    if isinstance(data, Unknown):
        text = "".join(data.expression.casefold().split())
        if "(" not in text or any(mark in text for mark in _CHANGING):
            return None
        return text if _is_same_everywhere(text) else site.key(value)
    return site.key(value)


def _is_same_everywhere(text: str) -> bool:
    """Whether an expression calls only functions that give the same in all templates of one target."""
    return all(_last_word(head) in _SAME_EVERYWHERE for head in text.split("(")[:-1])


def _last_word(text: str) -> str:
    """The name that ends a text, with a namespace before it."""
    return text[len(text.rstrip("._" + string.ascii_lowercase + string.digits)) :]


def _merged(earlier: Resource, later: Resource) -> Resource:
    return earlier._replace(
        properties=_over(earlier.properties, later.properties),
        api_version=later.api_version,
        notes=(*earlier.notes, f"{_NOTE}, in {later.address}"),
    )


def _over(earlier: Value, later: Value) -> Value:
    if not isinstance(earlier.data, Mapping) or not isinstance(later.data, Mapping):
        return later
    names = {name.casefold(): name for name in earlier.data}
    members = dict(earlier.data)
    unnamed = {**unnamed_of(earlier.data), **unnamed_of(later.data)}
    for name, value in later.data.items():
        known = names.get(name.casefold())
        if known is None:
            members[name] = value
        else:
            members[known] = _over(members[known], value)
    return earlier.with_data(object_of(members, {name: unnamed[name] for name in members if name in unnamed}))
