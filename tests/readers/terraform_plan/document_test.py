from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiposture.model import Location
from aiposture.readers.terraform_plan.document import DocumentError, Node, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def rebuilt(node: Node):
    if isinstance(node.data, dict):
        return {name: rebuilt(member) for name, member in node.members().items()}
    return [rebuilt(item) for item in node.items()] if isinstance(node.data, list) else node.data


def text_at(text: str, location: Location) -> str:
    lines = text.split("\n")
    if location.line == location.end_line:
        return lines[location.line - 1][location.column - 1 : location.end_column - 1]
    between = lines[location.line : location.end_line - 1]
    first, last = lines[location.line - 1], lines[location.end_line - 1]
    return "\n".join((first[location.column - 1 :], *between, last[: location.end_column - 1]))


def every(node: Node):
    yield node
    for below in (*node.members().values(), *node.items()):
        yield from every(below)


@given(JSON, st.sampled_from([None, 0, 2]), st.booleans())
def test_members_are_found_where_they_stand(data, indent, ascii_only):
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    node = parse("plan.json", text.encode(errors="replace"))
    assert rebuilt(node) == node.data
    for below in every(node):
        assert json.loads(text_at(text.encode(errors="replace").decode(), below.location)) == below.data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding):
    node = parse("p", '{"a": "ü€😀", "b": 1}'.encode(encoding))
    assert node.data == {"a": "ü€😀", "b": 1}
    assert node.members()["b"].location == Location("p", 1, 19, 1, 20)


def test_of_equal_names_the_last_counts_and_what_is_absent_is_none():
    node = parse("p", b'{"a": 1, "a": {"b": [2]}}')
    assert node.get("a", "b").data == [2]
    assert node.get("a", "c", "d") is None
    assert node.members()["a"].items() == ()


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "is not JSON: Expecting value"),
        (b'{\n"a": 1,\n}', 2, "is not JSON: "),
        (b'{"a": 1}\n{"b": 2}', 2, "is not JSON: there is more after the document"),
        (b'{"a": NaN}', 1, "is not JSON: NaN is no JSON value"),
        (b'{\n"a": "\xff"}', 2, "is not text"),
        (b'{"a":' * 200_000, 1, "is nested too deeply"),
        (b'{"a": "b', 1, "is not JSON: Unterminated string"),
    ],
)
def test_broken(content, line, message):
    with pytest.raises(DocumentError) as raised:
        parse("p", content)
    assert raised.value.message.startswith(message)
    assert raised.value.line in (line, line + 1)


def test_a_huge_number_takes_no_time():
    assert parse("p", b'{"a": ' + b"9" * 1_000_000 + b"}").data == {"a": float("inf")}
