"""Records which arguments of Google's provider our tables name, after its documentation, for a test without network.

    python tools/record_google_arguments.py DOCS [DOCS ...]    # writes tests/services/google_arguments.json

DOCS are directories `website/docs/r` of hashicorp/google or google-beta at the version in VERSION; the first that
has a page for a type counts. It stops at a name that no page has, and records nothing then.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from aiposture import services
from aiposture.links import google_accounts, google_grounding, google_paths

VERSION = "7.45.0"
RECORDED = Path(__file__).parent.parent / "tests" / "services" / "google_arguments.json"

# Their members are named by users.
MAPS = {"metadata", "request_headers", "custom_headers", "environment_variables"}
COMPUTED = {("google_apikeys_key", "key_string"), ("google_service_account_key", "private_key")}

_ARGUMENT = re.compile(r"^\* +((?:`[\w/]+`(?: or )?)+)(.*?)(?=^\* +`|^<a |^## |\Z)", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r'<a (?:name|id)="(\w+)">\s*</a>(.*?)(?=<a (?:name|id)="|^## |\Z)', re.MULTILINE | re.DOTALL)
_VALUES = re.compile(r"Possible values are: ((?:`[^`]+`(?:, | and |, and )?)+)")
_IAM = re.compile(r"_iam_(?:member|binding|policy)$")


def named() -> dict[str, set[str]]:
    """The arguments that tables and joins name, by resource type."""
    found: dict[str, set[str]] = {}
    for row in services.rows():
        for type_ in row.types:
            if type_.startswith("google_"):
                found.setdefault(type_, set()).update(row.properties)
    paths: tuple[Mapping[str, tuple[str | int, ...]], ...] = (
        google_accounts.ACCOUNTS, google_grounding.READERS, google_paths.NOTEBOOKS,
    )  # fmt: skip
    for table in paths:
        for type_, path in table.items():
            found.setdefault(type_, set()).add(".".join(part for part in path if isinstance(part, str)))
    for type_, (store, members) in google_grounding.GRANTS.items():
        found.setdefault(type_, set()).update((store, *members))
    for type_, arguments in _OF_JOINS.items():
        found.setdefault(type_, set()).update(arguments)
    return found


_OF_JOINS = {
    "google_access_context_manager_service_perimeter": ("perimeter_type", "status.restricted_services"),
    "google_bigquery_dataset": ("dataset_id", "access.special_group", "access.iam_member"),
    "google_bigquery_table": ("dataset_id",),
    "google_compute_global_forwarding_rule": ("target",),
    "google_compute_subnetwork": ("private_ip_google_access",),
    "google_discovery_engine_cmek_config": ("location", "set_default"),
    "google_project_iam_custom_role": ("permissions",),
    "google_organization_iam_custom_role": ("permissions",),
    "google_service_account_key": ("service_account_id",),
    "google_storage_bucket": ("name", "public_access_prevention"),
}


def lookup(page: str, path: str) -> list[str] | None:
    """The values that an argument can take, as far as the page lists them; None if it has no such argument."""
    sections = dict(_SECTION.findall(page))
    text, values = page.partition("## Argument")[2].partition("<a ")[0] or page, None
    for part in path.split("."):
        found = next((rest for names, rest in _ARGUMENT.findall(text) if part in re.findall(r"\w+", names)), None)
        if found is None:
            return None
        listed = _VALUES.search(found)
        values = re.findall(r"`([^`]+)`", listed[1]) if listed else []
        if part in MAPS:
            return values
        below = re.search(r"\(#(\w+)\)", found)
        text = sections.get(below[1], "") if below else sections.get(f"nested_{part}", text)
    return values


def pages(type_: str, roots: list[Path]) -> Iterator[str]:
    """The pages that can document a type: some are called after the service, and those of IAM after the resource."""
    name = _IAM.sub("_iam", type_)
    for root in roots:
        for stem in (name.removeprefix("google_"), name, f"{name.removeprefix('google_')}_iam"):
            page = root / f"{stem}.html.markdown"
            if page.is_file():
                yield page.read_text(encoding="utf-8")


def main() -> int:
    """Record all arguments, or say which are none."""
    roots = [Path(argument) for argument in sys.argv[1:]]
    recorded: dict[str, dict[str, list[str]]] = {}
    wrong = 0
    for type_, arguments in sorted(named().items()):
        for path in sorted(arguments):
            values = next((found for page in pages(type_, roots) if (found := lookup(page, path)) is not None), None)
            if values is None and (type_, path) not in COMPUTED:
                print(f"{type_} has no argument {path}")
                wrong += 1
            recorded.setdefault(type_, {})[path] = values or []
    if wrong:
        return 1
    RECORDED.write_text(json.dumps({"version": VERSION, "types": recorded}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
