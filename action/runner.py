"""What the Action says to the runner: annotations, outputs, the job summary, and text that must not command it."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

# GitHub refuses a summary of more than 1 MiB for a step, all of it.
SUMMARY_BYTES = 1024 * 1024
_CUT = "\n\n_The summary is cut here: GitHub takes no more. The log and the reports have all of it._\n"


def annotate(level: Literal["error", "warning", "notice"], message: str) -> None:
    """Put a message on the page of the run."""
    sys.stdout.write(f"::{level} title=aiposture::{_escaped(message)}\n")
    sys.stdout.flush()


def set_output(name: str, value: str | int) -> None:
    """Set an output of the step. No value can end early: what ends it is drawn by lot."""
    end = f"end-{secrets.token_hex(16)}"
    _append("GITHUB_OUTPUT", f"{name}<<{end}\n{value}\n{end}\n")


def add_summary(markdown: str) -> None:
    """Add to the step's part of the job summary, as much as GitHub takes."""
    data = markdown.encode()
    room = SUMMARY_BYTES - 1
    if len(data) > room:
        kept = data[: room - len(_CUT.encode())]
        markdown = kept[: kept.rfind(b"\n") + 1].decode("utf-8", "ignore") + _CUT
    _append("GITHUB_STEP_SUMMARY", markdown)


@contextmanager
def commands_stopped() -> Iterator[None]:
    """Within it, the runner obeys nothing that is printed: file names and code of strangers can be shown."""
    token = secrets.token_hex(16)
    sys.stdout.write(f"::stop-commands::{token}\n")
    try:
        yield
    finally:
        sys.stdout.write(f"\n::{token}::\n")
        sys.stdout.flush()


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(text)
