from __future__ import annotations

import shutil
import subprocess

import pytest

from aiposture import arguments, cli, completion, controls
from aiposture.output import formats

CHECK = {flag for action in arguments.check_parser()._actions for flag in action.option_strings}
COMMANDS = set(cli._COMMANDS)
IDS = {rule.control.id for rule in controls.ALL}

# What is typed, the last word still unfinished, and what it can become.
CASES = [
    pytest.param("aiposture ", COMMANDS, id="a command"),
    pytest.param("aiposture ru", {"rule", "rules"}, id="a command's beginning"),
    pytest.param("aiposture --", {flag for flag in CHECK if flag.startswith("--")}, id="check may be left out"),
    pytest.param("aiposture check --no-co", {"--no-color", "--no-config"}, id="an option"),
    pytest.param("aiposture check --format ", set(formats.NAMES), id="a choice"),
    pytest.param("aiposture check --format g", {"github", "gitlab"}, id="a choice's beginning"),
    pytest.param("aiposture --fail-on h", {"high"}, id="without the command"),
    pytest.param("aiposture hook --chang", {"--changed"}, id="of hook"),
    pytest.param("aiposture rules --format ", {"text", "json"}, id="another command's own choices"),
    pytest.param("aiposture rule AIS40", {one for one in IDS if one.startswith("AIS40")}, id="an id"),
    pytest.param("aiposture check --select AIS101,AIS40", {f"AIS101,{one}" for one in IDS if one.startswith("AIS40")},
                 id="a further id"),
    pytest.param("aiposture check --show fail,un", {"fail,unknown"}, id="a further verdict"),
    pytest.param("aiposture check --output sa", {"sarif="}, id="a format with a file"),
    pytest.param("aiposture completion z", {"zsh"}, id="a shell"),
]  # fmt: skip


def run(shell: str, *arguments: str) -> str:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run([shell, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


@pytest.fixture
def saved(tmp_path):
    def save(shell: str) -> str:
        path = tmp_path / f"completion.{shell}"
        path.write_text(completion.script(shell), "utf-8")
        return str(path)

    return save


def in_bash(script: str, typed: str) -> set[str]:
    words = [word for part in typed.split(" ") for word in apart(part)]
    program = (
        f"source {script}; COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}; "
        "compopt() { :; }; _aiposture; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    return set(run("bash", "--norc", "-c", program).split())


def apart(word: str) -> list[str]:
    """A word as bash hands it over: the equals sign is one of its own."""
    before, equals, after = word.partition("=")
    return [before, equals, *filter(None, [after])] if equals else [word]


def test_every_command_is_known():
    assert {command.name for command in completion._commands()} == COMMANDS


def test_every_option_is_known():
    (check,) = [command for command in completion._commands() if command.name == "check"]
    assert {flag for option in check.options for flag in option.flags} == CHECK


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_can_read_it(shell, saved):
    run(shell, "-n", saved(shell))


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_all_options_and_choices_are_in_it(shell):
    script = completion.script(shell)
    words = {flag.lstrip("-") for flag in CHECK if flag.startswith("--")} | {*formats.NAMES, *IDS, *COMMANDS}
    assert {word for word in words if word not in script} == set()


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_bash_completes(typed, expected, saved):
    assert in_bash(saved("bash"), typed) == expected


@pytest.mark.parametrize("typed", ["aiposture check infra", "aiposture check --baseline x", "aiposture --diff-base m"])
def test_bash_leaves_files_to_itself(typed, saved):
    assert in_bash(saved("bash"), typed) == set()


@pytest.mark.parametrize(
    ("typed", "expected"), [("--format=", set(formats.NAMES)), ("--format=js", {"json"}), ("--fail-on=hi", {"high"})]
)
def test_bash_completes_behind_an_equals_sign(typed, expected, saved):
    assert in_bash(saved("bash"), f"aiposture check {typed}") == expected


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_fish_completes(typed, expected, saved, tmp_path):
    shown = run("fish", "--no-config", "-c", f"cd {tmp_path}; source {saved('fish')}; complete -C '{typed}'")
    found = {line.split("\t")[0] for line in shown.splitlines()} - {"completion.fish"}
    assert expected <= found
    assert found <= expected | ({"-h", "-q"} if typed.endswith("--") else set())
