"""The findings of our own scan, to be looked up by where a resource stands. Knows nothing of Checkov.

Checkov's rendering of values is wrong or missing too often to judge by it, and it does not see which resources belong
together. So the directory that Checkov scans is scanned by us as well, once in a process.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Lock

from aiposture.discover import Discovery, discover
from aiposture.discover.tokens import TOKENS
from aiposture.files import Tree
from aiposture.lines import line_reader
from aiposture.model import Finding, Report, Verdict
from aiposture.options import ScanOptions
from aiposture.output.quoted import without_secrets
from aiposture.scan import open_tree, scan

_LOCK = Lock()  # on Windows and macOS, Checkov's frameworks are threads
_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)


class Verdicts:
    """The findings of one scan for some dialects, by file and by control."""

    def __init__(self, report: Report, findings: Sequence[Finding], of_others: frozenset[str]) -> None:
        """`findings` are those of `report` that are asked for; `of_others` the templates in other dialects."""
        self.report = report
        self.of_others = of_others
        self.findings = findings
        self._at: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            self._at[self.path(finding), finding.control.id].append(finding)

    def path(self, finding: Finding) -> str:
        """The absolute path of the file that Checkov has the finding's resource in.

        A resource of a plan stands in the plan, and not where the configuration beside it has it.
        """
        resource = finding.resource
        place = resource.unit if resource.dialect == "terraform-plan" else resource.location.path
        return os.path.join(self.report.root, place)

    def of_address(self, path: str, control: str, address: str) -> list[Finding]:
        """The findings on the resource of this address in a file."""
        return [finding for finding in self._at.get((path, control), ()) if finding.resource.address == address]

    def of_place(self, path: str, control: str, name: str, lines: tuple[int, int]) -> list[Finding]:
        """The findings on the resource that stands on these lines; empty if it is deployed several times.

        Checkov has one resource then, and there are several verdicts. `name` decides if there are several resources
        on one line; empty if it is not known.
        """
        found = [finding for finding in self._at.get((path, control), ()) if _covers(finding, lines)]
        named = [finding for finding in found if finding.resource.name == name] or found
        return named if len({finding.resource.address for finding in named}) == 1 else []


def _covers(finding: Finding, lines: tuple[int, int]) -> bool:
    # Checkov begins a resource at its brace or at its first key, and ends it on the last line or one further.
    place = finding.resource.location
    return abs(place.line - lines[0]) <= 1 and abs(place.end_line - lines[1]) <= 1


def worst(findings: Sequence[Finding]) -> Finding:
    """The finding that decides for all of them: a failure, then an undecided one; those that count first."""
    return min(findings, key=lambda one: (one.suppressed is not None, _WORST.index(one.verdict)))


def verdicts(paths: Sequence[str], dialects: frozenset[str], var_files: Sequence[str]) -> Verdicts | None:
    """What our scan of `paths` says about resources in `dialects`; None if there is nothing to read in them.

    Raises what the scan raises.
    """
    real = tuple(sorted({os.path.realpath(path) for path in paths}))
    with _LOCK:
        found = _discover(real)
        present = {unit.dialect for unit in found.units}
        unread = {dialect for error in found.errors for dialect in _dialects_of(error.path)}
        if not dialects & (present | unread):
            return None
        report = _scan(real, tuple(var_files))
    others = frozenset(unit.path for unit in found.units if unit.dialect not in dialects)
    return Verdicts(report, [one for one in report.findings if one.resource.dialect in dialects], others)


@lru_cache(maxsize=8)
def _discover(paths: tuple[str, ...]) -> Discovery:
    tree, inside = open_tree(paths)
    return discover(tree, inside, tokens=TOKENS)


def _dialects_of(path: str) -> Iterator[str]:
    """The dialects that a file which cannot be read may be in."""
    name = path.lower()
    if name.endswith((".tf", ".tofu", ".tf.json")):
        yield "terraform"
    elif name.endswith(".bicep"):
        yield "bicep"
    elif name.endswith(".json"):
        yield from ("arm", "cloudformation", "terraform-plan")
    else:
        yield "cloudformation"


@lru_cache(maxsize=8)
def _scan(paths: tuple[str, ...], var_files: tuple[str, ...]) -> Report:
    report = scan(ScanOptions(paths=paths, var_files=var_files))
    return without_secrets(report, line_reader(Tree(report.root)))
