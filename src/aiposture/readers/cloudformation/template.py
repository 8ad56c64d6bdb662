"""The sections of a template."""

from typing import NamedTuple

from aiposture.readers.cloudformation import sam
from aiposture.readers.cloudformation.nodes import Entry, List, Node, Object, Scalar, object_of, text_of
from aiposture.readers.cloudformation.source import Source, Span

_NOWHERE = Span(Source("", ""), 0, 0)
_NOTHING = Object(_NOWHERE, {})


class Template(NamedTuple):
    """A template's sections as objects, empty if it has none such."""

    path: str
    parameters: Object
    mappings: Object
    conditions: Object
    resources: Object
    outputs: Object
    globals: Object | None
    transforms: tuple[Entry, ...]

    @classmethod
    def of(cls, path: str, root: Object) -> "Template":
        """The template that the file at `path` holds."""

        def section(name: str) -> Object:
            node = root.get(name)
            return node if isinstance(node, Object) else _NOTHING

        transforms = tuple(_transforms(root))
        is_sam = any(entry.name == sam.TRANSFORM for entry in transforms)
        return cls(
            path,
            section("Parameters"),
            section("Mappings"),
            section("Conditions"),
            section("Resources"),
            section("Outputs"),
            object_of(root.get("Globals")) if is_sam else None,
            transforms,
        )

    @property
    def is_sam(self) -> bool:
        """Whether the Serverless transform adds resources to it."""
        return any(entry.name == sam.TRANSFORM for entry in self.transforms)

    @property
    def macros(self) -> tuple[Entry, ...]:
        """The transforms that can change anything: those that are not CloudFormation's own, and includes."""
        return tuple(one for one in self.transforms if not one.name.startswith("AWS::") or one.name == "AWS::Include")


def _transforms(root: Object) -> list[Entry]:
    found = []
    for name in ("Transform", "Fn::Transform"):
        node = root.get(name)
        if node is not None:
            found += [_transform(one) for one in (node.items if isinstance(node, List) else (node,))]
    return found


def _transform(node: Node) -> Entry:
    name = text_of(node if isinstance(node, Scalar) else node.get("Name") if isinstance(node, Object) else None)
    return Entry(name or "a transform", node.span, node)
