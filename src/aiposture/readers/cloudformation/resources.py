"""From stacks to resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aiposture.model import Comment, NotAnalysed, Resource, Unknown, Value
from aiposture.readers.bounds import BudgetError
from aiposture.readers.cloudformation import evaluate, includes
from aiposture.readers.cloudformation.assumptions import Assumptions
from aiposture.readers.cloudformation.budget import MalformedError
from aiposture.readers.cloudformation.cases import cases_of
from aiposture.readers.cloudformation.nodes import Entry, List, Object, object_of, text_of
from aiposture.readers.cloudformation.scope import Declared, Scope
from aiposture.readers.cloudformation.values import OpenObject


def resources_of(scope: Scope) -> Iterator[Resource]:
    """The wanted resources of the root stack and of the local ones nested in it, and the root's outputs."""
    yield from _stack(scope)
    try:
        outputs = scope.section("Outputs").members.values()
        for member in outputs:
            body = object_of(member.entry.value)
            if body is not None:
                declared = Declared(member.entry, body, "output", text_of(body.get("Condition")), member.exists)
                yield _output(declared, scope)
    except (BudgetError, MalformedError) as error:
        scope.unit.error(scope.template.path, 1, str(error))


def _stack(scope: Scope) -> Iterator[Resource]:
    for macro in scope.template.macros:
        if macro.name == includes.NAME:
            continue  # named where its file was sought
        reason = "the macro can change the template in any way"
        scope.unit.leave_out(NotAnalysed(macro.name, reason, macro.key.location))
    try:
        declared = tuple(scope.resources.values())
        missing = scope.section("Resources").missing
    except (BudgetError, MalformedError) as error:
        scope.unit.error(scope.template.path, 1, str(error))
        return
    if missing is not None:
        reason = f"there can be more resources than these: {missing.reason}"
        scope.unit.leave_out(NotAnalysed("Resources", reason, scope.template.resources.span.location))
    for name, member in scope.section("Resources").members.items():
        if name not in scope.resources:
            reason = "its type is not stated as a text"
            scope.unit.leave_out(NotAnalysed(name, reason, member.entry.key.location))
    for one in declared:
        if scope.unit.wanted(one.type):
            yield _resource(one, scope)
        if one.type.endswith("::MODULE"):
            reason = "the module is in a registry, not in the scanned tree"
            scope.unit.leave_out(NotAnalysed(one.type, reason, one.entry.key.location))
        yield from _nested(one, scope)


def _nested(declared: Declared, scope: Scope) -> Iterator[Resource]:
    try:
        inner = scope.stack(declared)
    except (BudgetError, MalformedError) as error:
        scope.unit.error(scope.template.path, declared.entry.key.location.line, str(error))
        return
    if isinstance(inner, Scope):
        yield from _stack(inner)
    elif inner is not None:
        scope.unit.leave_out(inner)


def _resource(declared: Declared, scope: Scope) -> Resource:
    entry = declared.body.members.get("Properties")
    properties, exists = _worked_out(declared, scope, entry)
    return Resource(
        dialect="cloudformation",
        mode="managed",
        type=declared.type,
        declared_type=declared.type,
        name=declared.entry.name,
        address=f"{scope.place.prefix}{declared.entry.name}",
        unit=scope.unit.path,
        properties=properties,
        location=declared.entry.span.location,
        header=declared.entry.key.location,
        exists=exists,
        calls=scope.place.calls,
        cases=() if entry is None or exists is False else _cases(declared, scope, entry),
    )


def _worked_out(declared: Declared, scope: Scope, entry: Entry | None) -> tuple[Value, bool | Unknown]:
    """The properties, with the resource's own condition taken for granted, and whether the resource exists."""
    header = declared.entry.key.location
    try:
        exists = scope.exists(declared)
        if entry is None:
            return Value({}, header), exists
        return _evaluated(entry, scope, scope.given(declared)), exists
    except BudgetError as error:
        scope.unit.error(scope.template.path, header.line, str(error))
        why = Unknown(declared.entry.name, str(error))
        return Value(OpenObject({}, Value(why, header)), header), why


def _cases(declared: Declared, scope: Scope, entry: Entry) -> tuple[Value, ...]:
    try:
        cases = cases_of(entry.value, scope, scope.given(declared))
        return tuple(_evaluated(entry, scope, case) for case in cases)
    except BudgetError:
        return ()  # it can be anything that its properties can be, each by itself


def _evaluated(entry: Entry, scope: Scope, given: Assumptions) -> Value:
    with scope.assuming(given, only=True):
        return evaluate.whole_object(scope.evaluate(entry.value))


def _output(declared: Declared, scope: Scope) -> Resource:
    members = {"value": declared.body.members["Value"]} if "Value" in declared.body.members else {}
    export = object_of(declared.body.get("Export"))
    if export is not None and "Name" in export.members:
        members["export"] = export.members["Name"]
    body = Object(declared.body.span, members)
    properties, exists = _worked_out(declared, scope, Entry("Value", declared.entry.key, body))
    if isinstance(properties.data, Mapping):
        properties = Value(properties.data, declared.entry.key.location)
    return Resource(
        dialect="cloudformation",
        mode="output",
        type="output",
        declared_type="output",
        name=declared.entry.name,
        address=f"output.{declared.entry.name}",
        unit=scope.unit.path,
        properties=properties,
        location=declared.entry.span.location,
        header=declared.entry.key.location,
        exists=exists,
    )


def skips(resources: Object) -> Iterator[Comment]:
    """The suppressions in the Metadata of resources (`checkov: {skip: [{id, comment}]}`), as comments.

    JSON has no comments, and what writes templates (CDK) cannot place them: this is where Checkov looks too.
    """
    for entry in resources.members.values():
        body = object_of(entry.value)
        metadata = object_of(body.get("Metadata")) if body else None
        checkov = object_of(metadata.get("checkov")) if metadata else None
        items = checkov.get("skip") if checkov else None
        for item in items.items if isinstance(items, List) else ():
            skip = object_of(item)
            control = text_of(skip.get("id")) if skip else None
            if skip is not None and control is not None:
                reason = " ".join((text_of(skip.get("comment")) or "").split())
                yield Comment(f"checkov:skip={control}:{reason}", item.span.location)
