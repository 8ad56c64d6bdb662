"""JSON as Azure Resource Manager takes it: values, places, and errors that say where."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiposture.model import Location, Value
from aiposture.readers.arm.json_values import MAX_DEPTH, JsonError, parse, parse_document


def plain(text: str | bytes):
    return parse(text.encode() if isinstance(text, str) else text, "t.json").plain()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", {}),
        ("[]", []),
        ("  \n\t null \r\n", None),
        ("true", True),
        ("-12", -12),
        ("1.5e-3", 0.0015),
        ("1e999", 1.7976931348623157e308),
        ("9" * 100, float("9" * 100)),
        ('{"a": 1, "b": [true, false, null, "x"]}', {"a": 1, "b": [True, False, None, "x"]}),
        ('{"a": 1, "a": 2}', {"a": 2}),
        ('{"a": [1, 2,], }', {"a": [1, 2]}),
        ('// c\n{/* a */"a"/* b */:/* c */1/* d */} // end', {"a": 1}),
        ('/* over\nlines */ {"url": "https://x//y /* no comment */"}', {"url": "https://x//y /* no comment */"}),
        ('{"a": "one\n  two\tthree"}', {"a": "one\n  two\tthree"}),
        (r'{"a": "\"\\\/\b\f\n\r\t\u0041\u00e9"}', {"a": '"\\/\b\f\n\r\tA\u00e9'}),
        (r'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
        (r'{"a": "\ud83d", "b": "x\ude00y"}', {"a": "\ufffd", "b": "x\ufffdy"}),
        ('{"\u00e9": "\U0001f600"}'.encode("utf-8-sig"), {"\u00e9": "\U0001f600"}),
        ('{"\u00e9": 1}'.encode("utf-16"), {"\u00e9": 1}),
        ('{"\u00e9": 1}'.encode("utf-16-be"), {"\u00e9": 1}),
        ('{"\u00e9": 1}'.encode("utf-32"), {"\u00e9": 1}),
        (b'{"a": "\xe9"}', {"a": "\ufffd"}),
        ('{"' + "x" * 5000 + '": 1}', {"x" * 5000: 1}),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    ],
)
def test_values(text, expected) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "it is empty"),
        ("\n\n", 1, "it is empty"),
        ('{\n"a": 1', 1, "this object does not end"),
        ("[\n[\n1\n", 2, "this list does not end"),
        ('{"a": 1\n"b": 2}', 2, "a comma is missing"),
        ("[1\n2]", 2, "a comma is missing"),
        ("[1,\n,2]", 2, "unexpected ','"),
        ("{\n,}", 2, "unexpected ','"),
        ('{"a"\n1}', 2, "a member needs a name and a colon"),
        ('{"a"\n}', 2, "'a' has no value"),
        ('{"a":\n}', 2, "'a' has no value"),
        ('{"a"::1}', 1, "unexpected ':'"),
        ('["a": 1]', 1, "unexpected ':'"),
        ("{1: 2}", 1, "a member needs a name and a colon"),
        ("{\n]", 2, "']' does not end the object of line 1"),
        ("]", 1, "unexpected ']'"),
        ("1\n2", 2, "there is more after the document"),
        ('\n"abc', 2, "this string does not end"),
        ("\n/* abc", 2, "this comment does not end"),
        ("\nnul", 2, "unexpected 'nul'"),
        ("01.x", 1, "unexpected '01.x'"),
        ("{'a': 1}", 1, 'unexpected "\'"'),
        ('{"a": "\\d"}', 1, "\\d is no escape sequence"),
        ("[" * 10_000, 1, "is nested more than 200 levels deep"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, 1, "is nested more than 200 levels deep"),
    ],
)
def test_errors_say_where(text, line, message) -> None:
    with pytest.raises(JsonError) as raised:
        plain(text)

    assert (raised.value.line, raised.value.message.removeprefix("is not JSON: ")) == (line, message)


def test_places_count_lines_and_characters_from_one() -> None:
    root = parse('{\r\n  "\u00e9\U0001f600": [1, "x\ny"],\n\t"b": {}\n}'.encode(), "dir/t.json")
    first, second = root.members().values()

    assert root.location == Location("dir/t.json", 1, 1, 5, 2)
    assert first.location == Location("dir/t.json", 2, 9, 3, 4)
    assert [each.location for each in first.items()] == [
        Location("dir/t.json", 2, 10, 2, 11),
        Location("dir/t.json", 2, 13, 3, 3),
    ]
    assert second.location == Location("dir/t.json", 4, 7, 4, 9)


def test_a_byte_order_mark_moves_no_column() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert parse('{"a": 1}'.encode(encoding), "t").members()["a"].location == Location("t", 1, 7, 1, 8)


def test_comments_that_could_suppress_are_kept() -> None:
    text = '// aiposture:ignore[AIS201] why\n{\n  /* checkov:skip=AIS301:because\n  of it */ "a": 1 // nothing\n}'

    assert [(c.text, c.location) for c in parse_document(text.encode(), "t").comments] == [
        ("// aiposture:ignore[AIS201] why", Location("t", 1, 1, 1, 32)),
        ("/* checkov:skip=AIS301:because\n  of it */", Location("t", 3, 3, 4, 11)),
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


@given(JSON, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_reads_what_python_writes(data, indent, ascii_only) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)

    assert plain(text.encode("utf-8", "replace")) == json.loads(text.encode("utf-8", "replace"))


@given(JSON, st.sampled_from([None, 1]))
def test_every_place_holds_its_value(data, indent) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=False).encode("utf-8", "replace").decode()
    lines = text.split("\n")

    def source(value: Value) -> str:
        place = value.location
        if place.line == place.end_line:
            return lines[place.line - 1][place.column - 1 : place.end_column - 1]
        inner = lines[place.line : place.end_line - 1]
        first, last = lines[place.line - 1][place.column - 1 :], lines[place.end_line - 1][: place.end_column - 1]
        return "\n".join([first, *inner, last])

    for value in parse(text.encode(), "t").walk():
        assert json.loads(source(value)) == value.plain()


@settings(max_examples=300)
@given(
    st.text(alphabet='{}[]:,"\\/*\n u0aetrflsn1-.+', max_size=60)
    | st.binary(max_size=40).map(lambda b: b.decode("latin-1"))
)
def test_never_crashes(text) -> None:
    failed = None
    try:
        parse(text.encode(), "t")
    except JsonError as error:
        failed = error

    assert failed is None or 1 <= failed.line <= text.count("\n") + 1


def test_a_megabyte_takes_no_second() -> None:
    resource = {"type": "Microsoft.Search/searchServices", "name": "[concat(parameters('x'), 'y')]", "tags": {"a": "b"}}
    text = json.dumps({"resources": [resource] * 7000}, indent=2).encode()
    started = time.process_time()
    parse(text, "t")

    assert len(text) > 1_000_000
    assert time.process_time() - started < 1
