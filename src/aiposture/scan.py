"""The main flow: files become resources, resources services, services judgements, judgements findings."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import NamedTuple

from aiposture import controls
from aiposture.discover import Unit, discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree
from aiposture.model import AIService, Control, Finding, Judgement, NotAnalysed, Notice, Reading, Report, Resource
from aiposture.reading import Inputs, Readers

Progress = Callable[[int, int, str], None]
_PARTS = frozenset({"arm", "cloudformation"})  # a template of these is found to be part of another one by reading it


class UsageError(Exception):
    """The scan cannot begin: a path that does not exist, a control that nobody knows."""


class ScanOptions(NamedTuple):
    """What to scan and how to judge. Paths are as the user's shell sees them."""

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
    no_inline_suppressions: bool = False


def scan(options: ScanOptions, progress: Progress | None = None) -> Report:
    """Judge everything below the paths. Raises UsageError; what cannot be read is in the report."""
    started = time.perf_counter()
    rules = chosen_rules(options.select, options.ignore)
    tree, paths = open_tree(options.paths)
    found = discover(tree, paths, tokens=TOKENS, exclude=options.exclude)
    readings = _read(tree, found.units, options, progress) if found.units else []
    judged = _judge_all(readings, rules, options) if readings else _Judged.nothing(rules)
    errors = {*found.errors, *(error for reading in readings for error in reading.errors)}
    return Report(
        root=str(tree.root),
        findings=judged.findings,
        errors=tuple(sorted(errors, key=astuple)),
        not_analysed=judged.not_analysed,
        notices=judged.notices,
        controls=tuple(rule.control for rule in rules),
        not_applicable=judged.not_applicable,
        files_read=len(frozenset().union(*(reading.files for reading in readings))),
        files_skipped=dict(sorted(found.skipped.items())),
        services=judged.services,
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
    root = _git_root(common) or (common if os.path.isdir(common) else os.path.dirname(common))
    relative = [os.path.relpath(path, root).replace(os.sep, "/") for path in real]
    return Tree(Path(root)), ["" if path == "." else path for path in relative]


def _git_root(path: str) -> str | None:
    # A worktree and a submodule have a file named .git.
    for directory in (path, *(str(parent) for parent in Path(path).parents)):
        if os.path.exists(os.path.join(directory, ".git")):
            return directory
    return None


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
    read: list[tuple[Unit, Reading]] = []
    with Readers(replace(tree, extra=extra), inputs, _wanted()) as readers:
        for number, unit in enumerate(units):
            if progress is not None:
                progress(number, len(units), unit.path)
            read.append((unit, readers.read(unit)))
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
        return os.path.relpath(real, root).replace(os.sep, "/")
    # The tree may have a file of its own at the path that the user wrote.
    taken = not os.path.isabs(path) and os.path.lexists(os.path.join(root, path))
    name = (real if taken else path).replace(os.sep, "/")
    extra[name] = real
    return name


def _wanted() -> Callable[[str], bool]:
    from aiposture import links, services

    return lambda declared_type: services.wanted(declared_type) or links.wanted(declared_type)


class _Judged(NamedTuple):
    """What became of all readings."""

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    not_analysed: tuple[NotAnalysed, ...]
    not_applicable: dict[str, int]
    services: int

    @staticmethod
    def nothing(rules: Sequence[controls.Rule]) -> _Judged:
        """The outcome of a scan that had nothing to read."""
        return _Judged((), (), (), {rule.control.id: 0 for rule in rules}, 0)


def _judge_all(readings: Sequence[Reading], rules: Sequence[controls.Rule], options: ScanOptions) -> _Judged:
    from aiposture import links
    from aiposture.suppress import apply as suppress

    resources = [resource for reading in readings for resource in reading.resources]
    present, absent = _recognise(resources)
    connected = links.connect(present, resources)
    findings, not_applicable = _judge(connected, absent, rules, controls.Options(options.private_endpoint_mode))
    comments = {} if options.no_inline_suppressions else dict.fromkeys(c for r in readings for c in r.comments)
    kept, notices = suppress(findings, comments, controls.known_ids(), {rule.control.id for rule in rules})
    not_analysed = {*_unread_modules(resources), *(part for reading in readings for part in reading.not_analysed)}
    return _Judged(kept, notices, tuple(sorted(not_analysed, key=_place)), not_applicable, len(connected))


def _recognise(resources: Iterable[Resource]) -> tuple[list[AIService], list[AIService]]:
    """The services that are there, and those that the code leaves out (`count = 0`)."""
    from aiposture import services

    present: list[AIService] = []
    absent: list[AIService] = []
    for resource in resources:
        (absent if resource.exists is False else present).extend(services.recognise(resource))
    return present, absent


def _judge(
    present: Iterable[AIService], absent: Sequence[AIService], rules: Sequence[controls.Rule], options: controls.Options
) -> tuple[list[Finding], dict[str, int]]:
    """The findings, and per control the services that it does not concern (an absent one concerns none)."""
    findings: list[Finding] = []
    seen: Counter[str] = Counter()
    not_applicable = Counter({rule.control.id: len(absent) for rule in rules})
    for service in present:
        for rule in rules:
            judgements = rule.judge(service, options)
            not_applicable[rule.control.id] += not judgements
            for judgement in judgements:
                finding = _finding(rule.control, service, judgement)
                seen[finding.fingerprint] += 1
                if (number := seen[finding.fingerprint]) > 1:
                    finding = replace(finding, fingerprint=_fingerprint(finding.fingerprint, str(number)))
                findings.append(finding)
    return sorted(findings, key=_order), dict(not_applicable)


def _finding(control: Control, service: AIService, judgement: Judgement) -> Finding:
    resource = judgement.resource or service.resource
    because = judgement.because
    location = judgement.location or (because.location if because is not None else resource.header)
    return Finding(
        control=control,
        verdict=judgement.verdict,
        severity=control.severity if judgement.severity is None else judgement.severity,
        service=service.kind,
        service_title=service.title,
        resource=resource,
        location=location,
        message=judgement.message,
        reason=judgement.reason,
        fingerprint=_fingerprint(
            control.id,
            service.title,  # a remote module can make several services
            resource.unit,
            resource.location.path,
            resource.address,
            "" if because is None else because.property,
        ),
        fix=judgement.fix or control.fix,
        because=because,
        related=judgement.related,
        calls=resource.calls,
    )


def _fingerprint(*parts: str) -> str:
    """A name for a finding that stays when lines move: no line is in it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _unread_modules(resources: Iterable[Resource]) -> Iterator[NotAnalysed]:
    from aiposture import services

    reason = "a remote module whose code is not here and whose inputs are not in our tables"
    for resource in resources:
        if resource.mode == "module" and not services.wanted(resource.type) and services.mentions_ai(resource.type):
            yield NotAnalysed(resource.declared_type, reason, resource.header)


def _order(finding: Finding) -> tuple[object, ...]:
    return (finding.location, finding.control.id, finding.resource.address, finding.resource.unit, finding.fingerprint)


def _place(part: NotAnalysed) -> tuple[object, ...]:
    return (part.location, part.name)
