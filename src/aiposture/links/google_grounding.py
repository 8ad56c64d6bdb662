"""What AI services of Google Cloud are grounded on: buckets and datasets, and whom the same code lets read them.

Only what stands in one unit is joined. A bucket that prevents public access lets nobody in, whatever it grants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aiposture.google_grants import principals
from aiposture.links.google_references import Named
from aiposture.model import AIService, Fact, Resource, Value

# Where a service says what it reads.
READERS: dict[str, tuple[str | int, ...]] = {
    "google_vertex_ai_index": ("metadata", 0, "contents_delta_uri"),
    "google_vertex_ai_feature_group": ("big_query", 0, "big_query_source", 0, "input_uri"),
    "google_vertex_ai_feature_online_store_featureview": ("big_query_source", 0, "uri"),
}
_BUCKET, _DATASET, _TABLE = "google_storage_bucket", "google_bigquery_dataset", "google_bigquery_table"
_STORES = frozenset({_BUCKET, _DATASET, _TABLE})

# Per grant: what names the store, and the properties that hold those whom it lets in.
GRANTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "google_storage_bucket_iam_member": ("bucket", ("member",)),
    "google_storage_bucket_iam_binding": ("bucket", ("members",)),
    "google_storage_bucket_access_control": ("bucket", ("entity",)),
    "google_storage_bucket_acl": ("bucket", ("role_entity", "predefined_acl")),
    "google_bigquery_dataset_iam_member": ("dataset_id", ("member",)),
    "google_bigquery_dataset_iam_binding": ("dataset_id", ("members",)),
    "google_bigquery_dataset_access": ("dataset_id", ("special_group", "iam_member")),
}
_IN_DATASET = ("special_group", "iam_member")

WANTED: frozenset[str] = frozenset({*READERS, *_STORES, *GRANTS})

_KIND, _TITLE = "google-ai-data", "Grant on the data of an AI service"

# What lists of access call everybody, as members of a policy do.
_WORDS = {
    "publicread": "allUsers", "publicreadwrite": "allUsers", "authenticatedread": "allAuthenticatedUsers",
    "iammember:allusers": "allUsers",
}  # fmt: skip


def services(resources: Sequence[Resource]) -> list[AIService]:
    """The grants among `resources` on what an AI service of the same unit reads, with those whom they let in."""
    stores = Named(resources, _STORES)
    read = {(store.unit, store.address) for store in _read(resources, stores)}
    if not read:
        return []
    return [
        AIService(_KIND, _TITLE, resource, principals=facts)
        for resource in resources
        if resource.mode == "managed" and resource.exists is not False
        for store in (_granted(resource, stores),)
        if store is not None and (store.unit, store.address) in read
        for facts in (_facts(resource, store),)
        if facts
    ]


def _read(resources: Sequence[Resource], stores: Named) -> Iterator[Resource]:
    for resource in resources:
        path = READERS.get(resource.type)
        if path is not None and resource.mode == "managed" and resource.exists is not False:
            store = stores.find(resource.get(*path), resource.unit)
            if store is not None and store.type == _TABLE:
                store = stores.find(store.get("dataset_id"), resource.unit)
            if store is not None:
                yield store


def _granted(resource: Resource, stores: Named) -> Resource | None:
    if resource.type == _DATASET:
        return resource
    names = GRANTS.get(resource.type)
    return None if names is None else stores.find(resource.get(names[0]), resource.unit)


def _facts(resource: Resource, store: Resource) -> tuple[Fact, ...]:
    members = list(_members(resource))
    if not members:
        return ()
    facts = principals(members[0][0], [member for _, member in members])
    prevented = store.get("public_access_prevention")
    if prevented is not None and str(prevented.data).casefold() == "enforced":
        return tuple(fact._replace(value="named", possible=("named",)) for fact in facts[:1])
    return facts


def _members(resource: Resource) -> Iterator[tuple[str, Value]]:
    if resource.type == _DATASET:
        blocks = resource.get("access")
        for block in blocks.items() if blocks is not None else ():
            for name in _IN_DATASET:
                member = block.get(name)
                if member is not None:
                    yield f"access.{name}", _as_member(member)
        return
    for name in GRANTS[resource.type][1]:
        value = resource.get(name)
        for member in () if value is None else value.data if isinstance(value.data, tuple) else (value,):
            yield name, _as_member(member)


def _as_member(value: Value) -> Value:
    """A principal as policies call it: lists of access write `READER:allUsers`, and have words for everybody."""
    if not isinstance(value.data, str):
        return value
    word = value.data.strip()
    return value.with_data(_WORDS.get(word.casefold(), word.rpartition(":")[2] if "@" not in word else word))
