"""Where text stands: places in files, and the way a value came."""

from typing import Literal, NamedTuple


class Location(NamedTuple):
    """A stretch of text in one file.

    `path` is relative to the root of the scan and `/`-separated. Lines and columns count from 1;
    columns count characters (Unicode code points), not bytes; the end column is exclusive.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def covers(self, other: "Location") -> bool:
        """Whether `other` lies wholly inside this stretch."""
        return (
            self.path == other.path
            and (self.line, self.column) <= (other.line, other.column)
            and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        )


StepKind = Literal["variable default", "variable file", "environment", "argument", "local", "output", "value"]


class Step(NamedTuple):
    """One stop on the way of a value from where it was written to where it is used.

    `name` is what the code calls it there (`var.pna`, `local.settings`, `module.account.pna`).
    """

    kind: StepKind
    name: str
    location: Location


class Call(NamedTuple):
    """A module call that led to a resource; `location` is the call's header line."""

    name: str
    location: Location
    block: Location


class Comment(NamedTuple):
    """A comment of the source, with its markers; only those that could suppress are kept."""

    text: str
    location: Location


class SourceError(NamedTuple):
    """Something in a file that could not be read: the verdict on it is incomplete."""

    path: str
    line: int
    message: str


class NotAnalysed(NamedTuple):
    """A part of the code that was seen and deliberately not judged (a remote module, a linked template)."""

    name: str
    reason: str
    location: Location


class Notice(NamedTuple):
    """Something about the scan itself that a user should mend: an unused or unknown suppression."""

    message: str
    location: Location
