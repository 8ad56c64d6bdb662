"""Every argument that a table or a join names for Google Cloud is one, and so is every value of an enumeration.

The arguments were looked up in the provider's documentation by tools/record_google_arguments.py, which records no
name that is not there: whoever adds one runs it on the documentation.
"""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from aiposture import services
from aiposture.services.table import Cell, Choice

HERE = Path(__file__).parent
RECORDED = json.loads((HERE / "google_arguments.json").read_text(encoding="utf-8"))
TOOL = runpy.run_path(str(HERE.parent.parent / "tools" / "record_google_arguments.py"), run_name="tool")


def test_every_argument_is_recorded() -> None:
    named = {type_: sorted(arguments) for type_, arguments in TOOL["named"]().items()}

    assert named == {type_: sorted(arguments) for type_, arguments in RECORDED["types"].items()}
    assert RECORDED["version"] == TOOL["VERSION"]


PAGE = """
## Argument Reference

* `disk` - (Optional)
  Structure is [documented below](#nested_disk).

* `member/members` - (Required) Who.

<a name="nested_disk"></a>The `disk` block supports:

* `encryption` -
  Possible values are: `GMEK`, `CMEK`.

* `metadata` - (Optional) A map.

## Attributes Reference
"""


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("disk.encryption", ["GMEK", "CMEK"]),
        ("disk.metadata.anything-at-all", []),
        ("members", []),
        ("disk.encrypton", None),
        ("encryption", None),
        ("disc.encryption", None),
    ],
)
def test_lookup_in_a_page(path: str, values: list[str] | None) -> None:
    assert TOOL["lookup"](PAGE, path) == values


ENUMERATIONS = {
    (type_, prop.name): prop.read
    for service in services.all_services()
    for binding in service.bindings
    for type_ in binding.types
    if type_.startswith("google_")
    for cell in (
        *(
            getattr(binding, facet)
            for facet in ("public_access", "private_network", "callers", "identity", "root_access")
        ),
        *(cell for protection in binding.protections.values() for cell in protection.cells),
    )
    if isinstance(cell, Cell)
    for prop in cell.props
    if isinstance(prop.read, Choice) and RECORDED["types"][type_][prop.name]
}


def test_there_are_enumerations() -> None:
    assert len(ENUMERATIONS) > 5


@pytest.mark.parametrize(("type_", "name"), ENUMERATIONS)
def test_every_value_of_an_enumeration_is_known(type_: str, name: str) -> None:
    read, values = ENUMERATIONS[type_, name], RECORDED["types"][type_][name]
    unknown = [value for value in values if not isinstance(read(value), (str, bool, type(None)))]

    assert [value for value in unknown if "UNSPECIFIED" not in value] == []
    assert {word.casefold() for word in read._spelled} - {"true", "false"} <= {
        value.casefold() for value in values
    } | OLDER


OLDER = {"disk_encryption_unspecified"}
"""Named by the API, and no longer by the documentation."""
