"""The main flow: files become resources, resources services, services judgements, judgements findings."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from aiposture import controls
from aiposture.discover import Unit, discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree, git_root, is_below, within
from aiposture.model import Control, Reading, Report, Shard
from aiposture.options import ScanOptions, digest
from aiposture.severities import Described, apply_severities
from aiposture.sharding.shards import facts
from aiposture.usage import UsageError, no_control

if TYPE_CHECKING:
    from aiposture.cache.blanks import KeptBlanks

Progress = Callable[[int, int, str], None]
_PARTS = frozenset({"arm", "cloudformation"})  # a template of these is found to be part of another one by reading it


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
    chosen_rules(options.select, options.ignore)  # says what is wrong with them before anything is read
    given = [_inside(tree, path, "parameter file", {}) for path in options.parameter_files]
    kept = _kept_blanks(tree, options)
    blanks = None if kept is None else kept.blanks
    found = discover(tree, paths, tokens=TOKENS, exclude=options.exclude, only=only, given=given, blanks=blanks)
    if kept is not None:
        kept.keep()
    units = found.units if options.shard is None else options.shard.of(found.units)
    report = judge_units(tree, units, options, paths=paths, progress=progress)
    if (shard := report.shard) is not None:
        report = report._replace(shard=shard._replace(errors=Counter(shard.errors) + Counter(found.errors)))
    return report._replace(
        errors=tuple(sorted({*found.errors, *report.errors})),
        files_skipped=dict(sorted(found.skipped.items())),
        seconds=time.perf_counter() - started,
    )


def _kept_blanks(tree: Tree, options: ScanOptions) -> "KeptBlanks | None":
    """What the cache knows to say nothing, if contents of this tree have names by which to know them."""
    if options.cache_folder is None or not tree.names_contents:
        return None
    from aiposture.cache.blanks import KeptBlanks
    from aiposture.cache.folder import is_private

    return KeptBlanks(options.cache_folder, tree.root, TOKENS) if is_private(options.cache_folder, tree.root) else None


def judge_units(
    tree: Tree,
    units: Sequence[Unit],
    options: ScanOptions,
    *,
    paths: Sequence[str] = (),
    progress: Progress | None = None,
) -> Report:
    """The report on `units` as if there were no others. Raises UsageError."""
    rules = chosen_rules(options.select, options.ignore)
    read = _read(tree, units, options, progress) if units else _Read()
    report = _judge(read, rules, options)._replace(root=tree.root)
    if report.shard is None:
        return report
    return report._replace(shard=report.shard._replace(paths=tuple(paths), settings=digest(options, report.root)))


class _Read(NamedTuple):
    """What came of the units, and the Bicep files that could not be compiled, with the one error for them."""

    readings: Sequence[tuple[Unit, Reading]] = ()
    uncompiled: tuple[str, ...] = ()
    missing: Sequence[Reading] = ()

    def judged(self) -> list[Reading]:
        """The readings but of those templates that another one deploys: they are judged as its parts.

        For the other dialects discovery has seen who calls whom.
        """
        owners: dict[str, set[str]] = {}
        for unit, reading in self.readings:
            for path in reading.files:
                owners.setdefault(path, set()).add(unit.path)
        return [
            reading
            for unit, reading in self.readings
            if unit.dialect not in _PARTS or not owners.get(unit.path, set()) - {unit.path}
        ]


def chosen_rules(select: Sequence[str], ignore: Sequence[str]) -> tuple[controls.Rule, ...]:
    """The controls that `select` (all, if empty) names less those that `ignore` names. Raises UsageError."""
    wanted = {control.id for control in _named(select)} if select else {rule.id for rule in controls.ALL}
    unwanted = {control.id for control in _named(ignore)}
    return tuple(rule for rule in controls.ALL if rule.id in wanted - unwanted)


def _named(names: Iterable[str]) -> Iterator[Control]:
    for name in names:
        matches = controls.find(name)
        if not matches:
            raise UsageError(no_control(name, controls.known_ids()))
        yield from matches


def open_tree(paths: Sequence[str]) -> tuple[Tree, list[str]]:
    """The tree to read from, and the paths in it. Its root is the git root, outside of one the path given."""
    for path in paths:
        if not os.path.exists(path):
            raise UsageError(f"there is no file or directory {path!r}")
    real = [os.path.realpath(path) for path in paths]
    common = os.path.commonpath(real)
    root = git_root(common) or (common if os.path.isdir(common) else os.path.dirname(common))
    return Tree(root), [within(path, root) for path in real]


def _read(tree: Tree, units: Sequence[Unit], options: ScanOptions, progress: Progress | None) -> _Read:
    from aiposture.reading import Inputs, Readers

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
    with Readers(tree.with_extra(extra), inputs, _wanted(), cache_folder=options.cache_folder) as readers:
        for number, unit in enumerate(units):
            if progress is not None:
                progress(number, len(units), unit.path)
            read.append((unit, readers.read(unit)))
        return _Read(read, readers.uncompiled, readers.not_compiled())


def _inside(tree: Tree, path: str, what: str, extra: dict[str, str]) -> str:
    """The name in the tree of a file that the user named. One that stands outside of it is added to `extra`."""
    if not os.path.isfile(path):
        raise UsageError(f"there is no {what} {path!r}")
    real, root = os.path.realpath(path), os.path.realpath(tree.root)
    if is_below(real, root):
        return within(real, root)
    # The tree may have a file of its own at the path that the user wrote.
    taken = not os.path.isabs(path) and os.path.lexists(os.path.join(root, path))
    name = (real if taken else path).replace(os.sep, "/")
    extra[name] = real
    return name


def _wanted() -> Callable[[str], bool]:
    from aiposture import links, services

    return lambda declared_type: services.wanted(declared_type) or links.wanted(declared_type)


def _judge(read: _Read, rules: Sequence[controls.Rule], options: ScanOptions) -> Report:
    """The report on what was read, without a word about what was not."""
    empty = Report(
        findings=(),
        errors=(),
        not_analysed=(),
        notices=(),
        controls=Described(rules, options.severities),
        not_applicable={rule.id: 0 for rule in rules},
        files_read=0,
        files_skipped={},
        services=0,
        seconds=0.0,
        shard=None if options.shard is None else Shard(*options.shard),
    )
    if not read.readings:  # the tables are imported for a scan that has something to judge
        return empty
    from aiposture import judging, links
    from aiposture.suppress import weigh

    readings = read.judged()
    resources = [resource for reading in readings for resource in reading.resources]
    names = links.Names()
    incomplete = (reading for reading in readings if reading.not_analysed or reading.errors)
    partial = {resource.unit for reading in incomplete for resource in reading.resources}
    judged = judging.judge(resources, rules, controls.Options(options.private_endpoint_mode), names, partial)
    comments = dict.fromkeys(comment for reading in readings for comment in reading.comments)
    weighted = apply_severities(judged.findings, options.severities)
    weighed = weigh(weighted, comments, controls.known_ids(), set(judged.not_applicable), options.policy)
    not_analysed = Counter(judging.unread_modules(resources))
    not_analysed.update(part for reading in readings for part in reading.not_analysed)
    errors = {error for reading in (*readings, *read.missing) for error in reading.errors}
    report = empty._replace(
        findings=weighed.findings,
        errors=tuple(sorted(errors)),
        not_analysed=tuple(sorted(not_analysed, key=lambda part: (part.location, part.name, part.reason))),
        notices=weighed.notices,
        not_applicable=judged.not_applicable,
        files_read=len(frozenset().union(*(reading.files for reading in readings))),
        services=judged.services,
    )
    if empty.shard is None:
        return report
    shard = empty.shard._replace(not_analysed=not_analysed, uncompiled=read.uncompiled)
    return report._replace(shard=facts(shard, read.readings, readings, names, weighed))
