"""The command line: the only module that prints or exits. What it does not need at once it imports late."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from aiposture.model import Report, Severity
    from aiposture.output.snippet import ReadLines
    from aiposture.scan import ScanOptions

INTERRUPTED = 130
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
    from aiposture.scan import UsageError

    try:
        report = _scan(given)
    except UsageError as error:
        _complain(str(error))
        return UNUSABLE
    return _deliver(report, given)


def _scan(given: argparse.Namespace) -> Report:
    from aiposture.progress import Bar
    from aiposture.scan import scan

    bar = Bar(sys.stderr) if sys.stderr.isatty() and not given.no_progress else None
    try:
        return scan(_options(given), bar)
    finally:
        if bar is not None:
            bar.close()


def _options(given: argparse.Namespace) -> ScanOptions:
    from aiposture.scan import ScanOptions

    return ScanOptions(
        paths=tuple(given.paths) or (".",),
        select=tuple(given.select),
        ignore=tuple(given.ignore),
        var_files=tuple(given.var_file),
        parameter_files=tuple(given.parameters),
        bicep=given.bicep,
        restore=given.restore,
        use_environment=given.use_environment,
        private_endpoint_mode=given.private_endpoint_mode,
        exclude=tuple(given.exclude),
        no_inline_suppressions=given.no_inline_suppressions,
    )


def _deliver(report: Report, given: argparse.Namespace) -> int:
    """Print or write the report; what a machine's format hides from people goes to standard error."""
    from aiposture.model import Severity
    from aiposture.output.outcome import Outcome, outcome, sentence

    fail_on = Severity[given.fail_on.upper()]
    text = _render(report, given, fail_on)
    if given.output_file is not None and (problem := _write(given.output_file, text)):
        _complain(problem)
        return UNUSABLE
    if given.output_file is None:
        _print(text)
    if given.output_file is not None or given.format != "text":
        for error in report.errors:
            _complain(f"{error.path}:{error.line}: {error.message}")
    if given.output_file is not None and not given.quiet:
        _remark(f"{sentence(report, fail_on)} The report is in {given.output_file}.")
    result = outcome(report, fail_on)
    return int(Outcome.CLEAN if given.exit_zero and result is Outcome.FINDINGS else result)


def _render(report: Report, given: argparse.Namespace, fail_on: Severity) -> str:
    if given.format == "json":
        from aiposture.output import json

        return json.render(report)
    from aiposture.model import Verdict

    show = [Verdict(name) for name in given.show]
    read_lines = _line_reader(report)
    if given.format == "sarif":
        from aiposture.output import sarif

        return sarif.render(report, read_lines=read_lines, show=show)
    from aiposture.output import text

    colour = given.output_file is None and _colour(sys.stdout, no_color=given.no_color)
    return text.render(report, read_lines=read_lines, show=show, fail_on=fail_on, quiet=given.quiet, colour=colour)


def _line_reader(report: Report) -> ReadLines:
    from pathlib import Path

    from aiposture.files import Tree, UnreadableError

    tree = Tree(Path(report.root))

    @lru_cache(maxsize=64)
    def read_lines(path: str) -> list[str] | None:
        try:
            text = tree.read(path).decode("utf-8-sig", "replace")
        except UnreadableError:
            return None  # the finding is then shown without its source; the place stays
        return [line.removesuffix("\r") for line in text.split("\n")]

    return read_lines


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


_COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {"check": _check, "rule": _rule, "rules": _rules}


def _colour(stream: TextIO, *, no_color: bool = False) -> bool:
    if no_color or os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _write(path: str, text: str) -> str | None:
    """Write a file as a whole or not at all; what went wrong, if something did."""
    target = os.path.realpath(path)
    try:
        if os.path.exists(target) and not os.path.isfile(target):  # /dev/null, a pipe: nothing to replace
            with open(target, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        else:
            _replace(target, text)
    except OSError as error:
        return f"{path!r} cannot be written: {error.strerror}"
    return None


def _replace(target: str, text: str) -> None:
    draft = f"{target}.{os.getpid()}.tmp"
    with open(draft, "x", encoding="utf-8", errors="backslashreplace") as file:
        try:
            file.write(text)
            file.flush()
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise


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


def _remark(text: str) -> None:
    from aiposture.output.terminal import visible

    print(visible(text).encode("ascii", "backslashreplace").decode(), file=sys.stderr)


def _complain(text: str) -> None:
    _remark(f"aiposture: error: {text}")


def _crashed() -> int:
    import traceback

    traceback.print_exc()
    _complain("this is a defect of aiposture, and the verdict is incomplete; please report it with the lines above")
    return UNUSABLE
