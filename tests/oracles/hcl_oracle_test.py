"""Our reading of HCL's structure and literals against python-hcl2's.

python-hcl2 and Checkov's fork of it install the same package, so it lives in an environment of its own, whose
interpreter AIPOSTURE_HCL2_PYTHON names.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aiposture.files import Tree
from aiposture.readers.terraform import read

if TYPE_CHECKING:
    from pathlib import Path

INSTALL = "python -m venv V && V/bin/pip install python-hcl2, then set AIPOSTURE_HCL2_PYTHON=V/bin/python"

CHILD = """
import json, sys
import hcl2
with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps(hcl2.load(file)))
"""

TYPE = "azurerm_cognitive_account"


@pytest.fixture(autouse=True)
def _oracle() -> None:
    if "AIPOSTURE_HCL2_PYTHON" not in os.environ:
        pytest.skip(f"the oracle python-hcl2 is not named: {INSTALL}")


def ours(directory: Path) -> list[object]:
    reading = read(Tree(directory), "", wanted=lambda kind: kind == TYPE)
    assert not reading.errors
    return [resource.properties.plain() for resource in reading.resources]


def theirs(path: Path) -> list[object]:
    command = [os.environ["AIPOSTURE_HCL2_PYTHON"], "-c", CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    blocks = plain(json.loads(done.stdout))["resource"]
    return [body for block in blocks for body in block[TYPE].values()]


def plain(data: object) -> object:
    """The oracle's data without its marks: texts and quoted names keep their quotes there."""
    if isinstance(data, dict):
        return {plain(name): plain(member) for name, member in data.items() if not name.startswith("__")}
    if isinstance(data, list):
        return [plain(member) for member in data]
    return json.loads(data) if isinstance(data, str) and data.startswith('"') else data


# A $ or % before a brace begins a template, which is no literal.
TEXT = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="$%{}") | st.sampled_from(" \n\t"), max_size=8
)
NAME = st.text("abcxyz", min_size=1, max_size=4).map(lambda name: f"n_{name}")  # no keyword, no meta-argument
QUOTED = TEXT.map(lambda text: json.dumps(text, ensure_ascii=False))
SCALAR = st.one_of(
    QUOTED,
    st.integers(-(10**12), 10**12).map(str),
    st.integers(1, 10**6).map(lambda number: f"{number}.5"),
    st.sampled_from(["true", "false", "null"]),
)


def written_list(members: list[str]) -> str:
    return f"[{', '.join(members)}]"


def written_object(members: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{name} = {member}" for name, member in members.items()) + " }"


LITERAL = st.recursive(
    SCALAR,
    lambda inner: (
        st.lists(inner, max_size=3).map(written_list)
        | st.dictionaries(NAME | st.just('"a b"'), inner, max_size=3).map(written_object)
    ),
    max_leaves=6,
)
COMMENT = st.sampled_from(["", "# one\n", "// two }\n", "/* three {\n */\n"])


def written_body(parts: tuple[dict[str, str], list[tuple[str, str]], str]) -> str:
    attributes, blocks, comment = parts
    stated = "".join(f"{name} = {member}\n{comment}" for name, member in attributes.items())
    return stated + "".join(f"b_{name} {{\n{body}}}\n" for name, body in blocks)


BODY = st.recursive(
    st.tuples(st.dictionaries(NAME, LITERAL, max_size=4), st.just([]), COMMENT).map(written_body),
    lambda inner: st.tuples(
        st.dictionaries(NAME, LITERAL, max_size=3), st.lists(st.tuples(NAME, inner), max_size=3), COMMENT
    ).map(written_body),
    max_leaves=4,
)


@settings(
    max_examples=int(os.environ.get("AIPOSTURE_ORACLE_EXAMPLES", "10")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # each step of shrinking would start a child
    suppress_health_check=list(HealthCheck),
)
@given(bodies=st.lists(BODY, min_size=10, max_size=10))
def test_structure_and_literals(tmp_path_factory: pytest.TempPathFactory, bodies: list[str]) -> None:
    directory = tmp_path_factory.mktemp("oracle")
    source = "".join(f'resource "{TYPE}" "r{place}" {{\n{body}}}\n' for place, body in enumerate(bodies))
    (directory / "main.tf").write_text(source, encoding="utf-8")
    assert ours(directory) == theirs(directory / "main.tf")
