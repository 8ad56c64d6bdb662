"""What an unknown value of a plan refers to.

A plan says of an unknown value only that it is unknown. Its `configuration` lists the references of each argument
(not the expression), and these are followed through variables, module calls and outputs to resource attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiposture.model import Reference, Unknown
from aiposture.readers.terraform_plan import addresses
from aiposture.readers.terraform_plan.addresses import Part
from aiposture.readers.terraform_plan.instances import Instances, below

UNKNOWN = "known only after apply"
SENSITIVE = "sensitive in the plan"
_MAX_FOLLOWED = 500
# Roots of traversals that are decided when the plan is made: they are no cause of an unknown value.
_DECIDED = frozenset({"path", "terraform", "count"})


class Scope(NamedTuple):
    """Where an expression stands: the module, its configuration, and the instance that asks."""

    calls: tuple[Part, ...]
    module: Mapping[str, Any]
    key: str | int | None = None
    for_each: tuple[str, ...] = ()


class Configuration(NamedTuple):
    """The `configuration` of a plan with the instances that the plan makes of it."""

    root: Mapping[str, Any]
    instances: Instances

    def module(self, calls: Sequence[Part]) -> Mapping[str, Any]:
        """The configuration of the module that `calls` lead to, empty if the plan has none."""
        module = self.root
        for call in calls:
            module = _mapping(self.call(module, call.name).get("module"))
        return module

    @staticmethod
    def call(module: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """The configuration of the call `name` in a module."""
        return _mapping(_mapping(module.get("module_calls")).get(name))

    def unknown(self, named: Sequence[str], scope: Scope, *, text: str | None = None, reason: str = UNKNOWN) -> Unknown:
        """An unknown value whose expression has the references `named`.

        `text` is the expression in the source where that is at hand. If exactly one attribute can be the cause, the
        value is a Reference to it: the plan cannot tell `x.y.id` from a text around it, and a link needs no more.
        """
        search = _Search(self)
        search.follow(named, scope)
        # A value that is only hidden can come from known attributes; one that is unknown has an unknown cause.
        causes = [found for found in search.found if reason == SENSITIVE or self.instances.is_unknown(found)]
        if len(causes) == 1 and not search.undecided:
            return causes[0]
        return Unknown(text or ", ".join(named) or f"({reason})", reason, tuple(causes))


@dataclass
class _Search:
    """One search for the attributes behind references. `undecided`: some lead where the plan shows nothing."""

    configuration: Configuration
    found: dict[Reference, None] = field(default_factory=dict)
    undecided: bool = False
    _pending: list[tuple[str, Scope]] = field(default_factory=list)

    def follow(self, named: Sequence[str], scope: Scope) -> None:
        seen: set[tuple[str, str]] = set()
        self._pending = [(name, scope) for name in named]
        while self._pending:
            name, where = self._pending.pop(0)
            key = (addresses.in_module(where.calls), name)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > _MAX_FOLLOWED:
                self.undecided = True
                return
            self._step(addresses.parse(name), where)

    def _push(self, named: Sequence[str], scope: Scope) -> None:
        self._pending.extend((name, scope) for name in named)

    def _step(self, parts: tuple[Part, ...], scope: Scope) -> None:
        names = [part.name for part in parts]
        if len(names) <= 1 or names[0] in _DECIDED or names[:2] == ["each", "key"]:
            return
        if names[0] == "var":
            self._variable(names[1], scope)
        elif names[0] == "each":
            self._push(heads(scope.for_each), scope)
        elif names[0] == "module":
            self._output(parts, scope)
        elif names[0] in ("local", "self"):
            self.undecided = True
        else:
            self._resource(parts, scope)

    def _variable(self, name: str, scope: Scope) -> None:
        if not scope.calls:
            return  # an input of the whole plan: known, so no cause of an unknown
        last, outer = scope.calls[-1], scope.calls[:-1]
        module = self.configuration.module(outer)
        call = self.configuration.call(module, last.name)
        self._push(argument(call, name), Scope(outer, module, last.key, _references(call.get("for_each_expression"))))

    def _output(self, parts: tuple[Part, ...], scope: Scope) -> None:
        name, key = parts[1]
        stem = addresses.in_module(scope.calls, f"module.{name}")
        calls, _ = addresses.split(self.configuration.instances.address(stem, key, scope.key))
        module = _mapping(self.configuration.call(scope.module, name).get("module"))
        outputs = _mapping(module.get("outputs"))
        # `module.m[each.key].out` is listed as `module.m`: any output can be meant.
        for output in [part.name for part in parts[2:3]] or sorted(outputs):
            self._push(output_references(outputs.get(output)), Scope(calls, module))

    def _resource(self, parts: tuple[Part, ...], scope: Scope) -> None:
        size = 3 if parts[0].name == "data" else 2
        if len(parts) < size:
            return
        own = (*parts[: size - 1], Part(parts[size - 1].name))
        stem = addresses.in_module(scope.calls, addresses.join(own))
        address = self.configuration.instances.address(stem, parts[size - 1].key, scope.key)
        # `x.y[each.key].id` is listed as `x.y`: what one resource asks of another is nearly always its id.
        path = addresses.attribute(parts[size:]) or ("id",)
        text = ".".join(map(str, (address, *path)))
        self.found[Reference(text, UNKNOWN, address=address, path=path)] = None


def argument(block: Mapping[str, Any], *path: str | int) -> tuple[str, ...]:
    """The references of the argument at `path` in the configuration of a resource or call.

    Of an argument that is an object the plan lists the references of all of it; a dynamic block is not listed.
    """
    node = block.get("expressions")
    for depth, key in enumerate(path):
        if depth and _is_expression(node):
            break
        # A block that there is one of is no list in the configuration.
        node = node if isinstance(node, dict) and isinstance(key, int) else below(node, key)
    return heads(tuple(_all_references(node)))


def is_unset(block: Mapping[str, Any], *path: str | int) -> bool:
    """Whether the configuration of a resource has what is around the argument at `path`, but not the argument.

    It may still be a dynamic block, which the plan does not list.
    """
    node = block.get("expressions")
    for key in path[:-1]:
        if _is_expression(node):
            return False
        node = node if isinstance(node, dict) and key == 0 else below(node, key)
    return bool(path) and isinstance(node, dict) and not _is_expression(node) and path[-1] not in node


def _is_expression(node: Any) -> bool:
    """Whether this is the expression of an argument, and not a block or all arguments of a resource."""
    return isinstance(node, dict) and ("references" in node or "constant_value" in node)


def output_references(output: Any) -> tuple[str, ...]:
    """The references of the expression of an `output` in the configuration."""
    return heads(_references(_mapping(output).get("expression")))


def for_each_references(block: Mapping[str, Any]) -> tuple[str, ...]:
    """The references of a resource's or call's `for_each`."""
    return _references(block.get("for_each_expression"))


def heads(references: Sequence[str]) -> tuple[str, ...]:
    """The references without their own prefixes: a plan lists `x.y.id` and then `x.y` for one traversal."""
    found: list[str] = []
    last = ""
    for name in references:
        if not (last.startswith(name) and last[len(name) :][:1] in (".", "[")):
            found.append(name)
            last = name
    return tuple(dict.fromkeys(found))


def _references(expression: Any) -> tuple[str, ...]:
    names = _mapping(expression).get("references")
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def _all_references(node: Any) -> Iterator[str]:
    pending = [node]
    while pending:
        top = pending.pop()
        if isinstance(top, dict):
            yield from _references(top)
            pending.extend(member for name, member in top.items() if name != "references")
        elif isinstance(top, list):
            pending.extend(top)


def _mapping(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}
