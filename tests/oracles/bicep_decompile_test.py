"""The ARM fixtures, held against what Azure's resource types allow: decompiled to Bicep, and compiled again.

All templates go in one, a nested deployment each, for the compiler takes its time to start.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aiposture.readers.arm import json_values

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "engine"))

from engine import COMPILER, NO_COMPILER  # noqa: E402 - the line above finds it
from made_up import SCHEMA  # noqa: E402 - as above

pytestmark = pytest.mark.skipif(not COMPILER, reason=NO_COMPILER)

FIXTURES = HERE.parents[1] / "fixtures"
LINE = re.compile(r"nested_(f\d+)\w*\.bicep\(\d+,\d+\) : \w+ (BCP036|BCP037|BCP081|BCP089): The property \"(\w+)\"")
NOT_DECOMPILED = {
    "private-endpoints/arm.json": "two loops that say the same",
    "traps-arm/T09-nested-deployment-inner-scope/main.json": "arguments in one expression",
    "traps-arm/T10-symbolic-names/main.json": "symbolic names",
    "traps-arm/language-of-the-outer-template/main.json": "symbolic names",
    "traps-arm/element-without-type/main.json": "an element without a type",
    "traps-arm/linked-templates/main.json": "links that lead nowhere",
}
"""What the decompiler cannot do, and is in these."""
WANTED = {
    ("any-source-rules/arm.json", "BCP037", "networkAcls"),  # rules that this version of the API does not have
    ("identity-based-auth/arm.json", "BCP036", "disableLocalAuth"),  # a text where a truth value is meant
    ("identity-based-auth/arm.json", "BCP037", "disableLocalAuth"),  # from before the property existed
    ("managed-identity/arm.json", "BCP036", "type"),  # an empty type
    ("traps-arm/T01-identity-none/main.json", "BCP036", "type"),  # an empty type
    ("traps-arm/variable-with-a-member-value/main.json", "BCP037", "value"),  # the trap itself
}
"""What a trap wants, though Azure's types do not allow it."""


def templates() -> dict[str, object]:
    found = {}
    for path in sorted(FIXTURES.rglob("*.json*")):
        data = path.read_bytes()
        if b"deploymenttemplate.json#" in data.replace(b"\0", b"").lower():
            found[path.relative_to(FIXTURES).as_posix()] = json_values.parse(data, path.name).plain()
    return found


def bicep(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(folder)}
    command = [str(COMPILER), *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def test_fixtures_are_what_azure_takes(tmp_path):
    found = templates()
    names = {f"f{number}": path for number, path in enumerate(found)}
    inner = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}}
    resources = [
        {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": name,
            "properties": {**inner, "template": found[path]},
        }
        for name, path in names.items()
        if path not in NOT_DECOMPILED
    ]
    template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}
    (tmp_path / "all.json").write_text(json.dumps(template), "utf-8")

    ended = bicep(tmp_path, "decompile", "all.json", "--outdir", "out")
    assert "fatal error" not in ended.stderr
    assert len(list((tmp_path / "out").glob("nested_*.bicep"))) >= len(resources) >= 40
    told = bicep(tmp_path, "build", "out/all.bicep", "--outfile", "built.json").stderr

    assert {(names[name], code, what) for name, code, what in LINE.findall(told)} == WANTED
