"""Reads a template with its parameter files and the templates that it links to."""

from __future__ import annotations

from collections.abc import Callable

from aiposture.files import Tree, UnreadableError
from aiposture.model import Comment, Reading, SourceError, Value
from aiposture.readers.arm import json_values, parameter_files, template
from aiposture.readers.arm.values import member, text_of

_MARK = "deploymenttemplate.json"


class Reader:
    """Everything that is read for one template."""

    def __init__(self, tree: Tree, path: str, files: tuple[str, ...]) -> None:
        """`files` are parameter files besides the one that stands beside the template."""
        self._tree = tree
        self._path = path
        # Those in Bicep's language are for templates in it.
        self._parameter_files = tuple(file for file in files if not file.endswith(".bicepparam"))
        self._errors: list[SourceError] = []
        self._comments: list[Comment] = []
        self._files: set[str] = set()
        self._linked: dict[str, Value | None] = {}
        self._linked_values: dict[str, Value | None] = {}

    def read(self, data: bytes, wanted: Callable[[str], bool]) -> Reading:
        """Read the template in `data`."""
        root = self._document(self._path, data)
        if root is None or not _is_template(root):
            return Reading(errors=tuple(self._errors), files=frozenset(self._files))
        given = parameter_files.read(self._tree, self._path, self._parameter_files, root)
        reading = template.evaluate(
            root,
            unit=self._path,
            wanted=wanted,
            parameters=given.values,
            linked=self._linked_template,
            linked_parameters=self._linked_parameters,
        )
        return reading._replace(
            comments=(*self._comments, *given.comments, *reading.comments),
            errors=(*self._errors, *given.errors, *reading.errors),
            files=frozenset(self._files | given.files),
        )

    def _linked_template(self, path: str) -> Value | None:
        if path not in self._linked:
            document = self._file(path) if self._tree.is_file(path) else None
            self._linked[path] = document if document is not None and _is_template(document) else None
        return self._linked[path]

    def _linked_parameters(self, path: str) -> Value | None:
        if path not in self._linked_values:
            self._linked_values[path] = self._file(path) if self._tree.is_file(path) else None
        return self._linked_values[path]

    def _file(self, path: str) -> Value | None:
        try:
            data = self._tree.read(path)
        except UnreadableError as error:
            self._errors.append(SourceError(path, 1, error.reason))
            return None
        return self._document(path, data)

    def _document(self, path: str, data: bytes) -> Value | None:
        self._files.add(path)
        try:
            document = json_values.parse_document(data, path)
        except json_values.JsonError as error:
            self._errors.append(SourceError(path, error.line, error.message))
            return None
        self._comments += document.comments
        return document.value


def _is_template(document: Value) -> bool:
    return _MARK in (text_of(member(document, "$schema")) or "").casefold()
