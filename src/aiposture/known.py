"""Findings that were there before: at the revision that a branch left, or in the baseline."""

from collections.abc import Sequence
from typing import NamedTuple

from aiposture import baseline, config, git
from aiposture.files import Tree
from aiposture.model import Location, Notice, Report
from aiposture.options import ScanOptions
from aiposture.scan import scan_tree


class Comparison(NamedTuple):
    """What a scan is compared with: a baseline file, a git revision, both or neither."""

    baseline: str | None
    revision: str | None


def compare(report: Report, tree: Tree, paths: Sequence[str], options: ScanOptions, against: Comparison) -> Report:
    """`report`, a scan of `paths` in `tree`, with what is known marked. Raises UsageError."""
    if against.revision is not None:
        report = _with_revision(report, tree, paths, options, against.revision)
    if against.baseline is not None:
        report = _with_baseline(report, paths, against.baseline)
    return report


def _with_baseline(report: Report, paths: Sequence[str], path: str) -> Report:
    judged = set(report.not_applicable)
    findings, stale = baseline.mark(report.findings, baseline.load(path), judged, paths)
    notices = report.notices
    name = config.shown(path)
    if stale and not report.errors:  # a file that was not read has no findings
        place = Location(config.shown(path, report.root), 1, 1, 1, 1)
        notices = (*notices, Notice(baseline.stale_sentence(stale, name), place))
    return report._replace(findings=findings, notices=notices, base=_joined(report.base, f"the baseline {name}"))


def _with_revision(report: Report, tree: Tree, paths: Sequence[str], options: ScanOptions, revision: str) -> Report:
    root = git.root(tree.root)
    if root is None:
        message = f"--diff-base {revision}: {tree.root} is not in a git repository"
        raise git.GitError(message)
    base = git.merge_base(root, revision)
    name = f"the revision {base[:10]}"
    with git.revision(root, base) as snapshot:
        below = [path for path in paths if not path or snapshot.is_file(path) or snapshot.is_dir(path)]
        before = scan_tree(snapshot, below, options)
    findings, _gone = baseline.mark(report.findings, baseline.of(before.findings))
    notices = report.notices
    if before.errors:
        first = before.errors[0]
        message = (
            f"{name} could not be read completely ({first.path}: {first.message}); what it hides there counts as new"
        )
        notices = (*notices, Notice(message, Location(first.path, first.line, 1, first.line, 1)))
    return report._replace(findings=findings, notices=notices, base=_joined(report.base, name))


def _joined(*names: str) -> str:
    return " and ".join(filter(None, names))
