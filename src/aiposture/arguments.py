"""The command line as the user types it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from aiposture import __version__
from aiposture.output import NAMES

SEVERITIES = ("info", "low", "medium", "high", "critical")
VERDICTS = ("fail", "unknown", "pass")

_EPILOG = """\
commands:
  check [PATH ...]    judge the code below PATH; this is the default command
  hook                judge what is staged in the git index, for pre-commit
  merge REPORT ...    join the reports of shards into the one of a whole scan
  rule ID             explain a control: what it demands, why, and how to mend it
  rules               list the controls
  checks-dir          print the directory to hand to Checkov's --external-checks-dir
  completion SHELL    print a completion script for bash, zsh, fish or powershell
  config-schema       print the JSON Schema of the configuration

examples:
  aiposture                                        check the current directory
  aiposture check infra --format concise --output sarif=results.sarif
  aiposture check --select AIS201,AIS401 --fail-on high
  aiposture check --show fail,unknown --var-file env/prod.tfvars
  aiposture check --diff-base origin/main          only what this branch adds
  aiposture check --write-baseline .aiposture.baseline
  aiposture rule AIS401
  aiposture check ./rules                          a directory that is called like a command

exit status:
  0  nothing failed at or above --fail-on (or --exit-zero was given)
  1  something did
  2  the verdict is incomplete: a file could not be read, or the command line or the configuration is wrong;
     --exit-zero does not hide it
"""


def check_parser() -> argparse.ArgumentParser:
    """What `check`, the default command, takes. What the configuration can set is None or empty if it is left out."""
    parser = argparse.ArgumentParser(
        prog="aiposture",
        usage="aiposture [check] [PATH ...] [options]\n       aiposture COMMAND [...], see below",
        description="Judges the security posture of AI services in infrastructure as code.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=False,
    )
    _add_paths(parser, "PATH", "files and directories (default: this directory)").add_argument(
        "--version", action="version", version=f"aiposture {__version__}"
    )
    _add_all(parser).add_argument(
        "--shard", metavar="I/N", help="judge the I-th of N parts; aiposture merge joins their JSON or SARIF reports"
    )
    return parser


def hook_parser() -> argparse.ArgumentParser:
    """What `hook` takes: the options of `check`."""
    parser = argparse.ArgumentParser(
        prog="aiposture hook",
        usage="aiposture hook [options]\n       aiposture hook --changed [options] FILE ...",
        description="Judges what the git index holds, in the whole repository, wherever it is started: "
        "what is not staged does not count. The options are those of check.",
        allow_abbrev=False,
        add_help=False,
    )
    _add_paths(parser, "FILE", "with --changed: the files that changed").add_argument(
        "--changed", action="store_true", help="judge only the modules and templates that a FILE belongs to"
    )
    parser.set_defaults(shard=None)
    _add_all(parser)
    return parser


def merge_parser() -> argparse.ArgumentParser:
    """What `merge` takes: reports, and the options of `check` that decide what is said of the code."""
    parser = argparse.ArgumentParser(
        prog="aiposture merge",
        usage="aiposture merge [options] REPORT ...",
        description="Joins the JSON or SARIF reports of all shards into the report of one scan. Code of different "
        "shards that is linked is judged once more, so start it in the checkout, with the options of the shards.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "reports", nargs="+", metavar="REPORT", help="the reports of aiposture check --shard, all of them"
    )
    parser.add_argument("--source", default=".", metavar="PATH", help="the code (default: this directory)")
    parser.add_argument("--format", choices=("json", "sarif"), help="the format of the reports (default: found out)")
    parser.add_argument("--output-file", metavar="FILE", help="write the report there instead of to the terminal")
    parser.set_defaults(paths=[], shard=None, show=None, diff_base=None, write_baseline=None)
    _add_judging(parser.add_argument_group("what is judged, and how"))
    _add_baseline(parser.add_argument_group("what is new"))
    _add_configuration(parser.add_argument_group("configuration"))
    _add_exit(parser.add_argument_group("exit status"))
    return parser


def _add_paths(parser: argparse.ArgumentParser, name: str, meaning: str) -> argparse._ArgumentGroup:
    """Add what each command has, under the titles that argparse gives it; the group for more of it.

    An argument of the parser itself would be laid out at once for the width of the terminal, which only --help needs.
    """
    parser.add_argument_group("positional arguments").add_argument("paths", nargs="*", metavar=name, help=meaning)
    options = parser.add_argument_group("options")
    options.add_argument("-h", "--help", action="help", help="show this help message and exit")
    return options


def _add_all(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """Add what `check` and `hook` have in common; the group for what is judged."""
    judging = parser.add_argument_group("what is judged, and how")
    _add_judging(judging)
    _add_comparing(parser.add_argument_group("what is new"))
    _add_configuration(parser.add_argument_group("configuration"))
    _add_output(parser.add_argument_group("what is printed"))
    _add_exit(parser.add_argument_group("exit status"))
    return judging


def rule_parser() -> argparse.ArgumentParser:
    """What `rule` takes."""
    parser = argparse.ArgumentParser(prog="aiposture rule", description="Explains a control.", allow_abbrev=False)
    parser.add_argument("id", metavar="ID", help="its id (AIS401), slug (identity-based-auth), or an alias of a peer")
    return parser


def rules_parser() -> argparse.ArgumentParser:
    """What `rules` takes."""
    parser = argparse.ArgumentParser(prog="aiposture rules", description="Lists the controls.", allow_abbrev=False)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    return parser


def completion_parser() -> argparse.ArgumentParser:
    """What `completion` takes."""
    from aiposture.completion import SHELLS

    parser = argparse.ArgumentParser(
        prog="aiposture completion", description="Prints a completion script.", allow_abbrev=False
    )
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    return parser


def plain_parser(name: str, description: str) -> argparse.ArgumentParser:
    """A command that takes nothing."""
    return argparse.ArgumentParser(prog=f"aiposture {name}", description=description, allow_abbrev=False)


def _add_judging(group: argparse._ArgumentGroup) -> None:
    control_list = _list_of("controls")
    for flag, text in (("--select", "judge only these controls"), ("--ignore", "leave these controls out")):
        group.add_argument(
            flag, action="extend", type=control_list, default=[], metavar="ID[,ID]",
            help=f"{text}: ids, slugs or aliases; may be repeated",
        )  # fmt: skip
    group.add_argument(
        "--var-file", action="append", default=[], metavar="FILE", help="a Terraform variable file; may be repeated"
    )
    group.add_argument(
        "--parameters", action="append", default=[], metavar="FILE",
        help="a parameter file for ARM, Bicep and CloudFormation; may be repeated",
    )  # fmt: skip
    group.add_argument("--bicep", metavar="FILE", help="the Bicep compiler to use (default: found, see the README)")
    group.add_argument("--restore", action="store_true", help="let the Bicep compiler fetch registry modules")
    group.add_argument(
        "--use-environment", action="store_true", help="let TF_VAR_* of the environment set Terraform variables"
    )
    group.add_argument(
        "--private-endpoint-mode",
        choices=("effective", "psrule", "azure-policy", "strict"),
        help="what AIS101 asks for (default: effective)",
    )
    group.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="GLOB",
        help="paths to leave out: a name at any depth, or a path with * and **; may be repeated",
    )
    group.add_argument("--no-cache", action="store_true", help="read all anew, and keep nothing in the cache folder")
    group.add_argument(
        "--no-inline-suppressions", action="store_true", help="let no comment in the code suppress a finding"
    )


def _add_baseline(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--baseline", metavar="FILE", help="findings that FILE lists are known and do not fail")


def _add_comparing(group: argparse._ArgumentGroup) -> None:
    _add_baseline(group)
    group.add_argument("--write-baseline", metavar="FILE", help="write the findings there as the new baseline")
    group.add_argument(
        "--diff-base", metavar="REV",
        help="findings that stand where this branch left the git revision REV are known and do not fail",
    )  # fmt: skip


def _add_configuration(group: argparse._ArgumentGroup) -> None:
    one = group.add_mutually_exclusive_group()
    one.add_argument(
        "--config", metavar="FILE",
        help="the configuration (default: aiposture.toml or pyproject.toml here or further up in the repository)",
    )  # fmt: skip
    one.add_argument("--no-config", action="store_true", help="use no configuration")
    one.add_argument("--config-revision", metavar="REV", help="take the configuration as it is in the git revision REV")


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", choices=NAMES, default="text", help="default: text")
    group.add_argument("--output-file", metavar="FILE", help="write the report there instead of to the terminal")
    group.add_argument(
        "--output", action="append", type=_output, default=[], metavar="FORMAT=FILE",
        help="write a further report, as in --output sarif=results.sarif; may be repeated",
    )  # fmt: skip
    group.add_argument(
        "--show", type=_list_of("verdicts", VERDICTS), metavar="VERDICT[,VERDICT]",
        help="verdicts to list: fail, unknown, pass (default: fail); JSON always has all",
    )  # fmt: skip
    group.add_argument(
        "--min-severity", choices=SEVERITIES, default="info", metavar="SEVERITY",
        help="list no finding below this severity (default: info); all are counted, and JSON and JUnit have them",
    )  # fmt: skip
    group.add_argument(
        "--hide-suppressed", action="store_true",
        help="leave suppressed findings out of JSON, SARIF and JUnit; GitHub would open alerts for them",
    )  # fmt: skip
    group.add_argument("--quiet", "-q", action="store_true", help="print findings and errors, and no summary")
    group.add_argument("--no-color", action="store_true", help="no colours; NO_COLOR and FORCE_COLOR are honoured, too")
    group.add_argument("--no-progress", action="store_true", help="no progress bar")


def _add_exit(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fail-on", choices=SEVERITIES, metavar="SEVERITY",
        help="the lowest severity that fails: info, low, medium, high, critical (default: low)",
    )  # fmt: skip
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 instead of 1 when there are findings")


def _output(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if name not in NAMES or not equals or not path:
        message = f"{text!r} is not FORMAT=FILE with one of {', '.join(NAMES)}"
        raise argparse.ArgumentTypeError(message)
    return name, path


def _list_of(what: str, choices: Sequence[str] = ()) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        names = [name.strip() for name in text.split(",") if name.strip()]
        wrong = [name for name in names if choices and name not in choices]
        if wrong or not names:
            expected = f": {', '.join(choices)}" if choices else ""
            message = f"{wrong[0] if wrong else text!r} is no list of {what}{expected}"
            raise argparse.ArgumentTypeError(message)
        return names

    return parse
