"""Compilers for the tests: the real one where there is one, and a fake one that replays what a real one said.

The fake is a script with the same commands. `mode` makes it misbehave.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from aiposture.readers.bicep.compiler import Compiler, Deadlines

RECORDED = Path(__file__).parent / "recorded"
FIXTURES = Path(__file__).parents[3] / "fixtures"

SCRIPT = r"""#!{python}
import json, os, pathlib, sys, time

MODE, RECORDED, LOG = {mode!r}, pathlib.Path({recorded!r}), pathlib.Path({log!r})
VERSION = "0.4.451" if MODE == "ancient" else "0.22.6" if MODE == "old" else "0.49.2"


def log(text):
    with LOG.open("a") as file:
        file.write(text + "\n")


def recorded(path):
    relative = path.replace("\\", "/").partition("/sources/")[2].removeprefix("fixtures/")
    return json.loads((RECORDED / (relative.replace("/", "__") + ".json")).read_text()), relative


def restored(path):
    missing = MODE in ("BCP190", "BCP192")
    text = "has not been restored." if MODE == "BCP190" else "cannot be reached."
    return [["Error", MODE, 'The artifact with reference "x" ' + text]] if missing else []


def answer(path):
    errors = restored(path)
    if errors:
        return None, None, [(path, 3, *errors[0])]
    found, relative = recorded(path)
    base = path[: -len(relative)]
    told = [(base + d["path"], d["line"], d["level"], d["code"], d["message"]) for d in found["diagnostics"]]
    if MODE == "warnings":
        told.append((path, 2, "Warning", "no-unused-params", "Parameter is declared but never used. [https://aka.ms/x]"))
    return found["template"], found["parameters"], told


def text(value):
    return None if value is None else json.dumps(value)


def reply(method, params):
    if method == "bicep/version":
        return {{"version": VERSION}}
    log("compile " + params["path"].partition("/sources/")[2])
    if MODE == "hang":
        time.sleep(60)
    while MODE == "spin":
        pass
    if MODE == "starve":  # as on a machine that is busy with others
        for _ in range(15):
            time.sleep(0.15)
            end = time.process_time() + 0.02
            while time.process_time() < end:
                pass
    if MODE == "crash" or (MODE == "crash-once" and LOG.read_text().count("compile") == 1):
        sys.stderr.write("Unhandled exception. Boom.\n")
        sys.exit(3)
    template, parameters, told = answer(params["path"])
    place = lambda line: {{"start": {{"line": line - 1, "char": 0}}, "end": {{"line": line - 1, "char": 1}}}}
    keys = ("source", "range", "level", "code", "message")
    diagnostics = [dict(zip(keys, (p, place(n), *rest))) for p, n, *rest in told]
    result = {{"success": template is not None, "diagnostics": diagnostics}}
    if method == "bicep/compile":
        return {{**result, "contents": text(template)}}
    return {{**result, "template": text(template), "parameters": text(parameters), "templateSpecId": None}}


def serve():
    log("start")
    if MODE == "hang-at-start":
        time.sleep(60)
    if MODE == "garbage":
        print("Hello, I am not what you think.")
        return
    sys.stderr.write("noise\n" * (20000 if MODE == "noise" else 1))
    while True:
        length = None
        while (line := sys.stdin.buffer.readline()).strip():
            length = int(line.split(b":")[1])
        if not line:
            return
        request = json.loads(sys.stdin.buffer.read(length))
        result = reply(request["method"], request["params"])
        body = json.dumps({{"jsonrpc": "2.0", "id": request["id"], "result": result}}).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        sys.stdout.buffer.flush()


def build(command, path):
    log(command + " " + " ".join(sys.argv[3:]))
    template, parameters, told = answer(path)
    for p, line, level, code, message in told:
        sys.stderr.write(f"{{p}}({{line}},1) : {{level}} {{code}}: {{message}}\n")
    if template is None:
        sys.exit(1)
    both = {{"parametersJson": text(parameters), "templateJson": text(template), "templateSpecId": None}}
    print(json.dumps(both if command == "build-params" else template))


if MODE == "icu" and "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT" not in os.environ:
    sys.stderr.write("Process terminated. Couldn't find a valid ICU package installed on the system.\n")
    sys.stderr.flush()
    os.abort()
if sys.argv[1] == "jsonrpc":
    if MODE in ("old", "ancient"):
        sys.stderr.write('Unrecognized parameter "jsonrpc"\n')
        sys.exit(1)
    serve()
elif sys.argv[1] == "--version":
    print("GNU bash, version 5.2" if MODE == "garbage" else f"Bicep CLI version {{VERSION}} (abcdef)")
else:
    build(sys.argv[1], sys.argv[2])
"""


class Fake:
    """Makes fake compilers in a directory."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "bicep"
        self.log = directory / "log"
        self.log.touch()

    def __call__(self, mode="", deadlines=None):
        script = SCRIPT.format(python=sys.executable, mode=mode, recorded=str(RECORDED), log=str(self.log))
        self.path.write_text(script)
        self.path.chmod(0o755)
        environment = {name: text for name, text in os.environ.items() if name in {"PATH", "LANG"}}
        return Compiler(str(self.path), environment, deadlines=deadlines or Deadlines(20, 20, 20))

    def calls(self):
        return self.log.read_text().splitlines()


@pytest.fixture
def fake(tmp_path):
    """Call it with a mode for a compiler that replays; `calls()` says what it was asked."""
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    directory = tmp_path / "fake"
    directory.mkdir()
    return Fake(directory)


@pytest.fixture(scope="session")
def real():
    """The real compiler, with one process for all tests."""
    found = Compiler.find(None, os.environ)
    if found is None:
        pytest.skip("no Bicep compiler: set AIPOSTURE_BICEP, or put bicep on PATH; the replayed tests run alone")
    with found:
        yield found


@pytest.fixture(params=["replayed", "real"])
def compiler(request):
    """Both, one after the other."""
    found = request.getfixturevalue("real") if request.param == "real" else request.getfixturevalue("fake")()
    if request.param == "real":
        yield found
        return
    with found:
        yield found
