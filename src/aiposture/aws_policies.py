"""Policies of AWS: documents as objects, as JSON text, or as a data source, brought to one form.

A policy is read as far as the code decides it: a leaf that is unknown reads as `${its expression}`, which never
equals a wildcard, and JSON text with holes is parsed around them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from aiposture.model import Location, Unknown, Value

_MAX_TEXT = 200_000
_MAX_ARMS = 64
_MAX_DEPTH = 16
_POLICY_NAME = re.compile(r":policy/(?:[\w+=,.@-]+/)*([\w+=,.@-]+)")
_HOLE = re.compile(r"\$\{[^{}]*\}")

NARROWING = frozenset(
    {
        "aws:sourcevpce", "aws:sourcevpc", "aws:vpceorgid", "aws:vpceorgpaths", "aws:vpceaccount",
        "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:sourceaccount", "aws:sourcearn",
        "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalarn", "aws:userid",
    }
)  # fmt: skip
"""Condition keys, in lower case, that make `Principal: "*"` mean less than everybody."""

_ANY_ADDRESS = frozenset({"0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"})


class Statement(NamedTuple):
    """One statement of a policy. Conditions are the keys, in lower case, with their values.

    `other_actions` are those of a NotAction, `other_resources` those of a NotResource: all that is not one of them is
    meant. A NotPrincipal means everybody else, which is nearly everybody.
    """

    effect: str
    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, tuple[str, ...]]
    location: Location
    other_actions: tuple[str, ...] = ()
    other_resources: tuple[str, ...] = ()

    @property
    def on_everything(self) -> bool:
        """Whether the statement is about every resource, or about all but some."""
        return bool(self.other_resources) or any(_is_everything(each) for each in self.resources)

    @property
    def everything(self) -> bool:
        """Whether the statement allows every action on everything, or all but some, and nothing narrows that."""
        every_action = bool(self.other_actions) or any(action in {"*", "*:*"} for action in self.actions)
        return self.allows and every_action and self.on_everything and not self.conditions

    @property
    def open_to_anyone(self) -> bool:
        """Whether the statement allows something to every principal there is, and no condition narrows that."""
        return self.allows and "*" in self.principals and not self.narrowed

    @property
    def allows(self) -> bool:
        """Whether the statement allows; a deny only takes away."""
        return self.effect == "allow"

    @property
    def narrowed(self) -> bool:
        """Whether a condition says who may come."""
        if any(key in NARROWING for key in self.conditions):
            return True
        addresses = self.conditions.get("aws:sourceip", ())
        return bool(addresses) and not any(address in _ANY_ADDRESS for address in addresses)


def policy_name(text: str) -> str:
    """The last part of a managed policy's ARN, which is known even where the partition or the account is not."""
    found = _POLICY_NAME.search(text)
    return found[1] if found is not None else text.rstrip("\"'} ").rpartition("/")[2]


def document(value: Value | None) -> Any | None:
    """The policy as plain data; None if it cannot be read."""
    if value is None:
        return None
    if isinstance(value.data, Unknown):
        return _from_text(value.data.expression)
    if isinstance(value.data, str):
        return _from_text(value.data)
    return _plain(value)


def documents(value: Value) -> tuple[Any | None, ...]:
    """All that the policy can be, as plain data; None stands for what cannot be read."""
    return tuple(document(arm) for arm in _arms(value) or (value,))


def statements(value: Value | None) -> tuple[Statement, ...] | None:
    """The statements of a policy document; None if it cannot be read."""
    if value is None:
        return ()
    if isinstance(value.data, Unknown) and value.data.alternatives:
        each_arm = [statements(arm) for arm in _arms(value)]
        return tuple(one for arm in each_arm if arm for one in arm) if each_arm and None not in each_arm else None
    if isinstance(value.data, Mapping):
        # As an object every statement has a place of its own.
        listed = value.get("Statement", ignore_case=True)
        if listed is not None and isinstance(listed.data, Unknown):
            return None
        single = listed is not None and isinstance(listed.data, Mapping)
        members = () if listed is None else (listed,) if single else listed.items()
        # One that hangs on a condition stands in the code all the same.
        found = [arm for member in members for arm in (_arms(member) or (member,))]
        return tuple(_statement(_plain(each), each.location) for each in found if isinstance(each.data, Mapping))
    plain = document(value)
    return None if plain is None else tuple(_statement(each, value.location) for each in _listed(plain))


def block_statements(value: Value | None) -> tuple[Statement, ...]:
    """The statements of Terraform's data source `aws_iam_policy_document`."""
    if value is None or isinstance(value.data, Unknown):
        return ()
    return tuple(_block(block) for block in value.items() if isinstance(block.data, Mapping))


def _arms(value: Value, depth: int = 0) -> tuple[Value, ...]:
    """All that the value can be; empty if it can be anything."""
    if not isinstance(value.data, Unknown):
        return (value,)
    below = [_arms(each, depth + 1) if depth < _MAX_DEPTH else () for each in value.data.alternatives]
    found = tuple(arm for each in below for arm in each)
    return found if all(below) and len(found) <= _MAX_ARMS else ()


def _listed(plain: Any) -> list[Any]:
    below = plain.get("Statement", []) if isinstance(plain, dict) else []
    return below if isinstance(below, list) else [below]


def _statement(plain: Any, location: Location) -> Statement:
    body = {str(key).casefold(): each for key, each in plain.items()} if isinstance(plain, dict) else {}
    return Statement(
        effect=str(body.get("effect", "")).casefold(),
        principals=tuple(_principals(body.get("principal"))) or (("*",) if "notprincipal" in body else ()),
        actions=_texts(body.get("action")),
        resources=_texts(body.get("resource")),
        conditions=_conditions(body.get("condition")),
        location=location,
        other_actions=_texts(body.get("notaction")),
        other_resources=_texts(body.get("notresource")),
    )


def _block(block: Value) -> Statement:
    plain = _plain(block)
    principals = [
        f"Service:{name}" if str(each.get("type")).casefold() == "service" else name
        for each in _texts_of_blocks(plain, "principals")
        for name in _texts(each.get("identifiers"))
    ]
    conditions: dict[str, tuple[str, ...]] = {}
    for each in _texts_of_blocks(plain, "condition"):
        key = str(each.get("variable", "")).casefold()
        conditions[key] = (*conditions.get(key, ()), *_texts(each.get("values")))
    if plain.get("not_principals") and not principals:
        principals = ["*"]
    place = _first(block, "actions", "not_actions")
    return Statement(
        effect=str(plain.get("effect") or "Allow").casefold(),
        principals=tuple(principals),
        actions=_texts(plain.get("actions")),
        resources=_texts(plain.get("resources")),
        conditions=conditions,
        location=block.location if place is None else place.location,
        other_actions=_texts(plain.get("not_actions")),
        other_resources=_texts(plain.get("not_resources")),
    )


def _first(block: Value, *names: str) -> Value | None:
    return next((found for name in names if (found := block.get(name)) is not None), None)


def _is_everything(resource: str) -> bool:
    """Whether an ARN admits every resource: `*`, or an ARN whose last part is nothing else."""
    parts = resource.split(":", 5)
    return resource == "*" or (len(parts) > len("abcde") and parts[5] in {"*", "*/*", "*:*"})


def _texts_of_blocks(plain: dict[str, Any], name: str) -> list[dict[str, Any]]:
    blocks = plain.get(name)
    listed = blocks if isinstance(blocks, list) else [blocks]
    return [block for block in listed if isinstance(block, dict)]


def _principals(plain: Any) -> Iterator[str]:
    if isinstance(plain, dict):
        for kind, names in plain.items():
            yield from (f"{kind}:{name}" if kind.casefold() == "service" else name for name in _texts(names))
    else:
        yield from _texts(plain)


def _conditions(plain: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for tests in plain.values() if isinstance(plain, dict) else ():
        for key, values in tests.items() if isinstance(tests, dict) else ():
            folded = str(key).casefold()
            found[folded] = (*found.get(folded, ()), *_texts(values))
    return found


def _texts(plain: Any) -> tuple[str, ...]:
    if plain is None:
        return ()
    return tuple(bare(str(each)) for each in plain) if isinstance(plain, list) else (bare(str(plain)),)


def bare(text: str) -> str:
    """A text with holes as itself, and not as the expression that it is (`${"arn:${var.partition}:..."}`)."""
    return text[3:-2] if text.startswith('${"') and text.endswith('"}') else text


def _plain(value: Value) -> Any:
    data = value.data
    if isinstance(data, Unknown):
        text = data.expression.strip().strip('"')
        is_text = "${" in text and (not text.startswith("${") or _HOLE.fullmatch(text) is not None)
        return text if is_text else f"${{{data.expression}}}"
    if isinstance(data, tuple):
        return [_plain(each) for each in data]
    if isinstance(data, Mapping):
        return {name: _plain(each) for name, each in data.items()}
    return data


def _from_text(text: str) -> Any | None:
    """The JSON in `text`, which may be wrapped in the marks of a here document, with holes for what is unknown."""
    import json  # noqa: PLC0415 - most scans meet no policy, and start-up is felt

    starts = [place for mark in "[{" if (place := text.find(mark)) >= 0 and text[max(place - 1, 0)] != "$"]
    end = max(text.rfind("]"), text.rfind("}")) + 1
    if not starts or len(text) > _MAX_TEXT:
        return None
    body = text[min(starts) : end]
    for candidate in (body, _HOLE.sub(_quoted(body), body)):
        try:
            found = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        is_policy = isinstance(found, dict) or (
            isinstance(found, list) and all(isinstance(each, dict) for each in found)
        )
        return found if is_policy else None
    return None


def _quoted(body: str) -> Any:
    """Replaces a hole that stands where a value belongs by a text of its own."""
    quotes, seen = 0, 0  # up to the hole before: to count from the start at each of many would take too long

    def replacement(match: re.Match[str]) -> str:
        nonlocal quotes, seen
        between = body[seen : match.start()]
        quotes += between.replace("\\\\", "").replace('\\"', "").count('"')
        seen = match.start()
        inside_text = quotes % 2 == 1
        return match[0] if inside_text else '"' + match[0].replace("\\", "").replace('"', "") + '"'

    return replacement
