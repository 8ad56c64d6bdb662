"""What all stacks of one unit share: the files, the bounds, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from aiposture.files import Tree
from aiposture.model import NotAnalysed, SourceError
from aiposture.readers.cloudformation import document
from aiposture.readers.cloudformation.budget import MAX_STACKS, Budget, MalformedError
from aiposture.readers.cloudformation.document import Document
from aiposture.readers.cloudformation.includes import included
from aiposture.readers.cloudformation.nodes import Call, List, Object, Opaque, text_of
from aiposture.readers.cloudformation.template import Template


class Unit:
    """One template that is deployed by itself, with the local ones that it nests."""

    def __init__(self, tree: Tree, path: str, wanted: Callable[[str], bool]) -> None:
        """`path` is the template's in the `tree`; `wanted` tells the types that matter."""
        self.tree = tree
        self.path = path
        self.wanted = wanted
        self.budget = Budget()
        self.errors: list[SourceError] = []
        self.not_analysed: list[NotAnalysed] = []
        self.documents: dict[str, Document] = {}
        self._templates: dict[str, Template | None] = {}
        self._stacks = 0

    def document(self, path: str) -> Document:
        """A file of the unit; its errors and comments are the unit's."""
        if path not in self.documents:
            self.documents[path] = document.load(self.tree, path)
        return self.documents[path]

    def template(self, path: str) -> Template | None:
        """The template at `path`, for one stack more; None if there is none, which is among the errors then.

        Raises MalformedError for more stacks than any real unit has.
        """
        self._stacks += 1
        if self._stacks > MAX_STACKS:
            raise MalformedError(f"more than {MAX_STACKS} nested stacks are not read")
        if path not in self._templates:
            read = self.document(path)
            root = included(read.root, self, path) if isinstance(read.root, Object) else None
            self._templates[path] = None if root is None else Template.of(path, root)
            self._complain(read)
        return self._templates[path]

    def _complain(self, read: Document) -> None:
        """Say what keeps a file from being a template, beyond its syntax."""
        if not isinstance(read.root, Object):
            if not read.errors:
                self.error(read.path, 1, "is not a template: it holds no object")
            return
        resources = read.root.get("Resources")
        if isinstance(resources, (Call, List, Opaque)) or text_of(resources) is not None:
            assert resources is not None  # noqa: S101 - as just asked
            self.error(read.path, resources.span.location.line, "Resources is no object")

    def error(self, path: str, line: int, message: str) -> None:
        """Note an error, once."""
        error = SourceError(path, line, message)
        if error not in self.errors:
            self.errors.append(error)

    def leave_out(self, part: NotAnalysed) -> None:
        """Note a part that is not judged, once."""
        if part not in self.not_analysed:
            self.not_analysed.append(part)
