"""TOML becomes a Config, or an error that names all that is wrong with it."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from aiposture.config import PROJECT, Config, ConfigError, shown
from aiposture.config.keys import ALLOW, KEYS, NOT_CONFIGURABLE, Key
from aiposture.config.lines import Lines
from aiposture.config.names import Names
from aiposture.files import join
from aiposture.model import Location, Severity
from aiposture.policy import Allowance, PathIgnore, day
from aiposture.usage import nearest

Table = Mapping[str, Any]
Where = tuple["str | int", ...]

_MOST_PROBLEMS = 20
_LONGEST = 400
# Python's parser takes a time that grows with the square of their number: https://github.com/python/cpython/issues/149231
_MANY_PARTS = re.compile(r"""(?<![\w-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){32}""")
_FIELDS = {"severity": "severities", "allow": "allowed"}


def read(data: bytes, path: str, names: Mapping[str, str]) -> Config:
    """As `aiposture.config.parse`."""
    text = _decode(data, path)
    document = _toml(text, path)
    reader = _Reader(path, Lines(text), Names(names))
    where: Where = ()
    if os.path.basename(path) == PROJECT:
        where = ("tool", "aiposture")
        tool = document.get("tool")
        document = tool.get("aiposture", {}) if isinstance(tool, dict) else {}
    config = reader.config(document, where)
    if reader.problems:
        raise ConfigError(*reader.problems)
    return config


def ours(data: bytes, path: str) -> bool:
    """Whether the pyproject.toml in `data` has a [tool.aiposture]. Raises ConfigError if it is no TOML."""
    tool = _toml(_decode(data, path), path).get("tool")
    return isinstance(tool, dict) and "aiposture" in tool


def _decode(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{shown(path)}:{line}: this is no UTF-8, which TOML has to be") from error


def _toml(text: str, path: str) -> dict[str, Any]:
    if (found := _MANY_PARTS.search(text)) is not None:
        number = text.count("\n", 0, found.start()) + 1
        raise ConfigError(f"{shown(path)}:{number}: a key has more than 32 parts, which none of ours has")
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = toml.loads(text)
    except RecursionError as error:
        raise ConfigError(f"{shown(path)}: is nested too deeply") from error
    except ValueError as error:
        at = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        where = f":{at[1]}" if at else ""
        problem = str(error)[: at.start()] if at else str(error)
        raise ConfigError(f"{shown(path)}{where}: this is no valid TOML: {problem}") from error
    return document


class _Reader:
    """Reads the values of one file, and collects what is wrong with them."""

    def __init__(self, path: str, lines: Lines, names: Names) -> None:
        self.problems: list[str] = []
        self._path = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        self._lines = lines
        self._names = names
        self._readers: dict[str, Callable[[Any, Where, Key], Any]] = {
            "controls": self._controls,
            "globs": lambda value, where, _: self._each(value, where, self._glob),
            "files": lambda value, where, _: self._each(value, where, self._file),
            "file": lambda value, where, _: self._one(value, where, self._file),
            "choice": self._choice,
            "choices": self._choices,
            "flag": self._flag,
            "severities": self._severities,
            "controls by glob": self._per_path,
            "allowances": self._allowances,
            "glob": lambda value, where, _: self._one(value, where, self._glob),
            "address": lambda value, where, _: self._one(value, where, lambda text, _: text),
            "text": lambda value, where, _: self._one(value, where, lambda text, _: " ".join(text.split())),
            "date": self._date,
        }

    def config(self, table: Any, where: Where) -> Config:
        values = self._table(table, where, KEYS)
        fields = {_FIELDS.get(name, name.replace("-", "_")): value for name, value in values.items()}
        return Config(path=self._path, directory=os.path.dirname(self._path), **fields)

    def _table(self, table: Any, where: Where, keys: Sequence[Key]) -> dict[str, Any]:
        """The values of those keys that stand there and are right."""
        if not isinstance(table, dict):
            self._wrong(where, "has to be a table of keys")
            return {}
        known = {key.name: key for key in keys}
        for name in table:
            if name not in known:
                self._problem((*where, name), _unknown(name, known))
        for key in keys:
            if key.required and key.name not in table:
                self._problem(where, f"{_dotted((*where, key.name))} is missing: {key.description.lower()}")
        read = ((name, self._value(table[name], (*where, name), key)) for name, key in known.items() if name in table)
        return {name: value for name, value in read if value is not None}

    def _value(self, value: Any, where: Where, key: Key) -> Any:
        if key.filled and value == []:
            self._wrong(where, "is empty; leave it out, or name something")
            return None
        return self._readers[key.kind](value, where, key)

    def _each(self, value: Any, where: Where, read: Callable[[str, Where], str | None]) -> tuple[str, ...] | None:
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            example = f", as in [{value!r}]".replace("'", '"') if isinstance(value, str) else ""
            self._wrong(where, f"has to be a list of strings{example}")
            return None
        members = [self._one(member, where, read) for member in value]
        return tuple(member for member in members if member is not None)

    def _one(self, value: Any, where: Where, read: Callable[[str, Where], str | None]) -> str | None:
        if not isinstance(value, str):
            self._wrong(where, "has to be a string")
        elif not value.strip():
            self._wrong(where, "must not be empty")
        else:
            return read(value, where)
        return None

    def _glob(self, glob: str, where: Where) -> str | None:
        if ".." in glob.split("/"):
            self._wrong(where, f"{glob!r} leads out of the directory of this file")
        elif "\\" in glob or not glob.strip("/"):
            self._wrong(where, f"{glob!r} is no pattern for paths; write / between directories")
        else:
            return glob
        return None

    def _file(self, path: str, where: Where) -> str | None:
        """The absolute path of a file, which a link must not lead elsewhere, either."""
        directory = os.path.dirname(self._path)
        if "\\" in path or path[1:2] == ":":
            self._wrong(where, f"{path!r}: a path here is relative to this file and written with /")
            return None
        relative = join("", path)
        real = None if relative is None else os.path.realpath(os.path.join(directory, relative))
        if real is None or not real.startswith(directory.rstrip(os.sep) + os.sep):
            self._wrong(where, f"{path!r} leads out of the directory of this file; give it on the command line instead")
            return None
        return real

    def _controls(self, value: Any, where: Where, key: Key) -> tuple[str, ...] | None:
        """The names as written, at the top; the ids that they mean, elsewhere."""
        written = self._each(value, where, self._known)
        return written if written is None or key in KEYS else self._names.ids(written)

    def _known(self, name: str, where: Where) -> str | None:
        if self._names.means(name):
            return name
        self._problem(where, f"{_dotted(where)}: {self._names.unknown(name)}")
        return None

    def _choice(self, value: Any, where: Where, key: Key) -> str | None:
        if isinstance(value, str) and value in key.choices:
            return value
        hint = nearest(value, key.choices) if isinstance(value, str) else None
        question = f"; did you mean {hint}?" if hint else ""
        self._wrong(where, f"is {_written(value)}, and has to be one of {', '.join(key.choices)}{question}")
        return None

    def _choices(self, value: Any, where: Where, key: Key) -> tuple[str, ...] | None:
        members = self._each(value, where, lambda member, place: self._choice(member, place, key))
        return None if members is None else tuple(dict.fromkeys(members))

    def _flag(self, value: Any, where: Where, key: Key) -> bool | None:
        del key
        if isinstance(value, bool):
            return value
        self._wrong(where, "has to be true or false")
        return None

    def _severities(self, value: Any, where: Where, key: Key) -> dict[str, Severity]:
        if not isinstance(value, dict):
            self._wrong(where, 'has to be a table, as in AIS401 = "high"')
            return {}
        severities: dict[str, Severity] = {}
        # The beginning of an id speaks of many controls, and the name of one control has the last word on that.
        for name in sorted(value, key=self._names.means_one):
            severity = self._choice(value[name], (*where, name), key)
            if self._known(name, (*where, name)) and severity is not None:
                severities.update(dict.fromkeys(self._names.means(name), Severity[severity.upper()]))
        return severities

    def _per_path(self, value: Any, where: Where, key: Key) -> tuple[PathIgnore, ...]:
        if not isinstance(value, dict):
            self._wrong(where, 'has to be a table, as in "examples/**" = ["AIS401"]')
            return ()
        ignores = []
        for glob, controls in value.items():
            place = (*where, glob)
            right = self._one(glob, place, self._glob)
            ids = self._controls(controls, place, key._replace(name=glob))
            if right is not None and ids is not None:
                ignores.append(PathIgnore(right, ids, self._location(place)))
        return tuple(ignores)

    def _allowances(self, value: Any, where: Where, key: Key) -> tuple[Allowance, ...]:
        del key
        if not isinstance(value, list):
            self._wrong(where, "has to be a list of tables, each under [[allow]]")
            return ()
        tables = [(self._table(table, (*where, number), ALLOW), number) for number, table in enumerate(value)]
        return tuple(
            Allowance(
                controls=values["controls"],
                resource=values.get("resource", ""),
                path=values.get("path", ""),
                reason=values["reason"],
                expires=values.get("expires"),
                location=self._location((*where, number)),
            )
            for values, number in tables
            if "controls" in values and "reason" in values
        )

    def _date(self, value: Any, where: Where, key: Key) -> date | None:
        del key
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and (found := day(value)):
            return found
        self._wrong(where, "has to be a date, as in 2027-03-31")
        return None

    def _location(self, where: Where) -> Location:
        line = self._lines.line(where) or 1
        return Location(self._path, line, 1, line, 2)

    def _wrong(self, where: Where, what: str) -> None:
        self._problem(where, f"{_dotted(where)} {what}" if what[0] not in "'\"" else f"{_dotted(where)}: {what}")

    def _problem(self, where: Where, text: str) -> None:
        line = self._lines.line(where)
        place = shown(self._path) if line is None else f"{shown(self._path)}:{line}"
        self.problems.append(f"{place}: {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}")
        if len(self.problems) == _MOST_PROBLEMS:
            raise ConfigError(*self.problems, f"{shown(self._path)}: there may be more problems")


def _unknown(name: str, known: Mapping[str, Key]) -> str:
    if why := NOT_CONFIGURABLE.get(name):
        return f"{name!r} cannot be configured: {why}"
    hint = nearest(name, tuple(known))
    return f"there is no key {name!r}" + (f"; did you mean {hint}?" if hint else f"; there are {', '.join(known)}")


def _dotted(where: Where) -> str:
    # [tool.aiposture] goes without saying.
    names = where[2:] if where[:2] == ("tool", "aiposture") else where
    return ".".join(str(name + 1) if isinstance(name, int) else name for name in names) or "tool.aiposture"


def _written(value: Any) -> str:
    if isinstance(value, str):
        return repr(value)
    return str(value).lower() if isinstance(value, bool) else f"{str(value)[:40]}"
