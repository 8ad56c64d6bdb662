"""The command line of the one scan, made of the inputs and of the event."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import event
from inputs import InputError, Inputs


class Reports(NamedTuple):
    """Where the scan writes its reports, by the names of their formats."""

    text: Path
    markdown: Path
    json: Path
    sarif: Path


def options(given: Inputs, started_by: event.Event, git: event.Git) -> list[str]:
    """The options and paths of `aiposture check`, but for its reports. Raises InputError.

    A value is part of its option's word, and a path never begins with a dash: no input becomes an option.
    """
    base = _base(given, started_by, git)
    lists = {
        "select": given.select,
        "ignore": given.ignore,
        "exclude": given.exclude,
        "var-file": given.var_files,
        "parameters": given.parameter_files,
    }
    words = [f"--{name}={value}" for name, values in lists.items() for value in values]
    words += [f"--{name}={value}" for name, value in (("bicep", given.bicep), ("baseline", given.baseline)) if value]
    words += ["--restore"] if given.restore else []
    words += [] if given.inline_suppressions else ["--no-inline-suppressions"]
    words += _configuration(given.config, base)
    words += [f"--diff-base={revision}" for revision in _compared_with(given.diff_base, base)]
    words += [f"--min-severity={given.min_severity}"] if given.min_severity else []
    if given.fail_on:
        words.append("--exit-zero" if given.fail_on == "never" else f"--fail-on={given.fail_on}")
    return [*words, *(f"./{path}" if path.startswith("-") else path for path in given.path)]


def reports_in(directory: Path) -> Reports:
    """The reports, all in one directory."""
    return Reports(
        directory / "log.txt", directory / "summary.md", directory / "results.json", directory / "aiposture.sarif"
    )


def outputs(reports: Reports) -> list[str]:
    """The options that have the reports written."""
    return [f"--output={name}={path}" for name, path in zip(Reports._fields, reports, strict=True)]


def _base(given: Inputs, started_by: event.Event, git: event.Git) -> str | None:
    """The commit that the change under review starts from, if there is such a change and an input asks for it."""
    if given.diff_base != "auto" and given.config not in {"auto", "base"}:
        return None
    base = event.base(started_by, git)
    problem = event.missing(git, base) if base is not None else None
    if problem is not None:
        raise InputError(f"this change cannot be compared with its base: {problem}")
    return base


def _configuration(config: str, base: str | None) -> list[str]:
    """Which configuration decides. Under review it is the base's: a change must not switch off what judges it."""
    if config == "head" or (config == "auto" and base is None):
        return []
    if config == "none":
        return ["--no-config"]
    if config not in {"auto", "base"}:
        return [f"--config={config}"]
    if base is None:
        raise InputError("the input config is base, and this event has none: only a pull request or a merge group has")
    return [f"--config-revision={base}"]


def _compared_with(diff_base: str, base: str | None) -> Iterator[str]:
    if diff_base == "auto":
        yield from () if base is None else (base,)
    elif diff_base != "off":
        yield diff_base
