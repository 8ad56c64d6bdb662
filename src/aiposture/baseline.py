"""The baseline: findings that were there before, so that only new ones fail.

The file has the shape of Checkov's (`failed_checks`, by file and resource) and no line numbers, so that it outlives
edits. Two things are added, which Checkov passes over: an id stands there once for each finding, and `fingerprints`
tell findings of one control on one resource apart. A second key that is handed to the same resource, or another
property that opens the same service, is a new finding and does not hide behind an old one.

Where fingerprints are missing, in a file of Checkov's or of another version of them, the number counts: as many
findings of a control on a resource are known as ids stand there.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aiposture.files import Tree, UnreadableError
from aiposture.model import Finding, Verdict
from aiposture.usage import UsageError

FINGERPRINTS = "aiposture/v1"
"""Names the way in which fingerprints are made; changes with it."""

_OURS = "AIS"
_STANDING = (Verdict.FAIL, Verdict.UNKNOWN)


class BaselineError(UsageError):
    """A baseline that cannot be used: a sentence for the user, with the file and what to do."""


class Entry(NamedTuple):
    """One finding of a baseline. `path` is its resource's file. An empty `fingerprint` is not known."""

    path: str
    resource: str
    control_id: str
    fingerprint: str = ""
    verdict: Verdict = Verdict.FAIL


class Baseline(NamedTuple):
    """The findings that are known."""

    entries: tuple[Entry, ...]


def load(path: str) -> Baseline:
    """The baseline in the file at `path`. Raises BaselineError."""
    real = Path(path).resolve()
    if not real.exists():
        raise BaselineError(f"there is no baseline {path!r}; --write-baseline {path} makes one")
    try:
        return read(Tree(real.parent).read(real.name), path)
    except UnreadableError as error:
        raise BaselineError(f"the baseline {path!r} {error.reason}") from error


def read(data: bytes, path: str) -> Baseline:
    """The baseline in `data`, which came from `path`: one of ours or of Checkov's. Raises BaselineError."""
    advice = f"write it anew with --write-baseline {path}, or leave it out"
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"the baseline {path!r} is no JSON ({error}); {advice}") from error
    try:
        return Baseline(tuple(_entries(document)))
    except _ShapeError as error:
        raise BaselineError(f"the baseline {path!r} has no shape that is known: {error}; {advice}") from error


def of(findings: Iterable[Finding]) -> Baseline:
    """The findings of another scan as what is known: those that failed or were undecided, and not suppressed."""
    return Baseline(tuple(_entry(one) for one in findings if one.verdict in _STANDING and one.suppressed is None))


def render(findings: Iterable[Finding]) -> str:
    """The text of a baseline of `findings`: those that failed, and are not suppressed."""
    files: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for path, resource, control_id, fingerprint, verdict in of(findings).entries:
        if verdict is Verdict.FAIL:
            files[path][resource][control_id].append(fingerprint)
    document = {
        "fingerprints": FINGERPRINTS,
        "failed_checks": [
            {"file": f"/{path}", "findings": [_written(name, checks) for name, checks in sorted(resources.items())]}
            for path, resources in sorted(files.items())
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def mark(
    findings: Iterable[Finding],
    baseline: Baseline,
    judged: Collection[str] | None = None,
    paths: Sequence[str] = ("",),
) -> tuple[tuple[Finding, ...], int]:
    """`findings` with those marked as known that are in `baseline`, and how many of its entries match none any more.

    An entry is only stale if its control is in `judged` (all, if None) and its file below `paths`. One that is
    undecided now is not stale: nobody knows that it was fixed. A suppressed finding is not marked, and what was
    undecided before and fails now is new.
    """
    findings = tuple(findings)
    found = {
        number: _entry(one)
        for number, one in enumerate(findings)
        if one.verdict in _STANDING and one.suppressed is None
    }
    matched = match(found, baseline)
    marked = tuple(one._replace(known=True) if number in matched.known else one for number, one in enumerate(findings))
    return marked, matched.stale(judged, paths)


class Matched(NamedTuple):
    """The numbers of the findings that are in a baseline, and its entries that match none any more."""

    known: frozenset[int]
    left: tuple[Entry, ...]

    def stale(self, judged: Collection[str] | None, paths: Sequence[str]) -> int:
        """How many of the entries that are left are stale, as `mark` has it."""
        return sum(
            entry.verdict is Verdict.FAIL
            and (judged is None or entry.control_id in judged)
            and _below(entry.path, paths)
            for entry in self.left
        )


def match(found: Mapping[int, Entry], baseline: Baseline) -> Matched:
    """Which of the findings `found`, by their numbers and in order, are in `baseline`. None of them is suppressed."""
    unmatched = _Unmatched(baseline)
    known: set[int] = set()
    # What is exact goes first, and a failure before what is undecided: it is the one that counts.
    for take in (unmatched.same, unmatched.same_place, unmatched.similar_place):
        for verdict in _STANDING:
            for number, finding in found.items():
                if finding.verdict is verdict and number not in known and take(finding):
                    known.add(number)
    return Matched(frozenset(known), tuple(unmatched.entries()))


def stale_sentence(number: int, path: str) -> str:
    """What to say of `number` entries that match no finding any more."""
    entries = "1 entry" if number == 1 else f"{number} entries"
    verb, them = ("matches", "it") if number == 1 else ("match", "them")
    return f"{entries} of the baseline {path} {verb} no finding any more: drop {them} with --write-baseline {path}"


class _Unmatched:
    """The entries of a baseline that no finding has taken."""

    def __init__(self, baseline: Baseline) -> None:
        self._left = Counter(baseline.entries)
        self._by_fingerprint: dict[str, list[Entry]] = defaultdict(list)
        self._by_resource: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self._left:
            if entry.fingerprint:
                self._by_fingerprint[entry.fingerprint].append(entry)
            else:
                self._by_resource[entry.resource, entry.control_id].append(entry)

    def entries(self) -> Iterator[Entry]:
        return self._left.elements()

    def same(self, finding: Entry) -> bool:
        return self._take(finding, self._by_fingerprint.get(finding.fingerprint, ()))

    def same_place(self, finding: Entry) -> bool:
        return self._take(finding, (one for one in self._of(finding) if one.path == finding.path))

    def similar_place(self, finding: Entry) -> bool:
        # Checkov's paths begin at the directory that it was given, ours at the root of the repository.
        return self._take(finding, (one for one in self._of(finding) if finding.path.endswith(f"/{one.path}")))

    def _of(self, finding: Entry) -> Sequence[Entry]:
        return self._by_resource.get((finding.resource, finding.control_id), ())

    def _take(self, finding: Entry, candidates: Iterable[Entry]) -> bool:
        for entry in candidates:
            if self._left[entry] and (entry.verdict is Verdict.FAIL or finding.verdict is Verdict.UNKNOWN):
                self._left[entry] -= 1
                return True
        return False


class _ShapeError(Exception):
    """What is not as it has to be."""


def _entry(finding: Finding) -> Entry:
    resource = finding.resource
    return Entry(resource.location.path, resource.address, finding.control.id, finding.fingerprint, finding.verdict)


def _written(resource: str, checks: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "resource": resource,
        "check_ids": sorted(control_id for control_id, fingerprints in checks.items() for _ in fingerprints),
        "fingerprints": {control_id: sorted(fingerprints) for control_id, fingerprints in sorted(checks.items())},
    }


def _entries(document: Any) -> Iterator[Entry]:
    usable = _get(document, "fingerprints", str, "") == FINGERPRINTS
    for file in _get(document, "failed_checks", list):
        path = _get(file, "file", str).removeprefix("/")
        for finding in _get(file, "findings", list):
            resource = _get(finding, "resource", str)
            fingerprints = _get(finding, "fingerprints", dict, {}) if usable else {}
            ids = [control_id for control_id in _get(finding, "check_ids", list) if _is_ours(control_id)]
            for control_id, count in Counter(ids).items():
                known = _get(fingerprints, control_id, list, [])[:count]
                for fingerprint in [*known, *[""] * (count - len(known))]:
                    yield Entry(path, resource, control_id, _text(fingerprint, "a fingerprint"))


def _get(table: Any, key: str, kind: type[Any], default: Any = None) -> Any:
    if not isinstance(table, dict):
        raise _ShapeError(f"{key!r} is looked for in something that is no object")
    value = table.get(key, default)
    if not isinstance(value, kind):
        raise _ShapeError(f"{key!r} is missing, or has the wrong type")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise _ShapeError(f"{what} is no string")
    return value


def _is_ours(control_id: Any) -> bool:
    return _text(control_id, "a member of 'check_ids'").startswith(_OURS)


def _below(path: str, paths: Sequence[str]) -> bool:
    return any(not above or path == above or path.startswith(f"{above}/") for above in paths)
