"""The properties of a block: its attributes, its nested blocks, and what `dynamic` makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiposture.model import Unknown, Value
from aiposture.readers.terraform import expressions as ast
from aiposture.readers.terraform.containers import Path, doubt_about
from aiposture.readers.terraform.evaluate import attempt
from aiposture.readers.terraform.frames import Frame, Scope
from aiposture.readers.terraform.loops import Entry, entries
from aiposture.readers.terraform.symbols import MAX_ALTERNATIVES, BlockObject, EvaluationError, choose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiposture.model import Location
    from aiposture.readers.terraform.syntax import Block, Body

META_ATTRIBUTES = frozenset({"count", "for_each", "provider", "depends_on", "providers"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection"})
MAX_NESTING = 30


class Site:
    """Where a body is evaluated: in a module, with names of its own, for a resource."""

    __slots__ = ("address", "depth", "frame", "path", "scope")

    def __init__(self, scope: Scope, frame: Frame, address: str, path: Path = (), depth: int = 0) -> None:
        """`path` is the body's own, below the resource at `address`."""
        self.scope = scope
        self.frame = frame
        self.address = address
        self.path = path
        self.depth = depth

    def below(self, *path: str | int, frame: Frame | None = None) -> Site:
        """A nested block's site."""
        return Site(self.scope, frame or self.frame, self.address, (*self.path, *path), self.depth + 1)


def names(body: Body) -> dict[str, list[Block]]:
    """The properties that a body may have, each with its blocks; an attribute has none."""
    found: dict[str, list[Block]] = {name: [] for name in body.attributes if name not in META_ATTRIBUTES}
    for block in body.blocks:
        if block.type not in META_BLOCKS:
            found.setdefault(block.effective_type, []).append(block)
    return found


def property_of(body: Body, name: str, site: Site, blocks: Sequence[Block]) -> Value | None:
    """The value of an attribute, or of the nested `blocks` of that name (a tuple); None if there is no such thing."""
    attribute = body.attributes.get(name)
    if attribute is not None:
        return attempt(attribute.expression, site.scope, site.frame)
    return _blocks(blocks, name, site) if blocks else None


def _blocks(blocks: Sequence[Block], name: str, site: Site) -> Value | None:
    """All that the nested blocks can be, together."""
    choices: list[tuple[Value, ...]] = [()]
    because: list[tuple[ast.Expression, Value]] = []
    for block in blocks:
        arms: list[tuple[Value, ...]]
        if block.type == "dynamic":
            node, value = _for_each(block, site)
            arms = _arms(block, value, name, site)
            because.append((node, value))
        else:
            arms = [(_object(block.body, block.header, site.below(name, 0)),)]
        choices = [before + arm for before in choices for arm in arms][: MAX_ALTERNATIVES + 1]
    header = blocks[0].header
    trail = tuple(step for _, value in because for step in value.trail)
    if len(choices) == 1:
        return Value(choices[0], header, trail) if choices[0] else None
    doubts = [(node, doubt) for node, value in because if (doubt := doubt_about(value)) is not None]
    values = [Value(choice, header) for choice in choices]
    chosen = choose(doubts[0][0].span, values, [doubt for _, doubt in doubts])
    return Value(chosen.data, header, chosen.trail) if chosen.data != () else None


def _for_each(block: Block, site: Site) -> tuple[ast.Expression, Value]:
    attribute = block.body.attributes.get("for_each")
    if attribute is None:
        node: ast.Expression = ast.Broken(block.header_span, "has no for_each")
    else:
        node = attribute.expression
    return node, attempt(node, site.scope, site.frame)


def _arms(block: Block, value: Value, name: str, site: Site) -> list[tuple[Value, ...]]:
    """The blocks that one dynamic block can make: one possibility if it is decided, several if not."""
    if value.known:
        return _made(block, value, name, site)
    assert isinstance(value.data, Unknown)  # noqa: S101 - `known` for the type checker
    arms: list[tuple[Value, ...]] = []
    for arm in value.data.alternatives:
        arms += _made(block, arm, name, site) if arm.known else _absent_or_present(block, arm, name, site)
    return arms or _absent_or_present(block, value, name, site)


def _absent_or_present(block: Block, value: Value, name: str, site: Site) -> list[tuple[Value, ...]]:
    iterator = _iterator(block)
    reason = value.data.reason if isinstance(value.data, Unknown) else ""
    key, member = (Value(Unknown(f"{iterator}.{part}", reason), value.location) for part in ("key", "value"))
    return [(), (_content(block, iterator, Entry(key, member), name, site),)]


def _made(block: Block, value: Value, name: str, site: Site) -> list[tuple[Value, ...]]:
    iterator = _iterator(block)
    try:
        found = list(entries(value))
    except EvaluationError as error:
        unknown = Value(Unknown("for_each", str(error)), value.location)
        return [(_content(block, iterator, Entry(unknown, unknown), name, site),)]
    site.scope.budget.spend(len(found))
    contents = [_content(block, iterator, entry, name, site) for entry in found]
    doubtful = [number for number, entry in enumerate(found) if entry.doubt is not None]
    made = []
    for mask in range(min(2 ** len(doubtful), MAX_ALTERNATIVES + 1)):
        dropped = {number for place, number in enumerate(doubtful) if not mask >> place & 1}
        made.append(tuple(content for number, content in enumerate(contents) if number not in dropped))
    return made


def _iterator(block: Block) -> str:
    attribute = block.body.attributes.get("iterator")
    node = attribute.expression if attribute else None
    if isinstance(node, ast.Traversal) and isinstance(node.root, str):
        return node.root
    if isinstance(node, ast.Literal) and isinstance(node.data, str):
        return node.data
    return block.effective_type


def _content(block: Block, iterator: str, entry: Entry, name: str, site: Site) -> Value:
    key, member, _ = entry
    frame = Frame({iterator: Value({"key": key, "value": member}, member.location)}, site.frame)
    contents = block.body.of_type("content")
    if not contents:
        return Value(BlockObject({}, site.address, (*site.path, name, 0)), block.header)
    return _object(contents[0].body, block.header, site.below(name, 0, frame=frame))


def _object(body: Body, header: Location, site: Site) -> Value:
    members: dict[str, Value] = {}
    if site.depth > MAX_NESTING:
        return Value(Unknown(str(site.path[-2]), "is nested too deeply"), header)
    site.scope.budget.spend()
    for name, nested in names(body).items():
        value = property_of(body, name, site, nested)
        if value is not None:
            members[name] = value
    return Value(BlockObject(members, site.address, site.path), header)
