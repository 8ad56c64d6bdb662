"""What people see: standard output, standard error and the files of reports. Nothing else prints."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

UNUSABLE = 2
"""The exit status when the verdict is incomplete, or there is none."""


def colour(stream: TextIO, *, no_color: bool = False) -> bool:
    """Whether to print in colours there."""
    if no_color or os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write(path: str, text: str) -> bool:
    """Write a file as a whole or not at all; whether that worked."""
    from aiposture import whole_file

    if problem := whole_file.write(path, text):
        complain(problem)
    return problem is None


def show(text: str) -> None:
    """Print to standard output. Raises SystemExit if that cannot be written."""
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
        complain(f"the report cannot be printed: {error.strerror}")
        raise SystemExit(UNUSABLE) from error


def remark(text: str) -> None:
    """Print a line to standard error."""
    from aiposture.output.aside import aside

    print(aside(text).encode("ascii", "backslashreplace").decode(), file=sys.stderr)


def complain(text: str) -> None:
    """Print what went wrong to standard error."""
    remark(f"aiposture: error: {text}")
