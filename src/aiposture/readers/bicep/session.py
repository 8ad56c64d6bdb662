"""One compiler in use: its process is started when it is needed, and again when it crashed, hung or grew."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from aiposture.readers.bicep.process import ProcessError, Server, run
from aiposture.readers.bicep.workspace import Workspace

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_OLDEST = (0, 4, 1008)  # the first with --no-restore
_MAX_MEMORY = 1024 * 1024 * 1024
_MAX_REQUESTS = 60  # where the memory cannot be seen
_MAX_FAILURES = 3  # hangs one after the other, then the compiler is not asked again
_ABORTED = frozenset({-6, 134})  # SIGABRT, as Python and as a shell says it
_INVARIANT = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
# The child sees nothing else of the environment: what a parameter file reads from it could be a secret.
_PASSED_ON = (
    "PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "SystemRoot", "WINDIR", "COMSPEC",
    "DOTNET_BUNDLE_EXTRACT_BASE_DIR", _INVARIANT,
)  # fmt: skip
# Nothing answers there: what the compiler asks of the network for its own sake (0.49 looks for aka.ms) ends at once.
_NO_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
_HOME = ("HOME", "USERPROFILE")
_TEMPORARY = ("TMPDIR", "TMP", "TEMP")


class CompilerError(Exception):
    """The compiler itself failed; `reason` says how, for the user."""

    def __init__(self, reason: str) -> None:
        """`reason` is a sentence without a subject: "gave no answer within 60 seconds"."""
        super().__init__(reason)
        self.reason = reason


class Deadlines(NamedTuple):
    """How many seconds the compiler gets: to start, to answer, to fetch a module."""

    start: float = 60
    request: float = 60
    restore: float = 180


class Session:
    """Requests to the compiler at `path`, over one process as long as that lives."""

    def __init__(self, path: str, given: Mapping[str, str], workspace: Workspace, deadlines: Deadlines) -> None:
        """`given` is the user's environment, of which little is passed on. The workspace stays the caller's."""
        self.version = ""
        self._path = path
        self._given = given
        self._workspace = workspace
        self._deadlines = deadlines
        self._server: Server | None = None
        self._serves = True  # until it turns out to be too old
        self._requests = 0
        self._failures = 0
        self._broken: str | None = None
        self._extra: dict[str, str] = {}

    def close(self) -> None:
        """End the process."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def need(self, names: Iterable[str]) -> None:
        """Environment variables without which a parameter file does not compile. They get a text of ours."""
        missing = set(names) - self._extra.keys() - {*_PASSED_ON, *_HOME, *_TEMPORARY}
        if missing:
            self._extra.update(dict.fromkeys(missing, "0"))
            self.close()

    def ask(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """The reply to a request; None if this compiler serves none. A crash is tried again. Raises CompilerError."""
        for last in (False, True):
            server = self._running()
            if server is None:
                return None
            self._requests += 1
            try:
                reply = server.request(method, parameters, self._deadlines.request)
            except ProcessError as error:
                self.close()
                if error.hung:
                    raise self._failed(error.reason) from error
                if last or error.stopped is None:
                    # One file's fault, and soon over: the next one is asked for all the same.
                    raise CompilerError(error.reason) from error
            else:
                self._failures = 0
                return reply
        return None

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command of the compiler: exit code, output, errors. Raises CompilerError."""
        if self._broken is not None:
            raise CompilerError(self._broken)
        command = (self._path, *arguments)
        directory = str(self._workspace.sources)
        try:
            code, output, errors = run(command, self._environment(), directory, self._deadlines.request)
            if code != 0 and self._learns_to_do_without_icu(code, errors):
                code, output, errors = run(command, self._environment(), directory, self._deadlines.request)
        except ProcessError as error:
            raise self._failed(error.reason) from error
        return code, output, errors

    def _failed(self, reason: str) -> CompilerError:
        self._failures += 1
        if self._failures >= _MAX_FAILURES:
            self._broken = f"{reason}, {_MAX_FAILURES} times in a row, and was not asked again"
        return CompilerError(reason)

    def _running(self) -> Server | None:
        if self._broken is not None:
            raise CompilerError(self._broken)
        if self._server is not None and self._has_grown(self._server):
            self.close()
        if self._server is None and self._serves:
            self._server = self._start()
            self._requests = 0
            if self._server is None:
                self._serves = False
                self._check_version()
        return self._server

    def _has_grown(self, server: Server) -> bool:
        memory = server.memory()
        return memory > _MAX_MEMORY if memory is not None else self._requests >= _MAX_REQUESTS

    def _start(self) -> Server | None:
        """A running server, or None if this compiler is too old for that."""
        try:
            command = (self._path, "jsonrpc", "--stdio")
            server = Server(command, self._environment(), str(self._workspace.sources))
        except ProcessError as error:
            raise self._unusable(error.reason) from error
        try:
            answer = server.request("bicep/version", {}, self._deadlines.start)
        except ProcessError as error:
            server.close()
            if error.stopped is None:
                raise self._unusable(error.reason) from error
            return self._start() if self._learns_to_do_without_icu(error.stopped, error.output) else None
        except BaseException:
            server.close()  # nobody else knows it yet, and the user has interrupted us
            raise
        self.version = str(answer.get("version", ""))
        return server

    def _unusable(self, reason: str) -> CompilerError:
        self._broken = reason
        return CompilerError(reason)

    def _learns_to_do_without_icu(self, code: int, output: str) -> bool:
        """Whether the process died for want of ICU; from then on it is told to do without."""
        if _INVARIANT in self._extra or not (code in _ABORTED or "ICU" in output):
            return False
        self._extra[_INVARIANT] = "1"
        return True

    def _check_version(self) -> None:
        """It serves no requests: then it must be one that builds at least."""
        code, output, errors = self.run("--version")
        match = _VERSION.search(output)
        if code != 0 or match is None or "bicep" not in output.casefold():
            raise self._unusable(f"is no Bicep compiler: {tail(errors or output) or 'it does not tell its version'}")
        self.version = match[0]
        if tuple(int(part) for part in match.groups()) < _OLDEST:
            raise self._unusable(f"is too old: it is version {self.version}, and 0.29.45 or newer is needed")

    def _environment(self) -> dict[str, str]:
        return {
            **self._extra,
            **_NO_NETWORK,
            **{name: self._given[name] for name in _PASSED_ON if name in self._given},
            **dict.fromkeys(_HOME, str(self._workspace.home)),
            **dict.fromkeys(_TEMPORARY, str(self._workspace.temporary)),
        }


def tail(text: str) -> str:
    """The end of what a process wrote, on one line."""
    return " ".join(text.split())[-300:]
