from __future__ import annotations

from pathlib import Path

import pytest

from aiposture import services
from aiposture.discover import discover
from aiposture.files import Tree
from aiposture.model import Reading, SourceError
from aiposture.omissions import omissions
from aiposture.reading import Inputs, Readers

FIXTURES = Path(__file__).parent.parent / "fixtures"
HEADER = 'resource "azurerm_cognitive_account" "a" {\n'


def test_the_fixtures_leave_nothing_out() -> None:
    tree = Tree(FIXTURES)
    units = [unit for unit in discover(tree, [""], tokens=("",)).units if unit.dialect == "terraform"]
    with Readers(tree, Inputs(), services.wanted) as readers:
        found = [error for unit in units for error in omissions(tree, readers.read(unit), services.wanted)]
    assert len(units) > 50
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "# " + HEADER,
        "/*\n" + HEADER + "}\n*/",
        "x = <<-EOT\n" + HEADER + "}\nEOT\n",
        'data "azurerm_cognitive_account" "a" {\n}',
        'resource "azurerm_resource_group" "a" {\n}',
        "removed {\n  from = azurerm_cognitive_account.a\n}",
        'variable "x" {\n  default = "resource \\"azurerm_cognitive_account\\" \\"a\\" {"\n}',
    ],
)
def test_what_is_no_resource(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.tf").write_text(text)
    assert list(omissions(Tree(tmp_path), Reading(files=frozenset({"main.tf"})), services.wanted)) == []


def test_what_no_reader_gave(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("/* a\nb */\n" + HEADER + "}\n")
    reading = Reading(files=frozenset({"main.tf"}))
    error = SourceError("main.tf", 3, "mentions azurerm_cognitive_account here, but nothing could be read of it")
    assert list(omissions(Tree(tmp_path), reading, services.wanted)) == [error]
    told = Reading(files=reading.files, errors=(SourceError("main.tf", 1, "syntax error"),))
    assert list(omissions(Tree(tmp_path), told, services.wanted)) == []
