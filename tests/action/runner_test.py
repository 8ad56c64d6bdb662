"""What the runner is told: nothing ends early, and nothing commands it that is not ours."""

from __future__ import annotations

import re

import pytest
import runner


def test_an_output_cannot_set_another_one(tmp_path, monkeypatch) -> None:
    path = tmp_path / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", str(path))
    runner.set_output("first", "a\nEOF\nsecond=b")
    runner.set_output("third", 3)
    found = re.findall(r"(?ms)^(\w+)<<(end-[0-9a-f]{32})\n(.*?)\n\2\n", path.read_text())
    assert [(name, value) for name, _, value in found] == [("first", "a\nEOF\nsecond=b"), ("third", "3")]
    assert found[0][1] != found[1][1]


def test_an_annotation_is_one_line(capsys) -> None:
    runner.annotate("error", "50%\r\n::warning::x")
    assert capsys.readouterr().out == "::error title=aiposture::50%25%0D%0A::warning::x\n"


def test_commands_are_stopped_and_resumed(capsys) -> None:
    with runner.commands_stopped():
        print("::error::x", end="")
    first, text, last = capsys.readouterr().out.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert (len(token), text, last) == (32, "::error::x", f"::{token}::")


@pytest.mark.parametrize("line", ["x" * 99, "ä" * 99, "\N{GRINNING FACE}" * 33])
def test_a_long_summary_is_cut_at_a_line(tmp_path, monkeypatch, line: str) -> None:
    path = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    runner.add_summary(f"{line}\n" * 20_000)
    data = path.read_bytes()
    assert len(data) < runner.SUMMARY_BYTES
    *kept, _, _, _, last = data.decode().split("\n")
    assert set(kept) == {line}
    assert last == ""
    assert "The summary is cut here" in data.decode()


def test_a_short_summary_is_whole(tmp_path, monkeypatch) -> None:
    path = tmp_path / "summary"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    runner.add_summary("# ä\n")
    assert path.read_bytes() == "# ä\n".encode()
