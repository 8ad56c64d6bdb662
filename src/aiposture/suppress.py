"""Suppressions: comments in the code that say why a finding is accepted.

`# checkov:skip=AIS401:reason` is Checkov's own syntax, so that one comment serves both tools; its ids of other
checks are none of our business. `# aiposture:ignore[AIS401, AIS201] reason` is ours and takes every name of a
control. A comment holds for what it stands in or above: the resource's block, the call of a module that led to
it, or the deciding line. A reason can begin with the last day on which it holds: `until=2027-03-31`.

The configuration suppresses, too: by an allowance with its reason, or for the files of a pattern.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from aiposture.model import Comment, Finding, Location, Notice, Suppression, Verdict
from aiposture.policy import Allowance, Policy, day
from aiposture.usage import no_control

# Patterns are compiled when they are first called for: most scans meet no comment that suppresses.
_CHECKOV: partial[re.Pattern[str]] = partial(re.compile, r"checkov:skip=([\w-]+(?:,[\w-]+)*)(?::([^\n]*))?")
_OURS: partial[re.Pattern[str]] = partial(re.compile, r"aiposture:ignore(?:\[([^\]\n]*)\])?([^\n]*)")
_OUR_ID: partial[re.Pattern[str]] = partial(re.compile, r"AIS\w*", re.IGNORECASE)
_UNTIL: partial[re.Pattern[str]] = partial(re.compile, r"until=(\S*)\s*", re.IGNORECASE)

_NO_RULES = Policy()
_MOST_HINTS = 100  # in a file; to seek what was meant takes a millisecond

# What a notice rests on.
ALWAYS, USED, UNUSED = "", "used ", "unused "


class _Directive(NamedTuple):
    """One id of one comment. `weakness` tells why it does not hold, if it does not."""

    control_id: str
    reason: str
    location: Location
    weakness: str = ""


class Weighed(NamedTuple):
    """Findings with those marked that are suppressed, and what there is to say about the suppressions.

    `uses` counts by suppression the findings that it speaks of. `grounds` has for each notice what it rests on,
    in the words of `model.Shard`.
    """

    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]
    uses: Counter[str]
    grounds: dict[Notice, frozenset[str]]


def apply(
    findings: Iterable[Finding],
    comments: Iterable[Comment],
    known_ids: Mapping[str, str],
    judged: Collection[str] | None = None,
    policy: Policy = _NO_RULES,
) -> tuple[tuple[Finding, ...], tuple[Notice, ...]]:
    """The findings and the notices of `weigh`."""
    weighed = weigh(findings, comments, known_ids, judged, policy)
    return weighed.findings, weighed.notices


def weigh(
    findings: Iterable[Finding],
    comments: Iterable[Comment],
    known_ids: Mapping[str, str],
    judged: Collection[str] | None = None,
    policy: Policy = _NO_RULES,
) -> Weighed:
    """`findings` with those marked that are suppressed, and a notice for each suppression that is wrong or unused.

    `known_ids` maps every name of a control (id, slug, alias) to its id. `judged` are the ids of the controls
    that ran, all of them if None: a suppression of another one is no unused one. Passes are left as they are.
    A comment goes before the configuration: it stands nearer.
    """
    directives, notices = _directives(comments if policy.inline else (), known_ids, policy)
    pages = {path: _Page(list(group)) for path, group in groupby(directives, key=lambda one: one.location.path)}
    used: Counter[_Directive | Allowance] = Counter()
    results = tuple(
        finding if finding.verdict is Verdict.PASS else _suppress(finding, pages, policy, used) for finding in findings
    )
    grounds: dict[Notice, set[str]] = {notice: {ALWAYS} for notice in notices}
    for directive in directives:
        if directive not in used and (judged is None or directive.control_id in judged):
            grounds.setdefault(_unused(directive), set()).add(UNUSED + _name(directive))
        elif directive in used and directive.weakness:
            weak = Notice(directive.weakness, directive.location)
            grounds.setdefault(weak, set()).add(USED + _name(directive))
    grounds |= {notice: {ground} for notice, ground in _of_allowances(policy, used, judged)}
    return Weighed(
        results,
        tuple(sorted(grounds, key=lambda notice: (notice.location, notice.message))),
        Counter({_name(one): times for one, times in used.items()}),
        {notice: frozenset(each) for notice, each in grounds.items()},
    )


def _name(suppression: _Directive | Allowance) -> str:
    """What tells a suppression from others: its place, and the control if there can be several at one place."""
    place = suppression.location
    control_id = suppression.control_id if isinstance(suppression, _Directive) else ""
    return f"{place.path}:{place.line}:{place.column} {control_id}".rstrip()


def _directives(
    comments: Iterable[Comment], known_ids: Mapping[str, str], policy: Policy
) -> tuple[list[_Directive], set[Notice]]:
    names = {name.casefold(): control_id for name, control_id in known_ids.items()}
    directives: list[_Directive] = []
    notices: set[Notice] = set()
    asked: Counter[str] = Counter()
    # A module that two roots call is read twice, and its comments with it.
    for comment in sorted(set(comments), key=lambda comment: (comment.location, comment.text)):
        for name, text in _mentions(comment.text):
            control_id = names.get(name.casefold())
            if control_id is not None:
                reason, weakness = _weighed(text, policy)
                directives.append(_Directive(control_id, reason, comment.location, weakness))
            elif name:
                likely = names if asked[comment.location.path] < _MOST_HINTS else {}
                asked[comment.location.path] += 1
                notices.add(Notice(no_control(name, likely), comment.location))
            else:
                advice = "aiposture:ignore needs the ids of controls, as in aiposture:ignore[AIS401] reason"
                notices.add(Notice(f"{advice}; nothing is suppressed", comment.location))
    return directives, notices


def _weighed(text: str, policy: Policy) -> tuple[str, str]:
    """The reason in what follows the ids of a comment, and why the comment does not hold; empty if it does."""
    until = _UNTIL().match(text)
    reason = text[until.end() :] if until else text
    if until:
        last_day = day(until[1])
        if last_day is None:
            return reason, f"{until[1]!r} is no date, as in until=2027-03-31: the suppression does not hold"
        if policy.over(last_day):
            return (
                reason,
                f"the suppression held until {last_day} and does no longer: fix the finding, or set a new date",
            )
    if policy.require_reason and not reason:
        return reason, "a suppression needs a reason here (require-reason), and this one gives none: it does not hold"
    return reason, ""


def _mentions(text: str) -> Iterable[tuple[str, str]]:
    """Each name with its reason; an empty name where the names are missing."""
    text = text.removesuffix("*/")
    for match in _CHECKOV().finditer(text):
        for name in match[1].split(","):
            if _OUR_ID().fullmatch(name):
                yield name, (match[2] or "").strip()
    for match in _OURS().finditer(text):
        names = [name.strip() for name in (match[1] or "").split(",")]
        reason = match[2].strip().removeprefix(":").strip()
        for name in list(filter(None, names)) or [""]:
            yield name, reason


class _Page:
    """The directives of one file, to be found by where they stand."""

    def __init__(self, directives: list[_Directive]) -> None:
        self._directives = directives
        self._lines = [directive.location.line for directive in directives]
        self._reaching = [one for one in directives if one.location.end_line > one.location.line]
        self._ends: dict[int, list[_Directive]] = defaultdict(list)
        for directive in directives:
            self._ends[directive.location.end_line].append(directive)

    def between(self, first: int, last: int) -> list[_Directive]:
        """Those that begin on the lines from `first` to `last`."""
        return self._directives[bisect_left(self._lines, first) : bisect_right(self._lines, last)]

    def over(self, place: Location) -> Iterator[_Directive]:
        """Those that reach over the line of `place`: Bicep's `#disable-diagnostics` holds until it is restored."""
        for one in self._reaching:
            if one.location.line <= place.line <= one.location.end_line:
                yield one

    def above(self, place: Location) -> Iterator[_Directive]:
        """Those that stand right above `place`, alone or in a stack.

        One that starts further right is passed over: it ends the line of something else (`} # ...`).
        """
        line = place.line - 1
        while stack := [one for one in self._ends.get(line, ()) if one.location.column <= place.column]:
            yield from stack
            line = stack[0].location.line - 1


def _suppress(
    finding: Finding, pages: Mapping[str, _Page], policy: Policy, used: Counter[_Directive | Allowance]
) -> Finding:
    around = dict.fromkeys(_around(finding, pages))
    matching = [one for one in around if one.control_id == finding.control.id]
    allowances = [one for one in policy.allowed if policy.allows(one, finding)]
    used.update([*matching, *allowances])
    suppression = _by_comment(matching) or _by_configuration(finding, allowances, policy)
    return finding if suppression is None else finding._replace(suppressed=suppression)


def _by_comment(matching: Sequence[_Directive]) -> Suppression | None:
    holding = [one for one in matching if not one.weakness]
    if not holding:
        return None
    first = min(holding, key=lambda one: one.location)
    return Suppression(first.reason, first.location)


def _by_configuration(finding: Finding, allowances: Sequence[Allowance], policy: Policy) -> Suppression | None:
    for allowance in allowances:
        if allowance.expires is None or not policy.over(allowance.expires):
            return Suppression(allowance.reason, allowance.location, "configuration")
    for ignore in policy.per_path_ignores:
        if policy.ignores(ignore, finding):
            return Suppression(f"per-path-ignores of {ignore.glob}", ignore.location, "configuration")
    return None


def _around(finding: Finding, pages: Mapping[str, _Page]) -> Iterator[_Directive]:
    """The directives in or above the resource's block, the calls that led to it, and the deciding line."""
    resource = finding.resource
    blocks = [(resource.header, resource.location), *((call.location, call.block) for call in finding.calls)]
    for header, block in blocks:
        if page := pages.get(block.path):
            inside = page.between(block.line, block.end_line)
            yield from (one for one in inside if block.covers(one.location) or one.location.line == header.line)
            yield from page.over(header)
            yield from page.above(header)
            if block.line != header.line:  # JSON: the brace that opens a resource stands above its type
                yield from page.above(block)
    if page := pages.get(finding.location.path):
        yield from page.between(finding.location.line, finding.location.line)
        yield from page.over(finding.location)
        yield from page.above(finding.location)


def _unused(directive: _Directive) -> Notice:
    message = (
        f"nothing here fails {directive.control_id}: remove the suppression, or move it into the block of the "
        "resource or right above it"
    )
    return Notice(message, directive.location)


def _of_allowances(
    policy: Policy, used: Collection[_Directive | Allowance], judged: Collection[str] | None
) -> Iterator[tuple[Notice, str]]:
    """The notices about allowances, each with its ground."""
    for allowance in policy.allowed:
        if allowance.expires is not None and policy.over(allowance.expires):
            past = f"the allowance held until {allowance.expires} and does no longer"
            yield Notice(f"{past}: fix what it allowed, or set a new date", allowance.location), ALWAYS
        elif allowance not in used and policy.whole and (judged is None or set(allowance.controls) <= set(judged)):
            yield Notice("the allowance suppresses nothing: remove it", allowance.location), UNUSED + _name(allowance)
