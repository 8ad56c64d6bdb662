"""Joins the reports of shards into the report of one scan, byte for byte.

Most of it is adding up. Where units of different shards mean each other, both have been judged alone: what their
shards said of them is judged once more and taken out, and what is said of them together is put in. That needs the
code; where no link goes across, the reports are enough.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from aiposture.baseline import stale_sentence
from aiposture.discover import Unit
from aiposture.model import Location, Notice, Report, Severity, Verdict
from aiposture.output import formats
from aiposture.output.documents import FORMS, Form, Whole
from aiposture.output.outcome import Tally
from aiposture.output.style import ReadLines, Style
from aiposture.sharding.baseline import Against, Compared, Standing, compare
from aiposture.sharding.joints import Named, joined
from aiposture.usage import UsageError

Json = dict[str, Any]

_UNCOMPILED = re.compile(r"^(?:1 Bicep file is|\d+ Bicep files are)(?= not judged)")
_SAME = ("count", "settings", "paths", "style")


class Code(NamedTuple):
    """The code that the shards have judged: how to judge some units of it, with which settings, and its lines."""

    judge: Callable[[Sequence[Unit]], Report]
    settings: str
    read_lines: ReadLines


class Part(NamedTuple):
    """The report of a shard, from a file or of some of its units, with what it keeps for the others."""

    source: str
    form: Form
    document: Json
    shard: Json


class Merged(NamedTuple):
    """The report of all shards, its format, its errors, and what decides in it."""

    text: str
    format: str
    errors: tuple[str, ...]
    tally: Tally


def merge(sources: Sequence[tuple[str, bytes]], code: Callable[[Json], Code], against: Against | None = None) -> Merged:
    """The report of the shards whose reports are `sources` (name and bytes), with what is in a baseline marked.

    `code` is only asked for if a link goes across shards, with what the first of them keeps. Raises UsageError.
    """
    try:
        parts = sorted((_part(name, data) for name, data in sources), key=lambda part: part.shard["number"])
        _check(parts)
        across = joined(named for part in parts for named in _named(part))
        taken, put = _again(parts, across, code) if across else ([], [])
        return _Sum(parts, taken, put).merged(None if against is None else (against, code))
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"the reports cannot be merged: one of them is damaged ({type(error).__name__})") from error


def _part(name: str, data: bytes) -> Part:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no report: {error}") from error
    form = next((form for form in FORMS if isinstance(document, dict) and form.fits(document)), None)
    if form is None:
        raise UsageError(f"{name} is no report of aiposture in JSON or SARIF")
    shard = form.shard(document)
    if shard is None:
        raise UsageError(f"{name} is no report of a shard: aiposture check --shard 1/3 makes one")
    return Part(name, form, document, shard)


def _check(parts: Sequence[Part]) -> None:
    """Whether these are all shards of one scan, each once."""
    first = parts[0]
    for part in parts[1:]:
        if part.form.name != first.form.name:
            raise UsageError(f"{first.source} is {first.form.name}, and {part.source} is {part.form.name}")
        mine, others = part.form.tool(part.document), first.form.tool(first.document)
        if mine != others:
            raise UsageError(f"{first.source} is of aiposture {others}, and {part.source} of {mine}")
        for key in _SAME:
            if part.shard[key] != first.shard[key]:
                what = {"count": "another number of shards", "paths": "other paths"}.get(key, "other options")
                raise UsageError(f"{part.source} was made for {what} than {first.source}")
        if part.form.skipped(part.document) != first.form.skipped(first.document):
            raise UsageError(f"{part.source} is of other code than {first.source}")
    count = first.shard["count"]
    numbers = Counter(part.shard["number"] for part in parts)
    twice = sorted(number for number, times in numbers.items() if times > 1)
    missing = sorted(set(range(1, count + 1)) - numbers.keys())
    if twice:
        raise UsageError(f"shard {twice[0]}/{count} is there more than once")
    if missing:
        raise UsageError(f"shard {', '.join(f'{number}/{count}' for number in missing)} is missing")


def _named(part: Part) -> Iterator[Named]:
    for line in part.shard["names"]:
        dialect, path, verb, type_, text = json.loads(line)
        yield Named(part.shard["number"], Unit(dialect, path), verb == "asks", (type_, text))


def _again(
    parts: Sequence[Part], across: dict[int, list[Unit]], code: Callable[[Json], Code]
) -> tuple[list[Part], list[Part]]:
    """What each shard said of the units of `across`, and what is said of all of them together."""
    first = parts[0]
    given = code(first.shard)
    example = next(iter(across.values()))[0].path or "."
    if given.settings != first.shard["settings"]:
        message = (
            f"{example} is linked with code of another shard, so both are judged again: give merge the options that "
            "the shards had"
        )
        raise UsageError(message)
    style = _style(first.shard["style"], given.read_lines)

    def judged(units: Iterable[Unit]) -> Part:
        text = formats.render(first.form.name, given.judge(sorted(units)), style)
        return _part("the code", text.encode())

    taken = [judged(units) for units in across.values()]
    return taken, [judged(unit for units in across.values() for unit in units)]


def _style(shown: Json, read_lines: ReadLines) -> Style:
    return Style(
        read_lines=read_lines,
        show=tuple(Verdict(name) for name in shown["show"]),
        hide_suppressed=bool(shown["hide_suppressed"]),
        min_severity=Severity[shown["min_severity"].upper()],
    )


class _Sum:
    """Reports added up, less those that are taken out again."""

    def __init__(self, parts: Sequence[Part], taken: Sequence[Part], put: Sequence[Part]) -> None:
        self._shards = parts
        # In this order: what is taken out must have been there, and not only be put in again.
        self._signed = [*((1, part) for part in parts), *((-1, part) for part in taken), *((1, part) for part in put)]
        self._form = parts[0].form

    def merged(self, against: tuple[Against, Callable[[Json], Code]] | None) -> Merged:
        errors = [*self._entries("errors"), *self._uncompiled()]
        errors.sort(key=lambda entry: entry[0])
        results = sorted(self._entries("results"), key=lambda entry: self._form.order(entry[0]))
        standing = self._count(
            (Standing.read(line), 1, sign) for sign, part in self._signed for line in part.shard["standing"]
        )
        failed = Counter(one.severity for one in standing.elements() if one.verdict is Verdict.FAIL)
        whole = Whole(
            results=[one for _, one in results],
            errors=[one for _, one in errors],
            not_analysed=[one for _, one in self._entries("not_analysed")],
            notices=self._notices(),
            files=len(self._count(self._times("files"))),
        )
        if against is not None:
            baseline, code = against
            first = self._shards[0]
            judged = self._form.controls(first.document)
            compared = compare(standing.elements(), baseline, judged, first.shard["paths"])
            failed -= compared.severities
            whole = whole._replace(
                results=list(self._compared(results, compared)),
                base=f"the baseline {baseline.name}",
                known=compared.failures,
                later=_stale(first, compared.stale, baseline, code) if compared.stale and not errors else (),
            )
        document = self._form.joined(
            [part.document for part in self._shards], [(sign, part.document) for sign, part in self._signed], whole
        )
        text = formats.finished(self._form.name, json.dumps(document, indent=2) + "\n")
        told = tuple(f"{key[0]}:{key[1]}: {key[2]}" for key, _ in errors)
        return Merged(text, self._form.name, told, Tally(failed, len(told)))

    def _compared(self, results: Iterable[tuple[tuple[Any, ...], Any]], compared: Compared) -> Iterator[Any]:
        left: Counter[tuple[tuple[Any, ...], str | None]] = Counter(dict(compared.findings))
        for key, result in results:
            one = (key, self._form.standing(result))
            known = left[one] > 0
            left[one] -= known
            yield self._form.compared(result, known=known)

    def _entries(self, name: str) -> list[tuple[tuple[Any, ...], Any]]:
        """The entries of a list that are left, with their keys and in order. Without a count an entry counts once."""
        counted = self._count(
            ((key, json.dumps(entry)), times, sign)
            for sign, part in self._signed
            for key, times, entry in _keyed(part, name)
            if times
        )
        repeat = name == "results"
        return [
            (key, json.loads(text)) for key, text in sorted(counted) for _ in range(counted[key, text] * repeat or 1)
        ]

    def _notices(self) -> list[Any]:
        """Notices that still hold: whether a suppression is used is only known when all shards are."""
        uses = self._count(
            (name, times, sign) for sign, part in self._signed for name, times in part.shard["uses"].items()
        )
        found: dict[tuple[tuple[Any, ...], str], set[str]] = {}
        for sign, part in self._signed:
            for line, entry in zip(part.shard["notices"], part.form.lists(part.document)["notices"], strict=True):
                *key, grounds = json.loads(line)
                if sign > 0:
                    found.setdefault((tuple(key), json.dumps(entry)), set()).update(grounds)
        return [
            json.loads(text) for (_, text), grounds in sorted(found.items()) if any(_holds(g, uses) for g in grounds)
        ]

    def _uncompiled(self) -> Iterator[tuple[tuple[Any, ...], Any]]:
        """The one error for all Bicep files without a compiler, at the first of them."""
        files = sorted(path for part in self._shards for path in part.shard["uncompiled"])
        if not files:
            return
        said = (entry for part in self._shards for entry in _keyed(part, "errors") if not entry[1])
        key, _, entry = min(said, key=lambda entry: entry[0])
        count = f"{len(files)} Bicep files are" if len(files) > 1 else "1 Bicep file is"
        message = _UNCOMPILED.sub(count, key[2])
        yield (*key[:2], message), self._form.with_message(entry, message)

    def _times(self, name: str) -> Iterator[tuple[Any, int, int]]:
        for sign, part in self._signed:
            for line in part.shard[name]:
                key, times = json.loads(line)
                yield key, times, sign

    @staticmethod
    def _count(entries: Iterable[tuple[Any, int, int]]) -> Counter[Any]:
        """How often each is left. What was taken out must have been there."""
        total: Counter[Any] = Counter()
        for key, times, sign in entries:
            total[key] += sign * times
            if total[key] < 0:
                raise UsageError("the code is not what the shards have judged: merge their reports in that checkout")
        return +total


def _stale(first: Part, stale: int, against: Against, code: Callable[[Json], Code]) -> Sequence[Any]:
    """The notice about `stale` entries of a baseline, as a report in this format has it."""
    given = code(first.shard)
    notice = Notice(stale_sentence(stale, against.name), Location(against.path, 1, 1, 1, 1))
    report = given.judge(())._replace(notices=(notice,))
    text = formats.render(first.form.name, report, _style(first.shard["style"], given.read_lines))
    return first.form.lists(json.loads(text))["notices"]


def _keyed(part: Part, name: str) -> Iterator[tuple[tuple[Any, ...], int, Any]]:
    """The entries of a list, each with its key and how many units have it."""
    for line, entry in zip(part.shard[name], part.form.lists(part.document)[name], strict=True):
        key = json.loads(line)
        yield (tuple(key), 1, entry) if name == "results" else (tuple(key[:-1]), key[-1], entry)


def _holds(ground: str, uses: Counter[str]) -> bool:
    kind, _, name = ground.partition(" ")
    return not ground or (uses[name] > 0) == (kind == "used")
