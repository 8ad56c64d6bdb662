"""What the report of one shard holds for `aiposture merge`, the same in JSON and in SARIF.

For each list of the report there is one here of the same length: what its entries are sorted by, and how many units
have them. An entry is a line of JSON, so that a report of thousands of findings stays readable. `standing` are all
findings that failed or are undecided and that nothing suppresses, also those that the report does not list.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiposture.model import Finding, Report, Shard, Verdict
from aiposture.output.style import Style

Json = dict[str, Any]


def described(report: Report, shard: Shard, style: Style, results: Sequence[Finding]) -> Json:
    """All that is to be known of `shard`; `results` are the findings that its report lists, in that order."""
    return {
        "number": shard.number,
        "count": shard.total,
        "paths": list(shard.paths),
        "settings": shard.settings,
        "style": {
            "show": sorted(verdict.value for verdict in style.show),
            "min_severity": style.min_severity.name.lower(),
            "hide_suppressed": style.hide_suppressed,
        },
        "standing": _lines(
            (*_key(one), one.resource.location.path, one.verdict.value, one.severity.name.lower())
            for one in report.findings
            if one.verdict is not Verdict.PASS and one.suppressed is None
        ),
        "names": _lines(shard.names),
        "files": _counted(shard.files),
        "results": _lines(map(_key, results)),
        "errors": _lines((*error, shard.errors.get(error, 0)) for error in report.errors),
        "not_analysed": _lines(
            (*part.location, part.name, part.reason, shard.not_analysed.get(part, 0)) for part in report.not_analysed
        ),
        "notices": _lines(
            (*notice.location, notice.message, sorted(shard.grounds.get(notice, ()))) for notice in report.notices
        ),
        "uses": dict(sorted(shard.uses.items())),
        "uncompiled": sorted(shard.uncompiled),
    }


def _lines(entries: Iterable[Sequence[object]]) -> list[str]:
    return [json.dumps(entry) for entry in entries]


def _counted(times: Mapping[str, int]) -> list[str]:
    return _lines(sorted(times.items()))


def _key(one: Finding) -> tuple[object, ...]:
    """What findings are sorted by."""
    return (*one.location, one.control.id, one.resource.address, one.resource.unit, one.fingerprint)
