"""The command line as the user types it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from aiposture import __version__

_SEVERITIES = ("info", "low", "medium", "high", "critical")
_VERDICTS = ("fail", "unknown", "pass")

_EPILOG = """\
commands:
  check [PATH ...]    judge the code below PATH; this is the default command
  rule ID             explain a control: what it demands, why, and how to mend it
  rules               list the controls

examples:
  aiposture                                        check the current directory
  aiposture check infra --format sarif --output-file results.sarif
  aiposture check --select AIS201,AIS401 --fail-on high
  aiposture check --show fail,unknown --var-file env/prod.tfvars
  aiposture rule AIS401
  aiposture check ./rules                          a directory that is called like a command

exit status:
  0  nothing failed at or above --fail-on (or --exit-zero was given)
  1  something did
  2  the verdict is incomplete: a file could not be read, or the command line is wrong; --exit-zero does not hide it
"""


def check_parser() -> argparse.ArgumentParser:
    """What `check`, the default command, takes."""
    parser = argparse.ArgumentParser(
        prog="aiposture",
        usage="aiposture [check] [PATH ...] [options]\n       aiposture rule ID\n       aiposture rules",
        description="Judges the security posture of AI services in infrastructure as code.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and directories (default: this directory)")
    parser.add_argument("--version", action="version", version=f"aiposture {__version__}")
    _add_judging(parser.add_argument_group("what is judged, and how"))
    _add_output(parser.add_argument_group("what is printed"))
    _add_exit(parser.add_argument_group("exit status"))
    return parser


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
        default="effective",
        help="what AIS101 asks for (default: effective)",
    )
    group.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="paths to leave out; may be repeated"
    )
    group.add_argument(
        "--no-inline-suppressions", action="store_true", help="let no comment in the code suppress a finding"
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", choices=("text", "json", "sarif"), default="text", help="default: text")
    group.add_argument("--output-file", metavar="FILE", help="write the report there instead of to the terminal")
    group.add_argument(
        "--show", type=_list_of("verdicts", _VERDICTS), default=["fail"], metavar="VERDICT[,VERDICT]",
        help="verdicts to print in text and SARIF: fail, unknown, pass (default: fail); JSON always has all",
    )  # fmt: skip
    group.add_argument("--quiet", "-q", action="store_true", help="print findings and errors, and no summary")
    group.add_argument("--no-color", action="store_true", help="no colours; NO_COLOR and FORCE_COLOR are honoured, too")
    group.add_argument("--no-progress", action="store_true", help="no progress bar")


def _add_exit(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--fail-on", choices=_SEVERITIES, default="low", metavar="SEVERITY",
        help="the lowest severity that fails: info, low, medium, high, critical (default: low)",
    )  # fmt: skip
    group.add_argument("--exit-zero", action="store_true", help="exit with 0 instead of 1 when there are findings")


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
