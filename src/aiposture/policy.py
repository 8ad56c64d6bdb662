"""What the configuration says about findings that are accepted: what holds as a suppression, where, and until when."""

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from aiposture import globs
from aiposture.model import Finding, Location

if TYPE_CHECKING:
    from datetime import date
else:
    date = object  # most scans compare no days, and an annotation of a named tuple must not be a text

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Allowance(NamedTuple):
    """An `[[allow]]` of the configuration: findings of `controls` (ids) that are accepted, and why.

    `resource` is a pattern for addresses, `path` one for files; empty, it is no condition. It holds on the day
    `expires`, and not after it. `location` is where it stands.
    """

    controls: tuple[str, ...]
    resource: str
    path: str
    reason: str
    expires: date | None
    location: Location


class PathIgnore(NamedTuple):
    """A line of `per-path-ignores`: `controls` (ids) do not count in the files that `glob` matches."""

    glob: str
    controls: tuple[str, ...]
    location: Location


class Policy(NamedTuple):
    """Which suppressions hold.

    `inline` lets comments suppress, `require_reason` only those that give a reason. `today` is today in UTC if None.
    `root` is the directory that the paths of findings are relative to, `directory` the one that the patterns are
    relative to. `whole` says that the scan saw all that the configuration speaks of; if it did not, an allowance
    may well have nothing to do.
    """

    require_reason: bool = False
    today: date | None = None
    allowed: tuple[Allowance, ...] = ()
    per_path_ignores: tuple[PathIgnore, ...] = ()
    inline: bool = True
    whole: bool = True
    root: str = ""
    directory: str = ""

    def over(self, last_day: date) -> bool:
        """Whether `last_day`, on which something still holds, is past."""
        from datetime import datetime, timezone

        return last_day < (self.today or datetime.now(timezone.utc).date())

    def allows(self, allowance: Allowance, finding: Finding) -> bool:
        """Whether `allowance` speaks of `finding`, be it expired or not."""
        return (
            finding.control.id in allowance.controls
            and (not allowance.resource or address_matches(allowance.resource, finding.resource.address))
            and (not allowance.path or self._concerns(allowance.path, finding))
        )

    def ignores(self, ignore: PathIgnore, finding: Finding) -> bool:
        """Whether `ignore` speaks of `finding`."""
        return finding.control.id in ignore.controls and self._concerns(ignore.glob, finding)

    def _concerns(self, glob: str, finding: Finding) -> bool:
        """As for a comment: the file of the resource, of a call that led to it, or of the text that decides."""
        paths = {finding.resource.location.path, finding.location.path, *(call.location.path for call in finding.calls)}
        seen = (globs.seen_from(self.directory, self.root, path) for path in paths)
        return any(path is not None and globs.matches(glob, path) for path in seen)


def address_matches(pattern: str, address: str) -> bool:
    """Whether a pattern for addresses matches: `*` and `?` stand for anything, and `[` for itself (`this[0]`)."""
    return fnmatchcase(address, pattern.replace("[", "[[]"))


def day(text: str) -> date | None:
    """The day that `text` (2027-03-31) names; None if it names none."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).date() if _DAY.fullmatch(text) else None
    except ValueError:
        return None
