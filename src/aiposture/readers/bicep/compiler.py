"""The user's Bicep compiler: found, started once for a whole scan, and asked for compiled templates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple

from aiposture.files import UnreadableError
from aiposture.readers.bicep import location
from aiposture.readers.bicep.diagnostics import Diagnostic, from_protocol, from_text
from aiposture.readers.bicep.environment import environment_variables
from aiposture.readers.bicep.process import ProcessError, Server, run
from aiposture.readers.bicep.references import Reference
from aiposture.readers.bicep.sources import Sources
from aiposture.readers.bicep.staging import stage
from aiposture.readers.bicep.standins import StandIns, cached
from aiposture.readers.bicep.workspace import Workspace

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_OLDEST = (0, 4, 1008)  # the first with --no-restore
_MAX_MEMORY = 1024 * 1024 * 1024
_MAX_REQUESTS = 60  # where the memory cannot be seen
_MAX_REPAIRS = 4
_INVARIANT = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"
# The child sees nothing else of the environment: what a parameter file reads from it could be a secret.
_PASSED_ON = (
    "PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "SystemRoot", "WINDIR", "COMSPEC",
    "DOTNET_BUNDLE_EXTRACT_BASE_DIR", _INVARIANT,
)  # fmt: skip


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


class Compiled(NamedTuple):
    """What the compiler made of an entry point. `template` is None if it refused; `diagnostics` say why.

    `parameters` are those of a parameter file. The paths of the diagnostics are the tree's, "" for any other.
    """

    template: dict[str, Any] | None
    parameters: dict[str, Any] | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors."""
        return tuple(one for one in self.diagnostics if one.is_error)


class Compiler:
    """A compiler on this machine. As a context manager it keeps one process for all that is compiled in it."""

    def __init__(
        self,
        path: str,
        environment: Mapping[str, str],
        *,
        name: str = "",
        restore: bool = False,
        deadlines: Deadlines = Deadlines(),
    ) -> None:
        """`restore` allows it to fetch registry modules, `name` says how it was found."""
        self.path = path
        self.name = name or path
        self.version = ""
        self._given = environment
        self._restore = restore
        self._deadlines = deadlines
        self._workspace: Workspace | None = None
        self._server: Server | None = None
        self._requests = 0
        self._serves = True  # until it turns out to be too old
        self._extra: dict[str, str] = {}
        self._fetched: set[Reference] = set()

    @classmethod
    def find(
        cls, explicit: str | None, environ: Mapping[str, str], *, outside: str | None = None, restore: bool = False
    ) -> Compiler | None:
        """The compiler to use, or None. `explicit` is a path of the user's, `outside` a directory never to run from."""
        for place in location.places(explicit, environ):
            usable = place.path is not None and (
                place.stated or outside is None or not location.inside(place.path, outside)
            )
            if usable and place.path is not None:
                return cls(place.path, environ, name=place.name, restore=restore)
        return None

    @staticmethod
    def places(explicit: str | None, environ: Mapping[str, str]) -> tuple[str, ...]:
        """The places that `find` looks at, for the message when it finds nothing."""
        return tuple(dict.fromkeys(place.name for place in location.places(explicit, environ)))

    def __enter__(self) -> Compiler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and remove the workspace."""
        self._stop()
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    def compile(self, sources: Sources, path: str, repairs: int = _MAX_REPAIRS) -> Compiled:
        """Compile the entry point `path`, a .bicep or a .bicepparam file. Raises CompilerError."""
        files = sources.closure(path)
        outlines = [found for one in sorted(files) if (found := sources.read(one)) is not None]
        stand_ins = StandIns(outlines)
        self._need(environment_variables(outlines))
        while True:
            stage(sources, self._work(), files, stand_ins, self._cached)
            compiled = self._compile(path)
            repairs -= 1
            wrong = [(one.path, one) for one in compiled.errors]
            if compiled.template is not None or repairs < 0 or not stand_ins.repair(wrong):
                return compiled

    def _compile(self, path: str) -> Compiled:
        real = self._work().real(path)
        parameters = path.endswith(".bicepparam")
        reply = self._ask(
            "bicep/compileParams" if parameters else "bicep/compile",
            {"path": real, "parameterOverrides": {}} if parameters else {"path": real},
        )
        if reply is None:
            return self._build(real, parameters=parameters)
        template = reply.get("template" if parameters else "contents")
        stated = reply.get("parameters") if parameters else None
        return Compiled(_document(template), _document(stated), self._localised(from_protocol(reply)))

    def _build(self, real: str, *, parameters: bool) -> Compiled:
        """The same on the command line, a process a file."""
        command = [self.path, "build-params" if parameters else "build", real, "--stdout", "--no-restore"]
        code, output, errors = self._run(command)
        diagnostics = self._localised(from_text(errors))
        if code != 0:
            if not any(one.is_error for one in diagnostics):
                raise CompilerError(f"stopped with exit code {code}: {_tail(errors or output)}")
            return Compiled(None, None, diagnostics)
        found = _document(output)
        if found is None:
            raise CompilerError("wrote something that is no template")
        if not parameters:
            return Compiled(found, None, diagnostics)
        return Compiled(_document(found.get("templateJson")), _document(found.get("parametersJson")), diagnostics)

    def _run(self, command: list[str]) -> tuple[int, str, str]:
        try:
            code, output, errors = run(command, self._environment(), str(self._work().sources), self._deadlines.request)
            if code != 0 and self._lacks_icu(code, errors):
                code, output, errors = run(
                    command, self._environment(), str(self._work().sources), self._deadlines.request
                )
        except ProcessError as error:
            raise CompilerError(error.reason) from error
        return code, output, errors

    def _ask(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
        """The reply to a request, tried twice in fresh processes; None if this compiler serves no requests."""
        for last in (False, True):
            server = self._running()
            if server is None:
                return None
            try:
                self._requests += 1
                return server.request(method, parameters, self._deadlines.request)
            except ProcessError as error:
                self._stop()
                if last:
                    raise CompilerError(error.reason) from error
        return None

    def _running(self) -> Server | None:
        if self._server is not None:
            memory = self._server.memory()
            if (memory > _MAX_MEMORY) if memory is not None else (self._requests >= _MAX_REQUESTS):
                self._stop()
        if self._server is None and self._serves:
            self._server = self._start() or self._start_without_icu()
            if self._server is None:
                self._check_version()
        return self._server

    def _start(self) -> Server | None:
        """A running server, or None if this compiler is too old for that."""
        try:
            server = Server([self.path, "jsonrpc", "--stdio"], self._environment(), str(self._work().sources))
        except ProcessError as error:
            raise CompilerError(error.reason) from error
        try:
            answer = server.request("bicep/version", {}, self._deadlines.start)
        except ProcessError as error:
            server.close()
            self._icu_missing = self._lacks_icu(error.stopped, error.output)
            return None
        self.version = str(answer.get("version", ""))
        self._requests = 0
        return server

    _icu_missing = False

    def _start_without_icu(self) -> Server | None:
        if not self._icu_missing:
            return None
        self._icu_missing = False
        return self._start()

    def _lacks_icu(self, code: int | None, output: str) -> bool:
        """Whether the process died for want of ICU; from then on it is told to do without."""
        lacking = "ICU" in output or code in {-6, 134}
        if not lacking or _INVARIANT in self._extra:
            return False
        self._extra[_INVARIANT] = "1"
        return True

    def _check_version(self) -> None:
        """It serves no requests: then it must be one that builds at least."""
        self._serves = False
        code, output, errors = self._run([self.path, "--version"])
        match = _VERSION.search(output)
        if code != 0 or match is None or "bicep" not in output.casefold():
            raise CompilerError(f"is no Bicep compiler: {_tail(output or errors) or 'it does not tell its version'}")
        self.version = match[0]
        if tuple(int(part) for part in match.groups()) < _OLDEST:
            raise CompilerError(f"is too old: version {self.version}, and 0.29.45 or newer is needed")

    def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _work(self) -> Workspace:
        if self._workspace is None:
            self._workspace = Workspace()
        return self._workspace

    def _need(self, names: frozenset[str]) -> None:
        """Environment variables that parameter files read. They get a text of ours; the real one stays unknown."""
        missing = names - self._extra.keys() - set(_PASSED_ON)
        if missing:
            self._extra.update(dict.fromkeys(missing, "0"))
            self._stop()

    def _environment(self) -> dict[str, str]:
        work = self._work()
        passed = {name: self._given[name] for name in _PASSED_ON if name in self._given}
        home = dict.fromkeys(("HOME", "USERPROFILE"), str(work.home))
        temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(work.temporary))
        return {**self._extra, **passed, **home, **temporary}

    def _localised(self, diagnostics: Any) -> tuple[Diagnostic, ...]:
        work = self._work()
        prefix = f"{work.sources}/"
        return tuple(
            one._replace(path=work.relative(one.path) or "", message=one.message.replace(prefix, ""))
            for one in diagnostics
        )

    def _cached(self, reference: Reference) -> bytes | None:
        found = cached(reference, self._given)
        if found is None and self._restore and reference.host is not None and reference not in self._fetched:
            self._fetched.add(reference)
            self._fetch(reference)
            found = cached(reference, self._given)
        return found

    def _fetch(self, reference: Reference) -> None:
        """Let the compiler bring a module into the user's cache. Without success a stand-in takes its place."""
        separator = "@" if (reference.tag or "").startswith("sha256:") else ":"
        file = self._work().temporary / "restore.bicep"
        name = f"br:{reference.host}/{reference.repository}{separator}{reference.tag}"
        file.write_text(f"module m '{name}' = {{}}\n", encoding="utf-8")
        environment = {**self._given, **self._extra}
        try:
            run([self.path, "restore", str(file)], environment, str(file.parent), self._deadlines.restore)
        except ProcessError:
            return


def _document(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _tail(text: str) -> str:
    return " ".join(text.split())[-300:]


__all__ = ["Compiled", "Compiler", "CompilerError", "Deadlines", "UnreadableError"]
