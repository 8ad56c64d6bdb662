"""The configuration of a project: `aiposture.toml`, or `[tool.aiposture]` in `pyproject.toml`.

It is sought from the working directory upwards, and never in the code that is judged: whoever writes the code must
not decide how it is judged. What would run or read something on the machine is not configurable at all.
"""

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from aiposture.model import Severity
from aiposture.policy import Allowance, PathIgnore, Policy
from aiposture.usage import UsageError

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Config", "ConfigError", "find", "load", "parse", "schema"]

OWN = "aiposture.toml"
PROJECT = "pyproject.toml"
MAX_BYTES = 1024 * 1024


class ConfigError(UsageError):
    """A configuration that cannot be used; `problems` are sentences with file and line, for the user."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Config(NamedTuple):
    """What a configuration says. None stands for what it does not say.

    `path` is its file, `directory` where that is; both are absolute, and so are the paths in `var_files`,
    `parameter_files` and `baseline`. The names in `select` and `ignore` and the patterns in `exclude` are as written.
    """

    path: str
    directory: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    var_files: tuple[str, ...] | None = None
    parameter_files: tuple[str, ...] | None = None
    show: tuple[str, ...] | None = None
    fail_on: str | None = None
    private_endpoint_mode: str | None = None
    baseline: str | None = None
    inline_suppressions: bool = True
    require_reason: bool = False
    severities: Mapping[str, Severity] = MappingProxyType({})
    per_path_ignores: tuple[PathIgnore, ...] = ()
    allowed: tuple[Allowance, ...] = ()

    def exclude_for(self, root: str) -> tuple[str, ...]:
        """The patterns of `exclude` as seen from `root`, the directory that is scanned."""
        from aiposture.globs import rebase  # noqa: PLC0415 - most projects exclude nothing

        real = os.path.realpath(root)
        return tuple(pattern for glob in self.exclude or () for pattern in rebase(glob, self.directory, real))

    def policy(
        self,
        root: str,
        *,
        inline: bool = True,
        require_reason: bool = False,
        whole: bool = True,
        today: "date | None" = None,
    ) -> Policy:
        """Which suppressions hold in a scan of `root`. `inline` and `require_reason` are the command line's word."""
        real = os.path.realpath(root)
        path = shown(self.path, real)
        return Policy(
            require_reason=require_reason or self.require_reason,
            today=today,
            allowed=tuple(one._replace(location=one.location._replace(path=path)) for one in self.allowed),
            per_path_ignores=tuple(
                one._replace(location=one.location._replace(path=path)) for one in self.per_path_ignores
            ),
            inline=inline and self.inline_suppressions,
            whole=whole,
            root=real,
            directory=self.directory,
        )


def find(directory: str) -> str | None:
    """The absolute path of the configuration that applies to `directory`; None if there is none.

    The nearest upwards, up to the git root; where there is no repository, up to the root of the file system. A
    pyproject.toml without [tool.aiposture] is passed over. Raises ConfigError if it cannot be told.
    """
    for path in candidates(directory):
        if os.path.basename(path) == OWN:
            if os.path.lexists(path):  # a broken link is an error, and no configuration that is silently left out
                return path
        elif os.path.isfile(path) and is_ours(path, read(path)):
            return path
    return None


def candidates(directory: str, root: str | None = None) -> Iterator[str]:
    """The paths where the configuration of `directory` can stand, the nearest first, up to `root` or the git root."""
    directory, root = os.path.realpath(directory), root and os.path.realpath(root)
    while True:
        yield os.path.join(directory, OWN)
        yield os.path.join(directory, PROJECT)
        parent = os.path.dirname(directory)
        at_root = directory == root if root else os.path.lexists(os.path.join(directory, ".git"))
        if at_root or parent == directory:
            return
        directory = parent


def is_ours(path: str, data: bytes) -> bool:
    """Whether the file at `path`, whose bytes are `data`, is a configuration of ours.

    Raises ConfigError for a pyproject.toml that mentions aiposture and is no TOML: it could be one.
    """
    if os.path.basename(path) != PROJECT:
        return True
    if b"aiposture" not in data:  # what [tool.aiposture] in any of its spellings contains
        return False
    from aiposture.config.reader import ours  # noqa: PLC0415 - most projects do not come here

    return ours(data, path)


def load(path: str, names: Mapping[str, str]) -> Config:
    """The configuration in the file at `path`. `names` maps every name of a control to its id. Raises ConfigError."""
    return parse(read(path), path, names)


def parse(data: bytes, path: str, names: Mapping[str, str]) -> Config:
    """The configuration in `data`, which stands at `path` or would stand there. Raises ConfigError."""
    from aiposture.config.reader import read as reading  # noqa: PLC0415 - a run without configuration needs none

    return reading(data, path, names)


def schema() -> str:
    """The text of the JSON Schema of the configuration."""
    from aiposture.config.json_schema import schema as text  # noqa: PLC0415 - for those who ask for it

    return text()


def shown(path: str, directory: str = os.curdir) -> str:
    """`path` as seen from `directory`, with slashes; as it is if there is no way from there (another drive)."""
    try:
        return os.path.relpath(path, directory).replace(os.sep, "/")
    except ValueError:
        return path.replace(os.sep, "/")


def read(path: str) -> bytes:
    """The bytes of a configuration. Raises ConfigError."""
    from aiposture.files import Tree, UnreadableError  # noqa: PLC0415 - a run without any such file needs none

    real = os.path.realpath(path)
    try:
        data = Tree(os.path.dirname(real)).read(os.path.basename(real))
    except UnreadableError as error:
        raise ConfigError(f"{shown(path)}: {error.reason}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{shown(path)}: is larger than {MAX_BYTES // 1024} KiB, which no configuration is")
    return data
