"""Bicep that is hostile, before the user's own compiler: each file has its error or its verdicts, and so have the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aiposture.readers.bicep.compiler import Compiler

DEEP = 10_000
ACCOUNT = """resource a 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: 'a'
  location: 'x'
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: { publicNetworkAccess: 'Enabled' }
}
"""
# What is said of a file; None if it is judged.
FILES: dict[str, tuple[str | bytes, str | None]] = {
    "arrays": (f"{ACCOUNT}var x = {'[' * DEEP}{']' * DEEP}\n", "the Bicep compiler"),
    # As deep as the compiler allows.
    "arrays nested in metadata": (f"@metadata({{ d: {'[' * 505}{']' * 505} }})\nparam p string = 'a'\n{ACCOUNT}", None),
    "brackets": (f"{ACCOUNT}var x = {'(' * DEEP}1{')' * DEEP}\n", "the Bicep compiler"),
    "texts": (f"{ACCOUNT}var x = '{'${a.name}' * 50_000}'\n", "the Bicep compiler"),
    "a megabyte on a line": (f"{ACCOUNT}var x = '{'x' * 1_000_000}'\n", "the Bicep compiler"),
    "an open text": (f"{ACCOUNT}var x = 'abc\n", "not terminated"),
    "an open comment": (f"{ACCOUNT}/* abc\n", "not terminated"),
    "itself": (f"{ACCOUNT}module m 'main.bicep' = {{\n  name: 'm'\n}}\n", "references itself"),
    "outside": (f"{ACCOUNT}output o string = loadTextContent('{'../' * 30}etc/passwd')\n", "leads-out-of-the-scanned-tree"),
    "a NUL": (f"{ACCOUNT}var x = '\0'\n", None),
    "lone CR": (ACCOUNT.replace("\n", "\r"), None),
    "a byte order mark": ("\ufeff" + ACCOUNT, None),
    "UTF-16": (ACCOUNT.encode("utf-16"), None),
    "no UTF-8": (ACCOUNT.encode() + b"var x = '\xff'\n", None),
    "a huge range": (ACCOUNT.replace("= {\n  name: 'a'", "= [for i in range(0, 1000000000): {\n  name: 'a${i}'").rstrip() + "]\n", None),
    "texts that double": (f"{ACCOUNT}var v0 = 'xxxx'\n" + "".join(f"var v{at + 1} = '${{v{at}}}${{v{at}}}'\n" for at in range(60)) + "output o string = v60\n", None),
    "a hostile configuration": (ACCOUNT, None),
}  # fmt: skip
CONFIGURATION = (
    "/*" * 50_000
    + '{"cacheRootDirectory": "/tmp/pwned", "moduleAliases": {"br": {"x": {"registry": 7}}}, "x": '
    + "[" * 5_000
)


def test_hostile_bicep(tmp_path: Path) -> None:
    found = Compiler.find(None, os.environ)
    if found is None:
        pytest.skip("no Bicep compiler: set AIPOSTURE_BICEP, or put bicep on PATH")
    for name, (content, _) in FILES.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.bicep").write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "a hostile configuration/bicepconfig.json").write_text(CONFIGURATION)
    done = subprocess.run(
        [sys.executable, "-m", "aiposture", "check", ".", "--no-cache", "--format=json", "--bicep", found.path],
        capture_output=True, text=True, cwd=tmp_path, check=False, timeout=900,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    report = json.loads(done.stdout)
    judged = {result["location"]["path"].partition("/")[0] for result in report["results"]}
    errors = {error["path"].partition("/")[0]: error["message"] for error in report["errors"]}
    assert judged == {name for name, (_, error) in FILES.items() if error is None}
    assert errors.keys() == FILES.keys() - judged
    assert {
        name: errors[name]
        for name, (_, error) in FILES.items()
        if error is not None and not any(part in errors[name] for part in error.split("|"))
    } == {}
    assert "root:" not in done.stdout
    assert not Path("/tmp/pwned").exists()
