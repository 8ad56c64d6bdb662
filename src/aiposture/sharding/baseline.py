"""Which findings of merged shards are in a baseline: decided on all of them together, as in one scan."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aiposture import baseline
from aiposture.model import Severity, Verdict

Key = tuple[Any, ...]


class Standing(NamedTuple):
    """A finding that failed or is undecided, and that nothing suppresses. `key` is what findings are sorted by."""

    key: Key
    path: str
    verdict: Verdict
    severity: Severity

    @classmethod
    def read(cls, line: str) -> "Standing":
        """What stands in a line of `output.shard`. Raises ValueError, KeyError or TypeError."""
        *key, path, verdict, severity = json.loads(line)
        return cls(tuple(key), path, Verdict(verdict), Severity[severity.upper()])

    @property
    def control_id(self) -> str:
        """The control that it is of."""
        return str(self.key[-4])

    @property
    def entry(self) -> baseline.Entry:
        """What a baseline would have of it."""
        *_, control_id, address, _, fingerprint = self.key
        return baseline.Entry(self.path, address, control_id, fingerprint, self.verdict)


class Against(NamedTuple):
    """A baseline, its name as notices have it, and its path in the tree."""

    entries: baseline.Baseline
    name: str
    path: str


class Compared(NamedTuple):
    """How many findings are known, by key and verdict; how many failures, by control and severity; stale entries."""

    findings: Mapping[tuple[Key, str], int]
    failures: Mapping[str, int]
    severities: Counter[Severity]
    stale: int


def compare(standing: Iterable[Standing], against: Against, judged: Collection[str], paths: Sequence[str]) -> Compared:
    """What of `standing` is in the baseline. `judged` are the controls, `paths` what the scan was of."""
    found = dict(enumerate(sorted(standing, key=lambda one: one.key)))
    matched = baseline.match({number: one.entry for number, one in found.items()}, against.entries)
    known = [one for number, one in found.items() if number in matched.known]
    failures = [one for one in known if one.verdict is Verdict.FAIL]
    return Compared(
        Counter((one.key, one.verdict.value) for one in known),
        Counter(one.control_id for one in failures),
        Counter(one.severity for one in failures),
        matched.stale(judged, paths),
    )
