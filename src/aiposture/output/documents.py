"""The two formats that can be put together from parts: where their lists stand, and how a whole one is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

Json = dict[str, Any]


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

    def lists(self, document: Json) -> Mapping[str, Sequence[Any]]:
        """Its results, errors, not_analysed and notices."""

    def order(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        """What results are sorted by, from what `output.shard` keeps of them."""

    def with_message(self, error: Any, message: str) -> Any:
        """An entry of the errors with another message."""

    def joined(  # noqa: PLR0913 - the parts of a report
        self,
        shards: Sequence[Json],
        *,
        signed: Sequence[tuple[int, Json]],
        results: Sequence[Any],
        errors: Sequence[Any],
        not_analysed: Sequence[Any],
        notices: Sequence[Any],
        files: int,
    ) -> Json:
        """One document with these lists. Numbers are those of the `signed` documents added up."""


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

    def joined(  # noqa: PLR0913 - as the protocol has it
        self,
        shards: Sequence[Json],
        *,
        signed: Sequence[tuple[int, Json]],
        results: Sequence[Any],
        errors: Sequence[Any],
        not_analysed: Sequence[Any],
        notices: Sequence[Any],
        files: int,
    ) -> Json:
        first = shards[0]
        summary = first["summary"]
        controls = {
            control: {
                what: sum(sign * each["summary"]["controls"][control][what] for sign, each in signed) for what in row
            }
            for control, row in summary["controls"].items()
        }
        merged = {
            **summary,
            "controls": controls,
            "files_read": files,
            "services": sum(sign * each["summary"]["services"] for sign, each in signed),
            "not_analysed": not_analysed,
            "notices": notices,
        }
        document = {**first, "results": results, "errors": errors, "summary": merged}
        del document["shard"]
        return document


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

    def joined(  # noqa: PLR0913 - as the protocol has it
        self,
        shards: Sequence[Json],
        *,
        signed: Sequence[tuple[int, Json]],
        results: Sequence[Any],
        errors: Sequence[Any],
        not_analysed: Sequence[Any],
        notices: Sequence[Any],
        files: int,
    ) -> Json:
        del signed, files  # SARIF counts nothing
        run = dict(self._run(shards[0]))
        said = {
            **run["invocations"][0],
            "executionSuccessful": not errors,
            "toolExecutionNotifications": [*errors, *not_analysed],
            "toolConfigurationNotifications": notices,
        }
        run.update(invocations=[said], results=results)
        del run["properties"]
        return {**shards[0], "runs": [run]}

    @staticmethod
    def _run(document: Json) -> Json:
        run: Json = document["runs"][0]
        return run


FORMS: tuple[Form, ...] = (_Json(), _Sarif())
