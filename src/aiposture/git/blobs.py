"""The contents of git's objects: one `git cat-file --batch` that is asked for one after the other."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import IO

from aiposture.git.command import TIMEOUT, GitError, start

_CHUNK = 1024 * 1024


class Blobs:
    """Reads blobs by their ids. The process starts with the first one, and ends with `close` or with ours."""

    def __init__(self, root: str, timeout: float = TIMEOUT) -> None:
        """`timeout` is how many seconds git may take for one blob."""
        self._root = root
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0.0
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def read(self, blob: str, limit: int) -> bytes | None:
        """The content of a blob, None if it is larger than `limit`. Raises GitError."""
        with self._lock:
            process = self._process or self._start()
            self._asked = time.monotonic()
            try:
                return _ask(process, blob, limit)
            except (OSError, ValueError) as error:
                # A closed pipe, or an answer that is cut off: git has ended, or the watch has ended it.
                raise GitError(f"git cat-file ended before it gave {blob}") from error
            finally:
                self._asked = 0.0

    def close(self) -> None:
        """End the process; nothing can be read afterwards."""
        self._closed.set()
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed.is_set():
            raise GitError("the snapshot is closed")
        batch = ["cat-file", "--batch"]
        self._process = start(self._root, batch, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return self._process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        # A pipe cannot be read with a deadline on Windows; ending the process ends the reading everywhere.
        while not self._closed.wait(min(1.0, self._timeout)):
            asked = self._asked
            if asked and time.monotonic() - asked > self._timeout:
                process.kill()
                return


def _ask(process: subprocess.Popen[bytes], blob: str, limit: int) -> bytes | None:
    if process.stdin is None or process.stdout is None:
        raise ValueError  # for the type checker: both were asked for
    process.stdin.write(f"{blob}\n".encode("ascii"))
    process.stdin.flush()
    header = process.stdout.readline()
    if header.endswith(b" missing\n"):
        raise GitError(f"the object {blob} is not in this clone")
    _, kind, size = header.split()
    if kind != b"blob":
        raise GitError(f"the object {blob} is no file")
    if int(size) > limit:
        _pass_over(process.stdout, int(size) + 1)
        return None
    data = process.stdout.read(int(size) + 1)
    if len(data) <= int(size):
        raise ValueError
    return data[:-1]


def _pass_over(stream: IO[bytes], left: int) -> None:
    while left:
        data = stream.read(min(left, _CHUNK))
        if not data:
            raise ValueError
        left -= len(data)
