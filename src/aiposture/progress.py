"""A progress bar on the terminal, for scans that are long enough to wonder about."""

from __future__ import annotations

import time
from typing import TextIO

_PATIENCE = 0.5
_INTERVAL = 0.1
_WIDTH = 24


class Bar:
    """Call it with (done, total, name) after each step, and `close` it at the end."""

    def __init__(self, stream: TextIO) -> None:
        """`stream` is a terminal; nothing is written to it in the first half second."""
        self._stream = stream
        self._next = time.monotonic() + _PATIENCE
        self._shown = False

    def __call__(self, done: int, total: int, name: str) -> None:
        """Show that `done` of `total` steps are done, and `name`, which is at work now."""
        now = time.monotonic()
        if now < self._next or total <= 0:
            return
        import shutil  # with all that it can pack and unpack; most scans are over before there is a bar

        self._next = now + _INTERVAL
        self._shown = True
        filled = _WIDTH * min(done, total) // total
        text = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {_printable(name)}"
        self._stream.write("\r\x1b[2K" + text[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()

    def close(self) -> None:
        """Wipe the bar away."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False


def _printable(name: str) -> str:
    return "".join(character if character.isascii() and character.isprintable() else "?" for character in name)
