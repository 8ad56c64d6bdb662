"""The two formats that can be put together from parts: where their lists stand, and how a whole one is made of them."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

Json = dict[str, Any]


class Whole(NamedTuple):
    """What was put together for a document: its lists, and how many files were read.

    `base` names what it was compared with, if it was; `known` are by control how many failures that makes known, and
    `later` is what there is to say of it.
    """

    results: Sequence[Any]
    errors: Sequence[Any]
    not_analysed: Sequence[Any]
    notices: Sequence[Any]
    files: int
    base: str = ""
    known: Mapping[str, int] = MappingProxyType({})
    later: Sequence[Any] = ()


class Form(Protocol):
    """What is common to both."""

    name: str

    def fits(self, document: Json) -> bool:
        """Whether a document is of this format."""

    def tool(self, document: Json) -> str:
        """The version of aiposture that made it."""

    def shard(self, document: Json) -> Json | None:
        """What it keeps of its shard; None if it is of no shard."""

    def skipped(self, document: Json) -> Any:
        """The account of files that were not read, which all shards of a scan have in common."""

    def controls(self, document: Json) -> Collection[str]:
        """The ids of the controls that were judged."""

    def lists(self, document: Json) -> Mapping[str, Sequence[Any]]:
        """Its results, errors, not_analysed and notices."""

    def order(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """What results are sorted by, from what `output.shard` keeps of them."""

    def with_message(self, error: Any, message: str) -> Any:
        """An entry of the errors with another message."""

    def standing(self, result: Any) -> str | None:
        """The verdict of a result that nothing suppresses."""

    def compared(self, result: Any, *, known: bool) -> Any:
        """A result that was compared with a baseline."""

    def joined(self, shards: Sequence[Json], signed: Sequence[tuple[int, Json]], whole: Whole) -> Json:
        """One document of `whole`. Numbers are those of the `signed` documents added up."""


class _Json:
    name = "json"

    def fits(self, document: Json) -> bool:
        return document.get("version") == 1 and {"tool", "results", "errors", "summary"} <= document.keys()

    def tool(self, document: Json) -> str:
        return str(document["tool"]["version"])

    def shard(self, document: Json) -> Json | None:
        return document.get("shard")

    def skipped(self, document: Json) -> Any:
        return document["summary"]["files_skipped"]

    def controls(self, document: Json) -> Collection[str]:
        found: Json = document["summary"]["controls"]
        return found.keys()

    def lists(self, document: Json) -> Mapping[str, Sequence[Any]]:
        summary = document["summary"]
        return {
            "results": document["results"],
            "errors": document["errors"],
            "not_analysed": summary["not_analysed"],
            "notices": summary["notices"],
        }

    def order(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        *start, unit, fingerprint = key
        return (*start, fingerprint, unit)

    def with_message(self, error: Any, message: str) -> Any:
        return {**error, "message": message}

    def standing(self, result: Any) -> str | None:
        return None if result["suppressed"] is not None else str(result["verdict"])

    def compared(self, result: Any, *, known: bool) -> Any:
        return {**result, "known": known}

    def joined(self, shards: Sequence[Json], signed: Sequence[tuple[int, Json]], whole: Whole) -> Json:
        first = shards[0]
        summary = first["summary"]
        controls = {
            control: {
                what: sum(sign * each["summary"]["controls"][control][what] for sign, each in signed) for what in row
            }
            for control, row in summary["controls"].items()
        }
        for control, known in whole.known.items():
            controls[control]["fail"] -= known
            controls[control]["known"] += known
        merged = {
            **summary,
            "controls": controls,
            "files_read": whole.files,
            "services": sum(sign * each["summary"]["services"] for sign, each in signed),
            "base": whole.base,
            "not_analysed": whole.not_analysed,
            "notices": sorted((*whole.notices, *whole.later), key=self._place),
        }
        document = {**first, "results": whole.results, "errors": whole.errors, "summary": merged}
        del document["shard"]
        return document

    @staticmethod
    def _place(notice: Json) -> tuple[str, int]:
        return notice["path"], notice["line"]


class _Sarif:
    name = "sarif"

    def fits(self, document: Json) -> bool:
        return document.get("version") == "2.1.0" and self._run(document)["tool"]["driver"]["name"] == "aiposture"

    def tool(self, document: Json) -> str:
        return str(self._run(document)["tool"]["driver"]["semanticVersion"])

    def shard(self, document: Json) -> Json | None:
        found: Json | None = self._run(document).get("properties", {}).get("shard")
        return found

    def skipped(self, document: Json) -> Any:
        del document  # SARIF has no such account

    def controls(self, document: Json) -> Collection[str]:
        return {rule["id"] for rule in self._run(document)["tool"]["driver"]["rules"]}

    def lists(self, document: Json) -> Mapping[str, Sequence[Any]]:
        run = self._run(document)
        said = run["invocations"][0]
        execution = said["toolExecutionNotifications"]
        errors = len(run["properties"]["shard"]["errors"])
        return {
            "results": run["results"],
            "errors": execution[:errors],
            "not_analysed": execution[errors:],
            "notices": said["toolConfigurationNotifications"],
        }

    def order(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        return key

    def with_message(self, error: Any, message: str) -> Any:
        return {**error, "message": {**error["message"], "text": message}}

    def standing(self, result: Any) -> str | None:
        return None if "suppressions" in result else str(result["properties"]["verdict"])

    def compared(self, result: Any, *, known: bool) -> Any:
        return {**result, "baselineState": "unchanged" if known else "new"}

    def joined(self, shards: Sequence[Json], signed: Sequence[tuple[int, Json]], whole: Whole) -> Json:
        del signed  # SARIF counts nothing
        run = dict(self._run(shards[0]))
        said = {
            **run["invocations"][0],
            "executionSuccessful": not whole.errors,
            "toolExecutionNotifications": [*whole.errors, *whole.not_analysed],
            "toolConfigurationNotifications": [*whole.notices, *whole.later],
        }
        run.update(invocations=[said], results=whole.results)
        del run["properties"]
        return {**shards[0], "runs": [run]}

    @staticmethod
    def _run(document: Json) -> Json:
        run: Json = document["runs"][0]
        return run


FORMS: tuple[Form, ...] = (_Json(), _Sarif())
