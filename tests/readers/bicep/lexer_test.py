from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiposture.readers.bicep.lexer import Lines, literal, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'// no comment'", ["'// no comment'"]),
        ("'it\\'s' x", ["'it\\'s'", "x"]),
        ("'${'nested ${'deep'} }'}' x", ["'${'nested ${'deep'} }'}'", "x"]),
        ("'${a ? {b: '}'} : c}' x", ["'${a ? {b: '}'} : c}'", "x"]),
        ("'\\${no hole' x", ["'\\${no hole'", "x"]),
        ("'''raw ${no hole} '' ' ''' x", ["'''raw ${no hole} '' ' '''", "x"]),
        ("''''quoted'''' x", ["''''quoted''''", "x"]),
        ("$'''a ${'''b'''} c''' x", ["$'''a ${'''b'''} c'''", "x"]),
        ("$$'''a ${no} $${b} c''' x", ["$$'''a ${no} $${b} c'''", "x"]),
        ("'open\nx", ["'open", "\n", "x"]),
        ("'''open\nx", ["'''open\nx"]),
        ("a /* b */ c // d", ["a", "/* b */", "c", "// d"]),
        ("/* open", ["/* open"]),
        ("#disable-next-line BCP081\nx", ["#disable-next-line BCP081", "\n", "x"]),
        ("  #disable-next-line x", ["#disable-next-line x"]),
        ("a\r\nb\rc", ["a", "\r\n", "b", "\r", "c"]),
        ("a.?b ?? c::d", ["a", ".?", "b", "??", "c", "::", "d"]),
        ("größe = 'ü'", ["größe", "=", "'ü'"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'${hole}'", None),
        ("$'''x'''", None),
        ("'open", None),
        ("'a\\'b\\\\c\\n\\t\\$\\u{e9}'", "a'b\\c\n\t$é"),
        ("'\\${x}'", "${x}"),
        ("'\\u{ffffff}'", "\\u{ffffff}"),
        ("'''\nraw\\n'''", "raw\\n"),
        ("''", ""),
    ],
)
def test_literal(text: str, expected: str | None) -> None:
    assert literal(text) == expected


@given(st.text(alphabet="'${}\\/*#\n\r ab[]():?.|\"", max_size=60))
def test_every_text_has_tokens_in_order(text: str) -> None:
    found = tokens(text)
    ends = [0, *(token.end for token in found)]

    pairs = list(zip(found, ends, strict=False))

    assert all(token.start >= end and token.text == text[token.start : token.end] for token, end in pairs)
    assert not [text[end : token.start] for token, end in pairs if text[end : token.start].strip()]


def test_a_thousand_holes_are_no_problem() -> None:
    assert len(tokens("'${" * 5000)) == 1


@pytest.mark.parametrize(("offset", "expected"), [(0, (1, 1)), (2, (2, 1)), (4, (3, 1)), (8, (4, 2))])
def test_lines(offset: int, expected: tuple[int, int]) -> None:
    assert Lines("x", "a\nb\rc\r\nde").position(offset) == expected


@pytest.mark.parametrize(
    "text", ["$" * 200_000, "'${" + "$" * 200_000, "'" + "\\" * 200_000, "/*" * 200_000, "'${" * 60_000]
)
def test_a_long_text_takes_linear_time(text: str) -> None:
    import time

    started = time.process_time()
    tokens(text)
    assert time.process_time() - started < 3
