"""The third waist: judgements of controls, without a word about services or dialects."""

from collections.abc import Sequence
from enum import Enum, IntEnum
from typing import Literal, NamedTuple

from aiposture.model.resource import Resource
from aiposture.model.service import Fact
from aiposture.model.shard import Shard
from aiposture.model.source import Call, Location, NotAnalysed, Notice, SourceError


class Verdict(Enum):
    """A control's answer. Not applicable is no verdict: the control gives no judgement then."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    UNKNOWN = "unknown"


class Severity(IntEnum):
    """How bad a failure is."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


Category = Literal[
    "identity", "data security", "internet exposure", "model safety", "supply chain", "logging", "availability"
]  # fmt: skip


class Mapping(NamedTuple):
    """A framework's item that a control serves. `sourced` tells a published mapping from one of ours."""

    framework: str
    item: str
    sourced: bool
    source: str = ""


class Control(NamedTuple):
    """What a control is, apart from its predicate. `doc` is its page (the docstring of its module)."""

    id: str
    slug: str
    title: str
    severity: Severity
    category: Category
    summary: str
    fix: str
    doc: str
    aliases: tuple[str, ...] = ()
    mappings: tuple[Mapping, ...] = ()

    @property
    def url(self) -> str:
        """The control's page."""
        return f"https://aiposture.github.io/aiposture/controls/{self.id}/"


class Related(NamedTuple):
    """Another place that a reader of the finding should see."""

    message: str
    location: Location


class Judgement(NamedTuple):
    """A control's verdict on one service, with the fact that decided it.

    `reason` is a stable code (`public_access_default`), `message` one sentence for people. `location` is the
    deciding text when it is not the fact's; `resource` the resource to report when it is not the service's
    own (the consumer of a key). `fix` replaces the control's general advice with a specific one. `key` tells it
    apart from others of the control on the same resource, where the property of `because` does not.
    """

    verdict: Verdict
    reason: str
    message: str
    because: Fact | None = None
    location: Location | None = None
    resource: Resource | None = None
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    fix: str | None = None
    key: str = ""


class Suppression(NamedTuple):
    """Why a finding does not count, and where a comment (`inline`) or the configuration says so."""

    reason: str
    location: Location
    kind: Literal["inline", "configuration"] = "inline"


class Finding(NamedTuple):
    """A judgement with its place. `fingerprint` survives moved lines.

    `known` tells that it was there before: in the baseline or at the base revision. It does not fail the scan then.
    """

    control: Control
    verdict: Verdict
    severity: Severity
    service: str
    service_title: str
    resource: Resource
    location: Location
    message: str
    reason: str
    fingerprint: str
    fix: str
    because: Fact | None = None
    related: tuple[Related, ...] = ()
    calls: tuple[Call, ...] = ()
    suppressed: Suppression | None = None
    known: bool = False


class Report(NamedTuple):
    """All that a scan found. `not_applicable` counts, for each of its controls by id, the services that it does not
    concern. `files_skipped` counts files that were not read by why; `seconds` is wall time. `root` is the absolute
    directory that all paths are relative to. `base` names what `known` findings are known from, if anything.
    `shard` is there if the scan is a part of a larger one.
    """

    findings: tuple[Finding, ...]
    errors: tuple[SourceError, ...]
    not_analysed: tuple[NotAnalysed, ...]
    notices: tuple[Notice, ...]
    controls: Sequence[Control]
    not_applicable: dict[str, int]
    files_read: int
    files_skipped: dict[str, int]
    services: int
    seconds: float
    root: str = "."
    base: str = ""
    shard: Shard | None = None
