"""Terraform plans: the output of `terraform show -json`."""

from __future__ import annotations

import codecs
from collections.abc import Callable

from aiposture.files import Tree, UnreadableError
from aiposture.model import Reading, SourceError

_MARKS = ('"planned_values"', '"format_version"')
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SUPPORTED = ("0", "1")


def is_plan(content: bytes) -> bool:
    """Whether a JSON file can be a plan, by a look at its bytes; to be asked with the whole of the file.

    A plan that went through a tool which sorts members begins with anything.
    """
    encoding = _UTF16.get(content[:2], "utf-8")
    start = content[:64].removeprefix(codecs.BOM_UTF8)
    if encoding == "utf-8" and not start.lstrip().startswith(b"{"):
        return False
    return all(mark.encode(encoding) in content for mark in _MARKS)


def read(tree: Tree, path: str, *, wanted: Callable[[str], bool]) -> Reading:
    """The planned resources of the plan at `path`, of the types that are `wanted`, and the outputs of its root module.

    Places are those of the .tf files where these stand beside the plan, else of the plan. What the plan deletes is
    left out. What only the apply decides is Unknown, with the attributes that it refers to. A file that cannot be
    read, is no JSON or no plan gives an error in the reading; nothing is raised.
    """
    from aiposture.readers.terraform_plan import document  # noqa: PLC0415 - only a scan that meets a plan pays for it
    from aiposture.readers.terraform_plan.reader import Reader  # noqa: PLC0415

    try:
        root = document.parse(path, tree.read(path))
    except UnreadableError as error:
        return _failed(path, 1, error.reason)
    except document.DocumentError as error:
        return _failed(path, error.line, error.message)
    if not isinstance(root.data, dict) or not isinstance(root.data.get("planned_values"), dict):
        return _failed(path, 1, "is not a Terraform plan: it has no planned_values")
    version = str(root.data.get("format_version", ""))
    if version.partition(".")[0] not in _SUPPORTED:
        return _failed(path, 1, f"has the plan format {version}, which is not known")
    errors: tuple[SourceError, ...] = ()
    if root.data.get("errored") is True:
        errors = (SourceError(path, 1, "is an incomplete plan: Terraform ended with an error"),)
    return Reader(tree, path, root, wanted).read(errors)


def _failed(path: str, line: int, message: str) -> Reading:
    return Reading(errors=(SourceError(path, line, message),), files=frozenset({path}))
