"""The main flow: files become resources, resources services, services judgements, judgements findings."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from aiposture import controls
from aiposture.discover import Unit, discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree, git_root, within
from aiposture.model import Control, Finding, NotAnalysed, Notice, Reading, Report, Severity
from aiposture.policy import Policy
from aiposture.reading import Inputs, Readers
from aiposture.severities import apply_severities, of_controls
from aiposture.usage import UsageError

Progress = Callable[[int, int, str], None]
_PARTS = frozenset({"arm", "cloudformation"})  # a template of these is found to be part of another one by reading it


@dataclass(frozen=True)
class ScanOptions:
    """What to scan and how to judge. Paths are as the user's shell sees them.

    `severities` replaces the severity of controls, by their ids; `policy` says which suppressions hold.
    """

    paths: tuple[str, ...] = (".",)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    parameter_files: tuple[str, ...] = ()
    use_environment: bool = False
    bicep: str | None = None
    restore: bool = False
    private_endpoint_mode: controls.PrivateEndpointMode = "effective"
    exclude: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=lambda: MappingProxyType({}))
    policy: Policy = field(default_factory=Policy)


def scan(options: ScanOptions, progress: Progress | None = None) -> Report:
    """Judge everything below the paths. Raises UsageError; what cannot be read is in the report."""
    tree, paths = open_tree(options.paths)
    return scan_tree(tree, paths, options, progress)


def scan_tree(
    tree: Tree,
    paths: Sequence[str],
    options: ScanOptions,
    progress: Progress | None = None,
    only: frozenset[str] | None = None,
) -> Report:
    """As `scan`, for `paths` in a tree that is open, be it a directory or a git revision; `options.paths` do not count.

    With `only`, just the units that one of these files belongs to. Raises UsageError.
    """
    started = time.perf_counter()
    rules = chosen_rules(options.select, options.ignore)
    found = discover(tree, paths, tokens=TOKENS, exclude=options.exclude, only=only)
    readings = _read(tree, found.units, options, progress) if found.units else []
    report = _judge(readings, rules, options)
    return replace(
        report,
        root=str(tree.root),
        errors=tuple(sorted({*found.errors, *report.errors}, key=astuple)),
        files_skipped=dict(sorted(found.skipped.items())),
        seconds=time.perf_counter() - started,
    )


def chosen_rules(select: Sequence[str], ignore: Sequence[str]) -> tuple[controls.Rule, ...]:
    """The controls that `select` (all, if empty) names less those that `ignore` names. Raises UsageError."""
    wanted = {control.id for control in _named(select)} if select else {rule.control.id for rule in controls.ALL}
    unwanted = {control.id for control in _named(ignore)}
    return tuple(rule for rule in controls.ALL if rule.control.id in wanted - unwanted)


def _named(names: Iterable[str]) -> Iterator[Control]:
    for name in names:
        matches = controls.find(name)
        if not matches:
            hint = controls.closest(name)
            raise UsageError(f"no control is called {name!r}" + (f"; did you mean {hint}?" if hint else ""))
        yield from matches


def open_tree(paths: Sequence[str]) -> tuple[Tree, list[str]]:
    """The tree to read from, and the paths in it. Its root is the git root, outside of one the path given."""
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"there is no file or directory {path!r}")
    real = [os.path.realpath(path) for path in paths]
    common = os.path.commonpath(real)
    root = git_root(common) or (common if os.path.isdir(common) else os.path.dirname(common))
    return Tree(Path(root)), [within(path, root) for path in real]


def _read(tree: Tree, units: Sequence[Unit], options: ScanOptions, progress: Progress | None) -> list[Reading]:
    extra: dict[str, str] = {}
    inputs = Inputs(
        var_files=tuple(_inside(tree, path, "variable file", extra) for path in options.var_files),
        parameter_files=tuple(_inside(tree, path, "parameter file", extra) for path in options.parameter_files),
        environment={name: text for name, text in os.environ.items() if name.startswith("TF_VAR_")}
        if options.use_environment
        else {},
        bicep=options.bicep,
        restore=options.restore,
    )
    from aiposture import services
    from aiposture.omissions import omissions

    read: list[tuple[Unit, Reading]] = []
    with Readers(replace(tree, extra=extra), inputs, _wanted()) as readers:
        for number, unit in enumerate(units):
            if progress is not None:
                progress(number, len(units), unit.path)
            reading = readers.read(unit)
            silent = omissions(tree, reading, services.wanted)
            read.append((unit, replace(reading, errors=(*reading.errors, *silent))))
        missing = readers.not_compiled()
    return [*_without_parts(read), *missing]


def _without_parts(read: Sequence[tuple[Unit, Reading]]) -> list[Reading]:
    """The readings but of those templates that another one deploys: they are judged as its parts.

    For the other dialects discovery has seen who calls whom.
    """
    owners: dict[str, set[str]] = {}
    for unit, reading in read:
        for path in reading.files:
            owners.setdefault(path, set()).add(unit.path)
    return [
        reading
        for unit, reading in read
        if unit.dialect not in _PARTS or not owners.get(unit.path, set()) - {unit.path}
    ]


def _inside(tree: Tree, path: str, what: str, extra: dict[str, str]) -> str:
    """The name in the tree of a file that the user named. One that stands outside of it is added to `extra`."""
    if not os.path.isfile(path):
        raise UsageError(f"there is no {what} {path!r}")
    real, root = os.path.realpath(path), os.path.realpath(tree.root)
    if real.startswith(root.rstrip(os.sep) + os.sep):
        return within(real, root)
    # The tree may have a file of its own at the path that the user wrote.
    taken = not os.path.isabs(path) and os.path.lexists(os.path.join(root, path))
    name = (real if taken else path).replace(os.sep, "/")
    extra[name] = real
    return name


def _wanted() -> Callable[[str], bool]:
    from aiposture import links, services

    return lambda declared_type: services.wanted(declared_type) or links.wanted(declared_type)


def _judge(readings: Sequence[Reading], rules: Sequence[controls.Rule], options: ScanOptions) -> Report:
    """The report on what was read, without a word about what was not."""
    findings: tuple[Finding, ...] = ()
    notices: tuple[Notice, ...] = ()
    not_analysed: set[NotAnalysed] = set()
    not_applicable = {rule.control.id: 0 for rule in rules}
    services = 0
    if readings:  # the tables are imported for a scan that has something to judge
        from aiposture import judging
        from aiposture.suppress import apply as suppress

        resources = [resource for reading in readings for resource in reading.resources]
        judged = judging.judge(resources, rules, controls.Options(options.private_endpoint_mode))
        comments = dict.fromkeys(comment for reading in readings for comment in reading.comments)
        weighed = apply_severities(judged.findings, options.severities)
        findings, notices = suppress(weighed, comments, controls.known_ids(), set(not_applicable), options.policy)
        not_analysed = {*judging.unread_modules(resources), *(part for one in readings for part in one.not_analysed)}
        not_applicable, services = judged.not_applicable, judged.services
    return Report(
        findings=findings,
        errors=tuple({error for reading in readings for error in reading.errors}),
        not_analysed=tuple(sorted(not_analysed, key=lambda part: (part.location, part.name))),
        notices=notices,
        controls=of_controls((rule.control for rule in rules), options.severities),
        not_applicable=not_applicable,
        files_read=len(frozenset().union(*(reading.files for reading in readings))),
        files_skipped={},
        services=services,
        seconds=0.0,
    )
