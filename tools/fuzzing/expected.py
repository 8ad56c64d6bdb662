"""What may come of an input: resources that can be judged, errors with a place, reports that harm nobody."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from functools import lru_cache

from aiposture import controls, judging, links, services
from aiposture.files import Tree
from aiposture.lines import line_reader
from aiposture.model import Reading, Report, SourceError, Verdict
from aiposture.omissions import omissions
from aiposture.options import ScanOptions
from aiposture.output import formats
from aiposture.output.style import Style
from aiposture.reading import DEFECT
from aiposture.scan import scan_tree
from fuzzing.memory import MemoryTree

Files = Mapping[str, bytes]

_JUDGED = 3  # one of so many readings is judged


class WrongError(Exception):
    """The output is not what it must be."""


def wanted(declared_type: str) -> bool:
    """The types that a scan asks for."""
    return services.wanted(declared_type) or links.wanted(declared_type)


def number_of(files: Files) -> int:
    """A number that an input always has: what is dear is done for some of them."""
    return zlib.crc32(b"".join(files.values()))


def judged(tree: Tree, files: Files, reading: Reading) -> None:
    """What stands behind a reader: its answers must be such that controls can judge them."""
    if number_of(files) % _JUDGED == 0:
        judging.judge(reading.resources, controls.ALL, controls.Options())
    for error in (*reading.errors, *omissions(tree, reading, services.wanted)):
        _check_error(files, error)
    for resource in reading.resources:
        for place in (resource.location, resource.header):
            check_line(files, place.path, place.end_line)


def whole(files: Files) -> None:
    """A scan of the files with two of the reports."""
    tree = MemoryTree(held=files)
    report = scan_tree(tree, [""], ScanOptions())
    _reports(report, tree, files)


def _reports(report: Report, tree: Tree, files: Files) -> None:
    style = Style(read_lines=line_reader(tree), show=list(Verdict))
    number = number_of(files)
    for name in {formats.NAMES[number % len(formats.NAMES)], formats.NAMES[number // 8 % len(formats.NAMES)]}:
        shown = formats.render(name, report, style)
        if name in ("json", "sarif", "gitlab"):
            json.loads(shown)
        elif bad := next((one for one in shown if not (one.isprintable() or one in "\n\u2060")), None):
            raise WrongError(f"the {name} report holds {bad!r}")
    for error in report.errors:
        _check_error(files, error)
    for finding in report.findings:
        check_line(files, finding.location.path, finding.location.line)


def _check_error(files: Files, error: SourceError) -> None:
    if DEFECT in error.message:
        raise WrongError(f"{error.path}: {error.message}")
    check_line(files, error.path, error.line)


def check_line(files: Files, path: str, line: int) -> None:
    data = files.get(path)
    if data is not None and not 1 <= line <= _last_line(data):
        raise WrongError(f"{path} has no line {line}")


@lru_cache(maxsize=8)
def _last_line(data: bytes) -> int:
    return data.count(b"\n") + 1 + data.count(b"\r") + data.count(b"\0") * 2
