"""A bound for blanks in a row: the grammar takes a time that grows with the square of their number.

20,000 of them before a value cost 3 seconds, and nothing can interrupt the parser. No real code comes near the bound.
"""

from __future__ import annotations

import re

_RUN = re.compile(rb"[ \t\r\n]{32,}")
_SMALL = 16 * 1024  # bytes; what is smaller cannot take long
_MOST = 500_000_000  # the sum of the squares: about 4 seconds


def too_many(data: bytes) -> int | None:
    """The offset of the blanks that are too many; None if `data` can be parsed in time."""
    if len(data) < _SMALL:
        return None
    cost = 0
    for run in _RUN.finditer(data):
        cost += (run.end() - run.start()) ** 2
        if cost > _MOST:
            return run.start()
    return None
