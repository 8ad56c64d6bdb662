"""The user's Bicep compiler: found, started once for a whole scan, and asked for compiled templates."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from aiposture.files import Tree
from aiposture.readers.bicep import location
from aiposture.readers.bicep.diagnostics import Diagnostic, from_protocol, from_text
from aiposture.readers.bicep.environment import environment_variables
from aiposture.readers.bicep.process import ProcessError, run
from aiposture.readers.bicep.references import Reference
from aiposture.readers.bicep.session import CompilerError, Deadlines, Session, tail
from aiposture.readers.bicep.sources import Sources
from aiposture.readers.bicep.staging import stage
from aiposture.readers.bicep.standins import StandIns, cached
from aiposture.readers.bicep.workspace import Workspace

__all__ = ["Compiled", "Compiler", "CompilerError", "Deadlines"]

_MAX_REPAIRS = 4
_WHOLE_PROGRAM = 1024 * 1024


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
        deadlines: Deadlines | None = None,
    ) -> None:
        """`restore` allows it to fetch registry modules, `name` says how it was found."""
        self.path = path
        self.name = name or path
        self._given = environment
        self._restore = restore
        self._deadlines = deadlines or Deadlines()
        self._workspace: Workspace | None = None
        self._session: Session | None = None
        self._sources: Sources | None = None
        self._fetched: set[Reference] = set()
        self._stamp = ""
        self.has_looked_around = False
        """Whether it has looked for a registry module, outside of the tree; who wants to know resets it."""

    def stamp(self) -> str:
        """What changes with the program. A small one may start another, as version managers do, and is asked.

        Raises CompilerError and OSError.
        """
        if not self._stamp:
            status = Path(self.path).stat()
            said = self._opened()[1].run("--version")[1].strip() if status.st_size < _WHOLE_PROGRAM else ""
            self._stamp = f"{self.path} {status.st_size} {status.st_mtime_ns} {said}"
        return self._stamp

    @classmethod
    def find(
        cls, explicit: str | None, environ: Mapping[str, str], *, outside: str | None = None, restore: bool = False
    ) -> "Compiler | None":
        """The compiler to use, or None. `explicit` is a path of the user's.

        Nothing is run from inside the directory `outside`, the scanned tree, unless the user names it.
        """
        for place in location.places(explicit, environ):
            if place.path is None:
                continue
            if place.stated or outside is None or not location.inside(place.path, outside):
                return cls(place.path, environ, name=place.name, restore=restore)
        return None

    @staticmethod
    def places(explicit: str | None, environ: Mapping[str, str]) -> tuple[str, ...]:
        """The places that `find` looks at, for the message when it finds nothing."""
        return tuple(dict.fromkeys(place.name for place in location.places(explicit, environ)))

    @property
    def version(self) -> str:
        """The compiler's version; empty as long as it was not asked anything."""
        return self._session.version if self._session is not None else ""

    def __enter__(self) -> "Compiler":  # noqa: PYI034 - Self is newer than Python 3.10
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and remove the workspace."""
        if self._session is not None:
            self._session.close()
        if self._workspace is not None:
            self._workspace.close()
        self._session = self._workspace = None

    def sources(self, tree: Tree) -> Sources:
        """The sources of a tree, read once for all that is compiled of it."""
        if self._sources is None or self._sources.tree is not tree:
            self._sources = Sources(tree)
        return self._sources

    def compile(self, sources: Sources, path: str) -> Compiled:
        """Compile the entry point `path`, a .bicep or a .bicepparam file. Raises CompilerError."""
        workspace, session = self._opened()
        files = sources.closure(path)
        outlines = [found for one in sorted(files) if (found := sources.read(one)) is not None]
        session.need(environment_variables(outlines))
        stand_ins = StandIns(outlines)
        for _ in range(_MAX_REPAIRS):
            stage(sources, workspace, files, stand_ins, self._cached)
            compiled = _compile(session, workspace, path)
            if compiled.template is not None or not stand_ins.repair(compiled.errors):
                break
        return compiled

    def _opened(self) -> tuple[Workspace, Session]:
        if self._workspace is None or self._session is None:
            self._workspace = Workspace()
            self._session = Session(self.path, self._given, self._workspace, self._deadlines)
        return self._workspace, self._session

    def _cached(self, reference: Reference) -> bytes | None:
        """A registry module from the user's cache; fetched into it first where that is allowed."""
        self.has_looked_around = True
        found = cached(reference, self._given)
        if found is None and self._restore and reference.host is not None and reference not in self._fetched:
            self._fetched.add(reference)
            self._fetch(reference)
            found = cached(reference, self._given)
        return found

    def _fetch(self, reference: Reference) -> None:
        """Let the compiler bring a module into the user's cache. Without success a stand-in takes its place.

        Raises CompilerError when it does not say whether it had success.
        """
        file = self._opened()[0].temporary / "restore.bicep"
        separator = "@" if (reference.tag or "").startswith("sha256:") else ":"
        name = f"br:{reference.host}/{reference.repository}{separator}{reference.tag}"
        file.write_text(f"module m '{name}' = {{}}\n", encoding="utf-8")
        try:
            run((self.path, "restore", str(file)), self._given, str(file.parent), self._deadlines.restore)
        except ProcessError as error:
            raise CompilerError(f"{error.reason} when it had to fetch {name}") from error


def _compile(session: Session, workspace: Workspace, path: str) -> Compiled:
    real = workspace.real(path)
    if path.endswith(".bicepparam"):
        reply = session.ask("bicep/compileParams", {"path": real, "parameterOverrides": {}})
        keys = ("template", "parameters")
    else:
        reply = session.ask("bicep/compile", {"path": real})
        keys = ("contents", "")
    if reply is None:
        return _build(session, workspace, path)
    template, parameters = (_document(reply.get(key)) for key in keys)
    return Compiled(template, parameters, _localised(from_protocol(reply), workspace))


def _build(session: Session, workspace: Workspace, path: str) -> Compiled:
    """The same on the command line, a process a file."""
    parameters = path.endswith(".bicepparam")
    command = "build-params" if parameters else "build"
    code, output, errors = session.run(command, workspace.real(path), "--stdout", "--no-restore")
    diagnostics = _localised(from_text(errors), workspace)
    if code != 0:
        if not any(one.is_error for one in diagnostics):
            raise CompilerError(f"stopped with exit code {code}: {tail(errors or output)}")
        return Compiled(None, None, diagnostics)
    found = _document(output)
    if found is None:
        raise CompilerError("wrote something that is no template")
    if parameters:
        return Compiled(_document(found.get("templateJson")), _document(found.get("parametersJson")), diagnostics)
    return Compiled(found, None, diagnostics)


def _document(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _localised(diagnostics: Iterable[Diagnostic], workspace: Workspace) -> tuple[Diagnostic, ...]:
    """The diagnostics as if they were about the scanned tree."""
    prefix = workspace.real("")
    return tuple(
        one._replace(
            path=workspace.relative(one.path) or "",
            message=one.message.replace(f"{prefix}/", "").replace(f"{prefix}\\", ""),
        )
        for one in diagnostics
    )
