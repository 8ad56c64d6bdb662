"""Which units a change of some files can concern; rather one too many than one too few."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from aiposture.discover.sniffer import BICEP, JSON, TERRAFORM, VARIABLES, YAML

_TEMPLATES = (*JSON, *YAML)


class Changes(NamedTuple):
    """The files that have changed, and where what depends on them can be.

    `names` are their names as they stand in a text that refers to them. A file that is nothing by itself, such as a
    variable file, parameters or a policy that a template embeds, concerns all that stands in its directory or above:
    `around` holds these directories.
    """

    files: frozenset[str]
    names: tuple[bytes, ...]
    modules: frozenset[str]
    around: frozenset[str]

    @classmethod
    def of(cls, files: Iterable[str], own: Collection[str]) -> "Changes":
        """What a change of `files` concerns; those in `own` are templates that are deployed for their own sake."""
        changed = frozenset(files)
        module = {path for path in changed if path.endswith(TERRAFORM)}
        loose = {path for path in changed - module if path not in own and not path.lower().endswith(BICEP)}
        names = {path.rpartition("/")[2].lower() for path in changed - module}
        return cls(
            files=changed,
            names=tuple(name.encode("utf-8", "surrogateescape") for name in sorted(names)),
            modules=frozenset(path.rpartition("/")[0] for path in module),
            around=frozenset(directory for path in loose for directory in _upwards(path)),
        )

    def in_module(self, directory: str) -> bool:
        """Whether a Terraform module in `directory` has changed."""
        return directory in self.modules or directory in self.around

    def in_file(self, path: str) -> bool:
        """Whether a file that is deployed has changed, or something beside or below it that it may embed."""
        return path in self.files or path.rpartition("/")[0] in self.around


def is_template(path: str) -> bool:
    """Whether a file's name says that it can be an ARM or CloudFormation template, or a plan."""
    return path.lower().endswith(_TEMPLATES) and not path.endswith((*TERRAFORM, *VARIABLES))


def _upwards(path: str) -> Iterable[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
