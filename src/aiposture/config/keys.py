"""The keys of the configuration: this table is what is read, what the JSON Schema says, and what the manual lists."""

from typing import Literal, NamedTuple

Kind = Literal[
    "controls", "globs", "files", "file", "choice", "choices", "flag", "severities", "controls by glob", "allowances",
    "glob", "address", "text", "date",
]  # fmt: skip


class Key(NamedTuple):
    """A key, what may stand there, and a sentence about it."""

    name: str
    kind: Kind
    description: str
    choices: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False  # a list that names nothing is a mistake


SEVERITIES = ("info", "low", "medium", "high", "critical")

KEYS: tuple[Key, ...] = (
    Key(
        "select",
        "controls",
        "Judge only these controls: ids, slugs, aliases, or beginnings of ids (AIS4).",
        filled=True,
    ),
    Key("ignore", "controls", "Leave these controls out."),
    Key("exclude", "globs", "Paths that are not read."),
    Key("var-files", "files", "Terraform variable files that apply to every root module."),
    Key("parameter-files", "files", "Parameter files for ARM, Bicep and CloudFormation."),
    Key("show", "choices", "The verdicts that a report lists.", ("fail", "unknown", "pass"), filled=True),
    Key("fail-on", "choice", "The lowest severity that fails.", SEVERITIES),
    Key(
        "private-endpoint-mode",
        "choice",
        "What AIS101 asks for.",
        ("effective", "psrule", "azure-policy", "strict"),
    ),
    Key("baseline", "file", "The baseline: a file with the findings that were there before."),
    Key("inline-suppressions", "flag", "Whether a comment in the code can suppress a finding (default: true)."),
    Key("require-reason", "flag", "Whether a comment has to give a reason to suppress (default: false)."),
    Key("severity", "severities", "Severities of your own, by control.", SEVERITIES),
    Key("per-path-ignores", "controls by glob", "Controls that do not count in some files, by pattern."),
    Key("allow", "allowances", "Findings that are accepted, each with its reason."),
)

ALLOW: tuple[Key, ...] = (
    Key("controls", "controls", "The controls whose findings are accepted.", required=True, filled=True),
    Key("reason", "text", "Why they are accepted; it is in every report.", required=True),
    Key("resource", "address", "A pattern for the address of the resource; * stands for anything."),
    Key("path", "glob", "A pattern for the file."),
    Key("expires", "date", "The last day on which this holds."),
)

_MACHINE = "a repository must not decide what is run or read on the machine that checks it; give --{0} instead"
_TODAY = "it belongs to one run; give --{0} on the command line"

NOT_CONFIGURABLE: dict[str, str] = {
    **{name: _MACHINE.format(name) for name in ("bicep", "restore", "use-environment")},
    **{
        name: _TODAY.format(name)
        for name in (
            "config", "config-revision", "diff-base", "exit-zero", "format", "hide-suppressed", "no-color", "no-config",
            "no-progress", "output", "output-file", "quiet", "write-baseline",
        )
    },
    "no-inline-suppressions": "write inline-suppressions = false",
    "parameters": "its name here is parameter-files",
    "var-file": "its name here is var-files",
    "tool": "in aiposture.toml the keys stand at the top, without [tool.aiposture]",
}  # fmt: skip
"""Names that people can well try, and what to tell them."""
