"""Suppressions: comments in the code that say why a finding is accepted.

`# checkov:skip=AIS401:reason` is Checkov's own syntax, so that one comment serves both tools; its ids of other
checks are none of our business. `# aiposture:ignore[AIS401, AIS201] reason` is ours and takes every name of a
control. A comment holds for what it stands in or above: the resource's block, the call of a module that led to
it, or the deciding line.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from aiposture.model import Comment, Finding, Location, Notice, Suppression, Verdict

_CHECKOV = re.compile(r"checkov:skip=([\w-]+(?:,[\w-]+)*)(?::([^\n]*))?")
_OURS = re.compile(r"aiposture:ignore(?:\[([^\]\n]*)\])?([^\n]*)")
_OUR_ID = re.compile(r"AIS\w*", re.IGNORECASE)


class _Directive(NamedTuple):
    """One id of one comment."""

    control_id: str
    reason: str
    location: Location


def apply(
    findings: Iterable[Finding],
    comments: Iterable[Comment],
    known_ids: Mapping[str, str],
    judged: Collection[str] | None = None,
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """`findings` with those marked that a comment suppresses, and a notice for each comment that is wrong or unused.

    `known_ids` maps every name of a control (id, slug, alias) to its id. `judged` are the ids of the controls
    that ran, all of them if None: a comment on another one is no unused one. Passes are left as they are.
    """
    names = {name.casefold(): control_id for name, control_id in known_ids.items()}
    directives: list[_Directive] = []
    notices: set[Notice] = set()
    # A module that two roots call is read twice, and its comments with it.
    for comment in sorted(set(comments), key=lambda comment: (comment.location, comment.text)):
        found, wrong = _read(comment, names)
        directives += found
        notices |= wrong
    pages = {path: _Page(list(group)) for path, group in groupby(directives, key=lambda one: one.location.path)}
    used: set[_Directive] = set()
    judged_findings = tuple(_suppress(finding, pages, used) for finding in findings)
    notices |= {
        _unused(directive)
        for directive in directives
        if directive not in used and (judged is None or directive.control_id in judged)
    }
    return judged_findings, tuple(sorted(notices, key=lambda notice: (notice.location, notice.message)))


def _read(comment: Comment, names: Mapping[str, str]) -> tuple[list[_Directive], set[Notice]]:
    directives: list[_Directive] = []
    notices: set[Notice] = set()
    for name, reason in _mentions(comment.text):
        control_id = names.get(name.casefold())
        if control_id is not None:
            directives.append(_Directive(control_id, reason, comment.location))
        elif name:
            notices.add(Notice(_unknown(name, names), comment.location))
        else:
            advice = "aiposture:ignore needs the ids of controls, as in aiposture:ignore[AIS401] reason"
            notices.add(Notice(f"{advice}; nothing is suppressed", comment.location))
    return directives, notices


def _mentions(text: str) -> Iterable[tuple[str, str]]:
    """Each name with its reason; an empty name where the names are missing."""
    text = text.removesuffix("*/")
    for match in _CHECKOV.finditer(text):
        for name in match[1].split(","):
            if _OUR_ID.fullmatch(name):
                yield name, (match[2] or "").strip()
    for match in _OURS.finditer(text):
        names = [name.strip() for name in (match[1] or "").split(",")]
        reason = match[2].strip().removeprefix(":").strip()
        for name in list(filter(None, names)) or [""]:
            yield name, reason


class _Page:
    """The directives of one file, to be found by where they stand."""

    def __init__(self, directives: list[_Directive]) -> None:
        self._directives = directives
        self._lines = [directive.location.line for directive in directives]
        self._ends: dict[int, list[_Directive]] = defaultdict(list)
        for directive in directives:
            self._ends[directive.location.end_line].append(directive)

    def between(self, first: int, last: int) -> list[_Directive]:
        """Those that begin on the lines from `first` to `last`."""
        return self._directives[bisect_left(self._lines, first) : bisect_right(self._lines, last)]

    def above(self, place: Location) -> Iterator[_Directive]:
        """Those that stand right above `place`, alone or in a stack.

        One that starts further right is passed over: it ends the line of something else (`} # ...`).
        """
        line = place.line - 1
        while stack := [one for one in self._ends.get(line, ()) if one.location.column <= place.column]:
            yield from stack
            line = stack[0].location.line - 1


def _suppress(finding: Finding, pages: Mapping[str, _Page], used: set[_Directive]) -> Finding:
    if finding.verdict is Verdict.PASS:
        return finding
    matching = [one for one in _around(finding, pages) if one.control_id == finding.control.id]
    if not matching:
        return finding
    used.update(matching)
    first = min(matching, key=lambda one: one.location)
    return replace(finding, suppressed=Suppression(first.reason, first.location))


def _around(finding: Finding, pages: Mapping[str, _Page]) -> Iterator[_Directive]:
    """The directives in or above the resource's block, the calls that led to it, and the deciding line."""
    resource = finding.resource
    blocks = [(resource.header, resource.location), *((call.location, call.block) for call in finding.calls)]
    for header, block in blocks:
        if page := pages.get(block.path):
            inside = page.between(block.line, block.end_line)
            yield from (one for one in inside if block.covers(one.location) or one.location.line == header.line)
            yield from page.above(header)
            if block.line != header.line:  # JSON: the brace that opens a resource stands above its type
                yield from page.above(block)
    if page := pages.get(finding.location.path):
        yield from page.between(finding.location.line, finding.location.line)
        yield from page.above(finding.location)


def _unknown(name: str, names: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name.casefold(), names, n=1)
    hint = f"; did you mean {names[close[0]]}?" if close else "; aiposture rules lists the controls"
    return f"no control is called {name}{hint}"


def _unused(directive: _Directive) -> Notice:
    message = (
        f"nothing here fails {directive.control_id}: remove the suppression, or move it into the block of the "
        "resource or right above it"
    )
    return Notice(message, directive.location)
