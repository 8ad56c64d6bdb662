"""One small thing very often: what once cost a time that grew with the square of the size. See tools/fuzz.py --repeat."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import fuzz

from aiposture import aws_policies
from aiposture.model import Location, Unknown, Value
from aiposture.readers.terraform import syntax

SECONDS = 6  # of the processor: each takes about one, and took at least twenty
ACCOUNT = 'resource "azurerm_cognitive_account" "a" {\n  kind = "OpenAI"\n%s}\n'
BICEP = "resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  kind: 'OpenAI'\n%s}\n"


def blocks(count: int) -> str:
    body = {"kind": "OpenAI", **{f"b{number}": [{"x": 1}] for number in range(count)}}
    return json.dumps({"resource": {"azurerm_cognitive_account": {"a": body}}})


@pytest.mark.parametrize(
    ("reader", "name", "text"),
    [
        ("bicep", "main.bicep", BICEP % ("  parent" + "\n " * 20_000 + ": x")),
        ("bicep", "main.bicep", BICEP % ("  x: #disable-next-line x" + "#a " * 60_000)),
        ("terraform", "main.tf", ACCOUNT % ("  x = <<-EOT\n" + "x\n" * 120_000 + "  EOT\n")),
        ("terraform", "main.tf", ACCOUNT % ("  x = var.a" + " ? 1 : 2" * 30_000 + "\n")),
        ("terraform", "main.tf.json", blocks(6_000)),
        ("terraform", "main.tf", ACCOUNT % "  count = 800\n" + "".join(f'output "o{at}" {{\n  value = azurerm_cognitive_account.a[{at}].id\n}}\n' for at in range(2000))),
        ("suppressions", "main.tf", "".join(f"# aiposture:ignore[AIX{at}] x\n" for at in range(20_000))),
        ("terraform", "main.tf", ACCOUNT % ("  # checkov:skip=AIS401:x\n" * 40_000)),
    ],
    ids=["Bicep, line ends", "Bicep, directives that are none", "lines of a text", "conditions", "blocks of many types", "references to instances", "ids that are none", "comments"],
)  # fmt: skip
def test_time_grows_with_the_size(reader: str, name: str, text: str) -> None:
    assert fuzz.timed(reader, {name: text.encode()}, SECONDS) < SECONDS


def test_time_grows_with_the_holes_of_a_policy() -> None:
    holes = '"${a}", ${b}, "\\"${c}", ' * 8_000
    text = f'{{"Statement": [{{"Effect": "Allow", "Action": [{holes}"x"]}}]}}'
    started = time.process_time()
    found = aws_policies.document(Value(Unknown(text, "is not known"), Location("main.tf", 1, 1, 1, 2)))
    assert time.process_time() - started < 2
    assert found["Statement"][0]["Action"][:4] == ["${a}", "${b}", '"${c}', "${a}"]


def test_many_comments_are_found_as_few_are() -> None:
    rest = (
        '  x = "# checkov:skip=AIS401:x" /* aiposture:ignore[AIS401] é */\n  y = <<EOT\n# checkov:skip=AIS401:x\nEOT\n'
    )
    few, many = (
        [comment.text for comment in syntax.parse("main.tf", (ACCOUNT % (line * times + rest)).encode()).comments]
        for line, times in [("  # checkov:skip=AIS401:x\n", 2), ("  # checkov:skip=AIS401:x\n", 200)]
    )
    assert few == ["# checkov:skip=AIS401:x"] * 2 + ["/* aiposture:ignore[AIS401] é */"]
    assert many == ["# checkov:skip=AIS401:x"] * 200 + ["/* aiposture:ignore[AIS401] é */"]
