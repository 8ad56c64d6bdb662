"""Which resource of its unit a property of Google Cloud names: by a reference, or by the literal name of a store."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aiposture.links.addresses import without_indexes
from aiposture.links.names import literal
from aiposture.model import Reference, Resource, Unknown, Value

# Stores that other resources name by a text, with the property that holds it.
_NAMES = {"google_storage_bucket": "name", "google_bigquery_dataset": "dataset_id"}


class Named:
    """The resources of some types, found by what other resources say of them."""

    def __init__(self, resources: Sequence[Resource], types: Collection[str]) -> None:
        """`resources` are all those of the scan; those that are not made there are left out."""
        self._by_address: dict[tuple[str, str], Resource] = {}
        self._by_name: dict[tuple[str, str], Resource] = {}
        for each in resources:
            if each.type in types and each.mode == "managed" and each.exists is not False:
                self._by_address[each.unit, each.address] = each
                self._by_address.setdefault((each.unit, without_indexes(each.address)), each)
                name = literal(each.get(_NAMES[each.type])) if each.type in _NAMES else None
                if name is not None:
                    self._by_name[each.unit, name] = each

    def find(self, value: Value | None, unit: str) -> Resource | None:
        """The resource that `value` names or is made from; None if it stands elsewhere, or could be several."""
        if value is None:
            return None
        data = value.data
        if isinstance(data, str):
            return self._by_name.get((unit, _store_in(data.casefold())))
        found = {each.address: each for each in self._referred(data, unit)}
        return next(iter(found.values())) if len(found) == 1 else None

    def _referred(self, data: object, unit: str) -> list[Resource]:
        if not isinstance(data, Unknown) or data.alternatives:
            return []
        references = [data] if isinstance(data, Reference) else []
        addresses = [each.address for each in (*references, *data.references) if each.address]
        found = (self._at(address, unit) for address in addresses)
        return [each for each in found if each is not None]

    def _at(self, address: str, unit: str) -> Resource | None:
        return self._by_address.get((unit, address)) or self._by_address.get((unit, without_indexes(address)))


def _store_in(text: str) -> str:
    """The name of a bucket or dataset, alone or in an address: `gs://bucket/folder`, `bq://project.dataset.table`."""
    if text.startswith("bq://"):
        return (*text.split("."), "")[1]
    return text.removeprefix("gs://").partition("/")[0]
