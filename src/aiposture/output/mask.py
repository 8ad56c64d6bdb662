"""Keeps secrets of the scanned code out of every report: what a report quotes, it quotes with `(sensitive)` for them.

A secret is told by its name (the literal at `api_key`, the `value` beside `name: 'OPENAI_KEY'`) or by its shape (an
access key, a connection string, a private key). Names of places where secrets are kept stay, and so do references.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

MASK = "(sensitive)"

_AROUND = 400  # characters of a long line that are looked at before and after the text to show
_LONGEST = 2000  # characters of the text itself
_SIBLINGS = 40  # lines
_SHORTEST = len("Pwd=")

# A pattern is compiled when it is first called for, and `re` keeps it: all together would be a tenth of each start.
_NAME = partial(
    re.compile,
    r"(?:key|secret|passw(?:or)?d|passphrase|pwd|token|credential|connection[_-]?string|sas)s?[0-9]?$",
    re.IGNORECASE,
)
_SHAPE: partial[re.Pattern[str]] = partial(
    re.compile,
    r"""-----BEGIN[ A-Z]*PRIVATE[ ]KEY-----.*
    | \b(?:AKIA|ASIA|AROA)[A-Z0-9]{16}\b
    | \bAIza[\w-]{35}
    | \b(?:sk|pk|rk)-[\w-]{20,}
    | \b(?:hf|gh[pousr]|glpat|xox[abprs])[_-][\w-]{16,}
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*
    | (?<=AccountKey=)[^;"'\s]+ | (?<=SharedAccessKey=)[^;"'\s]+ | (?<=Password=)[^;"'\s]+ | (?<=Pwd=)[^;"'\s]+
    | (?<=SharedAccessSignature=)[^;"'\s]+ | (?<=[?&]sig=)[^&;"'\s]+
    | (?<=://)[^/\s:@"'`]+:[^/\s@"'`]+(?=@)
    | (?<![\w+/-])[\w+/-]{86}==(?![\w+/=])
    | (?<![\w+/-])[\w+/-]{43}=(?![\w+/=])
    | \b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
# The key of an Azure AI service before 2024. Hashes that look the same are parts of paths, identifiers have dashes.
_HEX: partial[re.Pattern[str]] = partial(re.compile, r"(?<![\w/.+:-])[0-9A-Fa-f]{32}(?![\w/.+:-])")
# Where a name is given a value, in all dialects. A word is only tried at its start, so that a line takes linear time.
_ASSIGNMENT = partial(
    re.compile, r"""(?<![\w.-])["']?(?P<name>[A-Za-z_][\w.-]*)["']?(?:\s+[\w?]+)?\s*(?:=(?![=>~])|:(?!:)|=>)[ \t]*"""
)
_COMPARED = partial(
    re.compile,
    r"""(?<![\w.])(?P<name>[A-Za-z_][\w.]*)[ \t]*(?:[=!]=|[=!]~)[ \t]*(?P<text>"(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+')""",
)
_STRING = partial(re.compile, r'"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\]|\\.)*\'?')
_HOLDERS = frozenset({"value", "default", "defaultvalue", "stringvalue", "secretstring", "secret_string", "content"})
# The words that can say what a value is for: the `name` beside it, and what its block is called.
_NAMED = partial(re.compile, r"""\bname["']?\s*[:=]\s*["']?(?P<name>[\w-]+)""", re.IGNORECASE)
_HEADER = partial(re.compile, r"""\s*(?:(?:variable|output|param|var|resource\s+"[^"]*")\s+)?["']?(?P<name>[\w-]+)""")
_DECLARED = partial(
    re.compile,
    r"""secure(?:string|object)|@secure\(\)|sensitive\s*=\s*true|noecho["']?\s*:\s*["']?true|_secret["']|/secrets["'@]""",
    re.IGNORECASE,
)
_PLACES = ("@Microsoft.KeyVault(", "{{resolve:", "arn:", "projects/", "secretref:", "ssm:", "sm://", "secret://")
_NO_LITERALS = ("!", "*", "&", "|", ">", "{", "[")  # what YAML can begin with but a plain word
_PLAIN = partial(re.compile, r"(?:true|false|null|~|-?\d{1,5}|)$", re.IGNORECASE)
# The literals in a call of these name something that is looked up.
_LOOKING_UP = partial(
    re.compile, r"(?:parameters|variables|\w*resourceid|reference|list\w*|getsecret|getatt|ref)$", re.IGNORECASE
)
_HOLES = partial(re.compile, r"(\$\{.*?\}(?!\})|\$\{[^}]*$)")
_TEXT_FOLLOWS = partial(re.compile, r"(?:<<[-~]?\w+|[|>][-+]?|:)$")
_YAML_WORD = partial(re.compile, r"""(?<=[\[,\s])[^\s,\[\]"'!]{6,}""")
_NAMES_IN_YAML = partial(re.compile, r"!(?:Ref|GetAtt|ImportValue|Condition)\s+$")
_CALLER = partial(re.compile, r"[\w\])]+$")
_LONGEST_NAME = 80
_VERSION = partial(re.compile, r"\d{4}-\d\d-\d\d(?:-\w+)?$")


class Line(NamedTuple):
    """One line to show in part, and the stretches of it that are secrets."""

    text: str
    secrets: tuple[tuple[int, int], ...]

    def part(self, start: int, end: int) -> str:
        """The characters from `start` to `end`, with the mask for each secret that is among them."""
        shown: list[str] = []
        for first, last in self.secrets:
            if first < end and last > start:
                shown += [self.text[start : max(start, first)], MASK]
                start = min(last, end)
        return "".join(shown) + self.text[start:end]


def is_secret_name(name: str) -> bool:
    """Whether a property, variable or parameter of this name (or path) holds a secret."""
    last = name.rpartition(".")[2].rstrip("]0123456789[").strip("\"'")
    return _NAME().search(last) is not None


def without_shapes(text: str) -> str:
    """`text` with the mask for all in it that looks like a key, whatever it is called."""
    # A report repeats its words. No shape but a private key's goes over a space, and none is shorter than this.
    suspects = (word for word in set(text.split()) if len(word) > _SHORTEST)
    shape = _SHAPE()
    if "PRIVATE KEY" in text.upper() or any(map(shape.search, suspects)):
        return shape.sub(MASK, text)
    return text


def without_keys(text: str, own: Collection[str] = ()) -> str:
    """As `without_shapes`, and without hexadecimal keys that stand alone. `own` are such texts that we have made."""
    masked = without_shapes(text)
    return _HEX().sub(lambda found: found[0] if found[0] in own else MASK, masked)


def without_literals(expression: str) -> str:
    """An expression that gives a secret, or a text with holes (`a${b}`), with the mask for all that it says itself."""
    if "${" in expression and not expression.startswith(('"', "'")):
        return "".join(part if part.startswith("${") else MASK for part in _HOLES().split(expression) if part)
    return Line(expression, tuple(_literals(expression, 0, len(expression)))).part(0, len(expression))


def masked_line(lines: Sequence[str], number: int, around: tuple[int, int], *, secret: bool = False) -> Line:
    """Line `number` (from 0) with what is a secret near the columns `around`. `secret` says that the value there is.

    `lines` are all of the file: what a `value` is for stands in its neighbours.
    """
    text = lines[number]
    start, end = around[0], min(around[1], around[0] + _LONGEST, len(text))
    low, high = max(0, start - _AROUND), min(len(text), max(start, end) + _AROUND)
    found = [(found.start(), found.end()) for found in _SHAPE().finditer(text, low, high)]
    found += [(found.start(), found.end()) for found in _HEX().finditer(text, low, high)]
    compared = (one for one in _COMPARED().finditer(text, low, high) if is_secret_name(one["name"]))
    found += [(one.start("text") + 1, one.end("text") - 1) for one in compared]
    found += _named(lines, number, low, high)
    if secret:
        assignment = _ASSIGNMENT().match(text, start, high)
        found += _literals(text, assignment.end() if assignment else start, high if end == start + _LONGEST else end)
    elif not _ASSIGNMENT().search(text, low, high):
        found += _below_a_secret(lines, number)
    return Line(text, tuple(_joined(found)))


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = -1
    for start, last in sorted(spans):
        if last > end and last > start:
            yield max(start, end), last
            end = last


def _named(lines: Sequence[str], number: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The literals behind a name that says secret."""
    text = lines[number]
    # `"a" :` behind a question mark is the arm of a condition, and no name.
    assignments = [one for one in _ASSIGNMENT().finditer(text, low, high) if not _after_question(text, one.start())]
    for at, assignment in enumerate(assignments):
        name = assignment["name"]
        end = assignments[at + 1].start() if at + 1 < len(assignments) else high
        held = name.casefold() in _HOLDERS or text.lstrip().startswith(("param ", "var "))
        if is_secret_name(name) or (held and _is_about_a_secret(lines, number, low, high)):
            # A text can hold what looks like another assignment.
            string = _STRING().match(text, assignment.end(), high)
            yield from _literals(text, assignment.end(), max(end, string.end() if string else 0))


def _literals(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What is written out in the value at `start`: all of a bare word, or the strings of an expression."""
    value = text[start:end]
    bare = value.strip().rstrip(",}] ")
    if bare.startswith("!"):  # a call in YAML
        for word in _YAML_WORD().finditer(value):
            if not _NAMES_IN_YAML().search(value, 0, word.start()):
                yield start + word.start(), start + word.end()
    elif not any(mark in value for mark in "\"'(.") and not bare.startswith(_NO_LITERALS) and not _PLAIN().match(bare):
        at = start + value.index(bare)
        yield at, at + len(bare)
        return
    callers: list[str] = []
    position = start
    while position < end:
        character = text[position]
        if character in "([":
            before = _CALLER().search(text, max(start, position - _LONGEST_NAME), position)
            callers.append((before[0] if before else "") + character)
        elif character in ")]" and callers:
            callers.pop()
        elif character in "\"'" and (string := _STRING().match(text, position, end)):
            if not _is_key(text, position, string.end()):
                yield from _in_string(string, callers[-1] if callers else "")
            position = string.end()
            continue
        position += 1


def _in_string(string: re.Match[str], caller: str) -> Iterator[tuple[int, int]]:
    closed = len(string[0]) > 1 and string[0][-1] == string[0][0]
    start, end = string.start() + 1, string.end() - closed
    inner = string.string[start:end]
    if _is_expression(inner):
        yield from _literals(string.string, start + 1, end - 1)
    elif not _names_something(inner, caller):
        yield start, end


def _is_key(text: str, start: int, end: int) -> bool:
    """Whether a string is the name of a member: `{ "a" = 1 }`, but not the middle of `c ? "a" : "b"`."""
    following = text[end : end + 3].lstrip()
    is_named = following.startswith(":") or (following.startswith("=") and not following.startswith("=="))
    return is_named and not _after_question(text, start)


def _after_question(text: str, start: int) -> bool:
    return text[max(0, start - _LONGEST_NAME) : start].rstrip().endswith("?")


def _is_expression(string: str) -> bool:
    """Whether a string of JSON is an expression of ARM."""
    return string.startswith("[") and string.endswith("]") and not string.startswith("[[") and "(" in string


def _names_something(string: str, caller: str) -> bool:
    """Whether a string only says where a value is: an index, the argument of a look-up, a reference."""
    if caller.endswith("["):
        return len(caller) > 1
    return (
        (caller.endswith("(") and _LOOKING_UP().search(caller[:-1]) is not None)
        or (string.startswith("${") and string.endswith("}") and string.count("${") == 1)
        or string.startswith(_PLACES)
        or _VERSION().match(string) is not None
        or _PLAIN().match(string) is not None
    )


def _is_about_a_secret(lines: Sequence[str], number: int, low: int, high: int) -> bool:
    """Whether the `value` on this line is a secret's: its block, or something beside it in the block, says so."""
    own = lines[number]
    return any(_says_secret(line) for line in (own[low:high], *_neighbours(lines, number)))


def _says_secret(line: str) -> bool:
    header = _HEADER().match(line)
    names = [found["name"] for found in (header, _NAMED().search(line)) if found is not None]
    return _DECLARED().search(line) is not None or any(map(is_secret_name, names))


def _neighbours(lines: Sequence[str], number: int) -> Iterator[str]:
    """The lines that stand beside a line in its block, the line that opens the block, and decorators above."""
    depth = _indent(lines[number])
    above = range(number - 1, max(-1, number - _SIBLINGS), -1)
    for at in above:
        line = lines[at][: 2 * _AROUND]
        if not line.strip():
            continue
        if _indent(line) == depth or line.lstrip().startswith("@"):
            yield line
        if _indent(line) < depth:
            yield line
            if line.strip() not in ("{", "[{"):
                break
            depth = _indent(line)
    depth = _indent(lines[number])
    for line in lines[number + 1 : number + _SIBLINGS]:
        if line.strip() and _indent(line) < depth:
            break
        if _indent(line) == depth:
            yield line[: 2 * _AROUND]


def _below_a_secret(lines: Sequence[str], number: int) -> Iterator[tuple[int, int]]:
    """What is written out on a line of a list or of a text, if that stands behind a name that says secret."""
    text = lines[number]
    depth = _indent(text)
    for at in range(number - 1, max(-1, number - _SIBLINGS), -1):
        line = lines[at][: 2 * _AROUND].rstrip()
        if not line or _indent(line) >= depth:
            continue
        depth = _indent(line)
        assignment = _ASSIGNMENT().search(line)
        if assignment is None:
            continue
        if is_secret_name(assignment["name"]) and not line.endswith("{"):
            if _TEXT_FOLLOWS().search(line):
                yield _indent(text), len(text.rstrip())
            else:
                yield from _literals(text, _indent(text), len(text.rstrip()))
        return


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t-"))
