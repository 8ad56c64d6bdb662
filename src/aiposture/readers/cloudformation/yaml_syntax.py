"""YAML as nodes, from the events of PyYAML's parser (of its C one if it is there), without recursion.

CloudFormation itself knows no aliases and no merge keys, but `aws cloudformation package`, SAM and cfn-lint
write them out before it sees the template: so do we.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from aiposture.model import Comment, SourceError
from aiposture.readers.cloudformation.nodes import (
    MAX_DEPTH,
    TOO_DEEP,
    Call,
    Entry,
    List,
    Node,
    Object,
    Opaque,
    Parsed,
    Scalar,
)
from aiposture.readers.cloudformation.scalars import resolve
from aiposture.readers.cloudformation.source import Source, Span, SyntaxProblem

MAX_WRITTEN_OUT = 500_000
"""Nodes of a template, each alias counting as all that it stands for."""

_CORE = "tag:yaml.org,2002:"
_COMMENT_MARKERS = ("checkov:skip", "aiposture:")


class _Whole(NamedTuple):
    """A finished node with its height and its size when aliases are written out."""

    node: Node
    height: int
    size: int


class _Frame:
    """A container that is not closed yet."""

    __slots__ = ("event", "height", "is_object", "items", "size")

    def __init__(self, event: Any, *, is_object: bool) -> None:
        self.event = event
        self.is_object = is_object
        self.items: list[Node] = []
        self.height = 0
        self.size = 1


def parse(source: Source) -> Parsed:
    """The first document of a YAML file. Raises SyntaxProblem."""
    import yaml  # noqa: PLC0415 - only a scan that meets YAML pays for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    composer = _Composer(source)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            if not composer.done:  # a stack has one document, but all of the file has to be YAML
                composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = source.position(min(mark.index, len(source.text)))[0] if mark else 1
        problem = str(error.problem or error.context)
        if "nesting" in problem:  # libyaml has a limit from 0.2.6 on
            raise SyntaxProblem(line, "is nested too deeply") from error
        raise SyntaxProblem(line, f"is not valid YAML: {problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        position = getattr(error, "position", 0)
        line, _ = source.position(min(position, len(source.text)) if isinstance(position, int) else 0)
        raise SyntaxProblem(line, "is not valid YAML: it has a character that YAML forbids") from error
    return Parsed(composer.root, tuple(composer.comments()), tuple(composer.errors))


class _Composer:
    """Builds nodes from events."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._frames: list[_Frame] = []
        self._anchors: dict[str, _Whole | None] = {}  # None: not finished, an alias to it would be endless
        self._scalars: list[tuple[int, int]] = []
        self.root: Node | None = None
        self.errors: list[SourceError] = []
        self.done = False

    def take(self, event: Any) -> None:
        """The next event of the parser."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._finish(event, _Whole(self._scalar(event), 0, 1))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if event.anchor:
                self._anchors[event.anchor] = None
            self._frames.append(_Frame(event, is_object=kind == "MappingStartEvent"))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            frame = self._frames.pop()
            self._finish(frame.event, self._closed(frame, event))
        elif kind == "AliasEvent":
            self._add(self._alias(event))
        elif kind == "DocumentEndEvent":
            # An empty document in front (`---` twice) is none.
            self.done = self.root is not None and not (isinstance(self.root, Scalar) and self.root.data is None)

    def _finish(self, event: Any, whole: _Whole) -> None:
        if event.anchor:
            self._anchors[event.anchor] = whole
        self._add(whole)

    def _add(self, whole: _Whole) -> None:
        if not self._frames:
            self.root = whole.node
            return
        frame = self._frames[-1]
        node = whole.node
        if frame.size + whole.size > MAX_WRITTEN_OUT:
            raise SyntaxProblem(node.span.location.line, "repeats itself too much by aliases")
        if len(self._frames) + whole.height > MAX_DEPTH:
            if not self.errors:
                self.errors.append(SourceError(self._source.path, node.span.location.line, TOO_DEEP))
            whole = _Whole(Opaque(node.span, TOO_DEEP), 0, 1)
        frame.items.append(whole.node)
        frame.height = max(frame.height, whole.height)
        frame.size += whole.size

    def _alias(self, event: Any) -> _Whole:
        whole = self._anchors.get(event.anchor)
        if whole is not None:
            return whole
        return _Whole(Opaque(self._span(event, event), f"the alias {event.anchor} has no end"), 0, 1)

    def _span(self, start: Any, end: Any) -> Span:
        return Span(self._source, start.start_mark.index, end.end_mark.index)

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        while end > start and self._source.text[end - 1 : end].isspace():
            end -= 1  # a block of text ends before the next line
        self._scalars.append((start, end))
        span = Span(self._source, start, end)
        tag = event.tag
        if tag is None or tag == "!":
            data = resolve(event.value) if not event.style and tag is None else event.value
        elif tag.startswith(_CORE):
            is_text = tag in (f"{_CORE}str", f"{_CORE}binary", f"{_CORE}timestamp")
            data = event.value if is_text else resolve(event.value)
        else:
            data = resolve(event.value) if not event.style else event.value
            return _tagged(span, tag, Scalar(span, data, event.value))
        return Scalar(span, data, event.value)

    def _closed(self, frame: _Frame, event: Any) -> _Whole:
        begin = frame.event
        if begin.flow_style or not frame.items:
            span = self._span(begin, event if begin.flow_style else begin)
        else:
            # The parser ends a block where the next token begins, which can be pages later.
            ends = (item.span.end for item in reversed(frame.items) if item.span.start >= begin.start_mark.index)
            span = Span(self._source, begin.start_mark.index, next(ends, begin.end_mark.index))
        node: Node = _object(span, frame.items) if frame.is_object else List(span, tuple(frame.items))
        if begin.tag and not begin.tag.startswith(_CORE) and begin.tag != "!":
            node = _tagged(span, begin.tag, node)
        return _Whole(node, frame.height + 1, frame.size)

    def comments(self) -> Iterator[Comment]:
        """The comments with a marker: what stands behind a `#` and in no scalar."""
        text = self._source.text
        seen: set[int] = set()
        starts = [start for start, _ in self._scalars]
        for marker in _COMMENT_MARKERS:
            at = text.find(marker)
            while at >= 0:
                nearest = bisect_right(starts, at) - 1
                after = self._scalars[nearest][1] if nearest >= 0 else 0
                begin = text.find("#", max(after, text.rfind("\n", 0, at) + 1), at) if at >= after else -1
                if begin >= 0 and begin not in seen:
                    seen.add(begin)
                    end = text.find("\n", at)
                    comment = text[begin : end if end >= 0 else len(text)].rstrip()
                    yield Comment(comment, self._source.location(begin, begin + len(comment)))
                at = text.find(marker, at + 1)


def _tagged(span: Span, tag: str, argument: Node) -> Call:
    name = tag.removeprefix("!")
    return Call(span, name if name in ("Ref", "Condition") or "::" in name else f"Fn::{name}", argument)


def _object(span: Span, items: list[Node]) -> Object:
    stated: dict[str, Entry] = {}
    merged: dict[str, Entry] = {}
    for key, value in zip(items[::2], items[1::2], strict=True):
        if isinstance(key, Call):
            key = key.argument  # noqa: PLW2901 - a tag on a name says nothing
        if not isinstance(key, Scalar):
            continue
        if key.text == "<<" and _mergeable(value):
            for part in value.items if isinstance(value, List) else (value,):
                assert isinstance(part, Object)  # noqa: S101 - as just asked
                merged = {**part.members, **merged}
        else:
            stated[key.text] = Entry(key.text, key.span, value)
    return Object(span, {**merged, **stated} if merged else stated)


def _mergeable(value: Node) -> bool:
    return isinstance(value, Object) or (
        isinstance(value, List) and all(isinstance(part, Object) for part in value.items)
    )
