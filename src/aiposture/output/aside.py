"""What is told outside of a report: on standard error, or by a host that makes its own report of our messages."""

from __future__ import annotations

from aiposture.output.inert import inert_lines
from aiposture.output.mask import without_keys
from aiposture.output.terminal import visible


def aside(text: str) -> str:
    """`text` on one line, without secrets, and without anything that a terminal or a CI service would obey."""
    return inert_lines(visible(without_keys(text)))
