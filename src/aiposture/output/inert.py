"""Keeps names in the scanned code from giving orders to the CI service that shows the report.

What a step prints is searched for commands. GitHub Actions obeys a line that begins with `::` and, from the days
before, `##[` anywhere in a line; Azure Pipelines obeys `##vso[` anywhere, TeamCity `##teamcity[`.
"""

from __future__ import annotations

import re

_ANYWHERE = re.compile(r"##(?=\w*\[)")
_AT_THE_START = re.compile(r"^( *):(?=:[^:])", re.MULTILINE)


def inert(text: str, hash_sign: str = "# ") -> str:
    r"""`text` without such commands. `hash_sign` stands for the first `#` of one: `\u0023` means the same in JSON."""
    return _ANYWHERE.sub(lambda _: f"{hash_sign}#", text)


def inert_lines(text: str) -> str:
    """As `inert`, for text whose lines can begin with a name from the code."""
    return _AT_THE_START.sub(r"\1: ", inert(text))
