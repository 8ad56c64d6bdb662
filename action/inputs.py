"""The inputs of the Action, as action.yml hands them over in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class InputError(Exception):
    """An input that means nothing; one sentence for the user."""


class Inputs(NamedTuple):
    """What action.yml describes, in its order. A list stands one item a line; left out is the empty string."""

    path: tuple[str, ...]
    working_directory: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    var_files: tuple[str, ...]
    parameter_files: tuple[str, ...]
    bicep: str
    restore: bool
    config: str
    inline_suppressions: bool
    baseline: str
    diff_base: str
    min_severity: str
    fail_on: str
    annotations: bool
    summary: bool
    sarif_file: str
    upload_sarif: bool
    category: str


def read(environment: Mapping[str, str]) -> Inputs:
    """The inputs; `var-files` stands in `INPUT_VAR_FILES`. Raises InputError."""

    def text(name: str) -> str:
        return environment.get(f"INPUT_{name.upper().replace('-', '_')}", "").strip()

    def lines(name: str) -> tuple[str, ...]:
        return tuple(line.strip() for line in text(name).splitlines() if line.strip())

    def flag(name: str) -> bool:
        if text(name) not in {"true", "false"}:
            raise InputError(f"the input {name} is {text(name)!r}; it can be true or false")
        return text(name) == "true"

    return Inputs(
        path=lines("path") or (".",),
        working_directory=text("working-directory") or ".",
        select=lines("select"),
        ignore=lines("ignore"),
        exclude=lines("exclude"),
        var_files=lines("var-files"),
        parameter_files=lines("parameter-files"),
        bicep=text("bicep"),
        restore=flag("restore"),
        config=text("config") or "auto",
        inline_suppressions=flag("inline-suppressions"),
        baseline=text("baseline"),
        diff_base=text("diff-base") or "auto",
        min_severity=text("min-severity"),
        fail_on=text("fail-on"),
        annotations=flag("annotations"),
        summary=flag("summary"),
        sarif_file=text("sarif-file"),
        upload_sarif=flag("upload-sarif"),
        category=text("category") or "aiposture",
    )
