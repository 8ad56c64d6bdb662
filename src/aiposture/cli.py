"""The command line: the only module that exits. What it does not need at once it imports late."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from aiposture.printing import UNUSABLE, colour, complain, remark, show, write
from aiposture.usage import UsageError, no_control

INTERRUPTED = 130
_SIGNALLED = 128
# Little of what a scan makes becomes garbage in circles, and looking for it is a twentieth of the time.
_COLLECTING = (100_000, 50, 50)
_ENDS = ("SIGHUP", "SIGTERM")  # SIGINT is an exception already


def run() -> NoReturn:
    """The entry point of the `aiposture` command."""
    for number in filter(None, (getattr(signal, name, None) for name in _ENDS)):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup(1) has it ignored
            signal.signal(number, _end)
    gc.set_threshold(*_COLLECTING)
    _leave(main())


def _leave(status: int) -> NoReturn:
    """End the program at once: Python would first take all apart that the system takes back as a whole."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        raise SystemExit(status) from None
    if sys.getprofile() is None and sys.gettrace() is None:
        os._exit(status)
    raise SystemExit(status)  # whoever watches us reports at the end


def _end(number: int, _: object) -> NoReturn:
    """Ends the program as an exception does, so that nothing of ours is left in the temporary directory."""
    raise SystemExit(_SIGNALLED + number)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        name, rest = _command(arguments)
        return _COMMANDS[name](rest)
    except UsageError as error:
        for line in str(error).split("\n"):
            complain(line)
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
            complain(f"there is no command and no path {first!r}; did you mean {close[0]}?")
            raise SystemExit(UNUSABLE)
    return "check", arguments


def _check(arguments: Sequence[str]) -> int:
    from aiposture.arguments import check_parser

    given = check_parser().parse_intermixed_args(arguments)
    from aiposture.checking import judge
    from aiposture.scan import open_tree
    from aiposture.settings import settle

    tree, paths = open_tree(given.paths or ["."])
    settings = settle(given, root=tree.root, whole=paths == [""])
    return judge(given, settings, tree, paths)


def _hook(arguments: Sequence[str]) -> int:
    from aiposture.arguments import hook_parser

    given = hook_parser().parse_intermixed_args(arguments)
    from aiposture import git
    from aiposture.files import within

    here = os.path.realpath(os.getcwd())
    root = git.root(here)
    if root is None:
        raise git.GitError("aiposture hook judges the index of a git repository, and this is none")
    if given.paths and not given.changed:
        raise git.GitError("aiposture hook takes files only with --changed; aiposture check judges paths")
    with git.guarded(root, os.environ) as tree:  # git lists the files while we import the rest
        from aiposture.checking import judge
        from aiposture.settings import governs, settle

        changed = frozenset(within(os.path.join(here, path), root) for path in given.paths)
        settings = settle(given, root=root, whole=not given.changed)
        only = changed if given.changed else None
        if only is not None and governs(changed, given, settings, root):
            only, settings = None, settle(given, root=root, whole=True)
        return judge(given, settings, tree, [""], only)


def _merge(arguments: Sequence[str]) -> int:
    from aiposture.arguments import merge_parser

    given = merge_parser().parse_intermixed_args(arguments)
    from aiposture.checking import status
    from aiposture.sharding.joining import join

    merged, settings = join(given)
    if given.output_file is None:
        show(merged.text)
    elif not write(given.output_file, merged.text):
        return UNUSABLE
    for error in merged.errors:
        complain(error)
    if given.output_file is not None:
        remark(f"{merged.tally.sentence(settings.fail_on)} The report is in {given.output_file}.")
    return status(merged.tally.outcome(settings.fail_on), given)


def _rule(arguments: Sequence[str]) -> int:
    from aiposture.arguments import rule_parser

    given = rule_parser().parse_args(arguments)
    from aiposture import controls
    from aiposture.output import page

    found = controls.find(given.id)
    if not found:
        raise UsageError(no_control(given.id, controls.known_ids()))
    coloured = colour(sys.stdout)
    show("\n".join(page.render(control, colour=coloured) for control in found))
    return 0


def _rules(arguments: Sequence[str]) -> int:
    from aiposture.arguments import rules_parser

    given = rules_parser().parse_args(arguments)
    from aiposture import controls
    from aiposture.output import page

    known = [rule.control for rule in controls.ALL]
    show(page.listing_json(known) if given.format == "json" else page.listing(known, colour=colour(sys.stdout)))
    return 0


def _checks_dir(arguments: Sequence[str]) -> int:
    from aiposture.arguments import plain_parser

    plain_parser("checks-dir", "Prints the directory to hand to Checkov's --external-checks-dir.").parse_args(arguments)
    from importlib.util import find_spec

    found = find_spec("aiposture.checks")  # finds it without running it: it imports Checkov
    if found is None or not found.submodule_search_locations:
        raise UsageError("the checks for Checkov are not installed beside this aiposture")
    show(f"{found.submodule_search_locations[0]}\n")
    return 0


def _completion(arguments: Sequence[str]) -> int:
    from aiposture.arguments import completion_parser
    from aiposture.completion import script

    show(script(completion_parser().parse_args(arguments).shell))
    return 0


def _config_schema(arguments: Sequence[str]) -> int:
    from aiposture.arguments import plain_parser

    plain_parser("config-schema", "Prints the JSON Schema of the configuration.").parse_args(arguments)
    from aiposture import config

    show(config.schema())
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


def _crashed() -> int:
    import traceback

    traceback.print_exc()
    complain("this is a defect of aiposture, and the verdict is incomplete; please report it with the lines above")
    return UNUSABLE
