"""The compiler's process: requests over standard input and output, each with a deadline.

The protocol is JSON-RPC 2.0 with `Content-Length` headers. Two threads take away what the process writes, so that
neither of its pipes ever fills while we wait.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from aiposture.readers.bicep.patience import Patience

_MAX_MESSAGE = 512 * 1024 * 1024
_STDERR_LINES = 40
_MAX_HEADER = 10_000
_GRACE = 2.0


class ProcessError(Exception):
    """The compiler stopped, did not answer in time, or answered something else. `reason` is for the user."""

    def __init__(self, reason: str, *, stopped: int | None = None, output: str = "", hung: bool = False) -> None:
        """`stopped` is its exit code if it ended, `output` the end of what it wrote to standard error."""
        super().__init__(reason)
        self.reason = reason
        self.stopped = stopped
        self.output = output
        self.hung = hung


def run(
    command: Sequence[str], environment: Mapping[str, str], directory: str, deadline: float
) -> tuple[int, str, str]:
    """Run a command to its end: its exit code, standard output and standard error. Raises ProcessError."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own compiler, without a shell
            command,
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise ProcessError(f"cannot be started: {error.strerror or error}") from error
    patience = Patience(process.pid, deadline)
    try:
        while True:
            try:
                output, errors = process.communicate(timeout=patience.next_look())
                break
            except subprocess.TimeoutExpired as error:
                if (reason := patience.over()) is not None:
                    raise ProcessError(reason, hung=True) from error
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    return process.returncode, output.decode(errors="replace"), errors.decode(errors="replace")


class Server:
    """One running `bicep jsonrpc --stdio`."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], directory: str) -> None:
        """Start the process. Raises ProcessError."""
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own compiler, without a shell
                command,
                env=dict(environment),
                cwd=directory,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise ProcessError(f"cannot be started: {error.strerror or error}") from error
        if self._process.stdin is None or self._process.stdout is None or self._process.stderr is None:
            raise ProcessError("has no standard input or output")  # for the type checker: all three were asked for
        self._input = self._process.stdin
        self._messages: queue.Queue[bytes | None] = queue.Queue()
        self._stderr: deque[bytes] = deque(maxlen=_STDERR_LINES)
        self._number = 0
        self._threads = (
            threading.Thread(target=_take_messages, args=(self._process.stdout, self._messages), daemon=True),
            threading.Thread(target=_take_lines, args=(self._process.stderr, self._stderr), daemon=True),
        )
        for thread in self._threads:
            thread.start()

    def request(self, method: str, parameters: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """The result of a request. Raises ProcessError; the process is of no use then."""
        self._number += 1
        message = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": parameters}
        body = json.dumps(message).encode()
        try:
            self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self._input.flush()
        except OSError as error:
            raise self._ended() from error
        patience = Patience(self._process.pid, deadline)
        while True:
            answer = self._answer(patience)
            if answer.get("id") == self._number:
                break
        if "error" in answer:
            fault = answer["error"]
            text = fault.get("message") if isinstance(fault, dict) else None
            raise ProcessError(f"refused the request: {text or 'without a reason'}")
        result = answer.get("result")
        if not isinstance(result, dict):
            raise ProcessError("answered without a result")
        return result

    def _answer(self, patience: Patience) -> dict[str, Any]:
        while True:
            try:
                body = self._messages.get(timeout=patience.next_look())
                break
            except queue.Empty as error:
                if (reason := patience.over()) is not None:
                    raise ProcessError(reason, hung=True) from error
        if body is None:
            raise self._ended()
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ProcessError("answered something that is no JSON") from error
        return answer if isinstance(answer, dict) else {}

    def _ended(self) -> ProcessError:
        try:
            code: int | None = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            code = None
        self._threads[1].join(_GRACE)
        output = b"".join(self._stderr).decode(errors="replace").strip()
        reason = "closed its output" if code is None else f"stopped with exit code {code}"
        return ProcessError(f"{reason}{': ' + output[-500:] if output else ''}", stopped=code, output=output)

    def memory(self) -> int | None:
        """The bytes of memory that the process holds; None where the system does not tell."""
        try:
            statistics = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii")
            return int(statistics.split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError, AttributeError):
            return None

    def close(self) -> None:
        """End the process: by closing its input, or else by force."""
        with contextlib.suppress(OSError):  # it is gone already, which is what is wanted
            self._input.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(_GRACE)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None and not any(thread.is_alive() for thread in self._threads):
                pipe.close()


def _take_messages(pipe: IO[bytes], messages: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError):  # a pipe that is closed under us has ended
        while (length := _header(pipe)) is not None:
            body = pipe.read(length)
            if len(body) < length:
                break
            messages.put(body)
    messages.put(None)


def _header(pipe: IO[bytes]) -> int | None:
    """The length of the message that follows; None at the end. Other lines are passed over."""
    length: int | None = None
    while line := pipe.readline(_MAX_HEADER):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
            if length > _MAX_MESSAGE:
                return None
        elif not line.strip() and length is not None:
            return length
    return None


def _take_lines(pipe: IO[bytes], lines: deque[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):  # a pipe that is closed under us has ended
        while line := pipe.readline(_MAX_HEADER):
            lines.append(line)
