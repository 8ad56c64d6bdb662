"""The command line: the only module that prints or exits. What it does not need at once it imports late."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from aiposture.usage import UsageError

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from aiposture.files import Tree
    from aiposture.model import Report
    from aiposture.settings import Settings

INTERRUPTED = 130
FINDINGS = 1
UNUSABLE = 2


def run() -> NoReturn:
    """The entry point of the `aiposture` command."""
    raise SystemExit(main())


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        name, rest = _command(arguments)
        return _COMMANDS[name](rest)
    except UsageError as error:
        for line in str(error).split("\n"):
            _complain(line)
        return UNUSABLE
    except SystemExit as stop:  # argparse leaves by it, after --help and on a wrong command line
        return stop.code if isinstance(stop.code, int) else UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - Python would exit with 1, which means "findings"
        return _crashed()


def _command(arguments: list[str]) -> tuple[str, list[str]]:
    """The command and what follows it; `check` may be left out."""
    first = arguments[0] if arguments else ""
    if first in _COMMANDS:
        return first, arguments[1:]
    if first and not first.startswith("-") and not os.path.exists(first):
        import difflib

        if close := difflib.get_close_matches(first, _COMMANDS, n=1):
            _complain(f"there is no command and no path {first!r}; did you mean {close[0]}?")
            raise SystemExit(UNUSABLE)
    return "check", arguments


def _check(arguments: Sequence[str]) -> int:
    from aiposture.arguments import check_parser

    given = check_parser().parse_intermixed_args(arguments)
    from aiposture.scan import open_tree
    from aiposture.settings import settle

    tree, paths = open_tree(given.paths or ["."])
    settings = settle(given, root=str(tree.root), whole=paths == [""])
    return _judge(given, settings, tree, paths)


def _hook(arguments: Sequence[str]) -> int:
    from aiposture.arguments import hook_parser

    given = hook_parser().parse_intermixed_args(arguments)
    from aiposture import git
    from aiposture.files import within
    from aiposture.settings import settle

    here = os.path.realpath(os.getcwd())
    root = git.root(here)
    if root is None:
        raise git.GitError("aiposture hook judges the index of a git repository, and this is none")
    if given.paths and not given.changed:
        raise git.GitError("aiposture hook takes files only with --changed; aiposture check judges paths")
    changed = frozenset(within(os.path.join(here, path), root) for path in given.paths)
    settings = settle(given, root=root, whole=not given.changed)
    with git.guarded(root, os.environ) as tree:
        return _judge(given, settings, tree, [""], changed if given.changed else None)


def _judge(
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


def _merge(arguments: Sequence[str]) -> int:
    from aiposture.arguments import merge_parser

    given = merge_parser().parse_intermixed_args(arguments)
    from aiposture.joining import join

    merged, settings = join(given)
    if given.output_file is None:
        _print(merged.text)
    elif not _write(given.output_file, merged.text):
        return UNUSABLE
    for error in merged.errors:
        _complain(error)
    return _status(merged.outcome(settings.fail_on), given)


def _write_baseline(
    given: argparse.Namespace, settings: Settings, tree: Tree, paths: Sequence[str], report: Report
) -> int:
    """Write the findings as the new baseline, and report what is left beside it: nothing but errors."""
    from aiposture import baseline
    from aiposture.known import Comparison, compare

    if not _write(given.write_baseline, baseline.render(report.findings)):
        return UNUSABLE
    report = compare(report, tree, paths, settings.scan, Comparison(given.write_baseline, None))
    _remark(f"{sum(finding.known for finding in report.findings):,} findings are in {given.write_baseline} now.")
    return _deliver(report, given, settings, tree)


def _deliver(report: Report, given: argparse.Namespace, settings: Settings, tree: Tree) -> int:
    """Print and write the reports; what a machine's format hides from people goes to standard error."""
    from aiposture.lines import line_reader
    from aiposture.model import Severity
    from aiposture.output import formats
    from aiposture.output.outcome import outcome, sentence
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
        if not _write(path, formats.render(name, report, style)):
            return UNUSABLE
    if given.output_file is None:
        colour = _colour(sys.stdout, no_color=given.no_color)
        _print(formats.render(given.format, report, style._replace(colour=colour)))
    if given.output_file is not None or given.format in formats.FOR_MACHINES:
        for error in report.errors:
            _complain(f"{error.path}:{error.line}: {error.message}")
    if given.output_file is not None and not given.quiet:
        _remark(f"{sentence(report, settings.fail_on)} The report is in {given.output_file}.")
    return _status(outcome(report, settings.fail_on), given)


def _status(result: int, given: argparse.Namespace) -> int:
    """The exit status: findings do not count with --exit-zero, an incomplete verdict does."""
    return 0 if given.exit_zero and result == FINDINGS else int(result)


def _rule(arguments: Sequence[str]) -> int:
    from aiposture.arguments import rule_parser

    given = rule_parser().parse_args(arguments)
    from aiposture import controls
    from aiposture.output import page

    found = controls.find(given.id)
    if not found:
        hint = controls.closest(given.id)
        _complain(f"no control is called {given.id!r}" + (f"; did you mean {hint}?" if hint else ""))
        return UNUSABLE
    colour = _colour(sys.stdout)
    _print("\n".join(page.render(control, colour=colour) for control in found))
    return 0


def _rules(arguments: Sequence[str]) -> int:
    from aiposture.arguments import rules_parser

    given = rules_parser().parse_args(arguments)
    from aiposture import controls
    from aiposture.output import page

    known = [rule.control for rule in controls.ALL]
    _print(page.listing_json(known) if given.format == "json" else page.listing(known, colour=_colour(sys.stdout)))
    return 0


def _checks_dir(arguments: Sequence[str]) -> int:
    from aiposture.arguments import plain_parser

    plain_parser("checks-dir", "Prints the directory to hand to Checkov's --external-checks-dir.").parse_args(arguments)
    from importlib.util import find_spec

    found = find_spec("aiposture.checks")  # finds it without running it: it imports Checkov
    if found is None or not found.submodule_search_locations:
        raise UsageError("the checks for Checkov are not installed beside this aiposture")
    _print(f"{found.submodule_search_locations[0]}\n")
    return 0


def _completion(arguments: Sequence[str]) -> int:
    from aiposture.arguments import completion_parser
    from aiposture.completion import script

    _print(script(completion_parser().parse_args(arguments).shell))
    return 0


def _config_schema(arguments: Sequence[str]) -> int:
    from aiposture.arguments import plain_parser

    plain_parser("config-schema", "Prints the JSON Schema of the configuration.").parse_args(arguments)
    from aiposture import config

    _print(config.schema())
    return 0


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "check": _check,
    "hook": _hook,
    "merge": _merge,
    "rule": _rule,
    "rules": _rules,
    "checks-dir": _checks_dir,
    "completion": _completion,
    "config-schema": _config_schema,
}


def _colour(stream: TextIO, *, no_color: bool = False) -> bool:
    if no_color or os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _write(path: str, text: str) -> bool:
    """Write a file as a whole or not at all; whether that worked."""
    from aiposture.whole_file import write

    if problem := write(path, text):
        _complain(problem)
    return problem is None


def _print(text: str) -> None:
    stream = sys.stdout
    try:
        # A terminal that is not UTF-8 gets escapes, not a traceback.
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        # Who reads has had enough (`aiposture | head`). Python flushes once more at exit; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except OSError as error:  # the disk is full
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        _complain(f"the report cannot be printed: {error.strerror}")
        raise SystemExit(UNUSABLE) from error


def _remark(text: str) -> None:
    from aiposture.output.aside import aside

    print(aside(text).encode("ascii", "backslashreplace").decode(), file=sys.stderr)


def _complain(text: str) -> None:
    _remark(f"aiposture: error: {text}")


def _crashed() -> int:
    import traceback

    traceback.print_exc()
    _complain("this is a defect of aiposture, and the verdict is incomplete; please report it with the lines above")
    return UNUSABLE
