"""How long to wait for the compiler: its deadline is no verdict on the machine.

Six scans at once make a healthy compiler slow, and an error that comes and goes with the load would make two runs on
the same code differ. So a process that has had its seconds on the clock may go on as long as it works and has not had
as many of the processor; one that sleeps, or has had them, hangs.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_MOST = 10  # times the deadline, on the clock
_LOOK_EVERY = 0.5  # of the deadline
_IDLE = 0.02  # of the clock's time; a starved process gets more, one that waits for something less


class Patience:
    """The time that one request to a process may take."""

    def __init__(self, process: int, deadline: float) -> None:
        """`process` is its id, `deadline` the seconds that it gets."""
        self._process = process
        self._deadline = deadline
        self._start = self._looked = time.monotonic()
        self._first = self._last = seconds_of_the_processor(process)

    def next_look(self) -> float:
        """The seconds to wait until `over` is asked again."""
        left = self._start + self._deadline - time.monotonic()
        return left if left > 0 else self._deadline * _LOOK_EVERY

    def over(self) -> str | None:
        """What to say of a process that has had enough time; None as long as it may go on."""
        now = time.monotonic()
        passed = now - self._start
        if passed < self._deadline:
            return None
        used = seconds_of_the_processor(self._process)
        if used is None or self._first is None or self._last is None:
            return f"gave no answer within {self._deadline:g} seconds"
        works = used - self._last > (now - self._looked) * _IDLE
        self._looked, self._last = now, used
        if used - self._first >= self._deadline:
            return f"gave no answer within {self._deadline:g} seconds of the processor"
        if not works:
            return f"gave no answer within {self._deadline:g} seconds"
        if passed >= self._deadline * _MOST:
            return f"gave no answer within {self._deadline * _MOST:g} seconds"
        return None


def seconds_of_the_processor(process: int) -> float | None:
    """What a process has had of the processor; None where the system does not tell."""
    try:
        # The name, in brackets, can hold blanks; then come the state and the numbers: the 12th and 13th are the times.
        after = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(after[11]) + int(after[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return None
