"""Records what a real Bicep compiler makes of our own fixtures, for the tests that run where there is none.

    python tools/record_bicep.py            # writes tests/readers/bicep/recorded/*.json

Run it with AIPOSTURE_BICEP set or `bicep` on PATH, after a fixture with a .bicep file was added or changed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from aiposture.files import Tree
from aiposture.readers.bicep import entry_points, find_compiler

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
RECORDED = ROOT / "tests" / "readers" / "bicep" / "recorded"


def main() -> int:
    """Record all entry points among the fixtures."""
    compiler = find_compiler(None, os.environ, outside=str(ROOT))
    if compiler is None:
        print("there is no Bicep compiler: set AIPOSTURE_BICEP")
        return 2
    tree = Tree(FIXTURES)
    files = [path.relative_to(FIXTURES).as_posix() for path in FIXTURES.rglob("*.bicep*") if path.suffix != ".json"]
    RECORDED.mkdir(exist_ok=True)
    for old in RECORDED.glob("*.json"):
        old.unlink()
    with compiler:
        for entry in entry_points(tree, files):
            compiled = compiler.compile(compiler.sources(tree), entry.path)
            recorded = {
                "version": compiler.version,
                "template": compiled.template,
                "parameters": compiled.parameters,
                "diagnostics": [one._asdict() for one in compiled.diagnostics],
            }
            name = entry.path.replace("/", "__")
            (RECORDED / f"{name}.json").write_text(json.dumps(recorded, indent=1) + "\n")
            print(entry.path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
