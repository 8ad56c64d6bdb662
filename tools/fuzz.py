"""Feeds broken fixtures to every reader, control and report, and stops at the first thing that must not happen.

    python tools/fuzz.py --seconds 3600              # random edits, all dialects
    python tools/fuzz.py --count 5000 --dialect arm
    python tools/fuzz.py --atheris --seconds 3600    # guided by coverage; needs `pip install atheris`
    python tools/fuzz.py --replay case.json          # what a run has left behind

An input is a few files, each a fixture with some edits: tokens deleted, repeated, swapped, nested, taken from another
fixture, or replaced by what is known to hurt. What is wrong is an exception, output that is no JSON or that holds a
control character, a place outside of its file, or more seconds than `--limit`.
"""

from __future__ import annotations

import argparse
import base64
import copy
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from aiposture.model import Report

FIXTURES = Path(__file__).parent.parent / "fixtures"
RECORDED = Path(__file__).parent.parent / "tests/readers/bicep/recorded"
MAX_INPUT = 200_000
MAX_MEMORY = 3 << 30
DIALECTS = ("terraform", "arm", "cloudformation", "terraform-plan", "bicep")

_TOKEN = re.compile(rb'"(?:[^"\\\n]|\\.)*"|\w+|\s+|.', re.DOTALL)
_HURTS: dict[str, tuple[bytes, ...]] = {
    "terraform": (
        b"null", b"true", b"-1", b"1e999", b"1e9", b"0.1", b"[]", b"{}", b'""', b'"${', b"%{ for x in y }", b"%{ if a }",
        b"<<EOT\n", b"<<-X\n", b"for_each = ", b"count = 1000000000", b"count = 0", b'dynamic "x" {', b"each.value",
        b"each.key", b"count.index", b"self", b"path.module", b"var.x", b"local.x", b"module.x.y[*].z", b"data.a.b.c",
        b"[for k, v in x : k => v...]", b"{for k, v in x : k => v... if true}", b"range(1000000)", b"pow(9, 9999999)",
        b'cidrsubnet("10.0.0.0/8", 24, 9)', b'regexall("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa")', b"merge(x...)",
        b"flatten([[[]]])", b"setproduct(range(900), range(900))", b'format("%999999999d", 1)', b'templatefile("main.tf", {})',
        b'jsondecode("[[[[")', b'yamldecode("&a [*a]")', b'file("/etc/passwd")', b"try(x, y, z)", b"coalesce()",
        b"lifecycle { ignore_changes = all }", b"provider = ", b'source = "../.."', b'source = "./"', b"?", b":", b"...",
        b"\\u0000", b"\\", b"#", b"/*", b"//", b"# checkov:skip=AIS401:x", b"# aiposture:ignore[", b"\xff", b"\0", b"\r", b"\xef\xbb\xbf",
        b"\xe2\x80\xae", b"a.*.b", b"a[*]", b"a.0", b"a[-1]", b"!", b"-", b"==", b"&&", b"%", b"/", b"sensitive(", b"locals { x = local.x }",
    ),
    "arm": (
        b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'""', b'"[', b'"[[x]"', b'"[parameters(\'x\')]"', b'"[variables(\'x\')]"',
        b'"[copyIndex()]"', b'"[range(0, 1000000)]"', b'"[reference(\'x\').y]"', b'"[if(parameters(\'x\'), 1, 2)]"', b'"[json(\'[[[\')]"',
        b'"[concat(variables(\'v\'), variables(\'v\'))]"', b'"[resourceId(\'a/b\')]"', b'"copy"', b'"count": 1000000000', b'"condition"',
        b'"languageVersion": "2.0"', b'"existing": true', b'"properties"', b'"resources"', b'"parameters"', b'"variables"', b'"functions"',
        b'"definitions"', b'"$ref": "#/definitions/x"', b'"template"', b'"templateLink"', b'"relativePath": "../x.json"', b'"scope"',
        b'"name": null', b'"type": 7', b'"apiVersion": []', b'"location": {}', b"//", b"/*", b"\\ud800", b"\\u0000", b"\xff", b"\0", b"\r",
        b'"[format(\'{0:999999999}\', 1)]"', b'"[padLeft(\'x\', 999999999)]"', b'"[union(a, b)]"', b'"[map(range(0,9), lambda(\'x\', x))]"',
        b'"metadata": {"checkov": {"skip": [{"id": "AIS401"}]}}', b",", b":", b"99999999999999999999999", b"1.5",
        b'"[add(9223372036854775807, 1)]"', b'"[div(1, 0)]"', b'"[dateTimeAdd(utcNow(), \'P9999999999Y\')]"', b'"[cidrSubnet(\'::/0\', 128, 99)]"',
    ),
    "cloudformation": (
        b"null", b"~", b"true", b"-1", b".inf", b".nan", b"1e999", b"[]", b"{}", b"''", b"!Ref X", b"!Sub '${X}'", b"!Sub [a]", b"!GetAtt A.B",
        b"!If [C, 1, 2]", b"!Join ['', [a, !Ref X]]", b"!Select [9, [a]]", b"!Split [a, b]", b"!FindInMap [A, B, C]", b"!Cidr [a, 256, 8]",
        b"!ImportValue x", b"!Base64 x", b"!GetAZs ''", b"!Transform {}", b"!Condition C", b"!And [1]", b"!Not [!Condition C]", b"!Equals [a, b]",
        b"Fn::ForEach::X:", b"Fn::Transform:", b"Fn::Length:", b"Fn::ToJsonString:", b"&a", b"*a", b"<<: *a", b"? [a]", b"- ", b": ", b"\n", b"|",
        b">", b"---", b"...", b"%YAML 1.1", b"!!python/object:os.system", b"!!binary x", b"!!timestamp 2001-01-01", b"!!set {a}", b"!!omap []",
        b"2001-99-99", b"0o9", b"1_000", b"190:20:30", b"\xff", b"\0", b"\r", b"\t", b"# checkov:skip=AIS401", b"Condition: X", b"DependsOn: []",
        b"Resources:", b"Transform: AWS::LanguageExtensions", b"Transform: [AWS::Serverless-2016-10-31]", b"DeletionPolicy: !Ref X", b'"', b"'",
        b"Properties: []", b"Type: []", b"Type: AWS::CloudFormation::Stack", b"TemplateURL: ./main.yaml", b"Parameters: {X: {Default: []}}",
    ),
    "terraform-plan": (
        b"null", b"true", b"-1", b"1e999", b"[]", b"{}", b'""', b'"index": {}', b'"index": 1.5', b'"address": null', b'"values": []', b'"type": 1',
        b'"after_unknown": true', b'"after": []', b'"actions": "x"', b'"references": [1]', b'"constant_value": {}', b'"module_calls": []',
        b'"child_modules": [1]', b'"resources": {}', b'"expressions": []', b'"mode": "x"', b'"source": 7', b"\\ud800", b"\xff", b"\0", b",",
        b'"root_module": null', b'"configuration": []', b'"planned_values": null', b'"resource_changes": {}', b'"terraform_version": 1',
        b'"version_constraint": 3', b'"provider_config": []', b'"sensitive_values": 1', b'"for_each_expression": {}',
    ),
    "bicep": (
        b"null", b"true", b"-1", b"[]", b"{}", b"''", b"'''", b"'${", b"$'''", b"${", b"\n", b"resource a 'x@1' = ", b"existing = {", b"if (x) {",
        b"[for x in y: {", b"module m 'main.bicep' = {", b"using 'main.bicep'", b"param p string = p", b"var v = v", b"func f(a int) int => f(a)",
        b"@allowed([", b"@description('", b"targetScope = ", b"import * as a from", b"extension x", b"type t = t", b"output o", b"//", b"/*", b"*/",
        b"#disable-next-line x", b"parent: a", b"::", b".?", b"!", b"=>", b"??", b"\\u{0}", b"\\u{110000}", b"\\", b"\xff", b"\0", b"\r", b"\xef\xbb\xbf",
        b"\xff\xfe", b"loadTextContent('../../x')", b"// aiposture:ignore[AIS401] x", b"readEnvironmentVariable('X')",
    ),
}  # fmt: skip

Edit = tuple[int, int, int, int]  # what, where, how much, which
Files = dict[str, bytes]


class WrongError(Exception):
    """The output is not what it must be."""


class HangError(BaseException):
    """The time for one input is over. No `except Exception` may catch it."""


class Seed(NamedTuple):
    """A fixture: its dialect, the name that it is written under, and its tokens."""

    dialect: str
    name: str
    tokens: tuple[bytes, ...]


@cache
def seeds(dialect: str) -> tuple[Seed, ...]:
    """The fixtures of a dialect."""
    return tuple(seed for path in sorted(FIXTURES.rglob("*")) if path.is_file() and (seed := _seed(path)) and seed.dialect == dialect)  # fmt: skip


def _seed(path: Path) -> Seed | None:
    data = path.read_bytes()
    dialect = _dialect(path.name, data)
    if dialect is None or len(data) > MAX_INPUT:
        return None
    return Seed(dialect, path.name, tuple(_TOKEN.findall(data)))


def _dialect(name: str, data: bytes) -> str | None:
    if name.endswith((".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")):
        return "terraform"
    if name.endswith((".bicep", ".bicepparam")):
        return "bicep"
    if b"planned_values" in data:
        return "terraform-plan"
    if b"AWSTemplateFormatVersion" in data or b"AWS::" in data:
        return "cloudformation"
    return "arm" if name.endswith((".json", ".jsonc")) else None


def edited(seed: Seed, edits: Sequence[Edit]) -> bytes:
    """The text of a fixture after all edits; the same edits give the same text.

    Most edits of JSON change its values and leave it JSON: broken brackets would hide everything behind the parser.
    """
    tokens = list(seed.tokens)
    if edits and edits[0][3] % 8 and (document := _parsed(seed)) is not None:
        for edit in edits:
            document = _edited_json(seed, document, edit)
        return json.dumps(document, indent=1).encode("ascii")[: 2 * MAX_INPUT]
    for what, where, amount, which in edits:
        if not tokens:
            break
        _EDITS[what % len(_EDITS)](seed, tokens, where % len(tokens), amount, which)
        if sum(map(len, tokens)) > MAX_INPUT:
            tokens = tokens[: MAX_INPUT // 8]
    return b"".join(tokens)[: 2 * MAX_INPUT]


def _parsed(seed: Seed) -> Any:
    text = b"".join(seed.tokens)
    try:
        return _from_yaml(text) if seed.dialect == "cloudformation" else json.loads(text)
    except ValueError:
        return None


def _from_yaml(text: bytes) -> Any:
    """A template as plain data: JSON is YAML, too."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def tagged(loader: Any, tag: str, node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        else:
            deep = loader.construct_mapping if isinstance(node, yaml.MappingNode) else loader.construct_sequence
            value = deep(node, deep=True)
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}

    Loader.add_multi_constructor("!", tagged)
    try:
        return json.loads(json.dumps(yaml.load(text, Loader), default=str))
    except yaml.YAMLError:
        return None


def _edited_json(seed: Seed, document: Any, edit: Edit) -> Any:
    """`document` with one of its values deleted, moved, nested, or replaced."""
    what, where, amount, which = edit
    places = list(_places(document))
    if not places:
        return document
    holder, key = places[where % len(places)]
    value = holder[key]
    other_holder, other_key = places[which % len(places)]
    kind = what % 8
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = copy.deepcopy(other_holder[other_key])
    elif kind == 2:
        holder[key] = [value]
    elif kind == 3:
        holder[key] = {str(other_key): value}
    elif kind == 4 and isinstance(holder, dict):
        holder[str(other_key)] = holder.pop(key)
    elif kind == 5 and isinstance(value, list):
        holder[key] = value * (1 + amount % 5)
    elif kind == 6 and isinstance(value, str):
        words = _HURTS[seed.dialect]
        text = words[which % len(words)].decode("latin-1").strip('"')
        holder[key] = text if amount % 2 else value.replace("]", f", {text.strip('[]')})]", 1)
    else:
        holder[key] = (None, True, -1, 1.5, [], {}, "", "x", 10**30, [None], {"": None}, "[", "${", [[]], {"a": []})[
            which % 15
        ]
    return document


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    keys = document if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    for key in list(keys):
        yield document, key
        yield from _places(document[key])


def _delete(_: Seed, tokens: list[bytes], at: int, amount: int, __: int) -> None:
    del tokens[at : at + 1 + amount % 20]


def _repeat(_: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    part = tokens[at : at + 1 + amount % 40]
    tokens[at:at] = part * (1 + which % 8 if which % 10 else which % 3000)


def _move(_: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    part = tokens[at : at + 1 + amount % 60]
    to = which % len(tokens)
    tokens[to:to] = part


def _replace(seed: Seed, tokens: list[bytes], at: int, _: int, which: int) -> None:
    hurts = _HURTS[seed.dialect]
    tokens[at] = hurts[which % len(hurts)]


def _insert(seed: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    hurts = _HURTS[seed.dialect]
    tokens[at:at] = [hurts[which % len(hurts)], b"\n" if amount % 2 else b" "]


def _swap(_: Seed, tokens: list[bytes], at: int, __: int, which: int) -> None:
    to = which % len(tokens)
    tokens[at], tokens[to] = tokens[to], tokens[at]


def _nest(_: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    opening, closing = (
        (b"[", b"]"),
        (b"{", b"}"),
        (b"(", b")"),
        (b"${", b"}"),
        (b'{"a":', b"}"),
        (b"f(", b")"),
        (b"!", b""),
        (b"- ", b""),
    )[which % 8]
    depth = 1 + amount % (3000 if which % 7 == 0 else 8)
    end = min(at + 1 + which % 30, len(tokens))
    tokens[at:end] = [opening * depth, *tokens[at:end], closing * depth]


def _borrow(seed: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    others = seeds(seed.dialect)
    other = others[which % len(others)].tokens
    start = (which // len(others)) % max(len(other), 1)
    tokens[at:at] = other[start : start + 1 + amount % 200]


def _byte(_: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    token = bytearray(tokens[at])
    token[amount % len(token) if token else 0 : 1] = bytes([which % 256])
    tokens[at] = bytes(token)


def _cut(_: Seed, tokens: list[bytes], at: int, __: int, ___: int) -> None:
    del tokens[at + 1 :]


def _crop(_: Seed, tokens: list[bytes], at: int, amount: int, __: int) -> None:
    tokens[:] = tokens[at : at + 50 + amount % 500]


def _value(seed: Seed, tokens: list[bytes], at: int, amount: int, which: int) -> None:
    """What stands behind the next `=` or `:` becomes something else, to the end of its line."""
    marks = [place for place in range(at, min(at + 200, len(tokens))) if tokens[place] in (b"=", b":")]
    if not marks:
        return
    start = marks[0] + 1
    end = next((place for place in range(start, len(tokens)) if b"\n" in tokens[place]), len(tokens))
    hurts = _HURTS[seed.dialect]
    text = (hurts[which % len(hurts)], b"".join(tokens[start:end]))
    tokens[start:end] = [
        b" ",
        text[0] if amount % 3 else b"[" + text[1] + b"]" if amount % 2 else b"{ a = " + text[1] + b" }",
    ]


def _rename(_: Seed, tokens: list[bytes], at: int, __: int, which: int) -> None:
    """One word becomes another one of the file, everywhere: references go in circles by it."""
    old, new = tokens[at], tokens[which % len(tokens)]
    tokens[:] = [new if token == old else token for token in tokens]


_EDITS: tuple[Callable[[Seed, list[bytes], int, int, int], None], ...] = (
    _replace, _insert, _delete, _repeat, _move, _swap, _nest, _borrow, _byte, _rename, _cut, _crop, _value, _value,
    _value, _value,
)  # fmt: skip


def check(dialect: str, files: Files) -> None:
    """Judge the files and print all reports. Raises what a scan must not raise, and WrongError."""
    if dialect == "bicep":
        _check_bicep(files)
        return
    from aiposture.options import ScanOptions
    from aiposture.scan import scan

    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=base) as directory:
        for name, data in files.items():
            Path(directory, name).write_bytes(data)
        _reports(scan(ScanOptions(paths=(directory,))), files)


def _reports(report: Report, files: Files) -> None:
    from aiposture.cli import _line_reader
    from aiposture.files import Tree
    from aiposture.model import Verdict
    from aiposture.output import formats
    from aiposture.output.style import Style
    from aiposture.reading import DEFECT

    style = Style(read_lines=_line_reader(Tree(Path(report.root))), show=list(Verdict))
    for name in formats.NAMES:
        shown = formats.render(name, report, style)
        if name in ("json", "sarif", "gitlab"):
            json.loads(shown)
        elif bad := next(
            (character for character in shown if not (character.isprintable() or character in "\n\u2060")), None
        ):
            raise WrongError(f"the {name} report holds {bad!r}")
    for error in report.errors:
        if DEFECT in error.message:
            raise WrongError(f"{error.path}: {error.message}")
        _check_line(files, error.path, error.line)
    for finding in report.findings:
        _check_line(files, finding.location.path, finding.location.line)
        _check_line(files, finding.resource.location.path, finding.resource.location.end_line)


def _check_line(files: Files, path: str, line: int) -> None:
    data = files.get(path)
    if data is not None and not 1 <= line <= data.count(b"\n") + 1 + data.count(b"\r") + data.count(b"\0") * 2:
        raise WrongError(f"{path} has no line {line}")


class _Compiler:
    """Says of every file what a real compiler has said of a fixture: what is compiled is then strange, not broken."""

    name = "recorded"
    version = "0.49.2"

    def __init__(self, template: object) -> None:
        self._template = template

    def compile(self, sources: object, path: str) -> object:
        from aiposture.readers.bicep.compiler import Compiled

        del sources, path
        values = {"template": self._template, "parameters": None, "diagnostics": ()}
        return Compiled(**{name: values.get(name) for name in Compiled._fields})


@cache
def _templates() -> tuple[bytes, ...]:
    recorded = (json.loads(path.read_text())["template"] for path in sorted(RECORDED.glob("*.json")))
    return tuple(json.dumps(template).encode() for template in recorded if template)


def _check_bicep(files: Files) -> None:
    from aiposture.files import Tree
    from aiposture.readers.bicep.reader import Reader
    from aiposture.readers.bicep.sources import Sources

    for name, data in files.items():
        kept = _templates()
        template = kept[len(data) % len(kept)]
        seed = Seed("arm", "t.json", tuple(_TOKEN.findall(template)))
        chance = random.Random(data)
        edits = [tuple(chance.randrange(1 << 30) for _ in range(4)) for _ in range(chance.randrange(4))]
        try:
            compiled = json.loads(edited(seed, edits))  # type: ignore[arg-type]
        except (ValueError, RecursionError):
            compiled = json.loads(template)
        if not isinstance(compiled, dict):
            continue
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, name).write_bytes(data)
            Reader(Sources(Tree(Path(directory))), _Compiler(compiled)).read(name, lambda _: True)  # type: ignore[arg-type]


def timed(dialect: str, files: Files, limit: float) -> float:
    """`check` with a limit in seconds of the processor; what it took. Raises HangError."""

    def over(*_: object) -> None:
        raise HangError(f"more than {limit:g} s")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, limit)
    started = time.process_time()
    try:
        check(dialect, files)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return time.process_time() - started


def generate(dialect: str, numbers: Iterator[int]) -> Files:
    """Files made of fixtures as `numbers`, each from 0 to 2**30, say."""
    pool = seeds(dialect)
    files: Files = {}
    for _ in range(1 + (next(numbers) % 4 == 0)):
        seed = pool[next(numbers) % len(pool)]
        edits = [(next(numbers), next(numbers), next(numbers), next(numbers)) for _ in range(1 + next(numbers) % 5)]
        if len(seed.tokens) > 1500 and next(numbers) % 4 and _parsed(seed) is None:
            edits.insert(0, (11, next(numbers), next(numbers), 0))
        files[seed.name] = edited(seed, edits)
    return files


def limit_memory() -> None:
    """Let what wants too much memory fail instead of the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def main(argv: Sequence[str] | None = None) -> int:
    """Run till the time or the count is over. Returns 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", type=int, default=10**12)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run")
    parser.add_argument("--limit", type=float, default=20, help="seconds that one input may take")
    parser.add_argument("--dialect", choices=DIALECTS, action="append")
    parser.add_argument("--keep", default="fuzz-findings", help="directory for what is found")
    parser.add_argument("--replay", help="a file of that directory")
    parser.add_argument("--atheris", action="store_true", help="let coverage choose the edits")
    given = parser.parse_args(argv)
    limit_memory()
    if given.replay:
        case = json.loads(Path(given.replay).read_text())
        timed(case["dialect"], {name: base64.b64decode(data) for name, data in case["files"].items()}, given.limit)
        return 0
    dialects = given.dialect or list(DIALECTS)
    return _with_atheris(given, dialects) if given.atheris else _at_random(given, dialects)


def _at_random(given: argparse.Namespace, dialects: list[str]) -> int:
    start = random.SystemRandom().randrange(1 << 40) if given.seed is None else given.seed
    end = time.monotonic() + given.seconds
    found: set[str] = set()
    count = 0
    slowest = 0.0
    while count < given.count and time.monotonic() < end:
        chance = random.Random(start + count)
        dialect = dialects[count % len(dialects)]
        files = generate(dialect, iter(lambda chance=chance: chance.randrange(1 << 30), None))  # type: ignore[misc]
        count += 1
        try:
            slowest = max(slowest, timed(dialect, files, given.limit))
        except (Exception, HangError) as error:  # noqa: BLE001 - it is kept and told
            _keep(given.keep, dialect, files, error, found)
    print(f"{count} inputs from seed {start}, slowest {slowest:.2f} s, {len(found)} kinds of defects", flush=True)
    return 1 if found else 0


def _keep(directory: str, dialect: str, files: Files, error: BaseException, found: set[str]) -> None:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    inner = [frame for frame in frames if "aiposture" in frame.filename] or list(frames)
    place = f"{Path(inner[-1].filename).name}:{inner[-1].lineno}"
    kind = f"{dialect}-{type(error).__name__}-{place}".replace(":", "-")
    if kind in found:
        return
    found.add(kind)
    os.makedirs(directory, exist_ok=True)
    case = {
        "dialect": dialect,
        "error": "".join(traceback.format_exception(error)[-12:])[-4000:],
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
    }
    Path(directory, f"{kind}.json").write_text(json.dumps(case, indent=1))
    print(f"{kind}: {str(error)[:200]}", flush=True)


def _with_atheris(given: argparse.Namespace, dialects: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["aiposture"]):
        import aiposture.cli
        import aiposture.links
        import aiposture.readers.arm
        import aiposture.readers.bicep.reader
        import aiposture.readers.cloudformation
        import aiposture.readers.terraform
        import aiposture.readers.terraform_plan
        import aiposture.scan  # noqa: F401

    found: set[str] = set()

    def one(data: bytes) -> None:
        if len(data) < 8:
            return
        words = [int.from_bytes(data[at : at + 4], "big") for at in range(1, len(data), 4)]
        dialect = dialects[data[0] % len(dialects)]

        def numbers() -> Iterator[int]:
            yield from words
            while True:
                yield 3

        files = generate(dialect, numbers())
        try:
            timed(dialect, files, given.limit)
        except (Exception, HangError) as error:  # noqa: BLE001 - it is kept and told
            _keep(given.keep, dialect, files, error, found)

    corpus = tempfile.mkdtemp()
    for number in range(200):
        Path(corpus, str(number)).write_bytes(bytes([number]) + random.Random(number).randbytes(200))
    try:
        atheris.Setup([sys.argv[0], f"-max_total_time={int(given.seconds)}", "-max_len=400", "-rss_limit_mb=6000",
                       f"-timeout={int(given.limit) + 30}", "-verbosity=1", corpus], one)  # fmt: skip
        atheris.Fuzz()
    finally:
        shutil.rmtree(corpus, ignore_errors=True)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
