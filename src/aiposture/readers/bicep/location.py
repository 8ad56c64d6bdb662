"""Where a Bicep compiler can be on this machine.

Only places that the user chose or installed to: never the scanned repository, and no `az bicep`, which downloads.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

VARIABLE = "AIPOSTURE_BICEP"
INSTALL = "install it with `az bicep install`, or see https://aka.ms/bicep-install"
_VERSION = re.compile(r"v(\d+)\.(\d+)\.(\d+)")


class Place(NamedTuple):
    """A place where a compiler can be. `stated`: the user named it, so nothing else is tried."""

    name: str
    path: str | None
    stated: bool = False


def places(explicit: str | None, environment: Mapping[str, str]) -> Iterator[Place]:
    """The places in the order in which they are looked at."""
    if explicit is not None:
        yield Place(f"--bicep {explicit}", _on_path(explicit, environment), stated=True)
        return
    if stated := environment.get(VARIABLE):
        yield Place(f"{VARIABLE}={stated}", _on_path(stated, environment), stated=True)
        return
    yield Place("bicep on PATH", _on_path("bicep", environment))
    home = environment.get("HOME") or environment.get("USERPROFILE") or str(Path.home())
    suffix = ".exe" if os.name == "nt" else ""
    azure = Path(environment.get("AZURE_CONFIG_DIR") or Path(home, ".azure"))
    yield _file("the Azure CLI's copy", azure / "bin" / f"bicep{suffix}")
    if stated := environment.get("AZD_BICEP_TOOL_PATH"):
        yield _file("AZD_BICEP_TOOL_PATH", Path(stated))
    azd = Path(environment.get("AZD_CONFIG_DIR") or Path(home, ".azd"))
    yield _file("the Azure Developer CLI's copy", azd / "bin" / f"bicep{suffix}")
    own = Path(home, ".bicep")
    for version in sorted(_versions(own / "bin"), reverse=True):
        yield _file("the Bicep folder", own / "bin" / "v{}.{}.{}".format(*version) / f"bicep{suffix}")
    yield _file("the Bicep folder", own / f"bicep{suffix}")


def inside(path: str, directory: str) -> bool:
    """Whether a file stands in a directory, links followed."""
    real = os.path.realpath(path)
    root = os.path.realpath(directory)
    return real == root or real.startswith(root.rstrip(os.sep) + os.sep)


def _file(name: str, path: Path) -> Place:
    usable = path.is_file() and os.access(path, os.X_OK)
    return Place(f"{name} ({path})", str(path) if usable else None)


def _on_path(name: str, environment: Mapping[str, str]) -> str | None:
    found = shutil.which(name, path=environment.get("PATH", ""))
    # A relative entry of PATH means the directory that happens to be the current one.
    stated = Path(name).name != name
    return found if found is not None and (stated or Path(found).is_absolute()) else None


def _versions(directory: Path) -> Iterator[tuple[int, int, int]]:
    try:
        names = [entry.name for entry in directory.iterdir()]
    except OSError:
        return
    for name in names:
        if (match := _VERSION.fullmatch(name)) is not None:
            yield int(match[1]), int(match[2]), int(match[3])
