"""What is a secret in the code is in no report, be it told by its name or by its shape."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from aiposture.files import Tree
from aiposture.lines import line_reader
from aiposture.model import Location, SourceError, Verdict
from aiposture.options import ScanOptions
from aiposture.output import formats, snippet
from aiposture.output.mask import MASK, is_secret_name, masked_line, without_keys, without_literals, without_shapes
from aiposture.output.quoted import error_without_secrets
from aiposture.output.style import Style
from aiposture.scan import scan

CANARY = re.compile(r"CANARY\d*")


def _files() -> dict[str, str]:
    return _canaries().FILES


def _canaries() -> ModuleType:
    spec = importlib.util.spec_from_file_location("canaries", Path(__file__).with_name("canaries.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _broken_files() -> dict[str, str]:
    return _canaries().BROKEN


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    directory = tmp_path_factory.mktemp("canaries")
    for name, text in _files().items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(text)
    found = scan(ScanOptions(paths=(str(directory),)))
    assert not found.errors
    return found


def test_the_canaries_are_where_findings_point(report) -> None:
    """The test below could not fail if no report came near them."""
    lines = {
        finding.location.path: Path(report.root, finding.location.path).read_text().split("\n")
        for finding in report.findings
    }
    shown = [lines[finding.location.path][finding.location.line - 1] for finding in report.findings]
    assert len({canary for line in shown for canary in CANARY.findall(line)}) >= 10


@pytest.mark.parametrize("name", formats.NAMES)
def test_no_format_prints_a_secret(report, name: str) -> None:
    style = Style(read_lines=line_reader(Tree(report.root)), show=list(Verdict))
    text = formats.render(name, report, style)
    assert CANARY.findall(text) == []
    if name in ("text", "sarif"):
        assert MASK in text


KEY_44 = "q7Xv9Zk2" * 5 + "abc="
KEY_88 = "q7Xv9Zk2" * 10 + "abcdef=="


@pytest.mark.parametrize(
    "text",
    [
        "azurerm_cognitive_account.a", "Microsoft.CognitiveServices/accounts", "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/x/providers/Microsoft.Search/searchServices/y",
        "arn:aws:iam::123456789012:role/service-role/AmazonSageMakerServiceRole", "https://example.com/a?b=c",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 'module.a["x"].b', "sk-1",
    ],
)  # fmt: skip
def test_what_is_no_key_stays(text: str) -> None:
    assert without_shapes(text) == text


@pytest.mark.parametrize(
    "secret",
    [
        KEY_44, KEY_88, "AKIA" + "ABCDEFGHIJKLMNOP", "AIza" + "x" * 35, "sk-" + "a1" * 20, "hf_" + "a1" * 17, "ghp_" + "a1" * 18,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijk", "a1B2" * 13 + "JQQJ99" + "a1B2c3" * 4 + "xy",
    ],
)  # fmt: skip
def test_what_has_the_shape_of_a_key_goes(secret: str) -> None:
    assert without_shapes(f"x = '{secret}' here") == f"x = '{MASK}' here"


KEY_32 = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"


@pytest.mark.parametrize("quotes", ['""', "''", "``", "  ", ('\\"', '\\"'), ("&quot;", "&quot;"), "=;"])
def test_a_hexadecimal_key_that_stands_alone_goes(quotes) -> None:
    before, after = quotes
    assert without_keys(f"x = {before}{KEY_32}{after} y") == f"x = {before}{MASK}{after} y"


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY_32}0000abcd", f"sha256:{KEY_32}", f"/subscriptions/{KEY_32}", f"{KEY_32}.blob.core.windows.net", f"a-{KEY_32}",
        "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", f"{KEY_32[:-1]}g",
    ],
)  # fmt: skip
def test_a_hexadecimal_part_of_something_stays(text: str) -> None:
    assert without_keys(f'"{text}"') == f'"{text}"'


def test_our_own_fingerprints_stay() -> None:
    assert without_keys(f'"{KEY_32}"', {KEY_32}) == f'"{KEY_32}"'


@pytest.mark.parametrize(
    ("line", "message", "expected"),
    [
        ("param apiKey int = 'hunter2'", "expected \"int\" but it is \"'hunter2'\" (BCP033)", f"expected \"int\" but it is \"'{MASK}'\" (BCP033)"),
        ('password = "hunter2hunter2" x', 'syntax error at `password = "hunter2hun`', f'syntax error at `password = "{MASK}`'),
        (f"  kind: '{KEY_32}'", f"it is \"'{KEY_32}'\"", f"it is \"'{MASK}'\""),
        ("kind = 'OpenAI'", "it is \"'OpenAI'\"", "it is \"'OpenAI'\""),
    ],
)  # fmt: skip
def test_an_error_in_the_words_of_others_quotes_no_secret(line: str, message: str, expected: str) -> None:
    error = error_without_secrets(SourceError("f", 1, message), lambda _: [line])
    assert error == SourceError("f", 1, expected)


@pytest.mark.parametrize("name", formats.NAMES)
def test_no_error_prints_a_secret(broken, name: str) -> None:
    report, told = broken
    style = Style(read_lines=line_reader(Tree(report.root)), show=list(Verdict))
    text = formats.render(name, report, style)
    assert (
        len({error.path for error in report.errors}) == len(_broken_files()) - 1
    )  # all but the one beside the variables
    assert CANARY.findall(text) == []
    assert CANARY.findall(told) == []


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """The report on files that are broken where a secret stands, and what the command says of them."""
    directory = tmp_path_factory.mktemp("broken")
    for name, text in _broken_files().items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(text)
    command = [
        sys.executable,
        "-m",
        "aiposture",
        "check",
        str(directory),
        "--no-cache",
        "--format=json",
        "--show=pass,fail,unknown",
    ]
    summary = directory.parent / "summary.md"
    done = subprocess.run([*command, f"--output=markdown={summary}"], capture_output=True, text=True, check=False)
    return scan(ScanOptions(paths=(str(directory),))), done.stdout + done.stderr + summary.read_text()


def test_the_secret_parts_of_addresses_and_connection_strings_go() -> None:
    text = "Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=abc123=;EntityPath=p"
    assert without_shapes(text) == f"Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey={MASK};EntityPath=p"
    assert without_shapes("git::https://me:pass@example.com/x.git") == f"git::https://{MASK}@example.com/x.git"
    assert without_shapes("https://x/y?sv=1&sig=abc%3D&se=2") == f"https://x/y?sv=1&sig={MASK}&se=2"


@pytest.mark.parametrize(
    ("lines", "number", "expected"),
    [
        # what is no secret stays
        (['location = "westeurope"'], 0, 'location = "westeurope"'),
        (["primary_key = azurerm_search_service.a.primary_key"], 0, "primary_key = azurerm_search_service.a.primary_key"),
        (['key_vault_id = "/subscriptions/x"'], 0, 'key_vault_id = "/subscriptions/x"'),
        (["shared_access_key_enabled = true"], 0, "shared_access_key_enabled = true"),
        (["OPENAI_KEY: !Ref ApiKey"], 0, "OPENAI_KEY: !Ref ApiKey"),
        (['api_key = var.keys["openai"]'], 0, 'api_key = var.keys["openai"]'),
        (["key: '@Microsoft.KeyVault(SecretUri=https://x)'"], 0, "key: '@Microsoft.KeyVault(SecretUri=https://x)'"),
        (['x = var.api_key != ""'], 0, 'x = var.api_key != ""'),
        (['x = var.kind == "OpenAI"'], 0, 'x = var.kind == "OpenAI"'),
        (['api_key = "${var.key}"'], 0, 'api_key = "${var.key}"'),
        (['variable "location" {', '  default = "westeurope"', "}"], 1, '  default = "westeurope"'),
        (['variable "api_key" {', '  default = "x"', "}", 'variable "b" {', '  default = "shown"', "}"], 4, '  default = "shown"'),
        # what is one goes
        (['api_key = "hunter2"'], 0, f'api_key = "{MASK}"'),
        (['"apiKey": "hunter2",'], 0, f'"apiKey": "{MASK}",'),
        (["ApiKey: hunter2"], 0, f"ApiKey: {MASK}"),
        (["apiKey: 'hunter2'"], 0, f"apiKey: '{MASK}'"),
        (['password = "not closed'], 0, f'password = "{MASK}'),
        (['api_key = var.x ? "hunter2" : "hunter3"'], 0, f'api_key = var.x ? "{MASK}" : "{MASK}"'),
        (['x = var.api_key == "hunter2" ? 1 : 2'], 0, f'x = var.api_key == "{MASK}" ? 1 : 2'),
        (["x: apiKey != 'hunter2'"], 0, f"x: apiKey != '{MASK}'"),
        (['api_key = coalesce(var.x, "hunter2")'], 0, f'api_key = coalesce(var.x, "{MASK}")'),
        (['settings = { A_KEY = "hunter2", b = 1 }'], 0, f'settings = {{ A_KEY = "{MASK}", b = 1 }}'),
        (['variable "api_key" {', '  default = "hunter2"', "}"], 1, f'  default = "{MASK}"'),
        (['variable "x" {', "  sensitive = true", '  default = "hunter2"', "}"], 2, f'  default = "{MASK}"'),
        (["{", "  name: 'OPENAI_KEY'", "  value: 'hunter2'", "}"], 2, f"  value: '{MASK}'"),
        (["@secure()", "param x string = 'hunter2'"], 1, f"param x string = '{MASK}'"),
        (["param apiKey string = 'hunter2'"], 0, f"param apiKey string = '{MASK}'"),
        (["  ApiKey:", "    Type: String", "    Default: hunter2"], 2, f"    Default: {MASK}"),
        (["keys = [", '  "hunter2",', "]"], 1, f'  "{MASK}",'),
        (["  api_key = <<-EOT", "    hunter2 and more", "  EOT"], 1, f"    {MASK}"),
    ],
)  # fmt: skip
def test_lines(lines: list[str], number: int, expected: str) -> None:
    line = masked_line(lines, number, (0, len(lines[number])))
    assert line.part(0, len(lines[number])) == expected


def test_a_part_of_a_secret_is_masked_as_a_whole() -> None:
    line = masked_line(['api_key = "hunter2hunter2"'], 0, (15, 20))
    assert line.part(15, 20) == MASK
    assert line.part(0, 13) == f'api_key = "{MASK}'


def test_a_place_that_is_said_to_be_secret() -> None:
    line = masked_line(['  k = "hunter2"'], 0, (2, 15), secret=True)
    assert line.part(0, 15) == f'  k = "{MASK}"'


def test_expressions() -> None:
    assert without_literals('coalesce(var.a, "hunter2")') == f'coalesce(var.a, "{MASK}")'
    assert without_literals("hunter2${listKeys('x').key1}") == MASK + "${listKeys('x').key1}"


@pytest.mark.parametrize(
    "name", ["a.api_key", "apiKey", "keys[0]", "environment.HF_TOKEN", "connectionString", "key1", "adminPassword"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["keyvault", "key_vault_id", "shared_access_key_enabled", "tokens_per_minute", "monkey_business", "kind"]
)
def test_names_of_no_secrets(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a=" * 500_000,
        '"' * 1_000_000,
        "[" * 1_000_000,
        "key = " + "'\\" * 500_000,
        " " * 1_000_000,
        "-----BEGIN " * 100_000,
    ],
)
def test_long_lines_cost_little(text: str) -> None:
    import time

    started = time.process_time()
    masked_line([text] * 50, 25, (500_000, 500_010))
    without_shapes(text[:200_000])
    assert time.process_time() - started < 5


def test_the_underline_fits_what_is_shown() -> None:
    lines = ['api_key = "hunter2hunter2hunter2" # x']
    location = Location("a", 1, 11, 1, 34)
    line = snippet.source_line(location, lambda _: lines)
    assert line is not None
    assert snippet.stretch(line, location) == ("api_key = ", f'"{MASK}"', " # x")


def test_the_report_of_a_program_is_still_json(report) -> None:
    for name in ("json", "sarif", "gitlab"):
        json.loads(partial(formats.render, name)(report, Style()))
