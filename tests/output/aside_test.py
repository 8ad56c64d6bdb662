from __future__ import annotations

import pytest

from aiposture.output.aside import aside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("main.tf:1: `name` is `var.name`", "main.tf:1: `name` is `var.name`"),
        ("a\n::error::b", r"a\x0a::error::b"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("::set-output name=a::b", ": :set-output name=a::b"),
        ("a ##[command] b", "a # #[command] b"),
        ("AccountKey=q7Xv9Zk2;x", "AccountKey=(sensitive);x"),
    ],
)
def test_a_message_gives_no_orders_and_no_secrets(text: str, expected: str) -> None:
    assert aside(text) == expected
