"""Suppressions in a resource's `metadata.checkov`, the only place for them in templates without comments."""

from __future__ import annotations

from collections.abc import Iterator

from aiposture.model import Comment, Value
from aiposture.readers.arm.values import member, text_of


def skips(resource: Value) -> Iterator[Comment]:
    """The skips that a resource states, as the comments that they stand for.

    Checkov takes a list of texts (`"ID:reason"`) or of objects with an `id` and a `comment`.
    """
    stated = member(resource, "metadata", "checkov")
    if stated is None:
        return
    for each in stated.items() or (stated,):
        text = text_of(each)
        if text is None:
            id_, reason = text_of(member(each, "id")), text_of(member(each, "comment"))
            text = None if id_ is None else f"{id_}:{reason or ''}"
        if text is not None:
            yield Comment(f"checkov:skip={' '.join(text.split())}", each.location)
