"""Completion scripts for shells, made from the parsers of the command line, so that they know every option.

A script is plain data with a little of the shell around it. It starts no process while the user types.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

SHELLS = ("bash", "zsh", "fish", "powershell")

Takes = Literal["nothing", "word", "list", "prefix", "file", "text"]
"""What stands behind an option: one of its words, several of them with commas between, one with `=` and a file
behind it, any file, or something that cannot be known.
"""

_FILES = ("FILE", "PATH", "GLOB")
_SUMMARIES = {
    "check": "judge the code; the default command",
    "hook": "judge what is staged in the git index",
    "merge": "join the reports of shards",
    "rule": "explain a control",
    "rules": "list the controls",
    "checks-dir": "print the directory for Checkov",
    "completion": "print a completion script",
    "config-schema": "print the JSON Schema of the configuration",
}


class _Argument(NamedTuple):
    """An option, or what stands without one (no flags then)."""

    flags: tuple[str, ...]
    summary: str
    takes: Takes
    words: tuple[str, ...]


class _Command(NamedTuple):
    name: str
    summary: str
    options: tuple[_Argument, ...]
    operand: _Argument | None


def script(shell: str) -> str:
    """The script for one of SHELLS, to be read by it at its start."""
    return "\n".join([*_SCRIPTS[shell](_commands()), ""])


def _commands() -> list[_Command]:
    from aiposture import arguments  # noqa: PLC0415 - it asks for SHELLS

    parsers = {
        "check": arguments.check_parser(),
        "hook": arguments.hook_parser(),
        "merge": arguments.merge_parser(),
        "rule": arguments.rule_parser(),
        "rules": arguments.rules_parser(),
        "completion": arguments.completion_parser(),
    }
    return [_command(name, parsers.get(name)) for name in _SUMMARIES]


def _command(name: str, parser: argparse.ArgumentParser | None) -> _Command:
    actions = [] if parser is None else parser._actions  # noqa: SLF001 - argparse has no public list of them
    found = [_argument(action) for action in actions]
    operand = next((one for one in found if not one.flags), None)
    return _Command(name, _SUMMARIES[name], tuple(one for one in found if one.flags), operand)


def _argument(action: argparse.Action) -> _Argument:
    takes, words = _values(action)
    summary = (action.help or "").partition(":")[0].partition(";")[0].partition(" (")[0]
    return _Argument(tuple(action.option_strings), " ".join(summary.split()), takes, words)


def _values(action: argparse.Action) -> tuple[Takes, tuple[str, ...]]:
    from aiposture import arguments, controls  # noqa: PLC0415 - as above
    from aiposture.output import formats  # noqa: PLC0415

    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if action.nargs == 0:
        return "nothing", ()
    if action.choices:
        return "word", tuple(map(str, action.choices))
    if metavar.startswith("ID"):
        ids = tuple(rule.id for rule in controls.ALL)
        return ("list" if "," in metavar else "word"), ids
    if metavar.startswith("VERDICT"):
        return "list", arguments.VERDICTS
    if metavar == "FORMAT=FILE":
        return "prefix", tuple(f"{name}=" for name in formats.NAMES)
    return ("file" if metavar in _FILES else "text"), ()


def _bash(commands: list[_Command]) -> Iterator[str]:
    names = " ".join(command.name for command in commands)
    yield from (
        "# bash completion for aiposture",
        "_aiposture() {",
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=check",
        '  local words="" list="" prefix=""',
        '  # bash makes words of "--format=json" at the equals sign.',
        '  if [[ $cur == "=" ]]; then cur=""',
        '  elif [[ $prev == "=" ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi',
        "  COMPREPLY=()",
        f'  case "${{COMP_WORDS[1]}}" in {names.replace(" ", "|")}) command=${{COMP_WORDS[1]}};; esac',
        '  case "$command $prev" in',
    )
    for command in commands:
        for option in command.options:
            if option.takes != "nothing":
                typed = "|".join(_quoted(f"{command.name} {flag}") for flag in option.flags)
                yield f"    {typed}) {_bash_value(option)};;"
    yield from (
        "    *)",
        '      if [[ $cur == -* ]]; then case "$command" in',
        *(f"        {command.name}) words={_quoted(_flags(command))};;" for command in commands),
        "      esac",
        f"      elif [[ $COMP_CWORD -eq 1 ]]; then words={_quoted(names)}",
        '      else case "$command" in',
        *(f"        {command.name}) words={_quoted(_operands(command))};;" for command in commands),
        "      esac; fi;;",
        "  esac",
        "  if [[ -n $list && $cur == *,* ]]; then prefix=${cur%,*},; cur=${cur##*,}; fi",
        "  # Without words, `complete -o default` falls back to the names of files.",
        '  [[ -n $words ]] && COMPREPLY=( $(compgen -P "$prefix" -W "$words" -- "$cur") )',
        "  return 0",
        "}",
        "complete -o default -F _aiposture aiposture",
    )


def _bash_value(option: _Argument) -> str:
    words = f"words={_quoted(' '.join(option.words))}"
    return {
        "list": f"{words}; list=1",
        "prefix": f"{words}; compopt -o nospace 2>/dev/null",
        "word": words,
        "file": ":",
        "text": "compopt +o default 2>/dev/null",
        "nothing": ":",
    }[option.takes]


def _zsh(commands: list[_Command]) -> Iterator[str]:
    yield from (
        "#compdef aiposture",
        "_aiposture() {",
        "  local -a commands",
        "  commands=(",
        *(f"    {_quoted(f'{command.name}:{command.summary}')}" for command in commands),
        "  )",
        "  local command=check",
        "  if [[ -n ${commands[(r)${words[2]}:*]} ]] && (( CURRENT > 2 )); then",
        "    command=${words[2]}; shift words; (( CURRENT-- ))",
        "  elif (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then",
        "    _describe -t commands command commands; _files; return",
        "  fi",
        '  case "$command" in',
    )
    for command in commands:
        specs = [*map(_zsh_option, command.options)]
        if command.operand is not None:
            specs.append(f"*:argument:{_zsh_action(command.operand)}")
        yield f"    {command.name}) _arguments -S {' '.join(map(_quoted, specs))};;"
    yield from (
        "  esac",
        "}",
        'if [[ "${funcstack[1]}" == _aiposture ]]; then _aiposture "$@"; else compdef _aiposture aiposture; fi',
    )


def _zsh_option(option: _Argument) -> str:
    summary = option.summary.translate(str.maketrans("[]:", "() "))
    return f"*{option.flags[0]}[{summary}]" + ("" if option.takes == "nothing" else f":value:{_zsh_action(option)}")


def _zsh_action(argument: _Argument) -> str:
    words = " ".join(argument.words)
    return {
        "word": f"({words})",
        "list": f"_values -s , value {words}",
        "prefix": f'{{if compset -P 1 "*="; then _files; else compadd -S "" - {words}; fi}}',
        "file": "_files",
        "text": "",
        "nothing": "",
    }[argument.takes]


def _fish(commands: list[_Command]) -> Iterator[str]:
    names = " ".join(command.name for command in commands)
    yield from (
        "# fish completion for aiposture",
        "function __aiposture_is",
        "    set -l words (commandline -opc)",
        f'    if contains -- "$words[2]" {names}',
        '        test "$words[2]" = "$argv[1]"',
        "    else",
        '        test "$argv[1]" = check',
        "    end",
        "end",
        "function __aiposture_first",
        "    test (count (commandline -opc)) -eq 1",
        "end",
        "function __aiposture_list",
        "    set -l given (string match -r '^.*,' -- (commandline -ct))",
        "    printf '%s\\n' $given$argv",
        "end",
    )
    for command in commands:
        yield f"complete -c aiposture -n __aiposture_first -a {command.name} -d {_fish_quoted(command.summary)}"
    for command in commands:
        when = f"complete -c aiposture -n '__aiposture_is {command.name}'"
        if command.operand is None or command.operand.takes != "file":
            words = _operands(command)
            yield f"{when} -f" + (f" -a {_fish_quoted(words)}" if words else "")
        for option in command.options:
            flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
            yield f"{when} {flags}{_fish_value(option)} -d {_fish_quoted(option.summary)}"


def _fish_value(option: _Argument) -> str:
    words = " ".join(option.words)
    return {
        "nothing": "",
        "file": " -r -F",
        "text": " -x",
        "word": f" -x -a {_fish_quoted(words)}",
        "prefix": f" -r -a {_fish_quoted(words)}",
        "list": f" -x -a {_fish_quoted(f'(__aiposture_list {words})')}",
    }[option.takes]


def _powershell(commands: list[_Command]) -> Iterator[str]:
    yield from (
        "# PowerShell completion for aiposture",
        "Register-ArgumentCompleter -Native -CommandName aiposture -ScriptBlock {",
        "    param($word, $line, $position)",
        "    $options = @{",
        *(f"        {_ps(command.name)} = @({_ps_list(_flags(command).split())})" for command in commands),
        "    }",
        "    $operands = @{",
        *(f"        {_ps(command.name)} = @({_ps_list(_operands(command).split())})" for command in commands),
        "    }",
        "    $values = @{",
        *(
            f"        {_ps(f'{command.name} {flag}')} = @({_ps_list(option.words)})"
            for command in commands
            for option in command.options
            if option.takes != "nothing"
            for flag in option.flags
        ),
        "    }",
        "    $words = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $position } |",
        "        ForEach-Object { $_.Extent.Text })",
        "    $command = 'check'",
        "    if ($words.Count -gt 1 -and $options.ContainsKey($words[1])) { $command = $words[1] }",
        '    $key = "$command $($words[-1])"',
        "    $prefix = ''",
        "    $last = $word",
        "    if ($values.ContainsKey($key)) {",
        "        $found = $values[$key]",
        "        if ($word.Contains(',')) {",
        "            $prefix = $word.Substring(0, $word.LastIndexOf(',') + 1)",
        "            $last = $word.Substring($prefix.Length)",
        "        }",
        "    } elseif ($word.StartsWith('-')) { $found = $options[$command] }",
        "    elseif ($words.Count -le 1) { $found = @($options.Keys | Sort-Object) }",
        "    else { $found = $operands[$command] }",
        "    $found | Where-Object { $_.StartsWith($last) } | ForEach-Object {",
        "        [System.Management.Automation.CompletionResult]::new(\"$prefix$_\", $_, 'ParameterValue', $_)",
        "    }",
        "}",
    )


_SCRIPTS: Mapping[str, Callable[[list[_Command]], Iterator[str]]] = MappingProxyType(
    {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}
)


def _flags(command: _Command) -> str:
    return " ".join(flag for option in command.options for flag in option.flags)


def _operands(command: _Command) -> str:
    return "" if command.operand is None else " ".join(command.operand.words)


def _quoted(text: str) -> str:
    """For bash and zsh, where nothing is special between single quotes but they themselves."""
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _ps(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ps_list(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(map(_ps, words))
