"""What `check` and `hook` do once it is settled what to judge: scan, compare with what was known, and report."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiposture.printing import UNUSABLE, colour, complain, remark, show, write

if TYPE_CHECKING:
    import argparse

    from aiposture.files import Tree
    from aiposture.model import Report
    from aiposture.settings import Settings

FINDINGS = 1


def judge(
    given: argparse.Namespace,
    settings: Settings,
    tree: Tree,
    paths: Sequence[str],
    only: frozenset[str] | None = None,
) -> int:
    """Scan, compare with what was known, and report; the exit status."""
    from aiposture.progress import Bar
    from aiposture.scan import scan_tree

    bar = Bar(sys.stderr) if sys.stderr.isatty() and not given.no_progress else None
    try:
        report = scan_tree(tree, paths, settings.scan, bar, only)
    finally:
        if bar is not None:
            bar.close()
    if given.write_baseline is not None:
        return _write_baseline(given, settings, tree, paths, report)
    if given.diff_base is not None or settings.baseline is not None:
        from aiposture.known import Comparison, compare

        report = compare(report, tree, paths, settings.scan, Comparison(settings.baseline, given.diff_base))
    return _deliver(report, given, settings, tree)


def _write_baseline(
    given: argparse.Namespace, settings: Settings, tree: Tree, paths: Sequence[str], report: Report
) -> int:
    """Write the findings as the new baseline, and report what is left beside it: nothing but errors."""
    from aiposture import baseline
    from aiposture.known import Comparison, compare

    if not write(given.write_baseline, baseline.render(report.findings)):
        return UNUSABLE
    report = compare(report, tree, paths, settings.scan, Comparison(given.write_baseline, None))
    remark(f"{sum(finding.known for finding in report.findings):,} findings are in {given.write_baseline} now.")
    return _deliver(report, given, settings, tree)


def _deliver(report: Report, given: argparse.Namespace, settings: Settings, tree: Tree) -> int:
    """Print and write the reports; what a machine's format hides from people goes to standard error."""
    from aiposture.lines import line_reader
    from aiposture.model import Severity
    from aiposture.output import formats
    from aiposture.output.outcome import outcome, sentence
    from aiposture.output.quoted import error_without_secrets
    from aiposture.output.style import Style

    style = Style(
        read_lines=line_reader(tree),
        show=settings.show,
        fail_on=settings.fail_on,
        quiet=given.quiet,
        hide_suppressed=given.hide_suppressed,
        min_severity=Severity[given.min_severity.upper()],
    )
    to_files = [*given.output, *([(given.format, given.output_file)] if given.output_file is not None else [])]
    for name, path in to_files:
        if not write(path, formats.render(name, report, style)):
            return UNUSABLE
    if given.output_file is None:
        style = style._replace(colour=colour(sys.stdout, no_color=given.no_color))
        show(formats.render(given.format, report, style))
    if given.output_file is not None or given.format in formats.FOR_MACHINES:
        for each in report.errors:
            error = error_without_secrets(each, style.read_lines)
            complain(f"{error.path}:{error.line}: {error.message}")
    if given.output_file is not None and not given.quiet:
        remark(f"{sentence(report, settings.fail_on)} The report is in {given.output_file}.")
    return status(outcome(report, settings.fail_on), given)


def status(result: int, given: argparse.Namespace) -> int:
    """The exit status: findings do not count with --exit-zero, an incomplete verdict does."""
    return 0 if given.exit_zero and result == FINDINGS else int(result)
